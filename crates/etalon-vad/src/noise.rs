use crate::frames::FRAMES_PER_SECOND;
use crate::spectrum::{BANDS, BandLevels, BandSteps};
use std::collections::VecDeque;
use std::ops::Range;

/// The share of frames that lie below the noise floor of a band.
const FLOOR_SHARE: f64 = 0.15;
/// The same for what is heard nearly always.
const FLOOR_SHARE_OF_ALL: f64 = 0.05;
/// What is louder than this in a band is not the hum of a line, even if it is always heard, dB
/// relative to full scale.
const LOUDEST_HUM_DBFS: f32 = -60.0;
/// That percentile lies below the noise's mean level by about this much, dB.
const FLOOR_BIAS_DB: f32 = 3.0;
/// The floor is taken anew once in so many frames.
pub(crate) const NOISE_STEP: usize = FRAMES_PER_SECOND / 4;
/// Levels are counted in bins of half a decibel from -120 dB up.
pub(crate) const BINS: usize = 256;
const BIN_DB: f32 = 0.5;

/// Measures how far the frames of a channel stand out of the noise floor of every band, which is
/// taken anew per stretch of 0.25 s: a low percentile of the band's levels around it.
///
/// Looking in both directions is what a recording allows and a live stream does not: a speaker who
/// starts at once is measured against the pauses that come later. A stretch is therefore settled
/// half a window after it was heard, and only the frames of the window are kept.
pub(crate) struct NoiseMeter {
    /// Frames on each side of a stretch's middle that its floor is taken from.
    half: usize,
    /// How often each level occurs in the frames of the window.
    counts: Vec<[u32; BINS]>,
    /// The frames that are counted in `counts`.
    counted: Range<usize>,
    /// The frames from the first counted one on.
    frames: VecDeque<BandLevels>,
    /// Frames whose stretch is settled.
    settled: usize,
    /// How far each settled frame stands out of the noise, dB, from the first one on that was not
    /// taken.
    heights_db: Vec<f32>,
    /// The level of the floor in all bands together, one value for [`NOISE_STEP`] of these frames,
    /// dB relative to full scale.
    noise_dbfs: Vec<f32>,
}

impl NoiseMeter {
    pub(crate) fn new(half_window_s: f64) -> Self {
        Self {
            half: ((half_window_s * FRAMES_PER_SECOND as f64) as usize).max(NOISE_STEP),
            counts: vec![[0; BINS]; BANDS],
            counted: 0..0,
            frames: VecDeque::new(),
            settled: 0,
            heights_db: Vec::new(),
            noise_dbfs: Vec::new(),
        }
    }

    /// Takes the band levels of the next frame.
    pub(crate) fn push(&mut self, bands: BandLevels) {
        self.frames.push_back(bands);
        if self.heard() >= self.next_window().end {
            self.settle_stretch();
        }
    }

    /// Settles the frames that were heard last, as if nothing followed.
    pub(crate) fn finish(&mut self) {
        while self.settled < self.heard() {
            self.settle_stretch();
        }
    }

    /// How far each settled frame stands out of the noise, dB, from the first one on that was not
    /// forgotten.
    pub(crate) fn heights_db(&self) -> &[f32] {
        &self.heights_db
    }

    /// The level of the floor in all bands together, one value for [`NOISE_STEP`] of these frames,
    /// dB relative to full scale.
    pub(crate) fn noise_dbfs(&self) -> &[f32] {
        &self.noise_dbfs
    }

    /// Forgets the first of these frames, a multiple of [`NOISE_STEP`].
    pub(crate) fn forget(&mut self, frames: usize) {
        self.heights_db.drain(..frames);
        self.noise_dbfs.drain(..frames / NOISE_STEP);
    }

    fn heard(&self) -> usize {
        self.counted.start + self.frames.len()
    }

    /// The frames from which the floor of the next stretch is taken, if they are there.
    fn next_window(&self) -> Range<usize> {
        let middle = self.settled + NOISE_STEP / 2;
        middle.saturating_sub(self.half)..middle.saturating_add(self.half)
    }

    fn settle_stretch(&mut self) {
        let floor = self.next_floor();
        let start = self.settled;
        let end = self.heard().min(start + NOISE_STEP);
        let stretch = self.frames.range(start - self.counted.start..end - self.counted.start);
        self.heights_db.extend(stretch.map(|levels| height(levels, &floor)));
        self.noise_dbfs.push(total(&floor));
        self.settled = end;
    }

    fn next_floor(&mut self) -> BandLevels {
        let wanted = self.next_window();
        let wanted = wanted.start..wanted.end.min(self.heard());
        let entering = self.counted.end - self.counted.start..wanted.end - self.counted.start;
        for levels in self.frames.range(entering) {
            for (count, &level) in self.counts.iter_mut().zip(levels) {
                count[bin(level)] += 1;
            }
        }
        for levels in self.frames.drain(..wanted.start - self.counted.start) {
            for (count, &level) in self.counts.iter_mut().zip(&levels) {
                count[bin(level)] -= 1;
            }
        }
        self.counted = wanted;
        let below = (self.counted.len() as f64 * FLOOR_SHARE) as u32;
        std::array::from_fn(|band| percentile(&self.counts[band], below) + FLOOR_BIAS_DB)
    }
}

/// The bin of half a decibel that a level is counted in.
pub(crate) fn bin(level_dbfs: f32) -> usize {
    (((level_dbfs - crate::SILENT_DBFS) / BIN_DB).max(0.0) as usize).min(BINS - 1)
}

/// The level in the middle of a bin, dB relative to full scale.
pub(crate) fn level_of_bin(bin: u8) -> f32 {
    crate::SILENT_DBFS + BIN_DB * (f32::from(bin) + 0.5)
}

/// The power in the middle of a bin, as a share of full scale.
pub(crate) fn power_of_bin(bin: u8) -> f32 {
    10_f32.powf(level_of_bin(bin) / 10.0)
}

/// The level below which `below` of the counted levels lie.
pub(crate) fn percentile(counts: &[u32; BINS], below: u32) -> f32 {
    let mut sum = 0;
    for (index, &count) in counts.iter().enumerate() {
        sum += count;
        if sum > below {
            return crate::SILENT_DBFS + BIN_DB * (index as f32 + 0.5);
        }
    }
    crate::SILENT_DBFS
}

/// What is heard nearly always in some frames, given the levels of their bands: music that plays
/// for a while is not part of it.
pub(crate) fn always(bands: &[BandSteps]) -> BandLevels {
    let mut counts = vec![[0; BINS]; BANDS];
    for steps in bands {
        for (count, &step) in counts.iter_mut().zip(steps) {
            count[usize::from(step)] += 1;
        }
    }
    let below = (bands.len() as f64 * FLOOR_SHARE_OF_ALL) as u32;
    std::array::from_fn(|band| (percentile(&counts[band], below) + FLOOR_BIAS_DB).min(LOUDEST_HUM_DBFS))
}

/// Frames over which noise that a line makes keeps its level; no voice does without being periodic.
const STEADY: usize = 15;

/// For each frame whether it lies in a stretch of noise that keeps its level to within `range_db`;
/// `is_voiced` says which frames are periodic, of which hardly any are in noise.
pub(crate) fn steady(level_dbfs: &[f32], range_db: f32, is_voiced: impl Fn(usize) -> bool) -> Vec<bool> {
    let levels = crate::stretches::smoothed(level_dbfs);
    let mut steady = vec![false; levels.len()];
    let mut voiced = 0;
    for end in 0..levels.len() {
        voiced += usize::from(is_voiced(end));
        let Some(start) = (end + 1).checked_sub(STEADY) else { continue };
        let (low, high) =
            levels[start..=end].iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), &level| {
                (low.min(level), high.max(level))
            });
        if high - low <= range_db && voiced <= STEADY / 5 {
            steady[start..=end].fill(true);
        }
        voiced -= usize::from(is_voiced(start));
    }
    steady
}

/// The level of all bands together.
pub(crate) fn total(levels: &BandLevels) -> f32 {
    crate::spectrum::decibels(levels.iter().map(|level| 10_f32.powf(level / 10.0)).sum())
}

/// How far a frame stands out of the noise: the mean over the third of the bands that stand out
/// most, dB.
///
/// The bands are ranked by comparing each with all, which is quicker than sorting because it knows
/// no branch.
fn height(levels: &BandLevels, floor: &BandLevels) -> f32 {
    let above: [f32; BANDS] = std::array::from_fn(|band| levels[band] - floor[band].max(LOWEST_FLOOR_DBFS));
    let mut higher = [0_u32; BANDS];
    for other in above {
        for (higher, &here) in higher.iter_mut().zip(&above) {
            *higher += u32::from(other > here);
        }
    }
    let counts = higher.map(|higher| if higher < BANDS as u32 / 3 { 1.0 } else { 0.0 });
    let sum: f32 = above.iter().zip(&counts).map(|(above, counts)| above * counts).sum();
    sum / counts.iter().sum::<f32>()
}

/// Below this the noise floor of a band does not matter: it is the rounding of the samples, dB
/// relative to full scale.
const LOWEST_FLOOR_DBFS: f32 = -90.0;
