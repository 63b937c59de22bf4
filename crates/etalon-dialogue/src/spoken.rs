//! Which regions hold speech: a laugh, a cough or a knock takes part in no overlap.

use crate::lexicon::NO_SPEECH;
use crate::settings::DialogueSettings;
use crate::track::{SpeakerTrack, Utterance, in_order};
use etalon_call::{Span, Word};

/// How far outside of a region its words may lie, seconds: word times are not exact.
const WORD_REACH_S: f64 = 0.1;

/// Brackets in which transcripts write sounds.
const BRACKETS: [char; 5] = ['[', '(', '<', '*', '♪'];

/// The utterances of all tracks that are speech, in order of start time.
///
/// If the words of a track are known, a short region without words, or with only «хаха» or
/// `[cough]`, is a sound. A longer one counts: it may be speech whose words were lost.
pub(crate) fn spoken_utterances(tracks: &[SpeakerTrack<'_>], settings: &DialogueSettings) -> Vec<Utterance> {
    let mut utterances: Vec<Utterance> = Vec::new();
    for (track, speaker) in tracks.iter().enumerate() {
        let first = utterances.len();
        for &span in speaker.analysis.regions.iter().filter(|region| is_spoken(speaker, **region, settings)) {
            match utterances[first..].last_mut() {
                Some(last) if span.start_s - last.span.end_s < settings.utterance_gap_s => {
                    last.span.end_s = span.end_s;
                }
                _ => utterances.push(Utterance { track, span }),
            }
        }
    }
    in_order(&mut utterances);
    utterances
}

/// Whether a region is speech rather than a sound, as far as its words show.
pub(crate) fn is_spoken(track: &SpeakerTrack<'_>, region: Span, settings: &DialogueSettings) -> bool {
    let Some(words) = track.words.filter(|words| !words.is_empty()) else { return true };
    if region.duration_s() > settings.wordless_max_s {
        return true;
    }
    let first = words.partition_point(|word| word.end_s <= region.start_s - WORD_REACH_S);
    let inside: Vec<&Word> = words[first..]
        .iter()
        .take_while(|word| word.start_s < region.end_s + WORD_REACH_S)
        .filter(|word| !word.text.as_str().starts_with(BRACKETS))
        .collect();
    !inside.is_empty() && !NO_SPEECH.covers(&inside)
}
