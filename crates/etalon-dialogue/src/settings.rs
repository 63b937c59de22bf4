use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The thresholds of every measure of the dialogue. Each can be set alone; the others keep their
/// defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DialogueSettings {
    /// Longest pause inside a turn if nobody else began in it, seconds.
    pub turn_gap_s: f64,
    /// The same if the other side gave a backchannel in the pause, seconds.
    pub turn_gap_across_backchannel_s: f64,
    /// Longest pause inside an utterance, which can overlap with another's, seconds.
    pub utterance_gap_s: f64,
    /// Shortest silence, in which nobody speaks, seconds.
    pub silence_min_s: f64,
    /// Shortest silence that is a hold without an announcement, seconds.
    pub hold_unannounced_min_s: f64,
    /// Shortest silence that is a hold with an announcement or music, seconds.
    pub hold_announced_min_s: f64,
    /// Longest time from an announcement to the end of the agent's speech, seconds.
    pub hold_announcement_window_s: f64,
    /// Least speech of a side in total before it counts as present, seconds.
    pub hold_side_spoken_min_s: f64,
    /// Largest share of a hold that the client may speak, 0 to 1.
    pub hold_client_speech_max_ratio: f64,
    /// The same if both sides share a channel and voices may be confused, 0 to 1.
    pub hold_shared_speech_max_ratio: f64,
    /// Least music in a hold with music, seconds.
    pub hold_music_min_s: f64,
    /// Least share of music in an unannounced hold if both sides are in one track, 0 to 1.
    pub hold_mixed_music_min_ratio: f64,
    /// Shortest overlap that is listed, seconds.
    pub overlap_min_s: f64,
    /// Longest terminal overlap at the end of an utterance, seconds.
    pub terminal_max_s: f64,
    /// Least speech before an interruption, seconds.
    pub interrupted_min_s: f64,
    /// Taking the floor means to speak for at least this long, seconds, …
    pub floor_taken_min_s: f64,
    /// … or to say at least this many words.
    pub floor_taken_min_words: f64,
    /// Longest backchannel if its words are not known, seconds.
    pub backchannel_max_s: f64,
    /// Longest backchannel if all of its words are on the list, seconds.
    pub backchannel_words_max_s: f64,
    /// Longest agreement that counts as a backchannel while the other goes on, seconds.
    pub assent_max_s: f64,
    /// If words are known, a region up to this long without any is a sound, not speech, seconds.
    pub wordless_max_s: f64,
    /// Longest pause between a speaker who is cut off and the other, seconds.
    pub cut_off_gap_s: f64,
    /// «Не перебивайте» refers to speech that the other began at most this long after the speaker's
    /// end, seconds, …
    pub said_seam_max_s: f64,
    /// … and is said at most this long after the other's turn, seconds.
    pub said_window_s: f64,
    /// Shouted vowels have at least this level, dB relative to full scale, …
    pub shouting_min_dbfs: f64,
    /// … are this much louder than the speaker's own median, dB, …
    pub shouting_rise_db: f64,
    /// … and have this much more of their energy above 1 kHz, dB, …
    pub shouting_tilt_rise_db: f64,
    /// … or are this much higher, semitones.
    pub shouting_pitch_rise_semitones: f64,
    /// Vowels this much louder than the speaker's own median, dB, …
    pub shouting_far_rise_db: f64,
    /// … need only this much more energy above 1 kHz, dB, …
    pub shouting_far_tilt_rise_db: f64,
    /// … or this much more pitch, semitones.
    pub shouting_far_pitch_rise_semitones: f64,
    /// Least syllables of shouting.
    pub shouting_min_syllables: f64,
    /// The same if voices on a shared channel may be confused.
    pub shouting_shared_min_syllables: f64,
    /// Shortest passage of shouting, seconds.
    pub shouting_min_s: f64,
    /// Shortest stretch of speech without a word that is listed as unrecognized, seconds.
    pub unrecognized_min_s: f64,
    /// Largest unrecognized share of a speaker's speech for which words per minute are measured, 0
    /// to 1.
    pub unrecognized_max_ratio: f64,
    /// A speaker with less speech than this may have as few words as can be, seconds.
    pub sparse_speech_min_s: f64,
    /// Fewer words for a minute of speech are what a recognizer lost the others of: slow speakers say
    /// three times as many.
    pub sparse_words_per_min: f64,
}

impl Default for DialogueSettings {
    fn default() -> Self {
        Self {
            turn_gap_s: 1.0,
            turn_gap_across_backchannel_s: 0.6,
            utterance_gap_s: 0.5,
            silence_min_s: 3.0,
            hold_unannounced_min_s: 10.0,
            hold_announced_min_s: 5.0,
            hold_announcement_window_s: 15.0,
            hold_side_spoken_min_s: 1.0,
            hold_client_speech_max_ratio: 0.5,
            hold_shared_speech_max_ratio: 0.25,
            hold_music_min_s: 3.0,
            hold_mixed_music_min_ratio: 0.5,
            overlap_min_s: 0.08,
            terminal_max_s: 0.35,
            interrupted_min_s: 0.5,
            floor_taken_min_s: 1.0,
            floor_taken_min_words: 3.0,
            backchannel_max_s: 0.48,
            backchannel_words_max_s: 1.0,
            assent_max_s: 2.5,
            wordless_max_s: 1.5,
            cut_off_gap_s: 0.2,
            said_seam_max_s: 1.0,
            said_window_s: 10.0,
            shouting_min_dbfs: -20.0,
            shouting_rise_db: 8.0,
            shouting_tilt_rise_db: 3.0,
            shouting_pitch_rise_semitones: 3.0,
            shouting_far_rise_db: 9.0,
            shouting_far_tilt_rise_db: 1.0,
            shouting_far_pitch_rise_semitones: 0.5,
            shouting_min_syllables: 4.0,
            shouting_shared_min_syllables: 8.0,
            shouting_min_s: 0.8,
            unrecognized_min_s: 2.0,
            unrecognized_max_ratio: 0.1,
            sparse_speech_min_s: 8.0,
            sparse_words_per_min: 24.0,
        }
    }
}

impl DialogueSettings {
    /// Every threshold by name, as written into `metrics.definitions` of each call.
    pub fn definitions(&self) -> BTreeMap<String, f64> {
        [
            ("turn_gap_s", self.turn_gap_s),
            ("turn_gap_across_backchannel_s", self.turn_gap_across_backchannel_s),
            ("utterance_gap_s", self.utterance_gap_s),
            ("silence_min_s", self.silence_min_s),
            ("hold_unannounced_min_s", self.hold_unannounced_min_s),
            ("hold_announced_min_s", self.hold_announced_min_s),
            ("hold_announcement_window_s", self.hold_announcement_window_s),
            ("hold_side_spoken_min_s", self.hold_side_spoken_min_s),
            ("hold_client_speech_max_ratio", self.hold_client_speech_max_ratio),
            ("hold_shared_speech_max_ratio", self.hold_shared_speech_max_ratio),
            ("hold_music_min_s", self.hold_music_min_s),
            ("hold_mixed_music_min_ratio", self.hold_mixed_music_min_ratio),
            ("overlap_min_s", self.overlap_min_s),
            ("terminal_max_s", self.terminal_max_s),
            ("interrupted_min_s", self.interrupted_min_s),
            ("floor_taken_min_s", self.floor_taken_min_s),
            ("floor_taken_min_words", self.floor_taken_min_words),
            ("backchannel_max_s", self.backchannel_max_s),
            ("backchannel_words_max_s", self.backchannel_words_max_s),
            ("assent_max_s", self.assent_max_s),
            ("wordless_max_s", self.wordless_max_s),
            ("cut_off_gap_s", self.cut_off_gap_s),
            ("said_seam_max_s", self.said_seam_max_s),
            ("said_window_s", self.said_window_s),
            ("shouting_min_dbfs", self.shouting_min_dbfs),
            ("shouting_rise_db", self.shouting_rise_db),
            ("shouting_tilt_rise_db", self.shouting_tilt_rise_db),
            ("shouting_pitch_rise_semitones", self.shouting_pitch_rise_semitones),
            ("shouting_far_rise_db", self.shouting_far_rise_db),
            ("shouting_far_tilt_rise_db", self.shouting_far_tilt_rise_db),
            ("shouting_far_pitch_rise_semitones", self.shouting_far_pitch_rise_semitones),
            ("shouting_min_syllables", self.shouting_min_syllables),
            ("shouting_shared_min_syllables", self.shouting_shared_min_syllables),
            ("shouting_min_s", self.shouting_min_s),
            ("unrecognized_min_s", self.unrecognized_min_s),
            ("unrecognized_max_ratio", self.unrecognized_max_ratio),
            ("sparse_speech_min_s", self.sparse_speech_min_s),
            ("sparse_words_per_min", self.sparse_words_per_min),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_threshold_is_among_the_definitions() {
        let settings = DialogueSettings::default();
        let fields = serde_json::to_value(&settings).unwrap();
        let definitions = serde_json::to_value(settings.definitions()).unwrap();
        assert_eq!(fields, definitions);
    }

    #[test]
    fn one_threshold_can_be_set_alone_and_unknown_ones_are_refused() {
        let settings: DialogueSettings = toml::from_str("silence_min_s = 5.0").unwrap();
        assert_eq!(settings, DialogueSettings { silence_min_s: 5.0, ..DialogueSettings::default() });
        assert!(toml::from_str::<DialogueSettings>("silence_minimum = 5.0").is_err());
    }
}
