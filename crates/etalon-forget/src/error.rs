use thiserror::Error;

/// Why calls could not be forgotten. What was begun is finished by the same command.
#[derive(Debug, Error)]
pub enum ForgetError {
    /// The result folder can't be read or written.
    #[error(transparent)]
    Store(#[from] etalon_store::Error),
    /// The reviews can't be changed.
    #[error(transparent)]
    Reviews(#[from] etalon_review::StoreError),
    /// The index of the search can't be deleted.
    #[error(transparent)]
    Search(#[from] etalon_search::SearchError),
    /// What is to be forgotten can't be written down, or is no JSON.
    #[error("`.forgetting.json` can't be used ({0}); delete it and run the same command again")]
    Plan(#[from] serde_json::Error),
    /// So much is to be searched for that no automaton holds it.
    #[error(
        "too much was forgotten at once to search for what is left of it ({0}); forget fewer calls at once"
    )]
    Needles(#[from] aho_corasick::BuildError),
}

impl ForgetError {
    /// Whether the same command would fail again without somebody changing something first.
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Store(error) => error.is_permanent(),
            Self::Reviews(error) => error.is_permanent(),
            Self::Search(_) => false,
            Self::Plan(_) | Self::Needles(_) => true,
        }
    }
}
