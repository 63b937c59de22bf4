//! How far above the noise floor sound must be to be speech, learnt from the channel itself.

use crate::settings::ActivitySettings;

/// Heights are counted in bins from here up, dB.
const LOWEST_DB: f32 = -10.0;
const BIN_DB: f32 = 0.25;
const BINS: usize = 320;

/// How high the sounds of a channel are that are no speech.
///
/// Steady noise keeps close to its floor, traffic and distant voices do not. The heights of all
/// frames fall into two groups, parted where the variance between them is greatest (Otsu 1979). The
/// lower group is the noise, and the faint ends of speech; its median and its spread below the
/// median are the noise's own.
pub(crate) struct Threshold {
    median_db: f32,
    deviation_db: f32,
}

impl Threshold {
    pub(crate) fn of(heights_db: &[f32]) -> Self {
        let mut counts = [0_u32; BINS];
        for height_db in heights_db {
            counts[(((height_db - LOWEST_DB) / BIN_DB).max(0.0) as usize).min(BINS - 1)] += 1;
        }
        let noise = &counts[..parting(&counts)];
        let median_db = percentile(noise, 0.5);
        // Of a normal distribution 16 % lie more than one standard deviation below the median.
        Self { median_db, deviation_db: median_db - percentile(noise, 0.16) }
    }

    /// The height from which sound is no noise, of which it is known that noise is not above
    /// `most_db`.
    pub(crate) fn limited(&self, settings: &ActivitySettings, most_db: f32) -> f32 {
        self.above_median(settings.above_noise_deviations).min(most_db).max(settings.above_noise_min_db)
    }

    /// So many deviations above the median of the lower group.
    pub(crate) fn above_median(&self, deviations: f32) -> f32 {
        self.median_db + deviations * self.deviation_db
    }
}

fn percentile(counts: &[u32], share: f32) -> f32 {
    let below = (counts.iter().sum::<u32>() as f32 * share) as u32;
    let mut sum = 0;
    let bin = counts.iter().position(|&count| {
        sum += count;
        sum > below
    });
    LOWEST_DB + BIN_DB * (bin.unwrap_or(0) as f32 + 0.5)
}

fn moment(counts: &[u32], value: impl Fn(f32) -> f32) -> f32 {
    counts.iter().enumerate().map(|(bin, &count)| value(bin as f32) * count as f32).sum()
}

/// The bin that begins the upper of the two groups.
fn parting(counts: &[u32; BINS]) -> usize {
    let total = counts.iter().sum::<u32>() as f32;
    let total_sum = moment(counts, |bin| bin);
    let (mut below, mut below_sum) = (0.0, 0.0);
    let (mut best, mut best_variance) = (BINS, 0.0);
    for (bin, &count) in counts.iter().enumerate() {
        below += count as f32;
        below_sum += bin as f32 * count as f32;
        let above = total - below;
        if below == 0.0 || above == 0.0 {
            continue;
        }
        let distance = below_sum / below - (total_sum - below_sum) / above;
        let variance = below * above * distance * distance;
        if variance > best_variance {
            (best, best_variance) = (bin + 1, variance);
        }
    }
    best
}
