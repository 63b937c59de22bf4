//! Sums over samples in lanes: one running sum would wait for every addition, and lanes become
//! vectors.

use etalon_simd::reductions::{LANES, lanes_of_pairs};
use etalon_simd::{Backend, kernels};

/// Sum of products.
pub(super) fn dot(left: &[f32], right: &[f32]) -> f64 {
    products(Backend::in_use(), left, right)
}

kernels! {
    fn products(left: &[f32], right: &[f32]) -> f64 {
        let (lanes, rest) = lanes_of_pairs(left, right, 0.0, |sum, left, right| sum + left * right);
        total(&lanes) + f64::from(rest.map(|(left, right)| left * right).sum::<f32>())
    }
}

/// Sum of samples.
pub(super) fn sum(samples: &[f32]) -> f64 {
    let (chunks, rest) = samples.as_chunks::<LANES>();
    let mut lanes = [0.0_f32; LANES];
    for chunk in chunks {
        for lane in 0..LANES {
            lanes[lane] += chunk[lane];
        }
    }
    total(&lanes) + f64::from(rest.iter().sum::<f32>())
}

/// Mean square of the samples' distance from a centre.
pub(super) fn power(samples: &[f32], centre: f64) -> f64 {
    let centre = centre as f32;
    let (chunks, rest) = samples.as_chunks::<LANES>();
    let mut lanes = [0.0_f32; LANES];
    for chunk in chunks {
        for lane in 0..LANES {
            let distance = chunk[lane] - centre;
            lanes[lane] += distance * distance;
        }
    }
    let rest: f32 = rest.iter().map(|sample| (sample - centre) * (sample - centre)).sum();
    (total(&lanes) + f64::from(rest)) / samples.len().max(1) as f64
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "the sum must be compiled with the features of its caller")]
fn total(lanes: &[f32; LANES]) -> f64 {
    lanes.iter().map(|lane| f64::from(*lane)).sum()
}

/// The level that stands for digital silence, dBFS: below the smallest step of 16 bits.
pub(super) const SILENCE_DBFS: f64 = -120.0;

/// The level of a mean square, dB below full scale.
pub(super) fn level_dbfs(power: f64) -> f64 {
    if power > 0.0 { (10.0 * power.log10()).max(SILENCE_DBFS) } else { SILENCE_DBFS }
}
