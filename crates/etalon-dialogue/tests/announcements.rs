//! Which sentences announce a hold.

use etalon_call::Word;
use etalon_dialogue::is_hold_announced;

/// Paraphrased announcements, and similar sentences with another meaning.
const SENTENCES: &str = include_str!("../../etalon-rules/tests/intents.toml");

/// Whether the sentence, followed by silence, announces a hold.
fn announces(sentence: &str) -> bool {
    let word =
        |(index, text): (usize, &str)| Word::new(text, index as f64 * 0.3, index as f64 * 0.3 + 0.3, 1.0);
    let words: Vec<Word> = sentence.split_whitespace().enumerate().map(word).collect();
    is_hold_announced(&words, 60.0, 15.0)
}

/// The share of the sentences that announce a hold.
fn share<'a>(sentences: impl Iterator<Item = &'a str>) -> f64 {
    let found: Vec<bool> = sentences.map(announces).collect();
    found.iter().filter(|&&is_found| is_found).count() as f64 / found.len() as f64
}

#[test]
fn most_announcements_are_found_in_other_words_and_little_else() {
    let sentences: toml::Table = SENTENCES.parse().unwrap();
    let of = |intent: &str, key: &str| {
        let list = sentences[intent][key].as_array().unwrap().clone();
        share(list.iter().filter_map(toml::Value::as_str))
    };
    for intent in ["announces_hold", "asks_to_wait"] {
        assert!(of(intent, "said") >= 0.9, "{intent}: {}", of(intent, "said"));
        assert!(of(intent, "other") <= 0.25, "{intent}: {}", of(intent, "other"));
    }
    assert!(of("thanks_for_waiting", "said") <= 0.1);
}

#[test]
fn an_announcement_is_known_in_each_language_and_misheard() {
    for (sentence, expected) in [
        ("Күте тұрыңыз, қазір тексеремін", true),
        ("Бір минут күтіңізші", true),
        ("Жақсы, рахмет", false),
        ("Give me just one second, I'm going to look into the manual", true),
        ("Could you hold for a moment please", true),
        ("It takes about a minute every time", false),
        ("паставлю вас на удиржание", true),
        ("Минуту назад я уже говорила", false),
        ("Какой у вас вопрос", false),
        ("", false),
    ] {
        assert_eq!(announces(sentence), expected, "{sentence}");
    }
}

#[test]
fn what_was_said_long_before_announces_nothing() {
    let mut words = vec![Word::new("подождите", 0.0, 1.0, 1.0)];
    words.extend(
        (0..20).map(|index| Word::new("платёж", f64::from(index) + 1.0, f64::from(index) + 2.0, 1.0)),
    );
    assert!(!is_hold_announced(&words, 25.0, 15.0));
    assert!(is_hold_announced(&words[..10], 25.0, 15.0));
}
