//! What the decision about speech needs of a frame's spectrum, collected while the frames come.
//!
//! A whole spectrum is kept only as long as the noise floor looks back at it. Some forty bytes a
//! frame remain until the frame's part of the recording is decided.

use crate::noise::{self, NOISE_STEP, NoiseMeter, bin};
use crate::settings::ActivitySettings;
use crate::spectrum::{BANDS, BandLevels, BandSteps, Bins, SpectrumFrame};

/// A strongest bin that is none, because the frame is no pure tone.
const NO_TONE: u16 = u16::MAX;

/// What is left of the spectra of some frames of a channel.
pub(crate) struct Collected<'a> {
    /// Level of the telephone band, dB relative to full scale.
    pub(crate) level_dbfs: &'a [f32],
    /// How far each frame stands out of the noise, dB.
    pub(crate) heights_db: &'a [f32],
    /// Level of the noise floor in the telephone band, one value for [`NOISE_STEP`] frames, dB
    /// relative to full scale.
    pub(crate) noise_dbfs: &'a [f32],
    /// For each frame the bin that nearly all of its power lies at.
    tones: &'a [u16],
    /// For each frame the lines that stand out of their surroundings.
    lines: &'a [u128],
    /// For each frame the levels of the bands that its lines lie in.
    bands: &'a [BandSteps],
    /// For each band the bits that its bins have among the lines of a frame.
    band_lines: &'a [u128; BANDS],
    /// Where the bins of the spectrum lie.
    bins: Bins,
}

impl Collected<'_> {
    /// The bin of the tone that a frame is made of; none when it is no tone.
    pub(crate) fn tone(&self, frame: usize) -> Option<u16> {
        Some(self.tones[frame]).filter(|&bin| bin != NO_TONE)
    }

    /// Whether a frame is nearly pure and its strongest bin lies no further from a tone than so many
    /// bins.
    pub(crate) fn is_tone_at(&self, frame: usize, tone_hz: f64, most_bins_off: f64) -> bool {
        let is_near = |bin: u16| (f64::from(bin) - tone_hz / self.bins.width_hz).abs() <= most_bins_off;
        self.tone(frame).is_some_and(is_near)
    }

    /// Whether a frame has a line no further from a tone than so many bins.
    pub(crate) fn has_line(&self, frame: usize, tone_hz: f64, most_bins_off: f64) -> bool {
        let place = tone_hz / self.bins.width_hz - self.bins.first_line as f64;
        let bins = (place - most_bins_off).ceil().max(0.0) as u32..=(place + most_bins_off).floor() as u32;
        bins.into_iter().any(|bin| self.lines[frame].checked_shr(bin).is_some_and(|lines| lines & 1 == 1))
    }

    /// The levels of a frame's bands.
    pub(crate) fn bands(&self, frame: usize) -> &BandSteps {
        &self.bands[frame]
    }

    /// The mean of the levels of a frame's bands, dB relative to full scale: it varies less than
    /// the level of all, which hangs on the strongest of them.
    pub(crate) fn mean_band(&self, frame: usize) -> f32 {
        self.bands[frame].iter().map(|&step| noise::level_of_bin(step)).sum::<f32>() / BANDS as f32
    }

    /// How far a frame's bands are on average from given levels, dB.
    pub(crate) fn difference(&self, frame: usize, levels: &BandLevels) -> f32 {
        let bands = self.bands[frame].iter().zip(levels);
        bands.map(|(&step, level)| (noise::level_of_bin(step) - level).abs()).sum::<f32>() / BANDS as f32
    }

    /// The share of a frame's power in some bands, 0 to 1.
    pub(crate) fn share_of_bands(&self, frame: usize, bands: std::ops::Range<usize>) -> f32 {
        let power = |bands: &[u8]| bands.iter().map(|&steps| noise::power_of_bin(steps)).sum::<f32>();
        let all = power(&self.bands[frame]);
        if all > 0.0 { power(&self.bands[frame][bands]) / all } else { 0.0 }
    }

    /// How many frames there are.
    pub(crate) fn frames(&self) -> usize {
        self.level_dbfs.len()
    }

    /// Mean power of some frames in the bands before one and from it on, as shares of full scale.
    pub(crate) fn power_below_and_above(&self, frames: std::ops::Range<usize>, border: usize) -> (f32, f32) {
        let count = frames.len().max(1) as f32;
        let power = |bands: &[u8]| bands.iter().map(|&steps| noise::power_of_bin(steps)).sum::<f32>();
        let (mut below, mut above) = (0.0, 0.0);
        for bands in &self.bands[frames] {
            below += power(&bands[..border]);
            above += power(&bands[border..]);
        }
        (below / count, above / count)
    }

    /// Levels of the bands that are heard nearly always, dB relative to full scale.
    pub(crate) fn always(&self) -> BandLevels {
        noise::always(self.bands)
    }

    /// The lines of each frame in the bands that stand out of what is always heard by so much, to
    /// half a decibel: a hum that is always there is no music.
    pub(crate) fn lines_above(&self, always: &BandLevels, above_noise_db: f32) -> Vec<u128> {
        let least = always.map(|level| steps(level + above_noise_db));
        let heard = |bands: &BandSteps| {
            (0..BANDS)
                .filter(|&band| bands[band] >= least[band])
                .fold(0, |heard, band| heard | self.band_lines[band])
        };
        self.lines.iter().zip(self.bands).map(|(lines, bands)| lines & heard(bands)).collect()
    }
}

/// Takes the spectra of a channel, frame by frame.
pub(crate) struct Collector {
    noise: NoiseMeter,
    tone_concentration: f32,
    level_dbfs: Vec<f32>,
    tones: Vec<u16>,
    lines: Vec<u128>,
    bands: Vec<BandSteps>,
    band_lines: [u128; BANDS],
    bins: Bins,
}

impl Collector {
    pub(crate) fn new(settings: &ActivitySettings, band_lines: [u128; BANDS], bins: Bins) -> Self {
        Self {
            noise: NoiseMeter::new(settings.noise_half_window_s),
            tone_concentration: settings.tone_concentration,
            level_dbfs: Vec::new(),
            tones: Vec::new(),
            lines: Vec::new(),
            bands: Vec::new(),
            band_lines,
            bins,
        }
    }

    /// Takes the spectrum of the next frame.
    pub(crate) fn push(&mut self, spectrum: &SpectrumFrame) {
        let is_tone = spectrum.concentration >= self.tone_concentration;
        self.level_dbfs.push(spectrum.level_dbfs);
        self.tones.push(if is_tone { spectrum.strongest_bin } else { NO_TONE });
        self.lines.push(spectrum.lines);
        self.bands.push(spectrum.bands.map(steps));
        self.noise.push(spectrum.bands);
    }

    /// No frame follows.
    pub(crate) fn finish(&mut self) {
        self.noise.finish();
    }

    /// How far each frame stands out of the noise, which is known some seconds later than the rest,
    /// dB, and its level, dB relative to full scale.
    pub(crate) fn heights_and_levels(&self) -> (&[f32], &[f32]) {
        (self.noise.heights_db(), &self.level_dbfs)
    }

    /// What is known of the first so many frames.
    pub(crate) fn collected(&self, frames: usize) -> Collected<'_> {
        Collected {
            level_dbfs: &self.level_dbfs[..frames],
            heights_db: &self.noise.heights_db()[..frames],
            noise_dbfs: &self.noise.noise_dbfs()[..frames.div_ceil(NOISE_STEP)],
            tones: &self.tones[..frames],
            lines: &self.lines[..frames],
            bands: &self.bands[..frames],
            band_lines: &self.band_lines,
            bins: self.bins,
        }
    }

    /// Forgets the first frames, a multiple of [`NOISE_STEP`].
    pub(crate) fn forget(&mut self, frames: usize) {
        self.level_dbfs.drain(..frames);
        self.tones.drain(..frames);
        self.lines.drain(..frames);
        self.bands.drain(..frames);
        self.noise.forget(frames);
    }
}

/// A level in steps of half a decibel from silence up.
fn steps(level_dbfs: f32) -> u8 {
    bin(level_dbfs) as u8
}
