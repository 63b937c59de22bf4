use crate::named_enum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

named_enum! {
    /// What kept a recording from having a result. The kinds are stable, so that failures can be
    /// counted and told in any language; the reason beside a kind has the particulars.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
    pub enum FailureKind {
        /// The recording holds no sound.
        Empty = "empty",
        /// It is no recording.
        NotARecording = "not_a_recording",
        /// Its format or codec has no decoder.
        Unsupported = "unsupported",
        /// It is damaged beyond repair.
        Corrupt = "corrupt",
        /// It is larger or longer than a limit allows.
        Limit = "limit",
        /// It is not where it should be, or not the only one that is meant.
        Missing = "missing",
        /// It can't be read.
        Unreadable = "unreadable",
        /// It changed while it was read.
        StillWritten = "still_written",
        /// Its manifest can't be used.
        Manifest = "manifest",
        /// A row of its manifest, or its name, says what can't be.
        Facts = "facts",
        /// No transcript belongs to it.
        TranscriptMissing = "transcript_missing",
        /// It is not clear which transcript belongs to it.
        TranscriptAmbiguous = "transcript_ambiguous",
        /// Its transcript can't be read.
        TranscriptUnreadable = "transcript_unreadable",
        /// Its transcript is damaged or of another form.
        TranscriptCorrupt = "transcript_corrupt",
        /// Its speech can't be recognized.
        Recognition = "recognition",
        /// A mistake of etalon's own.
        Panic = "panic",
        /// It ended its worker twice.
        WorkerDied = "worker_died",
        /// Its worker died twice, at least once for want of memory or by another program.
        WorkerKilled = "worker_killed",
        /// Its worker died as those of all recordings did.
        WorkersKeepDying = "workers_keep_dying",
        /// Another recording with the same bytes has no result.
        SameBytes = "same_bytes",
        /// Its stored result can't be read.
        StoredResult = "stored_result",
        /// A version that knew no kinds wrote the failure down.
        #[default]
        Unknown = "unknown",
    }
}
