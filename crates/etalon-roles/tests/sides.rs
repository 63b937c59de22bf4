//! Sides of sentences: trained on the corpus, tested on conversations outside of it.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use etalon_call::{Role, Word};
use etalon_eval::Truth;
use etalon_roles::{CallContext, guess_agent, learn_sides};
use etalon_sentence::Encoder;
use std::collections::BTreeMap;
use std::path::Path;

#[test]
fn the_weights_are_what_the_corpus_teaches() {
    let learned = learn_sides(Encoder::embedded().unwrap()).as_text();
    let (learned, kept) = (numbers(&learned), numbers(include_str!("../lexicons/sides.weights")));
    // Features near the least weight may come and go with the processor's rounding.
    let differ = |(sign, weight): (&String, &f64)| {
        let other = kept.get(sign).copied().unwrap_or_default();
        (weight - other).abs() > 0.07
    };
    let changed: Vec<_> = learned.iter().filter(|(sign, weight)| differ((sign, weight))).collect();
    assert!(changed.is_empty(), "{changed:?}; run examples/learn_sides");
    assert!(kept.len().abs_diff(learned.len()) < 100, "{} and {}", kept.len(), learned.len());
}

/// The weight of each feature, and of each dimension of the meaning by its index.
fn numbers(text: &str) -> BTreeMap<String, f64> {
    let number = |(place, line): (usize, &str)| {
        let (weight, sign) = line.split_once(' ').unwrap_or((line, ""));
        let sign = if sign.is_empty() { format!("meaning {place}") } else { sign.to_owned() };
        (sign, weight.parse().unwrap())
    };
    text.lines().enumerate().map(number).collect()
}

/// Checks the agent of a call by the meaning of the sentences alone.
fn check(said: [&str; 2]) {
    let words = |text: &str| -> Vec<Word> {
        let times = (0..).map(|place| 0.4 * f64::from(place));
        text.split_whitespace()
            .zip(times)
            .map(|(word, at_s)| Word::new(word, at_s, at_s + 0.3, 1.0))
            .collect()
    };
    let said = said.map(words);
    let guess = guess_agent(&said.each_ref().map(Vec::as_slice), &CallContext::default());
    let weight = |speaker: usize| -> f64 {
        let cues = guess.cues.iter().filter(|cue| cue.speaker == speaker && cue.cue == "meaning");
        cues.map(|cue| cue.weight).sum()
    };
    assert!(weight(0) > weight(1) + 0.5, "{} and {}", weight(0), weight(1));
}

#[test]
fn conversations_that_are_not_in_the_corpus_have_two_sides() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    let mut calls = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().ends_with(".truth.json") {
            let truth: Truth = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
            let of = |role: Role| {
                let own = truth.turns.iter().filter(|turn| turn.speaker == role);
                own.map(|turn| turn.text.as_str()).collect::<Vec<_>>().join(" ")
            };
            check([&of(Role::Agent), &of(Role::Client)]);
            calls += 1;
        }
    }
    assert_eq!(calls, 6);
    check([
        "Пиццерия, здравствуйте. Что будете заказывать? Доставим за сорок минут.",
        "Мне большую пепперони и колу. Я дома после семи.",
    ]);
}

#[test]
fn kazakh_has_two_sides_too() {
    check([
        "Сізді микроқаржы ұйымынан мазалап тұрмыз. Қарызыңызды қай күні жабасыз? Шартыңыздың нөмірін айтыңыз.",
        "Мен қазір жұмыссызбын, менде ақша жоқ. Келесі аптада төлеймін.",
    ]);
}

#[test]
fn manners_are_no_sign() {
    let words = [
        Word::new("Благодарю", 0.0, 0.3, 1.0),
        Word::new("вас,", 0.4, 0.7, 1.0),
        Word::new("идиот.", 0.8, 1.0, 1.0),
    ];
    let guess = guess_agent(&[&words, &[]], &CallContext::default());
    assert!(guess.cues.iter().all(|cue| cue.weight == 0.0), "{guess:?}");
}
