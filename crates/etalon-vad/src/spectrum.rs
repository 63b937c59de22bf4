use etalon_simd::Backend;
use etalon_simd::reductions::highest;
use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};
use std::f64::consts::TAU;
use std::sync::Arc;

/// Bands of the spectrum in which sound is told from noise.
pub(crate) const BANDS: usize = 16;

/// The first band above 1 kHz: from here on a voice that is raised gains most.
pub(crate) const TILT_BORDER_BAND: usize = 7;

/// The bands' outer edges, Hz: the telephone band without the hum of the mains.
const LOWEST_HZ: f64 = 200.0;
const HIGHEST_HZ: f64 = 3_600.0;

/// Levels of the bands of one frame, dB relative to full scale.
pub(crate) type BandLevels = [f32; BANDS];

/// Levels of the bands in steps of half a decibel.
pub(crate) type BandSteps = [u8; BANDS];

/// Where the bins of the spectrum lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bins {
    /// The distance of two, Hz.
    pub(crate) width_hz: f64,
    /// The bin that the lowest bit of a frame's lines stands for.
    pub(crate) first_line: usize,
}

/// Lines of the spectrum above this frequency are looked at for tones, Hz: below it the first
/// harmonics of a voice are steady too.
const LOWEST_LINE_HZ: f64 = 420.0;
/// A line stands out of its surroundings by this much, dB.
const LINE_HEIGHT_DB: f32 = 6.0;
/// Bins on each side that are a line's surroundings.
const SURROUNDINGS: usize = 5;
/// Bins in which lines are looked for.
const MOST_LINES: usize = 128;
/// Bins on each side that belong to a pure tone under the window.
const TONE_WIDTH: usize = 2;

/// What one window of the spectrum shows.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct SpectrumFrame {
    /// Levels of the bands.
    pub(crate) bands: BandLevels,
    /// Level of all bands together, dB relative to full scale.
    pub(crate) level_dbfs: f32,
    /// One bit a bin from [`LOWEST_LINE_HZ`] on: whether it is a line that stands out.
    pub(crate) lines: u128,
    /// Share of the power that lies in the two strongest tones, 0 to 1.
    pub(crate) concentration: f32,
    /// The bin of the strongest tone.
    pub(crate) strongest_bin: u16,
}

/// Short-time spectrum: windows of about 32 ms.
pub(crate) struct Spectrum {
    backend: Backend,
    transform: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    edges: [usize; BANDS + 1],
    scale: f32,
    input: Vec<f32>,
    output: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    power: Vec<f32>,
    level: Vec<f32>,
    lines: std::ops::Range<usize>,
    bin_hz: f64,
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
            backend: Backend::in_use(),
            edges: band_edges(rate_hz, length),
            scale: (2.0 / (length as f64 * energy)) as f32,
            input: transform.make_input_vec(),
            output: transform.make_output_vec(),
            scratch: transform.make_scratch_vec(),
            power: vec![0.0; length / 2 + 1],
            level: vec![0.0; length / 2 + 1],
            lines: line_bins(rate_hz, length),
            bin_hz: rate_hz / length as f64,
            transform,
            window,
        }
    }

    /// Samples in a window.
    pub(crate) fn length(&self) -> usize {
        self.window.len()
    }

    /// For each band the bits that its bins have among the lines of a frame.
    pub(crate) fn band_lines(&self) -> [u128; BANDS] {
        let bit = |bin: usize| if self.lines.contains(&bin) { 1 << (bin - self.lines.start) } else { 0 };
        std::array::from_fn(|band| {
            (self.edges[band]..self.edges[band + 1]).fold(0, |bits, bin| bits | bit(bin))
        })
    }

    /// Where the bins lie.
    pub(crate) fn bins(&self) -> Bins {
        Bins { width_hz: self.bin_hz, first_line: self.lines.start }
    }

    /// Measures one window of samples.
    pub(crate) fn measure(&mut self, samples: &[f32]) -> SpectrumFrame {
        for ((value, sample), weight) in self.input.iter_mut().zip(samples).zip(&self.window) {
            *value = sample * weight;
        }
        // The lengths are the transform's own, which is the only thing that it can complain about.
        if self.transform.process_with_scratch(&mut self.input, &mut self.output, &mut self.scratch).is_err()
        {
            return SpectrumFrame::default();
        }
        describe(self.backend, self)
    }

    /// What the transform of a window shows.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the loops must be compiled with the features of their caller")]
    fn described(&mut self) -> SpectrumFrame {
        for ((power, level), value) in self.power.iter_mut().zip(&mut self.level).zip(&self.output) {
            *power = value.norm_sqr() * self.scale;
            *level = approximate_decibels(*power);
        }
        let total: f32 = self.power[self.edges[0]..self.edges[BANDS]].iter().sum();
        let (concentration, strongest_bin) = self.concentration(total);
        SpectrumFrame {
            bands: std::array::from_fn(|band| {
                decibels(self.power[self.edges[band]..self.edges[band + 1]].iter().sum())
            }),
            level_dbfs: decibels(total),
            lines: self.lines(),
            concentration,
            strongest_bin,
        }
    }

    /// The local maxima that stand out of their surroundings.
    ///
    /// The sums over the surroundings are built by doubling, without a branch: so the compiler
    /// works on many bins at once.
    #[expect(clippy::needless_bitwise_bool, reason = "a branch would keep the loop from running in lanes")]
    #[inline(always)]
    fn lines(&self) -> u128 {
        const ROOM: usize = MOST_LINES + 2 * SURROUNDINGS;
        let mut level = [0.0_f32; ROOM + 1];
        let around = &self.level[self.lines.start - SURROUNDINGS..self.lines.end + SURROUNDINGS];
        level[..around.len()].copy_from_slice(around);
        let pairs: [f32; ROOM] = std::array::from_fn(|bin| level[bin] + level[bin + 1]);
        let fours: [f32; ROOM - 2] = std::array::from_fn(|bin| pairs[bin] + pairs[bin + 2]);
        let eights: [f32; ROOM - 6] = std::array::from_fn(|bin| fours[bin] + fours[bin + 4]);
        let stands_out: [bool; MOST_LINES] = std::array::from_fn(|bin| {
            let here = level[bin + SURROUNDINGS];
            let is_peak = (here >= level[bin + SURROUNDINGS - 1]) & (here > level[bin + SURROUNDINGS + 1]);
            let sum = eights[bin] + pairs[bin + 8] + level[bin + 10];
            is_peak
                & (here * (2 * SURROUNDINGS + 1) as f32 - sum
                    > LINE_HEIGHT_DB * (2 * SURROUNDINGS + 1) as f32)
        });
        let lines = u128::from_le_bytes(std::array::from_fn(|byte| {
            /// Moves the lowest bits of eight bytes to the highest byte.
            const GATHER: u64 = 0x0102_0408_1020_4080;
            let bits = std::array::from_fn(|bit| u8::from(stands_out[8 * byte + bit]));
            (u64::from_le_bytes(bits).wrapping_mul(GATHER) >> 56) as u8
        }));
        let count = self.lines.len();
        if count < MOST_LINES { lines & ((1 << count) - 1) } else { lines }
    }

    /// The share of the telephone band's power, which is `total`, in its two strongest tones, and
    /// the bin of the strongest.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the loops must be compiled with the features of their caller")]
    fn concentration(&self, total: f32) -> (f32, u16) {
        let band = self.edges[0]..self.edges[BANDS];
        let strongest = loudest(&self.power, band.clone());
        let around =
            |bin: usize| bin.saturating_sub(TONE_WIDTH).max(band.start)..(bin + TONE_WIDTH + 1).min(band.end);
        let first = around(strongest);
        let below = loudest(&self.power, band.start..first.start);
        let above = loudest(&self.power, first.end..band.end);
        let second = if self.power[below] >= self.power[above] { below } else { above };
        let second = around(second);
        let second = if second.start < first.start {
            second.start..second.end.min(first.start)
        } else {
            second.start.max(first.end)..second.end
        };
        let power =
            |bins: std::ops::Range<usize>| self.power.get(bins).unwrap_or_default().iter().sum::<f32>();
        let share = if total > 0.0 { (power(first) + power(second)) / total } else { 0.0 };
        (share.min(1.0), strongest as u16)
    }
}

etalon_simd::kernels! {
    /// What the transform of a window shows.
    fn describe(spectrum: &mut Spectrum) -> SpectrumFrame {
        spectrum.described()
    }
}

/// The bin with the most power; the first one of an empty range.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loops must be compiled with the features of their caller")]
fn loudest(power: &[f32], bins: std::ops::Range<usize>) -> usize {
    let start = bins.start.min(power.len() - 1);
    let inside = power.get(bins).unwrap_or_default();
    let highest = highest(inside);
    start + inside.iter().position(|&power| power >= highest).unwrap_or(0)
}

/// The bins in which lines are looked for: at most 128, with room for their surroundings.
fn line_bins(rate_hz: f64, length: usize) -> std::ops::Range<usize> {
    let first = ((LOWEST_LINE_HZ * length as f64 / rate_hz) as usize).max(SURROUNDINGS);
    let last = ((HIGHEST_HZ * length as f64 / rate_hz) as usize).min(length / 2 - SURROUNDINGS);
    first..last.clamp(first, first + MOST_LINES)
}

/// [`decibels`] to within 0.1 dB, without a logarithm: exponent and mantissa are taken apart, and a
/// parabola stands for the logarithm of the mantissa.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loops must be compiled with the features of their caller")]
fn approximate_decibels(power: f32) -> f32 {
    let bits = power.max(1e-12).to_bits();
    let exponent = (bits >> 23) as f32 - 127.0;
    let mantissa = f32::from_bits((bits & 0x007F_FFFF) | 0x3F80_0000);
    let logarithm = exponent + (-1.0 / 3.0 * mantissa + 2.0) * mantissa - 5.0 / 3.0;
    logarithm * 3.010_3
}

/// Power as dB relative to full scale, never below [`SILENT_DBFS`](crate::SILENT_DBFS).
pub(crate) fn decibels(power: f32) -> f32 {
    if power > 1e-12 { 10.0 * power.log10() } else { crate::SILENT_DBFS }
}

/// Band edges in bins, evenly spaced on the mel scale (O'Shaughnessy 1987), each band at least one
/// bin wide.
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
