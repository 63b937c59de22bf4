//! The recogniser against the network that was trained, computed by `PyTorch` in 32-bit floats
//! (`reference.json`): three conversations that the model was not trained on.

use etalon_acts::Recognizer;
use etalon_call::{Act, Role, Turn};
use serde_json::Value;
use std::collections::BTreeMap;

/// Eight-bit weights and inputs change a probability by so much at most, and by less on average.
const DIFFERENCE_AT_MOST: f64 = 0.15;
const MEAN_DIFFERENCE_AT_MOST: f64 = 0.02;

fn reference() -> Vec<Value> {
    serde_json::from_str(include_str!("reference.json")).expect("JSON")
}

fn text<'a>(sentence: &'a Value, key: &str) -> &'a str {
    sentence[key].as_str().expect("a text")
}

/// Sentences of one side in a row are a turn.
fn turns(conversation: &Value) -> Vec<Turn> {
    let mut turns: Vec<(Role, String)> = Vec::new();
    for sentence in conversation["sentences"].as_array().expect("sentences") {
        let speaker: Role = text(sentence, "speaker").parse().expect("a side");
        match turns.last_mut() {
            Some((last, said)) if *last == speaker => *said = format!("{said} {}", text(sentence, "text")),
            _ => turns.push((speaker, text(sentence, "text").to_owned())),
        }
    }
    let language = text(conversation, "language");
    let turn = |(speaker, said): (Role, String)| {
        Turn::new(speaker, 0.0, 1.0, said.as_str().into(), language.to_owned(), vec![])
    };
    turns.into_iter().map(turn).collect()
}

/// The place of a sentence: its turn and its first word there.
type Place = (usize, u32);

/// The acts of each sentence that has any.
fn recognized(turns: &mut [Turn]) -> BTreeMap<Place, BTreeMap<Act, f64>> {
    Recognizer::embedded().expect("the model").recognize(turns);
    let mut sentences: BTreeMap<Place, BTreeMap<Act, f64>> = BTreeMap::new();
    for (number, turn) in turns.iter().enumerate() {
        for act in turn.acts.as_ref().expect("a known language") {
            sentences.entry((number, act.from_word)).or_default().insert(act.act, act.probability);
        }
    }
    sentences
}

/// Where each sentence of the reference stands.
fn places(conversation: &Value) -> Vec<Place> {
    let mut places = Vec::new();
    let (mut turn, mut word, mut last) = (0, 0, None);
    for sentence in conversation["sentences"].as_array().expect("sentences") {
        let speaker = text(sentence, "speaker");
        if last.is_some_and(|last| last != speaker) {
            (turn, word) = (turn + 1, 0);
        }
        last = Some(speaker);
        places.push((turn, word));
        word += text(sentence, "text").split_whitespace().count() as u32;
    }
    places
}

#[test]
fn probabilities_are_those_of_the_trained_network() {
    let (mut sum, mut count) = (0.0, 0_u32);
    for conversation in reference() {
        let found = recognized(&mut turns(&conversation));
        let expected = conversation["sentences"].as_array().expect("sentences");
        for (place, sentence) in places(&conversation).iter().zip(expected) {
            let found = found.get(place);
            for (act, probability) in sentence["acts"].as_object().expect("acts") {
                let act: Act = act.parse().expect("an act");
                let probability = probability.as_f64().expect("a number");
                // Below the least probability nothing is told.
                let told = found.and_then(|found| found.get(&act)).copied().unwrap_or(0.1);
                let difference = (told - probability).abs();
                assert!(difference < DIFFERENCE_AT_MOST, "{act:?}: {told} for {probability}: {sentence}");
                sum += difference;
                count += 1;
            }
        }
    }
    assert!(sum / f64::from(count) < MEAN_DIFFERENCE_AT_MOST, "{}", sum / f64::from(count));
}

#[test]
fn what_is_no_call_of_a_known_language_has_no_acts() {
    let turn = |speaker: Role, language: &str, said: &str| {
        Turn::new(speaker, 0.0, 1.0, said.into(), language.to_owned(), vec![])
    };
    let recognizer = Recognizer::embedded().expect("the model");
    let mut turns = [
        turn(Role::Agent, "de", "Guten Tag, hier ist die Bank."),
        turn(Role::Unknown, "ru", "Добрый день."),
        turn(Role::Agent, "ru", ""),
        turn(Role::Client, "ru", "你好 שלום ؟!"),
        turn(Role::Client, "und", "Nobody told the language."),
        turn(Role::Client, "und", "Здравствуйте, это опять я."),
        turn(Role::Client, "ru", &"я не буду платить ".repeat(600)),
    ];
    recognizer.recognize(&mut turns);
    assert_eq!(turns[0].acts, None);
    assert_eq!(turns[1].acts, None);
    assert_eq!(turns[2].acts, Some(vec![]));
    assert!(turns[3].acts.is_some());
    assert_eq!(turns[4].acts, None);
    assert!(turns[5].acts.as_ref().is_some_and(|acts| !acts.is_empty()));
    let last = turns[6].acts.as_ref().and_then(|acts| acts.last()).expect("acts");
    assert_eq!(last.to_word, 2400);
}

#[test]
fn every_form_of_the_kernels_gives_the_same_acts() {
    // Forms are chosen once for the process: each runs in its own.
    let own = std::env::current_exe().expect("this program");
    let run = |form: &str| {
        let mut command = std::process::Command::new(&own);
        let output =
            command.args(["--exact", "acts_for_other_processes", "--nocapture"]).env("ETALON_SIMD", form);
        let output = output.env("ETALON_PRINT_ACTS", "1").output().expect("a process");
        String::from_utf8(output.stdout)
            .expect("text")
            .lines()
            .filter(|line| line.starts_with('{'))
            .collect::<String>()
    };
    let scalar = run("scalar");
    assert!(scalar.len() > 1000, "{scalar}");
    for form in ["avx2", "avx512-vnni", "avx512"] {
        assert!(run(form) == scalar, "{form}");
    }
}

#[test]
fn acts_for_other_processes() {
    if std::env::var_os("ETALON_PRINT_ACTS").is_some() {
        for conversation in reference() {
            println!("\n{:?}", recognized(&mut turns(&conversation)));
        }
    }
}

#[test]
fn a_damaged_model_is_an_error() {
    let whole =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/acts-e5.bin")).expect("the model");
    for length in [0, 4, 8, 20, 1000, 600_000, whole.len() - 1] {
        assert!(Recognizer::from_bytes(&whole[..length]).is_err(), "{length}");
    }
    let mut longer = whole.clone();
    longer.push(0);
    assert!(Recognizer::from_bytes(&longer).is_err());
    let mut other = whole;
    other[12] ^= 0xff;
    assert!(Recognizer::from_bytes(&other).is_err());
}
