//! The inner loop of every matrix product: a tile of 8 rows and 32 columns of the result.
//!
//! Every form adds the products of one number of the result in the same order and rounds each sum once, so the forms agree
//! to the last bit and the choice never shows in a result. `ETALON_SIMD` forces a form (see `etalon-simd`). A processor without fused multiply-add is served too, slowly.

use etalon_simd::Form;

/// Rows of a tile.
pub(crate) const ROWS: usize = 8;

/// Columns of a tile.
pub(crate) const LANES: usize = 32;

/// A part of the result.
pub(crate) type Tile = [[f32; LANES]; ROWS];

/// A form of the loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    /// Whatever the target has.
    Scalar,
    /// 256-bit registers of x86-64, with fused multiply-add.
    Avx2,
    /// 512-bit registers of x86-64.
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
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => is_x86_feature_detected!("avx512f"),
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx2 | Self::Avx512 => false,
        }
    }
}

/// The sums over `k` of `weights[k][row]` times `panel[k][lane]`.
#[inline]
#[cfg_attr(target_arch = "x86_64", expect(unsafe_code, reason = "kernels for what the processor has"))]
pub(crate) fn multiply(backend: Backend, weights: &[f32], panel: &[f32]) -> Tile {
    match backend {
        // SAFETY: AVX2 and FMA were found on this processor.
        #[cfg(target_arch = "x86_64")]
        Backend::Avx2 if backend.is_available() => unsafe { avx2(weights, panel) },
        // SAFETY: AVX-512F was found on this processor.
        #[cfg(target_arch = "x86_64")]
        Backend::Avx512 if backend.is_available() => unsafe { avx512(weights, panel) },
        _ => narrow(weights, panel),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2(weights: &[f32], panel: &[f32]) -> Tile {
    narrow(weights, panel)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn avx512(weights: &[f32], panel: &[f32]) -> Tile {
    let mut tile = [[0.0; LANES]; ROWS];
    part::<ROWS, LANES>(weights, panel, 0, 0, &mut tile);
    tile
}

/// The tile in parts whose sums fit into sixteen registers.
#[inline(always)]
fn narrow(weights: &[f32], panel: &[f32]) -> Tile {
    const PART_ROWS: usize = 4;
    const PART_LANES: usize = 16;
    let mut tile = [[0.0; LANES]; ROWS];
    for row in (0..ROWS).step_by(PART_ROWS) {
        for lane in (0..LANES).step_by(PART_LANES) {
            part::<PART_ROWS, PART_LANES>(weights, panel, row, lane, &mut tile);
        }
    }
    tile
}

/// A part of the tile, of which the sums stay in registers.
#[inline(always)]
#[expect(clippy::inline_always, reason = "it has to be compiled with the features of its caller")]
fn part<const HEIGHT: usize, const WIDTH: usize>(
    weights: &[f32],
    panel: &[f32],
    row: usize,
    lane: usize,
    tile: &mut Tile,
) {
    let mut sums = [[0.0_f32; WIDTH]; HEIGHT];
    for (column, values) in weights.chunks_exact(ROWS).zip(panel.chunks_exact(LANES)) {
        let (column, values) = (&column[row..row + HEIGHT], &values[lane..lane + WIDTH]);
        for (sums, weight) in sums.iter_mut().zip(column) {
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum = weight.mul_add(*value, *sum);
            }
        }
    }
    for (target, sums) in tile[row..row + HEIGHT].iter_mut().zip(sums) {
        target[lane..lane + WIDTH].copy_from_slice(&sums);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_gives_the_same_bits() {
        for length in [0, 1, 3, 288] {
            let number = |seed: usize| ((seed * 7_919 % 1_000) as f32 / 500.0 - 1.0) * 0.7;
            let weights: Vec<f32> = (0..length * ROWS).map(number).collect();
            let panel: Vec<f32> = (0..length * LANES).map(|place| number(place + 13)).collect();
            let forms: Vec<Tile> =
                Backend::available().map(|backend| multiply(backend, &weights, &panel)).collect();
            for row in 0..ROWS {
                for lane in 0..LANES {
                    let mut sum = 0.0_f32;
                    for k in 0..length {
                        sum = weights[k * ROWS + row].mul_add(panel[k * LANES + lane], sum);
                    }
                    for tile in &forms {
                        assert_eq!(tile[row][lane].to_bits(), sum.to_bits(), "{length}: {row}, {lane}");
                    }
                }
            }
        }
    }
}
