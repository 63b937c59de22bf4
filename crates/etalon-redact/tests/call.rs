//! What is left of a call, and which stretches of its recording must not be heard.

use etalon_call::{
    Activity, AudioFacts, CALL_SCHEMA, Call, CallFacts, Callback, Evaluation, Evidence, Metrics, Pipeline,
    Role, Span, TranscriptImport, TranscriptionCounts, Turn, Word,
};
use etalon_redact::redact;
use proptest::prelude::*;

/// Words of a turn with the seconds from which and to which each is said.
type Said<'a> = &'a [(&'a str, f64, f64)];

fn turn(speaker: Role, span: (f64, f64), said: Said<'_>) -> Turn {
    let text: Vec<&str> = said.iter().map(|(text, ..)| *text).collect();
    let words = said.iter().map(|&(text, start_s, end_s)| Word::new(text, start_s, end_s, 0.9)).collect();
    Turn::new(speaker, span.0, span.1, text.join(" ").into(), "ru".to_owned(), words)
}

fn call(turns: Vec<Turn>, client: &[(f64, f64)]) -> Call {
    Call {
        schema: CALL_SCHEMA.to_owned(),
        call: CallFacts::default(),
        audio: AudioFacts::declared_stereo(30.0),
        pipeline: Pipeline {
            version: "0.1.0".to_owned(),
            model: None,
            model_sha256: None,
            language: "ru".to_owned(),
            packs: vec![],
            fingerprint: String::new(),
            listening_fingerprint: String::new(),
            transcription: TranscriptionCounts::default(),
        },
        turns,
        activity: Activity {
            client: client.iter().map(|&(start_s, end_s)| Span { start_s, end_s }).collect(),
            ..Activity::default()
        },
        metrics: Metrics::default(),
        events: vec![],
        evaluation: Evaluation::default(),
        redaction: None,
    }
}

/// Start and end of what is muted, and whether a whole turn is.
fn muted(call: &Call) -> Vec<(f64, f64, bool)> {
    let redaction = call.redaction.as_ref();
    let ranges = redaction.into_iter().flat_map(|redaction| &redaction.muted);
    ranges.map(|range| (range.start_s, range.end_s, range.whole_turn)).collect()
}

const CARD: &str = "4111111111111111";

#[track_caller]
fn check(said: Said<'_>, activity: &[(f64, f64)], expected: &[(f64, f64, bool)]) {
    let mut call = call(vec![turn(Role::Client, (2.0, 12.0), said)], activity);
    redact(&mut call);
    assert_eq!(muted(&call), expected, "{said:?}");
    assert!(!call.turns[0].text.as_str().contains("4111"), "{}", call.turns[0].text.as_str());
}

#[test]
fn a_quarter_of_a_second_is_muted_to_each_side() {
    check(
        &[("карта", 2.0, 2.6), (CARD, 4.0, 7.0), ("вот", 9.0, 9.4)],
        &[(2.0, 2.6), (4.0, 7.0), (9.0, 9.4)],
        &[(3.75, 7.25, false)],
    );
    // Not before the recording begins.
    let mut early = call(vec![turn(Role::Client, (0.0, 3.0), &[(CARD, 0.1, 3.0)])], &[(0.0, 3.0)]);
    redact(&mut early);
    assert_eq!(muted(&early), [(0.0, 3.25, false)]);
}

#[test]
fn a_word_that_the_edge_would_cut_is_muted_wholly() {
    check(
        &[("карта", 3.3, 3.9), (CARD, 4.0, 7.0), ("записали", 7.1, 7.9), ("да", 8.0, 8.2)],
        &[(3.3, 8.2)],
        &[(3.3, 7.9, false)],
    );
}

#[test]
fn speech_in_which_no_word_was_recognised_is_muted_with_the_number_beside_it() {
    // The recognizer lost the last digits: somebody speaks up to 8.5 s.
    check(&[("карта", 2.0, 2.6), (CARD, 4.0, 7.0)], &[(2.0, 2.6), (3.2, 8.5)], &[(3.2, 8.5, false)]);
    // Up to the next word, which says what is said there.
    check(
        &[("карта", 2.0, 2.6), (CARD, 4.0, 7.0), ("записали", 7.6, 8.4)],
        &[(2.0, 2.6), (4.0, 8.5)],
        &[(3.75, 7.6, false)],
    );
    check(
        &[("карта", 2.0, 2.6), (CARD, 4.0, 7.0), ("записали", 7.6, 8.4)],
        &[(2.0, 2.6), (4.0, 7.2), (7.5, 8.5)],
        &[(3.75, 7.25, false)],
    );
}

#[test]
fn turns_in_which_no_word_was_recognised_are_muted_with_the_number_before_them() {
    let turns = vec![
        turn(Role::Client, (1.0, 3.0), &[("карта", 1.0, 1.4), (CARD, 1.6, 3.0)]),
        turn(Role::Agent, (4.0, 4.3), &[("угу", 4.0, 4.3)]),
        turn(Role::Client, (5.0, 6.5), &[]),
        turn(Role::Client, (8.0, 9.0), &[("записали", 8.0, 9.0)]),
        turn(Role::Client, (10.0, 11.0), &[]),
    ];
    let mut call = call(turns, &[(1.0, 3.0), (5.0, 6.5), (8.0, 9.0), (10.0, 11.0)]);
    redact(&mut call);
    assert_eq!(muted(&call), [(1.0, 3.25, false), (5.0, 6.5, false)]);
}

#[test]
fn doubtful_words_beside_a_number_are_muted_too() {
    let words = [("карта", 2.0, 2.6), (CARD, 4.0, 7.0), ("шет", 7.4, 7.8), ("записали", 8.5, 8.9)];
    let mut said = turn(Role::Client, (2.0, 9.0), &words);
    said.words[2].confidence = 0.2;
    let mut call = call(vec![said], &[(2.0, 2.6), (4.0, 9.0)]);
    redact(&mut call);
    assert_eq!(muted(&call), [(3.75, 8.5, false)]);
}

#[test]
fn what_has_no_place_mutes_its_turn() {
    let whole = [(1.75, 12.25, true)];
    // A word that ends before it begins, no time at all, and a place outside of the turn.
    for (start_s, end_s) in [(7.0, 4.0), (4.0, 4.0), (0.0, 1.0), (4.0, 20.0)] {
        check(&[("карта", 2.0, 2.6), (CARD, start_s, end_s)], &[(2.0, 12.0)], &whole);
    }
    // A turn without words.
    let mut without_words = turn(Role::Client, (2.0, 12.0), &[]);
    without_words.text = format!("моя карта {CARD} записали").into();
    let mut of_text = call(vec![without_words], &[(2.0, 12.0)]);
    redact(&mut of_text);
    assert_eq!(muted(&of_text), whole);
    assert_eq!(of_text.turns[0].text.as_str(), "моя карта [card] записали");
    // Words of an imported transcript whose times were guessed.
    let said = [("карта", 2.0, 2.6), (CARD, 4.0, 7.0)];
    let mut imported = call(vec![turn(Role::Client, (2.0, 12.0), &said)], &[(2.0, 12.0)]);
    imported.pipeline.transcription.import =
        Some(TranscriptImport { words_time_estimated: 1, ..TranscriptImport::default() });
    redact(&mut imported);
    assert_eq!(muted(&imported), whole);
}

#[test]
fn each_part_of_a_dictated_number_is_muted() {
    let turns = vec![
        turn(Role::Client, (1.0, 3.0), &[("карта", 1.0, 1.4), ("41111111", 1.6, 3.0)]),
        turn(Role::Agent, (4.0, 4.3), &[("угу", 4.0, 4.3)]),
        turn(Role::Client, (5.0, 7.0), &[("11111111", 5.0, 6.5), ("вот", 6.9, 7.0)]),
    ];
    let mut call = call(turns, &[(1.0, 3.0), (5.0, 6.5), (6.9, 7.0)]);
    redact(&mut call);
    // «карта» ends where the padding of the digits lies.
    assert_eq!(muted(&call), [(1.0, 3.25, false), (4.75, 6.75, false)]);
    let texts: Vec<&str> = call.turns.iter().map(|turn| turn.text.as_str()).collect();
    assert_eq!(texts, ["карта [card]", "угу", "[card] вот"]);
    assert_eq!(call.redaction.as_ref().map(|redaction| redaction.found["card"]), Some(1));
}

#[test]
fn quotes_reasons_and_labels_lose_it_too() {
    let said = [("моя", 2.0, 2.3), ("карта", 2.4, 2.8), (CARD, 4.0, 7.0), ("да", 8.0, 8.2)];
    let mut call = call(vec![turn(Role::Client, (2.0, 8.2), &said)], &[(2.0, 8.2)]);
    let quote = |start_s: f64, end_s: f64, quote: &str| Evidence {
        start_s,
        end_s,
        speaker: Some(Role::Client),
        quote: quote.into(),
        label: Some(format!("карта {CARD}")),
        likeness: None,
        act: None,
        probability: None,
    };
    let evidence = quote(2.0, 8.2, &format!("моя карта {CARD} да"));
    call.evaluation.agreements.callback = Some(Callback { at: None, evidence });
    redact(&mut call);
    let evidence = call.evaluation.agreements.callback.map(|callback| callback.evidence);
    let shown = evidence.map(|evidence| (evidence.quote.as_str().to_owned(), evidence.label));
    assert_eq!(shown, Some(("моя карта [card] да".to_owned(), Some("карта [card]".to_owned()))));
}

proptest! {
    /// Whatever the times are: the words of a number lie in what is muted, or the whole turn does.
    #[test]
    fn no_number_is_heard(
        times in prop::collection::vec((0.0..20.0_f64, 0.0..3.0_f64), 6),
        regions in prop::collection::vec((0.0..20.0_f64, 0.0..5.0_f64), 0..5),
    ) {
        let texts = ["это", "карта", "41111111", "11111111", "да", "вот"];
        let said: Vec<(&str, f64, f64)> =
            texts.iter().zip(&times).map(|(text, (start_s, length_s))| (*text, *start_s, start_s + length_s)).collect();
        let activity: Vec<(f64, f64)> =
            regions.iter().map(|(start_s, length_s)| (*start_s, start_s + length_s)).collect();
        let said_turn = turn(Role::Client, (1.0, 19.0), &said);
        let (start_s, end_s) = (said_turn.start_s, said_turn.end_s);
        let spans: Vec<Span> =
            said_turn.words[2..4].iter().map(|word| Span { start_s: word.start_s, end_s: word.end_s }).collect();
        let mut call = call(vec![said_turn], &activity);
        redact(&mut call);
        let muted = muted(&call);
        for span in spans {
            let is_muted = muted.iter().any(|(from_s, to_s, whole_turn)| {
                *from_s <= span.start_s && span.end_s <= *to_s
                    || *whole_turn && *from_s <= start_s && end_s <= *to_s
            });
            prop_assert!(is_muted, "{span:?} is not in {muted:?}");
        }
        let mut twice = call.clone();
        redact(&mut twice);
        prop_assert_eq!(twice, call);
    }
}
