//! What rules, stages, topics and call types are called, and what a standard asks.

use etalon_rules::Pack;
use std::collections::BTreeMap;

/// What pages say of the rules and categories of the packs that judged the calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleBook {
    rules: BTreeMap<String, RuleDescription>,
    categories: BTreeMap<String, String>,
}

/// What pages say of one rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleDescription {
    /// The rule's name.
    pub title: String,
    /// What the standard asks, in full sentences.
    pub standard: String,
    /// The document and its section or article.
    pub source: String,
    /// Whether only a reviewer can fill it in.
    pub is_manual: bool,
}

impl RuleBook {
    /// The book of these packs.
    pub fn of(packs: &[Pack]) -> Self {
        let rules = packs.iter().flat_map(Pack::rules).map(|rule| {
            let source = rule.source();
            let place = source.article.as_ref().or(source.section.as_ref());
            let description = RuleDescription {
                title: rule.title().to_owned(),
                standard: rule.text().to_owned(),
                source: std::iter::once(&source.document)
                    .chain(place)
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(", "),
                is_manual: rule.is_manual(),
            };
            (rule.id().to_owned(), description)
        });
        let categories = packs.iter().flat_map(Pack::categories);
        Self {
            rules: rules.collect(),
            categories: categories.map(|(id, title)| (id.to_owned(), title.to_owned())).collect(),
        }
    }

    /// What is known of a rule.
    pub fn rule(&self, id: &str) -> Option<&RuleDescription> {
        self.rules.get(id)
    }

    /// What a rule is called: its id where nothing else is known.
    pub fn rule_title<'a>(&'a self, id: &'a str) -> &'a str {
        self.rules.get(id).map_or(id, |rule| rule.title.as_str())
    }

    /// What a stage, topic or call type is called: its id where nothing else is known.
    pub fn category_title<'a>(&'a self, id: &'a str) -> &'a str {
        self.categories.get(id).map_or(id, String::as_str)
    }
}
