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
}
