//! What can be wrong with a model file.

/// Why the bytes of a model cannot be used. None of these can be helped by trying again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SentenceError {
    /// The bytes do not begin as a model of this format does.
    #[error("this is no sentence model of etalon: make it with scripts/dev models sentence")]
    NoModel,
    /// The bytes end too early.
    #[error("the sentence model is cut off at byte {0}: make it again with scripts/dev models sentence")]
    CutOff(usize),
    /// A part of the model cannot be what it says.
    #[error("the sentence model is damaged, {0}: make it again with scripts/dev models sentence")]
    Damaged(&'static str),
}
