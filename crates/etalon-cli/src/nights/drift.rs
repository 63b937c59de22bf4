//! What is said of drift.

use crate::output::Audience;
use etalon_store::{CallQuality, Drift, DriftMeasure, RunSummary};

/// One line for each queue of which something is not as it was. A log gets the queue's place in the
/// list `quality` of `run.json`: its name comes from a manifest.
pub(super) fn drift_lines(summary: &RunSummary, audience: Audience) -> Vec<String> {
    let of_queue = |(place, quality): (usize, &CallQuality)| {
        let drifts = summary.drift.iter().filter(|drift| drift.queue == quality.queue);
        let told: Vec<String> = drifts.map(told).collect();
        let queue = match (&quality.queue, audience) {
            (None, _) => "all calls".to_owned(),
            (Some(queue), Audience::Terminal) => format!("queue {queue}"),
            (Some(_), Audience::Log) => format!("the queue of quality[{place}] in run.json"),
        };
        (!told.is_empty()).then(|| format!("drift in {queue}: {}", told.join("; ")))
    };
    summary.quality.iter().enumerate().filter_map(of_queue).collect()
}

fn told(drift: &Drift) -> String {
    let shares = format!("{:.0} → {:.0} %", drift.before * 100.0, drift.now * 100.0);
    match &drift.measure {
        DriftMeasure::Loudness { side } => {
            let change = drift.now - drift.before;
            let how = if change < 0.0 { "quieter" } else { "louder" };
            format!("{side} {how} by {:.0} dB", change.abs())
        }
        DriftMeasure::Unmeasurable => format!("unmeasurable {shares}"),
        DriftMeasure::WithoutScore => format!("without a score {shares}"),
        DriftMeasure::WordsDropped => format!("words dropped {shares}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_named_at_a_terminal_only() {
        let quality =
            |queue: Option<&str>| CallQuality { queue: queue.map(str::to_owned), ..CallQuality::default() };
        let drift = |queue: Option<&str>, measure, before, now| Drift {
            queue: queue.map(str::to_owned),
            measure,
            before,
            now,
        };
        let loudness = DriftMeasure::Loudness { side: "agent".to_owned() };
        let summary = RunSummary {
            quality: vec![quality(None), quality(Some("2")), quality(Some("3"))],
            drift: vec![
                drift(Some("3"), loudness, -23.0, -29.1),
                drift(Some("3"), DriftMeasure::Unmeasurable, 0.04, 0.19),
                drift(None, DriftMeasure::WordsDropped, 0.02, 0.115),
            ],
            ..RunSummary::default()
        };
        assert_eq!(
            drift_lines(&summary, Audience::Terminal),
            [
                "drift in all calls: words dropped 2 → 12 %",
                "drift in queue 3: agent quieter by 6 dB; unmeasurable 4 → 19 %",
            ]
        );
        assert_eq!(
            drift_lines(&summary, Audience::Log)[1],
            "drift in the queue of quality[2] in run.json: agent quieter by 6 dB; unmeasurable 4 → 19 %"
        );
    }
}
