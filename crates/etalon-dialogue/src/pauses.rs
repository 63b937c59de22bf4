//! Times when nobody speaks, and times when the agent is away.

use crate::lexicon::HOLD_ANNOUNCEMENT;
use crate::settings::DialogueSettings;
use crate::track::{SpeakerTrack, anybody, time_inside_s};
use etalon_call::{Event, EventKind, Role, Span};

/// The gaps of at least `shortest_s` between spans that are in order.
pub(crate) fn gaps(spans: &[Span], shortest_s: f64) -> Vec<Span> {
    spans
        .windows(2)
        .map(|pair| Span { start_s: pair[0].end_s, end_s: pair[1].start_s })
        .filter(|gap| gap.duration_s() >= shortest_s - 1e-6)
        .collect()
}

/// The silences between the first and the last speech, as events that know whether they lie inside a hold.
pub(crate) fn silence_events(silences: &[Span], holds: &[Event]) -> Vec<Event> {
    let hold_spans: Vec<Span> = holds.iter().map(Event::span).collect();
    silences
        .iter()
        .map(|silence| {
            let in_hold = 2.0 * time_inside_s(&hold_spans, *silence) >= silence.duration_s();
            Event::new(EventKind::Silence { in_hold }, silence.start_s, silence.end_s)
        })
        .collect()
}

/// The holds: from the last speech before the agent goes away to the agent's return.
///
/// A hold is looked for in every gap of the agent's speech. It begins with the first silence of the gap; it is one
/// if the longest silence in it (or its music) lasts long enough and the client does not speak through it.
/// Where both sides share a channel, or the roles are not known, everybody's gaps are looked at.
pub(crate) fn hold_events(
    tracks: &[SpeakerTrack<'_>],
    silences: &[Span],
    settings: &DialogueSettings,
) -> Vec<Event> {
    let agent: Vec<SpeakerTrack<'_>> =
        tracks.iter().filter(|track| track.role == Role::Agent).copied().collect();
    let away = if agent.is_empty() { tracks.to_vec() } else { agent };
    let client: Vec<SpeakerTrack<'_>> =
        tracks.iter().filter(|track| track.role == Role::Client).copied().collect();
    let search = Search {
        announcements: announcements(&away),
        music: music(tracks),
        client: anybody(&client),
        silences,
        settings,
    };
    gaps(&anybody(&away), settings.hold_announced_min_s)
        .into_iter()
        .filter_map(|gap| search.hold_in(gap))
        .collect()
}

struct Search<'a> {
    /// Times of the phrases that announce a hold; `None` when the call was not transcribed.
    announcements: Option<Vec<Span>>,
    music: Vec<Span>,
    client: Vec<Span>,
    silences: &'a [Span],
    settings: &'a DialogueSettings,
}

impl Search<'_> {
    fn hold_in(&self, gap: Span) -> Option<Event> {
        let silences: Vec<Span> =
            self.silences.iter().filter(|silence| silence.intersection(&gap).is_some()).copied().collect();
        let hold = Span { start_s: silences.first()?.start_s.max(gap.start_s), end_s: gap.end_s };
        let longest_s = silences.iter().map(Span::duration_s).fold(0.0, f64::max);
        let announced = self.announcements.as_ref().map(|times| self.is_announced(times, hold.start_s));
        let music = time_inside_s(&self.music, hold) >= self.settings.hold_music_min_s;
        let shortest_s = if music || announced == Some(true) {
            self.settings.hold_announced_min_s
        } else {
            self.settings.hold_unannounced_min_s
        };
        let client_s = time_inside_s(&self.client, hold);
        let is_hold = longest_s >= shortest_s
            && client_s <= self.settings.hold_client_speech_max_ratio * hold.duration_s();
        is_hold.then(|| Event::new(EventKind::Hold { music, announced }, hold.start_s, hold.end_s))
    }

    fn is_announced(&self, times: &[Span], hold_start_s: f64) -> bool {
        let earliest_s = hold_start_s - self.settings.hold_announcement_window_s;
        times.iter().any(|time| earliest_s <= time.end_s && time.start_s <= hold_start_s)
    }
}

fn announcements(tracks: &[SpeakerTrack<'_>]) -> Option<Vec<Span>> {
    let found =
        |track: &SpeakerTrack<'_>| Some(HOLD_ANNOUNCEMENT.find(&track.words?.iter().collect::<Vec<_>>()));
    let of_each: Vec<Vec<Span>> = tracks.iter().filter_map(found).collect();
    (!of_each.is_empty()).then(|| of_each.concat())
}

/// When music plays on any channel, without counting what plays on two twice.
fn music(tracks: &[SpeakerTrack<'_>]) -> Vec<Span> {
    let mut spans: Vec<Span> = tracks.iter().flat_map(|track| track.analysis.music.iter().copied()).collect();
    spans.sort_by(|left, right| left.start_s.total_cmp(&right.start_s));
    let mut end_s = f64::NEG_INFINITY;
    spans
        .into_iter()
        .filter_map(|span| {
            let start_s = span.start_s.max(end_s);
            end_s = end_s.max(span.end_s);
            (start_s < span.end_s).then_some(Span { start_s, end_s: span.end_s })
        })
        .collect()
}
