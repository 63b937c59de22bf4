//! The intents of a pack.

use super::PackParser;
use crate::language::document::{Table, Value};
use crate::language::error::{PackError, PackErrorKind, help_for_unknown};
use crate::language::intent::{Intent, IntentDefinition};
use std::ops::Range;
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
    pub(super) fn read_intents(&mut self) {
        let Some(table) = self.root.read("intents", Value::table) else { return };
        let written: Vec<Written<'_>> = table.own_names().filter_map(written).collect();
        for intent in &written {
            let akin = akin(intent, &written);
            let others =
                written.iter().filter(|other| other.name != intent.name && !akin.contains(&other.name));
            let mut counterexamples = intent.table.read("unlike", sentences).unwrap_or_default();
            counterexamples.extend(others.flat_map(|other| other.examples.clone()));
            let only_with = intent.table.get("only_with");
            let definition = IntentDefinition {
                name: intent.name.to_owned(),
                threshold: threshold(&intent.table),
                only_with: only_with.map(|value| self.phrases(value)).unwrap_or_default(),
                examples: intent.examples.clone(),
                counterexamples,
            };
            intent.table.finish();
            self.intents.push(Arc::new(Intent::new(definition)));
        }
    }

    /// The intents that a condition names.
    pub(super) fn intents_named(&self, value: Value<'_>) -> Vec<Arc<Intent>> {
        let elements = value.elements().into_iter();
        elements.filter_map(|element| element.origin.reported(self.intent_named(element))).collect()
    }

    fn intent_named(&self, value: Value<'_>) -> Result<Arc<Intent>, PackError> {
        let name = value.text()?;
        let found = self.intents.iter().find(|intent| intent.name() == name);
        found.map(Arc::clone).ok_or_else(|| unknown(value, name, self.intents.iter().map(|one| one.name())))
    }
}

/// An intent with its examples; nothing after an error was reported.
fn written<'a>((name, _, definition): (&'a str, Range<usize>, Value<'a>)) -> Option<Written<'a>> {
    let origin = definition.origin;
    let table = origin.reported(definition.table())?;
    let value = origin.reported(table.require("examples"));
    let examples = value.map(|value| (value, origin.or_default(sentences(value))));
    if let Some((value, examples)) = &examples
        && examples.is_empty()
    {
        origin.report(value.invalid("an intent needs examples", "write sentences that mean it, ten or more"));
    }
    Some(Written { name, table, examples: examples.map(|(_, examples)| examples).unwrap_or_default() })
}

/// The least similarity that counts.
fn threshold(table: &Table<'_>) -> f64 {
    let threshold = table.require("threshold").and_then(|value| match value.number()? {
        number if (0.0..=1.0).contains(&number) => Ok(number),
        _ => Err(value.invalid("a similarity lies between 0 and 1", "calibrate it: see the README")),
    });
    table.origin.or_default(threshold)
}

fn akin<'a>(intent: &Written<'a>, all: &[Written<'a>]) -> Vec<&'a str> {
    let values = intent.table.get("akin").map(Value::elements).unwrap_or_default();
    let names = values.into_iter().map(|value| {
        let name = value.text()?;
        let is_known = all.iter().any(|other| other.name == name);
        if is_known { Ok(name) } else { Err(unknown(value, name, all.iter().map(|other| other.name))) }
    });
    names.filter_map(|name| intent.table.origin.reported(name)).collect()
}

/// Sentences that have a word each.
fn sentences(value: Value<'_>) -> Result<Vec<String>, PackError> {
    let sentence = |value: Value<'_>| match value.text()? {
        text if text.contains(char::is_alphabetic) => Ok(text.to_owned()),
        _ => Err(value.invalid("this sentence has no word", "write what is said, or take it out")),
    };
    value.elements().into_iter().map(sentence).collect()
}

fn unknown<'a>(value: Value<'_>, name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> PackError {
    value.origin.error(
        PackErrorKind::UnknownName,
        value.span(),
        format!("no intent has the name `{name}`"),
        help_for_unknown(name, known, format!("define it: [intents.{name}]")),
    )
}
