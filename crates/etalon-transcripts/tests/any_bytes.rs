//! Whatever the bytes, the result is a transcript within the limits or an error; whatever the
//! transcript, its words come to lie in order and inside activity.

use etalon_call::{Role, Span};
use etalon_transcripts::{
    SpeakerActivity, SpeakerNames, correct_clock, parse, place, without_segments_of_both_sides,
};
use proptest::prelude::*;

/// Sorted, disjoint regions.
fn regions() -> impl Strategy<Value = Vec<Span>> {
    prop::collection::vec((0.05_f64..3.0, 0.05_f64..3.0), 0..20).prop_map(|lengths| {
        let mut at_s = 0.0;
        lengths
            .into_iter()
            .map(|(pause_s, speech_s)| {
                let span = Span::new(at_s + pause_s, at_s + pause_s + speech_s);
                at_s = span.end_s;
                span
            })
            .collect()
    })
}

/// JSON and subtitles that are right for the most part.
fn almost_right() -> impl Strategy<Value = (&'static str, String)> {
    let time = prop_oneof![8 => 0.0_f64..60.0, 1 => -1.0_f64..0.0, 1 => Just(1e300)];
    let segment = (
        time.clone(),
        0.0_f64..9.0,
        "[абв<>&: ,0-9()*\\[\\]-]{0,20}",
        prop::option::of("[ABа]|agent|клиент"),
    );
    prop::collection::vec(segment, 0..12).prop_flat_map(|segments| {
        let whisper: Vec<serde_json::Value> = segments
            .iter()
            .map(|(start, length, text, speaker)| {
                let middle = start + length / 2.0;
                let words: Vec<_> = text
                    .split_whitespace()
                    .enumerate()
                    .map(|(index, word)| match index % 3 {
                        0 => serde_json::json!({ "word": word, "start": start, "end": middle, "score": 0.5 }),
                        1 => serde_json::json!({ "word": word }),
                        _ => serde_json::json!({ "word": word, "start": middle, "end": start + length }),
                    })
                    .collect();
                serde_json::json!({
                    "start": start, "end": start + length, "text": text, "speaker": speaker, "words": words
                })
            })
            .collect();
        let clock = |time_s: f64| format!("{:02}:{:06.3}", (time_s / 60.0) as u64, time_s % 60.0);
        let cues: Vec<String> = segments
            .iter()
            .map(|(start, length, text, speaker)| {
                let label = speaker.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
                format!("{} --> {}\n{label}{text}\n\n", clock(start.abs()), clock(start.abs() + length))
            })
            .collect();
        let subtitles = cues.concat();
        prop_oneof![
            Just(("a.json", serde_json::json!({ "segments": whisper }).to_string())),
            Just(("a.srt", subtitles.clone())),
            Just((
                "a.vtt",
                format!("WEBVTT\n\n{}", subtitles.replace(": ", ">").replace("\nagent", "\n<v agent"))
            )),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_give_a_transcript_or_an_error(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        name in prop_oneof![Just("a.json"), Just("a.vtt"), Just("a.srt"), Just("a")],
    ) {
        let _ = parse(name, &bytes, &SpeakerNames::default());
    }

    #[test]
    fn damage_is_survived((name, text) in almost_right(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = text.into_bytes();
        if !bytes.is_empty() {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(transcript) = parse(name, &bytes, &SpeakerNames::default()) {
            for segment in &transcript.segments {
                prop_assert!(segment.span.start_s <= segment.span.end_s && !segment.words.is_empty());
                prop_assert!(segment.speaker.is_none_or(|speaker| speaker < transcript.speakers.len()));
            }
        }
    }

    #[test]
    fn words_lie_inside_activity_in_order_and_none_is_lost(
        (name, text) in almost_right(),
        agent in regions(),
        client in regions(),
        sides in 1_usize..3,
    ) {
        let Ok(mut transcript) = parse(name, text.as_bytes(), &SpeakerNames::default()) else { return Ok(()) };
        let regions: [&[Span]; 2] = [&agent, &client];
        correct_clock(&mut transcript, &regions[..sides]);
        without_segments_of_both_sides(&mut transcript, &regions[..sides]);
        let speakers = [
            SpeakerActivity { role: Role::Agent, regions: &agent },
            SpeakerActivity { role: Role::Client, regions: &client },
        ];
        let placed = place(&transcript, &speakers[..sides], &SpeakerNames::default(), 0.5);
        for (words, speaker) in placed.words.iter().zip(&speakers) {
            let mut previous_s = 0.0;
            for word in words {
                prop_assert!(previous_s <= word.start_s && word.start_s <= word.end_s);
                previous_s = word.start_s;
                prop_assert!(speaker.regions.iter().any(|region| {
                    region.start_s - 0.001 <= word.start_s && word.end_s <= region.end_s + 0.001
                }), "{word:?}");
            }
        }
        let said: usize = transcript.segments.iter().map(|segment| segment.words.len()).sum();
        let kept: usize = placed.words.iter().map(Vec::len).sum();
        let dropped: u32 = placed.words_outside_activity.iter().sum();
        let removed: u32 = placed.removed.iter().flatten().map(|row| row.words).sum();
        prop_assert_eq!(said, kept + (dropped + removed) as usize);
    }
}
