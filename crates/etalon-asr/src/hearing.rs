//! Windows of a call through a recognizer, some of them more than once.

use crate::call::ChannelSpeech;
use crate::channel::ChannelTranscript;
use crate::error::AsrError;
use crate::languages::{self, ChosenLanguage, Opinion};
use crate::settings::TranscriptionSettings;
use crate::transcriber::{HeardWindow, Request, Transcriber};
use crate::unheard;
use crate::window::{self, Window};
use etalon_audio::SpeechResampler;

/// Windows that are given to the recognizer at once: enough for it to work on them together, few enough that their
/// signal stays below 60 MB however long the call is.
const BATCH_WINDOWS: usize = 32;

/// A window, where it was cut from, and what was heard in it.
struct ChannelWindow {
    /// The index of its channel.
    channel: usize,
    window: Window,
    heard: HeardWindow,
}

/// A call that is being transcribed.
pub(crate) struct Hearing<'a> {
    transcriber: &'a mut dyn Transcriber,
    resampler: &'a mut SpeechResampler,
    channels: &'a [ChannelSpeech<'a>],
    rate_hz: u32,
    request: Request<'a>,
    settings: &'a TranscriptionSettings,
    windows: Vec<ChannelWindow>,
}

/// How carefully windows are listened to.
type Transcribe = fn(&mut dyn Transcriber, &[&[f32]], &Request<'_>) -> Result<Vec<HeardWindow>, AsrError>;

const FIRST: Transcribe = |transcriber, signals, request| transcriber.transcribe(signals, request);
const AGAIN: Transcribe = |transcriber, signals, request| transcriber.transcribe_again(signals, request);

impl<'a> Hearing<'a> {
    pub(crate) fn new(
        transcriber: &'a mut dyn Transcriber,
        resampler: &'a mut SpeechResampler,
        channels: &'a [ChannelSpeech<'a>],
        rate_hz: u32,
        request: Request<'a>,
        settings: &'a TranscriptionSettings,
    ) -> Self {
        let mut hearing =
            Self { transcriber, resampler, channels, rate_hz, request, settings, windows: Vec::new() };
        for (channel, speech) in channels.iter().enumerate() {
            let packed = window::pack(speech.regions, speech.others, hearing.duration_s(channel), settings);
            let of_channel = packed.into_iter().map(|window| ChannelWindow {
                channel,
                window,
                heard: HeardWindow::default(),
            });
            hearing.windows.extend(of_channel);
        }
        hearing
    }

    fn duration_s(&self, channel: usize) -> f64 {
        self.channels[channel].samples.len() as f64 / f64::from(self.rate_hz)
    }

    /// Has all windows transcribed.
    pub(crate) fn hear_all(&mut self, languages: &[String]) -> Result<(), AsrError> {
        let all: Vec<usize> = (0..self.windows.len()).collect();
        self.hear(&all, languages)
    }

    /// Has some of the windows transcribed, in place of what was heard in them before.
    fn hear(&mut self, indices: &[usize], languages: &[String]) -> Result<(), AsrError> {
        for batch in indices.chunks(BATCH_WINDOWS) {
            let heard = self.transcribe(FIRST, batch, languages)?;
            for (&index, heard) in batch.iter().zip(heard) {
                self.windows[index].heard = heard;
            }
        }
        Ok(())
    }

    fn transcribe(
        &mut self,
        how: Transcribe,
        batch: &[usize],
        languages: &[String],
    ) -> Result<Vec<HeardWindow>, AsrError> {
        let mut signals = Vec::with_capacity(batch.len());
        for &index in batch {
            let ChannelWindow { channel, window, .. } = &self.windows[index];
            let samples = self.channels[*channel].samples;
            signals.push(window::signal(window, samples, self.rate_hz, self.resampler));
        }
        let signals: Vec<&[f32]> = signals.iter().map(Vec::as_slice).collect();
        how(self.transcriber, &signals, &Request { languages, ..self.request })
    }

    /// Chooses a language for each channel by its longest window and has the others transcribed, each in the language that
    /// it is in by strong evidence, otherwise in its channel's. Gives the language of the call.
    pub(crate) fn hear_in_chosen_language(
        &mut self,
        languages: &[String],
    ) -> Result<Option<String>, AsrError> {
        let longest = self.longest_windows();
        self.hear(&longest, languages)?;
        let opinions: Vec<Opinion<'_>> = longest.iter().map(|&index| self.opinion(index)).collect();
        let Some(ChosenLanguage { call, opinions: of_windows }) = languages::choose(&opinions, languages)
        else {
            return Ok(None);
        };
        let mut of_channels = vec![call.clone(); self.channels.len()];
        for (&index, language) in longest.iter().zip(of_windows) {
            of_channels[self.windows[index].channel] = language;
        }
        let others: Vec<usize> = (0..self.windows.len()).filter(|index| !longest.contains(index)).collect();
        self.hear(&others, languages)?;
        for language in languages {
            let is_due = |&index: &usize| {
                of_channels[self.windows[index].channel] == *language
                    && self.windows[index].heard.language != *language
            };
            let due: Vec<usize> = (0..self.windows.len()).filter(is_due).collect();
            self.compare(&due, std::slice::from_ref(language))?;
        }
        Ok(Some(call))
    }

    /// Has windows that seem to be in another language transcribed in their channel's; they keep what they are only where
    /// that makes clearly more sense.
    fn compare(&mut self, indices: &[usize], language: &[String]) -> Result<(), AsrError> {
        for batch in indices.chunks(BATCH_WINDOWS) {
            let in_channels = self.transcribe(FIRST, batch, language)?;
            for (&index, in_channels) in batch.iter().zip(in_channels) {
                let is_strong = languages::is_long_enough_to_differ(self.speech_s(index))
                    && languages::is_better(&self.windows[index].heard, &in_channels);
                if !is_strong {
                    self.windows[index].heard = in_channels;
                }
            }
        }
        Ok(())
    }

    /// The longest window of each channel that has any.
    fn longest_windows(&self) -> Vec<usize> {
        (0..self.channels.len())
            .filter_map(|channel| {
                let of_channel =
                    (0..self.windows.len()).filter(|&index| self.windows[index].channel == channel);
                // The first of equals, so that the choice does not depend on the iterator.
                of_channel.rev().max_by(|&one, &other| self.speech_s(one).total_cmp(&self.speech_s(other)))
            })
            .collect()
    }

    fn speech_s(&self, index: usize) -> f64 {
        self.windows[index].window.pieces.iter().map(|piece| piece.call.duration_s()).sum()
    }

    fn opinion(&self, index: usize) -> Opinion<'_> {
        let heard = &self.windows[index].heard;
        Opinion {
            speech_s: self.speech_s(index),
            language: &heard.language,
            probability: heard.language_probability.unwrap_or(1.0),
        }
    }

    /// Short windows that went badly are transcribed once more as carefully as the recognizer can; the likelier text stays.
    pub(crate) fn hear_doubtful_again(&mut self) -> Result<(), AsrError> {
        let is_doubtful = |&index: &usize| {
            let ChannelWindow { window, heard, .. } = &self.windows[index];
            unheard::is_doubtful(window.duration_s(), heard)
        };
        let doubtful: Vec<usize> = (0..self.windows.len()).filter(is_doubtful).collect();
        for index in doubtful {
            let language = [self.windows[index].heard.language.clone()];
            let again = self.transcribe(AGAIN, &[index], &language)?;
            for again in again {
                if unheard::is_likelier(&again, &self.windows[index].heard) {
                    self.windows[index].heard = again;
                }
            }
        }
        Ok(())
    }

    /// Stretches of speech without words are transcribed by themselves, in short windows: what the recognizer passed over
    /// beside other speech, or wrote once though it was said many times, it often hears alone.
    pub(crate) fn hear_unheard_again(&mut self) -> Result<(), AsrError> {
        let transcripts = self.transcripts();
        let settings = TranscriptionSettings { window_max_s: unheard::WINDOW_MAX_S, ..self.settings.clone() };
        let heard_before = self.windows.len();
        for (channel, (speech, transcript)) in self.channels.iter().zip(&transcripts).enumerate() {
            let looped =
                self.windows.iter().filter(|window| window.channel == channel && window.heard.looped);
            let looped: Vec<Window> = looped.map(|window| window.window.clone()).collect();
            for stretch in unheard::stretches(&transcript.words, speech.regions, &looped) {
                let packed = window::pack(&stretch, speech.others, self.duration_s(channel), &settings);
                let windows = packed.into_iter().map(|window| ChannelWindow {
                    channel,
                    window,
                    heard: HeardWindow::default(),
                });
                self.windows.extend(windows);
            }
        }
        let again: Vec<usize> = (heard_before..self.windows.len()).collect();
        self.hear(&again, self.request.languages)?;
        let mut index = 0;
        self.windows.retain(|window| {
            index += 1;
            index <= heard_before || unheard::is_convincing(&window.heard)
        });
        Ok(())
    }

    /// What was said on each channel, in the order of the channels.
    pub(crate) fn transcripts(&self) -> Vec<ChannelTranscript> {
        let mut transcripts = vec![ChannelTranscript::default(); self.channels.len()];
        for ChannelWindow { channel, window, heard } in &self.windows {
            let regions = self.channels[*channel].regions;
            transcripts[*channel].take(heard.clone(), window, regions, self.request.prompt, self.settings);
        }
        for transcript in &mut transcripts {
            transcript.settle();
        }
        transcripts
    }
}
