/// Why a speaker network can't be used. Retrying does not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VoiceError {
    /// The bytes are not a complete speaker network.
    #[error("the speaker network is damaged: {0}; make it again with scripts/dev models speaker")]
    Damaged(&'static str),
}
