use crate::lexicon::FAREWELL;
use crate::settings::DialogueSettings;
use crate::track::SpeakerTrack;
use etalon_call::{Event, EventKind, Span};

/// The farewells of one speaker, in order. Phrases closer than the turn gap are one farewell.
pub(crate) fn farewell_events(track: &SpeakerTrack<'_>, settings: &DialogueSettings) -> Vec<Event> {
    let words: Vec<_> = track.words.unwrap_or_default().iter().collect();
    let mut farewells: Vec<Span> = Vec::new();
    for phrase in FAREWELL.find(&words) {
        match farewells.last_mut() {
            Some(last) if phrase.start_s - last.end_s < settings.turn_gap_s => last.end_s = phrase.end_s,
            _ => farewells.push(phrase),
        }
    }
    let event =
        |span: Span| Event::new(EventKind::Farewell { speaker: track.role }, span.start_s, span.end_s);
    farewells.into_iter().map(event).collect()
}
