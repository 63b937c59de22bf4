//! Overlaps and their classes.

use crate::backchannel::is_backchannel;
use crate::settings::DialogueSettings;
use crate::track::{SpeakerTrack, Utterance, utterances};
use etalon_call::{Event, EventKind, OverlapClass, Span};

/// The overlaps of utterances of different tracks, in order of start time.
pub(crate) fn overlap_events(
    tracks: &[SpeakerTrack<'_>],
    turns: &[Utterance],
    settings: &DialogueSettings,
) -> Vec<Event> {
    let utterances = utterances(tracks, settings.utterance_gap_s);
    let mut events = Vec::new();
    for (index, first) in utterances.iter().enumerate() {
        let during =
            utterances[index + 1..].iter().take_while(|second| second.span.start_s < first.span.end_s);
        for second in during.filter(|second| second.track != first.track) {
            let Some(overlap) = first.span.intersection(&second.span) else { continue };
            if overlap.duration_s() < settings.overlap_min_s {
                continue;
            }
            let meeting =
                Meeting { first, second, overlap, utterances: &utterances, tracks, turns, settings };
            let kind = EventKind::Overlap {
                class: meeting.class(),
                interrupter: tracks[second.track].role,
                interrupted: tracks[first.track].role,
            };
            events.push(Event::new(kind, overlap.start_s, overlap.end_s));
        }
    }
    events
}

/// Two utterances that overlap: `second` began while `first` was going on.
struct Meeting<'a> {
    first: &'a Utterance,
    second: &'a Utterance,
    overlap: Span,
    utterances: &'a [Utterance],
    tracks: &'a [SpeakerTrack<'a>],
    turns: &'a [Utterance],
    settings: &'a DialogueSettings,
}

impl Meeting<'_> {
    fn class(&self) -> OverlapClass {
        let outlasts = self.second.span.end_s > self.first.span.end_s;
        if is_backchannel(self.second, self.tracks, self.settings) && !self.is_answer() {
            OverlapClass::Backchannel
        } else if !outlasts {
            OverlapClass::Attempt
        } else if self.overlap.duration_s() <= self.settings.terminal_max_s {
            OverlapClass::Terminal
        } else if self.takes_the_floor() {
            OverlapClass::FloorTaken
        } else if self.first_resumes() {
            OverlapClass::Attempt
        } else {
            OverlapClass::Collaborative
        }
    }

    /// A short «да» that begins just at the end of the other's utterance is an answer, given a little early.
    fn is_answer(&self) -> bool {
        self.second.span.end_s > self.first.span.end_s
            && self.overlap.duration_s() <= self.settings.terminal_max_s
    }

    fn takes_the_floor(&self) -> bool {
        let had_the_floor_s = self.second.span.start_s - self.first.span.start_s;
        let turn = self.turns.iter().find(|turn| turn.contains(self.second)).unwrap_or(self.second);
        let words = self.tracks[self.second.track].words_in(turn.span).len() as f64;
        had_the_floor_s >= self.settings.interrupted_min_s
            && (turn.span.duration_s() >= self.settings.floor_taken_min_s
                || words >= self.settings.floor_taken_min_words)
    }

    /// Whether the one who was interrupted is the next to speak.
    fn first_resumes(&self) -> bool {
        let after = self.utterances.partition_point(|one| one.span.start_s < self.first.span.end_s);
        self.utterances[after..].first().is_some_and(|next| next.track == self.first.track)
    }
}
