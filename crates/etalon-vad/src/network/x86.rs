//! The products of the network for x86-64 with AVX2 and AVX-512. Each sum adds its products one
//! after the other, in the order of the scalar form, and no product is joined with its sum; so all
//! forms agree to the last bit.

#![allow(
    unsafe_code,
    reason = "intrinsics load from raw pointers, and features are known only when the program runs"
)]

use super::weights::{Layer, PANEL, STATE, STATE_PANEL};
use std::arch::x86_64::{
    _mm256_add_ps, _mm256_loadu_ps, _mm256_mul_ps, _mm256_set1_ps, _mm256_storeu_ps, _mm512_add_ps,
    _mm512_loadu_ps, _mm512_mul_ps, _mm512_set1_ps, _mm512_storeu_ps,
};
use std::ops::Range;

/// Rows of the input that are multiplied together.
struct Tile {
    rows: Range<usize>,
    /// Where the list of places holds those at which a row is not zero. A place where all rows are
    /// zero adds nothing to the sums; behind a rectifier that is a third to a half of them.
    places: Range<usize>,
}

/// Makes the products of one form: `$lanes` numbers in a register, tiles of `$rows` rows and
/// `$columns` columns, and `$wide` columns at once of the product with the state, as many as it has
/// registers for.
macro_rules! form {
    ($name:ident, $features:literal, $lanes:literal, $rows:literal, $columns:literal, $wide:literal,
     $load:ident, $store:ident, $set:ident, $add:ident, $multiply:ident) => {
        pub(super) mod $name {
            use super::*;

            #[target_feature(enable = $features)]
            pub(in super::super) fn multiply(
                layer: &Layer,
                taken: Range<usize>,
                input: &[f32],
                starts: &[usize],
                result: &mut [f32],
            ) {
                let width = layer.columns();
                let mut places = Vec::new();
                let tiles = tiles(starts, taken.len(), input, &mut places);
                for (number, panel) in layer.panels.chunks_exact(layer.rows * PANEL).enumerate() {
                    let weights = &panel[taken.start * PANEL..taken.end * PANEL];
                    for part in (0..PANEL).step_by($columns) {
                        let column = number * PANEL + part;
                        let bias = &layer.bias[column..column + $columns];
                        for Tile { rows, places: at } in &tiles {
                            let target = &mut result[rows.start * width + column..];
                            let (starts, places) = (&starts[rows.clone()], &places[at.clone()]);
                            match starts.len() {
                                4 => tile::<4>(weights, part, bias, places, input, starts, width, target),
                                2 => tile::<2>(weights, part, bias, places, input, starts, width, target),
                                _ => tile::<1>(weights, part, bias, places, input, starts, width, target),
                            }
                        }
                    }
                }
            }

            /// Divides the rows into tiles and finds the places at which they are not zero. Where
            /// too few rows are left for a tile, the next one has half as many.
            #[target_feature(enable = $features)]
            fn tiles(starts: &[usize], length: usize, input: &[f32], places: &mut Vec<u32>) -> Vec<Tile> {
                let mut tiles = Vec::with_capacity(starts.len().div_ceil($rows) + 3);
                let mut is_set = vec![0; length];
                let (mut start, mut size) = (0, $rows);
                while start < starts.len() {
                    if size > starts.len() - start {
                        size /= 2;
                        continue;
                    }
                    let rows = start..start + size;
                    is_set.fill(0);
                    for &row in &starts[rows.clone()] {
                        for (is_set, value) in is_set.iter_mut().zip(&input[row..row + length]) {
                            *is_set |= value.to_bits() << 1;
                        }
                    }
                    let first = places.len();
                    places.resize(first + length, 0);
                    let mut end = first;
                    for (place, &is_set) in is_set.iter().enumerate() {
                        places[end] = place as u32;
                        end += usize::from(is_set != 0);
                    }
                    places.truncate(end);
                    tiles.push(Tile { rows, places: first..end });
                    start += size;
                }
                tiles
            }

            #[inline]
            #[target_feature(enable = $features)]
            #[expect(clippy::too_many_arguments, reason = "what a tile is made of")]
            fn tile<const ROWS: usize>(
                weights: &[f32],
                part: usize,
                bias: &[f32],
                places: &[u32],
                input: &[f32],
                starts: &[usize],
                width: usize,
                result: &mut [f32],
            ) {
                const VECTORS: usize = $columns / $lanes;
                let rows = weights.len() / PANEL;
                assert!(part + $columns <= PANEL && bias.len() == $columns);
                assert!(places.iter().fold(0, |last, &place| last.max(place as usize + 1)) <= rows);
                assert!(starts.len() == ROWS && starts.iter().all(|start| start + rows <= input.len()));
                let mut sums = [[$set(0.0); VECTORS]; ROWS];
                let mut inputs = [input.as_ptr(); ROWS];
                for row in 0..ROWS {
                    for vector in 0..VECTORS {
                        // SAFETY: there are as many biases as lanes in the vectors, and each row
                        // begins inside of the input.
                        unsafe { sums[row][vector] = $load(bias.as_ptr().add($lanes * vector)) };
                    }
                    // SAFETY: the row lies inside of the input.
                    unsafe { inputs[row] = input.as_ptr().add(starts[row]) };
                }
                for &index in places {
                    let index = index as usize;
                    let mut columns = [$set(0.0); VECTORS];
                    for vector in 0..VECTORS {
                        let place = index * PANEL + part + $lanes * vector;
                        // SAFETY: the part of the panel ends inside of it, and there is a panel's
                        // row for each place.
                        unsafe { columns[vector] = $load(weights.as_ptr().add(place)) };
                    }
                    for row in 0..ROWS {
                        // SAFETY: the whole row lies inside of the input.
                        let value = $set(unsafe { *inputs[row].add(index) });
                        for vector in 0..VECTORS {
                            sums[row][vector] = $add(sums[row][vector], $multiply(value, columns[vector]));
                        }
                    }
                }
                for row in 0..ROWS {
                    let target = &mut result[row * width..][..$columns];
                    for vector in 0..VECTORS {
                        // SAFETY: there are as many numbers as lanes in the vectors.
                        unsafe { $store(target.as_mut_ptr().add($lanes * vector), sums[row][vector]) };
                    }
                }
            }

            #[target_feature(enable = $features)]
            pub(in super::super) fn add_product(panels: &[f32], state: &[f32; STATE], sums: &mut [f32]) {
                const VECTORS: usize = $wide / $lanes;
                let panels = panels.chunks_exact(STATE * STATE_PANEL);
                for (weights, sums) in panels.zip(sums.chunks_exact_mut(STATE_PANEL)) {
                    for (part, sums) in sums.chunks_exact_mut($wide).enumerate() {
                        let mut lanes = [$set(0.0); VECTORS];
                        for vector in 0..VECTORS {
                            // SAFETY: there are as many sums as lanes in the vectors.
                            unsafe { lanes[vector] = $load(sums.as_ptr().add($lanes * vector)) };
                        }
                        for (index, value) in state.iter().enumerate() {
                            let value = $set(*value);
                            for vector in 0..VECTORS {
                                let place = index * STATE_PANEL + part * $wide + $lanes * vector;
                                // SAFETY: the panel has a row for each number of the state, and the
                                // part ends inside of it.
                                let weights = unsafe { $load(weights.as_ptr().add(place)) };
                                lanes[vector] = $add(lanes[vector], $multiply(value, weights));
                            }
                        }
                        for vector in 0..VECTORS {
                            // SAFETY: there are as many sums as lanes in the vectors.
                            unsafe { $store(sums.as_mut_ptr().add($lanes * vector), lanes[vector]) };
                        }
                    }
                }
            }
        }
    };
}

form!(
    avx2,
    "avx2",
    8,
    4,
    16,
    64,
    _mm256_loadu_ps,
    _mm256_storeu_ps,
    _mm256_set1_ps,
    _mm256_add_ps,
    _mm256_mul_ps
);
form!(
    avx512,
    "avx512f,avx512bw",
    16,
    4,
    32,
    128,
    _mm512_loadu_ps,
    _mm512_storeu_ps,
    _mm512_set1_ps,
    _mm512_add_ps,
    _mm512_mul_ps
);
