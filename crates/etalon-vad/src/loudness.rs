//! Loudness after ITU-R BS.1770-5 and EBU R 128, for one channel.
//!
//! The signal passes the K-weighting filter (a shelf for the head, then a high-pass), its energy is
//! collected in blocks of 100 ms, and gating blocks of 400 ms, overlapping by 75 %, are made of
//! four of them. Because the blocks of 100 ms are kept, the loudness of any part of a call (one
//! speaker, one turn) is a sum over them.

/// Blocks per second.
pub const BLOCKS_PER_SECOND: usize = 10;

/// Mean square of the K-weighted samples of 100 ms.
pub type LoudnessBlock = f32;

/// Blocks of 100 ms in a gating block (400 ms).
const GATING_BLOCKS: usize = 4;
/// Blocks of 100 ms in a short-term block (3 s).
const SHORT_TERM_BLOCKS: usize = 30;
/// Below this nothing counts, LUFS.
const ABSOLUTE_GATE_LUFS: f64 = -70.0;
/// Below the ungated loudness plus this nothing counts towards the integrated loudness, LU.
const RELATIVE_GATE_LU: f64 = -10.0;
/// Below the ungated loudness plus this nothing counts towards the loudness range, LU.
const RANGE_GATE_LU: f64 = -20.0;

/// Integrated loudness of the blocks that `counts` accepts, LUFS (EBU R 128); `None` where
/// everything is below the gate.
///
/// `counts(i)` says whether block `i` (from `i / 10` s to `(i + 1) / 10` s) belongs to the part
/// that is measured; a gating block counts when at least half of it does.
pub fn integrated_lufs(blocks: &[LoudnessBlock], counts: impl Fn(usize) -> bool) -> Option<f64> {
    let powers = gating_powers(blocks, GATING_BLOCKS, counts);
    let gated = gate(&powers, RELATIVE_GATE_LU)?;
    Some(loudness(mean(&gated)))
}

/// Loudness range of the blocks that `counts` accepts, LU (EBU Tech 3342): the distance between the
/// 10th and the 95th percentile of the gated short-term loudness; `None` where nothing is above the
/// gate.
pub fn range_lu(blocks: &[LoudnessBlock], counts: impl Fn(usize) -> bool) -> Option<f64> {
    let powers = gating_powers(blocks, SHORT_TERM_BLOCKS, counts);
    let mut gated = gate(&powers, RANGE_GATE_LU)?;
    gated.sort_by(f64::total_cmp);
    let percentile = |share: f64| loudness(gated[((gated.len() - 1) as f64 * share).round() as usize]);
    Some(percentile(0.95) - percentile(0.10))
}

fn gating_powers(blocks: &[LoudnessBlock], length: usize, counts: impl Fn(usize) -> bool) -> Vec<f64> {
    let counted: Vec<bool> = (0..blocks.len()).map(counts).collect();
    (0..(blocks.len() + 1).saturating_sub(length))
        .filter(|&start| {
            2 * counted[start..start + length].iter().filter(|&&counts| counts).count() >= length
        })
        .map(|start| {
            let power: f64 = blocks[start..start + length].iter().map(|&block| f64::from(block)).sum();
            power / length as f64
        })
        .collect()
}

/// What is left of the powers after the absolute and the relative gate; `None` if nothing.
fn gate(powers: &[f64], relative_lu: f64) -> Option<Vec<f64>> {
    let above = |gate_lufs: f64| -> Vec<f64> {
        powers.iter().copied().filter(|&power| loudness(power) >= gate_lufs).collect()
    };
    let audible = above(ABSOLUTE_GATE_LUFS);
    if audible.is_empty() {
        return None;
    }
    let gated = above((loudness(mean(&audible)) + relative_lu).max(ABSOLUTE_GATE_LUFS));
    (!gated.is_empty()).then_some(gated)
}

fn mean(powers: &[f64]) -> f64 {
    powers.iter().sum::<f64>() / powers.len() as f64
}

/// Loudness of a mean square after K-weighting, LUFS (BS.1770-5, equation 2).
fn loudness(power: f64) -> f64 {
    if power > 0.0 { -0.691 + 10.0 * power.log10() } else { f64::NEG_INFINITY }
}

/// Collects the energy of blocks of 100 ms after K-weighting.
#[derive(Debug, Clone)]
pub(crate) struct LoudnessMeter {
    shelf: Biquad,
    high_pass: Biquad,
    rate_hz: u32,
    position: usize,
    sum: f64,
    in_block: usize,
    blocks: Vec<LoudnessBlock>,
}

impl LoudnessMeter {
    pub(crate) fn new(rate_hz: u32) -> Self {
        let rate = f64::from(rate_hz);
        Self {
            shelf: Biquad::shelf(rate),
            high_pass: Biquad::high_pass(rate),
            rate_hz,
            position: 0,
            sum: 0.0,
            in_block: 0,
            blocks: Vec::new(),
        }
    }

    /// Takes the samples that follow the ones before.
    pub(crate) fn push(&mut self, samples: &[f32]) {
        let mut rest = samples;
        while !rest.is_empty() {
            let end = self.block_end();
            let (now, later) = rest.split_at(rest.len().min(end - self.position));
            for &sample in now {
                let weighted = self.high_pass.next(self.shelf.next(f64::from(sample)));
                self.sum += weighted * weighted;
            }
            self.position += now.len();
            self.in_block += now.len();
            if self.position == end {
                self.close_block();
            }
            rest = later;
        }
    }

    /// The blocks; a last incomplete one is left out.
    pub(crate) fn finish(self) -> Vec<LoudnessBlock> {
        self.blocks
    }

    fn block_end(&self) -> usize {
        let block = self.blocks.len() as u64 + 1;
        (block * u64::from(self.rate_hz)).div_ceil(BLOCKS_PER_SECOND as u64) as usize
    }

    fn close_block(&mut self) {
        self.blocks.push((self.sum / self.in_block.max(1) as f64) as f32);
        self.sum = 0.0;
        self.in_block = 0;
    }
}

/// A second-order filter in direct form I. Only one product of an output waits for the output
/// before, so this form is twice as fast as the transposed form II, whose state waits as well.
#[derive(Debug, Clone)]
struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
    /// The last input and output, and those before.
    inputs: [f64; 2],
    outputs: [f64; 2],
}

impl Biquad {
    /// The first stage of the K-weighting (BS.1770-5, table 1), for any rate by the bilinear
    /// transform of its analogue prototype.
    fn shelf(rate_hz: f64) -> Self {
        let gain_db = 3.999_843_853_973_347;
        let quality = 0.707_175_236_955_419_6;
        let k = prewarped(1_681.974_450_955_533, rate_hz);
        let high = 10_f64.powf(gain_db / 20.0);
        let band = high.powf(0.499_666_774_154_541_6);
        let a0 = 1.0 + k / quality + k * k;
        Self {
            b: [
                (high + band * k / quality + k * k) / a0,
                2.0 * (k * k - high) / a0,
                (high - band * k / quality + k * k) / a0,
            ],
            a: [2.0 * (k * k - 1.0) / a0, (1.0 - k / quality + k * k) / a0],
            inputs: [0.0; 2],
            outputs: [0.0; 2],
        }
    }

    /// The second stage of the K-weighting (BS.1770-5, table 2), likewise.
    fn high_pass(rate_hz: f64) -> Self {
        let quality = 0.500_327_037_323_877_3;
        let k = prewarped(38.135_470_876_139_82, rate_hz);
        let a0 = 1.0 + k / quality + k * k;
        Self {
            b: [1.0, -2.0, 1.0],
            a: [2.0 * (k * k - 1.0) / a0, (1.0 - k / quality + k * k) / a0],
            inputs: [0.0; 2],
            outputs: [0.0; 2],
        }
    }

    fn next(&mut self, input: f64) -> f64 {
        let of_inputs = self.b[0] * input + (self.b[1] * self.inputs[0] + self.b[2] * self.inputs[1]);
        let output = of_inputs - self.a[1] * self.outputs[1] - self.a[0] * self.outputs[0];
        self.inputs = [input, self.inputs[0]];
        self.outputs = [output, self.outputs[0]];
        output
    }
}

/// The bilinear transform's frequency, kept below the half of a low sampling rate.
fn prewarped(frequency_hz: f64, rate_hz: f64) -> f64 {
    (std::f64::consts::PI * (frequency_hz / rate_hz).min(0.49)).tan()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(rate_hz: u32, frequency_hz: f64, seconds: f64, gain: impl Fn(f64) -> f64) -> Vec<f32> {
        (0..(f64::from(rate_hz) * seconds) as usize)
            .map(|index| {
                let time_s = index as f64 / f64::from(rate_hz);
                (gain(time_s) * (std::f64::consts::TAU * frequency_hz * time_s).sin()) as f32
            })
            .collect()
    }

    fn blocks_of(rate_hz: u32, samples: &[f32]) -> Vec<LoudnessBlock> {
        let mut meter = LoudnessMeter::new(rate_hz);
        samples.chunks(777).for_each(|part| meter.push(part));
        meter.finish()
    }

    /// Loudness lies within 0.1 LU of libebur128's, the range within the 1 LU that Tech 3342 grants
    /// a meter (libebur128 takes one short-term block a second, this crate ten).
    fn check(rate_hz: u32, samples: &[f32]) {
        let mut reference = ebur128::EbuR128::new(1, rate_hz, ebur128::Mode::I | ebur128::Mode::LRA).unwrap();
        reference.add_frames_f32(samples).unwrap();
        let blocks = blocks_of(rate_hz, samples);
        let loudness = integrated_lufs(&blocks, |_| true).unwrap();
        let expected = reference.loudness_global().unwrap();
        assert!((loudness - expected).abs() < 0.1, "{rate_hz} Hz: {loudness} LUFS, libebur128 {expected}");
        let range = range_lu(&blocks, |_| true).unwrap();
        let expected = reference.loudness_range().unwrap();
        assert!((range - expected).abs() < 1.0, "{rate_hz} Hz: {range} LU, libebur128 {expected}");
    }

    #[test]
    fn loudness_equals_libebur128() {
        for rate_hz in [8_000, 11_025, 16_000, 44_100, 48_000] {
            check(rate_hz, &tone(rate_hz, 997.0, 6.0, |_| 0.1));
            check(rate_hz, &tone(rate_hz, 2_500.0, 20.0, |time_s| if time_s < 10.0 { 0.3 } else { 0.03 }));
            check(rate_hz, &tone(rate_hz, 100.0, 20.0, |time_s| 0.02 + 0.5 * (time_s * 0.7).sin().abs()));
        }
    }

    #[test]
    fn a_full_scale_sine_of_997_hz_has_minus_3_lufs() {
        let loudness =
            integrated_lufs(&blocks_of(48_000, &tone(48_000, 997.0, 2.0, |_| 1.0)), |_| true).unwrap();
        assert!((loudness + 3.01).abs() < 0.05, "{loudness}");
    }

    #[test]
    fn silence_has_no_loudness() {
        assert_eq!(integrated_lufs(&blocks_of(8_000, &vec![0.0; 80_000]), |_| true), None);
        assert_eq!(integrated_lufs(&[], |_| true), None);
        assert_eq!(range_lu(&[0.1; 10], |_| true), None);
    }
}
