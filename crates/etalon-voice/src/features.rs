//! Logarithms of the energy in Mel bands, as Kaldi computes them.
//!
//! Frames of 25 ms every 10 ms without padding; mean removed, pre-emphasis 0.97, Povey's window;
//! power spectrum of 512 points; 80 triangles, evenly spaced on the Mel scale between 20 Hz and 8
//! kHz (Povey et al. 2011, *The Kaldi speech recognition toolkit*;
//! `kaldi/src/feat/feature-fbank.cc`). Samples lie between -1 and 1. Energies are at least
//! [`f32::EPSILON`], as in `torchaudio`, with which the network was trained: the empty band of
//! telephone lines above 4 kHz is then constant.

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};
use std::f64::consts::TAU;
use std::sync::Arc;

/// Samples per second of the sound.
pub const RATE_HZ: u32 = 16_000;

/// Frames of features per second.
pub const FEATURES_PER_SECOND: usize = 100;

/// Mel bands of a frame.
pub const BANDS: usize = 80;

const FRAME_SAMPLES: usize = 400;
const HOP_SAMPLES: usize = RATE_HZ as usize / FEATURES_PER_SECOND;
const TRANSFORM_SAMPLES: usize = 512;
const PRE_EMPHASIS: f32 = 0.97;
const LOWEST_HZ: f64 = 20.0;

/// Features of a stretch of sound.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Features {
    frames: Vec<[f32; BANDS]>,
}

impl Features {
    /// Features that were computed elsewhere.
    pub fn from_frames(frames: Vec<[f32; BANDS]>) -> Self {
        Self { frames }
    }

    /// The frames in order of time.
    pub fn frames(&self) -> &[[f32; BANDS]] {
        &self.frames
    }

    /// Number of frames.
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// Whether there is no frame.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Subtracts the mean of each band, which removes the frequency response of the line.
    pub fn subtract_mean(&mut self) {
        let mean = self.mean();
        self.subtract(&mean);
    }

    /// The mean of each band; 0 without frames.
    pub fn mean(&self) -> [f32; BANDS] {
        let mut sums = [0.0_f64; BANDS];
        for frame in &self.frames {
            for (sum, value) in sums.iter_mut().zip(frame) {
                *sum += f64::from(*value);
            }
        }
        let count = self.frames.len().max(1) as f64;
        sums.map(|sum| (sum / count) as f32)
    }

    /// Subtracts a level from each band.
    pub fn subtract(&mut self, level: &[f32; BANDS]) {
        for frame in &mut self.frames {
            for (value, level) in frame.iter_mut().zip(level) {
                *value -= level;
            }
        }
    }
}

/// A triangle of the Mel scale over the lines of the spectrum.
struct Triangle {
    first_line: usize,
    weights: Vec<f32>,
}

/// Computes features; reusable for any number of stretches.
pub struct FeatureExtractor {
    window: [f32; FRAME_SAMPLES],
    triangles: Vec<Triangle>,
    transform: Arc<dyn RealToComplex<f32>>,
    input: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    power: Vec<f32>,
}

impl Default for FeatureExtractor {
    fn default() -> Self {
        let transform = RealFftPlanner::<f32>::new().plan_fft_forward(TRANSFORM_SAMPLES);
        Self {
            window: povey_window(),
            triangles: mel_triangles(),
            input: transform.make_input_vec(),
            spectrum: transform.make_output_vec(),
            scratch: transform.make_scratch_vec(),
            power: vec![0.0; TRANSFORM_SAMPLES / 2 + 1],
            transform,
        }
    }
}

impl FeatureExtractor {
    /// The features of 16 kHz sound between -1 and 1; none if it is shorter than 25 ms. Samples are
    /// clamped to full scale, and NaN counts as silence.
    pub fn features(&mut self, sound: &[f32]) -> Features {
        let last_start = sound.len().checked_sub(FRAME_SAMPLES);
        let starts = last_start.into_iter().flat_map(|last| (0..=last).step_by(HOP_SAMPLES));
        Features { frames: starts.map(|start| self.frame(&sound[start..start + FRAME_SAMPLES])).collect() }
    }

    fn frame(&mut self, samples: &[f32]) -> [f32; BANDS] {
        self.window_into_input(samples);
        let outcome =
            self.transform.process_with_scratch(&mut self.input, &mut self.spectrum, &mut self.scratch);
        debug_assert!(outcome.is_ok(), "the buffers have the sizes that the transform asked for");
        for (power, line) in self.power.iter_mut().zip(&self.spectrum) {
            *power = line.norm_sqr();
        }
        let mut bands = [0.0; BANDS];
        for (band, triangle) in bands.iter_mut().zip(&self.triangles) {
            let lines = &self.power[triangle.first_line..];
            let energy: f32 = triangle.weights.iter().zip(lines).map(|(weight, line)| weight * line).sum();
            *band = energy.max(f32::EPSILON).ln();
        }
        bands
    }

    fn window_into_input(&mut self, samples: &[f32]) {
        let finite = |sample: f32| if sample.is_nan() { 0.0 } else { sample.clamp(-1.0, 1.0) };
        let mean = samples.iter().copied().map(finite).sum::<f32>() / FRAME_SAMPLES as f32;
        self.input[FRAME_SAMPLES..].fill(0.0);
        let mut before = samples.first().copied().map_or(0.0, |first| finite(first) - mean);
        for ((target, sample), weight) in self.input.iter_mut().zip(samples).zip(&self.window) {
            let sample = finite(*sample) - mean;
            *target = (sample - PRE_EMPHASIS * before) * weight;
            before = sample;
        }
    }
}

fn povey_window() -> [f32; FRAME_SAMPLES] {
    std::array::from_fn(|place| {
        let angle = TAU * place as f64 / (FRAME_SAMPLES - 1) as f64;
        (0.5 - 0.5 * angle.cos()).powf(0.85) as f32
    })
}

fn mel(frequency_hz: f64) -> f64 {
    1127.0 * (1.0 + frequency_hz / 700.0).ln()
}

fn mel_triangles() -> Vec<Triangle> {
    let (lowest, highest) = (mel(LOWEST_HZ), mel(f64::from(RATE_HZ) / 2.0));
    let step = (highest - lowest) / (BANDS + 1) as f64;
    let line_hz = f64::from(RATE_HZ) / TRANSFORM_SAMPLES as f64;
    (0..BANDS)
        .map(|band| {
            let left = lowest + band as f64 * step;
            let weight = |line: usize| {
                let distance = (mel(line as f64 * line_hz) - left) / step;
                distance.min(2.0 - distance)
            };
            // Kaldi leaves out the line at half the sampling rate.
            let lines: Vec<usize> = (0..TRANSFORM_SAMPLES / 2).filter(|&line| weight(line) > 0.0).collect();
            Triangle {
                first_line: lines.first().copied().unwrap_or(0),
                weights: lines.iter().map(|&line| weight(line) as f32).collect(),
            }
        })
        .collect()
}
