//! The columns of the tables. Names repeat the paths of the call's JSON with `_` for every step.

use super::writer::Column;
use chrono::SecondsFormat;
use etalon_call::{
    Call, CallFacts, Event, EventKind, Evidence, OverlapClass, Role, RuleResult, SpeakerMetrics,
    TranscriptionCounts, Turn, Verdict,
};
use etalon_store::PassedOver;

/// One row a call.
pub(super) fn calls() -> Vec<Column> {
    let mut columns = facts_of_calls();
    columns.extend(results_of_calls());
    columns.extend(words_of_calls());
    columns.extend(measures_of_agents());
    columns.extend(measures_of_clients());
    columns.extend(measures_of_dialogues());
    columns.extend(agreements_of_calls());
    columns
}

/// One row a turn, in order of time.
pub(super) fn turns() -> Vec<Column> {
    let mut columns = keys();
    columns.extend([
        Column::integer("turn", |_, index| i64::try_from(index).ok()),
        Column::text("speaker", |call, index| Some(turn(call, index)?.speaker.name().to_owned())),
        Column::real("start_s", |call, index| Some(turn(call, index)?.start_s)),
        Column::real("end_s", |call, index| Some(turn(call, index)?.end_s)),
        Column::text("text", |call, index| Some(turn(call, index)?.text.as_str().to_owned())),
        Column::text("language", |call, index| Some(turn(call, index)?.language.clone())),
        Column::integer("words", |call, index| i64::try_from(turn(call, index)?.words.len()).ok()),
    ]);
    columns
}

/// One row an event, in order of time.
pub(super) fn events() -> Vec<Column> {
    let mut columns = keys();
    columns.extend([
        Column::integer("event", |_, index| i64::try_from(index).ok()),
        Column::text("kind", |call, index| Some(kind_name(event(call, index)?.kind).to_owned())),
        Column::text("class", |call, index| Some(overlap(call, index)?.0.name().to_owned())),
        Column::text("interrupter", |call, index| Some(overlap(call, index)?.1.name().to_owned())),
        Column::text("interrupted", |call, index| Some(overlap(call, index)?.2.name().to_owned())),
        Column::text("speaker", |call, index| Some(speaker(call, index)?.name().to_owned())),
        Column::real("start_s", |call, index| Some(event(call, index)?.start_s)),
        Column::real("end_s", |call, index| Some(event(call, index)?.end_s)),
        Column::boolean("in_hold", |call, index| match event(call, index)?.kind {
            EventKind::Silence { in_hold } => Some(in_hold),
            _ => None,
        }),
        Column::boolean("music", |call, index| match event(call, index)?.kind {
            EventKind::Hold { music, .. } => Some(music),
            _ => None,
        }),
        Column::boolean("announced", |call, index| match event(call, index)?.kind {
            EventKind::Hold { announced, .. } => announced,
            _ => None,
        }),
    ]);
    columns
}

/// One row a rule and call, in the order of the packs. `evidence_*` is the first place to listen
/// to.
pub(super) fn rules() -> Vec<Column> {
    let mut columns = keys();
    columns.extend([
        Column::text("pack", |call, index| Some(rule(call, index)?.pack.clone())),
        Column::text("rule", |call, index| Some(rule(call, index)?.id.clone())),
        Column::text("verdict", |call, index| Some(rule(call, index)?.verdict.name().to_owned())),
        Column::text("severity", |call, index| Some(rule(call, index)?.severity.name().to_owned())),
        Column::real("points", |call, index| rule(call, index)?.points),
        Column::real("max_points", |call, index| Some(rule(call, index)?.max_points)),
        Column::text("reason", |call, index| Some(rule(call, index)?.reason.clone())),
        Column::integer("evidence_count", |call, index| {
            i64::try_from(rule(call, index)?.evidence.len()).ok()
        }),
        Column::real("evidence_start_s", |call, index| Some(evidence(call, index)?.start_s)),
        Column::real("evidence_end_s", |call, index| Some(evidence(call, index)?.end_s)),
        Column::text("evidence_speaker", |call, index| {
            Some(evidence(call, index)?.speaker?.name().to_owned())
        }),
        Column::text("evidence_quote", |call, index| Some(evidence(call, index)?.quote.as_str().to_owned())),
        Column::text("evidence_label", |call, index| evidence(call, index)?.label.clone()),
    ]);
    columns
}

/// One row a file of the inputs that was not taken for a recording.
pub(super) fn passed_over() -> Vec<Column<PassedOver>> {
    vec![
        Column::text("source", |file: &PassedOver, _| Some(file.source.clone())),
        Column::text("reason", |file: &PassedOver, _| Some(file.reason.name().to_owned())),
        Column::text("detail", |file: &PassedOver, _| file.detail.clone()),
    ]
}

/// What rows are about: a call, or something of one.
pub(super) trait OfCall {
    /// What is known of the call.
    fn facts(&self) -> &CallFacts;
}

impl OfCall for Call {
    fn facts(&self) -> &CallFacts {
        &self.call
    }
}

/// What every table but `calls` begins with, so that most questions need no join.
pub(super) fn keys<S: OfCall>() -> Vec<Column<S>> {
    vec![
        Column::text("call_id", |row: &S, _| Some(row.facts().id.clone())),
        Column::text("agent_id", |row: &S, _| row.facts().agent_id.clone()),
        Column::text("team", |row: &S, _| row.facts().team.clone()),
        Column::instant("started_at", |row: &S, _| Some(row.facts().started_at?.timestamp_millis())),
    ]
}

fn facts_of_calls() -> Vec<Column> {
    vec![
        Column::text("id", |call, _| Some(call.call.id.clone())),
        Column::text("source", |call, _| Some(call.call.source.clone())),
        Column::text("audio_sha256", |call, _| Some(call.call.audio_sha256.clone())),
        Column::instant("started_at", |call, _| Some(call.call.started_at?.timestamp_millis())),
        Column::text("started_at_local", |call, _| {
            Some(call.call.started_at?.to_rfc3339_opts(SecondsFormat::Secs, false))
        }),
        Column::text("direction", |call, _| Some(call.call.direction?.name().to_owned())),
        Column::text("agent_id", |call, _| call.call.agent_id.clone()),
        Column::text("agent_name", |call, _| call.call.agent_name.clone()),
        Column::text("team", |call, _| call.call.team.clone()),
        Column::text("manager", |call, _| call.call.manager.clone()),
        Column::text("client_ref", |call, _| call.call.client_ref.clone()),
        Column::text("hung_up_by", |call, _| Some(call.call.hung_up_by?.name().to_owned())),
        Column::real("duration_s", |call, _| Some(call.audio.duration_s)),
        Column::integer("rate_hz", |call, _| Some(i64::from(call.audio.rate_hz))),
        Column::integer("channels", |call, _| Some(i64::from(call.audio.channels))),
        Column::text("codec", |call, _| Some(call.audio.codec.clone())),
        Column::text("layout", |call, _| Some(call.audio.layout.name().to_owned())),
        Column::text("layout_source", |call, _| Some(call.audio.layout_source.name().to_owned())),
        Column::integer("defects", |call, _| i64::try_from(call.audio.defects.len()).ok()),
        Column::text("model", |call, _| call.pipeline.model.clone()),
        Column::text("language", |call, _| Some(call.pipeline.language.clone())),
        Column::text("fingerprint", |call, _| Some(call.pipeline.fingerprint.clone())),
    ]
}

fn results_of_calls() -> Vec<Column> {
    vec![
        Column::real("score", |call, _| call.evaluation.score),
        Column::real("score_coverage", |call, _| call.evaluation.score_coverage),
        Column::text("score_unmeasurable", |call, _| call.evaluation.score_unmeasurable.clone()),
        Column::boolean("critical", |call, _| Some(call.evaluation.critical)),
        Column::boolean("answered", |call, _| call.evaluation.answered),
        Column::integer("rules_passed", |call, _| Some(count(call, Verdict::Pass))),
        Column::integer("rules_failed", |call, _| Some(count(call, Verdict::Fail))),
        Column::integer("rules_na", |call, _| Some(count(call, Verdict::Na))),
        Column::integer("rules_unmeasurable", |call, _| Some(count(call, Verdict::Unmeasurable))),
    ]
}

/// Words that were recognised, and what the guards against invented text dropped; null where the
/// call was not transcribed.
fn words_of_calls() -> Vec<Column> {
    fn of(call: &Call) -> Option<&TranscriptionCounts> {
        call.pipeline.model.as_ref().map(|_| &call.pipeline.transcription)
    }
    vec![
        Column::integer("words", |call, _| Some(of(call)?.words.into())),
        Column::integer("words_outside_activity", |call, _| Some(of(call)?.words_outside_activity.into())),
        Column::integer("words_repeated", |call, _| Some(of(call)?.words_repeated.into())),
        Column::integer("words_invented", |call, _| Some(of(call)?.words_invented.into())),
        Column::integer("words_without_speech", |call, _| Some(of(call)?.words_without_speech.into())),
        Column::integer("words_from_glossary", |call, _| Some(of(call)?.words_from_glossary.into())),
    ]
}

/// The same measures for either side, under names that begin with the side.
macro_rules! measures_of_speaker {
    ($name:ident, $role:literal) => {
        fn $name() -> Vec<Column> {
            fn of(call: &Call) -> Option<&SpeakerMetrics> {
                call.metrics.speakers.get($role)
            }
            vec![
                Column::real(concat!($role, "_talk_s"), |call, _| Some(of(call)?.talk_s)),
                Column::real(concat!($role, "_talk_ratio"), |call, _| Some(of(call)?.talk_ratio)),
                Column::integer(concat!($role, "_turns"), |call, _| Some(of(call)?.turns.into())),
                Column::integer(concat!($role, "_words"), |call, _| of(call)?.words.map(i64::from)),
                Column::real(concat!($role, "_words_per_min"), |call, _| of(call)?.words_per_min),
                Column::real(concat!($role, "_syllables_per_s"), |call, _| of(call)?.syllables_per_s),
                Column::real(concat!($role, "_loudness_lufs"), |call, _| of(call)?.loudness_lufs),
                Column::real(concat!($role, "_loudness_range_lu"), |call, _| of(call)?.loudness_range_lu),
                Column::real(concat!($role, "_peak_dbfs"), |call, _| of(call)?.peak_dbfs),
                Column::real(concat!($role, "_clipped_ratio"), |call, _| of(call)?.clipped_ratio),
                Column::real(concat!($role, "_longest_turn_s"), |call, _| Some(of(call)?.longest_turn_s)),
                Column::real(concat!($role, "_response_latency_p50_s"), |call, _| {
                    of(call)?.response_latency_s.p50
                }),
                Column::real(concat!($role, "_response_latency_p95_s"), |call, _| {
                    of(call)?.response_latency_s.p95
                }),
            ]
        }
    };
}
measures_of_speaker!(measures_of_agents, "agent");
measures_of_speaker!(measures_of_clients, "client");

fn measures_of_dialogues() -> Vec<Column> {
    vec![
        Column::real("silence_total_s", |call, _| Some(call.metrics.silence.total_s)),
        Column::real("silence_ratio", |call, _| Some(call.metrics.silence.ratio)),
        Column::real("silence_longest_s", |call, _| Some(call.metrics.silence.longest_s)),
        Column::integer("silence_count", |call, _| Some(call.metrics.silence.count.into())),
        Column::real("hold_total_s", |call, _| Some(call.metrics.hold.total_s)),
        Column::real("hold_longest_s", |call, _| Some(call.metrics.hold.longest_s)),
        Column::integer("hold_count", |call, _| Some(call.metrics.hold.count.into())),
        Column::real("overlap_total_s", |call, _| call.metrics.overlap.total_s),
        Column::real("overlap_ratio", |call, _| call.metrics.overlap.ratio),
        Column::integer("interruptions_by_agent", |call, _| {
            call.metrics.interruptions.by_agent.map(i64::from)
        }),
        Column::integer("interruptions_by_client", |call, _| {
            call.metrics.interruptions.by_client.map(i64::from)
        }),
        Column::integer("attempts_by_agent", |call, _| call.metrics.attempts.by_agent.map(i64::from)),
        Column::integer("attempts_by_client", |call, _| call.metrics.attempts.by_client.map(i64::from)),
    ]
}

fn agreements_of_calls() -> Vec<Column> {
    vec![
        Column::boolean("promised_to_pay", |call, _| call.evaluation.agreements.promised_to_pay),
        Column::real("promised_amount", |call, _| call.evaluation.agreements.promise_to_pay.as_ref()?.amount),
        Column::text("promised_currency", |call, _| {
            call.evaluation.agreements.promise_to_pay.as_ref()?.currency.clone()
        }),
        Column::text("promised_date", |call, _| {
            call.evaluation.agreements.promise_to_pay.as_ref()?.date.clone()
        }),
        Column::boolean("agreed_callback", |call, _| call.evaluation.agreements.agreed_callback),
        Column::instant("callback_at", |call, _| {
            Some(call.evaluation.agreements.callback.as_ref()?.at?.timestamp_millis())
        }),
        Column::text("topics", |call, _| Some(call.evaluation.topics.as_ref()?.join(";"))),
        Column::text("call_type", |call, _| call.evaluation.call_type.clone()),
        Column::integer("nps", |call, _| call.evaluation.nps.map(i64::from)),
        Column::text("stages_missing", |call, _| Some(call.evaluation.stages_missing.as_ref()?.join(";"))),
        Column::text("stages_misordered", |call, _| {
            Some(call.evaluation.stages_misordered.as_ref()?.join(";"))
        }),
    ]
}

fn turn(call: &Call, index: usize) -> Option<&Turn> {
    call.turns.get(index)
}

fn event(call: &Call, index: usize) -> Option<&Event> {
    call.events.get(index)
}

fn overlap(call: &Call, index: usize) -> Option<(OverlapClass, Role, Role)> {
    match event(call, index)?.kind {
        EventKind::Overlap { class, interrupter, interrupted } => Some((class, interrupter, interrupted)),
        _ => None,
    }
}

fn speaker(call: &Call, index: usize) -> Option<Role> {
    match event(call, index)?.kind {
        EventKind::Farewell { speaker }
        | EventKind::Shouting { speaker }
        | EventKind::Unrecognized { speaker } => Some(speaker),
        _ => None,
    }
}

fn rule(call: &Call, index: usize) -> Option<&RuleResult> {
    call.evaluation.rules.get(index)
}

fn evidence(call: &Call, index: usize) -> Option<&Evidence> {
    rule(call, index)?.evidence.first()
}

fn count(call: &Call, verdict: Verdict) -> i64 {
    call.evaluation.rules.iter().filter(|rule| rule.verdict == verdict).count() as i64
}

fn kind_name(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Overlap { .. } => "overlap",
        EventKind::Silence { .. } => "silence",
        EventKind::Hold { .. } => "hold",
        EventKind::Farewell { .. } => "farewell",
        EventKind::Shouting { .. } => "shouting",
        EventKind::Unrecognized { .. } => "unrecognized",
    }
}
