//! How far each rule can be trusted, as `etalon eval --save` left it.

use etalon_store::{Error, ErrorKind, Store};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The file of a result folder that holds how verdicts compare with labelled calls or with
/// reviewers.
pub const RULE_ACCURACY_FILE: &str = "rule-accuracy.json";

/// What the report reads of that file.
#[derive(Debug, Deserialize)]
struct AccuracyFile {
    rules: Vec<RuleAccuracy>,
}

/// How one rule compares.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct RuleAccuracy {
    id: String,
    /// Calls in which it was compared.
    pub(crate) calls: usize,
    pub(crate) fail: FailAccuracy,
}

/// How well failures were found.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct FailAccuracy {
    /// Share of the found failures that are true; null where none was found.
    pub(crate) precision: Option<f64>,
}

/// Accuracies by the rule's id.
pub(crate) type RuleAccuracies = BTreeMap<String, RuleAccuracy>;

/// Reads the accuracies of a result folder; nothing is known where the file is not there or holds
/// something else, because the report is only less detailed without it.
pub(crate) fn read_rule_accuracies(store: &Store) -> Result<RuleAccuracies, Error> {
    let file = match store.read_json_file::<AccuracyFile>(RULE_ACCURACY_FILE) {
        Err(error) if error.kind() == ErrorKind::Corrupt => None,
        file => file?,
    };
    let rules = file.map(|file| file.rules).unwrap_or_default();
    Ok(rules.into_iter().map(|rule| (rule.id.clone(), rule)).collect())
}
