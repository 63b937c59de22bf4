//! What findings tell people, in Russian.
//!
//! Causes stand behind the rule's own words and a colon, so they begin with a small letter and have
//! no full stop; reasons are sentences.

use super::act_titles::title;
use etalon_call::{Act, EventKind, Role, Span, clock};

pub(crate) const NOT_TRANSCRIBED: &str = "звонок не расшифрован";
pub(crate) const NO_WORDS: &str = "в записи не расслышано ни одного слова";
pub(crate) const ROLES_UNKNOWN: &str = "на записи не различить, кто оператор, а кто клиент";
pub(crate) const NO_WORDS_OF_AGENT: &str = "на записи не слышно ни одного слова оператора";
pub(crate) const ONLY_UNSURE_WORDS: &str = "нужные слова найдены только там, где речь распознана неуверенно";
pub(crate) const COMPANY_UNKNOWN: &str = "название компании не задано ни в манифесте, ни в настройках";
pub(crate) const CLIENT_UNKNOWN: &str = "неизвестно, какому клиенту звонили: нет столбца client_ref";
pub(crate) const START_UNKNOWN: &str = "время начала звонка неизвестно";
pub(crate) const ZONE_UNKNOWN: &str =
    "часовой пояс клиента неизвестен: нет столбца client_utc_offset или client_time_zone";
pub(crate) const ZONE_NOTATION: &str = "часовой пояс клиента записан непонятно: нужно +05:00 или Asia/Almaty";
pub(crate) const OTHER_CALLS_UNKNOWN: &str = "это показывают только остальные звонки тому же клиенту";
pub(crate) const CALLBACK_TIME_UNKNOWN: &str = "о каком времени договорились, не расслышано";
pub(crate) const CALLBACK_OPEN: &str = "следующего звонка этому клиенту ещё нет";
pub(crate) const NOT_MEASURED: &str = "эта величина на записи не измерена";
pub(crate) const NOBODY_WAITS: &str = "не слышно, чтобы на линии кто-то разговаривал";
pub(crate) const WHOLE_CALL: &str = "весь разговор";
pub(crate) const NOTHING_SAID: &str = "здесь ничего не сказано";
pub(crate) const JUDGED_BY_HAND: &str = "пункт заполняет проверяющий";

/// Stands in front of a cause where the rule has no words of its own.
pub(crate) const CANNOT_BE_CHECKED: &str = "Нельзя проверить";
pub(crate) const NOT_APPLICABLE: &str = "К этому звонку правило не относится.";
pub(crate) const NOBODY_SPEAKS: &str = "Разговора не было: в записи никто не говорит.";
pub(crate) const VOICEMAIL: &str = "Разговора не было: ответил автоответчик.";
pub(crate) const UNAVAILABLE: &str = "Разговора не было: абонент недоступен.";
pub(crate) const ONLY_AGENT: &str = "Разговора не слышно: на записи говорит только оператор.";
pub(crate) const ONLY_CLIENT: &str = "Разговора не слышно: на записи говорит только клиент.";
pub(crate) const NO_RULE_APPLIES: &str = "К этому звонку не относится ни одно правило.";
pub(crate) const IVR: &str = "Разговора не было: говорит автоматическое меню или очередь ожидания.";

/// What a machine does not decide alone.
pub(crate) fn doubtful_act(act: Act) -> String {
    format!("похоже на это: {}; проверьте", title(act))
}

/// `language` is a code of ISO 639.
pub(crate) fn no_acts_in_language(role: Role, language: &str) -> String {
    format!("смысл реплик {} на языке «{language}» модель не понимает", of(role))
}

pub(crate) fn sentence_model_unreadable(error: impl std::fmt::Display) -> String {
    format!("модель смысла не читается: {error}")
}

/// Confidences are from 0 to 1.
pub(crate) fn low_confidence(role: Role, confidence: f64, least: f64) -> String {
    let whose = match role {
        Role::Agent => "речь оператора",
        Role::Client => "речь клиента",
        Role::Unknown => "речь",
    };
    format!(
        "{whose} распознана неуверенно: уверенность {}, нужна {}",
        decimal(confidence, 2),
        decimal(least, 2)
    )
}

pub(crate) fn most_speech_lost(role: Role, lost_s: f64, speech_s: f64) -> String {
    format!(
        "слов нет в {} с речи {} из {} с: её не удалось распознать",
        decimal(lost_s, 1),
        of(role),
        decimal(speech_s, 1)
    )
}

/// `first` is the first of the stretches that make up `lost_s`.
pub(crate) fn speech_lost(role: Role, lost_s: f64, first: Span) -> String {
    format!("{} с речи {} с {} не распознаны", decimal(lost_s, 1), of(role), clock(first.start_s))
}

/// Speech and words of a side that has next to none.
pub(crate) fn too_few_words(role: Role, words: usize, speech_s: f64) -> String {
    format!("на {} с речи {} распознано слов: {words}", decimal(speech_s, 1), of(role))
}

/// `language` is a code of ISO 639.
pub(crate) fn foreign_language(role: Role, language: &str) -> String {
    let whose = match role {
        Role::Agent => "оператор",
        Role::Client => "клиент",
        Role::Unknown => "собеседники",
    };
    let verb = if role == Role::Unknown { "говорят" } else { "говорит" };
    match language {
        "ru" => format!("{whose} {verb} по-русски, а правило написано для другого языка"),
        "kk" => format!("{whose} {verb} по-казахски, а правило написано для другого языка"),
        "en" => format!("{whose} {verb} по-английски, а правило написано для другого языка"),
        other => format!("{whose} {verb} на языке «{other}», а правило написано для другого"),
    }
}

/// Shares from 0 to 1.
pub(crate) fn too_little_measured(coverage: f64, least: f64, cause: Option<&str>) -> String {
    let cause = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
    format!(
        "Проверено {}\u{a0}% стандарта, а для балла нужно не меньше {}\u{a0}%{cause}.",
        decimal((100.0 * coverage).floor(), 0),
        decimal(100.0 * least, 0)
    )
}

/// What an event is where no words are; its length in whole seconds.
pub(crate) fn event_label(kind: EventKind, length_s: f64) -> String {
    let what = match kind {
        EventKind::Hold { music: true, .. } => "ожидание с музыкой",
        EventKind::Hold { .. } => "ожидание",
        EventKind::Silence { .. } => "тишина",
        EventKind::Overlap { .. } => "говорят одновременно",
        EventKind::Shouting { .. } => "повышенный голос",
        EventKind::Farewell { .. } => "прощание",
        EventKind::Unrecognized { .. } => "речь без слов",
    };
    format!("{what}, {} с", decimal(length_s.floor(), 0))
}

pub(crate) fn called_back_late(agreed: impl std::fmt::Display, called: impl std::fmt::Display) -> String {
    format!("Договорились на {agreed}, а следующий звонок был {called}.")
}

pub(crate) fn not_called_back(agreed: impl std::fmt::Display, known_until: impl std::fmt::Display) -> String {
    format!("Договорились на {agreed}, а в записях до {known_until} этого звонка нет.")
}

/// `times` are those of the calls, in order.
pub(crate) fn too_many_calls_in_a_day(times: &[&str], limit: usize) -> String {
    format!("Звонков за сутки: {} ({}), разрешено не больше {limit}.", times.len(), times.join(", "))
}

pub(crate) fn too_many_calls(days: i64, count: usize, limit: usize) -> String {
    format!("Звонков за {days} дней: {count}, разрешено не больше {limit}.")
}

pub(crate) fn stage_missing(title: &str) -> String {
    format!("Нет этапа «{title}».")
}

pub(crate) fn stage_misordered(title: &str) -> String {
    format!("Этап «{title}» не на своём месте.")
}

/// A number as it is written in Russian.
fn decimal(number: f64, decimals: usize) -> String {
    format!("{number:.decimals$}").replace('.', ",")
}

fn of(role: Role) -> &'static str {
    match role {
        Role::Agent => "оператора",
        Role::Client => "клиента",
        Role::Unknown => "собеседников",
    }
}
