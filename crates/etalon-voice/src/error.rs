/// Why a speaker network can't be used. Trying again does not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VoiceError {
    /// The bytes are no speaker network, or not a whole one.
    #[error("the speaker network is damaged: {0}; make it again with scripts/dev models speaker")]
    Damaged(&'static str),
}
