//! Measures a dialogue: turns, silence, holds, overlaps, tempo, loudness.
//!
//! [`measure`] takes the speech and the features of each speaker (and the words, if the call was
//! transcribed) and returns the turns, the events and the metrics of the call. It opens no files,
//! knows no rules, and cannot fail.
//!
//! # Definitions
//!
//! Every threshold is a field of [`DialogueSettings`] and is written into `metrics.definitions`. A
//! *region* is a stretch of one side's speech from the activity detector. An *utterance* is regions
//! joined over pauses below `utterance_gap_s`. A *turn* is regions joined over pauses below
//! `turn_gap_s` in which nobody else began to speak (an utterance, if both sides share a channel).
//!
//! | measure | definition | unit | source |
//! |---|---|---|---|
//! | `talk_s` | Σ length of the speaker's regions | s | – |
//! | `talk_ratio` | `talk_s` / Σ `talk_s` of all speakers | 0–1 | – |
//! | `words_per_min` | words / (`talk_s` / 60) | 1/min | speaking rate over speaking time, as usual in telephony analytics |
//! | `syllables_per_s` | syllable nuclei / `talk_s` | 1/s | de Jong & Wempe 2009 (articulation rate) |
//! | `loudness_lufs` | gated loudness of the 400 ms blocks of which half or more is the speaker's speech | LUFS | ITU-R BS.1770-5, EBU R 128 |
//! | `loudness_range_lu` | 95th − 10th percentile of the gated short-term loudness of such blocks of 3 s | LU | EBU Tech 3342 |
//! | `peak_dbfs` | 20·log₁₀ of the highest absolute sample inside the regions | dBFS | – |
//! | `clipped_ratio` | samples ≥ 0.999 of full scale / samples, inside the regions | 0–1 | – |
//! | `longest_turn_s` | the longest turn | s | – |
//! | `response_latency_s` | start of a turn − end of the other side's turn before it, at least 0, without returns from holds; nearest-rank quantiles | s | floor transfer offset, Heldner & Edlund 2010 |
//! | `silence` | nobody speaks for `silence_min_s` or more, between the first and the last speech, outside holds; `ratio` over the time between the first and the last speech | s | – |
//! | `hold` | the agent is away: the gap of the agent's speech from its first silence on, if the longest silence in it lasts `hold_unannounced_min_s` (`hold_announced_min_s` with an announcement or music) and the client speaks for at most `hold_client_speech_max_ratio` of it; agent and client have each spoken for `hold_side_spoken_min_s` | s | – |
//! | `overlap` | time in which regions of both sides run at once; `ratio` over the time in which anybody speaks | s | – |
//! | `unrecognized` | a stretch of a speaker's speech of `unrecognized_min_s` or more, further than 0.3 s from every word; `words_per_min` is null if they exceed `unrecognized_max_ratio` of `talk_s` | s | – |
//! | `interruptions` | overlaps of the class `floor_taken`, by who began them | count | Schegloff 2000: only they compete for the floor |
//! | `attempts` | overlaps of the class `attempt`, by who began them | count | – |
//! | `shouting` | the vowels are louder than `shouting_min_dbfs`, `shouting_rise_db` above the speaker's median, and brighter by `shouting_tilt_rise_db` or higher by `shouting_pitch_rise_semitones`; less of both where the rise is `shouting_far_rise_db` | – | Liénard and Di Benedetto 1999; Traunmüller and Eriksson 2000 |
//!
//! Classes of overlap, in which `second` begins while `first` is speaking; `docs/dialogue.md` has
//! audio examples. If words are known, a region up to `wordless_max_s` without any is a sound and
//! is ignored.
//!
//! - `backchannel`: `second` is a backchannel: all its words are on the list (without words: it is
//!   no longer than `backchannel_max_s`), unless it is a slightly early answer; or `second` is
//!   agreement up to `assent_max_s` while `first` goes on;
//! - `terminal`: the overlap is no longer than `terminal_max_s` and `first` was at its end;
//! - `collaborative`: neither competes for the floor: `second` reads back what `first` dictates,
//!   agrees before going on, begins at the same moment (within `interrupted_min_s`), or helps out
//!   briefly; or `first` only agrees;
//! - `floor_taken`: `first` falls silent, `second` goes on: its turn lasts `floor_taken_min_s` or
//!   holds `floor_taken_min_words` words. Also without an overlap, if `first` stops after a word
//!   that no sentence ends with and `second` begins within `cut_off_gap_s`; and whatever the signal
//!   shows, if one of them says so («не перебивайте меня») within `said_window_s`;
//! - `attempt`: `first` outlasts `second`, or falls silent for a moment and is the next to speak.

#![forbid(unsafe_code)]

mod announcements;
mod backchannel;
mod farewells;
mod heard;
mod holds;
mod lexicon;
mod meeting;
mod metrics;
mod overlaps;
mod pauses;
mod read_back;
mod said;
mod settings;
mod shouting;
mod speakers;
mod spoken;
mod track;
mod turns;
mod unrecognized;

pub use announcements::is_hold_announced;
pub use settings::DialogueSettings;
pub use shouting::{VocalEffort, nuclei_in};
pub use track::SpeakerTrack;

use etalon_call::{Activity, Event, Metrics, Turn};

/// The version of the measures. Raise it with every change that changes results for the same input:
/// stored results of an earlier version are then recomputed.
pub const VERSION: u32 = 3;

/// The embedded files that results depend on: lists of words and phrases.
pub fn embedded_files() -> impl Iterator<Item = &'static [u8]> {
    lexicon::EMBEDDED.iter().map(|text| text.as_bytes())
}

/// The turns, events and metrics of one dialogue.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dialogue {
    /// Who spoke when, with the words, in order of start time.
    pub turns: Vec<Turn>,
    /// Speech regions by role.
    pub activity: Activity,
    /// The metrics.
    pub metrics: Metrics,
    /// The events, in order of start time.
    pub events: Vec<Event>,
}

/// Measures a dialogue of `duration_s` seconds.
/// A single track with [`Role::Unknown`](etalon_call::Role::Unknown) is a recording with both sides
/// on one channel: overlap and interruptions are then null and listed as unmeasurable, never 0.
pub fn measure(tracks: &[SpeakerTrack<'_>], duration_s: f64, settings: &DialogueSettings) -> Dialogue {
    let turn_spans = turns::turn_spans(tracks, settings);
    let silences = pauses::gaps(&track::anybody(tracks), settings.silence_min_s);
    let holds = holds::hold_events(tracks, &silences, settings);
    let mut events = pauses::silence_events(&silences, &holds);
    events.extend(holds);
    events.extend(overlaps::overlap_events(tracks, &turn_spans, settings));
    for track in tracks {
        events.extend(farewells::farewell_events(track, settings));
        events.extend(unrecognized::unrecognized_events(track, settings));
    }
    events.extend(shouting::shouting_events(tracks, settings));
    events.retain(|event| event.start_s <= duration_s);
    events.sort_by(|left, right| {
        left.start_s.total_cmp(&right.start_s).then(left.end_s.total_cmp(&right.end_s))
    });
    let metrics = metrics::metrics(tracks, &turn_spans, &events, settings);
    Dialogue { turns: turns::with_words(&turn_spans, tracks), activity: activity(tracks), metrics, events }
}

/// The regions of each role; two unknown speakers share one list.
fn activity(tracks: &[SpeakerTrack<'_>]) -> Activity {
    let mut activity = Activity::default();
    for role in [etalon_call::Role::Agent, etalon_call::Role::Client, etalon_call::Role::Unknown] {
        let of_role: Vec<_> = tracks.iter().filter(|track| track.role == role).copied().collect();
        *activity.of_mut(role) = track::anybody(&of_role);
    }
    activity
}
