use serde::{Deserialize, Serialize};

/// The thresholds of the activity detector. Every field can be set alone; the rest keeps its default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ActivitySettings {
    /// Speech is no further below the channel's own loud speech than this, dB.
    pub speech_range_db: f32,
    /// Speech begins this far above the noise floor, dB.
    pub onset_above_noise_db: f32,
    /// Speech goes on while it is this far above the noise floor, dB.
    pub offset_above_noise_db: f32,
    /// What is quieter than this is never speech, dB relative to full scale.
    pub quietest_speech_dbfs: f32,
    /// Periodicity from which a frame counts as voiced, 0 to 1.
    pub voiced_periodicity: f32,
    /// A region needs this much voiced sound, seconds.
    pub voiced_min_s: f64,
    /// A shorter region is dropped, seconds.
    pub region_min_s: f64,
    /// A shorter gap between two regions is closed, seconds.
    pub gap_min_s: f64,
    /// Half the length of the stretch over which the noise floor is taken, seconds.
    pub noise_half_window_s: f64,
    /// Sound on one channel at least this far below simultaneous speech on another can be its echo, dB.
    pub crosstalk_below_db: f32,
    /// Sound this much louder than the echo that the other channel would make is speech of its own, dB.
    pub crosstalk_margin_db: f32,
}

impl Default for ActivitySettings {
    fn default() -> Self {
        Self {
            speech_range_db: 34.0,
            onset_above_noise_db: 9.0,
            offset_above_noise_db: 6.0,
            quietest_speech_dbfs: -70.0,
            voiced_periodicity: 0.5,
            voiced_min_s: 0.05,
            region_min_s: 0.1,
            gap_min_s: 0.2,
            noise_half_window_s: 5.0,
            crosstalk_below_db: 18.0,
            crosstalk_margin_db: 8.0,
        }
    }
}
