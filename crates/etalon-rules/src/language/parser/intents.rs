//! The intents of a pack.

use super::PackParser;
use crate::language::document::{Table, Value};
use crate::language::error::{PackError, PackErrorKind};
use crate::language::intent::{Intent, IntentDefinition};
use std::sync::Arc;

/// An intent as it is written, before it knows the other intents.
struct Written<'a> {
    name: &'a str,
    table: Table<'a>,
    examples: Vec<String>,
}

impl PackParser<'_> {
    /// Reads the intents; the examples of each are counterexamples of all that do not name it in
    /// `akin`.
    pub(super) fn read_intents(&mut self) -> Result<(), PackError> {
        let Some(value) = self.root.get("intents") else { return Ok(()) };
        let table = value.table()?;
        let mut written = Vec::new();
        for (name, _, definition) in table.own_names() {
            let table = definition.table()?;
            let value = table.require("examples")?;
            let examples = texts_of(value)?;
            if examples.is_empty() {
                return Err(
                    value.invalid("an intent needs examples", "write sentences that mean it, ten or more")
                );
            }
            written.push(Written { name, table, examples });
        }
        for intent in &written {
            let akin = akin(intent, &written)?;
            let others =
                written.iter().filter(|other| other.name != intent.name && !akin.contains(&other.name));
            let mut counterexamples =
                intent.table.get("unlike").map(texts_of).transpose()?.unwrap_or_default();
            counterexamples.extend(others.flat_map(|other| other.examples.clone()));
            let threshold = intent.table.require("threshold")?;
            let definition = IntentDefinition {
                name: intent.name.to_owned(),
                threshold: threshold.number()?,
                only_with: match intent.table.get("only_with") {
                    Some(value) => self.phrases(&value.elements())?,
                    None => vec![],
                },
                examples: intent.examples.clone(),
                counterexamples,
            };
            if !(0.0..=1.0).contains(&definition.threshold) {
                return Err(
                    threshold.invalid("a similarity lies between 0 and 1", "calibrate it: see the README")
                );
            }
            intent.table.finish()?;
            self.intents.push(Arc::new(Intent::new(definition)));
        }
        Ok(())
    }

    /// The intents that a condition names.
    pub(super) fn intents_named(&self, value: Value<'_>) -> Result<Vec<Arc<Intent>>, PackError> {
        value.elements().into_iter().map(|element| self.intent_named(element)).collect()
    }

    fn intent_named(&self, value: Value<'_>) -> Result<Arc<Intent>, PackError> {
        let name = value.text()?;
        let found = self.intents.iter().find(|intent| intent.name() == name);
        found.map(Arc::clone).ok_or_else(|| unknown(value, name))
    }
}

fn akin<'a>(intent: &Written<'a>, all: &[Written<'a>]) -> Result<Vec<&'a str>, PackError> {
    let values = intent.table.get("akin").map(Value::elements).unwrap_or_default();
    let mut akin = Vec::new();
    for value in values {
        let name = value.text()?;
        if !all.iter().any(|other| other.name == name) {
            return Err(unknown(value, name));
        }
        akin.push(name);
    }
    Ok(akin)
}

fn texts_of(value: Value<'_>) -> Result<Vec<String>, PackError> {
    value.elements().into_iter().map(|value| value.text().map(str::to_owned)).collect()
}

fn unknown(value: Value<'_>, name: &str) -> PackError {
    value.origin.error(
        PackErrorKind::UnknownName,
        value.span(),
        format!("no intent has the name `{name}`"),
        format!("define it: [intents.{name}]"),
    )
}
