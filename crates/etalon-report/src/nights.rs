//! What the calls of a run are like together, and whether that is as it was in earlier runs.

use crate::error::Error;
use etalon_call::{Verdict, round3};
use etalon_store::{CallLine, CallQuality, Drift, DriftMeasure, RunSummary, Store};
use std::collections::{BTreeMap, BTreeSet};

/// The tag of a manifest that names the queue of a call.
const QUEUE_TAG: &str = "queue";

/// So many earlier runs say what is usual.
const COMPARED_RUNS: usize = 7;

/// Of fewer calls nothing is concluded.
const CALLS_MIN: u32 = 20;

/// So much louder or quieter is told, LU.
const LOUDNESS_DRIFT_LU: f64 = 3.0;

/// A share that differs by so much is told.
const SHARE_DRIFT: f64 = 0.05;

/// What the calls with these ids are like: all of them first, then those of each queue. Empty
/// without calls. Memory is bounded by two numbers a call.
///
/// # Errors
/// [`Error::Store`] where `calls.jsonl` cannot be read.
pub fn quality_of(store: &Store, ids: &BTreeSet<String>) -> Result<Vec<CallQuality>, Error> {
    let mut gathered: BTreeMap<Option<String>, Gathered> = BTreeMap::new();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    for line in store.call_lines()? {
        let line = line?;
        if !ids.contains(&line.call.id) {
            continue;
        }
        gathered.entry(None).or_default().take(&line);
        if let Some(queue) = queue_of(&line) {
            gathered.entry(Some(queue.to_owned())).or_default().take(&line);
        }
    }
    Ok(gathered.into_iter().map(|(queue, gathered)| gathered.quality(queue)).collect())
}

/// The queue of a call, or the team where no queue is named.
fn queue_of(line: &CallLine) -> Option<&str> {
    line.call.tags.get(QUEUE_TAG).or(line.call.team.as_ref()).map(String::as_str)
}

/// What is gathered of the calls of a queue.
#[derive(Default)]
struct Gathered {
    counted: CallQuality,
    loudness_lufs: BTreeMap<String, Vec<f64>>,
}

impl Gathered {
    fn take(&mut self, line: &CallLine) {
        let counted = &mut self.counted;
        counted.calls += 1;
        counted.calls_without_score += u32::from(line.evaluation.score.is_none());
        counted.words += u64::from(line.pipeline.transcription.words);
        counted.words_dropped += u64::from(line.pipeline.transcription.words_dropped());
        for rule in line.evaluation.rules.iter().filter(|rule| rule.verdict != Verdict::Na) {
            counted.verdicts += 1;
            counted.verdicts_unmeasurable += u64::from(rule.verdict == Verdict::Unmeasurable);
        }
        for (role, measures) in &line.metrics.speakers {
            if let Some(loudness) = measures.loudness_lufs {
                self.loudness_lufs.entry(role.clone()).or_default().push(loudness);
            }
        }
    }

    fn quality(self, queue: Option<String>) -> CallQuality {
        let loudness = self.loudness_lufs.into_iter();
        let loudness_lufs =
            loudness.filter_map(|(role, values)| Some((role, round3(median(values)?)))).collect();
        CallQuality { queue, loudness_lufs, ..self.counted }
    }
}

/// The median; none without values.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len().is_multiple_of(2) { f64::midpoint(values[middle - 1], upper) } else { upper })
}

/// What is not as it was: each measure of each queue against its median over the latest earlier
/// runs that worked through enough calls of that queue. `earlier` is in order of time.
///
/// Verdicts are compared with runs that applied the same packs, and words with runs of the same
/// model: another pack or model is no drift.
pub fn drift(now: &RunSummary, earlier: &[RunSummary]) -> Vec<Drift> {
    let enough = |quality: &&CallQuality| quality.calls >= CALLS_MIN;
    now.quality.iter().filter(enough).flat_map(|quality| drift_of_queue(now, quality, earlier)).collect()
}

fn drift_of_queue(now: &RunSummary, quality: &CallQuality, earlier: &[RunSummary]) -> Vec<Drift> {
    let comparable: Vec<(&RunSummary, &CallQuality)> = earlier
        .iter()
        .rev()
        .filter_map(|run| Some((run, run.quality.iter().find(|other| other.queue == quality.queue)?)))
        .filter(|(_, other)| other.calls >= CALLS_MIN)
        .collect();
    // What was usual: the median over the latest runs for which there is a value.
    let usual = |is_alike: &dyn Fn(&RunSummary) -> bool, value: &dyn Fn(&CallQuality) -> Option<f64>| {
        let alike = comparable.iter().filter(|(run, _)| is_alike(run));
        median(alike.filter_map(|(_, other)| value(other)).take(COMPARED_RUNS).collect())
    };
    let mut drifts = Vec::new();
    let mut compare = |measure: DriftMeasure, before: Option<f64>, value: Option<f64>, least: f64| {
        let (Some(before), Some(now)) = (before, value) else { return };
        if (now - before).abs() >= least {
            let queue = quality.queue.clone();
            drifts.push(Drift { queue, measure, before: round3(before), now: round3(now) });
        }
    };
    for (side, loudness) in &quality.loudness_lufs {
        let before = usual(&|_| true, &|other| other.loudness_lufs.get(side).copied());
        compare(DriftMeasure::Loudness { side: side.clone() }, before, Some(*loudness), LOUDNESS_DRIFT_LU);
    }
    let same_packs = |run: &RunSummary| run.packs == now.packs && run.model == now.model;
    let same_model = |run: &RunSummary| run.model == now.model;
    let before = usual(&same_packs, &CallQuality::unmeasurable_share);
    compare(DriftMeasure::Unmeasurable, before, quality.unmeasurable_share(), SHARE_DRIFT);
    let before = usual(&same_packs, &CallQuality::without_score_share);
    compare(DriftMeasure::WithoutScore, before, quality.without_score_share(), SHARE_DRIFT);
    let before = usual(&same_model, &CallQuality::words_dropped_share);
    compare(DriftMeasure::WordsDropped, before, quality.words_dropped_share(), SHARE_DRIFT);
    drifts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run whose only queue has this loudness of the agent, and so many rules in a hundred
    /// unmeasurable.
    fn run(calls: u32, loudness: f64, unmeasurable: u64) -> RunSummary {
        let quality = CallQuality {
            queue: Some("3".to_owned()),
            calls,
            verdicts: 100,
            verdicts_unmeasurable: unmeasurable,
            loudness_lufs: BTreeMap::from([("agent".to_owned(), loudness)]),
            ..CallQuality::default()
        };
        RunSummary { model: Some("base".to_owned()), quality: vec![quality], ..RunSummary::default() }
    }

    fn told(now: &RunSummary, earlier: &[RunSummary]) -> String {
        let told = |drift: &Drift| format!("{:?} {} {}", drift.measure, drift.before, drift.now);
        drift(now, earlier).iter().map(told).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn what_changed_between_nights_is_told_and_nothing_else() {
        let usual = || run(500, -23.0, 4);
        let other_model = |night: RunSummary| RunSummary { model: Some("small".to_owned()), ..night };
        let loudness = "Loudness { side: \"agent\" } -23 -29";
        let unmeasurable = "Unmeasurable 0.04 0.19";
        for (what, now, earlier, expected) in [
            ("the first night", run(500, -29.0, 19), vec![], String::new()),
            ("as usual", run(500, -24.0, 6), vec![usual()], String::new()),
            ("both", run(500, -29.0, 19), vec![usual()], format!("{loudness}; {unmeasurable}")),
            ("few calls", run(19, -29.0, 19), vec![usual()], String::new()),
            ("few calls before", run(500, -29.0, 19), vec![run(19, -23.0, 4)], String::new()),
            // One odd night among the earlier ones hides nothing.
            (
                "an odd night",
                run(500, -29.0, 4),
                vec![usual(), usual(), run(500, -29.0, 4)],
                loudness.to_owned(),
            ),
            // What was usual long ago is forgotten.
            (
                "for a week",
                run(500, -29.0, 4),
                [vec![usual(); 9], vec![run(500, -29.0, 4); 7]].concat(),
                String::new(),
            ),
            ("another model", other_model(run(500, -29.0, 19)), vec![usual()], loudness.to_owned()),
        ] {
            assert_eq!(told(&now, &earlier), expected, "{what}");
        }
    }

    #[test]
    fn the_median_is_the_middle() {
        for (values, expected) in [
            (vec![], None),
            (vec![3.0], Some(3.0)),
            (vec![4.0, 1.0, 3.0], Some(3.0)),
            (vec![1.0, 2.0], Some(1.5)),
        ] {
            assert_eq!(median(values), expected);
        }
    }
}
