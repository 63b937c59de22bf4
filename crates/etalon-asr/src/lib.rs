//! Speech into words with times, inside known speech activity.
//!
//! One channel goes through four steps, each in a module of its own:
//!
//! 1. [`window`]: the channel's speech regions are packed into windows of at most 30 s, cut where nobody speaks,
//!    with a map back to call time;
//! 2. a [`Transcriber`] turns each window into words with window times ([`whisper`] is the one that exists);
//! 3. [`guard`] removes what the model is known to invent;
//! 4. [`placement`] maps the words back to call time and into the speech regions: the signal decides when somebody
//!    spoke, the model only what was said.
//!
//! [`transcribe_channel`] is these four steps.

#![deny(unsafe_code)]

pub mod error;
pub mod guard;
pub mod placement;
pub mod settings;
pub mod transcriber;
pub mod weights;
pub mod whisper;
pub mod window;

pub use error::AsrError;
pub use settings::TranscriptionSettings;
pub use transcriber::{HeardWord, Transcriber};
pub use whisper::{WhisperModel, WhisperTranscriber, compute_features, request_stop};

use etalon_audio::{Samples, SpeechResampler};
use etalon_call::{Span, TranscriptionCounts, Word};

/// What was said on one channel.
#[derive(Debug, Clone, Default)]
pub struct ChannelTranscript {
    /// The words in order of time, each inside one of the speech regions.
    pub words: Vec<Word>,
    /// How much was transcribed and how much the guards removed.
    pub counts: TranscriptionCounts,
}

/// Transcribes the speech regions of one channel.
///
/// `regions` are in call time, sorted and disjoint; `rate_hz` is the rate of `samples` and of `resampler`'s input.
///
/// # Errors
///
/// When the model fails on a window, or when [`request_stop`] was called meanwhile.
pub fn transcribe_channel(
    transcriber: &mut dyn Transcriber,
    resampler: &mut SpeechResampler,
    samples: &Samples,
    rate_hz: u32,
    regions: &[Span],
    settings: &TranscriptionSettings,
) -> Result<ChannelTranscript, AsrError> {
    let duration_s = samples.len() as f64 / f64::from(rate_hz);
    let mut transcript = ChannelTranscript::default();
    for window in window::pack(regions, duration_s, settings) {
        let signal = window::signal(&window, samples, rate_hz, resampler);
        let heard = transcriber.transcribe(&signal)?;
        let kept = guard::without_invented_words(heard, &mut transcript.counts);
        let placed = placement::place(&kept, &window, regions, settings, &mut transcript.counts);
        transcript.counts.windows += 1;
        transcript.words.extend(placed);
    }
    placement::settle(&mut transcript.words);
    transcript.counts.words = u32::try_from(transcript.words.len()).unwrap_or(u32::MAX);
    Ok(transcript)
}
