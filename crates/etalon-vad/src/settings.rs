use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The thresholds of the activity detector. Every field can be set alone; the rest keeps its
/// default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ActivitySettings {
    /// A voice begins where the network hears one with this likelihood, 0 to 1 …
    pub voice_onset: f32,
    /// … goes on while it hears one with this …
    pub voice_offset: f32,
    /// … and lasts at least this long, seconds …
    pub voice_min_s: f64,
    /// … or in music this long, seconds.
    pub voice_in_music_min_s: f64,
    /// The network hears a voice up to so much after its beginning, seconds.
    pub voice_lead_s: f64,
    /// Sound that stands out is speech up to so far before and after a voice, seconds …
    pub voice_reach_s: f64,
    /// … if it is this far above what is heard close by without a voice, dB …
    pub above_other_db: f32,
    /// … where the network hears one with less than this likelihood, 0 to 1.
    pub no_voice: f32,
    /// Noise of a line keeps its level to within this for 0.15 s, dB.
    pub steady_range_db: f32,
    /// A shorter gap between two regions is closed if the network goes on hearing a voice in it,
    /// seconds.
    pub voice_gap_min_s: f64,
    /// Speech is no further below the channel's own loud speech than this, dB.
    pub speech_range_db: f32,
    /// Speech is at least this far above the noise floor, even in the steadiest noise, dB.
    pub above_noise_min_db: f32,
    /// Sound this far above the noise floor can be speech even in the most non-stationary noise,
    /// dB.
    pub above_noise_max_db: f32,
    /// So many standard deviations of its height lie between non-stationary noise and speech.
    pub above_noise_deviations: f32,
    /// Speech begins this much higher than it may end, dB.
    pub onset_above_offset_db: f32,
    /// Where speech stands far out of the noise, sound this far above the noise floor can be
    /// speech, however non-stationary the noise is, dB.
    #[serde(alias = "restless_above_noise_db")]
    pub non_stationary_above_noise_db: f32,
    /// There is babble behind the speaker if the non-stationary noise reaches this far above its
    /// floor, dB …
    #[serde(alias = "behind_above_noise_db")]
    pub babble_above_noise_db: f32,
    /// … and if the quietest sounds are no further than this below his loud speech: they leave no
    /// pauses, dB.
    #[serde(alias = "behind_range_db")]
    pub babble_range_db: f32,
    /// In babble, sound this far above the noise floor can be speech, dB.
    #[serde(alias = "behind_threshold_db")]
    pub babble_threshold_db: f32,
    /// In babble, the speaker is no further than this below his own loud speech, dB …
    pub foreground_range_db: f32,
    /// … but he is heard where the sound is so many deviations above the median level of the
    /// others.
    pub foreground_deviations: f32,
    /// In babble, the speaker's speech begins this much louder than it may end, dB.
    pub foreground_onset_db: f32,
    /// In babble, a shorter region is dropped, seconds.
    pub foreground_region_min_s: f64,
    /// Babble hides this much of both ends of a region, seconds.
    pub foreground_edge_s: f64,
    /// Music is this far above the noise floor, dB.
    pub music_above_noise_db: f32,
    /// What is quieter than this is never speech, dB relative to full scale.
    pub quietest_speech_dbfs: f32,
    /// Periodicity from which a frame counts as voiced, 0 to 1.
    pub voiced_periodicity: f32,
    /// A shorter region is dropped, seconds.
    pub region_min_s: f64,
    /// A shorter gap between two regions is closed, seconds.
    pub gap_min_s: f64,
    /// A steady line of music lies in a band that is this far above its own noise floor, dB.
    pub music_line_above_noise_db: f32,
    /// In noise a region is prolonged by up to this much at both ends, because its faint edges are
    /// hidden, seconds.
    pub hidden_edge_s: f64,
    /// The noise hides nothing while speech is this far above it, dB.
    pub hidden_below_db: f32,
    /// Music begins where the frames have on average this many steady lines …
    pub music_onset_lines: f32,
    /// … goes on while they have this many …
    pub music_offset_lines: f32,
    /// … where sound that keeps its level is taken for having so many more …
    pub music_unbroken_lines: f32,
    /// … if the level varies by no more than this for 3 s, dB …
    pub music_range_db: f32,
    /// … and lasts at least this long, seconds.
    pub music_min_s: f64,
    /// Share of the power that a signalling tone has in its two strongest lines, 0 to 1.
    pub tone_concentration: f32,
    /// The level of a signalling tone changes by at most this much in 20 ms, dB.
    pub tone_level_change_db: f32,
    /// A recording longer than twice this is decided in parts of this length, at least 10, seconds.
    pub part_s: f64,
    /// Half the length of the stretch over which the noise floor is taken, seconds.
    pub noise_half_window_s: f64,
    /// What is heard on one channel is the echo of another if their levels correlate by this at
    /// some delay, 0 to 1.
    pub echo_correlation: f64,
    /// Sound on one channel at least this far below simultaneous speech on another can be its echo,
    /// dB.
    pub crosstalk_below_db: f32,
    /// Sound this much louder than the echo that the other channel would make is speech of its own,
    /// dB.
    pub crosstalk_margin_db: f32,
}

impl Default for ActivitySettings {
    fn default() -> Self {
        Self {
            voice_onset: 0.5,
            voice_offset: 0.35,
            voice_min_s: 0.1,
            voice_in_music_min_s: 0.3,
            voice_lead_s: 0.05,
            voice_reach_s: 0.3,
            above_other_db: 2.0,
            no_voice: 0.15,
            steady_range_db: 2.5,
            voice_gap_min_s: 0.3,
            speech_range_db: 34.0,
            above_noise_min_db: 3.0,
            above_noise_max_db: 14.0,
            above_noise_deviations: 2.0,
            onset_above_offset_db: 1.5,
            non_stationary_above_noise_db: 6.5,
            babble_above_noise_db: 9.0,
            babble_range_db: 40.0,
            babble_threshold_db: 10.0,
            foreground_range_db: 6.5,
            foreground_deviations: 1.85,
            foreground_onset_db: 2.0,
            foreground_region_min_s: 0.25,
            foreground_edge_s: 0.08,
            music_above_noise_db: 9.0,
            quietest_speech_dbfs: -70.0,
            voiced_periodicity: 0.5,
            region_min_s: 0.1,
            gap_min_s: 0.2,
            music_line_above_noise_db: 12.0,
            hidden_edge_s: 0.04,
            hidden_below_db: 28.0,
            music_onset_lines: 1.3,
            music_offset_lines: 0.95,
            music_unbroken_lines: 0.9,
            music_range_db: 14.0,
            music_min_s: 3.0,
            tone_concentration: 0.9,
            tone_level_change_db: 1.0,
            part_s: 600.0,
            noise_half_window_s: 5.0,
            echo_correlation: 0.6,
            crosstalk_below_db: 18.0,
            crosstalk_margin_db: 8.0,
        }
    }
}

impl ActivitySettings {
    /// Every threshold by its name after `activity.`, rounded to thousandths, for
    /// `metrics.definitions` of a call.
    pub fn definitions(&self) -> BTreeMap<String, f64> {
        [
            ("voice_onset", f64::from(self.voice_onset)),
            ("voice_offset", f64::from(self.voice_offset)),
            ("voice_min_s", self.voice_min_s),
            ("voice_in_music_min_s", self.voice_in_music_min_s),
            ("voice_lead_s", self.voice_lead_s),
            ("voice_reach_s", self.voice_reach_s),
            ("above_other_db", f64::from(self.above_other_db)),
            ("no_voice", f64::from(self.no_voice)),
            ("steady_range_db", f64::from(self.steady_range_db)),
            ("voice_gap_min_s", self.voice_gap_min_s),
            ("speech_range_db", f64::from(self.speech_range_db)),
            ("above_noise_min_db", f64::from(self.above_noise_min_db)),
            ("above_noise_max_db", f64::from(self.above_noise_max_db)),
            ("above_noise_deviations", f64::from(self.above_noise_deviations)),
            ("onset_above_offset_db", f64::from(self.onset_above_offset_db)),
            ("non_stationary_above_noise_db", f64::from(self.non_stationary_above_noise_db)),
            ("babble_above_noise_db", f64::from(self.babble_above_noise_db)),
            ("babble_range_db", f64::from(self.babble_range_db)),
            ("babble_threshold_db", f64::from(self.babble_threshold_db)),
            ("foreground_range_db", f64::from(self.foreground_range_db)),
            ("foreground_deviations", f64::from(self.foreground_deviations)),
            ("foreground_onset_db", f64::from(self.foreground_onset_db)),
            ("foreground_region_min_s", self.foreground_region_min_s),
            ("foreground_edge_s", self.foreground_edge_s),
            ("music_above_noise_db", f64::from(self.music_above_noise_db)),
            ("quietest_speech_dbfs", f64::from(self.quietest_speech_dbfs)),
            ("voiced_periodicity", f64::from(self.voiced_periodicity)),
            ("region_min_s", self.region_min_s),
            ("gap_min_s", self.gap_min_s),
            ("music_line_above_noise_db", f64::from(self.music_line_above_noise_db)),
            ("hidden_edge_s", self.hidden_edge_s),
            ("hidden_below_db", f64::from(self.hidden_below_db)),
            ("music_onset_lines", f64::from(self.music_onset_lines)),
            ("music_offset_lines", f64::from(self.music_offset_lines)),
            ("music_unbroken_lines", f64::from(self.music_unbroken_lines)),
            ("music_range_db", f64::from(self.music_range_db)),
            ("music_min_s", self.music_min_s),
            ("tone_concentration", f64::from(self.tone_concentration)),
            ("tone_level_change_db", f64::from(self.tone_level_change_db)),
            ("part_s", self.part_s),
            ("noise_half_window_s", self.noise_half_window_s),
            ("echo_correlation", self.echo_correlation),
            ("crosstalk_below_db", f64::from(self.crosstalk_below_db)),
            ("crosstalk_margin_db", f64::from(self.crosstalk_margin_db)),
        ]
        .into_iter()
        .map(|(name, value)| (format!("activity.{name}"), etalon_call::round3(value)))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_threshold_is_among_the_definitions() {
        let settings = ActivitySettings::default();
        let fields = serde_json::to_value(&settings).unwrap();
        let definitions = settings.definitions();
        assert_eq!(fields.as_object().unwrap().len(), definitions.len());
        for (name, value) in fields.as_object().unwrap() {
            let definition = definitions[&format!("activity.{name}")];
            assert!((definition - value.as_f64().unwrap()).abs() < 0.001, "{name}: {definition}");
        }
    }

    #[test]
    fn one_threshold_can_be_set_alone_and_unknown_ones_are_refused() {
        let settings: ActivitySettings = toml::from_str("gap_min_s = 0.3").unwrap();
        assert_eq!(settings, ActivitySettings { gap_min_s: 0.3, ..ActivitySettings::default() });
        assert!(toml::from_str::<ActivitySettings>("gap_min = 0.3").is_err());
    }
}
