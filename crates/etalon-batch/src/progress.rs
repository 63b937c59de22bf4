//! How far a run has come.

use etalon_call::{FailureKind, Stage};

/// Who wants to know how far a run has come. Called from every worker; nothing it is told names a
/// call.
pub trait Progress: Sync {
    /// The work is known: recordings to do, and the seconds of audio that their headers promise.
    fn begin(&self, recordings: usize, audio_s: f64);
    /// A recording, or a row of a manifest, gives no result: the stage that gave up, and why. Some
    /// are known before the work begins, and are none of the recordings to do.
    fn failed(&self, stage: Stage, kind: FailureKind);
    /// One of the recordings to do is done, or has failed.
    fn advance(&self, finished: Finished);
}

/// A recording that a run has got through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finished {
    /// What it counted among the seconds of audio to do.
    pub promised_s: f64,
    /// Its length, seconds; 0 where it has failed.
    pub audio_s: f64,
    /// The same, counting every channel that carries a side of its own, seconds.
    pub channel_s: f64,
}
