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
recording-choose = Выберите файл записи:
no-sound = Слушать нельзя.

# Картина разговора
timeline-label = Ход разговора
wave-label = Громкость обеих сторон: сверху оператор, снизу клиент
lane-findings = Нарушения
lane-overlap = Говорят вместе
lane-silence = Тишина
lane-hold = Ожидание
lane-other = Прочее
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

# Расшифровка
transcript-heading = Расшифровка
no-words-heard = Речь этой записи не распознавалась, поэтому слов нет.
no-words-found = В записи не распознано ни одного слова.
removed-repeated = повтор распознавателя, слов не было
removed-invented = выдумка распознавателя, слов не было
removed-without-speech = здесь не говорили
removed-from-glossary = повтор подсказанного словаря

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
figure-calls = разговоры
figure-audio = звука
figure-mean = средний балл из 100
figure-mean-of-all = средний балл всех
figure-unscored = не оценено, в среднем не учтено
figure-critical = с критическим нарушением
figure-failures = записей без результата
figure-failed = нарушено
figure-passed = выполнено
figure-unmeasurable = не измерено
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

# Правила
rules-explained = Чаще нарушаемые сверху. Числа ведут к своим разговорам.
column-rule = Правило
column-failed = Нарушено
column-judged = Проверено
column-unmeasurable = Не измерить
column-unmeasurable-explained = Правило применимо, но запись не позволяет судить
column-precision = Точность
column-precision-explained = Какая доля найденных нарушений подтвердилась при проверке
column-share = Доля нарушений
not-judged = не проверялось
accuracy-unknown = не известна
accuracy-heading = Насколько этому правилу можно верить
accuracy-never-measured = Точность этого правила здесь не измерялась. Её дают проверки людей или сравнение с размеченными разговорами (etalon eval --save).
accuracy-on-your-calls = Измерено на ваших разговорах:
accuracy-on-labelled-calls = Измерено на размеченных разговорах:
accuracy-lacking = До оценки не хватает проверок: { $lacking } (нужно { $floor }).
accuracy-no-cases = нет случаев
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
people-explained = Средние с 95 % интервалом. У кого меньше { $floor } оценённых разговоров, те без места и стоят ниже.
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
retry-useless = не поможет
retry-next-run = при следующем запуске
passed-over-heading = Не взято из папок
listed-part = Показано { $listed } из { $count }; все в { $file }.
stage-intake = приём записей
stage-decode = чтение звука
stage-activity = поиск речи
stage-transcription = распознавание
stage-speakers = собеседники
stage-dialogue = ход разговора
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
