use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A stage of the pipeline, as named in `failures.jsonl` and `run.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PipelineStage {
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
impl PipelineStage {
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
/// What a stored call depends on, as hashes (see [`Pipeline`](crate::Pipeline)).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprints {
    /// Of all that the result depends on.
    pub fingerprint: String,
    /// The same without the packs; empty in results of versions that did not write it.
    #[serde(default)]
    pub listening_fingerprint: String,
}
