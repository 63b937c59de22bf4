//! What holds at no place of a call, wherever it is looked for.

use super::Evaluator;
use crate::language::condition::{Condition, Node};

impl Evaluator<'_> {
    /// Whether a condition is known to fail around every place of the call: what one side says
    /// nowhere needs no word of the other side to be told.
    ///
    /// It is false where that is not known.
    pub(super) fn holds_nowhere(&self, node: &Node) -> bool {
        match &node.condition {
            Condition::All(parts) => parts.iter().any(|part| self.holds_nowhere(part)),
            Condition::Any(parts) => parts.iter().all(|part| self.holds_nowhere(part)),
            Condition::Some { of, has } => self.holds_nowhere(of) || self.holds_nowhere(has),
            Condition::Earlier { earlier, .. } => self.holds_nowhere(earlier),
            Condition::Says(says) => self.is_said_nowhere(says),
            _ => false,
        }
    }
}
