use crate::named_enum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

named_enum! {
    /// A stage of the pipeline, in the order in which a recording goes through them.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
    pub enum Stage {
        /// Finding recordings and reading what is known of them.
        Intake = "intake",
        /// Bytes into samples.
        Decode = "decode",
        /// Samples into speech activity.
        Activity = "activity",
        /// Speech into words.
        Transcription = "transcription",
        /// Speech on one channel into voices.
        Speakers = "speakers",
        /// Activity and words into the measured dialogue.
        Dialogue = "dialogue",
        /// What each sentence does.
        Acts = "acts",
        /// The dialogue into verdicts.
        Standards = "standards",
        /// Results into files.
        Store = "store",
    }
}

impl Stage {
    /// All stages of one call, in the order in which it goes through them.
    pub const OF_A_CALL: [Self; 8] = [
        Self::Decode,
        Self::Activity,
        Self::Transcription,
        Self::Speakers,
        Self::Dialogue,
        Self::Acts,
        Self::Standards,
        Self::Store,
    ];
}
