//! Kinds of calls: trained on the corpus, tested on transcripts and conversations outside of it.

use etalon_call::{ConversationKind, Role, Word};
use etalon_eval::Truth;
use etalon_roles::{kind_of_call, learn_kind};
use etalon_sentence::Encoder;
use std::path::Path;

const MACHINES: &str = include_str!("data/machines.txt");

fn words(text: &str, start_s: f64) -> Vec<Word> {
    let times = (0..).map(|place| start_s + 0.4 * f64::from(place));
    text.split_whitespace().zip(times).map(|(word, at_s)| Word::new(word, at_s, at_s + 0.3, 1.0)).collect()
}

fn kind(said: &[&[Word]]) -> Option<ConversationKind> {
    kind_of_call(said, &[]).map(|kind| kind.name)
}

#[test]
fn machines_are_known_and_seldom_taken_for_others() {
    let (mut known, mut taken_for_others, mut all) = (0, 0, 0);
    for (name, text) in MACHINES.lines().filter_map(|line| line.split_once(": ")) {
        if let Some(expected) = ConversationKind::ALL.into_iter().find(|kind| kind.name() == name) {
            let found = kind(&[&words(text, 0.0)]);
            known += u32::from(found == Some(expected));
            taken_for_others += u32::from(found.is_some_and(|found| found != expected));
            all += 1;
        }
    }
    assert_eq!(all, 37);
    assert!(known >= 25, "{known} known");
    assert!(taken_for_others <= 2, "{taken_for_others} taken for others");
}

#[test]
fn nothing_is_said_of_a_moment() {
    for moment in ["Алло.", "Да.", "Hello?", "Алло, да.", "Алло, слушаю вас.", "Здравствуйте!"]
    {
        assert_eq!(kind(&[&words(moment, 0.0)]), None, "{moment}");
    }
    assert_eq!(kind(&[]), None);
}

#[test]
fn conversations_are_dialogues_with_both_sides_and_with_one() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    let mut calls = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().ends_with(".truth.json") {
            let truth: Truth = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let of = |role: Role| -> Vec<Word> {
                let own = truth.turns.iter().filter(|turn| turn.speaker == role);
                own.flat_map(|turn| words(turn.text.as_str(), turn.start_s)).collect()
            };
            let said = [of(Role::Agent), of(Role::Client)];
            let both = kind(&said.each_ref().map(Vec::as_slice));
            assert_eq!(both, Some(ConversationKind::Dialogue), "{}", path.display());
            for side in &said {
                let alone = kind(&[side]);
                assert!([None, both].contains(&alone), "{}: {alone:?}", path.display());
            }
            calls += 1;
        }
    }
    assert_eq!(calls, 6);
}

#[test]
fn a_survey_after_a_conversation_does_not_undo_it() {
    let agent = [
        words("Магазин «Лада», чем помочь?", 0.0),
        words("Назовите номер заказа.", 10.0),
        words("Он придёт во вторник.", 20.0),
        words("Оцените работу специалиста, нажмите цифру от одного до пяти.", 30.0),
    ]
    .concat();
    let client =
        [words("Где мой заказ?", 5.0), words("Четыре пятнадцать.", 15.0), words("Понял, буду ждать.", 25.0)]
            .concat();
    assert_eq!(kind(&[&agent, &client]), Some(ConversationKind::Dialogue));
}

#[test]
fn the_weights_are_what_the_corpus_teaches() {
    let learned = learn_kind(ConversationKind::Voicemail, Encoder::embedded().unwrap()).as_text();
    let kept = include_str!("../lexicons/kinds.weights").split("\n\n").next().unwrap();
    // The weights of the meaning, and the bias.
    let numbers = |text: &str| -> Vec<f64> { text.lines().map_while(|line| line.parse().ok()).collect() };
    let (learned, kept) = (numbers(&learned), numbers(kept));
    assert_eq!((learned.len(), kept.len()), (513, 513));
    let changed =
        learned.iter().zip(&kept).filter(|(learned, kept)| (**learned - **kept).abs() > 0.01).count();
    assert_eq!(changed, 0, "run examples/learn_kinds");
}
