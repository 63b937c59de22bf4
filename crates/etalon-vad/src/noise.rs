use crate::frames::FRAMES_PER_SECOND;
use crate::spectrum::{BANDS, BandLevels, SpectrumFrame};

/// The share of frames that lie below the noise floor of a band.
const FLOOR_SHARE: f64 = 0.15;
/// The same for the floor of the whole channel.
const FLOOR_SHARE_OF_ALL: f64 = 0.05;
/// What is louder than this in a band is not the hum of a line, even if it is always heard, dB relative to full scale.
const LOUDEST_HUM_DBFS: f32 = -60.0;
/// That percentile lies below the noise's mean level by about this much, dB.
const FLOOR_BIAS_DB: f32 = 3.0;
/// The floor is taken anew once in so many frames.
pub(crate) const NOISE_STEP: usize = FRAMES_PER_SECOND / 4;
/// Levels are counted in bins of half a decibel from -120 dB up.
const BINS: usize = 256;
const BIN_DB: f32 = 0.5;

/// The noise floor of every band, per stretch of 0.25 s: a low percentile of the band's levels around it.
///
/// Looking in both directions is what a recording allows and a live stream does not: a speaker who starts at once
/// is measured against the pauses that come later.
pub(crate) struct NoiseFloor {
    floors: Vec<BandLevels>,
}

impl NoiseFloor {
    pub(crate) fn of(spectra: &[SpectrumFrame], half_window_s: f64) -> Self {
        let half = ((half_window_s * FRAMES_PER_SECOND as f64) as usize).max(NOISE_STEP);
        let mut counts = vec![[0_u32; BINS]; BANDS];
        let mut counted = 0..0;
        let floors = (0..spectra.len())
            .step_by(NOISE_STEP)
            .map(|frame| {
                let middle = frame + NOISE_STEP / 2;
                let wanted = middle.saturating_sub(half)..(middle + half).min(spectra.len());
                for spectrum in &spectra[counted.end..wanted.end] {
                    for (count, &level) in counts.iter_mut().zip(&spectrum.bands) {
                        count[bin(level)] += 1;
                    }
                }
                for spectrum in &spectra[counted.start..wanted.start] {
                    for (count, &level) in counts.iter_mut().zip(&spectrum.bands) {
                        count[bin(level)] -= 1;
                    }
                }
                counted = wanted;
                let below = (counted.len() as f64 * FLOOR_SHARE) as u32;
                std::array::from_fn(|band| percentile(&counts[band], below) + FLOOR_BIAS_DB)
            })
            .collect();
        Self { floors }
    }

    /// The floor over the whole channel: what is heard nearly always. Music that plays for a while is not part of it.
    pub(crate) fn of_all(spectra: &[SpectrumFrame]) -> BandLevels {
        let mut counts = vec![[0_u32; BINS]; BANDS];
        for spectrum in spectra {
            for (count, &level) in counts.iter_mut().zip(&spectrum.bands) {
                count[bin(level)] += 1;
            }
        }
        let below = (spectra.len() as f64 * FLOOR_SHARE_OF_ALL) as u32;
        std::array::from_fn(|band| (percentile(&counts[band], below) + FLOOR_BIAS_DB).min(LOUDEST_HUM_DBFS))
    }

    /// The floors, one for [`NOISE_STEP`] frames.
    pub(crate) fn levels(&self) -> impl Iterator<Item = &BandLevels> {
        self.floors.iter()
    }

    /// The floor at a frame, dB relative to full scale.
    pub(crate) fn at(&self, frame: usize) -> &BandLevels {
        &self.floors[frame / NOISE_STEP]
    }
}

fn bin(level_dbfs: f32) -> usize {
    (((level_dbfs - crate::SILENT_DBFS) / BIN_DB).max(0.0) as usize).min(BINS - 1)
}

/// The level below which `below` of the counted levels lie.
fn percentile(counts: &[u32; BINS], below: u32) -> f32 {
    let mut sum = 0;
    for (index, &count) in counts.iter().enumerate() {
        sum += count;
        if sum > below {
            return crate::SILENT_DBFS + BIN_DB * (index as f32 + 0.5);
        }
    }
    crate::SILENT_DBFS
}
