//! Compares speech activity: frames of 10 ms, and the distance of region boundaries from the true
//! ones.

use crate::LabelledCall;
use crate::counts::{Counts, Detection};
use crate::words::knows_sides;
use etalon_call::{Role, Span, round3};
use serde::Serialize;

/// Frames a second.
const FRAMES_PER_S: f64 = 100.0;

/// A boundary further away belongs to another region, seconds.
const BOUNDARY_MAX_S: f64 = 0.5;

/// How speech activity compares with the truth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActivityComparison {
    /// Frames of all calls and both sides.
    pub total: Detection,
    /// Median distance of a true boundary from the nearest found one of the same kind, seconds;
    /// null without any.
    pub boundary_error_median_s: Option<f64>,
    /// Call by call.
    pub calls: Vec<CallActivity>,
}

/// Speech frames of one call.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallActivity {
    /// The call's name.
    pub call: String,
    /// Its frames, both sides.
    #[serde(flatten)]
    pub frames: Detection,
}

/// Compares the activity of every call whose result knows the sides.
pub fn compare(labelled: &[LabelledCall]) -> ActivityComparison {
    let mut total = Counts::default();
    let mut distances = Vec::new();
    let mut calls = Vec::new();
    for call in labelled.iter().filter(|call| knows_sides(&call.call)) {
        let mut counts = Counts::default();
        for role in [Role::Agent, Role::Client] {
            let truth = true_regions(call, role);
            let found = call.call.activity.of(role);
            counts.add(frame_counts(&truth, found, call.call.audio.duration_s));
            distances.extend(boundary_distances_s(&truth, found));
        }
        total.add(counts);
        calls.push(CallActivity { call: call.name.clone(), frames: counts.detection() });
    }
    distances.sort_by(f64::total_cmp);
    let boundary_error_median_s = distances.get(distances.len() / 2).copied().map(round3);
    ActivityComparison { total: total.detection(), boundary_error_median_s, calls }
}

fn true_regions(call: &LabelledCall, role: Role) -> Vec<Span> {
    let turns = call.truth.turns.iter().filter(|turn| turn.speaker == role);
    let mut regions: Vec<Span> = turns.flat_map(|turn| turn.speech.iter().copied()).collect();
    regions.sort_by(|left, right| left.start_s.total_cmp(&right.start_s));
    regions
}

/// Counts frames whose middle lies in speech.
fn frame_counts(truth: &[Span], found: &[Span], duration_s: f64) -> Counts {
    let frames = (duration_s * FRAMES_PER_S).floor() as usize;
    let (truth, found) = (frames_of(truth, frames), frames_of(found, frames));
    let mut counts = Counts::default();
    for (is_true, is_found) in truth.into_iter().zip(found) {
        counts.hits += u64::from(is_true && is_found);
        counts.false_alarms += u64::from(!is_true && is_found);
        counts.misses += u64::from(is_true && !is_found);
    }
    counts
}

fn frames_of(regions: &[Span], frames: usize) -> Vec<bool> {
    let mut speech = vec![false; frames];
    for region in regions {
        let first = (region.start_s * FRAMES_PER_S - 0.5).ceil().max(0.0) as usize;
        let end = ((region.end_s * FRAMES_PER_S - 0.5).ceil().max(0.0) as usize).min(frames);
        if first < end {
            speech[first..end].fill(true);
        }
    }
    speech
}

fn boundary_distances_s(truth: &[Span], found: &[Span]) -> Vec<f64> {
    let nearest = |boundary_s: f64, of: fn(&Span) -> f64| {
        let distances = found.iter().map(|region| (of(region) - boundary_s).abs());
        distances.min_by(f64::total_cmp).filter(|distance_s| *distance_s <= BOUNDARY_MAX_S)
    };
    let starts = truth.iter().filter_map(|region| nearest(region.start_s, |found| found.start_s));
    let ends = truth.iter().filter_map(|region| nearest(region.end_s, |found| found.end_s));
    starts.chain(ends).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_counted_by_their_middle() {
        let truth = [Span::new(0.0, 0.10), Span::new(0.20, 0.30)];
        let found = [Span::new(0.05, 0.15)];
        let counts = frame_counts(&truth, &found, 0.3);
        assert_eq!(counts, Counts { hits: 5, false_alarms: 5, misses: 15 });
        assert_eq!(frame_counts(&[], &[], 0.0), Counts::default());
    }

    #[test]
    fn boundaries_have_a_distance_only_to_near_ones() {
        let distances = boundary_distances_s(&[Span::new(1.0, 2.0)], &[Span::new(1.1, 2.9)]);
        assert_eq!(distances.into_iter().map(round3).collect::<Vec<_>>(), [0.1]);
    }
}
