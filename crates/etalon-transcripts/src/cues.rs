//! Segments that hold both sides, so that nobody can tell who said which of their words.
//!
//! A program that knows neither words nor speakers may write a whole call, or half a minute of it,
//! into one segment. Given to one of the sides, such a text would put the words of a person into
//! the mouth of the other.

use crate::transcript::{Segment, Transcript};
use etalon_call::Span;

/// Shorter speech of one side between two of the other is no turn, seconds.
const TURN_MIN_S: f64 = 0.5;

/// A segment with so many changes of the side or more holds a dialogue …
const CHANGES_MIN: usize = 3;

/// … if the side that says less has at least this share of its speech.
const SHARE_MIN: f64 = 0.2;

/// What was taken out of a transcript because it belongs to nobody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SegmentsOfBothSides {
    /// Segments that hold several turns of both sides, without word times and without a speaker.
    pub segments: u32,
    /// Their words.
    pub words: u32,
}

/// Takes the segments out of a transcript that hold several turns of both sides and say neither who
/// speaks nor when each word was said.
///
/// `speakers` are the speech regions of everybody who speaks in the call, each sorted and disjoint.
pub fn without_segments_of_both_sides(
    transcript: &mut Transcript,
    speakers: &[&[Span]],
) -> SegmentsOfBothSides {
    let mut found = SegmentsOfBothSides::default();
    let has_speakers = transcript.speakers.len() > 1;
    transcript.segments.retain(|segment| {
        let is_attributed = (has_speakers && segment.speaker.is_some()) || segment.is_timed();
        if is_attributed || !holds_dialogue(segment, speakers) {
            return true;
        }
        let words = segment.words.iter().filter(|word| word.removed.is_none()).count();
        found.segments += 1;
        found.words = found.words.saturating_add(u32::try_from(words).unwrap_or(u32::MAX));
        false
    });
    found
}

fn holds_dialogue(segment: &Segment, speakers: &[&[Span]]) -> bool {
    let mut turns: Vec<(usize, Span)> = Vec::new();
    for (speaker, regions) in speakers.iter().enumerate() {
        let first = regions.partition_point(|region| region.end_s <= segment.span.start_s);
        let inside = regions[first..].iter().map_while(|region| region.intersection(&segment.span));
        turns.extend(inside.filter(|turn| turn.duration_s() >= TURN_MIN_S).map(|turn| (speaker, turn)));
    }
    turns.sort_by(|left, right| left.1.start_s.total_cmp(&right.1.start_s));
    let changes = turns.windows(2).filter(|pair| pair[0].0 != pair[1].0).count();
    let speech_s = |speaker: usize| -> f64 {
        turns.iter().filter(|(of, _)| *of == speaker).map(|(_, turn)| turn.duration_s()).sum()
    };
    let all_s: f64 = (0..speakers.len()).map(speech_s).sum();
    let most_s = (0..speakers.len()).map(speech_s).fold(0.0, f64::max);
    changes >= CHANGES_MIN && all_s - most_s >= SHARE_MIN * all_s
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::speakers::SpeakerNames;

    /// How many of the segments of a call with turns of 2 s are taken out.
    fn check(json: &str, expected: SegmentsOfBothSides) {
        let side = |first_s: f64| -> Vec<Span> {
            (0..5)
                .map(|turn| first_s + 5.0 * f64::from(turn))
                .map(|at_s| Span::new(at_s, at_s + 2.0))
                .collect()
        };
        let (agent, client) = (side(1.0), side(3.5));
        let mut transcript = crate::parse("a.json", json.as_bytes(), &SpeakerNames::default()).unwrap();
        let found = without_segments_of_both_sides(&mut transcript, &[&agent, &client]);
        assert_eq!(found, expected, "{json}");
    }

    #[test]
    fn a_dialogue_in_one_segment_belongs_to_nobody() {
        let none = SegmentsOfBothSides::default();
        let whole = r#"{"start": 0, "end": 26, "text": "да нет [музыка] вот"}"#;
        check(&format!("[{whole}]"), SegmentsOfBothSides { segments: 1, words: 3 });
        let turn = r#"{"start": 1, "end": 3, "text": "да"}"#;
        check(&format!("[{turn}, {whole}]"), SegmentsOfBothSides { segments: 1, words: 3 });
        // Two turns may be one question with its answer, written together.
        check(&format!("[{turn}, {}]", r#"{"start": 1, "end": 6, "text": "да нет"}"#), none);
        // Word times or speakers tell who said it.
        let words =
            r#"{"words": [{"word": "да", "start": 1, "end": 2}, {"word": "нет", "start": 4, "end": 5}]}"#;
        check(&format!("[{words}]"), none);
        let named = whole.replace("\"start\"", "\"speaker\": \"agent\", \"start\"");
        check(&format!("[{named}, {}]", named.replace("agent", "client")), none);
    }
}
