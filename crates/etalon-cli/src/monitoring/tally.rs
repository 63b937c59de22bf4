//! What a run has done so far, as numbers.

use etalon_batch::Finished;
use etalon_call::{FailureKind, Stage};
use etalon_store::RunSummary;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// What a run is busy with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Recordings are looked at, and it is found out which are to do.
    Preparing,
    /// Recordings are worked through.
    Working,
    /// The results of shards are put together.
    Merging,
    /// Tables and pages are made of the stored calls.
    Concluding,
}

/// What a run has done so far.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tally {
    pub(super) phase: Phase,
    /// How long the run has been in this phase, seconds.
    pub(super) in_phase_s: f64,
    /// How long recordings have been worked through, seconds.
    pub(super) working_s: f64,
    /// Recordings to do.
    pub(super) recordings: usize,
    /// How many of them are done or have failed.
    pub(super) finished: usize,
    /// What the headers of the recordings to do promise, seconds.
    pub(super) promised_s: f64,
    /// The same of those that are finished.
    pub(super) promised_finished_s: f64,
    /// Length of the recordings that are done, seconds.
    pub(super) audio_s: f64,
    /// The same, counting every channel that carries a side of its own.
    pub(super) channel_s: f64,
    /// Recordings without a result, by stage and kind.
    pub(super) failures: BTreeMap<(Stage, FailureKind), usize>,
}

impl Tally {
    /// Recordings that are still to do.
    pub(super) fn left(&self) -> usize {
        self.recordings.saturating_sub(self.finished)
    }

    /// What their headers promise, seconds.
    pub(super) fn left_s(&self) -> f64 {
        if self.left() == 0 { 0.0 } else { (self.promised_s - self.promised_finished_s).max(0.0) }
    }

    /// All recordings without a result.
    pub(super) fn failed(&self) -> usize {
        self.failures.values().sum()
    }

    /// Seconds of audio for each second of work; none before anything is done.
    pub(super) fn speed(&self) -> Option<f64> {
        speed(self.audio_s, self.working_s)
    }

    /// Seconds of channels for each second of work; none before anything is done.
    pub(super) fn channel_speed(&self) -> Option<f64> {
        speed(self.channel_s, self.working_s)
    }

    /// How long what is left takes if it goes on as until now, seconds: by the seconds of audio, or
    /// by the number of recordings where their headers promise nothing. None before anything is
    /// finished.
    pub(super) fn remaining_s(&self) -> Option<f64> {
        let (left, finished) = if self.promised_finished_s > 0.0 {
            (self.left_s(), self.promised_finished_s)
        } else {
            (self.left() as f64, self.finished as f64)
        };
        (finished > 0.0).then(|| left * self.working_s / finished)
    }
}

fn speed(done_s: f64, working_s: f64) -> Option<f64> {
    (done_s > 0.0 && working_s > 0.0).then(|| done_s / working_s)
}

/// The tally of a run, counted by many threads.
pub(super) struct RunTally {
    counted: Mutex<Counted>,
}

struct Counted {
    since: Instant,
    /// When the work began, and how long it took where it is over.
    work: Option<(Instant, Option<f64>)>,
    tally: Tally,
}

impl RunTally {
    /// The tally of a run that begins now.
    pub(super) fn new() -> Self {
        let tally = Tally {
            phase: Phase::Preparing,
            in_phase_s: 0.0,
            working_s: 0.0,
            recordings: 0,
            finished: 0,
            promised_s: 0.0,
            promised_finished_s: 0.0,
            audio_s: 0.0,
            channel_s: 0.0,
            failures: BTreeMap::new(),
        };
        Self { counted: Mutex::new(Counted { since: Instant::now(), work: None, tally }) }
    }

    /// The work is known and begins.
    pub(super) fn begin(&self, recordings: usize, promised_s: f64) {
        let mut counted = self.counted();
        counted.tally.recordings = recordings;
        counted.tally.promised_s = promised_s;
        counted.work = Some((Instant::now(), None));
        drop(counted);
        self.enter(Phase::Working);
    }

    /// The run goes on to this phase.
    pub(super) fn enter(&self, phase: Phase) {
        let mut counted = self.counted();
        if let (Phase::Concluding, Some((begun, took @ None))) = (phase, &mut counted.work) {
            *took = Some(begun.elapsed().as_secs_f64());
        }
        counted.tally.phase = phase;
        counted.since = Instant::now();
    }

    pub(super) fn failed(&self, stage: Stage, kind: FailureKind) {
        *self.counted().tally.failures.entry((stage, kind)).or_default() += 1;
    }

    pub(super) fn advance(&self, finished: Finished) {
        let mut counted = self.counted();
        let tally = &mut counted.tally;
        tally.finished += 1;
        tally.promised_finished_s += finished.promised_s;
        tally.audio_s += finished.audio_s;
        tally.channel_s += finished.channel_s;
    }

    /// Others have worked through what this summary says.
    pub(super) fn merged(&self, summary: &RunSummary) {
        let mut counted = self.counted();
        counted.work = Some((Instant::now(), Some(summary.wall_s)));
        let processed = summary.processed as usize;
        let tally = &mut counted.tally;
        (tally.recordings, tally.finished) = (processed, processed);
        (tally.audio_s, tally.channel_s) = (summary.audio_hours * 3600.0, summary.channel_hours * 3600.0);
        (tally.promised_s, tally.promised_finished_s) = (tally.audio_s, tally.audio_s);
    }

    /// What has been done until now.
    pub(super) fn snapshot(&self) -> Tally {
        let counted = self.counted();
        let working_s =
            counted.work.map_or(0.0, |(begun, took)| took.unwrap_or_else(|| begun.elapsed().as_secs_f64()));
        Tally { in_phase_s: counted.since.elapsed().as_secs_f64(), working_s, ..counted.tally.clone() }
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        // The counters stay meaningful if a worker died while it held them.
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A run in the middle of its work: 200 of 1,000 recordings in ten minutes.
    pub(in crate::monitoring) fn in_the_middle() -> Tally {
        Tally {
            phase: Phase::Working,
            in_phase_s: 600.0,
            working_s: 600.0,
            recordings: 1000,
            finished: 200,
            promised_s: 100_000.0,
            promised_finished_s: 25_000.0,
            audio_s: 24_000.0,
            channel_s: 45_000.0,
            failures: BTreeMap::from([
                ((Stage::Decode, FailureKind::Corrupt), 2),
                ((Stage::Transcription, FailureKind::WorkerDied), 1),
            ]),
        }
    }

    #[test]
    fn what_is_left_goes_on_as_until_now() {
        let tally = in_the_middle();
        assert_eq!((tally.left(), tally.left_s(), tally.failed()), (800, 75_000.0, 3));
        assert_eq!((tally.speed(), tally.channel_speed()), (Some(40.0), Some(75.0)));
        assert_eq!(tally.remaining_s(), Some(1800.0));
        // Headers that promise nothing: four times as many recordings as are done.
        let silent = Tally { promised_s: 0.0, promised_finished_s: 0.0, ..tally.clone() };
        assert_eq!(silent.remaining_s(), Some(2400.0));
        let begun = Tally { finished: 0, promised_finished_s: 0.0, audio_s: 0.0, ..tally.clone() };
        assert_eq!((begun.remaining_s(), begun.speed()), (None, None));
        // Headers that promised more than there was.
        let over = Tally { finished: 1000, ..tally };
        assert_eq!((over.left_s(), over.remaining_s()), (0.0, Some(0.0)));
    }

    #[test]
    fn recordings_are_counted_as_they_come() {
        let tally = RunTally::new();
        tally.failed(Stage::Intake, FailureKind::Missing);
        tally.begin(2, 30.0);
        tally.advance(Finished { promised_s: 10.0, audio_s: 9.0, channel_s: 18.0 });
        tally.failed(Stage::Decode, FailureKind::Corrupt);
        tally.advance(Finished { promised_s: 20.0, audio_s: 0.0, channel_s: 0.0 });
        tally.enter(Phase::Concluding);
        let (at_end, later) = (tally.snapshot(), tally.snapshot());
        assert_eq!((at_end.left(), at_end.failed(), at_end.audio_s), (0, 2, 9.0));
        assert_eq!(at_end.working_s.to_bits(), later.working_s.to_bits(), "the work is over");
    }

    #[test]
    fn a_merge_has_done_what_its_shards_have() {
        let tally = RunTally::new();
        tally.enter(Phase::Merging);
        let summary = RunSummary {
            processed: 300,
            audio_hours: 2.0,
            channel_hours: 4.0,
            wall_s: 3600.0,
            ..RunSummary::default()
        };
        tally.merged(&summary);
        tally.enter(Phase::Concluding);
        let tally = tally.snapshot();
        assert_eq!((tally.finished, tally.left(), tally.left_s()), (300, 0, 0.0));
        assert_eq!((tally.speed(), tally.channel_speed()), (Some(2.0), Some(4.0)));
    }
}
