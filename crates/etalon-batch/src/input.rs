//! A recording to be worked through, before anything is known of its content.

use etalon_audio::CallFiles;
use etalon_pipeline::DeclaredFacts;

/// A recording that an input leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// The file, or the files of both sides.
    pub files: CallFiles,
    /// The name it has in results: its path below the input, that of the agent's side where there
    /// are two.
    pub source: String,
    /// What is known of it.
    pub facts: DeclaredFacts,
    /// The bytes that it has to have, where it is one of a plan of shards.
    pub planned: Option<PlannedBytes>,
}

/// What a recording was when shards were planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedBytes {
    /// SHA-256 of the bytes of all its files, one after the other, in hexadecimal.
    pub sha256: String,
    /// How many bytes they are.
    pub bytes: u64,
}
