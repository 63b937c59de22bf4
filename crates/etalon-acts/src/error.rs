//! What can be wrong with the model of acts.

use thiserror::Error;

/// Why the model of acts can't be used. A retry doesn't help: the program or the file is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ActsError {
    /// The bytes don't begin as a model of acts.
    #[error("this is no model of dialogue acts; take the program from a release again")]
    NoModel,
    /// The bytes end too early or contradict themselves.
    #[error("the model of dialogue acts is damaged: {0}; take the program from a release again")]
    Damaged(&'static str),
}
