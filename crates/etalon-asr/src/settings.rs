//! Settings of transcription.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a channel is cut into windows and how far a word may be moved. Part of the pipeline's
/// fingerprint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TranscriptionSettings {
    /// Longest window, seconds; the model takes at most 30.
    pub window_max_s: f64,
    /// Signal kept before and after each region, seconds: a detector cuts the weak edges of words.
    pub padding_s: f64,
    /// Regions closer than this keep the true pause between them, seconds.
    pub pause_kept_s: f64,
    /// Silence inserted between regions that are further apart, seconds.
    pub joint_s: f64,
    /// Beam size: how many texts of a window are decoded side by side, of which the most probable
    /// is kept. 1 decodes greedily, which is faster and makes more errors.
    pub beam_size: usize,
    /// A word between two regions is moved to the nearer one if it is at most this far away,
    /// seconds; otherwise it is dropped and counted.
    pub word_shift_max_s: f64,
    /// Least mean confidence of words from which conclusions are drawn, 0 to 1.
    pub confidence_min: f64,
    /// Whether the model gets a prompt with names and terms: those of the packs, of the call and of
    /// `terms`.
    pub glossary: bool,
    /// Further terms for the prompt, the most important ones first.
    pub terms: Vec<String>,
}

impl TranscriptionSettings {
    /// The thresholds that conclusions from words depend on, by name.
    pub fn definitions(&self) -> BTreeMap<String, f64> {
        BTreeMap::from([("confidence_min".to_owned(), self.confidence_min)])
    }
}

impl Default for TranscriptionSettings {
    fn default() -> Self {
        Self {
            window_max_s: 28.0,
            padding_s: 0.1,
            pause_kept_s: 0.6,
            joint_s: 0.2,
            beam_size: 5,
            word_shift_max_s: 0.5,
            confidence_min: 0.45,
            glossary: false,
            terms: Vec::new(),
        }
    }
}
