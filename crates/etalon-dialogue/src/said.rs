//! What speakers say about an interruption outweighs what the signal shows.

use crate::lexicon::{INTERRUPTED, INTERRUPTING, Lexicon};
use crate::meeting::Meeting;
use crate::settings::DialogueSettings;
use crate::track::SpeakerTrack;
use etalon_call::{OverlapClass, Span};

/// Word times are not exact: a complaint may seem to begin this much before the interruption,
/// seconds.
const EARLY_S: f64 = 0.3;
/// The longest time between a turn and its speaker's admission of interrupting, seconds.
const ADMITTED_AFTER_S: f64 = 2.0;

/// Classifies meetings as interruptions if one of the speakers calls them so: «не перебивайте
/// меня», «извините, что перебиваю».
pub(crate) fn name_what_was_said(
    meetings: &[Meeting<'_>],
    classes: &mut [Option<OverlapClass>],
    tracks: &[SpeakerTrack<'_>],
    settings: &DialogueSettings,
) {
    for (track, speaker) in tracks.iter().enumerate() {
        for complaint in phrases(&INTERRUPTED, speaker) {
            let is_meant = |meeting: &Meeting<'_>| {
                meeting.first.track == track
                    && meeting.second.span.start_s <= complaint.start_s + EARLY_S
                    && complaint.start_s - meeting.second_turn().end_s <= settings.said_window_s
            };
            if let Some(meant) = meant(meetings, classes, is_meant) {
                classes[meant] = Some(OverlapClass::FloorTaken);
            }
        }
        for admission in phrases(&INTERRUPTING, speaker) {
            let is_meant = |meeting: &Meeting<'_>| {
                meeting.second.track == track
                    && meeting.second.span.start_s <= admission.end_s
                    && admission.start_s - meeting.second_turn().end_s <= ADMITTED_AFTER_S
                    && meeting.pause_s() <= settings.cut_off_gap_s
            };
            if let Some(meant) = meant(meetings, classes, is_meant) {
                classes[meant] = Some(OverlapClass::FloorTaken);
            }
        }
    }
}

fn phrases(lexicon: &Lexicon, track: &SpeakerTrack<'_>) -> Vec<Span> {
    lexicon.find(&track.words.unwrap_or_default().iter().collect::<Vec<_>>())
}

/// The meeting that a speaker refers to: the last overlap that is not a backchannel, else the last
/// overlap of any kind, else the last meeting without an overlap.
fn meant(
    meetings: &[Meeting<'_>],
    classes: &[Option<OverlapClass>],
    is_meant: impl Fn(&Meeting<'_>) -> bool,
) -> Option<usize> {
    let candidates = || (0..meetings.len()).rev().filter(|&index| is_meant(&meetings[index]));
    let is_bid =
        |&index: &usize| meetings[index].is_overlap() && classes[index] != Some(OverlapClass::Backchannel);
    candidates()
        .find(is_bid)
        .or_else(|| candidates().find(|&index| meetings[index].is_overlap()))
        .or_else(|| candidates().next())
}
