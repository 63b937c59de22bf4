//! What the network sees of a window of samples: four short-time spectra.

use super::weights::BINS;
use crate::held::HeldSamples;
use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};
use std::f64::consts::TAU;
use std::ops::Range;
use std::sync::Arc;

/// The rate that the network was made for, Hz.
const RATE_HZ: u64 = 16_000;
/// Samples of a window at that rate.
pub(crate) const WINDOW: usize = 512;
/// Samples before the window that belong to its first spectrum, and as many of its own, mirrored,
/// to its last.
const CONTEXT: usize = 64;
/// Samples that a spectrum is made of, and from one to the next.
const LENGTH: usize = 256;
const HOP: usize = 128;
/// A window that is further off centre, share of full scale, hides a quiet voice from the network;
/// no sound of a centred channel is.
const OFF_CENTRE: f32 = 0.05;
/// Spectra of a window.
pub(crate) const SPECTRA: usize = 4;

/// Magnitudes in steps of 62.5 Hz, every 8 ms, over 16 ms. Whatever the rate of the samples, these
/// are what the network would see of the same sound at 16 kHz, where nothing is above half of the
/// rate; so no sample is ever resampled.
pub(crate) struct WindowSpectra {
    rate_hz: u32,
    bins: usize,
    transform: Arc<dyn RealToComplex<f32>>,
    weights: Vec<f32>,
    samples: Vec<f32>,
    input: Vec<f32>,
    output: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
}

impl WindowSpectra {
    pub(crate) fn new(rate_hz: u32) -> Self {
        let length = place(LENGTH, rate_hz).max(16).next_multiple_of(2);
        let transform = RealFftPlanner::new().plan_fft_forward(length);
        // The network was made for sums over 256 samples.
        let scale = LENGTH as f64 / length as f64;
        let weight = |index: usize| 0.5 - 0.5 * (TAU * index as f64 / length as f64).cos();
        Self {
            rate_hz,
            bins: bins(rate_hz),
            weights: (0..length).map(|index| (scale * weight(index)) as f32).collect(),
            samples: Vec::new(),
            input: transform.make_input_vec(),
            output: transform.make_output_vec(),
            scratch: transform.make_scratch_vec(),
            transform,
        }
    }

    /// Numbers in a spectrum.
    pub(crate) fn bins(&self) -> usize {
        self.bins
    }

    /// The samples that a window's spectra are made of.
    pub(crate) fn samples(&self, window: usize) -> Range<isize> {
        let start = place(window * WINDOW, self.rate_hz) as isize - place(CONTEXT, self.rate_hz) as isize;
        start..place((window + 1) * WINDOW, self.rate_hz) as isize
    }

    /// Writes the spectra of a window one after the other; outside of what is held there is
    /// silence.
    pub(crate) fn measure(&mut self, held: &HeldSamples, window: usize, spectra: &mut [f32]) {
        let around = self.samples(window);
        let own = (around.end - around.start) as usize;
        let needed = place((SPECTRA - 1) * HOP, self.rate_hz) + self.weights.len();
        self.samples.resize(needed.max(own), 0.0);
        held.copy_to(around.start, &mut self.samples[..own]);
        let mean = self.samples[..own].iter().sum::<f32>() / own.max(1) as f32;
        if mean.abs() > OFF_CENTRE {
            self.samples[..own].iter_mut().for_each(|sample| *sample -= mean);
        }
        for index in own..self.samples.len() {
            self.samples[index] = self.samples[(2 * (own - 1)).saturating_sub(index)];
        }
        for (number, spectrum) in spectra.chunks_exact_mut(self.bins).enumerate() {
            let start = place(number * HOP, self.rate_hz);
            let samples = &self.samples[start..start + self.weights.len()];
            for ((value, sample), weight) in self.input.iter_mut().zip(samples).zip(&self.weights) {
                *value = sample * weight;
            }
            let transformed =
                self.transform.process_with_scratch(&mut self.input, &mut self.output, &mut self.scratch);
            spectrum.fill(0.0);
            // The lengths are the transform's own, which is the only thing that it can complain
            // about.
            if transformed.is_ok() {
                for (magnitude, value) in spectrum.iter_mut().zip(&self.output) {
                    *magnitude = value.norm_sqr().sqrt();
                }
            }
        }
    }
}

/// Bins of the spectrum that there can be anything in.
fn bins(rate_hz: u32) -> usize {
    if u64::from(rate_hz) < RATE_HZ { BINS / 2 + 1 } else { BINS }
}

/// The sample at a rate that a sample at 16 kHz lies at.
fn place(sample: usize, rate_hz: u32) -> usize {
    (sample as u64 * u64::from(rate_hz) / RATE_HZ) as usize
}
