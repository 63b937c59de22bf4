//! A small network that hears whether sound is a voice: Silero's speech detector, version 6.2.
//!
//! Windows of 32 ms become four short-time spectra; four convolutions make 128 numbers of these, a
//! recurrent layer with long short-term memory keeps what was heard before, and the last layer says
//! how likely it is that somebody speaks. `models/README.md` says where the weights come from.

mod loops;
mod spectrum;
mod weights;
#[cfg(target_arch = "x86_64")]
mod x86;

use crate::held::HeldSamples;
use etalon_simd::Backend;
use spectrum::{SPECTRA, WindowSpectra};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
pub(crate) use weights::embedded as embedded_weights;
use weights::{Layer, STATE, Weights};

/// Windows that are worked on at once: those of a chunk of frames.
pub(crate) const WINDOWS_AT_ONCE: usize = 32;

/// The network at work on one channel.
pub(crate) struct SpeechNetwork {
    backend: Backend,
    weights: Arc<Weights>,
    spectra: WindowSpectra,
    cell: [f32; STATE],
    state: [f32; STATE],
    layers: Layers,
}

/// What the layers make of some windows.
#[derive(Default)]
struct Layers {
    /// The spectra of each window.
    spectra: Vec<f32>,
    /// What a convolution makes of the beginning and of the end of each window.
    edges: [Vec<f32>; 2],
    /// What the first one makes of the frames between them.
    middle: Vec<f32>,
    first: Vec<f32>,
    second: Vec<f32>,
    third: Vec<f32>,
    fourth: Vec<f32>,
    gates: Vec<f32>,
}

impl SpeechNetwork {
    pub(crate) fn new(rate_hz: u32) -> Self {
        let spectra = WindowSpectra::new(rate_hz);
        Self {
            backend: Backend::in_use(),
            weights: shared_weights(spectra.bins()),
            spectra,
            cell: [0.0; STATE],
            state: [0.0; STATE],
            layers: Layers::default(),
        }
    }

    /// The samples that a window needs.
    pub(crate) fn samples(&self, window: usize) -> Range<isize> {
        self.spectra.samples(window)
    }

    /// Forgets what was heard so far: the next window begins a stretch of sound.
    pub(crate) fn forget(&mut self) {
        self.cell = [0.0; STATE];
        self.state = [0.0; STATE];
    }

    /// Adds for each of the windows, at most [`WINDOWS_AT_ONCE`], which follow those heard before,
    /// how likely it is that somebody speaks in it, 0 to 1.
    pub(crate) fn hear(&mut self, held: &HeldSamples, windows: Range<usize>, likelihoods: &mut Vec<f32>) {
        self.look_at(held, windows);
        for gates in self.layers.gates.chunks_exact_mut(4 * STATE) {
            loops::add_product(self.backend, &self.weights.state.panels, &self.state, gates);
            loops::remember(self.backend, gates, &mut self.cell, &mut self.state);
            likelihoods.push(likelihood(&self.weights, &self.state));
        }
    }

    /// What goes into the recurrent layer for each window. Where a convolution would look beyond
    /// the window, at nothing, its taps are left out.
    fn look_at(&mut self, held: &HeldSamples, windows: Range<usize>) {
        let Self { backend, weights, spectra, layers, .. } = self;
        let (count, bins) = (windows.len(), spectra.bins());
        layers.spectra.resize(count * SPECTRA * bins, 0.0);
        for (window, target) in windows.zip(layers.spectra.chunks_exact_mut(SPECTRA * bins)) {
            spectra.measure(held, window, target);
        }
        let run =
            |layer: &Layer, taken: Range<usize>, input: &[f32], starts: &[usize], result: &mut Vec<f32>| {
                result.resize(starts.len() * layer.columns(), 0.0);
                loops::multiply(*backend, layer, taken, input, starts, result);
            };
        // The places of some rows of every window, of which each has so much room.
        let starts = |rows: &[usize], room: usize| -> Vec<usize> {
            (0..count).flat_map(|window| rows.iter().map(move |row| window * room + row)).collect()
        };
        let [first, second, third, fourth] = &weights.convolutions;
        let room = SPECTRA * bins;
        run(first, bins..first.rows, &layers.spectra, &starts(&[0], room), &mut layers.edges[0]);
        run(first, 0..first.rows, &layers.spectra, &starts(&[0, bins], room), &mut layers.middle);
        run(first, 0..first.rows - bins, &layers.spectra, &starts(&[2 * bins], room), &mut layers.edges[1]);
        layers.join_frames(first.columns());
        let (width, room) = (first.columns(), SPECTRA * first.columns());
        run(second, width..second.rows, &layers.first, &starts(&[0], room), &mut layers.edges[0]);
        run(second, 0..second.rows, &layers.first, &starts(&[width], room), &mut layers.edges[1]);
        layers.second.clear();
        let [before, after] = layers.edges.each_ref().map(|edge| edge.chunks_exact(second.columns()));
        for (before, after) in before.zip(after) {
            layers.second.extend(before.iter().chain(after).map(|&value| rectified(value)));
        }
        run(third, 0..third.rows, &layers.second, &starts(&[0], 2 * second.columns()), &mut layers.third);
        layers.third.iter_mut().for_each(|value| *value = rectified(*value));
        run(fourth, 0..fourth.rows, &layers.third, &starts(&[0], third.columns()), &mut layers.fourth);
        layers.fourth.iter_mut().for_each(|value| *value = rectified(*value));
        let input = &weights.input;
        run(input, 0..input.rows, &layers.fourth, &starts(&[0], fourth.columns()), &mut layers.gates);
    }
}

impl Layers {
    /// Puts the four frames of each window that the first convolution makes beside each other.
    fn join_frames(&mut self, width: usize) {
        self.first.clear();
        let [before, after] = self.edges.each_ref().map(|edge| edge.chunks_exact(width));
        for ((before, middle), after) in before.zip(self.middle.chunks_exact(2 * width)).zip(after) {
            let frames = before.iter().chain(middle).chain(after);
            self.first.extend(frames.map(|&value| rectified(value)));
        }
    }
}

/// The last layer.
fn likelihood(weights: &Weights, state: &[f32; STATE]) -> f32 {
    let mut lanes = [0.0_f32; 16];
    for (state, weights) in state.chunks_exact(lanes.len()).zip(weights.last.chunks_exact(lanes.len())) {
        for ((lane, &value), weight) in lanes.iter_mut().zip(state).zip(weights) {
            *lane += rectified(value) * weight;
        }
    }
    loops::sigmoid(lanes.iter().sum::<f32>() + weights.last_bias)
}

fn rectified(value: f32) -> f32 {
    if value > 0.0 { value } else { 0.0 }
}

/// The weights for a spectrum of so many bins, which all channels share while one of them needs
/// them.
fn shared_weights(bins: usize) -> Arc<Weights> {
    static SHARED: Mutex<Vec<(usize, Arc<Weights>)>> = Mutex::new(Vec::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    let known = shared.iter().find(|(known, _)| *known == bins).map(|(_, weights)| weights.clone());
    known.unwrap_or_else(|| {
        let weights = Arc::new(Weights::embedded(bins));
        shared.push((bins, weights.clone()));
        weights
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ChannelSamples;

    /// The signal of `scripts/models/activity.py --check`.
    fn golden_signal(rate_hz: u32) -> Vec<f32> {
        use std::f64::consts::{PI, TAU};
        let rate = f64::from(rate_hz);
        let (mut first, mut second, mut phase, mut noise) = (0.0, 0.0, 0.0, 1_u32);
        let (radius, angle) = ((-PI * 150.0 / rate).exp(), TAU * 700.0 / rate);
        (0..3 * rate_hz)
            .map(|index| {
                let time_s = f64::from(index) / rate;
                phase += (140.0 + 40.0 * (time_s * 7.0).sin()) / rate;
                let pulses = phase >= 1.0 && time_s % 1.0 < 0.7 && time_s * 5.0 % 1.0 < 0.8;
                let pulse = if pulses { 0.3 } else { 0.0 };
                phase %= 1.0;
                let now = 2.0 * radius * angle.cos() * first - radius * radius * second + pulse;
                (second, first) = (first, now);
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (0.1 * now + 0.001 * (f64::from(noise >> 16) / 32_768.0 - 1.0)) as f32
            })
            .collect()
    }

    fn heard(signal: &[f32], rate_hz: u32, windows_at_once: usize) -> Vec<f32> {
        let mut held = HeldSamples::default();
        held.append(ChannelSamples::F32(signal));
        let mut network = SpeechNetwork::new(rate_hz);
        let windows = signal.len() * 1_000 / 32 / rate_hz as usize;
        let mut likelihoods = Vec::new();
        for start in (0..windows).step_by(windows_at_once) {
            network.hear(&held, start..(start + windows_at_once).min(windows), &mut likelihoods);
        }
        likelihoods
    }

    /// What the published network says to the signal at 16 kHz, `scripts/dev models activity
    /// --check`.
    const SAID: [f32; 93] = [
        0.3456, 0.1510, 0.0470, 0.0257, 0.0188, 0.0332, 0.3403, 0.0352, 0.0111, 0.0085, 0.0087, 0.0134,
        0.0681, 0.0071, 0.0043, 0.0023, 0.0024, 0.0142, 0.0310, 0.0098, 0.0165, 0.0226, 0.0173, 0.0189,
        0.0115, 0.0070, 0.0063, 0.0061, 0.0051, 0.0045, 0.0038, 0.0775, 0.0115, 0.0079, 0.0037, 0.0027,
        0.0045, 0.0277, 0.0043, 0.0040, 0.0014, 0.0016, 0.0054, 0.0090, 0.0036, 0.0047, 0.0041, 0.0059,
        0.0044, 0.0026, 0.1193, 0.1035, 0.0516, 0.0182, 0.0136, 0.0051, 0.0049, 0.0046, 0.0050, 0.0046,
        0.0043, 0.0045, 0.0597, 0.0094, 0.0061, 0.0024, 0.0025, 0.0081, 0.0194, 0.0056, 0.0025, 0.0012,
        0.0013, 0.0023, 0.0018, 0.0704, 0.0409, 0.0438, 0.0347, 0.0103, 0.0042, 0.0069, 0.0019, 0.0030,
        0.0042, 0.0045, 0.0046, 0.0028, 0.0015, 0.0018, 0.0017, 0.0019, 0.0020,
    ];

    #[test]
    fn it_says_what_the_published_network_says() {
        let found = heard(&golden_signal(16_000), 16_000, WINDOWS_AT_ONCE);
        assert_eq!(found.len(), SAID.len());
        for (window, (found, said)) in found.iter().zip(SAID).enumerate() {
            assert!((found - said).abs() < 0.003, "window {window}: {found} instead of {said}");
        }
    }

    #[test]
    fn how_many_windows_come_at_once_does_not_matter() {
        let signal = golden_signal(8_000);
        let bits = |values: Vec<f32>| values.into_iter().map(f32::to_bits).collect::<Vec<_>>();
        let expected = bits(heard(&signal, 8_000, 1));
        for at_once in [2, 5, WINDOWS_AT_ONCE] {
            assert_eq!(bits(heard(&signal, 8_000, at_once)), expected);
        }
    }
}
