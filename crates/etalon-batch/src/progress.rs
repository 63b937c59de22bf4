//! How far a run has come.

/// Who wants to know how far a run has come. Called from every worker; nothing it is told names a
/// call.
pub trait Progress: Sync {
    /// The work is known: recordings to do, and the seconds of audio that their headers promise.
    fn begin(&self, recordings: usize, audio_s: f64);
    /// One recording is done, or has failed and counts nothing: its seconds of audio and of
    /// channels.
    fn advance(&self, audio_s: f64, channel_s: f64);
}
