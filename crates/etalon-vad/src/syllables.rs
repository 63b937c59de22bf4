//! Syllable nuclei from the signal, after de Jong and Wempe (2009), "Praat script to detect
//! syllable nuclei and measure speech rate automatically", Behavior Research Methods 41(2),
//! 385-390.
//!
//! A nucleus is a peak of intensity with a dip of at least 2 dB before it, above a threshold
//! relative to the loud parts, and voiced. Intensity is taken from frames of 10 ms smoothed over 50
//! ms.

/// A nucleus stands at least this far above the dip before it, dB (the paper's 2 dB).
const DIP_DB: f32 = 2.0;
/// A nucleus is at most this far below the loud parts of its channel, dB (the paper's 25 dB below
/// the 99th percentile).
const BELOW_LOUD_DB: f32 = 25.0;
/// Share of the frames of speech that the loud parts lie above.
const LOUD_SHARE: f64 = 0.99;
/// Frames on each side over which the intensity is smoothed.
const SMOOTHING: usize = 2;
/// Two nuclei are at least this many frames apart: no voice makes more than some 14 syllables a
/// second.
const NUCLEUS_DISTANCE: usize = 7;

/// The frames that are syllable nuclei. `level_dbfs` is the intensity, `voiced(i)` whether frame
/// `i` is voiced speech.
pub(crate) fn nuclei(level_dbfs: &[f32], voiced: impl Fn(usize) -> bool) -> Vec<usize> {
    let smooth = smoothed(level_dbfs);
    let mut voiced_levels: Vec<f32> =
        (0..smooth.len()).filter(|&frame| voiced(frame)).map(|frame| smooth[frame]).collect();
    if voiced_levels.is_empty() {
        return Vec::new();
    }
    voiced_levels.sort_by(f32::total_cmp);
    let loud = voiced_levels[((voiced_levels.len() - 1) as f64 * LOUD_SHARE) as usize];
    let mut nuclei: Vec<usize> = Vec::new();
    let mut dip = f32::NEG_INFINITY;
    for frame in 1..smooth.len().saturating_sub(1) {
        let level = smooth[frame];
        dip = dip.min(level);
        let is_peak = level >= smooth[frame - 1] && level > smooth[frame + 1];
        if !is_peak || level < loud - BELOW_LOUD_DB || !voiced(frame) {
            continue;
        }
        match nuclei.last_mut() {
            // Without a dip the higher one of two peaks is the nucleus.
            Some(last)
                if level - dip < DIP_DB
                    || smooth[*last] - dip < DIP_DB
                    || frame - *last < NUCLEUS_DISTANCE =>
            {
                if level > smooth[*last] {
                    *last = frame;
                    dip = level;
                }
            }
            _ => {
                nuclei.push(frame);
                dip = level;
            }
        }
    }
    nuclei
}

fn smoothed(level_dbfs: &[f32]) -> Vec<f32> {
    (0..level_dbfs.len())
        .map(|frame| {
            let around =
                &level_dbfs[frame.saturating_sub(SMOOTHING)..(frame + SMOOTHING + 1).min(level_dbfs.len())];
            around.iter().sum::<f32>() / around.len() as f32
        })
        .collect()
}
