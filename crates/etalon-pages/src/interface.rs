//! The interface in Russian, Kazakh and English.
//!
//! Messages lie in `texts/`, in Fluent's format, which knows the plurals of each language.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;
use unic_langid::{LanguageIdentifier, langid};

etalon_call::named_enum! {
    /// The language of the interface. What the packs and the calls say stays in their own.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
    pub enum InterfaceLanguage {
        /// Russian.
        #[default]
        Russian = "ru",
        /// Kazakh.
        Kazakh = "kk",
        /// English.
        English = "en",
    }
}

/// The messages of one language, and how that language writes numbers.
pub struct Interface {
    language: InterfaceLanguage,
    messages: FluentBundle<FluentResource>,
}

static RUSSIAN: LazyLock<Interface> = LazyLock::new(|| {
    Interface::new(InterfaceLanguage::Russian, langid!("ru"), include_str!("../texts/ru.ftl"))
});
static KAZAKH: LazyLock<Interface> = LazyLock::new(|| {
    Interface::new(InterfaceLanguage::Kazakh, langid!("kk"), include_str!("../texts/kk.ftl"))
});
static ENGLISH: LazyLock<Interface> = LazyLock::new(|| {
    Interface::new(InterfaceLanguage::English, langid!("en"), include_str!("../texts/en.ftl"))
});

impl Interface {
    /// The interface of a language.
    pub fn of(language: InterfaceLanguage) -> &'static Self {
        match language {
            InterfaceLanguage::Russian => &RUSSIAN,
            InterfaceLanguage::Kazakh => &KAZAKH,
            InterfaceLanguage::English => &ENGLISH,
        }
    }

    fn new(language: InterfaceLanguage, identifier: LanguageIdentifier, source: &str) -> Self {
        let mut messages = FluentBundle::new_concurrent(vec![identifier]);
        messages.set_use_isolating(false);
        // A resource with errors still holds its readable messages; tests refuse one with errors.
        let resource = match FluentResource::try_new(source.to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        messages.add_resource_overriding(resource);
        Self { language, messages }
    }

    /// The language.
    pub fn language(&self) -> InterfaceLanguage {
        self.language
    }

    /// A message without variables.
    pub fn text(&self, key: &str) -> String {
        self.message(key, None)
    }

    /// A message about a number of things, `$count`, in the right plural.
    pub fn count(&self, key: &str, count: usize) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set("count", FluentValue::from(count));
        self.message(key, Some(&arguments))
    }

    /// A message with variables that are written as they are.
    pub fn filled(&self, key: &str, variables: &[(&'static str, &str)]) -> String {
        let arguments: FluentArgs =
            variables.iter().map(|&(name, value)| (name, FluentValue::from(value))).collect();
        self.message(key, Some(&arguments))
    }

    /// The message, or its key where the language has none.
    fn message(&self, key: &str, arguments: Option<&FluentArgs>) -> String {
        let pattern = self.messages.get_message(key).and_then(|message| message.value());
        let Some(pattern) = pattern else { return key.to_owned() };
        self.messages.format_pattern(pattern, arguments, &mut Vec::new()).into_owned()
    }

    /// Whether there is a message under this key.
    pub fn has(&self, key: &str) -> bool {
        self.messages.has_message(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const TEXTS: [(&str, &str); 3] = [
        ("ru", include_str!("../texts/ru.ftl")),
        ("kk", include_str!("../texts/kk.ftl")),
        ("en", include_str!("../texts/en.ftl")),
    ];

    fn keys(source: &str) -> BTreeSet<&str> {
        let is_message = |line: &&str| line.starts_with(|first: char| first.is_ascii_lowercase());
        source.lines().filter(is_message).filter_map(|line| line.split(" =").next()).collect()
    }

    #[test]
    fn every_language_reads_without_error_and_has_the_same_messages() {
        let [(_, russian), ..] = TEXTS;
        for (language, source) in TEXTS {
            let errors = FluentResource::try_new(source.to_owned()).err().map(|(_, errors)| errors);
            assert_eq!(errors, None, "{language}");
            let (own, expected) = (keys(source), keys(russian));
            let difference: Vec<_> = own.symmetric_difference(&expected).collect();
            assert!(difference.is_empty(), "{language}: {difference:?}");
        }
    }

    #[test]
    fn nouns_agree_with_their_number() {
        let check = |language: InterfaceLanguage, count: usize, expected: &str| {
            assert_eq!(Interface::of(language).count("calls-count", count), expected);
        };
        for (count, expected) in
            [(1, "1 разговор"), (3, "3 разговора"), (11, "11 разговоров"), (21, "21 разговор")]
        {
            check(InterfaceLanguage::Russian, count, expected);
        }
        check(InterfaceLanguage::Kazakh, 3, "3 қоңырау");
        check(InterfaceLanguage::English, 1, "1 call");
        check(InterfaceLanguage::English, 2, "2 calls");
    }
}
