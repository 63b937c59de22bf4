//! Sums over samples in lanes: one running sum would wait for every addition, and lanes become vectors.
//!
//! The loops that take longest are compiled for newer processors too. Each lane is summed in the
//! order of the samples however wide a register is, so the result is the same on every processor.

#![expect(unsafe_code, reason = "a function for newer processors may only be called after asking for them")]

const LANES: usize = 16;

/// Defines a function whose body is compiled for AVX2 and AVX-512 too. It runs the widest form that
/// the processor has.
macro_rules! for_each_width {
    (
        $(#[$doc:meta])*
        $visibility:vis fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty $body:block
    ) => {
        $(#[$doc])*
        $visibility fn $name($($argument: $type),*) -> $result {
            #[inline(always)]
            fn anywhere($($argument: $type),*) -> $result $body
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                fn avx2($($argument: $type),*) -> $result {
                    anywhere($($argument),*)
                }
                #[target_feature(enable = "avx512f")]
                fn avx512($($argument: $type),*) -> $result {
                    anywhere($($argument),*)
                }
                if std::arch::is_x86_feature_detected!("avx512f") {
                    // SAFETY: the processor was just asked for the features of this function.
                    return unsafe { avx512($($argument),*) };
                }
                if std::arch::is_x86_feature_detected!("avx2") {
                    // SAFETY: the processor was just asked for the features of this function.
                    return unsafe { avx2($($argument),*) };
                }
            }
            anywhere($($argument),*)
        }
    };
}
pub(super) use for_each_width;

for_each_width! {
    /// Sum of products.
    pub(super) fn dot(left: &[f32], right: &[f32]) -> f64 {
        let (left_lanes, left_rest) = left.as_chunks::<LANES>();
        let (right_lanes, right_rest) = right.as_chunks::<LANES>();
        let mut lanes = [0.0_f32; LANES];
        for (left, right) in left_lanes.iter().zip(right_lanes) {
            for lane in 0..LANES {
                lanes[lane] += left[lane] * right[lane];
            }
        }
        let rest: f32 = left_rest.iter().zip(right_rest).map(|(left, right)| left * right).sum();
        total(&lanes) + f64::from(rest)
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

#[inline]
fn total(lanes: &[f32; LANES]) -> f64 {
    lanes.iter().map(|lane| f64::from(*lane)).sum()
}
