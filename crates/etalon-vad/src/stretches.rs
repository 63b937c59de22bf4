//! Stretches of frames, and values along them.

use std::ops::Range;

/// Frames on each side over which heights above the noise and levels are averaged.
const SMOOTHING: usize = 2;

/// The values, each averaged with its neighbours.
pub(crate) fn smoothed(heights: &[f32]) -> Vec<f32> {
    (0..heights.len())
        .map(|frame| {
            let around =
                &heights[frame.saturating_sub(SMOOTHING)..(frame + SMOOTHING + 1).min(heights.len())];
            around.iter().sum::<f32>() / around.len() as f32
        })
        .collect()
}

/// For each of `frames` frames whether it lies in one of the stretches.
pub(crate) fn marked(stretches: &[Range<usize>], frames: usize) -> Vec<bool> {
    let mut marked = vec![false; frames];
    for stretch in stretches {
        marked[stretch.clone()].fill(true);
    }
    marked
}

/// Stretches in which every frame `goes_on` and at least one `begins`.
pub(crate) fn hysteresis(
    frames: usize,
    begins: impl Fn(usize) -> bool,
    goes_on: impl Fn(usize) -> bool,
) -> Vec<Range<usize>> {
    let mut stretches = Vec::new();
    let mut start = None;
    let mut begun = false;
    for frame in 0..=frames {
        if frame < frames && goes_on(frame) {
            start.get_or_insert(frame);
            begun |= begins(frame);
        } else if let Some(first) = start.take() {
            if begun {
                stretches.push(first..frame);
            }
            begun = false;
        }
    }
    stretches
}

/// Joins neighbours that are less than `shortest` frames apart.
pub(crate) fn close_gaps(stretches: &mut Vec<Range<usize>>, shortest: usize) {
    close_gaps_where(stretches, shortest, |_| true);
}

/// Joins neighbours that are less than `shortest` frames apart if the gap between them is to be
/// closed.
pub(crate) fn close_gaps_where(
    stretches: &mut Vec<Range<usize>>,
    shortest: usize,
    is_closed: impl Fn(Range<usize>) -> bool,
) {
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(stretches.len());
    for stretch in stretches.drain(..) {
        match joined.last_mut() {
            Some(last)
                if stretch.start.saturating_sub(last.end) < shortest
                    && is_closed(last.end.min(stretch.start)..stretch.start) =>
            {
                last.end = last.end.max(stretch.end);
            }
            _ => joined.push(stretch),
        }
    }
    *stretches = joined;
}
