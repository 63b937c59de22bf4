//! Forms for x86-64 with AVX2 and AVX-512.

#![allow(
    unsafe_code,
    reason = "intrinsics load from raw pointers, and features are known only when the program runs"
)]

use super::{CLIPPED_I16, IntegerStatistics, lanes, scalar};
use std::arch::x86_64::{
    __m128i, __m256i, __m512i, _MM_HINT_T0, _mm_add_epi64, _mm_cvtsi128_si32, _mm_cvtsi128_si64,
    _mm_max_epu16, _mm_minpos_epu16, _mm_prefetch, _mm_set1_epi16, _mm_unpackhi_epi64, _mm_xor_si128,
    _mm256_abs_epi16, _mm256_add_epi16, _mm256_add_epi64, _mm256_alignr_epi8, _mm256_and_si256,
    _mm256_castsi256_si128, _mm256_cmpeq_epi16, _mm256_extracti128_si256, _mm256_loadu_si256,
    _mm256_madd_epi16, _mm256_max_epu16, _mm256_movemask_epi8, _mm256_permute2x128_si256, _mm256_set1_epi16,
    _mm256_set1_epi64x, _mm256_setzero_si256, _mm256_srli_epi16, _mm256_srli_epi64, _mm256_storeu_si256,
    _mm256_sub_epi16, _mm256_xor_si256, _mm512_abs_epi16, _mm512_add_epi16, _mm512_add_epi64,
    _mm512_and_si512, _mm512_castsi512_si256, _mm512_cmpge_epu16_mask, _mm512_extracti64x4_epi64,
    _mm512_loadu_epi16, _mm512_madd_epi16, _mm512_mask_mov_epi16, _mm512_mask_sub_epi16,
    _mm512_maskz_loadu_epi16, _mm512_max_epu16, _mm512_movepi16_mask, _mm512_reduce_add_epi64,
    _mm512_set1_epi16, _mm512_set1_epi64, _mm512_setzero_si512, _mm512_srli_epi16, _mm512_srli_epi64,
    _mm512_xor_si512,
};

/// From so many samples on it is worth while to count in lanes, and to sum these up at the end.
const WORTH_LANES: usize = 1_024;

/// Steps after which the 16-bit counters are emptied, before they can overflow.
const STEPS_PER_BLOCK: usize = 32_000;

/// The statistics of any number of samples.
#[target_feature(enable = "avx512f,avx512bw,popcnt")]
pub(super) fn statistics_i16_avx512(samples: &[i16]) -> IntegerStatistics {
    if samples.len() < WORTH_LANES { frame_i16_avx512(samples) } else { many_i16_avx512(samples) }
}

/// The statistics of any number of samples.
#[target_feature(enable = "avx2,popcnt")]
pub(super) fn statistics_i16_avx2(samples: &[i16]) -> IntegerStatistics {
    if samples.len() < WORTH_LANES { frame_i16_avx2(samples) } else { many_i16_avx2(samples) }
}

#[target_feature(enable = "avx2")]
pub(super) fn correlate_avx2(window: &[f32], samples: &[f32], correlation: &mut [f32]) {
    lanes::correlate::<64>(window, samples, correlation);
}

#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn correlate_avx512(window: &[f32], samples: &[f32], correlation: &mut [f32]) {
    lanes::correlate::<128>(window, samples, correlation);
}

/// Adds the statistics of the samples that are too few for a step. Their first sample has been
/// compared with the one before it.
fn add_rest(sums: &mut IntegerStatistics, samples: &[i16]) {
    let rest = scalar::statistics_i16(samples);
    sums.square_sum += rest.square_sum;
    sums.peak = sums.peak.max(rest.peak);
    sums.clipped += rest.clipped;
    sums.zero_crossings += rest.zero_crossings;
}

/// The sums of the AVX-512 form, lane by lane.
#[derive(Clone, Copy)]
struct Sums512 {
    even: __m512i,
    odd: __m512i,
    peak: __m512i,
    clipped: __m512i,
    crossings: __m512i,
}

impl Sums512 {
    #[target_feature(enable = "avx512f,avx512bw")]
    fn zero() -> Self {
        let zero = _mm512_setzero_si512();
        Self { even: zero, odd: zero, peak: zero, clipped: zero, crossings: zero }
    }

    /// Adds 32 samples, each with the one that follows it.
    #[target_feature(enable = "avx512f,avx512bw")]
    fn add(&mut self, now: __m512i, next: __m512i) {
        // The sum of two squares can be 2³¹: it is read as an unsigned number.
        let squares = _mm512_madd_epi16(now, now);
        self.even = _mm512_add_epi64(self.even, _mm512_and_si512(squares, _mm512_set1_epi64(0xFFFF_FFFF)));
        self.odd = _mm512_add_epi64(self.odd, _mm512_srli_epi64::<32>(squares));
        let magnitude = _mm512_abs_epi16(now);
        self.peak = _mm512_max_epu16(self.peak, magnitude);
        let at_scale = _mm512_cmpge_epu16_mask(magnitude, _mm512_set1_epi16(CLIPPED_I16.cast_signed()));
        self.clipped = _mm512_mask_sub_epi16(self.clipped, at_scale, self.clipped, _mm512_set1_epi16(-1));
        self.crossings =
            _mm512_add_epi16(self.crossings, _mm512_srli_epi16::<15>(_mm512_xor_si512(now, next)));
    }

    /// Sums up the lanes into `sums` and begins anew.
    #[target_feature(enable = "avx512f,avx512bw")]
    fn empty_into(&mut self, sums: &mut IntegerStatistics) {
        let halves = |register: __m512i| {
            [lanes_of(_mm512_castsi512_si256(register)), lanes_of(_mm512_extracti64x4_epi64::<1>(register))]
        };
        let total =
            |register| halves(register).as_flattened().iter().map(|&lane| u32::from(lane)).sum::<u32>();
        sums.square_sum += _mm512_reduce_add_epi64(_mm512_add_epi64(self.even, self.odd)).cast_unsigned();
        sums.peak = halves(self.peak).as_flattened().iter().copied().fold(sums.peak, u16::max);
        sums.clipped += total(self.clipped);
        sums.zero_crossings += total(self.crossings);
        *self = Self::zero();
    }
}

#[target_feature(enable = "avx512f,avx512bw")]
fn many_i16_avx512(samples: &[i16]) -> IntegerStatistics {
    const WIDTH: usize = 32;
    /// Samples between the one that is added and the one that is fetched from memory: 4 KiB.
    const FETCHED_AHEAD: usize = 2_048;
    let mut sums = IntegerStatistics::default();
    let mut lanes = Sums512::zero();
    // The last sample of each step is compared with the first of the next one, so one more must be
    // there.
    let steps = samples.len().saturating_sub(1) / WIDTH;
    for block in 0..steps.div_ceil(STEPS_PER_BLOCK) {
        for step in block * STEPS_PER_BLOCK..((block + 1) * STEPS_PER_BLOCK).min(steps) {
            // SAFETY: `(step + 1) * WIDTH < samples.len()`, so WIDTH samples from here on, and
            // WIDTH from the next one on, exist.
            let (now, next) = unsafe {
                let here = samples.as_ptr().add(step * WIDTH);
                // Fetching ahead is a hint that no address can make fail; without it memory is read
                // at half its speed.
                _mm_prefetch::<_MM_HINT_T0>(here.wrapping_add(FETCHED_AHEAD).cast());
                (_mm512_loadu_epi16(here), _mm512_loadu_epi16(here.add(1)))
            };
            lanes.add(now, next);
        }
        if (block + 1) * STEPS_PER_BLOCK <= steps {
            lanes.empty_into(&mut sums);
        }
    }
    let rest = &samples[steps * WIDTH..];
    if let Some(last) = rest.len().checked_sub(1) {
        // 1 to 32 samples are left, of which all but the last have a next one; zeros add nothing.
        let all = u32::MAX >> (31 - last);
        // SAFETY: lanes outside of the mask are not read, and the mask covers the `rest.len()`
        // samples that exist.
        let now = unsafe { _mm512_maskz_loadu_epi16(all, rest.as_ptr()) };
        // SAFETY: likewise, one sample less from one sample further on; the pointer stays inside
        // `rest` or at its end.
        let next = unsafe { _mm512_maskz_loadu_epi16(all >> 1, rest.as_ptr().add(1)) };
        // The last sample is given itself as the next one, so that its sign does not change.
        lanes.add(now, _mm512_mask_mov_epi16(now, all >> 1, next));
    }
    lanes.empty_into(&mut sums);
    sums
}

#[target_feature(enable = "avx2")]
fn many_i16_avx2(samples: &[i16]) -> IntegerStatistics {
    const WIDTH: usize = 16;
    let mut sums = IntegerStatistics::default();
    let low_half = _mm256_set1_epi64x(0xFFFF_FFFF);
    let threshold = _mm256_set1_epi16(CLIPPED_I16.cast_signed());
    let mut squares_sum = _mm256_setzero_si256();
    let mut peak = _mm256_setzero_si256();
    let steps = samples.len().saturating_sub(1) / WIDTH;
    for block in 0..steps.div_ceil(STEPS_PER_BLOCK) {
        let mut clipped = _mm256_setzero_si256();
        let mut crossings = _mm256_setzero_si256();
        for step in block * STEPS_PER_BLOCK..((block + 1) * STEPS_PER_BLOCK).min(steps) {
            // SAFETY: `(step + 1) * WIDTH < samples.len()`, so WIDTH samples from here on, and
            // WIDTH from the next one on, exist.
            let (now, next) = unsafe {
                let here = samples.as_ptr().add(step * WIDTH);
                (_mm256_loadu_si256(here.cast()), _mm256_loadu_si256(here.add(1).cast()))
            };
            // The sum of two squares can be 2³¹: it is read as an unsigned number.
            let squares = _mm256_madd_epi16(now, now);
            let pairs =
                _mm256_add_epi64(_mm256_and_si256(squares, low_half), _mm256_srli_epi64::<32>(squares));
            squares_sum = _mm256_add_epi64(squares_sum, pairs);
            let magnitude = _mm256_abs_epi16(now);
            peak = _mm256_max_epu16(peak, magnitude);
            let at_scale = _mm256_cmpeq_epi16(_mm256_max_epu16(magnitude, threshold), magnitude);
            clipped = _mm256_sub_epi16(clipped, at_scale);
            let changes = _mm256_srli_epi16::<15>(_mm256_xor_si256(now, next));
            crossings = _mm256_add_epi16(crossings, changes);
        }
        sums.clipped += lanes_of(clipped).iter().map(|&count| u32::from(count)).sum::<u32>();
        sums.zero_crossings += lanes_of(crossings).iter().map(|&count| u32::from(count)).sum::<u32>();
    }
    sums.square_sum = sum(squares_sum);
    sums.peak = highest(peak);
    add_rest(&mut sums, &samples[steps * WIDTH..]);
    sums
}

#[target_feature(enable = "avx512f,avx512bw,popcnt")]
pub(super) fn frames_i16_avx512(samples: &[i16], frame_length: usize, frames: &mut Vec<IntegerStatistics>) {
    for frame in samples.chunks(frame_length) {
        frames.push(frame_i16_avx512(frame));
    }
}

/// The statistics of a few samples: what is counted is counted in masks, so that little is left to
/// sum up at the end.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,popcnt")]
fn frame_i16_avx512(samples: &[i16]) -> IntegerStatistics {
    const WIDTH: usize = 32;
    let zero = _mm512_setzero_si512();
    let low_half = _mm512_set1_epi64(0xFFFF_FFFF);
    let threshold = _mm512_set1_epi16(CLIPPED_I16.cast_signed());
    let (mut even, mut odd, mut peak) = (zero, zero, zero);
    let (mut clipped, mut zero_crossings) = (0, 0);
    for start in (0..samples.len()).step_by(WIDTH) {
        let count = (samples.len() - start).min(WIDTH);
        let all = u32::MAX >> (WIDTH - count);
        // The last sample of a frame has no next one.
        let has_next = if start + count < samples.len() { all } else { all >> 1 };
        // SAFETY: lanes outside of a mask are not read; that of the first covers `count` samples
        // from `start` on, all of which exist, and that of the second those of them that have a
        // next one, which exists too.
        let (now, next) = unsafe {
            let here = samples.as_ptr().add(start);
            (_mm512_maskz_loadu_epi16(all, here), _mm512_maskz_loadu_epi16(has_next, here.wrapping_add(1)))
        };
        // The sum of two squares can be 2³¹: it is read as an unsigned number.
        let squares = _mm512_madd_epi16(now, now);
        even = _mm512_add_epi64(even, _mm512_and_si512(squares, low_half));
        odd = _mm512_add_epi64(odd, _mm512_srli_epi64::<32>(squares));
        let magnitude = _mm512_abs_epi16(now);
        peak = _mm512_max_epu16(peak, magnitude);
        clipped += _mm512_cmpge_epu16_mask(magnitude, threshold).count_ones();
        zero_crossings += (_mm512_movepi16_mask(_mm512_xor_si512(now, next)) & has_next).count_ones();
    }
    let halves = _mm256_max_epu16(_mm512_castsi512_si256(peak), _mm512_extracti64x4_epi64::<1>(peak));
    IntegerStatistics {
        square_sum: _mm512_reduce_add_epi64(_mm512_add_epi64(even, odd)).cast_unsigned(),
        peak: highest(halves),
        clipped,
        zero_crossings,
    }
}

#[target_feature(enable = "avx2,popcnt")]
pub(super) fn frames_i16_avx2(samples: &[i16], frame_length: usize, frames: &mut Vec<IntegerStatistics>) {
    for frame in samples.chunks(frame_length) {
        frames.push(frame_i16_avx2(frame));
    }
}

/// The statistics of a few samples: what is counted is counted in masks, so that little is left to
/// sum up at the end.
#[inline]
#[target_feature(enable = "avx2,popcnt")]
fn frame_i16_avx2(samples: &[i16]) -> IntegerStatistics {
    const WIDTH: usize = 16;
    /// Of the two bits that a sample has in a mask of bytes, the one that holds its sign.
    const SIGNS: u32 = 0xAAAA_AAAA;
    let low_half = _mm256_set1_epi64x(0xFFFF_FFFF);
    let threshold = _mm256_set1_epi16(CLIPPED_I16.cast_signed());
    let (mut squares_sum, mut peak) = (_mm256_setzero_si256(), _mm256_setzero_si256());
    let (mut clipped_twice, mut zero_crossings) = (0, 0);
    let (whole, rest) = samples.as_chunks::<WIDTH>();
    for (index, block) in whole.iter().enumerate() {
        // SAFETY: a block has the size of the register.
        let now = unsafe { _mm256_loadu_si256(block.as_ptr().cast()) };
        // Each sample is moved to the place of the one before it; the last one's next is the first
        // of the next block.
        let upper = _mm256_permute2x128_si256::<0x81>(now, now);
        let changes = _mm256_xor_si256(now, _mm256_alignr_epi8::<2>(upper, now));
        let inside = _mm256_movemask_epi8(changes).cast_unsigned() & SIGNS & (u32::MAX >> 2);
        let next = samples.get((index + 1) * WIDTH).copied().unwrap_or(block[WIDTH - 1]);
        zero_crossings += inside.count_ones() + u32::from((block[WIDTH - 1] ^ next) < 0);
        // The sum of two squares can be 2³¹: it is read as an unsigned number.
        let squares = _mm256_madd_epi16(now, now);
        let pairs = _mm256_add_epi64(_mm256_and_si256(squares, low_half), _mm256_srli_epi64::<32>(squares));
        squares_sum = _mm256_add_epi64(squares_sum, pairs);
        let magnitude = _mm256_abs_epi16(now);
        peak = _mm256_max_epu16(peak, magnitude);
        let at_scale = _mm256_cmpeq_epi16(_mm256_max_epu16(magnitude, threshold), magnitude);
        clipped_twice += _mm256_movemask_epi8(at_scale).count_ones();
    }
    let mut sums = IntegerStatistics {
        square_sum: sum(squares_sum),
        peak: highest(peak),
        clipped: clipped_twice / 2,
        zero_crossings,
    };
    add_rest(&mut sums, rest);
    sums
}

/// The sum of four numbers.
#[inline]
#[target_feature(enable = "avx2")]
fn sum(register: __m256i) -> u64 {
    let halves = _mm_add_epi64(_mm256_castsi256_si128(register), _mm256_extracti128_si256::<1>(register));
    _mm_cvtsi128_si64(_mm_add_epi64(halves, _mm_unpackhi_epi64(halves, halves))).cast_unsigned()
}

/// The highest of sixteen numbers without a sign. The processor finds the lowest of eight; that of
/// the complements is the complement of the highest.
#[inline]
#[target_feature(enable = "avx2")]
fn highest(register: __m256i) -> u16 {
    let halves: __m128i =
        _mm_max_epu16(_mm256_castsi256_si128(register), _mm256_extracti128_si256::<1>(register));
    let lowest = _mm_minpos_epu16(_mm_xor_si128(halves, _mm_set1_epi16(-1)));
    !(_mm_cvtsi128_si32(lowest) as u16)
}

#[target_feature(enable = "avx2")]
fn lanes_of(register: __m256i) -> [u16; 16] {
    let mut lanes = [0_u16; 16];
    // SAFETY: `lanes` has the size of the register.
    unsafe { _mm256_storeu_si256(lanes.as_mut_ptr().cast(), register) };
    lanes
}
