//! How like the words of a call are to intents, whatever their thresholds.

use super::Evaluator;
use crate::evaluate::finding::Place;
use crate::language::condition::{Condition, Node, Says};

impl Evaluator<'_> {
    /// The greatest likeness to any intent of a condition, where it looks for them; nothing without
    /// intents or words to compare.
    pub(crate) fn likeness(&self, node: &Node, found: Option<&Place>) -> Option<f64> {
        let greatest = |nodes: &[&Node], found: Option<&Place>| {
            nodes.iter().filter_map(|node| self.likeness(node, found)).reduce(f64::max)
        };
        match &node.condition {
            Condition::All(parts) | Condition::Any(parts) | Condition::FirstMeasured(parts) => {
                greatest(&parts.iter().collect::<Vec<_>>(), found)
            }
            Condition::Not(part) => self.likeness(part, found),
            Condition::Earlier { earlier, later } => greatest(&[earlier, later], found),
            Condition::Each { of, must: around } | Condition::Some { of, has: around } => {
                let places = if around.has_intents() { self.find(of, found).places } else { vec![] };
                let around = places.iter().filter_map(|place| self.likeness(around, Some(place)));
                around.chain(self.likeness(of, found)).reduce(f64::max)
            }
            Condition::Says(says) if !says.intents.is_empty() => self.likeness_of_said(says, found),
            _ => None,
        }
    }

    fn likeness_of_said(&self, says: &Says, found: Option<&Place>) -> Option<f64> {
        if self.speech_unmeasurable(says.by).is_some() {
            return None;
        }
        // A model that can't be read makes the rule unmeasurable, which its verdict says.
        self.greatest_similarity(says, self.window(&says.window, found)?).ok().flatten()
    }
}
