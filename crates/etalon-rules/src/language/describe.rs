//! Conditions in plain Russian, for people who ask why a rule said what it said.

use crate::evaluate::act_titles::title;
use crate::language::condition::{
    AcrossCalls, Clock, Condition, ContactLimits, DaySet, EventName, Events, Fact, MetricBand, Node, Says,
    Speaks, Zone,
};
use crate::language::window::{Anchor, Window};
use etalon_call::Role;

/// What a condition asks, as a heading over its parts where it has some.
pub(crate) fn description(node: &Node) -> String {
    match &node.condition {
        Condition::All(_) | Condition::Named(_) => "выполняется всё из этого:".to_owned(),
        Condition::Any(_) => "выполняется хотя бы одно из этого:".to_owned(),
        Condition::FirstMeasured(_) => "выполняется первое из этого, что удаётся измерить:".to_owned(),
        Condition::Not(_) => "не выполняется это:".to_owned(),
        Condition::Says(says) => says_description(says),
        Condition::Speaks(speaks) => speaks_description(speaks),
        Condition::Events(events) => events_description(events),
        Condition::Metric(band) => metric_description(band),
        Condition::Each { .. } => "для каждого места из первого пункта выполняется остальное:".to_owned(),
        Condition::Some { .. } => {
            "хотя бы для одного места из первого пункта выполняется остальное:".to_owned()
        }
        Condition::Earlier { .. } => "первое раньше второго:".to_owned(),
        Condition::Clock(clock) => clock_description(clock),
        Condition::Known(fact) => fact_description(*fact).to_owned(),
        Condition::SameLanguage(language) => format!(
            "клиент и оператор говорят на одном языке (реплик на другом не больше {})",
            language.at_most_turns
        ),
        Condition::Stages(order) => format!("этапы есть и идут по порядку: {}", order.join(", ")),
        Condition::AcrossCalls(asked) => across_calls_description(*asked),
    }
}

fn says_description(says: &Says) -> String {
    let side = side(says.by);
    let meant: Vec<&str> = says.intents.iter().map(|intent| intent.name()).collect();
    let meant = match meant.as_slice() {
        [] => String::new(),
        _ => format!(" или то, что значит «{}»", meant.join("», «")),
    };
    let meant = meant + &acts_description(says);
    let what = match (says.phrases.len(), says.in_question) {
        (0, _) if says.acts.is_some() => "делает это словами".to_owned(),
        (0, _) if !says.intents.is_empty() => "говорит заданное".to_owned(),
        (0, Some(false)) => "говорит не вопросом".to_owned(),
        (0, _) => "задаёт вопрос".to_owned(),
        (1, Some(true)) => "спрашивает заданной фразой".to_owned(),
        (count, Some(true)) => format!("спрашивает одной из фраз (их {count})"),
        (1, _) => "говорит заданную фразу".to_owned(),
        (count, _) => format!("говорит одну из фраз (их {count})"),
    };
    let often = if says.at_least > 1 {
        format!(", не меньше {} раз", says.at_least)
    } else {
        String::new()
    };
    format!("{side} {what}{meant}{often}{}", window_description(&says.window))
}

/// The acts that count, and how probable they must be.
fn acts_description(says: &Says) -> String {
    let Some(acts) = &says.acts else { return String::new() };
    let titles: Vec<&str> = acts.any_of.iter().map(|act| title(*act)).collect();
    let at_least = format!("{:.2}", acts.at_least).replace('.', ",");
    format!(" («{}» с вероятностью от {at_least})", titles.join("», «"))
}

fn speaks_description(speaks: &Speaks) -> String {
    let words = speaks.at_least_words;
    format!(
        "{} говорит хоть что-то (слов не меньше {words}){}",
        side(speaks.by),
        window_description(&speaks.window)
    )
}

fn events_description(events: &Events) -> String {
    let what = match (events.kind, events.by) {
        (EventName::Overlap, None) => "говорят одновременно".to_owned(),
        (EventName::Overlap, Some(by)) => format!("{} вступает поверх чужой речи", side(by)),
        (EventName::Silence, _) => "тишина".to_owned(),
        (EventName::Hold, _) => match events.announced {
            None => "удержание".to_owned(),
            Some(true) => "удержание с предупреждением".to_owned(),
            Some(false) => "удержание без предупреждения".to_owned(),
        },
        (EventName::Farewell, by) => format!("прощание{}", of_side(by)),
        (EventName::Shouting, by) => format!("крик{}", of_side(by)),
    };
    let length = match events.lasting_s {
        0.0 => String::new(),
        seconds => format!(" не короче {} с", number(seconds)),
    };
    let often = match (events.at_least, events.at_most) {
        (None | Some(1), None) => "есть".to_owned(),
        (Some(least), None) => format!("не меньше {least} раз"),
        (None, Some(0)) => "нет".to_owned(),
        (None, Some(most)) => format!("не больше {most} раз"),
        (Some(least), Some(most)) => format!("от {least} до {most} раз"),
    };
    format!("{what}{length}: {often}{}", window_description(&events.window))
}

fn metric_description(band: &MetricBand) -> String {
    let limits = match (band.at_least, band.at_most) {
        (Some(least), Some(most)) => format!("от {} до {}", number(least), number(most)),
        (Some(least), None) => format!("не меньше {}", number(least)),
        (None, Some(most)) => format!("не больше {}", number(most)),
        (None, None) => "любой".to_owned(),
    };
    let relative =
        if band.over.is_some() { " (отношение к другому показателю)" } else { "" };
    format!("показатель {}{relative} {limits}", band.path)
}

fn clock_description(clock: &Clock) -> String {
    let time = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
    let days = match clock.days {
        DaySet::Every => "",
        DaySet::Weekdays => " с понедельника по пятницу",
        DaySet::Weekend => " в субботу или воскресенье",
        DaySet::Workdays => " в рабочий день",
        DaySet::DaysOff => " в выходной или праздник",
    };
    let whose = match clock.zone {
        Zone::Agent => "оператора",
        Zone::Client => "клиента",
    };
    let (from, until) = (time(clock.from_minute), time(clock.until_minute));
    format!("звонок начался с {from} до {until}{days} по часам {whose}")
}

fn fact_description(fact: Fact) -> &'static str {
    match fact {
        Fact::StartedAt => "известно время начала звонка",
        Fact::Company => "известно название компании",
        Fact::AgentName => "известно имя оператора",
        Fact::ClientRef => "известно, какому клиенту звонили",
        Fact::Transcript => "разговор расшифрован",
        Fact::Collection => "в манифесте сказано, что это взыскание",
        Fact::Collector => "название компании говорит, что она взыскивает долги",
        Fact::HungUpByAgent => "трубку положил оператор",
        Fact::HungUpByClient => "трубку положил клиент",
        Fact::CalledByClient => "позвонил сам клиент",
    }
}

fn across_calls_description(asked: AcrossCalls) -> String {
    match asked {
        AcrossCalls::CallbackKept => "клиенту перезвонили в оговорённое время".to_owned(),
        AcrossCalls::ContactFrequency(ContactLimits { day, week, month }) => {
            let limits: Vec<String> = [(Some(day), "за сутки"), (week, "за 7 дней"), (month, "за 30 дней")]
                .into_iter()
                .filter_map(|(limit, period)| Some(format!("{period} {}", limit?)))
                .collect();
            format!("звонков этому клиенту не больше, чем {}", limits.join(", "))
        }
    }
}

fn window_description(window: &Window) -> String {
    if *window == Window::CALL {
        return String::new();
    }
    let from = moment(window.from, window.from_s);
    let until = moment(window.until, window.until_s);
    format!(", в промежутке от {from} до {until}")
}

fn moment(anchor: Anchor, shift_s: f64) -> String {
    let name = match anchor {
        Anchor::CallStart => "начала записи",
        Anchor::CallEnd => "конца записи",
        Anchor::FirstWord => "первого слова",
        Anchor::LastWord => "последнего слова",
        Anchor::AgentFirstWord => "первого слова оператора",
        Anchor::AgentLastWord => "последнего слова оператора",
        Anchor::ClientFirstWord => "первого слова клиента",
        Anchor::ClientLastWord => "последнего слова клиента",
        Anchor::FoundStart => "начала найденного места",
        Anchor::FoundEnd => "конца найденного места",
        Anchor::FoundTurnStart => "начала этой реплики",
        Anchor::FoundTurnEnd => "конца этой реплики",
        Anchor::NextAgentTurnStart => "начала следующей реплики оператора",
        Anchor::NextAgentTurnEnd => "конца следующей реплики оператора",
        Anchor::NextClientTurnStart => "начала следующей реплики клиента",
        Anchor::NextClientTurnEnd => "конца следующей реплики клиента",
        Anchor::PreviousAgentTurnStart => "начала предыдущей реплики оператора",
        Anchor::PreviousAgentTurnEnd => "конца предыдущей реплики оператора",
        Anchor::PreviousClientTurnStart => "начала предыдущей реплики клиента",
        Anchor::PreviousClientTurnEnd => "конца предыдущей реплики клиента",
    };
    match shift_s {
        0.0 => name.to_owned(),
        later if later > 0.0 => format!("{name} + {} с", number(later)),
        earlier => format!("{name} − {} с", number(-earlier)),
    }
}

fn side(role: Role) -> &'static str {
    match role {
        Role::Agent => "оператор",
        Role::Client => "клиент",
        Role::Unknown => "кто-то",
    }
}

fn of_side(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Agent) => " оператора",
        Some(Role::Client) => " клиента",
        _ => "",
    }
}

/// A number without a useless fraction, with a comma as Russian writes it.
fn number(value: f64) -> String {
    format!("{value}").replace('.', ",")
}
