//! Compares the encoder with the published one, and tests damaged files.

use etalon_sentence::{Encoder, SentenceEmbedding, SentenceError};
use proptest::prelude::*;
use serde_json::Value;

static MODEL: &[u8] = include_bytes!("../../../models/meaning-use3-ru.bin");

/// The published package's vectors of twelve sentences (`scripts/dev models sentence --golden`).
const ORIGINAL: &str = include_str!("original.jsonl");

fn numbers(values: &Value) -> Vec<f64> {
    values.as_array().expect("a list").iter().map(|value| value.as_f64().expect("a number")).collect()
}

#[test]
fn vectors_are_those_of_the_original() {
    let original: Vec<Value> =
        ORIGINAL.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let sentences: Vec<&str> =
        original.iter().map(|line| line["sentence"].as_str().expect("a text")).collect();
    let meanings = Encoder::embedded().expect("the model").encode(&sentences);
    for (line, meaning) in original.iter().zip(&meanings) {
        let vector = numbers(&line["vector"]);
        let cosine: f64 =
            vector.iter().zip(meaning.values()).map(|(one, other)| one * f64::from(*other)).sum();
        assert!(cosine > 0.999, "{}: {cosine}", line["sentence"]);
        for (likeness, other) in numbers(&line["likeness"]).iter().zip(&meanings) {
            let similarity = meaning.similarity(other);
            assert!(
                (similarity - likeness).abs() < 2e-3,
                "{}: {similarity} for {likeness}",
                line["sentence"]
            );
        }
    }
}

#[test]
fn a_sentence_alone_has_the_same_vector_as_among_others() {
    let encoder = Encoder::embedded().expect("the model");
    let sentences: Vec<String> =
        (0..60).map(|number| "подождите на линии ".repeat(number % 9) + "пожалуйста").collect();
    let together: Vec<SentenceEmbedding> = encoder.encode(&sentences);
    for (sentence, meaning) in sentences.iter().zip(&together) {
        assert_eq!(encoder.encode(&[sentence]).first(), Some(meaning), "{sentence}");
    }
}

#[test]
fn damaged_bytes_are_refused() {
    for (bytes, error) in [
        (vec![], SentenceError::NoModel),
        (b"ETMEAN02".to_vec(), SentenceError::NoModel),
        (MODEL[..8].to_vec(), SentenceError::CutOff(8)),
        (MODEL[..MODEL.len() - 1].to_vec(), SentenceError::CutOff(MODEL.len() - 1)),
        ([MODEL, b"!"].concat(), SentenceError::Damaged("something follows its end")),
        ([&MODEL[..8], &[255; 64]].concat(), SentenceError::Damaged("its sizes are impossible")),
    ] {
        assert_eq!(Encoder::from_bytes(&bytes).err(), Some(error));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn no_damage_makes_it_panic(place in 8_usize..400_000, byte: u8, end in 0_usize..9_000_000) {
        let mut bytes = MODEL[..end.min(MODEL.len())].to_vec();
        if let Some(damaged) = bytes.get_mut(place) {
            *damaged = byte;
        }
        if let Ok(encoder) = Encoder::from_bytes(&bytes) {
            prop_assert_eq!(encoder.encode(&["Подождите."]).len(), 1);
        }
    }

    #[test]
    fn every_text_has_a_finite_vector(text in "\\PC{0,400}") {
        let [meaning] = &Encoder::embedded().expect("the model").encode(&[text])[..] else { unreachable!() };
        prop_assert!((meaning.similarity(meaning) - 1.0).abs() < 1e-3);
    }
}
