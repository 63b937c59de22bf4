//! Compares events: matched by overlap in time, each true event with at most one found event.

use crate::LabelledCall;
use crate::counts::{Counts, Detection};
use crate::truth::{TrueEvent, TrueEventKind};
use crate::words::knows_sides;
use etalon_call::{Event, EventKind, OverlapClass, Role, Span};
use serde::Serialize;

/// Tolerance for the place of short events, seconds.
const TOLERANCE_S: f64 = 0.25;

/// How events compare with the truth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventComparison {
    /// Overlaps in which one side took the floor, with the right one as interrupter.
    pub interruptions: Detection,
    /// Overlaps in which one side began and the other went on, with the right one as interrupter.
    pub attempts: Detection,
    /// Backchannels.
    pub backchannels: Detection,
    /// Backchannels classified as interruptions.
    pub backchannels_as_interruptions: u64,
    /// Silences of 3 s and more.
    pub silences: Detection,
    /// Holds.
    pub holds: Detection,
    /// Farewells, with the right speaker.
    pub farewells: Detection,
}

/// The compared attributes: kind, and the speaker where it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Overlap(OverlapClass, Role),
    Silence,
    Hold,
    Farewell(Role),
}

/// Compares the events of all calls; events that need sides only if the result knows them.
pub fn compare(labelled: &[LabelledCall]) -> EventComparison {
    let with_sides: Vec<&LabelledCall> = labelled.iter().filter(|call| knows_sides(&call.call)).collect();
    let all: Vec<&LabelledCall> = labelled.iter().collect();
    let is_class = |wanted| move |what: What| matches!(what, What::Overlap(class, _) if class == wanted);
    let transcribed: Vec<&LabelledCall> =
        with_sides.iter().copied().filter(|call| call.call.pipeline.model.is_some()).collect();
    EventComparison {
        interruptions: detection(&with_sides, is_class(OverlapClass::FloorTaken)),
        attempts: detection(&with_sides, is_class(OverlapClass::Attempt)),
        backchannels: detection(&with_sides, is_class(OverlapClass::Backchannel)),
        backchannels_as_interruptions: with_sides.iter().map(|call| mistaken_backchannels(call)).sum(),
        silences: detection(&all, |what| what == What::Silence),
        holds: detection(&all, |what| what == What::Hold),
        farewells: detection(&transcribed, |what| matches!(what, What::Farewell(_))),
    }
}

fn detection(calls: &[&LabelledCall], selected: impl Fn(What) -> bool + Copy) -> Detection {
    let mut counts = Counts::default();
    for call in calls {
        let truth: Vec<(What, Span)> =
            call.truth.events.iter().filter_map(true_what).filter(|(what, _)| selected(*what)).collect();
        let found: Vec<(What, Span)> =
            call.call.events.iter().filter_map(found_what).filter(|(what, _)| selected(*what)).collect();
        counts.add(matched(&truth, &found));
    }
    counts.detection()
}

/// Pairs each true event with the first free found one that overlaps it.
fn matched(truth: &[(What, Span)], found: &[(What, Span)]) -> Counts {
    let mut taken = vec![false; found.len()];
    let mut counts = Counts::default();
    for (what, span) in truth {
        let hit = found
            .iter()
            .enumerate()
            .position(|(index, (candidate, place))| !taken[index] && candidate == what && meets(span, place));
        match hit {
            Some(index) => {
                taken[index] = true;
                counts.hits += 1;
            }
            None => counts.misses += 1,
        }
    }
    counts.false_alarms = taken.iter().filter(|taken| !**taken).count() as u64;
    counts
}

fn meets(one: &Span, other: &Span) -> bool {
    one.start_s.max(other.start_s) <= one.end_s.min(other.end_s) + TOLERANCE_S
}

fn mistaken_backchannels(call: &LabelledCall) -> u64 {
    let interruptions: Vec<Span> = call
        .call
        .events
        .iter()
        .filter(|event| matches!(event.kind, EventKind::Overlap { class: OverlapClass::FloorTaken, .. }))
        .map(Event::span)
        .collect();
    let backchannels =
        call.truth.events.iter().filter(|event| event.class == Some(OverlapClass::Backchannel));
    backchannels
        .filter(|event| interruptions.iter().any(|span| span.intersection(&event.span()).is_some()))
        .count() as u64
}

fn true_what(event: &TrueEvent) -> Option<(What, Span)> {
    let what = match event.kind {
        TrueEventKind::Overlap => What::Overlap(event.class?, event.interrupter?),
        TrueEventKind::Silence => What::Silence,
        TrueEventKind::Hold => What::Hold,
        TrueEventKind::Farewell => What::Farewell(event.speaker?),
        TrueEventKind::Other => return None,
    };
    Some((what, event.span()))
}

fn found_what(event: &Event) -> Option<(What, Span)> {
    let what = match event.kind {
        EventKind::Overlap { class, interrupter, .. } => What::Overlap(class, interrupter),
        EventKind::Silence { .. } => What::Silence,
        EventKind::Hold { .. } => What::Hold,
        EventKind::Farewell { speaker } => What::Farewell(speaker),
        EventKind::Shouting { .. } | EventKind::Unrecognized { .. } => return None,
    };
    Some((what, event.span()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_event_is_matched_once_and_by_the_right_person() {
        let by = |role| What::Overlap(OverlapClass::FloorTaken, role);
        let truth = [(by(Role::Agent), Span::new(1.0, 2.0)), (by(Role::Agent), Span::new(5.0, 6.0))];
        let check = |found: &[(What, Span)], hits, false_alarms, misses| {
            assert_eq!(matched(&truth, found), Counts { hits, false_alarms, misses }, "{found:?}");
        };
        check(&[], 0, 0, 2);
        check(&[(by(Role::Agent), Span::new(1.5, 2.5)), (by(Role::Agent), Span::new(1.6, 1.8))], 1, 1, 1);
        check(&[(by(Role::Client), Span::new(1.5, 2.5))], 0, 1, 2);
        check(&[(by(Role::Agent), Span::new(2.2, 2.5)), (by(Role::Agent), Span::new(5.1, 5.2))], 2, 0, 0);
    }
}
