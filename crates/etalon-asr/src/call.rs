//! All channels of a call into words.

use crate::error::AsrError;
use crate::settings::TranscriptionSettings;
use crate::transcriber::{HeardWindow, Request, Transcriber};
use crate::window::{self, Window};
use crate::{guard, placement};
use etalon_audio::{Samples, SpeechResampler};
use etalon_call::{Span, TranscriptionCounts, Word};

/// Windows that are given to the recognizer at once: enough for it to work on them together, few enough that their
/// signal stays below 60 MB however long the call is.
const BATCH_WINDOWS: usize = 32;

/// One channel of a call and where somebody speaks on it.
#[derive(Debug, Clone, Copy)]
pub struct ChannelSpeech<'a> {
    /// The channel's samples.
    pub samples: &'a Samples,
    /// The speech regions in call time, sorted and disjoint.
    pub regions: &'a [Span],
}

/// What was said on one channel.
#[derive(Debug, Clone, Default)]
pub struct ChannelTranscript {
    /// The words in order of time, each inside one of the speech regions.
    pub words: Vec<Word>,
    /// How much was transcribed and how much the guards removed.
    pub counts: TranscriptionCounts,
}

/// Transcribes the speech regions of all channels of a call; one transcript for each channel, in the same order.
///
/// `rate_hz` is the rate of the samples and of `resampler`'s input.
///
/// # Errors
///
/// When the recognizer fails on a window, or was stopped meanwhile.
pub fn transcribe_call(
    transcriber: &mut dyn Transcriber,
    resampler: &mut SpeechResampler,
    channels: &[ChannelSpeech<'_>],
    rate_hz: u32,
    request: &Request<'_>,
    settings: &TranscriptionSettings,
) -> Result<Vec<ChannelTranscript>, AsrError> {
    let windows = windows(channels, rate_hz, settings);
    let mut transcripts = vec![ChannelTranscript::default(); channels.len()];
    for batch in windows.chunks(BATCH_WINDOWS) {
        let heard = hear(transcriber, resampler, channels, rate_hz, batch, request)?;
        for ((channel, window), heard) in batch.iter().zip(heard) {
            let regions = channels[*channel].regions;
            transcripts[*channel].take(heard, window, regions, settings);
        }
    }
    for transcript in &mut transcripts {
        transcript.settle();
    }
    Ok(transcripts)
}

/// The windows of all channels, each with the index of its channel.
fn windows(
    channels: &[ChannelSpeech<'_>],
    rate_hz: u32,
    settings: &TranscriptionSettings,
) -> Vec<(usize, Window)> {
    let mut windows = Vec::new();
    for (index, channel) in channels.iter().enumerate() {
        let duration_s = channel.samples.len() as f64 / f64::from(rate_hz);
        let packed = window::pack(channel.regions, duration_s, settings);
        windows.extend(packed.into_iter().map(|window| (index, window)));
    }
    windows
}

/// Gives the recognizer a batch of windows.
fn hear(
    transcriber: &mut dyn Transcriber,
    resampler: &mut SpeechResampler,
    channels: &[ChannelSpeech<'_>],
    rate_hz: u32,
    batch: &[(usize, Window)],
    request: &Request<'_>,
) -> Result<Vec<HeardWindow>, AsrError> {
    let signals: Vec<Vec<f32>> = batch
        .iter()
        .map(|(channel, window)| window::signal(window, channels[*channel].samples, rate_hz, resampler))
        .collect();
    let signals: Vec<&[f32]> = signals.iter().map(Vec::as_slice).collect();
    transcriber.transcribe(&signals, request)
}

impl ChannelTranscript {
    /// Takes over what was heard in the channel's next window.
    fn take(
        &mut self,
        heard: HeardWindow,
        window: &Window,
        regions: &[Span],
        settings: &TranscriptionSettings,
    ) {
        let kept = guard::without_invented_words(heard.words, &mut self.counts);
        self.words.extend(placement::place(&kept, window, regions, settings, &mut self.counts));
        self.counts.windows += 1;
    }

    /// Puts the words of all windows in order and counts them.
    fn settle(&mut self) {
        placement::settle(&mut self.words);
        self.counts.words = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
    }
}
