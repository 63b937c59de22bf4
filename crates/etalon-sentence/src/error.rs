//! Errors of a model file.

/// Why the bytes of a model can't be used. Retrying does not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SentenceError {
    /// The bytes do not begin like a model of this format.
    #[error("this is no sentence model of etalon: make it with scripts/dev models sentence")]
    NoModel,
    /// The bytes end too early.
    #[error("the sentence model is cut off at byte {0}: make it again with scripts/dev models sentence")]
    CutOff(usize),
    /// A part of the model contradicts its header.
    #[error("the sentence model is damaged, {0}: make it again with scripts/dev models sentence")]
    Damaged(&'static str),
}
