//! Times when the agent is away.

use crate::announcements::is_hold_announced;
use crate::pauses::gaps;
use crate::settings::DialogueSettings;
use crate::track::{SpeakerTrack, anybody, are_mixed, share_a_channel, time_inside_s};
use etalon_call::{Event, EventKind, Role, Span, Word};

/// Words this near to the end of a hold may belong to the speech around it, seconds: their times
/// are not exact.
const WORD_EDGE_S: f64 = 0.5;

/// The holds: from the last speech before the agent goes away to the agent's return.
///
/// A hold is looked for in every gap of the agent's speech. It begins with the first silence of the
/// gap; it is one if the longest silence in it (or its music) lasts long enough and the client does
/// not speak through it. Nobody is put on hold by an agent who has not spoken yet, or where no
/// other side is heard in the whole recording: the silences of a one-sided recording are the turns
/// of the other. Where the roles are not known, everybody's gaps are looked at; where both sides
/// are on one channel and were not told apart, only an announcement, or music for most of the time,
/// shows that somebody went away.
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

/// Who may go away, and who is left waiting.
struct Sides<'a> {
    /// The agent; everybody where the roles are not known.
    away: Vec<SpeakerTrack<'a>>,
    /// Those who are not the agent.
    others: Vec<SpeakerTrack<'a>>,
    /// Whether voices on one channel were told apart, and may have been confused.
    share_a_channel: bool,
    /// Both sides are in one track: a silence may be anybody's.
    are_mixed: bool,
}

impl<'a> Sides<'a> {
    /// None where there are no two sides.
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
    /// When those speak who are not away.
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

    /// For how long those who wait may speak, seconds.
    fn most_speech_s(&self, hold: Span) -> f64 {
        let ratio = if self.sides.share_a_channel {
            self.settings.hold_shared_speech_max_ratio
        } else {
            self.settings.hold_client_speech_max_ratio
        };
        ratio * hold.duration_s()
    }

    /// Whether the agent has words where no speech was found: the agent was there.
    fn is_spoken_in(&self, hold: Span) -> bool {
        let inside = Span { start_s: hold.start_s + WORD_EDGE_S, end_s: hold.end_s - WORD_EDGE_S };
        self.sides.away.iter().any(|track| !track.words_in(inside).is_empty())
    }

    /// Whether one of those who are away said so before; none when nothing was transcribed.
    fn is_announced(&self, hold_start_s: f64) -> Option<bool> {
        let window_s = self.settings.hold_announcement_window_s;
        let said: Vec<&[Word]> = self.sides.away.iter().filter_map(|track| track.words).collect();
        (!said.is_empty()).then(|| said.iter().any(|words| is_hold_announced(words, hold_start_s, window_s)))
    }
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
