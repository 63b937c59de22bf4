//! Windows of speech: what the model gets at once, and where it lies in the call.
//!
//! Whisper takes 30 s at a time and computes all of them, however little speech they hold. Speech
//! regions are therefore packed together. Close regions keep the true pause between them, because
//! the model uses it. Between distant regions the pause is replaced by a short silence. A region is
//! cut only if it is longer than a window, and then into equal parts.

use crate::TranscriptionSettings;
use etalon_audio::{SampleReader, SpeechResampler};
use etalon_call::Span;
use std::io;

/// The model's sample rate, samples per second.
pub const MODEL_RATE_HZ: u32 = 16_000;

/// A stretch of the call inside a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    /// Its place in the call.
    pub call: Span,
    /// Its start in the window, seconds.
    pub window_start_s: f64,
}

impl Piece {
    /// Its end in the window, seconds.
    pub fn window_end_s(&self) -> f64 {
        self.window_start_s + self.call.duration_s()
    }
}

/// Stretches of one channel that the model gets together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Window {
    /// The stretches in order of time.
    pub pieces: Vec<Piece>,
}

impl Window {
    /// Length of the window, seconds.
    pub fn duration_s(&self) -> f64 {
        self.pieces.last().map_or(0.0, Piece::window_end_s)
    }

    /// The moment of the call at a time of the window, or the nearest one, seconds.
    pub(crate) fn call_time_s(&self, window_s: f64) -> f64 {
        let distance_s =
            |piece: &Piece| (piece.window_start_s - window_s).max(window_s - piece.window_end_s()).max(0.0);
        let nearest = self.pieces.iter().min_by(|one, other| distance_s(one).total_cmp(&distance_s(other)));
        nearest.map_or(window_s, |piece| {
            let inside_s = (window_s - piece.window_start_s).clamp(0.0, piece.call.duration_s());
            piece.call.start_s + inside_s
        })
    }

    fn push(&mut self, call: Span, joint_s: f64) {
        let window_start_s = if self.pieces.is_empty() { 0.0 } else { self.duration_s() + joint_s };
        self.pieces.push(Piece { call, window_start_s });
    }
}

/// Packs the speech regions of a speaker into windows, without the speech of others on the same
/// channel (`excluded`).
///
/// Both are sorted and disjoint; the channel lasts `duration_s` seconds.
pub fn pack(
    regions: &[Span],
    excluded: &[Span],
    duration_s: f64,
    settings: &TranscriptionSettings,
) -> Vec<Window> {
    let mut windows = Vec::new();
    let mut window = Window::default();
    for stretch in stretches(regions, excluded, duration_s, settings) {
        let joint_s = if window.pieces.is_empty() { 0.0 } else { settings.joint_s };
        if window.duration_s() + joint_s + stretch.duration_s() > settings.window_max_s
            && !window.pieces.is_empty()
        {
            windows.push(std::mem::take(&mut window));
        }
        window.push(stretch, settings.joint_s);
    }
    if !window.pieces.is_empty() {
        windows.push(window);
    }
    windows
}

/// Padded regions, joined if the pause between them is short, none longer than a window.
fn stretches(
    regions: &[Span],
    excluded: &[Span],
    duration_s: f64,
    settings: &TranscriptionSettings,
) -> Vec<Span> {
    let mut stretches: Vec<Span> = Vec::new();
    for region in regions {
        let own_before_s = end_before(regions, region);
        let before_s = own_before_s.max(end_before(excluded, region)).min(region.start_s);
        let after_s = [regions, excluded]
            .map(|spans| start_after(spans, region).unwrap_or(duration_s))
            .into_iter()
            .fold(duration_s, f64::min)
            .max(region.end_s);
        let padded = Span {
            start_s: (region.start_s - settings.padding_s)
                .max(f64::midpoint(before_s, region.start_s))
                .max(0.0),
            end_s: (region.end_s + settings.padding_s)
                .min(f64::midpoint(after_s, region.end_s))
                .min(duration_s),
        };
        match stretches.last_mut() {
            Some(last)
                if before_s <= own_before_s
                    && region.start_s - own_before_s <= settings.pause_kept_s
                    && padded.end_s - last.start_s <= settings.window_max_s =>
            {
                last.end_s = padded.end_s;
            }
            _ => stretches.extend(parts_of(padded, settings.window_max_s)),
        }
    }
    stretches
}

/// End of the last span that begins before a region, seconds; 0 if there is none.
fn end_before(spans: &[Span], region: &Span) -> f64 {
    let before = &spans[..spans.partition_point(|span| span.start_s < region.start_s)];
    before.last().map_or(0.0, |span| span.end_s)
}

/// Start of the first span after a region, seconds.
fn start_after(spans: &[Span], region: &Span) -> Option<f64> {
    spans.get(spans.partition_point(|span| span.start_s <= region.start_s)).map(|span| span.start_s)
}

/// Divides a stretch into equal parts, none longer than a window.
fn parts_of(stretch: Span, window_max_s: f64) -> Vec<Span> {
    let parts = (stretch.duration_s() / window_max_s).ceil().max(1.0) as usize;
    let length_s = stretch.duration_s() / parts as f64;
    (0..parts)
        .map(|part| Span {
            start_s: stretch.start_s + length_s * part as f64,
            end_s: if part + 1 == parts {
                stretch.end_s
            } else {
                stretch.start_s + length_s * (part + 1) as f64
            },
        })
        .collect()
}

/// The signal of a window in the model's format: 16 kHz, mono, at least one second.
///
/// Shorter input makes whisper.cpp read beyond its buffer (its issue 3956), so it is padded with
/// silence.
///
/// # Errors
///
/// When the samples can't be read.
pub fn signal(
    window: &Window,
    samples: &dyn SampleReader,
    rate_hz: u32,
    resampler: &mut SpeechResampler,
) -> io::Result<Vec<f32>> {
    let mut signal = vec![0.0_f32; sample_index(window.duration_s().max(1.0), MODEL_RATE_HZ)];
    let mut recorded = Vec::new();
    for piece in &window.pieces {
        let range = sample_index(piece.call.start_s, rate_hz)..sample_index(piece.call.end_s, rate_hz);
        samples.read_f32(range, &mut recorded)?;
        let speech = resampler.resample(&recorded);
        let start = sample_index(piece.window_start_s, MODEL_RATE_HZ).min(signal.len());
        for (into, sample) in signal[start..].iter_mut().zip(speech) {
            *into = sample;
        }
    }
    Ok(signal)
}

fn sample_index(time_s: f64, rate_hz: u32) -> usize {
    (time_s * f64::from(rate_hz)).round().max(0.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(regions: &[[f64; 2]], expected: &[&[[f64; 2]]]) {
        check_beside(&[], regions, expected);
    }

    fn check_beside(others: &[[f64; 2]], regions: &[[f64; 2]], expected: &[&[[f64; 2]]]) {
        let spans = |spans: &[[f64; 2]]| -> Vec<Span> { spans.iter().copied().map(Span::from).collect() };
        let (regions, others) = (spans(regions), spans(others));
        let settings = TranscriptionSettings { padding_s: 0.1, pause_kept_s: 0.6, ..Default::default() };
        let windows = pack(&regions, &others, 100.0, &settings);
        let found: Vec<Vec<[f64; 2]>> = windows
            .iter()
            .map(|window| {
                window
                    .pieces
                    .iter()
                    .map(|piece| Span::new(piece.call.start_s, piece.call.end_s).into())
                    .collect()
            })
            .collect();
        assert_eq!(found, expected, "regions {regions:?}");
        for window in &windows {
            assert!(window.duration_s() <= settings.window_max_s + 1e-9);
        }
    }

    #[test]
    fn regions_become_windows() {
        check(&[], &[]);
        check(&[[1.0, 2.0]], &[&[[0.9, 2.1]]]);
        // A short pause stays, a long one is replaced.
        check(&[[1.0, 2.0], [2.5, 3.0]], &[&[[0.9, 3.1]]]);
        check(&[[1.0, 2.0], [5.0, 6.0]], &[&[[0.9, 2.1], [4.9, 6.1]]]);
        // Padding never reaches into the neighbour's half of the pause.
        check(&[[0.0, 20.0], [20.1, 39.0]], &[&[[0.0, 20.05]], &[[20.05, 39.1]]]);
        // Two regions that don't fit together go into two windows.
        check(&[[0.5, 20.0], [25.0, 40.0]], &[&[[0.4, 20.1]], &[[24.9, 40.1]]]);
        // A region longer than a window is divided evenly.
        check(&[[10.1, 49.9]], &[&[[10.0, 30.0]], &[[30.0, 50.0]]]);
    }

    #[test]
    fn others_on_the_channel_are_not_heard() {
        // If somebody else speaks at once there is no padding, and nothing is joined across them.
        check_beside(&[[2.0, 2.3]], &[[1.0, 2.0], [2.3, 4.0]], &[&[[0.9, 2.0], [2.3, 4.1]]]);
        // Padding takes half of the pause at most.
        check_beside(&[[2.1, 2.2]], &[[1.0, 2.0], [2.3, 4.0]], &[&[[0.9, 2.05], [2.25, 4.1]]]);
        check_beside(&[[0.0, 0.5], [7.0, 8.0]], &[[1.0, 2.0], [2.4, 4.0]], &[&[[0.9, 4.1]]]);
    }

    #[test]
    fn joints_lie_between_pieces_only() {
        let regions = [Span::new(1.0, 2.0), Span::new(5.0, 6.0)];
        let windows = pack(&regions, &[], 10.0, &TranscriptionSettings::default());
        let starts: Vec<f64> =
            windows[0].pieces.iter().map(|piece| etalon_call::round3(piece.window_start_s)).collect();
        assert_eq!(starts, [0.0, 1.4]);
    }
}
