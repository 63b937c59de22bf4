//! Speech without words: lost by the recognizer or a filter, or left out of an imported transcript.

use crate::settings::DialogueSettings;
use crate::track::SpeakerTrack;
use etalon_call::{Event, EventKind, Span, Word};

/// How far the sound of a word may reach beyond its times, seconds: word times are not exact.
const WORD_REACH_S: f64 = 0.3;

/// Stretches of a speaker's speech of at least `unrecognized_min_s` without a word, in order.
///
/// None if the call was not transcribed.
pub(crate) fn unrecognized_events(track: &SpeakerTrack<'_>, settings: &DialogueSettings) -> Vec<Event> {
    let Some(words) = track.words else { return Vec::new() };
    let kind = EventKind::Unrecognized { speaker: track.role };
    let mut next = 0;
    let mut events = Vec::new();
    for region in &track.analysis.regions {
        // Words are sorted: those that end before this region also end before the next one.
        next += words[next..].partition_point(|word| word.end_s + WORD_REACH_S <= region.start_s);
        let without_words = without_words(*region, &words[next..]);
        let long = without_words.into_iter().filter(|span| span.duration_s() >= settings.unrecognized_min_s);
        events.extend(long.map(|span| Event::new(kind, span.start_s, span.end_s)));
    }
    events
}

/// The parts of a region that are further than [`WORD_REACH_S`] from all words.
fn without_words(region: Span, words: &[Word]) -> Vec<Span> {
    let mut parts = Vec::new();
    let mut from_s = region.start_s;
    for word in words.iter().take_while(|word| word.start_s - WORD_REACH_S < region.end_s) {
        let until_s = (word.start_s - WORD_REACH_S).min(region.end_s);
        if until_s > from_s {
            parts.push(Span { start_s: from_s, end_s: until_s });
        }
        from_s = from_s.max(word.end_s + WORD_REACH_S);
    }
    if from_s < region.end_s {
        parts.push(Span { start_s: from_s, end_s: region.end_s });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use etalon_call::Role;
    use etalon_vad::ChannelAnalysis;

    fn check(regions: &[[f64; 2]], words: Option<&[[f64; 2]]>, expected: &[[f64; 2]]) {
        let regions = regions.iter().map(|&[start_s, end_s]| Span::new(start_s, end_s)).collect();
        let analysis = ChannelAnalysis { regions, ..ChannelAnalysis::default() };
        let words: Option<Vec<Word>> = words.map(|words| {
            words.iter().map(|&[start_s, end_s]| Word::new("да", start_s, end_s, 0.9)).collect()
        });
        let track = SpeakerTrack {
            role: Role::Agent,
            name: "channel_1",
            channel: 0,
            analysis: &analysis,
            words: words.as_deref(),
            language: "ru",
        };
        let events = unrecognized_events(&track, &DialogueSettings::default());
        let found: Vec<[f64; 2]> = events.iter().map(|event| [event.start_s, event.end_s]).collect();
        assert_eq!(found, expected, "{words:?}");
    }

    #[test]
    fn speech_without_words_is_found_where_it_is_long_enough() {
        check(&[[1.0, 5.0]], Some(&[]), &[[1.0, 5.0]]);
        check(&[[1.0, 2.9]], Some(&[]), &[]);
        // Only the first, or only the last words were recognized.
        check(&[[1.0, 9.0]], Some(&[[1.1, 1.5], [1.6, 2.0]]), &[[2.3, 9.0]]);
        check(&[[1.0, 9.0]], Some(&[[8.0, 8.8]]), &[[1.0, 7.7]]);
        check(&[[1.0, 9.0]], Some(&[[1.2, 2.0], [4.0, 4.5], [8.2, 8.9]]), &[[4.8, 7.9]]);
        // Words without gaps; a region may hold a pause.
        check(&[[1.0, 3.0], [4.0, 6.5]], Some(&[[1.0, 2.0], [2.0, 3.0], [4.2, 5.0], [5.5, 6.0]]), &[]);
        check(&[[1.0, 3.5], [4.0, 8.0]], Some(&[[5.0, 6.0], [6.0, 7.5]]), &[[1.0, 3.5]]);
    }

    #[test]
    fn nothing_is_missing_where_nothing_was_transcribed() {
        check(&[[1.0, 9.0]], None, &[]);
        check(&[], Some(&[[1.0, 2.0]]), &[]);
    }
}
