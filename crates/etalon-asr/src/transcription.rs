//! Transcribes the windows of a call, some of them more than once.

use crate::error::AsrError;
use crate::languages::{self, ChosenLanguage, LanguageVote};
use crate::retry;
use crate::settings::TranscriptionSettings;
use crate::speaker::{SpeakerAudio, SpeakerTranscript};
use crate::transcriber::{RecognizedWindow, Request, Transcriber};
use crate::window::{self, Window};
use etalon_audio::SpeechResampler;

/// Windows passed to the recognizer at once: enough for batched decoding, few enough that their
/// signal stays below 60 MB however long the call is.
const BATCH_WINDOWS: usize = 32;

/// A window, its speaker, and what was recognized in it.
struct SpeakerWindow {
    /// The index of its speaker.
    speaker: usize,
    window: Window,
    recognized: RecognizedWindow,
}

/// A call while it is being transcribed.
pub(crate) struct CallTranscription<'a> {
    transcriber: &'a mut dyn Transcriber,
    resampler: &'a mut SpeechResampler,
    speakers: &'a [SpeakerAudio<'a>],
    rate_hz: u32,
    request: Request<'a>,
    settings: &'a TranscriptionSettings,
    windows: Vec<SpeakerWindow>,
}

/// How accurately windows are transcribed.
type Transcribe =
    fn(&mut dyn Transcriber, &[&[f32]], &Request<'_>) -> Result<Vec<RecognizedWindow>, AsrError>;

const FIRST: Transcribe = |transcriber, signals, request| transcriber.transcribe(signals, request);
const AGAIN: Transcribe = |transcriber, signals, request| transcriber.transcribe_again(signals, request);

impl<'a> CallTranscription<'a> {
    pub(crate) fn new(
        transcriber: &'a mut dyn Transcriber,
        resampler: &'a mut SpeechResampler,
        speakers: &'a [SpeakerAudio<'a>],
        rate_hz: u32,
        request: Request<'a>,
        settings: &'a TranscriptionSettings,
    ) -> Self {
        let mut transcription =
            Self { transcriber, resampler, speakers, rate_hz, request, settings, windows: Vec::new() };
        for (speaker, speech) in speakers.iter().enumerate() {
            let packed =
                window::pack(speech.regions, speech.excluded, transcription.duration_s(speaker), settings);
            let of_speaker = packed.into_iter().map(|window| SpeakerWindow {
                speaker,
                window,
                recognized: RecognizedWindow::default(),
            });
            transcription.windows.extend(of_speaker);
        }
        transcription
    }

    fn duration_s(&self, speaker: usize) -> f64 {
        self.speakers[speaker].samples.sample_count() as f64 / f64::from(self.rate_hz)
    }

    /// Transcribes all windows.
    pub(crate) fn transcribe_all(&mut self, languages: &[String]) -> Result<(), AsrError> {
        let all: Vec<usize> = (0..self.windows.len()).collect();
        self.transcribe_windows(&all, languages)
    }

    /// Transcribes some of the windows; the new words replace the old ones.
    fn transcribe_windows(&mut self, indices: &[usize], languages: &[String]) -> Result<(), AsrError> {
        for batch in indices.chunks(BATCH_WINDOWS) {
            let recognized = self.recognize(FIRST, batch, languages)?;
            for (&index, recognized) in batch.iter().zip(recognized) {
                self.windows[index].recognized = recognized;
            }
        }
        Ok(())
    }

    fn recognize(
        &mut self,
        how: Transcribe,
        batch: &[usize],
        languages: &[String],
    ) -> Result<Vec<RecognizedWindow>, AsrError> {
        let mut signals = Vec::with_capacity(batch.len());
        for &index in batch {
            let SpeakerWindow { speaker, window, .. } = &self.windows[index];
            let samples = self.speakers[*speaker].samples;
            let signal = window::signal(window, samples, self.rate_hz, self.resampler);
            signals.push(signal.map_err(AsrError::Samples)?);
        }
        let signals: Vec<&[f32]> = signals.iter().map(Vec::as_slice).collect();
        how(self.transcriber, &signals, &Request { languages, ..self.request })
    }

    /// Chooses a language for each speaker from its longest window and transcribes the other
    /// windows. A window is in another language than its speaker only on strong evidence. Returns
    /// the language of the call.
    pub(crate) fn transcribe_in_chosen_language(
        &mut self,
        languages: &[String],
    ) -> Result<Option<String>, AsrError> {
        let longest = self.longest_windows();
        self.transcribe_windows(&longest, languages)?;
        let votes: Vec<LanguageVote<'_>> = longest.iter().map(|&index| self.vote(index)).collect();
        let Some(ChosenLanguage { call, votes: of_windows }) = languages::choose(&votes, languages) else {
            return Ok(None);
        };
        let mut of_speakers = vec![call.clone(); self.speakers.len()];
        for (&index, language) in longest.iter().zip(of_windows) {
            of_speakers[self.windows[index].speaker] = language;
        }
        let others: Vec<usize> = (0..self.windows.len()).filter(|index| !longest.contains(index)).collect();
        self.transcribe_windows(&others, languages)?;
        for language in languages {
            let is_due = |&index: &usize| {
                of_speakers[self.windows[index].speaker] == *language
                    && self.windows[index].recognized.language != *language
            };
            let due: Vec<usize> = (0..self.windows.len()).filter(is_due).collect();
            self.compare(&due, std::slice::from_ref(language))?;
        }
        Ok(Some(call))
    }

    /// Transcribes windows with another detected language in their speaker's language. They keep
    /// the detected one only if its text is clearly more probable.
    fn compare(&mut self, indices: &[usize], language: &[String]) -> Result<(), AsrError> {
        for batch in indices.chunks(BATCH_WINDOWS) {
            let in_its_own = self.recognize(FIRST, batch, language)?;
            for (&index, in_its_own) in batch.iter().zip(in_its_own) {
                let is_strong = languages::is_long_enough_to_differ(self.speech_s(index))
                    && languages::is_better(&self.windows[index].recognized, &in_its_own);
                if !is_strong {
                    self.windows[index].recognized = in_its_own;
                }
            }
        }
        Ok(())
    }

    /// The longest window of each speaker that has any.
    fn longest_windows(&self) -> Vec<usize> {
        (0..self.speakers.len())
            .filter_map(|speaker| {
                let of_speaker =
                    (0..self.windows.len()).filter(|&index| self.windows[index].speaker == speaker);
                // The first of equals, so that the choice does not depend on the iterator.
                of_speaker.rev().max_by(|&one, &other| self.speech_s(one).total_cmp(&self.speech_s(other)))
            })
            .collect()
    }

    fn speech_s(&self, index: usize) -> f64 {
        self.windows[index].window.pieces.iter().map(|piece| piece.call.duration_s()).sum()
    }

    fn vote(&self, index: usize) -> LanguageVote<'_> {
        let recognized = &self.windows[index].recognized;
        LanguageVote {
            speech_s: self.speech_s(index),
            language: &recognized.language,
            probability: recognized.language_probability.unwrap_or(1.0),
        }
    }

    /// Transcribes short windows with improbable text once more, as accurately as the recognizer
    /// can; the more probable text stays.
    pub(crate) fn retry_doubtful(&mut self) -> Result<(), AsrError> {
        let is_doubtful = |&index: &usize| {
            let SpeakerWindow { window, recognized, .. } = &self.windows[index];
            retry::is_doubtful(window.duration_s(), recognized)
        };
        let doubtful: Vec<usize> = (0..self.windows.len()).filter(is_doubtful).collect();
        for index in doubtful {
            let language = [self.windows[index].recognized.language.clone()];
            let again = self.recognize(AGAIN, &[index], &language)?;
            for again in again {
                if retry::is_likelier(&again, &self.windows[index].recognized) {
                    self.windows[index].recognized = again;
                }
            }
        }
        Ok(())
    }

    /// Transcribes stretches of speech without words alone, in short windows. This often finds
    /// speech that the recognizer skipped, and repetitions that it wrote only once.
    pub(crate) fn retry_unrecognized(&mut self) -> Result<(), AsrError> {
        let transcripts = self.transcripts();
        let settings = TranscriptionSettings { window_max_s: retry::WINDOW_MAX_S, ..self.settings.clone() };
        let before = self.windows.len();
        for (speaker, (speech, transcript)) in self.speakers.iter().zip(&transcripts).enumerate() {
            let hit_repetition_loop = self
                .windows
                .iter()
                .filter(|window| window.speaker == speaker && window.recognized.hit_repetition_loop);
            let hit_repetition_loop: Vec<Window> =
                hit_repetition_loop.map(|window| window.window.clone()).collect();
            for stretch in retry::stretches(&transcript.words, speech.regions, &hit_repetition_loop) {
                let packed = window::pack(&stretch, speech.excluded, self.duration_s(speaker), &settings);
                let windows = packed.into_iter().map(|window| SpeakerWindow {
                    speaker,
                    window,
                    recognized: RecognizedWindow::default(),
                });
                self.windows.extend(windows);
            }
        }
        let again: Vec<usize> = (before..self.windows.len()).collect();
        self.transcribe_windows(&again, self.request.languages)?;
        let mut index = 0;
        self.windows.retain(|window| {
            index += 1;
            index <= before || retry::is_convincing(&window.recognized)
        });
        Ok(())
    }

    /// The transcript of each speaker, in the order of the speakers.
    pub(crate) fn transcripts(&self) -> Vec<SpeakerTranscript> {
        let mut transcripts = vec![SpeakerTranscript::default(); self.speakers.len()];
        for SpeakerWindow { speaker, window, recognized } in &self.windows {
            let regions = self.speakers[*speaker].regions;
            transcripts[*speaker].add_window(
                recognized.clone(),
                window,
                regions,
                self.request.prompt,
                self.settings,
            );
        }
        for transcript in &mut transcripts {
            transcript.finish();
        }
        transcripts
    }
}
