//! What is compared with earlier nights as one.

use super::drift::drift_lines;
use crate::clock::now;
use crate::output::Audience;
use chrono::SecondsFormat;
use etalon_batch::WorkDone;
use etalon_call::round3;
use etalon_store::{CallTimes, DriftMeasure, RunSummary};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// A watch may go on for weeks. After so long another night begins.
const LONGEST_NIGHT: Duration = Duration::from_hours(24);

/// A run by itself, or the rounds of a watch within 24 hours.
pub(crate) struct Night {
    /// When it began; none for a run by itself.
    watch: Option<Beginning>,
    /// The ids of the calls that were worked through.
    pub(super) stored: BTreeSet<String>,
    work: WorkDone,
    /// How long rounds have taken, seconds.
    busy_s: f64,
    /// Recordings whose result was current before the first round.
    reused: Option<u32>,
    /// Whether a round has come to its end.
    has_ended: bool,
    /// All rounds as one run.
    pub(super) totals: RunSummary,
    /// Of what drift was told last.
    told: Vec<(Option<String>, DriftMeasure)>,
}

/// When a watch began, or its present day.
struct Beginning {
    at: String,
    since: Instant,
}

impl Night {
    /// That of a run by itself.
    pub(crate) fn of_run() -> Self {
        Self::begun(None)
    }

    /// That of a watch, which begins now.
    pub(crate) fn of_watch() -> Self {
        let at = now().to_rfc3339_opts(SecondsFormat::Secs, true);
        Self::begun(Some(Beginning { at, since: Instant::now() }))
    }

    fn begun(watch: Option<Beginning>) -> Self {
        Self {
            watch,
            stored: BTreeSet::new(),
            work: WorkDone::default(),
            busy_s: 0.0,
            reused: None,
            has_ended: false,
            totals: RunSummary::default(),
            told: Vec::new(),
        }
    }

    /// When the watch began, or its present day, RFC 3339; none for a run by itself.
    pub(crate) fn watch_started_at(&self) -> Option<&str> {
        self.watch.as_ref().map(|began| began.at.as_str())
    }

    /// Whether what follows belongs to another night.
    pub(crate) fn is_over(&self) -> bool {
        self.watch.as_ref().is_some_and(|began| began.since.elapsed() >= LONGEST_NIGHT)
    }

    /// Adds a run that has worked through the recordings of the calls `stored`, and as much as
    /// `work` says.
    pub(crate) fn add(&mut self, run: &RunSummary, stored: &BTreeSet<String>, work: &WorkDone) {
        self.stored.extend(stored.iter().cloned());
        self.work.audio_s += work.audio_s;
        self.work.channel_s += work.channel_s;
        self.work.call_times_s.extend(&work.call_times_s);
        self.busy_s += run.wall_s;
        self.has_ended |= !run.interrupted;
        self.totals = match &self.watch {
            None => run.clone(),
            Some(began) => {
                let (at, on_clock_s) = (began.at.clone(), began.since.elapsed().as_secs_f64());
                self.with_round(run, at, on_clock_s)
            }
        };
    }

    /// All rounds as one run, of which this one is the latest. What was worked through is added up;
    /// what the inputs hold is as the latest round has found it.
    fn with_round(&mut self, run: &RunSummary, started_at: String, on_clock_s: f64) -> RunSummary {
        let before = std::mem::take(&mut self.totals);
        let mut totals = RunSummary {
            started_at,
            interrupted: !self.has_ended,
            processed: before.processed + run.processed,
            reused: *self.reused.get_or_insert(run.reused),
            redone: before.redone + run.redone,
            replaced: before.replaced + run.replaced,
            audio_hours: self.work.audio_s / 3600.0,
            channel_hours: self.work.channel_s / 3600.0,
            wall_s: self.busy_s,
            stages: before.stages,
            call_times: CallTimes::of(&mut self.work.call_times_s),
            quality: before.quality,
            drift: before.drift,
            ..run.clone()
        };
        totals.add_stages(&run.stages);
        // Speeds are those of rounds; the time on the clock says when the night was over.
        RunSummary { wall_s: round3(on_clock_s), ..totals.with_speeds() }
    }

    /// One line for each queue of which something is not as it was in earlier nights; none where
    /// that was told already.
    pub(crate) fn news_of_drift(&mut self, audience: Audience) -> Vec<String> {
        let drift = self.totals.drift.iter();
        let measures: Vec<_> = drift.map(|drift| (drift.queue.clone(), drift.measure.clone())).collect();
        if measures == self.told {
            return Vec::new();
        }
        self.told = measures;
        drift_lines(&self.totals, audience)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use etalon_call::Stage;
    use etalon_store::{CallQuality, Drift, StageTime};

    /// A round that took ten seconds for so many recordings of an hour each.
    fn round(processed: u32, reused: u32, interrupted: bool) -> RunSummary {
        RunSummary {
            started_at: "2026-11-28T21:00:00Z".to_owned(),
            recordings: processed + reused,
            processed,
            reused,
            interrupted,
            wall_s: 10.0,
            audio_hours: f64::from(processed),
            stages: vec![StageTime { stage: Stage::Decode, recordings: processed, busy_s: 1.0 }],
            ..RunSummary::default()
        }
    }

    fn add(night: &mut Night, run: &RunSummary, stored: &[&str]) {
        let stored = stored.iter().map(|id| (*id).to_owned()).collect();
        let audio_s = run.audio_hours * 3600.0;
        let call_times_s = vec![f64::from(run.processed); run.processed as usize];
        night.add(run, &stored, &WorkDone { audio_s, channel_s: 2.0 * audio_s, call_times_s });
    }

    #[test]
    fn a_run_by_itself_is_a_night() {
        let mut night = Night::of_run();
        let run = round(3, 1, false);
        add(&mut night, &run, &["a", "b", "c"]);
        assert_eq!((&night.totals, night.watch_started_at()), (&run, None));
        assert!(!night.is_over());
    }

    #[test]
    fn the_rounds_of_a_watch_are_one_run() {
        let mut night = Night::of_watch();
        add(&mut night, &round(0, 40, true), &[]);
        assert!(night.totals.interrupted);
        add(&mut night, &round(3, 40, false), &["a", "b", "c"]);
        // A recording that has grown is taken again.
        add(&mut night, &round(2, 42, false), &["c", "d"]);
        add(&mut night, &round(1, 44, true), &["e"]);
        let totals = &night.totals;
        assert_eq!(night.stored.len(), 5);
        assert_eq!((totals.recordings, totals.processed, totals.reused), (45, 6, 40));
        assert!(!totals.interrupted, "rounds have come to their end");
        assert_eq!(Some(&*totals.started_at), night.watch_started_at());
        assert_eq!((totals.speed, totals.channel_speed), (Some(540.0), Some(1080.0)));
        assert!(totals.wall_s < 40.0, "{}", totals.wall_s);
        assert_eq!((totals.stages[0].recordings, totals.stages[0].busy_s.to_bits()), (6, 4.0_f64.to_bits()));
        let times = totals.call_times.map(|times| [times.p50_s, times.max_s]);
        assert_eq!(times, Some([2.0, 3.0]));
    }

    #[test]
    fn drift_is_told_when_it_is_another() {
        let drift = |measure| Drift { queue: None, measure, before: 0.02, now: 0.12 };
        let mut night = Night::of_watch();
        night.totals.quality = vec![CallQuality::default()];
        let mut lines = |drifts: Vec<Drift>| {
            night.totals.drift = drifts;
            night.news_of_drift(Audience::Log).len()
        };
        let (dropped, unmeasurable) = (drift(DriftMeasure::WordsDropped), drift(DriftMeasure::Unmeasurable));
        assert_eq!(lines(vec![]), 0);
        assert_eq!(lines(vec![dropped.clone()]), 1);
        assert_eq!(lines(vec![Drift { now: 0.15, ..dropped.clone() }]), 0, "more of the same");
        assert_eq!(lines(vec![dropped.clone(), unmeasurable]), 1);
        assert_eq!(lines(vec![]), 0);
        assert_eq!(lines(vec![dropped]), 1);
    }
}
