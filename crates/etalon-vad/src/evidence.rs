//! What the decision about speech needs of a frame's spectrum, collected while the frames come.
//!
//! A whole spectrum is kept only as long as the noise floor looks back at it. For good remain some forty bytes a frame.

use crate::noise::NoiseMeter;
use crate::settings::ActivitySettings;
use crate::spectrum::{BANDS, SpectrumFrame};

/// Levels of the bands in steps of half a decibel.
pub(crate) type BandSteps = [u8; BANDS];

/// A strongest bin that is none, because the frame is no pure tone.
const NO_TONE: u16 = u16::MAX;

/// What is left of the spectra of a channel.
#[derive(Default)]
pub(crate) struct Collected {
    /// Level of the telephone band, dB relative to full scale.
    pub(crate) level_dbfs: Vec<f32>,
    /// How far each frame stands out of the noise, dB.
    pub(crate) heights_db: Vec<f32>,
    /// Level of the noise floor in the telephone band, one value for [`crate::noise::NOISE_STEP`] frames, dB relative to full scale.
    pub(crate) noise_dbfs: Vec<f32>,
    /// Levels of the bands that are heard nearly always, dB relative to full scale.
    pub(crate) always: crate::spectrum::BandLevels,
    /// For each frame the bin that nearly all of its power lies at.
    tones: Vec<u16>,
    /// For each frame the lines that stand out of their surroundings.
    lines: Vec<u128>,
    /// For each frame the levels of the bands that its lines lie in.
    bands: Vec<BandSteps>,
    /// For each band the bits that its bins have among the lines of a frame.
    band_lines: [u128; BANDS],
}

impl Collected {
    /// The bin of the tone that a frame is made of; none when it is no tone.
    pub(crate) fn tone(&self, frame: usize) -> Option<u16> {
        Some(self.tones[frame]).filter(|&bin| bin != NO_TONE)
    }

    /// The lines of each frame in the bands that stand out of what is always heard by so much, to half a decibel: a hum
    /// that is always there is no music. They are taken out, because nothing else needs them.
    pub(crate) fn take_lines_above(&mut self, above_noise_db: f32) -> Vec<u128> {
        let least = self.always.map(|level| steps(level + above_noise_db));
        let bands = std::mem::take(&mut self.bands);
        let mut lines = std::mem::take(&mut self.lines);
        for (lines, bands) in lines.iter_mut().zip(&bands) {
            let heard = (0..BANDS).filter(|&band| bands[band] >= least[band]);
            *lines &= heard.fold(0, |heard, band| heard | self.band_lines[band]);
        }
        lines
    }
}

/// Takes the spectra of a channel, frame by frame.
pub(crate) struct Collector {
    noise: NoiseMeter,
    tone_concentration: f32,
    collected: Collected,
}

impl Collector {
    pub(crate) fn new(settings: &ActivitySettings, band_lines: [u128; BANDS]) -> Self {
        Self {
            noise: NoiseMeter::new(settings.noise_half_window_s),
            tone_concentration: settings.tone_concentration,
            collected: Collected { band_lines, ..Collected::default() },
        }
    }

    /// Takes the spectrum of the next frame.
    pub(crate) fn push(&mut self, spectrum: &SpectrumFrame) {
        let is_tone = spectrum.concentration >= self.tone_concentration;
        self.collected.level_dbfs.push(spectrum.level_dbfs);
        self.collected.tones.push(if is_tone { spectrum.strongest_bin } else { NO_TONE });
        self.collected.lines.push(spectrum.lines);
        self.collected.bands.push(spectrum.bands.map(steps));
        self.noise.push(spectrum.bands);
    }

    /// What was collected.
    pub(crate) fn finish(mut self) -> Collected {
        self.collected.always = self.noise.always();
        (self.collected.heights_db, self.collected.noise_dbfs) = self.noise.finish();
        self.collected
    }
}

/// A level in steps of half a decibel from silence up, rounded.
fn steps(level_dbfs: f32) -> u8 {
    ((level_dbfs - crate::SILENT_DBFS) * 2.0 + 0.5) as u8
}
