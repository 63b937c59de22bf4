//! Speech of which no word was recognised: nothing can be concluded from what it does not say.

use super::Evaluator;
use crate::evaluate::wording;
use etalon_call::{EventKind, Role, Span};

/// Lost speech in a call as a whole matters from this share of the side's speech on; in a shorter
/// window, all of it does.
const LOST_SHARE_OF_CALL: f64 = 0.05;

/// Where more of a side's speech is lost than this share, its words stand for nothing.
const LOST_SHARE_OF_SIDE: f64 = 0.5;

/// The thresholds among the definitions of a call's metrics below which a side's words stand for
/// nothing: so much speech, seconds, with so few words a minute. Without them none are too few.
const SPARSE_SPEECH_MIN_S: &str = "sparse_speech_min_s";
const SPARSE_WORDS_PER_MIN: &str = "sparse_words_per_min";

impl Evaluator<'_> {
    /// Why nothing can be concluded from the words of one side: most of what it said was not
    /// recognised.
    pub(super) fn lost_most_of(&self, role: Role) -> Option<String> {
        let whole = (0.0, self.view.audio.duration_s);
        let (lost_s, speech_s) = (total_s(self.lost(role, whole)), self.speech_s(role));
        (lost_s > LOST_SHARE_OF_SIDE * speech_s).then(|| wording::most_speech_lost(role, lost_s, speech_s))
    }

    /// Why nothing can be concluded from the words of one side: it speaks much, and next to none of
    /// its words were recognised.
    pub(super) fn too_few_words_of(&self, role: Role) -> Option<String> {
        let definitions = &self.view.metrics.definitions;
        let least_s = definitions.get(SPARSE_SPEECH_MIN_S)?;
        let words_per_min = definitions.get(SPARSE_WORDS_PER_MIN)?;
        let (words, speech_s) = (self.transcript.words_of(role), self.speech_s(role));
        (speech_s >= *least_s && (words as f64) < words_per_min * speech_s / 60.0)
            .then(|| wording::too_few_words(role, words, speech_s))
    }

    /// Why nothing can be concluded from words that one side did not say between two times: it
    /// spoke there, and what it said was not recognised.
    pub(super) fn lost_between(&self, role: Role, window: (f64, f64)) -> Option<String> {
        let lost: Vec<Span> = self.lost(role, window).collect();
        let lost_s = total_s(lost.iter().copied());
        let is_whole_call = window.0 <= 0.0 && window.1 >= self.view.audio.duration_s;
        if is_whole_call && lost_s < LOST_SHARE_OF_CALL * self.speech_s(role) {
            return None;
        }
        lost.first().map(|first| wording::speech_lost(role, lost_s, *first))
    }

    /// The stretches of a side's speech without words that begin or go on in a window.
    fn lost(&self, role: Role, (from_s, until_s): (f64, f64)) -> impl Iterator<Item = Span> {
        self.view
            .events
            .iter()
            .filter(move |event| event.kind == EventKind::Unrecognized { speaker: role })
            .map(etalon_call::Event::span)
            .filter(move |span| span.start_s < until_s && from_s < span.end_s)
    }

    fn speech_s(&self, role: Role) -> f64 {
        total_s(self.view.activity.of(role).iter().copied())
    }
}

fn total_s(spans: impl Iterator<Item = Span>) -> f64 {
    spans.map(|span| span.duration_s()).sum()
}
