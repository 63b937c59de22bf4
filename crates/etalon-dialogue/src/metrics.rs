//! The metrics of the whole call, and which ones this recording does not allow.

use crate::settings::DialogueSettings;
use crate::speakers::{is_recognized, speaker_metrics};
use crate::track::{SpeakerTrack, Utterance, anybody, share_a_channel};
use etalon_call::{
    Event, EventKind, HoldMetrics, InterruptionMetrics, Metrics, OverlapClass, OverlapMetrics, Role,
    SilenceMetrics, Span, SpeakerMetrics, Unmeasurable, round3,
};
use std::collections::BTreeMap;

/// How far the sides of the call are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sides {
    /// Both sides share a channel, or there is only one.
    One,
    /// Voices on a shared channel were diarized: overlaps are unknown.
    Shared,
    /// Each speaker has a channel, but the roles are unknown.
    Unnamed,
    /// Agent and client have a channel each.
    Named,
}

impl Sides {
    fn of(tracks: &[SpeakerTrack<'_>]) -> Self {
        let has = |role: Role| tracks.iter().any(|track| track.role == role);
        match tracks.len() {
            0 | 1 => Self::One,
            _ if share_a_channel(tracks) => Self::Shared,
            _ if has(Role::Agent) && has(Role::Client) => Self::Named,
            _ => Self::Unnamed,
        }
    }
}

/// All metrics of the call.
pub(crate) fn metrics(
    tracks: &[SpeakerTrack<'_>],
    turns: &[Utterance],
    events: &[Event],
    settings: &DialogueSettings,
) -> Metrics {
    let sides = Sides::of(tracks);
    let holds: Vec<Span> =
        events.iter().filter(|event| matches!(event.kind, EventKind::Hold { .. })).map(Event::span).collect();
    let by_side = |class: OverlapClass| match sides {
        Sides::Named => overlaps_of(class, events),
        Sides::One | Sides::Shared | Sides::Unnamed => InterruptionMetrics::default(),
    };
    Metrics {
        speakers: speakers(tracks, turns, &holds, settings),
        silence: silence(tracks, events),
        hold: HoldMetrics {
            total_s: total_s(&holds),
            longest_s: longest_s(&holds),
            count: holds.len() as u32,
        },
        overlap: match sides {
            Sides::One | Sides::Shared => OverlapMetrics::default(),
            Sides::Unnamed | Sides::Named => overlap(tracks),
        },
        interruptions: by_side(OverlapClass::FloorTaken),
        attempts: by_side(OverlapClass::Attempt),
        unmeasurable: unmeasurable(tracks, sides, settings),
        definitions: settings.definitions(),
    }
}

/// The metrics by role, or by name if several speakers have one role.
fn speakers(
    tracks: &[SpeakerTrack<'_>],
    turns: &[Utterance],
    holds: &[Span],
    settings: &DialogueSettings,
) -> BTreeMap<String, SpeakerMetrics> {
    let metrics = |index| speaker_metrics(index, tracks, turns, holds, settings);
    (0..tracks.len()).map(|index| (tracks[index].key(tracks).to_owned(), metrics(index))).collect()
}

fn silence(tracks: &[SpeakerTrack<'_>], events: &[Event]) -> SilenceMetrics {
    let silences: Vec<Span> = events
        .iter()
        .filter(|event| event.kind == EventKind::Silence { in_hold: false })
        .map(Event::span)
        .collect();
    let talk = anybody(tracks);
    let conversation_s = match (talk.first(), talk.last()) {
        (Some(first), Some(last)) => last.end_s - first.start_s,
        _ => 0.0,
    };
    let total_s = total_s(&silences);
    SilenceMetrics {
        total_s,
        ratio: share(total_s, conversation_s).unwrap_or(0.0),
        longest_s: longest_s(&silences),
        count: silences.len() as u32,
    }
}

fn overlap(tracks: &[SpeakerTrack<'_>]) -> OverlapMetrics {
    let all_s: f64 = tracks.iter().map(|track| sum_s(&track.analysis.regions)).sum();
    let anybody_s = sum_s(&anybody(tracks));
    // The sum of both speakers' speech minus its union is the overlap.
    let total_s = round3((all_s - anybody_s).max(0.0));
    OverlapMetrics { total_s: Some(total_s), ratio: share(total_s, anybody_s) }
}

/// How many overlaps of a class each side began.
fn overlaps_of(wanted: OverlapClass, events: &[Event]) -> InterruptionMetrics {
    let by = |role: Role| {
        let is_one = |event: &&Event| matches!(event.kind, EventKind::Overlap { class, interrupter, .. } if class == wanted && interrupter == role);
        Some(events.iter().filter(is_one).count() as u32)
    };
    InterruptionMetrics { by_agent: by(Role::Agent), by_client: by(Role::Client) }
}

fn unmeasurable(tracks: &[SpeakerTrack<'_>], sides: Sides, settings: &DialogueSettings) -> Vec<Unmeasurable> {
    let mut entries = Vec::new();
    let mut add =
        |metric: String, reason: &str| entries.push(Unmeasurable { metric, reason: reason.to_owned() });
    match sides {
        Sides::One => {
            let reason = "Стороны разговора не разделены по каналам: кто и когда говорил одновременно, на записи не видно.";
            for metric in ["overlap", "interruptions", "attempts"] {
                add(metric.to_owned(), reason);
            }
            for index in 0..tracks.len() {
                for metric in ["talk_ratio", "response_latency_s"] {
                    add(format!("speakers.{}.{metric}", tracks[index].key(tracks)), reason);
                }
            }
        }
        Sides::Shared => {
            let reason = "Стороны записаны на одном канале: кто кого перебивал и когда говорили одновременно, на записи не видно.";
            for metric in ["overlap", "interruptions", "attempts"] {
                add(metric.to_owned(), reason);
            }
        }
        Sides::Unnamed => {
            for metric in ["interruptions", "attempts"] {
                add(metric.to_owned(), "Неизвестно, на каком канале оператор, а на каком клиент.");
            }
        }
        Sides::Named => {}
    }
    for (index, _) in tracks.iter().enumerate().filter(|(_, track)| track.words.is_none()) {
        for metric in ["words", "words_per_min"] {
            add(
                format!("speakers.{}.{metric}", tracks[index].key(tracks)),
                "Речь не распознавалась: слов нет.",
            );
        }
    }
    for track in tracks.iter().filter(|track| !is_recognized(track, settings)) {
        add(
            format!("speakers.{}.words_per_min", track.key(tracks)),
            "Часть речи осталась без слов: темп по словам не посчитать.",
        );
    }
    entries
}

fn sum_s(spans: &[Span]) -> f64 {
    spans.iter().map(Span::duration_s).sum()
}

fn total_s(spans: &[Span]) -> f64 {
    round3(sum_s(spans))
}

fn longest_s(spans: &[Span]) -> f64 {
    round3(spans.iter().map(Span::duration_s).fold(0.0, f64::max))
}

/// A ratio, 0 to 1; `None` if the whole is 0.
fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| round3((part / whole).clamp(0.0, 1.0)))
}
