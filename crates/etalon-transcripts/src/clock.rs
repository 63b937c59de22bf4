//! Whether the clock of a transcript is that of the recording.
//!
//! A transcript may count in milliseconds or samples, or from another moment: the start of the
//! ringing, or of the recording before. Its segments then do not lie where somebody speaks. How
//! well they do is measured as the speech that segments and activity share, over all that either of
//! them has; a segment shares with one side only, its speaker's. Another clock is believed where it
//! fits well and far better than the transcript's own.

use crate::active_time::ActiveTime;
use crate::transcript::{Segment, Transcript};
use etalon_call::Span;

/// Another clock has to fit at least so well …
const FIT_MIN: f64 = 0.5;

/// … and better by so much than that of the transcript.
const GAIN_MIN: f64 = 0.2;

/// A shift has to fit better by so much than any that is further from it than [`PEAK_WIDTH_S`].
const PEAK_MIN: f64 = 0.08;

/// Shifts closer together than this are the same, seconds.
const PEAK_WIDTH_S: f64 = 2.0;

/// Less than this is no other clock, seconds.
const SHIFT_MIN_S: f64 = 0.8;

/// Shifts around that of the first segment to the first speech that are tried, seconds.
const SHIFT_MAX_S: f64 = 90.0;

/// The step in which shifts are tried, seconds.
const SHIFT_STEP_S: f64 = 0.1;

/// Fewer segments than this fit anywhere.
const SEGMENTS_MIN: usize = 4;

/// A transcript fits badly when a smaller share of its speech lies where somebody speaks.
const HEARD_MIN: f64 = 0.5;

/// Units of time that are mistaken for seconds.
const UNITS: [(f64, &str); 5] = [
    (1e-3, "milliseconds"),
    (1e-2, "hundredths of a second"),
    (1.0 / 8_000.0, "samples at 8 kHz"),
    (1.0 / 16_000.0, "samples at 16 kHz"),
    (1e-6, "microseconds"),
];

/// How the clock of a transcript differs from that of the recording.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ClockDifference {
    /// It counts in another unit. The times were read in it.
    Unit(&'static str),
    /// It is ahead by so many seconds, or behind where they are negative. The times were moved.
    Shift(f64),
    /// Only this share of its speech lies where somebody speaks, 0 to 1, and no other unit and no
    /// shift explains that. The times were kept.
    Unexplained(f64),
}

/// Corrects the times of a transcript by the activity of the call's speakers where its clock is
/// another one; none where it is not.
///
/// `speakers` are the speech regions of each of them, sorted and disjoint.
pub fn correct_clock(transcript: &mut Transcript, speakers: &[&[Span]]) -> Option<ClockDifference> {
    let fit = Fit::new(transcript, speakers);
    if fit.segments.is_empty() || fit.active_s <= 0.0 {
        return None;
    }
    let own = fit.of(1.0, 0.0);
    let is_better = |other: f64| other >= FIT_MIN && other >= own + GAIN_MIN;
    let unit = UNITS.iter().map(|unit| (fit.of(unit.0, 0.0), unit));
    if let Some((_, (scale, name))) =
        unit.filter(|(other, _)| is_better(*other)).max_by(|one, other| one.0.total_cmp(&other.0))
    {
        move_times(transcript, *scale, 0.0);
        return Some(ClockDifference::Unit(name));
    }
    if let Some(shift_s) = fit.shift().filter(|(other, _)| is_better(*other)).map(|(_, shift_s)| shift_s) {
        move_times(transcript, 1.0, shift_s);
        return Some(ClockDifference::Shift(-shift_s));
    }
    let heard = fit.heard();
    (heard < HEARD_MIN).then_some(ClockDifference::Unexplained(heard))
}

/// How well the segments of a transcript fit the activity of the speakers.
struct Fit<'a> {
    /// Speaker and time of each segment.
    segments: Vec<(Option<usize>, Span)>,
    speakers_of_transcript: usize,
    activity: Vec<ActiveTime<'a>>,
    active_s: f64,
    spoken_s: f64,
}

impl<'a> Fit<'a> {
    fn new(transcript: &Transcript, speakers: &[&'a [Span]]) -> Self {
        let said = transcript.segments.iter().filter(|segment| segment.is_said());
        let segments: Vec<(Option<usize>, Span)> =
            said.map(|segment| (segment.speaker, span_of(segment))).collect();
        let activity: Vec<ActiveTime<'_>> = speakers.iter().map(|regions| ActiveTime::new(regions)).collect();
        Self {
            speakers_of_transcript: transcript.speakers.len(),
            active_s: activity.iter().map(ActiveTime::total_s).sum(),
            spoken_s: segments.iter().map(|(_, span)| span.duration_s()).sum(),
            segments,
            activity,
        }
    }

    /// The speech that both have over the speech that either has, 0 to 1, with the times in another
    /// unit and moved.
    fn of(&self, scale: f64, shift_s: f64) -> f64 {
        let mut shared_s = vec![vec![0.0; self.activity.len()]; self.speakers_of_transcript];
        let mut shared_by_nobody_s = 0.0;
        for (speaker, span) in &self.segments {
            let moved = Span { start_s: span.start_s * scale + shift_s, end_s: span.end_s * scale + shift_s };
            let with = self.activity.iter().map(|active| active.inside(moved));
            match speaker.filter(|_| self.speakers_of_transcript > 1) {
                Some(speaker) => {
                    shared_s[speaker].iter_mut().zip(with).for_each(|(sum_s, shared_s)| *sum_s += shared_s);
                }
                None => shared_by_nobody_s += with.fold(0.0, f64::max),
            }
        }
        let greatest = |values: &Vec<f64>| values.iter().copied().fold(0.0, f64::max);
        let both_s = shared_by_nobody_s + shared_s.iter().map(greatest).sum::<f64>();
        let either_s = self.active_s + self.spoken_s * scale - both_s;
        if either_s > 0.0 { both_s / either_s } else { 0.0 }
    }

    /// The shift that fits best, with its fit; none where others fit nearly as well.
    fn shift(&self) -> Option<(f64, f64)> {
        let first_s = self.segments.iter().map(|(_, span)| span.start_s).fold(f64::INFINITY, f64::min);
        let active_s = self.activity.iter().filter_map(ActiveTime::first_s).fold(f64::INFINITY, f64::min);
        if self.segments.len() < SEGMENTS_MIN || !(active_s - first_s).is_finite() {
            return None;
        }
        let steps = (SHIFT_MAX_S / SHIFT_STEP_S) as i32;
        let tried: Vec<(f64, f64)> = (-steps..=steps)
            .map(|step| active_s - first_s + f64::from(step) * SHIFT_STEP_S)
            .map(|shift_s| (self.of(1.0, shift_s), shift_s))
            .collect();
        let best = *tried.iter().max_by(|one, other| one.0.total_cmp(&other.0))?;
        let others = tried.iter().filter(|(_, shift_s)| (shift_s - best.1).abs() > PEAK_WIDTH_S);
        let next = others.map(|(fit, _)| *fit).fold(0.0, f64::max);
        (best.1.abs() >= SHIFT_MIN_S && best.0 >= next + PEAK_MIN).then_some(best)
    }

    /// The share of the transcript's speech that lies where somebody speaks.
    fn heard(&self) -> f64 {
        let heard = |(_, span): &(Option<usize>, Span)| -> f64 {
            let sum: f64 = self.activity.iter().map(|active| active.inside(*span)).sum();
            sum.min(span.duration_s())
        };
        self.segments.iter().map(heard).sum::<f64>() / self.spoken_s.max(f64::MIN_POSITIVE)
    }
}

/// When a segment is said to be spoken, as exactly as the file says.
fn span_of(segment: &Segment) -> Span {
    let said = || segment.words.iter().filter(|word| word.removed.is_none()).map(|word| word.span);
    match (said().next().flatten(), said().next_back().flatten()) {
        (Some(first), Some(last)) if first.start_s <= last.end_s => {
            Span { start_s: first.start_s, end_s: last.end_s }
        }
        _ => segment.span,
    }
}

fn move_times(transcript: &mut Transcript, scale: f64, shift_s: f64) {
    let moved = |span: Span| Span {
        start_s: (span.start_s * scale + shift_s).max(0.0),
        end_s: (span.end_s * scale + shift_s).max(0.0),
    };
    for segment in &mut transcript.segments {
        segment.span = moved(segment.span);
        for word in &mut segment.words {
            word.span = word.span.map(moved);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::speakers::SpeakerNames;

    /// A dialogue whose turns and pauses have no period: the speech of both sides.
    fn dialogue() -> [Vec<Span>; 2] {
        let mut sides = [Vec::new(), Vec::new()];
        let mut at_s = 3.0;
        for (turn, length_s) in
            [2.1, 1.2, 4.3, 0.9, 3.7, 2.4, 1.1, 5.2, 0.8, 2.9, 3.3, 1.4, 2.2, 4.1].into_iter().enumerate()
        {
            sides[turn % 2].push(Span::new(at_s, at_s + length_s));
            at_s += length_s + 0.3 + 0.2 * (turn % 3) as f64;
        }
        sides
    }

    /// What is found of a transcript of the dialogue whose times are written by another clock.
    fn check(
        scale: f64,
        shift_s: f64,
        speakers: [&str; 2],
        expected: impl Fn(Option<ClockDifference>) -> bool,
    ) {
        let sides = dialogue();
        let segments: Vec<serde_json::Value> = (0..14)
            .map(|turn: usize| (turn % 2, sides[turn % 2][turn / 2]))
            .map(|(side, span)| {
                let written = |time_s: f64| ((time_s + shift_s) * scale * 100.0).round() / 100.0;
                let (start, end) = (written(span.start_s - 0.1), written(span.end_s + 0.2));
                serde_json::json!({ "start": start, "end": end, "text": "да", "speaker": speakers[side] })
            })
            .collect();
        let json = serde_json::json!({ "segments": segments }).to_string();
        let mut transcript = crate::parse("a.json", json.as_bytes(), &SpeakerNames::default()).unwrap();
        let regions: [&[Span]; 2] = [&sides[0], &sides[1]];
        let found = correct_clock(&mut transcript, &regions);
        assert!(expected(found), "{scale} {shift_s} {speakers:?}: {found:?}");
        let first_s = transcript.segments[0].span.start_s;
        let is_unexplained = matches!(found, Some(ClockDifference::Unexplained(_)));
        assert!(is_unexplained || (first_s - 3.0).abs() < 0.5, "{scale} {shift_s} {speakers:?}: {first_s}");
    }

    #[test]
    fn another_unit_and_another_start_are_found_and_corrected() {
        for speakers in [["A", "B"], ["", ""]] {
            check(1.0, 0.0, speakers, |found| found.is_none());
            check(1.0, 0.3, speakers, |found| found.is_none());
            for (scale, unit) in [(1000.0, "milliseconds"), (8000.0, "samples at 8 kHz")] {
                check(scale, 0.0, speakers, |found| found == Some(ClockDifference::Unit(unit)));
            }
            for shift_s in [3600.0, 12.0, 5.0, -2.5] {
                let is_near = |found| matches!(found, Some(ClockDifference::Shift(ahead_s)) if (ahead_s - shift_s).abs() < 0.5);
                check(1.0, shift_s, speakers, is_near);
            }
        }
    }

    #[test]
    fn a_transcript_of_another_call_is_not_made_to_fit() {
        check(7.3, 200.0, ["", ""], |found| matches!(found, Some(ClockDifference::Unexplained(_))));
    }
}
