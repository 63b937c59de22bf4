//! The guards of recognition over a transcript from elsewhere.

use etalon_asr::hallucinations::removal_reasons;
use etalon_asr::{RecognizedWindow, RecognizedWord};
use etalon_call::Span;
use etalon_transcripts::{Segment, Transcript};
use std::ops::Range;

/// Segments of one speaker are looked at together up to this length, seconds, as a recognizer hears
/// them.
const WINDOW_MAX_S: f64 = 30.0;

/// Marks the words that nobody said: credits of subtitles, loops, and what the recognizer itself
/// doubted.
///
/// `speakers` are the speech regions of everybody who speaks in the call.
pub(super) fn mark_hallucinations(transcript: &mut Transcript, speakers: &[&[Span]]) {
    let shouts = is_in_capitals(transcript);
    for window in windows(&transcript.segments) {
        mark(&mut transcript.segments[window], speakers, shouts);
    }
}

/// Whether the transcript is written in capitals throughout, so that they mean nothing.
fn is_in_capitals(transcript: &Transcript) -> bool {
    let words = || transcript.segments.iter().flat_map(|segment| &segment.words);
    let capitals = words().filter(|word| !word.text.as_str().chars().any(char::is_lowercase)).count();
    capitals * 2 > words().count()
}

/// Consecutive segments of one speaker with the same certainty, up to the length of a window.
fn windows(segments: &[Segment]) -> Vec<Range<usize>> {
    let mut windows: Vec<Range<usize>> = Vec::new();
    for (place, segment) in segments.iter().enumerate() {
        match windows.last_mut() {
            Some(window) if is_together(&segments[window.start], segment) => window.end = place + 1,
            _ => windows.push(place..place + 1),
        }
    }
    windows
}

fn is_together(first: &Segment, next: &Segment) -> bool {
    first.speaker == next.speaker
        && first.certainty == next.certainty
        && next.span.end_s - first.span.start_s <= WINDOW_MAX_S
}

fn mark(segments: &mut [Segment], speakers: &[&[Span]], is_in_capitals: bool) {
    let mut duration_s = 0.0;
    let mut words = Vec::new();
    let mut places = Vec::new();
    for (segment_place, segment) in segments.iter().enumerate() {
        let speech_s = speech_s(segment.span, speakers);
        duration_s += speech_s;
        for (place, (word, time)) in segment.words.iter().zip(segment.word_times(speech_s)).enumerate() {
            if word.removed.is_none() {
                let text = word.text.as_str();
                let text = if is_in_capitals { text.to_lowercase() } else { text.to_owned() };
                words.push(RecognizedWord::between(&text, time.start_s, time.end_s));
                places.push((segment_place, place));
            }
        }
        // No sentence goes on in the next segment, so that the names of a credit end here.
        if let Some(last) = words.last_mut().filter(|last| !last.text.ends_with(['.', '!', '?', '…'])) {
            last.text.push('.');
        }
    }
    let certainty = segments.first().map(|segment| segment.certainty).unwrap_or_default();
    let recognized = RecognizedWindow {
        words,
        no_speech_probability: certainty.no_speech_probability,
        mean_log_probability: certainty.mean_log_probability,
        ..RecognizedWindow::default()
    };
    for (reason, (segment, place)) in removal_reasons(&recognized, duration_s).into_iter().zip(places) {
        segments[segment].words[place].removed = reason;
    }
}

/// The seconds of a span in which anybody speaks, at most all of it.
fn speech_s(span: Span, speakers: &[&[Span]]) -> f64 {
    let inside = |regions: &&[Span]| -> f64 {
        let first = regions.partition_point(|region| region.end_s <= span.start_s);
        regions[first..]
            .iter()
            .map_while(|region| region.intersection(&span))
            .map(|part| part.duration_s())
            .sum()
    };
    speakers.iter().map(inside).sum::<f64>().min(span.duration_s())
}

#[cfg(test)]
mod tests {
    use super::*;
    use etalon_call::RemovalReason;
    use etalon_transcripts::{SpeakerNames, parse};

    /// What is left of segments with their start, their end and their text, and how many words were
    /// removed for which reason, where somebody speaks from 0 to 100 s.
    fn check(segments: &[(f64, f64, &str)], left: &str, removed: &[(RemovalReason, usize)]) {
        let segments: Vec<_> = segments
            .iter()
            .map(|(start, end, text)| serde_json::json!({ "start": start, "end": end, "text": text }))
            .collect();
        let json = serde_json::json!(segments).to_string();
        let mut transcript = parse("a.json", json.as_bytes(), &SpeakerNames::default()).unwrap();
        mark_hallucinations(&mut transcript, &[&[Span::new(0.0, 100.0)]]);
        let words = || transcript.segments.iter().flat_map(|segment| &segment.words);
        let said = words().filter(|word| word.removed.is_none()).map(|word| word.text.as_str());
        assert_eq!(said.collect::<Vec<_>>().join(" "), left);
        for (reason, expected) in removed {
            let count = words().filter(|word| word.removed == Some(*reason)).count();
            assert_eq!(count, *expected, "{reason:?}");
        }
    }

    #[test]
    fn what_nobody_said_is_marked() {
        use RemovalReason::{Invented, Repeated};
        check(
            &[
                (0.0, 2.0, "Добрый день."),
                (2.0, 4.0, "Субтитры создавал DimaTorzok"),
                (5.0, 6.0, "[музыка] Да."),
            ],
            "Добрый день. Да.",
            &[(Invented, 4), (Repeated, 0)],
        );
        let thanks = "спасибо ".repeat(60);
        check(&[(0.0, 2.0, &thanks), (3.0, 4.0, "Да.")], "спасибо Да.", &[(Repeated, 59)]);
        // There was time to say it.
        check(
            &[(0.0, 6.0, "Алло. Алло. Алло. Алло. Алло. Алло.")],
            "Алло. Алло. Алло. Алло. Алло. Алло.",
            &[],
        );
        // In capitals throughout nothing is shouted.
        let call = "ВАШ ЗВОНОК ЗАПИСЫВАЕТСЯ";
        check(&[(0.0, 3.0, call), (3.0, 5.0, "ДОБРЫЙ ДЕНЬ")], "ВАШ ЗВОНОК ЗАПИСЫВАЕТСЯ ДОБРЫЙ ДЕНЬ", &[]);
    }

    #[test]
    fn a_loop_across_short_segments_is_marked() {
        let segments: Vec<(f64, f64, &str)> =
            (0..30).map(|index| (f64::from(index) * 0.1, f64::from(index + 1) * 0.1, "Спасибо.")).collect();
        check(&segments, "Спасибо.", &[(RemovalReason::Repeated, 29)]);
    }
}
