//! Meetings: one side begins while the other is speaking or has just stopped.

use crate::backchannel::{is_assent, is_backchannel};
use crate::lexicon::{ASSENT, CONTRAST, HANGING};
use crate::read_back::is_read_back;
use crate::settings::DialogueSettings;
use crate::track::{SpeakerTrack, Utterance};
use etalon_call::{OverlapClass, Span, Word};
use etalon_text::normalize_word;

/// How far back the words lie that a speaker may read back, seconds.
const REPEATED_WITHIN_S: f64 = 10.0;
/// How long after the other's end the beginning of an answer may read back, seconds.
const READ_BACK_AFTER_S: f64 = 0.5;
/// So much speech after the last word holds another word that was not recognised, seconds.
const LOST_WORD_S: f64 = 0.2;
/// With fewer words a second, some of the words were not recognised.
const WORDS_PER_S_MIN: f64 = 1.0;
/// The shortest pause that separates an agreement from the next word, seconds.
const SET_OFF_S: f64 = 0.2;

/// Two utterances: `second` began during `first` or soon after it.
pub(crate) struct Meeting<'a> {
    pub(crate) first: Utterance,
    pub(crate) second: Utterance,
    utterances: &'a [Utterance],
    tracks: &'a [SpeakerTrack<'a>],
    turns: &'a [Utterance],
    settings: &'a DialogueSettings,
}

/// The meetings of utterances on different channels, in the order in which `second` begins.
pub(crate) fn meetings<'a>(
    tracks: &'a [SpeakerTrack<'a>],
    turns: &'a [Utterance],
    utterances: &'a [Utterance],
    settings: &'a DialogueSettings,
) -> Vec<Meeting<'a>> {
    // Utterances of one track never overlap, so only the last one of each track can still go on.
    let mut last: Vec<Option<Utterance>> = vec![None; tracks.len()];
    let mut meetings = Vec::new();
    for &second in utterances {
        let channel = tracks[second.track].channel;
        let others = last.iter().flatten().filter(|first| tracks[first.track].channel != channel);
        let near = others.filter(|first| second.span.start_s - first.span.end_s <= settings.said_seam_max_s);
        meetings.extend(near.map(|&first| Meeting { first, second, utterances, tracks, turns, settings }));
        last[second.track] = Some(second);
    }
    meetings
}

impl Meeting<'_> {
    /// The overlap, or the pause between the two.
    pub(crate) fn span(&self) -> Span {
        let (end_s, start_s) = (self.first.span.end_s, self.second.span.start_s);
        let (from_s, until_s) = (start_s.min(end_s), end_s.max(start_s));
        Span {
            start_s: from_s,
            end_s: if start_s < end_s { until_s.min(self.second.span.end_s) } else { until_s },
        }
    }

    /// How long both speak, seconds; negative: the pause between them.
    fn overlap_s(&self) -> f64 {
        self.first.span.end_s.min(self.second.span.end_s) - self.second.span.start_s
    }

    /// Whether the overlap is long enough to count.
    pub(crate) fn is_overlap(&self) -> bool {
        self.overlap_s() >= self.settings.overlap_min_s
    }

    /// The pause between the two, seconds; 0 if they overlap.
    pub(crate) fn pause_s(&self) -> f64 {
        (self.second.span.start_s - self.first.span.end_s).max(0.0)
    }

    /// The turn of `second`.
    pub(crate) fn second_turn(&self) -> Span {
        self.turns.iter().find(|turn| turn.contains(&self.second)).unwrap_or(&self.second).span
    }

    /// The class of the overlap; none if `first` was neither overlapped nor cut off.
    pub(crate) fn class(&self) -> Option<OverlapClass> {
        if !self.is_overlap() {
            return self.is_cut_off().then_some(OverlapClass::FloorTaken);
        }
        let outlasts = self.second.span.end_s > self.first.span.end_s;
        Some(if is_backchannel(&self.second, self.tracks, self.settings) && !self.is_early_answer() {
            OverlapClass::Backchannel
        } else if !outlasts {
            self.class_inside()
        } else if self.overlap_s() <= self.settings.terminal_max_s && !self.is_left_hanging() {
            OverlapClass::Terminal
        } else if !self.is_competitive() {
            OverlapClass::Collaborative
        } else if self.takes_the_floor() {
            OverlapClass::FloorTaken
        } else if self.overlap_s() <= self.settings.terminal_max_s {
            OverlapClass::Terminal
        } else if self.first_resumes() {
            OverlapClass::Attempt
        } else {
            OverlapClass::Collaborative
        })
    }

    /// The class if `first` outlasts `second`.
    fn class_inside(&self) -> OverlapClass {
        if is_assent(&self.second, self.tracks, self.settings) {
            OverlapClass::Backchannel
        } else if !self.had_the_floor() || self.reads_back() {
            OverlapClass::Collaborative
        } else {
            OverlapClass::Attempt
        }
    }

    /// Whether `second` competes for the floor that `first` has.
    fn is_competitive(&self) -> bool {
        self.had_the_floor() && !self.first_only_agrees() && !self.agrees() && !self.reads_back()
    }

    /// Whether `first` stops after a word that no sentence ends with, and `second` takes the floor
    /// at once.
    fn is_cut_off(&self) -> bool {
        self.pause_s() <= self.settings.cut_off_gap_s
            && self.is_left_hanging()
            && self.is_competitive()
            && self.takes_the_floor()
    }

    /// Whether `second` begins just at the end of `first`: a short «да» is then a slightly early
    /// answer.
    fn is_early_answer(&self) -> bool {
        self.second.span.end_s > self.first.span.end_s && self.overlap_s() <= self.settings.terminal_max_s
    }

    fn had_the_floor(&self) -> bool {
        self.second.span.start_s - self.first.span.start_s >= self.settings.interrupted_min_s
    }

    fn takes_the_floor(&self) -> bool {
        let turn = self.second_turn();
        let words = self.tracks[self.second.track].words_in(turn).len() as f64;
        turn.duration_s() >= self.settings.floor_taken_min_s || words >= self.settings.floor_taken_min_words
    }

    /// Whether `first` is the next to speak.
    fn first_resumes(&self) -> bool {
        let after = self.utterances.partition_point(|one| one.span.start_s < self.first.span.end_s);
        self.utterances[after..].first().is_some_and(|next| next.track == self.first.track)
    }

    /// Whether `second` begins with agreement that is separated from the rest, and `first` was
    /// complete: «Отлично. Тогда я…», not «Да знаю я».
    fn agrees(&self) -> bool {
        let said = self.said_by_second();
        let is_begun = |word: &&Word| f64::midpoint(word.start_s, word.end_s) < self.first.span.end_s;
        let begun = said.partition_point(is_begun);
        let (opening, rest) = said.split_at(begun);
        let is_set_off = match (opening.last(), rest.first()) {
            (Some(last), Some(next)) => {
                last.text.as_str().ends_with(['.', ',', '!', '?', '…'])
                    || next.start_s - last.end_s >= SET_OFF_S
            }
            _ => true,
        };
        let objects = rest.first().is_some_and(|next| CONTRAST.covers(&[*next]));
        ASSENT.covers(opening) && is_set_off && !objects && !self.is_left_hanging()
    }

    fn reads_back(&self) -> bool {
        let until_s = self.first.span.end_s + READ_BACK_AFTER_S;
        let said = self.said_by_second();
        let begun = said.partition_point(|word| word.start_s < until_s);
        let before =
            Span { start_s: self.second.span.start_s - REPEATED_WITHIN_S, end_s: self.first.span.end_s };
        is_read_back(&said[..begun], &self.tracks[self.first.track].words_in(before))
    }

    /// Whether `first` only agrees, so that it has no floor to lose. A word or two in long speech
    /// do not count: other words were not recognised.
    fn first_only_agrees(&self) -> bool {
        let words = self.tracks[self.first.track].words_in(self.first.span);
        words.len() as f64 >= WORDS_PER_S_MIN * self.first.span.duration_s() && ASSENT.covers(&words)
    }

    /// Whether the last word of `first` is one that no sentence ends with, or is marked as broken
    /// off.
    fn is_left_hanging(&self) -> bool {
        let words = self.tracks[self.first.track].words_in(self.first.span);
        let Some(last) = words.last() else { return false };
        // Speech after the last word means a word that was not recognised.
        if self.first.span.end_s - last.end_s > LOST_WORD_S {
            return false;
        }
        let is_broken_off = last.text.as_str().ends_with(['-', '–', '—']);
        let is_finished =
            last.text.as_str().ends_with(['?', '!', '…']) || last.text.as_str().ends_with("...");
        is_broken_off || (!is_finished && !ends_in_dictation(&words) && HANGING.ends(&words))
    }

    fn said_by_second(&self) -> Vec<&Word> {
        self.tracks[self.second.track].words_in(self.second.span)
    }
}

/// Whether the last two words are digits or letters: «а», «с» and “a” are then spelt letters.
fn ends_in_dictation(words: &[&Word]) -> bool {
    let is_spelt = |word: &&Word| {
        let text = normalize_word(word.text.as_str());
        text.chars().count() == 1 || text.starts_with(|character: char| character.is_ascii_digit())
    };
    words.len() >= 2 && words[words.len() - 2..].iter().all(is_spelt)
}
