//! What is refused, so that one file can't take the machine down.

/// Largest file, bytes. A day of talk in the most talkative of the formats is some 20 MiB.
pub const MAX_BYTES: usize = 64 << 20;

/// Most segments in a transcript.
pub const MAX_SEGMENTS: usize = 200_000;

/// Most words in a transcript: about a week of talk without a pause.
pub const MAX_WORDS: usize = 1_000_000;

/// Most speakers in a transcript.
pub const MAX_SPEAKERS: usize = 64;

/// Latest time in a transcript, seconds. Times may be milliseconds that are read as seconds, or count
/// from another moment than the start of the recording, so this is only what no clock shows.
pub const MAX_TIME_S: f64 = 1e13;
