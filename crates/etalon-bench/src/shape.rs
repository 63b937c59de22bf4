//! Models by their shape: the sizes that `OpenAI` published, with random weights.

use crate::error::BenchError;
use etalon_call::named_enum;
use etalon_whisper::{ModelSizes, write_random_model};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// Tokens of Russian text in a second of a call, both sides together: some 1.7 words of 2.4 tokens.
const TOKENS_PER_SECOND: f64 = 4.0;

/// Windows of speech in a second of a long call, one side: it speaks for 0.42 of the time, pauses
/// inside of speech counted, and a window holds 28 s.
const WINDOWS_PER_SECOND: f64 = 0.42 / 28.0;

/// The most tokens that Whisper writes in a window.
const TOKENS_MAX: f64 = 200.0;

/// Tokens in a window of speech, where two sides speak on channels of their own and calls are so
/// long on the average, seconds.
pub fn typical_tokens_per_window(call_length_s: f64) -> u16 {
    let windows = 2.0 * (call_length_s * WINDOWS_PER_SECOND).ceil().max(1.0);
    (call_length_s * TOKENS_PER_SECOND / windows).round().clamp(1.0, TOKENS_MAX) as u16
}

named_enum! {
    /// The shape of a Whisper model.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
    pub enum ModelShape {
        /// 39 million weights.
        Tiny = "tiny",
        /// 74 million weights.
        Base = "base",
        /// 244 million weights.
        Small = "small",
        /// 769 million weights.
        Medium = "medium",
        /// 1,550 million weights.
        LargeV3 = "large-v3",
        /// 809 million weights: the encoder of `large-v3`, and a decoder of four layers.
        LargeV3Turbo = "large-v3-turbo",
    }
}

impl ModelShape {
    /// The sizes of the model (`OpenAI`'s `whisper/model.py` and the published checkpoints).
    pub fn sizes(self) -> ModelSizes {
        let (width, audio_layers, text_layers) = match self {
            Self::Tiny => (384, 4, 4),
            Self::Base => (512, 6, 6),
            Self::Small => (768, 12, 12),
            Self::Medium => (1024, 24, 24),
            Self::LargeV3 => (1280, 32, 32),
            Self::LargeV3Turbo => (1280, 32, 4),
        };
        let (mel_bands, vocabulary) = match self {
            Self::LargeV3 | Self::LargeV3Turbo => (128, 51_866),
            _ => (80, 51_865),
        };
        ModelSizes { width, audio_layers, text_layers, mel_bands, vocabulary }
    }

    /// Writes a model of this shape into a folder, and gives its file.
    pub(crate) fn write(self, tokens_per_window: u16, folder: &Path) -> Result<PathBuf, BenchError> {
        let path = folder.join(format!("random-{}.bin", self.name()));
        let failed = || BenchError::io("write a model", &path);
        let mut file = BufWriter::with_capacity(1 << 20, File::create(&path).map_err(failed())?);
        let vocabulary_of = etalon_models::embedded().bytes;
        write_random_model(self.sizes(), tokens_per_window.into(), vocabulary_of, &mut file)
            .map_err(failed())?;
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_of_a_longer_call_holds_more_until_it_is_full() {
        for (call_length_s, expected) in [
            (0.1, 1),
            (4.0, 8),
            (28.0, 56),
            (66.0, 132),
            (67.0, 67),
            (140.0, 93),
            (180.0, 120),
            (3600.0, 133),
        ] {
            assert_eq!(typical_tokens_per_window(call_length_s), expected, "{call_length_s}");
        }
    }

    #[test]
    fn a_shape_has_as_many_weights_as_its_name_promises() {
        for (shape, bytes) in [(ModelShape::Tiny, 77_691_713_u64), (ModelShape::Base, 147_951_465)] {
            let folder = tempfile::tempdir().unwrap();
            let path = shape.write(50, folder.path()).unwrap();
            let written = std::fs::metadata(&path).unwrap().len();
            // The published file of half floats; its lists of tokens differ by a few bytes.
            assert!(written.abs_diff(bytes) < 100_000, "{shape:?}: {written}");
        }
    }
}
