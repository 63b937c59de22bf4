//! What is another verdict in one evaluation of a call than in a former one.

use etalon_call::{Evaluation, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;

/// A verdict that is another one now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Flip {
    /// The rule's pack.
    pub pack: String,
    /// The rule's id.
    pub rule: String,
    /// The verdict before; null where the rule is new.
    pub before: Option<Verdict>,
    /// The verdict now; null where the rule is gone.
    pub after: Option<Verdict>,
}

/// The verdicts that are others in `after` than in `before`, in the order of the packs; rules that
/// went away come last.
pub fn flips(before: &Evaluation, after: &Evaluation) -> Vec<Flip> {
    let verdicts = |evaluation: &Evaluation| -> BTreeMap<(String, String), Verdict> {
        evaluation.rules.iter().map(|rule| ((rule.pack.clone(), rule.id.clone()), rule.verdict)).collect()
    };
    let mut former = verdicts(before);
    let mut flips = Vec::new();
    for rule in &after.rules {
        let before = former.remove(&(rule.pack.clone(), rule.id.clone()));
        if before != Some(rule.verdict) {
            let (pack, rule_id) = (rule.pack.clone(), rule.id.clone());
            flips.push(Flip { pack, rule: rule_id, before, after: Some(rule.verdict) });
        }
    }
    let gone = former.into_iter().map(|((pack, rule), before)| Flip {
        pack,
        rule,
        before: Some(before),
        after: None,
    });
    flips.extend(gone);
    flips
}
