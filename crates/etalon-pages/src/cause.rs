//! Why something was not measured, in the language of the page.
//!
//! Rules and measures write their reasons down in Russian, in the sentences that the Russian texts
//! of the interface hold under `cause-…`. A reason is found among them, with what varies in it, and
//! said in another language. So this works for results of every version.

use crate::interface::{Interface, InterfaceLanguage};
use etalon_call::Act;

/// Messages `cause-…`, each before those that are more general.
const CAUSES: [&str; 45] = [
    "not-transcribed",
    "no-words",
    "roles-unknown",
    "no-words-of-agent",
    "only-unsure-words",
    "company-unknown",
    "client-unknown",
    "start-unknown",
    "zone-unknown",
    "zone-notation",
    "other-calls-unknown",
    "callback-time-unknown",
    "callback-open",
    "not-measured",
    "nobody-waits",
    "judged-by-hand",
    "not-applicable",
    "nobody-speaks",
    "voicemail",
    "unavailable",
    "ivr",
    "only-agent",
    "only-client",
    "no-rule-applies",
    "sentence-model",
    "doubtful-act",
    "no-acts",
    "unsure-speech",
    "unsure-speech-of-all",
    "most-speech-lost",
    "speech-lost",
    "too-few-words",
    "foreign-agent",
    "foreign-client",
    "foreign-all",
    "other-language-agent",
    "other-language-client",
    "other-language-all",
    "too-little-because",
    "too-little",
    "sides-not-apart",
    "sides-on-one-channel",
    "channel-unknown",
    "no-speech-recognized",
    "part-without-words",
];

/// Words that vary inside of a cause and have a message of their own.
const WORDS: [&str; 6] =
    ["word-agent", "word-client", "word-all", "word-russian", "word-kazakh", "word-english"];

/// Variables of a cause, each with a control character that stands for it where its place is looked
/// for. No reason holds such a character.
const PLACES: [(&str, char); 3] = [("a", '\u{1}'), ("b", '\u{2}'), ("c", '\u{3}')];

/// A reason in the language of the interface; none where it is Russian anyway, or where the words
/// are those of a rule pack, which no one translates.
pub(crate) fn translated_reason(interface: &Interface, reason: &str) -> Option<String> {
    if interface.language() == InterfaceLanguage::Russian {
        return None;
    }
    if let Some(whole) = translated(interface, reason) {
        return Some(format!("{}.", capitalized(&whole)));
    }
    // What stands before the colon are the words of the rule.
    let (_, cause) = reason.split_once(": ")?;
    let cause = translated(interface, cause)?;
    Some(interface.filled("cannot-be-checked", &[("cause", &cause)]))
}

fn translated(interface: &Interface, reason: &str) -> Option<String> {
    let reason = inside_a_sentence(reason);
    CAUSES.into_iter().find_map(|cause| {
        let key = format!("cause-{cause}");
        let values = values_in(&reason, &key)?;
        let values: Vec<(&'static str, String)> =
            values.into_iter().map(|(name, value)| (name, in_own_words(interface, value))).collect();
        let variables: Vec<(&'static str, &str)> =
            values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Some(interface.filled(&key, &variables))
    })
}

/// A value that is itself a word or a cause.
fn in_own_words(interface: &Interface, value: &str) -> String {
    let russian = Interface::of(InterfaceLanguage::Russian);
    let word = WORDS.into_iter().find(|key| russian.text(key) == value).map(str::to_owned);
    let act = || Act::ALL.into_iter().map(act_key).find(|key| russian.text(key) == value);
    word.or_else(act)
        .map(|key| interface.text(&key))
        .or_else(|| translated(interface, value))
        .unwrap_or_else(|| value.to_owned())
}

/// The key of what an act is called.
fn act_key(act: Act) -> String {
    format!("act-{}", act.name().replace('_', "-"))
}

/// What stands in the places of a Russian message, if the reason is that message.
fn values_in<'a>(reason: &'a str, key: &str) -> Option<Vec<(&'static str, &'a str)>> {
    let markers = PLACES.map(|(name, marker)| (name, marker.to_string()));
    let variables: Vec<(&'static str, &str)> =
        markers.iter().map(|(name, marker)| (*name, marker.as_str())).collect();
    let message = Interface::of(InterfaceLanguage::Russian).filled(key, &variables);
    let is_place = |letter: char| PLACES.iter().any(|(_, marker)| *marker == letter);
    let mut values = Vec::new();
    let mut rest = reason;
    let mut open: Option<&'static str> = None;
    for part in message.split_inclusive(is_place) {
        let literal = part.trim_end_matches(is_place);
        if let Some(name) = open {
            let end = if literal.is_empty() { rest.len() } else { rest.find(literal)? };
            values.push((name, rest.get(..end)?));
            rest = rest.get(end + literal.len()..)?;
        } else {
            rest = rest.strip_prefix(literal)?;
        }
        open = part
            .chars()
            .next_back()
            .and_then(|last| PLACES.iter().find(|(_, marker)| *marker == last).map(|(name, _)| *name));
    }
    if let Some(name) = open {
        values.push((name, rest));
        rest = "";
    }
    // A value at the very beginning is a number; more than that are the words of the rule.
    let is_number_first = !message.starts_with(is_place)
        || values.first().is_some_and(|(_, value)| !value.contains(char::is_whitespace));
    let is_found = rest.is_empty() && is_number_first && values.iter().all(|(_, value)| !value.is_empty());
    is_found.then_some(values)
}

/// A small first letter, no full stop, and plain spaces.
fn inside_a_sentence(reason: &str) -> String {
    let plain = reason.trim().trim_end_matches('.').replace('\u{a0}', " ");
    let mut letters = plain.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect()
}

fn capitalized(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_told_in_the_language_of_the_page() {
        let check = |language: InterfaceLanguage, reason: &str, expected: Option<&str>| {
            let found = translated_reason(Interface::of(language), reason);
            assert_eq!(found.as_deref(), expected, "{reason}");
        };
        check(InterfaceLanguage::Russian, "Нельзя проверить: звонок не расшифрован.", None);
        check(
            InterfaceLanguage::Kazakh,
            "Темп не измерить: звонок не расшифрован.",
            Some("Тексеру мүмкін емес: қоңырау мәтінге түсірілмеген."),
        );
        check(
            InterfaceLanguage::Kazakh,
            "Нельзя проверить: речь клиента распознана неуверенно: уверенность 0,31, нужна 0,45.",
            Some("Тексеру мүмкін емес: клиенттің сөзі сенімсіз танылды: сенімділігі 0,31, керегі 0,45."),
        );
        check(
            InterfaceLanguage::English,
            "Нельзя проверить: 4,2 с речи оператора с 0:17 не распознаны.",
            Some("It cannot be checked: 4,2 s of speech of the agent from 0:17 on were not recognized."),
        );
        check(
            InterfaceLanguage::English,
            "Проверено 31\u{a0}% стандарта, а для балла нужно не меньше 50\u{a0}%: звонок не расшифрован.",
            Some(
                "31% of the standard was checked, a score takes at least 50%: the call was not transcribed.",
            ),
        );
        check(
            InterfaceLanguage::English,
            "Нельзя проверить: похоже на это: скрытая угроза; проверьте.",
            Some("It cannot be checked: this may be a veiled threat; please listen and check."),
        );
        check(InterfaceLanguage::English, "Своя причина набора правил.", None);
    }

    #[test]
    fn every_act_is_called_as_in_the_reasons_of_rules() {
        let russian = Interface::of(InterfaceLanguage::Russian);
        for act in Act::ALL {
            let key = act_key(act);
            assert_eq!(russian.text(&key), etalon_rules::act_title(act), "{key}");
            for language in [InterfaceLanguage::English, InterfaceLanguage::Kazakh] {
                assert_ne!(Interface::of(language).text(&key), russian.text(&key), "{key}");
            }
        }
    }

    #[test]
    fn every_cause_is_found_as_itself() {
        let russian = Interface::of(InterfaceLanguage::Russian);
        for cause in CAUSES {
            let key = format!("cause-{cause}");
            let reason = russian.filled(&key, &[("a", "1"), ("b", "2"), ("c", "3")]);
            let values = values_in(&reason, &key).unwrap_or_default();
            assert!(
                values
                    .iter()
                    .all(|(name, value)| matches!((*name, *value), ("a", "1") | ("b", "2") | ("c", "3"))),
                "{reason}"
            );
            let kazakh = translated(Interface::of(InterfaceLanguage::Kazakh), &reason);
            let expected =
                Interface::of(InterfaceLanguage::Kazakh).filled(&key, &[("a", "1"), ("b", "2"), ("c", "3")]);
            assert_eq!(kazakh.as_deref(), Some(expected.as_str()), "{reason}");
        }
    }
}
