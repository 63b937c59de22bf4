//! The inner loop of a convolution: tiles of 8 rows and 32 columns, in integers.
//!
//! Values are non-negative bytes, four channels to a word; weights are signed bytes. Their products
//! are summed as 32-bit integers, which is exact, so all forms agree to the last bit.

#![cfg_attr(
    target_arch = "x86_64",
    expect(
        unsafe_code,
        reason = "intrinsics load from raw pointers, and features are known only at run time"
    )
)]

use crate::Backend;
#[cfg(target_arch = "x86_64")]
use crate::Registers;

/// Rows of a tile.
pub const ROWS: usize = 8;

/// Columns of a tile.
pub const LANES: usize = 32;

/// Channels in a word.
pub const WORD_CHANNELS: usize = 4;

/// A tile of the result.
pub type Tile = [[f32; LANES]; ROWS];

/// The operands of a product with their scales.
#[derive(Debug, Clone, Copy)]
pub struct Product<'a> {
    /// Weights, four signed bytes to a word: `panels[panel * places + place][row]`.
    pub panels: &'a [[i32; ROWS]],
    /// The scale of the weights, for each row of each panel.
    pub scales: &'a [f32],
    /// The scale of the values.
    pub scale: f32,
    /// Values, four unsigned bytes to a word.
    pub values: &'a [u32],
    /// The offset of each place in the values.
    pub offsets: &'a Offsets,
    /// Columns of a tile that are needed.
    pub columns: usize,
}

/// For each panel the scaled sums over all places of the products of its words with
/// `values[offsets[place] + lane]`. Lanes past `columns` are unspecified.
///
/// # Panics
///
/// When the panels or their scales are incomplete, or an offset leaves no room for 32 words.
#[inline]
pub fn multiply(backend: Backend, product: &Product<'_>, emit: impl FnMut(usize, &Tile)) {
    let places = product.offsets.places.len().max(1);
    assert!(product.panels.len().is_multiple_of(places) && product.offsets.reach <= product.values.len());
    assert!(product.scales.len() == product.panels.len() / places * ROWS && product.columns <= LANES);
    match backend.registers() {
        // SAFETY: such a backend comes from a processor that has these registers and AVX-512 VNNI,
        // all places have room, and no more lanes are wanted than there are.
        #[cfg(target_arch = "x86_64")]
        Registers::Avx512 if backend.has_vnni() => unsafe { x86::avx512(product, emit) },
        // SAFETY: likewise for AVX2, which is part of AVX-512.
        #[cfg(target_arch = "x86_64")]
        Registers::Avx2 | Registers::Avx512 => unsafe { x86::avx2(product, emit) },
        _ => scalar(product, emit),
    }
}

impl<'a> Product<'a> {
    /// The words of each panel, place by place, with the scales of its rows.
    #[inline]
    fn panels(&self) -> impl Iterator<Item = (usize, (&'a [[i32; ROWS]], [f32; ROWS]))> + use<'a> {
        let scale = self.scale;
        let (scales, _) = self.scales.as_chunks::<ROWS>();
        let scales = scales.iter().map(move |scales| scales.map(|of_row| of_row * scale));
        self.panels.chunks_exact(self.offsets.places.len().max(1)).zip(scales).enumerate()
    }
}

/// The offset of each factor of a sum in a signal.
#[derive(Debug, Default, Clone)]
pub struct Offsets {
    places: Vec<usize>,
    /// The least number of words in a signal, so that a tile fits at each place.
    reach: usize,
}

impl Offsets {
    /// Sets the offsets, words from the start of the signal.
    pub fn set(&mut self, places: impl Iterator<Item = usize>) {
        self.places.clear();
        self.places.extend(places);
        self.reach = self.places.iter().max().map_or(0, |farthest| farthest + LANES);
    }
}

fn scalar(product: &Product<'_>, mut emit: impl FnMut(usize, &Tile)) {
    for (panel, (weights, scales)) in product.panels() {
        let mut sums = [[0_i32; LANES]; ROWS];
        for (weights, &offset) in weights.iter().zip(&product.offsets.places) {
            let values = &product.values[offset..offset + LANES];
            for (sums, weight) in sums.iter_mut().zip(weights) {
                let weight = weight.to_le_bytes().map(|byte| i32::from(i8::from_le_bytes([byte])));
                for (sum, value) in sums.iter_mut().zip(values) {
                    let value = value.to_le_bytes().map(i32::from);
                    *sum += weight.iter().zip(value).map(|(weight, value)| weight * value).sum::<i32>();
                }
            }
        }
        let tile = std::array::from_fn(|row| sums[row].map(|sum| sum as f32 * scales[row]));
        emit(panel, &tile);
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{LANES, Product, ROWS, Tile};
    use std::arch::x86_64::{
        __m256i, __m512i, _mm_loadu_si128, _mm256_add_epi32, _mm256_cvtepi8_epi16, _mm256_cvtepi32_ps,
        _mm256_cvtepu8_epi16, _mm256_hadd_epi32, _mm256_madd_epi16, _mm256_mul_ps, _mm256_permute4x64_epi64,
        _mm256_set1_epi64x, _mm256_set1_ps, _mm256_setzero_si256, _mm256_storeu_ps, _mm256_storeu_si256,
        _mm512_cvtepi32_ps, _mm512_dpbusd_epi32, _mm512_loadu_si512, _mm512_mul_ps, _mm512_set1_epi32,
        _mm512_set1_ps, _mm512_setzero_si512, _mm512_storeu_ps,
    };

    /// Words in a register.
    const WORDS: usize = 16;

    /// # Safety
    ///
    /// Each offset leaves room for 32 words of the values.
    #[target_feature(enable = "avx512f,avx512vnni")]
    pub(super) unsafe fn avx512(product: &Product<'_>, mut emit: impl FnMut(usize, &Tile)) {
        let mut tile = [[0.0; LANES]; ROWS];
        for (panel, (weights, scales)) in product.panels() {
            // SAFETY: the caller's.
            unsafe {
                if product.columns > WORDS {
                    avx512_tile::<2>(product, weights, &scales, &mut tile);
                } else {
                    avx512_tile::<1>(product, weights, &scales, &mut tile);
                }
            }
            emit(panel, &tile);
        }
    }

    /// So many registers hold the sums of a row.
    ///
    /// # Safety
    ///
    /// Each offset leaves room for 32 words of the values, and there are no more than two
    /// registers.
    #[target_feature(enable = "avx512f,avx512vnni")]
    unsafe fn avx512_tile<const REGISTERS: usize>(
        product: &Product<'_>,
        weights: &[[i32; ROWS]],
        scales: &[f32; ROWS],
        tile: &mut Tile,
    ) {
        let mut sums: [[__m512i; REGISTERS]; ROWS] = [[_mm512_setzero_si512(); REGISTERS]; ROWS];
        for (weights, &offset) in weights.iter().zip(&product.offsets.places) {
            let mut values = [_mm512_setzero_si512(); REGISTERS];
            for (register, values) in values.iter_mut().enumerate() {
                // SAFETY: 32 words lie behind the offset.
                *values = unsafe {
                    _mm512_loadu_si512(product.values.as_ptr().add(offset + register * WORDS).cast())
                };
            }
            for (sums, &weight) in sums.iter_mut().zip(weights) {
                let weight = _mm512_set1_epi32(weight);
                for (sum, values) in sums.iter_mut().zip(values) {
                    *sum = _mm512_dpbusd_epi32(*sum, values, weight);
                }
            }
        }
        for ((row, sums), &scale) in tile.iter_mut().zip(sums).zip(scales) {
            for (register, sum) in sums.into_iter().enumerate() {
                let numbers = _mm512_mul_ps(_mm512_cvtepi32_ps(sum), _mm512_set1_ps(scale));
                // SAFETY: a row holds 32 numbers.
                unsafe { _mm512_storeu_ps(row.as_mut_ptr().add(register * WORDS), numbers) };
            }
        }
    }

    /// Words in a register with sixteen bits for each byte.
    const WIDE_WORDS: usize = 4;

    /// Rows whose sums are kept at once, with two registers of values.
    const WIDE_ROWS: usize = ROWS / 2;

    /// Bytes are widened to sixteen bits, so that no product saturates; a register then holds four
    /// words with two partial sums each.
    ///
    /// # Safety
    ///
    /// Each offset leaves room for 32 words of the values.
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn avx2(product: &Product<'_>, mut emit: impl FnMut(usize, &Tile)) {
        let mut tile = [[0.0; LANES]; ROWS];
        let mut wide: Vec<[[i64; WIDE_ROWS]; 2]> = vec![[[0; WIDE_ROWS]; 2]; product.offsets.places.len()];
        for (panel, (weights, scales)) in product.panels() {
            for (wide, weights) in wide.iter_mut().zip(weights) {
                for (wide, weights) in wide.iter_mut().zip(weights.chunks_exact(WIDE_ROWS)) {
                    // SAFETY: there are four words to read and four times as many bytes to write.
                    unsafe {
                        let weights = _mm_loadu_si128(weights.as_ptr().cast());
                        _mm256_storeu_si256(wide.as_mut_ptr().cast(), _mm256_cvtepi8_epi16(weights));
                    }
                }
            }
            for first in (0..product.columns).step_by(2 * WIDE_WORDS) {
                for half in 0..2 {
                    // SAFETY: the caller's; `first` is a multiple of eight below 32.
                    let sums = unsafe { avx2_sums(product, &wide, half, first) };
                    for (row, sums) in sums.into_iter().enumerate() {
                        let row = half * WIDE_ROWS + row;
                        let numbers = _mm256_mul_ps(_mm256_cvtepi32_ps(sums), _mm256_set1_ps(scales[row]));
                        // SAFETY: eight numbers of the row lie behind the first.
                        unsafe { _mm256_storeu_ps(tile[row].as_mut_ptr().add(first), numbers) };
                    }
                }
            }
            emit(panel, &tile);
        }
    }

    /// Eight columns of a half of the rows.
    ///
    /// # Safety
    ///
    /// Each offset leaves room for `first` and eight more words of the values.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn avx2_sums(
        product: &Product<'_>,
        weights: &[[[i64; WIDE_ROWS]; 2]],
        half: usize,
        first: usize,
    ) -> [__m256i; WIDE_ROWS] {
        let mut sums: [[__m256i; 2]; WIDE_ROWS] = [[_mm256_setzero_si256(); 2]; WIDE_ROWS];
        for (weights, &offset) in weights.iter().zip(&product.offsets.places) {
            // SAFETY: eight words lie behind `first`.
            let values = unsafe {
                let place = product.values.as_ptr().add(offset + first);
                [
                    _mm256_cvtepu8_epi16(_mm_loadu_si128(place.cast())),
                    _mm256_cvtepu8_epi16(_mm_loadu_si128(place.add(WIDE_WORDS).cast())),
                ]
            };
            for (sums, &weight) in sums.iter_mut().zip(&weights[half]) {
                let weight = _mm256_set1_epi64x(weight);
                sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(values[0], weight));
                sums[1] = _mm256_add_epi32(sums[1], _mm256_madd_epi16(values[1], weight));
            }
        }
        sums.map(|[left, right]| _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_hadd_epi32(left, right)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares every form with sums of products computed here, in two panels.
    fn check(places: usize, columns: usize) {
        let number = |seed: usize| (seed * 7_919 % 65_521 * 31_337) as u32;
        let panels: Vec<[i32; ROWS]> = (0..2 * places)
            .map(|place| std::array::from_fn(|row| (number(place * ROWS + row) ^ 0x8080_7f00) as i32))
            .collect();
        let scales: Vec<f32> =
            (0..if places == 0 { 0 } else { 2 * ROWS }).map(|row| 0.001 * (row as f32 + 1.0)).collect();
        let values: Vec<u32> = (0..places + LANES).map(|place| number(place + 13) | 0xff).collect();
        let mut offsets = Offsets::default();
        offsets.set((0..places).rev());
        let expected = |panel: usize, row: usize, lane: usize| -> i32 {
            let product = |place: usize| -> i32 {
                let weight = panels[panel * places + place][row].to_le_bytes().map(u8::cast_signed);
                let value = values[places - 1 - place + lane].to_le_bytes();
                weight
                    .into_iter()
                    .zip(value)
                    .map(|(weight, value)| i32::from(weight) * i32::from(value))
                    .sum()
            };
            (0..places).map(product).sum()
        };
        for backend in Backend::available() {
            let mut panels_seen = 0;
            let product = Product {
                panels: &panels,
                scales: &scales,
                scale: 0.3,
                values: &values,
                offsets: &offsets,
                columns,
            };
            multiply(backend, &product, |panel, tile| {
                panels_seen += 1;
                for (row, numbers) in tile.iter().enumerate() {
                    for (lane, number) in numbers[..columns].iter().enumerate() {
                        let expected = expected(panel, row, lane) as f32 * (scales[panel * ROWS + row] * 0.3);
                        assert_eq!(
                            number.to_bits(),
                            expected.to_bits(),
                            "{backend:?}, {places}, {row}, {lane}"
                        );
                    }
                }
            });
            assert_eq!(panels_seen, if places == 0 { 0 } else { 2 }, "{backend:?}, {places}");
        }
    }

    #[test]
    fn every_form_gives_the_sum_of_products() {
        for places in [0, 1, 3, 288] {
            for columns in [1, 8, 13, 16, 17, LANES] {
                check(places, columns);
            }
        }
    }
}
