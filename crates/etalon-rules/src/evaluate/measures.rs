//! Conditions over the measures of a call.

use crate::call_view::CallView;
use crate::evaluate::conversation::somebody_talks;
use crate::evaluate::finding::Finding;
use crate::evaluate::wording;
use crate::language::condition::{MetricBand, MetricName, SpeakerMetric};
use etalon_call::{Role, SpeakerMetrics};

/// Whether a measure lies in its band; unmeasurable where it was not measured.
pub(crate) fn metric_finding(band: &MetricBand, view: &CallView<'_>) -> Finding {
    if is_of_waiting(band.metric) && !somebody_talks(view) {
        return Finding::unmeasurable(wording::NOBODY_WAITS);
    }
    let Some(measured) = value_of(band.metric, view) else {
        return Finding::unmeasurable(cause(view, &band.path));
    };
    let value = match band.over {
        None => measured,
        Some(over) => match value_of(over, view) {
            Some(divisor) if divisor > 0.0 => measured / divisor,
            _ => return Finding::unmeasurable(cause(view, &band.path)),
        },
    };
    let is_enough = band.at_least.is_none_or(|least| value >= least);
    let is_not_too_much = band.at_most.is_none_or(|most| value <= most);
    Finding::of(is_enough && is_not_too_much).with_value(value)
}

/// Why a measure is missing, as the measuring stage says.
pub(crate) fn cause(view: &CallView<'_>, path: &str) -> String {
    let said = view
        .metrics
        .unmeasurable
        .iter()
        .find(|missing| path.starts_with(&missing.metric) || missing.metric.starts_with(path));
    said.map_or_else(|| wording::NOT_MEASURED.to_owned(), |missing| missing.reason.clone())
}

/// Whether a measure says how long somebody waited, which needs somebody who waits.
fn is_of_waiting(metric: MetricName) -> bool {
    matches!(
        metric,
        MetricName::SilenceTotal
            | MetricName::SilenceRatio
            | MetricName::SilenceLongest
            | MetricName::SilenceCount
            | MetricName::HoldTotal
            | MetricName::HoldLongest
            | MetricName::HoldCount
    )
}

fn value_of(metric: MetricName, view: &CallView<'_>) -> Option<f64> {
    let metrics = view.metrics;
    match metric {
        MetricName::Speaker(role, measure) => speaker_value(speaker(view, role)?, measure),
        MetricName::SilenceTotal => Some(metrics.silence.total_s),
        MetricName::SilenceRatio => Some(metrics.silence.ratio),
        MetricName::SilenceLongest => Some(metrics.silence.longest_s),
        MetricName::SilenceCount => Some(f64::from(metrics.silence.count)),
        MetricName::HoldTotal => Some(metrics.hold.total_s),
        MetricName::HoldLongest => Some(metrics.hold.longest_s),
        MetricName::HoldCount => Some(f64::from(metrics.hold.count)),
        MetricName::OverlapTotal => metrics.overlap.total_s,
        MetricName::OverlapRatio => metrics.overlap.ratio,
        MetricName::InterruptionsByAgent => metrics.interruptions.by_agent.map(f64::from),
        MetricName::InterruptionsByClient => metrics.interruptions.by_client.map(f64::from),
        MetricName::AttemptsByAgent => metrics.attempts.by_agent.map(f64::from),
        MetricName::AttemptsByClient => metrics.attempts.by_client.map(f64::from),
        MetricName::Duration => Some(view.audio.duration_s),
    }
}

fn speaker<'a>(view: &CallView<'a>, role: Role) -> Option<&'a SpeakerMetrics> {
    view.metrics.speakers.get(role.name())
}

fn speaker_value(speaker: &SpeakerMetrics, measure: SpeakerMetric) -> Option<f64> {
    match measure {
        SpeakerMetric::TalkSeconds => Some(speaker.talk_s),
        SpeakerMetric::TalkRatio => Some(speaker.talk_ratio),
        SpeakerMetric::Turns => Some(f64::from(speaker.turns)),
        SpeakerMetric::Words => speaker.words.map(f64::from),
        SpeakerMetric::WordsPerMinute => speaker.words_per_min,
        SpeakerMetric::SyllablesPerSecond => speaker.syllables_per_s,
        SpeakerMetric::Loudness => speaker.loudness_lufs,
        SpeakerMetric::LoudnessRange => speaker.loudness_range_lu,
        SpeakerMetric::ClippedRatio => speaker.clipped_ratio,
        SpeakerMetric::LongestTurn => Some(speaker.longest_turn_s),
        SpeakerMetric::LatencyMedian => speaker.response_latency_s.p50,
        SpeakerMetric::LatencyHigh => speaker.response_latency_s.p95,
    }
}
