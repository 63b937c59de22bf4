//! Overlaps and their classes.

use crate::meeting::{Meeting, meetings};
use crate::said::name_what_was_said;
use crate::settings::DialogueSettings;
use crate::spoken::spoken_utterances;
use crate::track::{SpeakerTrack, Utterance};
use etalon_call::{Event, EventKind, OverlapClass};

/// The overlaps between utterances of different tracks, and interruptions without an overlap, in
/// order of start time.
pub(crate) fn overlap_events(
    tracks: &[SpeakerTrack<'_>],
    turns: &[Utterance],
    settings: &DialogueSettings,
) -> Vec<Event> {
    let utterances = spoken_utterances(tracks, settings);
    let meetings = meetings(tracks, turns, &utterances, settings);
    let mut classes: Vec<Option<OverlapClass>> = meetings.iter().map(Meeting::class).collect();
    name_what_was_said(&meetings, &mut classes, tracks, settings);
    let event = |(meeting, class): (&Meeting<'_>, Option<OverlapClass>)| {
        let kind = EventKind::Overlap {
            class: class?,
            interrupter: tracks[meeting.second.track].role,
            interrupted: tracks[meeting.first.track].role,
        };
        let span = meeting.span();
        Some(Event::new(kind, span.start_s, span.end_s))
    };
    meetings.iter().zip(classes).filter_map(event).collect()
}
