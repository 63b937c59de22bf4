//! Holds: times when the agent is away.

use crate::announcements::is_hold_announced;
use crate::pauses::gaps;
use crate::settings::DialogueSettings;
use crate::track::{SpeakerTrack, anybody, are_mixed, share_a_channel, time_inside_s};
use etalon_call::{Event, EventKind, Role, Span, Word};

/// Words this close to the start or end of a hold may belong to the speech around it, seconds:
/// their times are not exact.
const WORD_EDGE_S: f64 = 0.5;

/// Finds holds: from the last speech before the agent leaves to the agent's return.
///
/// Every gap in the agent's speech is examined. A hold begins with the first silence of the gap.
/// The longest silence must last long enough (less with an announcement or music), and the client
/// must not speak through it. The agent must have spoken before, and another side must speak
/// somewhere in the recording: in a one-sided recording, silences are the turns of the other side.
/// If the roles are unknown, everybody's gaps are examined. If both sides share a channel without
/// diarization, only an announcement, or music for most of the time, shows a hold.
pub(crate) fn hold_events(
    tracks: &[SpeakerTrack<'_>],
    silences: &[Span],
    settings: &DialogueSettings,
) -> Vec<Event> {
    let Some(sides) = Sides::of(tracks, settings) else { return Vec::new() };
    let away = anybody(&sides.away);
    let search =
        Search { music: music(tracks), others: anybody(&sides.others), silences, sides: &sides, settings };
    gaps(&away, settings.hold_announced_min_s)
        .into_iter()
        .filter(|gap| {
            time_inside_s(&away, Span { start_s: 0.0, end_s: gap.start_s }) >= settings.hold_side_spoken_min_s
        })
        .filter_map(|gap| search.hold_in(gap))
        .collect()
}

/// The speakers who may leave the line, and the others.
struct Sides<'a> {
    /// The agent; everybody if the roles are unknown.
    away: Vec<SpeakerTrack<'a>>,
    /// Everybody but the agent; empty if the roles are unknown.
    others: Vec<SpeakerTrack<'a>>,
    /// Whether voices on one channel were diarized, and may be confused.
    share_a_channel: bool,
    /// Both sides are in one track: a silence may belong to either.
    are_mixed: bool,
}

impl<'a> Sides<'a> {
    /// None without two sides.
    fn of(tracks: &[SpeakerTrack<'a>], settings: &DialogueSettings) -> Option<Self> {
        let has_spoken = |track: &&SpeakerTrack<'a>| {
            let spoken_s: f64 = track.analysis.regions.iter().map(Span::duration_s).sum();
            spoken_s >= settings.hold_side_spoken_min_s && track.words.is_none_or(|words| !words.is_empty())
        };
        let are_mixed = are_mixed(tracks);
        let agents: Vec<_> = tracks.iter().filter(|track| track.role == Role::Agent).copied().collect();
        let others: Vec<_> = tracks.iter().filter(|track| track.role != Role::Agent).copied().collect();
        let has_roles = !agents.is_empty();
        let sides = if has_roles {
            usize::from(others.iter().any(|track| has_spoken(&track))) + 1
        } else {
            tracks.iter().filter(has_spoken).count()
        };
        if sides < 2 && !are_mixed {
            return None;
        }
        Some(Self {
            share_a_channel: share_a_channel(tracks),
            are_mixed,
            away: if has_roles { agents } else { tracks.to_vec() },
            others: if has_roles { others } else { Vec::new() },
        })
    }
}

struct Search<'a> {
    music: Vec<Span>,
    /// When the others speak.
    others: Vec<Span>,
    silences: &'a [Span],
    sides: &'a Sides<'a>,
    settings: &'a DialogueSettings,
}

impl Search<'_> {
    fn hold_in(&self, gap: Span) -> Option<Event> {
        let silences: Vec<Span> =
            self.silences.iter().filter(|silence| silence.intersection(&gap).is_some()).copied().collect();
        let hold = Span { start_s: silences.first()?.start_s.max(gap.start_s), end_s: gap.end_s };
        let longest_s = silences.iter().map(Span::duration_s).fold(0.0, f64::max);
        let announced = self.is_announced(hold.start_s);
        let music_s = time_inside_s(&self.music, hold);
        let music = music_s >= self.settings.hold_music_min_s;
        let is_shown = music || announced == Some(true);
        let may_be_anybodys = self.sides.are_mixed
            && announced != Some(true)
            && music_s < self.settings.hold_mixed_music_min_ratio * hold.duration_s();
        let shortest_s =
            if is_shown { self.settings.hold_announced_min_s } else { self.settings.hold_unannounced_min_s };
        let is_hold = longest_s >= shortest_s
            && !may_be_anybodys
            && time_inside_s(&self.others, hold) <= self.most_speech_s(hold)
            && !self.is_spoken_in(hold);
        is_hold.then(|| Event::new(EventKind::Hold { music, announced }, hold.start_s, hold.end_s))
    }

    /// How long the others may speak during a hold, seconds.
    fn most_speech_s(&self, hold: Span) -> f64 {
        let ratio = if self.sides.share_a_channel {
            self.settings.hold_shared_speech_max_ratio
        } else {
            self.settings.hold_client_speech_max_ratio
        };
        ratio * hold.duration_s()
    }

    /// Whether the agent has words outside of detected speech: then the agent was not away.
    fn is_spoken_in(&self, hold: Span) -> bool {
        let inside = Span { start_s: hold.start_s + WORD_EDGE_S, end_s: hold.end_s - WORD_EDGE_S };
        self.sides.away.iter().any(|track| !track.words_in(inside).is_empty())
    }

    /// Whether the agent announced the hold; none if nothing was transcribed.
    fn is_announced(&self, hold_start_s: f64) -> Option<bool> {
        let window_s = self.settings.hold_announcement_window_s;
        let said: Vec<&[Word]> = self.sides.away.iter().filter_map(|track| track.words).collect();
        (!said.is_empty()).then(|| said.iter().any(|words| is_hold_announced(words, hold_start_s, window_s)))
    }
}

/// When music plays on any channel; simultaneous music on two channels counts once.
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
