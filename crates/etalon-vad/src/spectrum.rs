use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};
use std::f64::consts::TAU;
use std::sync::Arc;

/// Bands of the spectrum in which sound is told from noise.
pub(crate) const BANDS: usize = 16;

/// The bands' outer edges, Hz: the telephone band without the hum of the mains.
const LOWEST_HZ: f64 = 200.0;
const HIGHEST_HZ: f64 = 3_600.0;

/// Levels of the bands of one frame, dB relative to full scale.
pub(crate) type BandLevels = [f32; BANDS];

/// Short-time spectrum: windows of about 32 ms.
pub(crate) struct Spectrum {
    transform: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    edges: [usize; BANDS + 1],
    scale: f32,
    input: Vec<f32>,
    output: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    power: Vec<f32>,
}

impl Spectrum {
    pub(crate) fn new(rate_hz: f64) -> Self {
        let length = ((rate_hz * 0.032).max(64.0).log2().round()).exp2() as usize;
        let transform = RealFftPlanner::new().plan_fft_forward(length);
        let window: Vec<f32> = (0..length)
            .map(|index| (0.5 - 0.5 * (TAU * (index as f64 + 0.5) / length as f64).cos()) as f32)
            .collect();
        let energy: f64 = window.iter().map(|&value| f64::from(value) * f64::from(value)).sum();
        Self {
            edges: band_edges(rate_hz, length),
            scale: (2.0 / (length as f64 * energy)) as f32,
            input: transform.make_input_vec(),
            output: transform.make_output_vec(),
            scratch: transform.make_scratch_vec(),
            power: vec![0.0; length / 2 + 1],
            transform,
            window,
        }
    }

    /// Samples in a window.
    pub(crate) fn length(&self) -> usize {
        self.window.len()
    }

    /// The levels of the bands of one window of samples.
    pub(crate) fn band_levels(&mut self, samples: &[f32]) -> BandLevels {
        for ((value, sample), weight) in self.input.iter_mut().zip(samples).zip(&self.window) {
            *value = sample * weight;
        }
        // The lengths are the transform's own, which is the only thing that it can complain about.
        if self.transform.process_with_scratch(&mut self.input, &mut self.output, &mut self.scratch).is_err()
        {
            return [crate::SILENT_DBFS; BANDS];
        }
        for (power, value) in self.power.iter_mut().zip(&self.output) {
            *power = value.norm_sqr() * self.scale;
        }
        std::array::from_fn(|band| decibels(self.power[self.edges[band]..self.edges[band + 1]].iter().sum()))
    }
}

/// Power as dB relative to full scale, never below [`SILENT_DBFS`](crate::SILENT_DBFS).
pub(crate) fn decibels(power: f32) -> f32 {
    if power > 1e-12 { 10.0 * power.log10() } else { crate::SILENT_DBFS }
}

/// Band edges in bins, evenly spaced on the mel scale (O'Shaughnessy 1987), each band at least one bin wide.
fn band_edges(rate_hz: f64, length: usize) -> [usize; BANDS + 1] {
    let mel = |frequency_hz: f64| (1.0 + frequency_hz / 700.0).ln();
    let highest_hz = HIGHEST_HZ.min(0.47 * rate_hz);
    let (low, high) = (mel(LOWEST_HZ), mel(highest_hz));
    let mut edges = std::array::from_fn(|index| {
        let frequency_hz = 700.0 * ((low + (high - low) * index as f64 / BANDS as f64).exp() - 1.0);
        (frequency_hz * length as f64 / rate_hz).round() as usize
    });
    for index in 1..edges.len() {
        edges[index] = edges[index].max(edges[index - 1] + 1).min(length / 2 + 1);
    }
    edges
}
