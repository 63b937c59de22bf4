use realfft::num_complex::Complex32;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use std::f32::consts::TAU;
use std::ops::Range;
use std::sync::Arc;

/// Frames are so long that the multiples of hum lie in frequencies of their own, seconds.
const FRAME_S: f64 = 0.128;
/// Where telephones carry speech, hertz.
const BAND_HZ: [f64; 2] = [300.0, 3_400.0];
/// A frequency that keeps its power for so many steps of half a frame (0.8 s) is a tone or noise:
/// no voice does.
const STEADY_STEPS: usize = 13;
/// A frequency is heard when it has so much more power than what is steady there (12 dB).
const ABOVE_STEADY: f32 = 16.0;

/// The channels in the band of speech, without hum, tones, noise and offset: only those frequencies
/// are kept, and only while, that stand out of what is steady on one of the channels. All channels
/// keep the same ones, so that what they have in common stays so. None where there are no samples,
/// and at a rate at which nothing of the band is left.
pub(super) fn unsteady(channels: &[&[f32]], rate_hz: u32) -> Option<Vec<Vec<f32>>> {
    let frames = Frames::new(rate_hz)?;
    let spectra: Vec<Vec<Complex32>> = channels.iter().map(|samples| frames.spectra(samples)).collect();
    let bins = frames.band.len();
    let samples = channels.iter().map(|samples| samples.len()).min()?;
    let length = spectra.iter().map(Vec::len).min().filter(|length| *length > 0)?;
    let mut is_kept = vec![false; length];
    for spectrum in &spectra {
        let powers: Vec<f32> = spectrum[..length].iter().map(Complex32::norm_sqr).collect();
        let steady = steady(&powers, bins);
        for ((is_kept, power), steady) in is_kept.iter_mut().zip(&powers).zip(&steady) {
            *is_kept |= *power > ABOVE_STEADY * steady;
        }
    }
    let sound = |spectrum: &Vec<Complex32>| {
        let mut sound = frames.sound(&spectrum[..length], &is_kept);
        sound.truncate(samples);
        sound
    };
    Some(spectra.iter().map(sound).collect())
}

/// Half overlapping frames under a window whose overlaps add up to 1.
struct Frames {
    length: usize,
    window: Vec<f32>,
    band: Range<usize>,
    forward: Arc<dyn RealToComplex<f32>>,
    backward: Arc<dyn ComplexToReal<f32>>,
}

impl Frames {
    /// None for a rate at which nothing of the band is left.
    fn new(rate_hz: u32) -> Option<Self> {
        let length = 2 * (f64::from(rate_hz) * FRAME_S / 2.0).round() as usize;
        let [first, last] = BAND_HZ.map(|hertz| (hertz * FRAME_S).round() as usize);
        let band = first..(last + 1).min(length / 2);
        if band.is_empty() {
            return None;
        }
        let window =
            (0..length).map(|index| 0.5 - 0.5 * (TAU * index as f32 / length as f32).cos()).collect();
        let mut planner = RealFftPlanner::new();
        let (forward, backward) = (planner.plan_fft_forward(length), planner.plan_fft_inverse(length));
        Some(Self { length, window, band, forward, backward })
    }

    /// The band of every frame, one after the other.
    fn spectra(&self, samples: &[f32]) -> Vec<Complex32> {
        let mut frame = self.forward.make_input_vec();
        let mut spectrum = self.forward.make_output_vec();
        let mut spectra = Vec::new();
        for start in (0..samples.len()).step_by(self.length / 2) {
            let heard = samples[start..].iter().chain(std::iter::repeat(&0.0));
            for ((value, sample), weight) in frame.iter_mut().zip(heard).zip(&self.window) {
                *value = sample * weight;
            }
            if self.forward.process(&mut frame, &mut spectrum).is_ok() {
                spectra.extend_from_slice(&spectrum[self.band.clone()]);
            }
        }
        spectra
    }

    /// The sound of what is kept of the bands.
    fn sound(&self, spectra: &[Complex32], is_kept: &[bool]) -> Vec<f32> {
        let (bins, step) = (self.band.len(), self.length / 2);
        let mut spectrum = self.backward.make_input_vec();
        let mut frame = self.backward.make_output_vec();
        let mut sound = vec![0.0; (spectra.len() / bins + 1) * step];
        for (number, (band, is_kept)) in spectra.chunks(bins).zip(is_kept.chunks(bins)).enumerate() {
            spectrum.fill(Complex32::default());
            for ((value, heard), is_kept) in spectrum[self.band.clone()].iter_mut().zip(band).zip(is_kept) {
                *value = if *is_kept { *heard / self.length as f32 } else { Complex32::default() };
            }
            if self.backward.process(&mut spectrum, &mut frame).is_ok() {
                let place = &mut sound[number * step..];
                place.iter_mut().zip(&frame).for_each(|(value, sample)| *value += sample);
            }
        }
        sound
    }
}

/// The power that every frequency keeps for [`STEADY_STEPS`] around every frame: the smoothed
/// powers after a morphological opening, the lowest of so many frames and then the highest of
/// these. Every frame has `bins` frequencies.
fn steady(powers: &[f32], bins: usize) -> Vec<f32> {
    let frames = powers.len() / bins;
    let width = STEADY_STEPS.min(frames);
    let smooth = over_frames(
        powers,
        bins,
        frames,
        |frame| frame.saturating_sub(1)..(frame + 2).min(frames),
        |sum, power| sum + power / 3.0,
        0.0,
    );
    let lowest =
        over_frames(&smooth, bins, frames + 1 - width, |frame| frame..frame + width, f32::min, f32::MAX);
    over_frames(
        &lowest,
        bins,
        frames,
        |frame| (frame + 1).saturating_sub(width)..(frame + 1).min(frames + 1 - width),
        f32::max,
        0.0,
    )
}

/// For every frequency of each of so many frames, what `join` makes of the powers that it has in
/// the frames around, beginning with `first`.
fn over_frames(
    powers: &[f32],
    bins: usize,
    frames: usize,
    around: impl Fn(usize) -> Range<usize>,
    join: impl Fn(f32, f32) -> f32,
    first: f32,
) -> Vec<f32> {
    let mut joined = vec![first; frames * bins];
    for (frame, target) in joined.chunks_mut(bins).enumerate() {
        for other in around(frame) {
            let others = &powers[other * bins..(other + 1) * bins];
            target.iter_mut().zip(others).for_each(|(value, power)| *value = join(*value, *power));
        }
    }
    joined
}
