use serde::{Deserialize, Serialize};

/// How voices that share a channel are told apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VoiceSettings {
    /// How many speakers there are, where that is known; otherwise one, two, or more where a third
    /// is clearly heard.
    pub speakers: Option<usize>,
    /// Length of the window over which a voice is listened to, seconds.
    pub window_s: f64,
    /// Time from one window to the next, seconds: the grid on which speakers change.
    pub step_s: f64,
    /// The windows of so much speech are held in memory at once, seconds: voices of a longer
    /// recording are learnt from an even share of its speech.
    pub held_speech_s: f64,
    /// A second voice is listened to from these odds on that it is somebody else, natural
    /// logarithm; then pauses and words decide.
    pub second_voice_min_log_odds: f64,
    /// A third or later voice must be somebody else than every other voice with at least these
    /// odds, natural logarithm.
    pub third_voice_min_log_odds: f64,
    /// No more alike than this, -1 to 1, voices are told apart although one of them now speaks and
    /// now shouts: large groups of windows are then given to the voice whose largest group they are
    /// most like.
    #[serde(alias = "unlike_voices_max_likeness")]
    pub unlike_voices_max_similarity: f64,
    /// What a change of speakers inside a region costs, in seconds of speech: the less the voices
    /// differ, the less such a second weighs.
    pub change_cost_s: f64,
    /// The same over a pause.
    pub change_across_pause_cost_s: f64,
}

impl Default for VoiceSettings {
    fn default() -> Self {
        Self {
            speakers: None,
            window_s: 1.5,
            step_s: 0.1,
            held_speech_s: 600.0,
            second_voice_min_log_odds: -4.0,
            third_voice_min_log_odds: 0.5,
            unlike_voices_max_similarity: 0.6,
            change_cost_s: 0.4,
            change_across_pause_cost_s: 0.08,
        }
    }
}
