//! One copy of a model's packed weights for all worker processes of a run.
//!
//! The parent never loads the model. It makes the memory, the first worker writes it while it is
//! the only one, and every other worker reads it. Where that fails, each worker keeps a copy of its
//! own, which gives the same results.

use etalon_shared_memory::{InheritedMemory, SharedMemory};
use std::io::ErrorKind;
use std::sync::{Mutex, PoisonError};

/// What the system shows for the memory.
const NAME: &str = "etalon-weights";

/// The parent's side.
#[derive(Default)]
pub(crate) struct WeightSharing(Mutex<State>);

#[derive(Default)]
enum State {
    /// No worker was started yet.
    #[default]
    Unasked,
    Shared(SharedMemory),
    /// Each worker keeps its own copy; and why, where this system could do better.
    GivenUp(Option<String>),
}

impl WeightSharing {
    /// The memory for the next worker; none where it is to keep a copy of its own.
    pub(crate) fn memory(&self) -> Option<InheritedMemory> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, State::Unasked) {
            *state = match SharedMemory::create(NAME) {
                Ok(memory) => State::Shared(memory),
                Err(error) if error.kind() == ErrorKind::Unsupported => State::GivenUp(None),
                Err(error) => State::GivenUp(Some(error.to_string())),
            };
        }
        match &*state {
            State::Shared(memory) => Some(memory.inherited()),
            State::Unasked | State::GivenUp(_) => None,
        }
    }

    /// Gives no memory to later workers. The first reason is kept.
    pub(crate) fn give_up(&self, reason: String) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !matches!(*state, State::GivenUp(Some(_))) {
            *state = State::GivenUp(Some(reason));
        }
    }

    /// Why it was given up.
    pub(crate) fn failure(&self) -> Option<String> {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            State::GivenUp(reason) => reason.clone(),
            State::Unasked | State::Shared(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn workers_are_given_one_memory_until_it_is_given_up() {
        let sharing = WeightSharing::default();
        assert_eq!(sharing.failure(), None);
        let memory = sharing.memory();
        assert!(memory.is_some() && memory == sharing.memory());
        for reason in ["no room", "no room either"] {
            sharing.give_up(reason.to_owned());
            assert_eq!(sharing.memory(), None);
            assert_eq!(sharing.failure().as_deref(), Some("no room"));
        }
    }
}
