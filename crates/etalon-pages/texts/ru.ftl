# Весь сайт
skip-to-content = К содержанию
nav-label = Разделы
nav-overview = Обзор
nav-calls = Разговоры
nav-queue = Проверка
nav-search = Поиск
nav-rules = Правила
nav-people = Люди
nav-failures = Без результата
unit-seconds = с
unit-minutes = мин
unit-hours = ч
calls-count = { $count ->
    [one] { $count } разговор
    [few] { $count } разговора
   *[other] { $count } разговоров
}
role-agent = оператор
role-client = клиент
role-unknown = кто-то

# Страница разговора: заголовок
chip-critical = критическое нарушение
fact-client = клиент
score-none = не оценён
coverage = измерено { $share }
coverage-explained = Какая доля баллов применимых правил измерена. Балл опирается только на неё.
direction-inbound = входящий
direction-outbound = исходящий
direction-internal = внутренний
kind-dialogue = разговор
kind-third_person = ответил другой человек
kind-voicemail = автоответчик
kind-unavailable = абонент недоступен
kind-ivr = голосовое меню

# Проигрыватель
player-label = Прослушивание
play = Слушать
pause = Пауза
previous-finding = ← Нарушение
next-finding = Нарушение →
speed = Скорость
zoom = Масштаб
keys = Клавиши
key-play = слушать, пауза
key-back = на 5 секунд назад
key-forward = на 5 секунд вперёд
key-slower = медленнее
key-faster = быстрее
key-next = следующее нарушение
key-previous = предыдущее нарушение
recording-lost = Записи нет на прежнем месте или браузер не может её открыть:
recording-as-opus = Если файл на месте, звук для любого браузера сделает команда
recording-choose = Выберите файл записи:
no-sound = Слушать нельзя.

# Картина разговора
timeline-label = Ход разговора
wave-label = Громкость обеих сторон: сверху оператор, снизу клиент
lane-findings = Нарушения
lane-overlap = Вместе
lane-silence = Тишина
lane-hold = Ожидание
lane-other = Прочее
lane-muted = Заглушено
lane-stages = Этапы
event-backchannel = { $side } поддакивает
event-terminal = { $side } вступает чуть раньше конца реплики
event-collaborative = { $side } подсказывает
event-attempt = { $side } пытается вступить
event-floor-taken = { $side } перебивает
event-silence = тишина
event-hold = ожидание
event-hold-music = ожидание с музыкой
event-farewell = { $side } прощается
event-shouting = { $side } кричит
event-unrecognized = { $side } говорит, слов не разобрать
muted = заглушено: { $what }

# Расшифровка
transcript-heading = Расшифровка
no-words-heard = Речь этой записи не распознавалась, поэтому слов нет.
no-words-found = В записи не распознано ни одного слова.
removed-repeated = повтор распознавателя, слов не было
removed-invented = выдумка распознавателя, слов не было
removed-without-speech = здесь не говорили
removed-from-glossary = повтор подсказанного словаря
redacted-note = Персональные данные вынуты из слов и заглушены в записи.
data-card = номер карты
data-telephone = телефон
data-passport = паспорт
data-snils = СНИЛС
data-iin = ИИН
data-email = электронная почта
data-address = адрес
data-birth-date = дата рождения
data-surname = фамилия

# Вердикты
verdicts-heading = Правила
no-rules = Ни одно правило не применялось.
verdicts-failed = { $count ->
    [one] Нарушено { $count } правило
    [few] Нарушено { $count } правила
   *[other] Нарушено { $count } правил
}
verdicts-unmeasurable = { $count ->
    [one] Не измерено { $count } правило
    [few] Не измерено { $count } правила
   *[other] Не измерено { $count } правил
}
verdicts-passed = { $count ->
    [one] Выполнено { $count } правило
    [few] Выполнено { $count } правила
   *[other] Выполнено { $count } правил
}
verdicts-not-applicable = { $count ->
    [one] Не применялось { $count } правило
    [few] Не применялось { $count } правила
   *[other] Не применялось { $count } правил
}
severity-minor = мелкое
severity-major = существенное
severity-critical = критическое
about-rule = Об этом правиле

# О записи
about-heading = О разговоре
measures-heading = Измерено
measure-talk = Доля речи
measure-talk-explained = Доля этой стороны во всей речи разговора
measure-tempo = Слов в минуту
measure-tempo-explained = Слова за минуту собственной речи, без пауз
measure-longest-turn = Самая длинная реплика
measure-longest-turn-explained = Реплика кончается, когда сторона замолкает или вступает другая
measure-latency = Отвечает через, с
measure-latency-explained = Медиана времени от конца реплики другой стороны до ответа
measure-interruptions = Перебивает, раз
measure-interruptions-explained = Вступает посреди реплики и продолжает, а другая сторона замолкает
measure-attempts = Пытается вступить, раз
measure-attempts-explained = Вступает посреди реплики, но другая сторона продолжает
measure-silence = Тишина
measure-silence-explained = Обе стороны молчат не меньше 3 секунд между первой и последней речью, без ожиданий
measure-hold = Ожидание
measure-hold-explained = Оператор отходил: всего и сколько раз
recording-heading = Запись
channels-count = { $count ->
    [one] { $count } канал
    [few] { $count } канала
   *[other] { $count } каналов
}
sides-told = Стороны указаны в настройках или в списке записей.
sides-from-signal = Стороны определены по сигналу.
sides-from-text = Стороны определены по сказанному.
sides-from-voice = Стороны определены по голосам.
sides-unknown = Стороны определить не удалось.
no-defects = Дефектов записи не найдено.
defects-count = { $count ->
    [one] { $count } дефект записи
    [few] { $count } дефекта записи
   *[other] { $count } дефектов записи
}
words-dropped = { $count ->
    [one] Из распознанного отброшено как не сказанное: { $count } слово.
    [few] Из распознанного отброшено как не сказанное: { $count } слова.
   *[other] Из распознанного отброшено как не сказанное: { $count } слов.
}
origin-heading = Чем получено
rules-unmeasurable = { $count ->
    [one] Не измерено { $count } правило.
    [few] Не измерено { $count } правила.
   *[other] Не измерено { $count } правил.
}
also-found-as = Та же запись лежит и здесь:

# Список разговоров
list-shown = Показано %1 из %2
list-average = средний балл %1 (по %2)
list-none = Таких разговоров нет. Ослабьте фильтры.
list-no-findings = нет нарушений
list-more = Показать ещё
list-any = все
list-without-script = { $count ->
    [one] Без сценариев виден только { $count } худший разговор.
    [few] Без сценариев видны только { $count } худших разговора.
   *[other] Без сценариев видны только { $count } худших разговоров.
}
copy-link = Скопировать ссылку на эту выборку
copied = Скопировано
weekday-1 = пн
weekday-2 = вт
weekday-3 = ср
weekday-4 = чт
weekday-5 = пт
weekday-6 = сб
weekday-7 = вс
review-none = не проверен
review-counted = проверен, учтён в баллах
review-draft = черновик
review-shared = передан оператору
review-acknowledged = оператор ознакомлен
review-disputed = оспорен
review-resolved = спор решён
review-closed = закрыт
column-score = Балл
column-time = Время
column-agent = Оператор
column-team = Команда
column-manager = Руководитель
column-duration = Длина
column-findings = Нарушения
column-recording = Запись
filter-fail = Нарушено правило
filter-unmeasurable = Не измерено правило
filter-pass = Выполнено правило
filter-agent = Оператор
filter-team = Команда
filter-manager = Руководитель
filter-from = С дня
filter-to = По день
filter-critical = критические
filter-unscored = без балла
filter-more = Ещё фильтры
filter-call-type = Вид разговора
filter-topic = Тема
filter-kind = Кто ответил
filter-direction = Направление
filter-tag = Метка
filter-weekday = День недели
filter-hour = Час
filter-review = Проверка
filter-answer = Проверка правила
filter-score-min = Балл от
filter-score-max = Балл до
filter-coverage-min = Измерено от, %
filter-coverage-max = Измерено до, %
filter-duration-min = Длина от, с
filter-duration-max = Длина до, с
filter-silence-min = Тишины от, %
filter-interruptions-min = Оператор перебил от, раз
filter-hold-min = Ожидание от, с
filter-file = Имя файла содержит
filter-reset = Сбросить фильтры

# Обзор
overview-heading = Оценка разговоров
figures-label = Главные числа
figure-calls = { $count ->
    [one] разговор
    [few] разговора
   *[other] разговоров
}
figure-audio = звука
figure-mean = средний балл из 100
figure-mean-of-all = средний балл всех
figure-unscored = не оценено, в среднем не учтено
figure-critical = с критическим нарушением
figure-failures = { $count ->
    [one] запись без результата
    [few] записи без результата
   *[other] записей без результата
}
figure-failed = нарушено
figure-passed = выполнено
figure-unmeasurable = не измерено
figures-of-machine = Из этих разговоров люди ещё не проверили ни одного: баллы и вердикты — программы.
figures-reviewed = { $count ->
    [one] Баллы и вердикты учитывают проверки людей: проверен { $count } разговор.
    [few] Баллы и вердикты учитывают проверки людей: проверены { $count } разговора.
   *[other] Баллы и вердикты учитывают проверки людей: проверено { $count } разговоров.
}
figure-na = не применялось
worst-rules-heading = Где нарушают чаще
all-rules = Все правила
voice-heading = О чём говорят клиенты
call-types = Виды разговоров
topics = Темы
net-promoter-score = Индекс лояльности (NPS)
grades-count = { $count ->
    [one] по { $count } оценке
   *[other] по { $count } оценкам
}
chart-distribution = Сколько разговоров с каким баллом
chart-no-scores = Ни у одного разговора нет балла, показать нечего.
chart-hours = Доля разговоров с нарушением по дням и часам
chart-no-moments = Время разговоров неизвестно: его дают список записей или имена файлов.
chart-with-failure = с нарушением
chart-trend = Средний балл по неделям, с 95 % интервалом
chart-one-week = Для хода по неделям нужны разговоры хотя бы двух недель.

# Сравнение с предыдущим периодом
changes-heading = Что изменилось
changes-none = Сравнить не с чем: для сравнения нужны разговоры хотя бы двух дней с известным временем.
changes-explained = Сравниваются { $length }. В скобках 95 % интервал разности. Если в одном из периодов меньше { $floor } разговоров, вывода нет.
changes-no-rules = Правила не сравнивались: ни одно не проверено в обоих периодах хотя бы { $floor } раз.
changes-rules = Сравнено правил: { $compared }; доля нарушений изменилась не случайно (99,9 %) у стольких: { $changed }.
period-28 = последние четыре недели с четырьмя неделями перед ними
period-7 = последние семь дней с семью днями перед ними
period-1 = последний день с днём перед ним
column-measure = Показатель
column-difference = Разность
column-outcome = Вывод
measure-calls = Разговоров
measure-mean = Средний балл
measure-critical-share = Доля разговоров с критическим нарушением
measure-failure-share = Доля разговоров с нарушением
measure-rule-share = Доля нарушений:
unit-points = п. п.
difference-range = от { $low } до { $high }
outcome-too-few = мало разговоров
outcome-same = заметной разницы нет
outcome-better = лучше
outcome-worse = хуже
chart-hours-explained = Чем темнее клетка, тем больше доля. Маленькая клетка: меньше { $floor } разговоров.
chart-trend-explained = Маленький кружок: меньше { $floor } оценённых разговоров за неделю.
chart-changed-hours = В какие часы доля разговоров с нарушением изменилась
chart-changed-hours-explained = Красное — хуже, зелёное — лучше (99,9 %), серое — без заметной разницы, контур — меньше { $floor } разговоров в одном из периодов.
chart-hours-too-few = По часам сравнить нельзя: ни в одном часе нет { $floor } разговоров в обоих периодах.
chart-hour-change = было { $before }, стало { $now }
filter-judged = Проверено по правилу
filter-na = Не применялось правило
filter-findings-min = Нарушено правил от

# Правила
rules-explained = Чаще нарушаемые сверху. Числа ведут к своим разговорам.
column-rule = Правило
column-failed = Нарушено
column-judged = Проверено
column-unmeasurable = Не измерено
column-unmeasurable-explained = Правило применимо, но запись не позволяет судить
column-precision = Точность
column-precision-explained = Какая доля найденных нарушений подтвердилась при проверке
column-share = Доля нарушений
not-judged = не проверялось
accuracy-unknown = неизвестна
accuracy-heading = Насколько этому правилу можно верить
accuracy-never-measured = Это правило люди на ваших разговорах ещё не проверяли.
accuracy-on-your-calls = На ваших разговорах
accuracy-on-labelled-calls = На размеченных разговорах (etalon eval --save)
accuracy-lacking = До оценки не хватает проверок: { $lacking } (нужно { $floor }).
accuracy-no-cases = нет случаев
accuracy-of-people-only = По записи этого не узнать: о правиле судят только люди, сравнивать не с чем.
accuracy-sources = Вслепую ответов: { $blind } (κ { $blind-kappa }), с вердиктом программы перед глазами: { $open } (κ { $open-kappa }). Принято как предложено и не считается: { $prefilled }.
confusion-heading = Кто что сказал; числа ведут к своим разговорам
confusion-cell = { $rule }: программа — { $machine }, люди — { $human }
precision = Точность
precision-explained = Какая доля найденных нарушений настоящие
recall = Полнота
recall-explained = Какая доля настоящих нарушений найдена
kappa-explained = Согласие с проверкой сверх случайного, не больше 1 (Cohen, 1960)
column-value = Значение
column-interval = 95 % интервал (Wilson)
rule-is-manual = По записи этого не узнать: заполняет проверяющий.

# Люди
people-unknown = Кто говорил, неизвестно: операторов, команды и руководителей дают список записей или имена файлов.
people-explained = Средний балл дан с 95 % интервалом. Сверху те, у кого он ниже. У кого оценённых разговоров меньше { $floor }, те с другими не сравниваются и стоят в конце по алфавиту.
too-few = мало
group-too-few = Оценённых разговоров меньше { $floor }: среднее больше говорит о разговорах, чем о человеке.
groups-agent = Операторы
groups-team = Команды
groups-manager = Руководители
column-calls = Разговоров
column-mean = Средний балл
column-unscored = Не оценено
column-critical = Критических
column-most-failed = Чаще всего нарушается

# Без результата
no-failures = У всех записей есть результат.
column-stage = Этап
column-reason = Причина
column-retry = Повтор
column-file = Файл
retry-useless = повтор не поможет
retry-next-run = будет повтор при следующем запуске
failure-unknown = Причина записана прежней версией программы:
failure-empty = В записи нет звука.
failure-not_a_recording = Файл не похож на запись разговора. Уберите его из папки.
failure-unsupported = Формат или кодек не поддерживается. Сохраните запись в другом формате.
failure-corrupt = Запись повреждена и не читается. Возьмите её у телефонной системы ещё раз.
failure-limit = Запись больше или длиннее допустимого.
failure-missing = Файла нет на указанном месте, или подходят несколько. Проверьте путь.
failure-unreadable = Файл не удалось прочитать. Проверьте диск и права доступа.
failure-still_written = Файл менялся, пока его читали: запись ещё идёт или его заменили.
failure-manifest = Список записей не читается: сведения из него не использованы.
failure-facts = В списке записей или в имени файла указано то, чего не может быть. Исправьте и запустите ещё раз.
failure-transcript_missing = Для записи нет расшифровки.
failure-transcript_ambiguous = Неясно, какая расшифровка относится к записи: имена совпадают.
failure-transcript_unreadable = Файл расшифровки не удалось прочитать. Проверьте права доступа.
failure-transcript_corrupt = Файл расшифровки повреждён или записан в другом формате.
failure-recognition = Распознать речь не удалось.
failure-panic = Ошибка в самой программе. Сообщите о ней разработчикам.
failure-worker_died = Обработка этой записи дважды прервалась аварийно. Запись отложена до запуска с --retry-quarantined.
failure-worker_killed = Обработку дважды прервала система: не хватило памяти или вмешалась другая программа.
failure-workers_keep_dying = Обработка прерывалась на всех записях подряд: дело не в этой записи.
failure-same_bytes = Точно такая же запись осталась без результата; причина указана у неё.
failure-stored_result = Сохранённый результат повреждён или получен другой версией. Запустите обработку ещё раз.
passed-over-heading = Не взято из папок
listed-part = Показано { $listed } из { $count }; все в { $file }.
stage-intake = приём записей
stage-decode = чтение звука
stage-activity = поиск речи
stage-transcription = распознавание
stage-speakers = собеседники
stage-dialogue = ход разговора
stage-acts = смысл реплик
stage-standards = оценка
stage-store = хранение
passed-over-unknown_format = формат, который не читается
passed-over-no_recording = не запись
passed-over-archive = архив: распакуйте его
passed-over-growing = ещё пишется
passed-over-other_side_growing = ещё пишется другая сторона
passed-over-unfinished_copy = недокопирован
passed-over-hidden = скрытый
passed-over-apple_double = служебный файл macOS
passed-over-dangling_link = ссылка в никуда
passed-over-forbidden_link = ссылка, по которой нельзя пройти
passed-over-link_loop = ссылка по кругу
passed-over-same_file = ссылка на то, что уже взято
passed-over-special_file = канал, сокет или устройство
passed-over-result_folder = папка результатов

# Why there is no sound
sound-not-wanted = Для этих страниц звук не заказан (--audio none).
sound-place-unknown = Где лежит запись, неизвестно: результат получен прежней версией.
sound-changed = Файл записи изменился с тех пор, как её разобрали. Запустите etalon ещё раз.
sound-unreadable = Файл записи не читается.
sound-not-written = Звук для страницы не записался: проверьте место на диске и права.

# Review (served)
review-heading = Проверка
review-keys = Клавиши на выбранном правиле: 1 соблюдено, 2 нарушено, 3 не относится, 4 не определить; стрелки вверх и вниз — соседнее правило.
review-is-blind = Вслепую: вердикты программы скрыты, пока лист не передан.
review-go-open = Показать вердикты программы
review-blind-refused = Вы уже видели вердикты программы: вслепую этот разговор может проверить кто-то другой.
review-save-first = Сначала сохраните ответы: они даны вслепую.
review-proposed = предложено программой
review-save = Сохранить
review-accept-rest = Сохранить и принять остальные вердикты программы
review-comment = Комментарий
review-stands = остаётся
review-disputed-rules = Оспорено
review-saving = Сохраняется…
review-saved = Сохранено.
review-comment-needed = Ваш ответ расходится с программой: напишите в комментарии почему.
review-reason-needed = Напишите в комментарии причину.
review-nothing-new = Новых ответов нет.
review-failed = Сервер не ответил. Ничего не потеряно: проверьте связь и сохраните ещё раз.
review-conflict-seen = Лист изменился.
verdict-pass = соблюдено
verdict-fail = нарушено
verdict-na = не относится
verdict-unmeasurable = не измерить
answer-pass = соблюдено
answer-fail = нарушено
answer-na = не относится
answer-cannot_tell = не определить
column-machine = Программа
column-people = Люди
column-final = Итог
source-machine = как у программы
source-reviewer = решил проверяющий
source-lead = решил руководитель
source-disagree = проверяющие расходятся
score-of-machine = Балл программы
score-final = Итоговый балл
action-shared = Передать оператору
action-acknowledged = Ознакомлен
action-disputed = Оспорить
action-resolved = Решить спор
action-closed = Закрыть
person-reviewer = проверяющий
person-lead = руководитель
person-agent = оператор
person-reader = читатель
corrections-heading = Исправления расшифровки
corrections-explained = Двойной щелчок по слову исправляет его. С клавиатуры: Tab до реплики, стрелки влево и вправо выбирают слово, E исправляет.
corrections-flipped = После исправлений вердикты программы изменились:
corrections-without-verdicts = Вердикты не пересчитаны: наборов правил, которыми оценён разговор, здесь нет.
corrections-stale = { $count ->
    [one] { $count } исправление относится к прежней расшифровке и не применено.
    [few] { $count } исправления относятся к прежней расшифровке и не применены.
   *[other] { $count } исправлений относятся к прежней расшифровке и не применены.
}
correct-word = Что сказано на самом деле; пусто, если ничего
correct-save = Исправить
correct-cancel = Отменить
correct-undo = вернуть как было
correct-speaker = говорил другой

# Signing in (served)
sign-in-heading = Вход
sign-in = Войти
sign-in-name = Ваше имя, как в списке людей
sign-in-unknown = Такого имени в списке нет. Проверьте, как оно записано, или попросите внести вас.
sign-in-explained = Список людей ведёт тот, кто запускает сервер (--people people.toml).
signed-in-as = Сейчас вы — { $name }.

# Problems (served)
problem-no-such-page = Такой страницы нет
problem-no-such-page-remedy = Адрес записан с ошибкой, или страница ушла вместе со своими разговорами. Начните с обзора.
problem-no-such-call = Такого разговора здесь нет
problem-no-such-call-remedy = Ссылка ведёт на разговор, которого нет в этой папке или который вам не показывают. Найдите его в списке разговоров.
problem-no-such-rule = Такого правила в этом разговоре нет
problem-no-such-rule-remedy = Откройте страницу разговора заново.
problem-no-sound = Записи нет
problem-no-sound-remedy = Файл перенесён, изменён или не читается. На странице разговора написано, где он был.
problem-not-for-role = Это не для вашей роли
problem-not-for-role-remedy = Попросите руководителя, если вам это нужно.
problem-not-signed-in = Вы не вошли
problem-not-signed-in-remedy = Откройте обзор и войдите под своим именем.
problem-no-token = Нужен ключ доступа
problem-no-token-remedy = Откройте адрес с ключом (…/?token=…), который сервер показал при запуске, или попросите его у того, кто запускает сервер.
problem-wrong-token = Ключ доступа не подходит
problem-wrong-token-remedy = Сервер мог быть запущен заново с другим ключом. Попросите новый адрес у того, кто его запускает.
problem-wrong-host = Этот сервер под таким именем не отвечает
problem-wrong-host-remedy = Откройте адрес, который сервер показал при запуске, или назовите имя при запуске (--public-name).
problem-foreign-page = Запрос пришёл с чужой страницы
problem-foreign-page-remedy = Ничего не изменено. Откройте страницу этого сервера и повторите там.
problem-old-page = Страница устарела
problem-old-page-remedy = Ничего не изменено. Загрузите страницу заново и повторите.
problem-not-understood = Запрос не понят
problem-not-understood-remedy = Ничего не изменено. Загрузите страницу заново и повторите.
problem-not-json = Запрос не в том виде
problem-not-json-remedy = Нужен JSON (content-type: application/json).
problem-wrong-method = Так эту страницу не запрашивают
problem-wrong-method-remedy = Откройте её по ссылке.
problem-too-large = Слишком много за один раз
problem-too-large-remedy = Ничего не изменено. Сохраняйте чаще или сократите комментарии.
problem-too-slow = Запрос шёл слишком долго
problem-too-slow-remedy = Проверьте связь и повторите.
problem-unreadable = Папка результатов не читается
problem-unreadable-remedy = Проверьте диск и права того, кто запускает сервер.
problem-call-damaged = Файл разговора повреждён или записан другой версией
problem-call-damaged-remedy = Запустите etalon run ещё раз: разговор будет разобран заново.
problem-call-newer = Разговор записан более новой версией etalon
problem-call-newer-remedy = Обновите etalon.
problem-reading = Разговоры читаются
problem-reading-remedy = Пока { $done } из { $all }. Страница обновится сама.
problem-internal = Ошибка сервера
problem-internal-remedy = Повторите; если не помогло, запустите сервер заново.
problem-comment-too-long = Комментарий слишком длинный
problem-comment-too-long-remedy = Ничего не сохранено. Сократите его до 4000 знаков и 40 строк.
problem-review-refused = Ваша роль этого не может
problem-review-refused-remedy = Спор решает другой руководитель, а лист заполняет его автор.
problem-review-conflict = Кто-то успел раньше
problem-review-conflict-remedy = Показано то, что есть сейчас, ваши несохранённые ответы на месте. Сохраните ещё раз.
problem-review-state = Лист уже не в том состоянии
problem-review-state-remedy = Загрузите страницу заново.
problem-review-comment = Ответ расходится с программой без объяснения
problem-review-comment-remedy = Напишите в комментарии почему.
problem-review-prefilled = Принять как есть можно только вердикт программы
problem-review-prefilled-remedy = Дайте ответ сами.
problem-review-nothing = Передавать нечего
problem-review-nothing-remedy = Ответьте хотя бы на одно правило.
problem-review-reason = Нет причины
problem-review-reason-remedy = Напишите её в комментарии.
problem-review-answer = Такого ответа в листе нет
problem-review-answer-remedy = Загрузите страницу заново.
problem-review-correction = Исправлять нечего
problem-review-correction-remedy = Расшифровка изменилась или исправление слишком длинное. Загрузите страницу заново.
problem-reviews-full = Диск полон
problem-reviews-full-remedy = Ничего не потеряно: освободите место и сохраните ещё раз.
problem-reviews-read-only = Проверки нельзя записать
problem-reviews-read-only-remedy = Ничего не потеряно: дайте серверу право писать в папку результатов и сохраните ещё раз.
problem-reviews-busy = Файл проверок занят другой программой
problem-reviews-busy-remedy = Ничего не потеряно: сохраните ещё раз.
problem-reviews-newer = Проверки записаны более новой версией etalon
problem-reviews-newer-remedy = Обновите etalon.
problem-reviews-damaged = Файл проверок повреждён
problem-reviews-damaged-remedy = Верните reviews.sqlite из резервной копии.
problem-reviews-unreadable = Проверки не читаются
problem-reviews-unreadable-remedy = Проверьте reviews.sqlite в папке результатов и права на него.

# Search and queue (served)
search-example = оператор: перезвоню NEAR/3 завтра
search-explained = Слово находит все свои формы, «в кавычках» — точно так, роль: — одну сторону, NEAR/3 — рядом, -слово — без него, (а | б) — любое, с:01.11.2026 по:07.11.2026 — за эти дни.
search-find = Найти
search-order = Порядок
search-order-relevance = по близости
search-order-newest = новые сверху
search-order-oldest = старые сверху
search-turns = { $count ->
    [one] { $count } реплика
    [few] { $count } реплики
   *[other] { $count } реплик
}
search-pages = Страницы найденного
search-back = Назад
search-on = Дальше
search-outdated = разговор изменился, место примерное
search-not-ready = Указатель слов ещё составляется. Загрузите страницу чуть позже.
queue-empty = Ничего не ждёт.
queue-sheets = Листы
queue-calls = Разговоры к проверке
queue-waiting = { $count ->
    [one] Ждёт { $count } разговор.
    [few] Ждут { $count } разговора.
   *[other] Ждут { $count } разговоров.
}
queue-critical = Критическое
queue-suspected = Похоже на нарушение, проверьте
queue-needs-check = Программа не уверена
queue-uncertain = Точность не известна
queue-random = Случайная выборка
queue-go-blind = Проверять вслепую, не видя причин
queue-go-open = Показать причины
search-as-rule = Сделать правилом
search-rule-explained = Правило находит то же, что запрос; найденное стоит примерами. Проверьте и дополните: etalon rules test, etalon rules try.
query-place = знак { $place }: { $what }
query-empty = нет слова, которое искать
query-too-long = запрос длиннее 1000 знаков; ищите по частям
query-too-many-words = в запросе больше 64 слов; ищите по частям
query-too-deep = скобки вложены слишком глубоко; уберите часть
query-unclosed-quote = кавычка не закрыта
query-empty-phrase = в кавычках нет слова
query-unclosed-bracket = скобка не закрыта
query-unopened-bracket = скобка закрыта, но не открыта
query-nothing-to-join = здесь не хватает слова или фразы
query-unknown-role = такой роли нет; напишите «оператор:» или «клиент:» или возьмите слова в кавычки
query-unknown-day = это не день; напишите с:03.11.2026 или с:2026-11-03, месяц (11.2026) или год
query-day-inside = дни стоят отдельно; напишите их перед всем остальным
query-no-days = первый из этих дней позже последнего
query-role-in-brackets = роль не ставят в скобках; напишите её перед ними
query-star-inside = звёздочка заменяет конец слова; поставьте её после букв
query-short-prefix = перед звёздочкой нужно хотя бы две буквы
query-no-word = после этого знака нет слова
query-distance = напишите, сколько слов может стоять между ними, от 0 до 50: NEAR/3
query-different-distances = для всех соседних слов напишите одно и то же число
query-not-near = рядом могут стоять только слова, фразы и выбор из них
query-only-excluded = назовите и то, что сказано: минус только убирает реплики

# Почему не измерено: так, как это пишут правила
cannot-be-checked = Нельзя проверить: { $cause }.
cause-not-transcribed = звонок не расшифрован
cause-no-words = в записи не расслышано ни одного слова
cause-roles-unknown = на записи не различить, кто оператор, а кто клиент
cause-no-words-of-agent = на записи не слышно ни одного слова оператора
cause-only-unsure-words = нужные слова найдены только там, где речь распознана неуверенно
cause-company-unknown = название компании не задано ни в манифесте, ни в настройках
cause-client-unknown = неизвестно, какому клиенту звонили: нет столбца client_ref
cause-start-unknown = время начала звонка неизвестно
cause-zone-unknown = часовой пояс клиента неизвестен: нет столбца client_utc_offset или client_time_zone
cause-zone-notation = часовой пояс клиента записан непонятно: нужно +05:00 или Asia/Almaty
cause-other-calls-unknown = это показывают только остальные звонки тому же клиенту
cause-callback-time-unknown = о каком времени договорились, не расслышано
cause-callback-open = следующего звонка этому клиенту ещё нет
cause-not-measured = эта величина на записи не измерена
cause-nobody-waits = не слышно, чтобы на линии кто-то разговаривал
cause-judged-by-hand = пункт заполняет проверяющий
cause-not-applicable = к этому звонку правило не относится
cause-nobody-speaks = разговора не было: в записи никто не говорит
cause-voicemail = разговора не было: ответил автоответчик
cause-unavailable = разговора не было: абонент недоступен
cause-ivr = разговора не было: говорит автоматическое меню или очередь ожидания
cause-only-agent = разговора не слышно: на записи говорит только оператор
cause-only-client = разговора не слышно: на записи говорит только клиент
cause-no-rule-applies = к этому звонку не относится ни одно правило
cause-sentence-model = модель смысла не читается: { $a }
cause-doubtful-act = похоже на это: { $a }; проверьте
cause-no-acts = смысл реплик { $a } на языке «{ $b }» модель не понимает
cause-unsure-speech = речь { $a } распознана неуверенно: уверенность { $b }, нужна { $c }
cause-unsure-speech-of-all = речь распознана неуверенно: уверенность { $a }, нужна { $b }
cause-most-speech-lost = слов нет в { $a } с речи { $b } из { $c } с: её не удалось распознать
cause-speech-lost = { $a } с речи { $b } с { $c } не распознаны
cause-too-few-words = на { $a } с речи { $b } распознано слов: { $c }
cause-foreign-agent = оператор говорит { $a }, а правило написано для другого языка
cause-foreign-client = клиент говорит { $a }, а правило написано для другого языка
cause-foreign-all = собеседники говорят { $a }, а правило написано для другого языка
cause-other-language-agent = оператор говорит на языке «{ $a }», а правило написано для другого
cause-other-language-client = клиент говорит на языке «{ $a }», а правило написано для другого
cause-other-language-all = собеседники говорят на языке «{ $a }», а правило написано для другого
cause-too-little-because = проверено { $a } % стандарта, а для балла нужно не меньше { $b } %: { $c }
cause-too-little = проверено { $a } % стандарта, а для балла нужно не меньше { $b } %
cause-sides-not-apart = стороны разговора не разделены по каналам: кто и когда говорил одновременно, на записи не видно
cause-sides-on-one-channel = стороны записаны на одном канале: кто кого перебивал и когда говорили одновременно, на записи не видно
cause-channel-unknown = неизвестно, на каком канале оператор, а на каком клиент
cause-no-speech-recognized = речь не распознавалась: слов нет
cause-part-without-words = часть речи осталась без слов: темп по словам не посчитать
word-agent = оператора
word-client = клиента
word-all = собеседников
word-russian = по-русски
word-kazakh = по-казахски
word-english = по-английски

# Дефекты записи
defect-dual_mono = На обоих каналах одно и то же: стороны не разделены.
defect-dead_channel = На одном канале ничего не записано.
defect-silent = Запись почти беззвучна.
defect-crosstalk = Одна сторона слышна на канале другой.
defect-dc_offset = Сигнал смещён: так бывает при неисправной плате.
defect-clipping = Перегрузка: громкие места искажены.
defect-level_difference = Одна сторона намного громче другой.
defect-hum = Слышен гул электросети.
defect-rate_suspect = Похоже, частота дискретизации в заголовке неверна.
defect-rate_assumed = Частота дискретизации не указана, принята обычная.
defect-dtmf = Нажимали клавиши телефона.
defect-fax_or_modem = Слышен факс или модем.
defect-keyboard = Слышна клавиатура.
defect-clicks = Слышны щелчки.
defect-comfort_noise = Фоновый шум включается и пропадает.
defect-echo = Одна сторона возвращается эхом.
defect-bits_zero = В заголовке не указана разрядность.
defect-channels_zero = В заголовке не указано число каналов.
defect-channels_wrong = Число каналов в заголовке неверно.
defect-channels_chosen = Каналов больше двух: взяты те, где говорят.
defect-channels_swapped = Каналы оператора и клиента перепутаны.
defect-rate_zero = В заголовке не указана частота дискретизации.
defect-clock_jumps = Время в записи скачет.
defect-data_length_zero = В заголовке нулевая длина: прочитано до конца файла.
defect-data_longer_than_declared = Звука больше, чем обещает заголовок.
defect-data_truncated = Запись обрезана: использовано то, что есть.
defect-stream_truncated = Запись обрезана: использовано то, что есть.
defect-frame_incomplete = Последний отсчёт записан не полностью.
defect-block_incomplete = Последний блок записан не полностью.
defect-blocks_damaged = Часть блоков повреждена.
defect-block_size_wrong = Размер блока в заголовке неверен.
defect-byte_rate_wrong = Скорость потока в заголовке неверна.
defect-sub_format_unknown = Разновидность формата неизвестна.
defect-garbage_before_header = Перед началом записи посторонние данные.
defect-garbage_between_frames = Внутри записи повреждённое место: там тишина.
defect-packets_damaged = Часть пакетов повреждена: там тишина.
defect-packets_missing = Часть пакетов потеряна: там тишина.
defect-samples_not_finite = В записи есть недопустимые значения: там тишина.
defect-samples_out_of_range = Часть значений вне допустимого: ограничены.
defect-recordings_joined = В файле несколько записей подряд: прочитаны как одна.
defect-rest_unread = Остаток файла прочитать не удалось.
defect-layout_contradicted = Указанное расположение сторон не подходит к записи.
defect-side_empty = Файл одной стороны пуст.
defect-side_missing = Нет файла другой стороны.
defect-sides_of_different_length = Файлы двух сторон разной длины.
defect-fact_not_understood = Сведение о разговоре записано непонятно и не учтено.
defect-facts_contradict = Строки списка записей противоречат друг другу.
defect-transcript_clock_differs = Время в готовой расшифровке сдвинуто: исправлено.
defect-transcript_segments_of_both_sides = В готовой расшифровке реплики сторон не разделены.
defect-transcript_segments_unreadable = Часть готовой расшифровки не читается.
defect-transcript_speakers_doubtful = Кто говорит, в готовой расшифровке указано сомнительно.
defect-transcript_speakers_swapped = В готовой расшифровке стороны перепутаны: исправлено.

# Trying a rule (served)
trial-heading = Что нашло бы это правило?
trial-explained = Измените набор правил и посмотрите, что он нашёл бы в разговорах этой папки и чем это отличается от действующего. Ничего не записывается. Правила, которым нужны другие разговоры клиента, здесь не измеряются.
trial-pack = Набор правил (TOML)
trial-rule = Правило; пусто — все
trial-hit = Найденным считается
trial-start = Проверить
trial-running = Проверяется…
trial-left-out = На { $count } разговоров не хватило времени: показаны остальные, выбранные случайно.
trial-unreadable = Не прочитано разговоров: { $count }. Они повреждены (запустите etalon run ещё раз) или записаны более новой версией (обновите etalon).
trial-one-rule = Недели, операторов и разговоры показывает проверка одного правила.
trial-appeared = появилось
trial-vanished = пропало
trial-stayed = осталось
trial-weeks = По неделям
trial-hits = Найдено
trial-likeness = Сходство с примерами
trial-listed = Показаны первые { $listed }.
trial-wrong-pack = В наборе правил ошибка
problem-trial-busy = Сейчас проверяется другой набор
problem-trial-busy-remedy = Повторите через полминуты.
problem-no-rule-on-trial = Такого правила в наборе нет
problem-no-rule-on-trial-remedy = Проверьте id правила или оставьте поле пустым.

## What dialogue acts are called

act-greets = приветствие
act-names-company = название компании
act-names-self = своё имя
act-states-recording = предупреждение о записи
act-asks-identity = проверка личности
act-confirms-identity = подтверждение личности
act-denies-identity = это не тот человек
act-is-third-person = говорит посторонний
act-protects-secret = сохранение тайны
act-states-purpose = цель звонка
act-asks-convenience = вопрос, удобно ли говорить
act-asks-who-calls = вопрос, кто звонит
act-suspects-fraud = подозрение в мошенничестве
act-names-debt = сообщение о долге
act-names-amount = сумма долга
act-names-due-date = срок оплаты
act-asks-reason = вопрос о причине просрочки
act-asks-payment = просьба заплатить
act-states-consequence = законное последствие
act-states-way-out = как избежать последствий
act-involves-third-person = вовлечение постороннего
act-admits-debt = признание долга
act-disputes-debt = спор о долге
act-says-paid = сообщение об оплате
act-threatens = угроза
act-threatens-veiled = скрытая угроза
act-denies-threat = заверение, что угрозы не будет
act-reports-threat = рассказ о чужой угрозе
act-insults = оскорбление
act-shames = стыжение
act-mocks = насмешка
act-dismisses = безразличие
act-is-rude = грубость
act-misleads = введение в заблуждение
act-sympathises = сочувствие
act-thanks = благодарность
act-apologises = извинение
act-offers-help = предложение помощи
act-announces-hold = предупреждение об ожидании
act-asks-to-wait = просьба подождать
act-allows-hold = согласие подождать
act-thanks-for-waiting = благодарность за ожидание
act-asks-question = вопрос
act-asks-rhetorically = риторический вопрос
act-answers = ответ
act-answers-partly = неполный ответ
act-evades = уход от ответа
act-refuses-answer = отказ отвечать
act-promises-to-find-out = обещание узнать
act-repeats-question = повторный вопрос
act-asks-clarification = уточняющий вопрос
act-paraphrases = пересказ своими словами
act-checks-understanding = проверка понимания
act-agrees = согласие
act-disagrees = несогласие
act-asks-to-repeat = просьба повторить
act-explains-term = объяснение термина
act-informs = справка
act-offers-solution = предложение решения
act-refuses-solution = отказ в решении
act-makes-offer = предложение продукта
act-states-conditions = условия
act-asks-for-solution = просьба о решении
act-promises-firmly = твёрдое обещание оплаты
act-promises-conditionally = обещание с условием
act-promises-vaguely = неопределённое обещание
act-refuses-to-pay = отказ платить
act-cannot-pay = нечем платить
act-confirms-agreement = закрепление договорённости
act-sends-to-website = отсылка на сайт
act-asks-to-call-again = просьба перезвонить самому
act-sends-elsewhere = отсылка в другое место
act-offers-callback = обещание перезвонить
act-asks-callback = просьба перезвонить
act-cannot-talk = неудобно говорить
act-asks-number = вопрос о номере телефона
act-asks-time = вопрос об удобном времени
act-transfers = перевод звонка
act-gives-transfer-reason = причина перевода
act-vouches-for-colleague = поручительство за коллегу
act-goes-off-topic = уход от темы
act-returns-to-goal = возврат к теме
act-talks-aside = разговор не с клиентом
act-asks-more-questions = вопрос, есть ли ещё вопросы
act-says-farewell = прощание
act-backchannels = поддакивание
act-tells-trouble = рассказ о беде
act-is-aggressive = агрессия
act-complains = жалоба
act-asks-no-contact = просьба не звонить
act-asks-rating = просьба об оценке
