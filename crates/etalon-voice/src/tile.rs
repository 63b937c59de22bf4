//! The inner loop of every convolution: a tile of 8 rows and 32 columns of the result, in whole numbers.
//!
//! What layers find is not negative and is stored as bytes, four channels to a word; weights are signed bytes. Their products
//! are added as 32-bit numbers, which is exact, so all forms agree to the last bit and the choice never shows in a result.
//! `ETALON_SIMD` forces a form (see `etalon-simd`).

use etalon_simd::Form;

/// Rows of a tile.
pub(crate) const ROWS: usize = 8;

/// Columns of a tile.
pub(crate) const LANES: usize = 32;

/// Channels in a word.
pub(crate) const WORD_CHANNELS: usize = 4;

/// A part of the result.
pub(crate) type Tile = [[i32; LANES]; ROWS];

/// A form of the loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    /// Whatever the target has.
    Scalar,
    /// 256-bit registers of x86-64.
    Avx2,
    /// 512-bit registers of x86-64 with the instructions for products of bytes.
    Avx512,
}

impl Form for Backend {
    const ALL: &'static [Self] = &[Self::Scalar, Self::Avx2, Self::Avx512];

    fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }

    fn is_available(self) -> bool {
        match self {
            Self::Scalar => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni"),
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx2 | Self::Avx512 => false,
        }
    }
}

/// The sums over all places of the products of `weights[place][row]`, four signed bytes, with
/// `values[offsets[place] + lane]`, four unsigned ones.
///
/// # Panics
///
/// When an offset leaves no room for 32 words.
#[inline]
#[cfg_attr(target_arch = "x86_64", expect(unsafe_code, reason = "kernels for what the processor has"))]
pub(crate) fn multiply(backend: Backend, weights: &[[i32; ROWS]], values: &[u32], offsets: &Offsets) -> Tile {
    assert!(weights.len() == offsets.places.len() && offsets.reach <= values.len());
    match backend {
        // SAFETY: AVX2 was found on this processor, and all places have room.
        #[cfg(target_arch = "x86_64")]
        Backend::Avx2 if backend.is_available() => unsafe { x86::avx2(weights, values, &offsets.places) },
        // SAFETY: AVX-512 VNNI was found on this processor, and all places have room.
        #[cfg(target_arch = "x86_64")]
        Backend::Avx512 if backend.is_available() => unsafe { x86::avx512(weights, values, &offsets.places) },
        _ => scalar(weights, values, &offsets.places),
    }
}

/// Where each factor of a sum begins in a signal.
#[derive(Debug, Default)]
pub(crate) struct Offsets {
    places: Vec<usize>,
    /// Words that a signal must have so that a tile fits at each place.
    reach: usize,
}

impl Offsets {
    pub(crate) fn set(&mut self, places: impl Iterator<Item = usize>) {
        self.places.clear();
        self.places.extend(places);
        self.reach = self.places.iter().max().map_or(0, |farthest| farthest + LANES);
    }
}

fn scalar(weights: &[[i32; ROWS]], values: &[u32], offsets: &[usize]) -> Tile {
    let mut tile = [[0_i32; LANES]; ROWS];
    for (weights, &offset) in weights.iter().zip(offsets) {
        let values = &values[offset..offset + LANES];
        for (sums, weight) in tile.iter_mut().zip(weights) {
            let weight = weight.to_le_bytes().map(|byte| i32::from(i8::from_le_bytes([byte])));
            for (sum, value) in sums.iter_mut().zip(values) {
                let value = value.to_le_bytes().map(i32::from);
                *sum += weight.iter().zip(value).map(|(weight, value)| weight * value).sum::<i32>();
            }
        }
    }
    tile
}

#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "kernels for what the processor has")]
mod x86 {
    use super::{LANES, ROWS, Tile};
    use std::arch::x86_64::{
        __m256i, __m512i, _mm_cvtepi8_epi16, _mm_cvtsi32_si128, _mm_loadu_si128, _mm256_add_epi32,
        _mm256_broadcastq_epi64, _mm256_cvtepu8_epi16, _mm256_hadd_epi32, _mm256_madd_epi16,
        _mm256_permute4x64_epi64, _mm256_setzero_si256, _mm256_storeu_si256, _mm512_dpbusd_epi32,
        _mm512_loadu_si512, _mm512_set1_epi32, _mm512_setzero_si512, _mm512_storeu_si512,
    };

    /// Two registers hold the sums of a row.
    ///
    /// # Safety
    ///
    /// Each offset leaves room for 32 words of the values.
    #[target_feature(enable = "avx512f,avx512vnni")]
    pub(super) unsafe fn avx512(weights: &[[i32; ROWS]], values: &[u32], offsets: &[usize]) -> Tile {
        let mut sums: [[__m512i; 2]; ROWS] = [[_mm512_setzero_si512(); 2]; ROWS];
        for (weights, &offset) in weights.iter().zip(offsets) {
            // SAFETY: 32 words lie behind the offset.
            let values = unsafe {
                let place = values.as_ptr().add(offset);
                [_mm512_loadu_si512(place.cast()), _mm512_loadu_si512(place.add(16).cast())]
            };
            for (sums, &weight) in sums.iter_mut().zip(weights) {
                let weight = _mm512_set1_epi32(weight);
                sums[0] = _mm512_dpbusd_epi32(sums[0], values[0], weight);
                sums[1] = _mm512_dpbusd_epi32(sums[1], values[1], weight);
            }
        }
        let mut tile = [[0; LANES]; ROWS];
        for (row, sums) in tile.iter_mut().zip(sums) {
            // SAFETY: a row holds 32 sums.
            unsafe {
                _mm512_storeu_si512(row.as_mut_ptr().cast(), sums[0]);
                _mm512_storeu_si512(row.as_mut_ptr().add(16).cast(), sums[1]);
            }
        }
        tile
    }

    /// Words that the sums of eight rows can be kept for in sixteen registers.
    const WORDS: usize = 4;

    /// Bytes are widened to sixteen bits, so that no product saturates; a register then holds four words with two partial sums each.
    ///
    /// # Safety
    ///
    /// Each offset leaves room for 32 words of the values.
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn avx2(weights: &[[i32; ROWS]], values: &[u32], offsets: &[usize]) -> Tile {
        let mut tile = [[0; LANES]; ROWS];
        for first in (0..LANES).step_by(2 * WORDS) {
            for half in 0..2 {
                let mut sums: [[__m256i; 2]; ROWS / 2] = [[_mm256_setzero_si256(); 2]; ROWS / 2];
                for (weights, &offset) in weights.iter().zip(offsets) {
                    // SAFETY: 32 words lie behind the offset, of which these are eight.
                    let values = unsafe {
                        let place = values.as_ptr().add(offset + first);
                        [
                            _mm256_cvtepu8_epi16(_mm_loadu_si128(place.cast())),
                            _mm256_cvtepu8_epi16(_mm_loadu_si128(place.add(WORDS).cast())),
                        ]
                    };
                    for (sums, &weight) in sums.iter_mut().zip(&weights[half * ROWS / 2..]) {
                        let weight = _mm256_broadcastq_epi64(_mm_cvtepi8_epi16(_mm_cvtsi32_si128(weight)));
                        sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(values[0], weight));
                        sums[1] = _mm256_add_epi32(sums[1], _mm256_madd_epi16(values[1], weight));
                    }
                }
                for (row, sums) in tile[half * ROWS / 2..].iter_mut().zip(sums) {
                    let ordered =
                        _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_hadd_epi32(sums[0], sums[1]));
                    // SAFETY: eight sums of the row lie behind the first.
                    unsafe { _mm256_storeu_si256(row.as_mut_ptr().add(first).cast(), ordered) };
                }
            }
        }
        tile
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_gives_the_sum_of_products() {
        for places in [0, 1, 3, 288] {
            let number = |seed: usize| (seed * 7_919 % 65_521 * 31_337) as u32;
            let weights: Vec<[i32; ROWS]> = (0..places)
                .map(|place| std::array::from_fn(|row| (number(place * ROWS + row) ^ 0x8080_7f00) as i32))
                .collect();
            let values: Vec<u32> = (0..places + LANES).map(|place| number(place + 13) | 0xff).collect();
            let mut offsets = Offsets::default();
            offsets.set((0..places).rev());
            let mut expected = [[0; LANES]; ROWS];
            for (row, sums) in expected.iter_mut().enumerate() {
                for (lane, sum) in sums.iter_mut().enumerate() {
                    for (place, weights) in weights.iter().enumerate() {
                        let weight = weights[row].to_le_bytes();
                        let value = values[places - 1 - place + lane].to_le_bytes();
                        for (weight, value) in weight.iter().zip(value) {
                            *sum += i32::from(weight.cast_signed()) * i32::from(value);
                        }
                    }
                }
            }
            for backend in Backend::available() {
                assert_eq!(multiply(backend, &weights, &values, &offsets), expected, "{backend:?}, {places}");
            }
        }
    }
}
