//! The values of a pack that stand for something of a call: sides, moments, times of day, facts and
//! measures.

use crate::language::condition::{Clock, DaySet, Fact, MetricBand, MetricName, SpeakerMetric, Zone};
use crate::language::document::{Table, Value};
use crate::language::error::{PackError, help_for_unknown};
use crate::language::window::{Anchor, Window};
use etalon_call::{Act, Role};

/// The value that a name stands for.
pub(super) fn choice<T: Copy>(value: Value<'_>, names: &[(&str, T)]) -> Result<T, PackError> {
    let name = value.text()?;
    names.iter().find(|(known, _)| *known == name).map(|&(_, meaning)| meaning).ok_or_else(|| {
        let known: Vec<&str> = names.iter().map(|(known, _)| *known).collect();
        let help =
            help_for_unknown(name, known.iter().copied(), format!("write one of {}", known.join(", ")));
        value.invalid(format!("`{name}` is not known here"), help)
    })
}

pub(super) fn read_role(value: Value<'_>) -> Result<Role, PackError> {
    choice(value, &[Role::Agent, Role::Client].map(|role| (role.name(), role)))
}

pub(super) fn read_act(value: Value<'_>) -> Result<Act, PackError> {
    let name = value.text()?;
    name.parse().map_err(|_| {
        let help = help_for_unknown(name, Act::NAMES.iter().copied(), "docs/acts.md lists the acts");
        value.invalid(format!("there is no dialogue act `{name}`"), help)
    })
}

pub(super) fn read_probability(value: Value<'_>) -> Result<f64, PackError> {
    match value.number()? {
        probability if (0.0..=1.0).contains(&probability) => Ok(probability),
        _ => Err(value.invalid("a probability lies between 0 and 1", "beside acts, write for instance 0.8")),
    }
}

pub(super) fn read_window(table: &Table<'_>) -> Result<Window, PackError> {
    let from_name = table.get("from");
    let until_name = table.get("until");
    let until_s = table.number("until_s");
    let from_s = table.number("from_s").unwrap_or(0.0);
    let from =
        from_name.and_then(|name| table.origin.reported(read_anchor(name))).unwrap_or(Anchor::CallStart);
    let until = match (until_name, until_s) {
        (Some(value), _) => read_anchor(value)?,
        (None, Some(_)) => from,
        (None, None) => Anchor::CallEnd,
    };
    let window = Window { from, from_s, until, until_s: until_s.unwrap_or(0.0) };
    if window.is_impossible() {
        return Err(table.origin.invalid(
            table.span(),
            "this window ends before it begins",
            "no call has such a stretch: make until_s greater, or let it begin earlier",
        ));
    }
    table.finish();
    Ok(window)
}

pub(super) fn read_anchor(value: Value<'_>) -> Result<Anchor, PackError> {
    let name = value.text()?;
    Anchor::named(name).ok_or_else(|| {
        let known: Vec<&str> = Anchor::NAMES.iter().map(|(name, _)| *name).collect();
        let help =
            help_for_unknown(name, known.iter().copied(), format!("write one of {}", known.join(", ")));
        value.invalid(format!("there is no anchor `{name}`"), help)
    })
}

pub(super) fn read_clock(table: &Table<'_>) -> Result<Clock, PackError> {
    let clock = Clock {
        from_minute: read_minute(table.require("from")?)?,
        until_minute: read_minute(table.require("until")?)?,
        days: table.read("days", read_days).unwrap_or(DaySet::Every),
        zone: table
            .read("zone", |value| choice(value, &[("agent", Zone::Agent), ("client", Zone::Client)]))
            .unwrap_or(Zone::Agent),
    };
    if clock.from_minute == clock.until_minute {
        return Err(table.origin.invalid(
            table.span(),
            "no call begins in this time: it ends as it begins",
            "write another `until`; \"00:00\" to \"24:00\" is the whole day",
        ));
    }
    table.finish();
    Ok(clock)
}

fn read_days(value: Value<'_>) -> Result<DaySet, PackError> {
    choice(
        value,
        &[
            ("every", DaySet::Every),
            ("weekdays", DaySet::Weekdays),
            ("weekend", DaySet::Weekend),
            ("workdays", DaySet::Workdays),
            ("days_off", DaySet::DaysOff),
        ],
    )
}

pub(super) fn read_minute(value: Value<'_>) -> Result<u32, PackError> {
    let text = value.text()?;
    let parts = text
        .split_once(':')
        .and_then(|(hours, minutes)| Some((hours.parse::<u32>().ok()?, minutes.parse::<u32>().ok()?)));
    match parts {
        Some((hours, minutes)) if hours <= 24 && minutes < 60 => Ok(hours * 60 + minutes),
        _ => Err(value.invalid("this is no time of day", "write hours and minutes, for instance \"09:30\"")),
    }
}

pub(super) fn read_fact(value: Value<'_>) -> Result<Fact, PackError> {
    choice(
        value,
        &[
            ("started_at", Fact::StartedAt),
            ("company", Fact::Company),
            ("agent_name", Fact::AgentName),
            ("hung_up_by_agent", Fact::HungUpByAgent),
            ("hung_up_by_client", Fact::HungUpByClient),
            ("called_by_client", Fact::CalledByClient),
            ("client_ref", Fact::ClientRef),
            ("transcript", Fact::Transcript),
            ("collection", Fact::Collection),
            ("collector", Fact::Collector),
        ],
    )
}

pub(super) fn read_metric_band(name: Value<'_>, table: &Table<'_>) -> Result<MetricBand, PackError> {
    let band = MetricBand {
        metric: read_metric(name)?,
        path: name.text()?.to_owned(),
        over: table.read("over", read_metric),
        at_least: table.number("at_least"),
        at_most: table.number("at_most"),
    };
    if band.at_least.is_none() && band.at_most.is_none() {
        return Err(name.invalid("this measure has no limit", "add at_least or at_most"));
    }
    if let (Some(least), Some(most)) = (band.at_least, band.at_most)
        && least > most
    {
        return Err(name.invalid("no measure can be both", "make at_most greater than at_least"));
    }
    Ok(band)
}

/// Measures that a misspelt name may have meant.
const MEASURES: [&str; 26] = [
    "silence.total_s",
    "silence.ratio",
    "silence.longest_s",
    "silence.count",
    "hold.total_s",
    "hold.longest_s",
    "hold.count",
    "overlap.total_s",
    "overlap.ratio",
    "interruptions.by_agent",
    "interruptions.by_client",
    "attempts.by_agent",
    "attempts.by_client",
    "duration_s",
    "speakers.agent.talk_s",
    "speakers.agent.talk_ratio",
    "speakers.agent.words_per_min",
    "speakers.agent.syllables_per_s",
    "speakers.agent.loudness_lufs",
    "speakers.agent.longest_turn_s",
    "speakers.client.talk_s",
    "speakers.client.talk_ratio",
    "speakers.client.words_per_min",
    "speakers.client.syllables_per_s",
    "speakers.client.loudness_lufs",
    "speakers.client.longest_turn_s",
];

pub(super) fn read_metric(value: Value<'_>) -> Result<MetricName, PackError> {
    let name = value.text()?;
    let named = match name {
        "silence.total_s" => Some(MetricName::SilenceTotal),
        "silence.ratio" => Some(MetricName::SilenceRatio),
        "silence.longest_s" => Some(MetricName::SilenceLongest),
        "silence.count" => Some(MetricName::SilenceCount),
        "hold.total_s" => Some(MetricName::HoldTotal),
        "hold.longest_s" => Some(MetricName::HoldLongest),
        "hold.count" => Some(MetricName::HoldCount),
        "overlap.total_s" => Some(MetricName::OverlapTotal),
        "overlap.ratio" => Some(MetricName::OverlapRatio),
        "interruptions.by_agent" => Some(MetricName::InterruptionsByAgent),
        "interruptions.by_client" => Some(MetricName::InterruptionsByClient),
        "attempts.by_agent" => Some(MetricName::AttemptsByAgent),
        "attempts.by_client" => Some(MetricName::AttemptsByClient),
        "duration_s" => Some(MetricName::Duration),
        _ => speaker_metric(name),
    };
    named.ok_or_else(|| {
        let otherwise = "write a path of the contract's metrics, for instance speakers.agent.words_per_min";
        let help = help_for_unknown(name, MEASURES, otherwise);
        value.invalid(format!("no measure has the name `{name}`"), help)
    })
}

pub(super) fn speaker_metric(name: &str) -> Option<MetricName> {
    let (role, measure) = name.strip_prefix("speakers.")?.split_once('.')?;
    let role = role.parse().ok().filter(|role| *role != Role::Unknown)?;
    let measure = match measure {
        "talk_s" => SpeakerMetric::TalkSeconds,
        "talk_ratio" => SpeakerMetric::TalkRatio,
        "turns" => SpeakerMetric::Turns,
        "words" => SpeakerMetric::Words,
        "words_per_min" => SpeakerMetric::WordsPerMinute,
        "syllables_per_s" => SpeakerMetric::SyllablesPerSecond,
        "loudness_lufs" => SpeakerMetric::Loudness,
        "loudness_range_lu" => SpeakerMetric::LoudnessRange,
        "clipped_ratio" => SpeakerMetric::ClippedRatio,
        "longest_turn_s" => SpeakerMetric::LongestTurn,
        "response_latency_s.p50" => SpeakerMetric::LatencyMedian,
        "response_latency_s.p95" => SpeakerMetric::LatencyHigh,
        _ => return None,
    };
    Some(MetricName::Speaker(role, measure))
}
