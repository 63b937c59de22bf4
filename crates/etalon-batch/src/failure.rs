//! Recordings that gave no result, and the stage at which that happened.

use etalon_store::{Failure, Quarantined};
use serde::{Deserialize, Serialize};

/// A stage of the pipeline, as named in `failures.jsonl` and `run.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Finding recordings and reading what is known of them.
    Intake,
    /// Bytes into samples.
    Decode,
    /// Samples into speech activity.
    Activity,
    /// Speech into words.
    Transcription,
    /// Speech on one channel into voices.
    Speakers,
    /// Activity and words into the measured dialogue.
    Dialogue,
    /// The dialogue into verdicts.
    Standards,
    /// Results into files.
    Store,
}

impl Stage {
    /// All stages of one call, in the order in which it goes through them.
    pub const OF_A_CALL: [Self; 7] = [
        Self::Decode,
        Self::Activity,
        Self::Transcription,
        Self::Speakers,
        Self::Dialogue,
        Self::Standards,
        Self::Store,
    ];

    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Decode => "decode",
            Self::Activity => "activity",
            Self::Transcription => "transcription",
            Self::Speakers => "speakers",
            Self::Dialogue => "dialogue",
            Self::Standards => "standards",
            Self::Store => "store",
        }
    }
}

/// A failure that would happen again with the same recording.
pub fn permanent(source: &str, stage: Stage, reason: &str) -> Failure {
    Failure {
        source: source.to_owned(),
        stage: stage.name().to_owned(),
        reason: reason.to_owned(),
        permanent: true,
    }
}

/// The failure of a recording that ended its worker twice, whose quarantine is written down.
pub fn quarantined(source: &str, quarantined: &Quarantined) -> Failure {
    let Quarantined { stage, reason, .. } = quarantined;
    Failure { source: source.to_owned(), stage: stage.clone(), reason: reason.clone(), permanent: true }
}

/// A failure that may be gone when the same command is run again.
pub fn temporary(source: &str, stage: Stage, reason: &str) -> Failure {
    Failure { permanent: false, ..permanent(source, stage, reason) }
}
