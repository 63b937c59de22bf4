//! Packs of rules.

use crate::language::calendar::Calendar;
use crate::language::condition::Node;
use crate::language::error::PackWarning;
use crate::language::example::Example;
use crate::language::intent::Intent;
use crate::text::vocabulary::Vocabulary;
use data_encoding::HEXLOWER;
use etalon_call::{PackReference, Severity};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// A standard as data: rules with their conditions, sources, points, reasons and examples.
///
/// A pack is read once and used for any number of calls; all its phrases are compiled when it is
/// read.
#[derive(Debug, Default)]
pub struct Pack {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) title: String,
    /// At least one, that of the reasons first.
    pub(crate) languages: Vec<String>,
    pub(crate) sha256: String,
    pub(crate) text: PackText,
    pub(crate) glossary: Glossary,
    pub(crate) rules: Vec<Rule>,
    pub(crate) stages: Vec<Category>,
    pub(crate) topics: Vec<Category>,
    pub(crate) call_types: Vec<Category>,
    pub(crate) survey: Option<Survey>,
    pub(crate) agreements: AgreementDefinitions,
    pub(crate) calendar: Calendar,
    pub(crate) intents: Vec<Arc<Intent>>,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) warnings: Vec<PackWarning>,
}

/// What a pack was read from.
#[derive(Debug, Default)]
pub(crate) struct PackText {
    /// What its reader calls it: usually its path.
    pub(crate) origin: String,
    /// Its TOML text.
    pub(crate) source: String,
    /// The days that were added to those of its text.
    pub(crate) days: Calendar,
}

impl Pack {
    /// The pack as results refer to it, with the SHA-256 of its text.
    pub fn reference(&self) -> PackReference {
        PackReference { id: self.id.clone(), version: self.version.clone(), sha256: self.sha256.clone() }
    }

    /// The pack's id, for instance `kcg-service`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The version as the pack's author counts them.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The pack's name for people.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What its reader calls it: usually its path.
    pub fn origin(&self) -> &str {
        &self.text.origin
    }

    /// The TOML text that it was read from. Together with [`added_days`](Self::added_days) it gives
    /// the same pack again.
    pub fn source(&self) -> &str {
        &self.text.source
    }

    /// The days off and working days that were added to those of its text.
    pub fn added_days(&self) -> &Calendar {
        &self.text.days
    }

    /// What its author may not have meant.
    pub fn warnings(&self) -> &[PackWarning] {
        &self.warnings
    }

    /// The languages of its phrases, the one of its reasons first (`ru`, …). What is said in another
    /// language can't be judged by them.
    pub fn languages(&self) -> &[String] {
        &self.languages
    }

    /// The rules in the order of the file, those that are off included.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The pack with more days off and working days than its own calendar has.
    ///
    /// The hash in [`reference`](Self::reference) then stands for the pack together with those
    /// days.
    #[must_use]
    pub fn with_calendar(mut self, days: &Calendar) -> Self {
        if !days.is_empty() {
            self.calendar.extend(days);
            self.text.days.extend(days);
            self.sha256 = sha256_of(&format!("{}\n{}", self.sha256, days.notation()));
        }
        self
    }

    /// The pack under the SHA-256 by which calls name it, where it was read from its text
    /// [without examples](crate::without_examples).
    #[must_use]
    pub fn named_by(mut self, sha256: &str) -> Self {
        sha256.clone_into(&mut self.sha256);
        self
    }

    /// Whether a rule that is on asks for the other calls of a client.
    pub fn asks_for_history(&self) -> bool {
        self.rules.iter().any(|rule| rule.is_enabled && rule.asks_for_history())
    }

    /// The intents that its rules use, by name.
    pub fn intents(&self) -> impl Iterator<Item = &Intent> {
        self.intents.iter().map(AsRef::as_ref)
    }

    /// The ids and titles of its stages, topics and call types.
    pub fn categories(&self) -> impl Iterator<Item = (&str, &str)> {
        let categories = self.stages.iter().chain(&self.topics).chain(&self.call_types);
        categories.map(|category| (category.id.as_str(), category.title.as_str()))
    }

    /// Words that a speech model should expect in calls under this standard.
    pub fn glossary(&self) -> &Glossary {
        &self.glossary
    }
}

/// Words that a speech model should expect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Glossary {
    /// Names of companies.
    pub companies: Vec<String>,
    /// Terms of the trade.
    pub terms: Vec<String>,
}

/// One demand of a standard.
#[derive(Debug)]
pub struct Rule {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) source: Source,
    pub(crate) severity: Severity,
    pub(crate) max_points: f64,
    pub(crate) is_enabled: bool,
    pub(crate) when: Option<Node>,
    /// None for an item that only a reviewer can fill.
    pub(crate) condition: Option<Node>,
    pub(crate) reasons: Reasons,
    pub(crate) examples: Vec<Example>,
}

impl Rule {
    /// The rule's id, for instance `hold.thanks`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The rule's name for people.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What the standard asks, in full sentences.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the standard asks it.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// How much a failure matters.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Points that a call can earn with it.
    pub fn max_points(&self) -> f64 {
        self.max_points
    }

    /// Whether it takes part in evaluations.
    pub fn is_enabled(&self) -> bool {
        self.is_enabled
    }

    /// Whether a recording cannot show it, so that a reviewer fills it in.
    pub fn is_manual(&self) -> bool {
        self.condition.is_none()
    }

    /// Whether only the other calls of a client can decide it.
    pub fn asks_for_history(&self) -> bool {
        self.when.iter().chain(&self.condition).any(Node::asks_for_history)
    }

    /// The examples that show what the rule means, run by [`test_examples`](crate::test_examples).
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }
}

/// The place in a document that a rule comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// The document's name.
    pub document: String,
    /// The section, as the document counts them.
    pub section: Option<String>,
    /// The article, for laws.
    pub article: Option<String>,
    /// The edition, for laws.
    pub edition: Option<String>,
    /// Whether somebody has compared the rule with the document.
    pub is_verified: bool,
}

/// What to tell people for each verdict. `{at}`, `{count}` and `{value}` are filled in from what
/// was found. No words of the call stand in a reason: those are in the evidence.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reasons {
    pub(crate) pass: String,
    pub(crate) fail: String,
    pub(crate) na: Option<String>,
    pub(crate) unmeasurable: Option<String>,
}

/// What shows that something was agreed.
#[derive(Debug, Default)]
pub(crate) struct AgreementDefinitions {
    pub(crate) promise_to_pay: Option<Node>,
    pub(crate) callback: Option<Node>,
}

/// A stage, a topic or a type of conversation, and what shows it.
#[derive(Debug)]
pub(crate) struct Category {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) shown_by: Node,
}

/// A question that is answered with a number.
#[derive(Debug)]
pub(crate) struct Survey {
    /// What shows that it is asked.
    pub(crate) question: Node,
    /// Seconds after the question in which the answer counts.
    pub(crate) answer_within_s: f64,
}

/// SHA-256 of a text in hexadecimal.
pub(crate) fn sha256_of(source: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(source.as_bytes()))
}
