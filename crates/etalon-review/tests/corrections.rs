//! Words and speakers put right.

mod common;

use common::turn;
use etalon_call::{Call, Role};
use etalon_review::{Corrected, Correction, corrected, reviews::RecordedCorrection};

fn call() -> Call {
    let turns = vec![
        turn(Role::Agent, 0.0, &["Добрый", "день", "колекцион"]),
        turn(Role::Unknown, 5.0, &["да", "да"]),
    ];
    common::stored_call(common::call("c1", "k1"), turns)
}

fn word(place: (usize, usize), start_s: f64, heard: &str, meant: &str) -> Correction {
    let (turn, word) = place;
    Correction::Word { turn, word, start_s, heard: heard.into(), meant: meant.into() }
}

fn with(corrections: Vec<Correction>) -> Corrected {
    let recorded: Vec<RecordedCorrection> = corrections
        .into_iter()
        .zip(1..)
        .map(|(correction, sequence)| RecordedCorrection {
            sequence,
            author: "Анна".into(),
            at: common::at(1),
            correction,
        })
        .collect();
    corrected(&call(), &recorded)
}

/// The texts of the turns, and the words of the first one with their times in tenths of a second.
#[track_caller]
fn check(corrections: Vec<Correction>, texts: [&str; 2], times: &[(&str, u32, u32)], stale: &[usize]) {
    let found = with(corrections);
    assert_eq!(found.call.turns.iter().map(|turn| turn.text.as_str()).collect::<Vec<_>>(), texts);
    let tenths = |time_s: f64| (time_s * 10.0).round() as u32;
    let words: Vec<(&str, u32, u32)> = found.call.turns[0]
        .words
        .iter()
        .map(|word| (word.text.as_str(), tenths(word.start_s), tenths(word.end_s)))
        .collect();
    assert_eq!(words, times);
    assert_eq!(found.stale, stale);
}

const HEARD: [(&str, u32, u32); 3] = [("Добрый", 0, 8), ("день", 10, 18), ("колекцион", 20, 28)];

#[test]
fn words_are_put_right_and_their_times_stay() {
    let [first, second, third] = HEARD;
    check(vec![], ["Добрый день колекцион", "да да"], &HEARD, &[]);
    check(
        vec![word((0, 2), 2.0, "колекцион", "Коллекшн")],
        ["Добрый день Коллекшн", "да да"],
        &[first, second, ("Коллекшн", 20, 28)],
        &[],
    );
    check(
        vec![word((0, 2), 2.0, "колекцион", "ООО Коллекшн А")],
        ["Добрый день ООО Коллекшн А", "да да"],
        &[first, second, ("ООО", 20, 22), ("Коллекшн", 22, 27), ("А", 27, 28)],
        &[],
    );
    check(vec![word((0, 1), 1.0, "день", "")], ["Добрый колекцион", "да да"], &[first, third], &[]);
    // The later of two holds, also where it takes the first one back.
    let twice = vec![word((0, 1), 1.0, "день", "вечер"), word((0, 1), 1.0, "день", "день")];
    check(twice, ["Добрый день колекцион", "да да"], &HEARD, &[]);
}

#[test]
fn a_place_is_found_again_or_told_as_stale() {
    let corrected = ["Добрый вечер колекцион", "да да"];
    let times = [HEARD[0], ("вечер", 10, 18), HEARD[2]];
    check(vec![word((7, 0), 1.0, "день", "вечер")], corrected, &times, &[]);
    let original = ["Добрый день колекцион", "да да"];
    let stale = vec![
        word((0, 1), 1.2, "день", "вечер"),
        word((0, 1), 1.0, "ночь", "вечер"),
        word((usize::MAX, 0), f64::MAX, "", ""),
    ];
    check(stale, original, &HEARD, &[0, 1, 2]);
}

#[test]
fn a_speaker_is_put_right_for_a_whole_turn() {
    let speaker = |turn, start_s, heard| Correction::Speaker { turn, start_s, heard, meant: Role::Client };
    let found = with(vec![speaker(1, 5.0, Role::Unknown), speaker(0, 0.0, Role::Client)]);
    assert_eq!(found.call.turns[1].speaker, Role::Client);
    assert_eq!(found.call.turns[1].unknown_speaker, None);
    assert_eq!((found.call.turns[0].speaker, found.stale), (Role::Agent, vec![1]));
}

#[test]
fn nothing_but_the_turns_is_another() {
    let found = with(vec![word((0, 1), 1.0, "день", "вечер")]);
    let turns = found.call.turns.clone();
    assert_eq!(Call { turns: call().turns, ..found.call }, call());
    assert_eq!(turns[0].confidence, Some(0.667), "a word that a person heard is sure");
}
