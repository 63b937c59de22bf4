//! Recall and precision by kind.

use super::conversation::Conversation;
use etalon_call::PersonalDataKind;
use std::collections::{BTreeMap, BTreeSet};

/// What was found of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Entities of the truth.
    pub(crate) entities: usize,
    /// Of these, found with every word and as this kind.
    pub(crate) found: usize,
    /// Of these, hidden with every word, as whatever kind.
    pub(crate) hidden: usize,
    /// Findings.
    pub(crate) findings: usize,
    /// Of these, with a word of an entity of this kind.
    pub(crate) right: usize,
}

impl Counts {
    pub(crate) fn recall(&self) -> f64 {
        self.found as f64 / self.entities.max(1) as f64
    }

    pub(crate) fn precision(&self) -> f64 {
        self.right as f64 / self.findings.max(1) as f64
    }
}

/// A mistake, as text.
pub(crate) type Mistake = (PersonalDataKind, String);

#[derive(Debug, Default)]
pub(crate) struct Measured {
    pub(crate) by_kind: BTreeMap<PersonalDataKind, Counts>,
    pub(crate) missed: Vec<Mistake>,
    pub(crate) invented: Vec<Mistake>,
}

impl Measured {
    pub(crate) fn add(&mut self, conversation: &Conversation) {
        let findings = etalon_redact::find(&conversation.turns);
        let words_of = |finding: &etalon_redact::Finding| -> Vec<(usize, usize)> {
            let words =
                |place: &etalon_redact::Place| place.words.clone().map(|word| (place.turn, word)).collect();
            finding.places.iter().flat_map::<Vec<_>, _>(words).collect()
        };
        for entity in &conversation.entities {
            let counts = self.by_kind.entry(entity.kind).or_default();
            let hidden: BTreeSet<(usize, usize)> = findings.iter().flat_map(words_of).collect();
            let of_kind: BTreeSet<(usize, usize)> =
                findings.iter().filter(|finding| finding.kind == entity.kind).flat_map(words_of).collect();
            counts.entities += 1;
            counts.hidden += usize::from(entity.words.iter().all(|word| hidden.contains(word)));
            let is_found = entity.words.iter().all(|word| of_kind.contains(word));
            counts.found += usize::from(is_found);
            if !is_found {
                self.missed.push((entity.kind, text_of(conversation, &entity.words)));
            }
        }
        for finding in &findings {
            let words = words_of(finding);
            let is_right = conversation.entities.iter().any(|entity| {
                entity.kind == finding.kind && entity.words.iter().any(|word| words.contains(word))
            });
            let counts = self.by_kind.entry(finding.kind).or_default();
            counts.findings += 1;
            counts.right += usize::from(is_right);
            if !is_right {
                self.invented.push((finding.kind, text_of(conversation, &words)));
            }
        }
    }
}

/// The conversation with the words in brackets.
fn text_of(conversation: &Conversation, marked: &[(usize, usize)]) -> String {
    let mut text = String::new();
    for (turn, said) in conversation.turns.iter().enumerate() {
        text.extend([said.speaker.name(), ":"]);
        for (place, word) in said.words.iter().enumerate() {
            let word = word.text.as_str();
            let is_marked = marked.contains(&(turn, place));
            text.extend(if is_marked { [" [", word, "]"] } else { [" ", word, ""] });
        }
        text.push_str(" / ");
    }
    text
}
