//! Transcribes all speakers of a call.

use crate::error::AsrError;
use crate::settings::TranscriptionSettings;
use crate::speaker::{SpeakerAudio, SpeakerTranscript};
use crate::transcriber::{Request, Transcriber};
use crate::transcription::CallTranscription;
use etalon_audio::SpeechResampler;
use etalon_call::{TranscriptionCounts, mean_confidence};

/// The transcript of a call.
#[derive(Debug, Clone, Default)]
pub struct CallTranscript {
    /// The language of the call; none if nobody speaks and several languages were possible.
    pub language: Option<String>,
    /// The transcript of each speaker, in the order of the speakers.
    pub speakers: Vec<SpeakerTranscript>,
}

impl CallTranscript {
    /// The counts of all speakers together.
    pub fn counts(&self) -> TranscriptionCounts {
        let mut sum = TranscriptionCounts {
            confidence: mean_confidence(self.speakers.iter().flat_map(|speaker| &speaker.words)),
            ..TranscriptionCounts::default()
        };
        for counts in self.speakers.iter().map(|speaker| &speaker.counts) {
            sum.windows += counts.windows;
            sum.words += counts.words;
            sum.words_outside_activity += counts.words_outside_activity;
            sum.words_repeated += counts.words_repeated;
            sum.words_invented += counts.words_invented;
            sum.words_without_speech += counts.words_without_speech;
            sum.words_from_glossary += counts.words_from_glossary;
        }
        sum
    }
}

/// Transcribes the speech regions of all speakers of a call.
///
/// `rate_hz` is the sample rate of the recording and of `resampler`'s input. If the request lists
/// several languages, one is chosen for each speaker. A window gets another one only on strong
/// evidence (see [`languages`](crate::languages)).
///
/// # Errors
///
/// When the recognizer fails on a window or was stopped, or when samples can't be read.
pub fn transcribe_call(
    transcriber: &mut dyn Transcriber,
    resampler: &mut SpeechResampler,
    speakers: &[SpeakerAudio<'_>],
    rate_hz: u32,
    request: &Request<'_>,
    settings: &TranscriptionSettings,
) -> Result<CallTranscript, AsrError> {
    let mut transcription =
        CallTranscription::new(transcriber, resampler, speakers, rate_hz, *request, settings);
    let language = match request.languages {
        [forced] => {
            transcription.transcribe_all(request.languages)?;
            Some(forced.clone())
        }
        several => transcription.transcribe_in_chosen_language(several)?,
    };
    transcription.retry_doubtful()?;
    transcription.retry_unrecognized()?;
    Ok(CallTranscript { language, speakers: transcription.transcripts() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcriber::{RecognizedWindow, RecognizedWord};
    use crate::window::MODEL_RATE_HZ;
    use etalon_audio::{SampleReader, Samples};
    use etalon_call::Span;
    use std::io;
    use std::ops::Range;

    const RATE_HZ: u32 = 8000;

    /// Length of the parts in which windows are transcribed again. The windows of these tests are
    /// shorter or longer.
    const PARTS_S: std::ops::RangeInclusive<f64> = 2.5..=4.0;

    /// Writes the language of a window as its word; detects the language from the loudness.
    #[derive(Default)]
    struct Polyglot {
        asked: usize,
    }

    impl Transcriber for Polyglot {
        fn transcribe(
            &mut self,
            windows: &[&[f32]],
            request: &Request<'_>,
        ) -> Result<Vec<RecognizedWindow>, AsrError> {
            let transcribe = |signal: &&[f32]| {
                // A part of a window in which one word was recognized: it holds no other.
                if PARTS_S.contains(&(signal.len() as f64 / f64::from(MODEL_RATE_HZ))) {
                    return RecognizedWindow::default();
                }
                self.asked += 1;
                let peak = signal.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
                let spoken = if peak > 0.5 { "kk" } else { "ru" };
                let language = match request.languages {
                    [forced] => forced.clone(),
                    _ => spoken.to_owned(),
                };
                let sense = if language == spoken { -0.3 } else { -1.4 };
                let word = RecognizedWord::between(&language, 0.1, 0.5);
                RecognizedWindow {
                    words: vec![word],
                    language_probability: (request.languages.len() > 1).then_some(0.95),
                    mean_log_probability: Some(sense),
                    language,
                    ..RecognizedWindow::default()
                }
            };
            Ok(windows.iter().map(transcribe).collect())
        }
    }

    /// The words of both channels. A region is given by its length in seconds and its loudness.
    fn transcribe(languages: &[&str], channels: [&[(f64, f32)]; 2]) -> (Option<String>, [String; 2], usize) {
        let mut samples = Vec::new();
        let mut regions = Vec::new();
        for channel in channels {
            let (mut signal, mut spans) = (Vec::new(), Vec::new());
            for &(length_s, loudness) in channel {
                let start_s = signal.len() as f64 / f64::from(RATE_HZ);
                let length = (length_s * f64::from(RATE_HZ)) as usize;
                signal.extend((0..length).map(|index| if index % 8 < 4 { loudness } else { -loudness }));
                spans.push(Span::new(start_s, start_s + length_s));
                signal.resize(signal.len() + 2 * RATE_HZ as usize, 0.0);
            }
            samples.push(Samples::F32(signal));
            regions.push(spans);
        }
        let channels: Vec<SpeakerAudio<'_>> = samples
            .iter()
            .zip(&regions)
            .map(|(samples, regions)| SpeakerAudio { samples, regions, excluded: &[] })
            .collect();
        let languages: Vec<String> = languages.iter().map(ToString::to_string).collect();
        let mut transcriber = Polyglot::default();
        let mut resampler = SpeechResampler::new(RATE_HZ).unwrap();
        let transcript = transcribe_call(
            &mut transcriber,
            &mut resampler,
            &channels,
            RATE_HZ,
            &Request { languages: &languages, prompt: "", beam_size: 1 },
            &TranscriptionSettings::default(),
        )
        .unwrap();
        let said = |channel: usize| {
            let words = transcript.speakers[channel].words.iter();
            words.map(|word| word.text.as_str().to_owned()).collect::<Vec<_>>().join(" ")
        };
        (transcript.language.clone(), [said(0), said(1)], transcriber.asked)
    }

    fn check(
        languages: &[&str],
        channels: [&[(f64, f32)]; 2],
        language: Option<&str>,
        said: [&str; 2],
        asked: usize,
    ) {
        let found = transcribe(languages, channels);
        let expected = (language.map(str::to_owned), said.map(str::to_owned), asked);
        assert_eq!(found, expected, "{languages:?} {channels:?}");
    }

    const RUSSIAN: f32 = 0.2;
    const KAZAKH: f32 = 0.8;

    #[test]
    fn a_certain_language_is_kept() {
        check(
            &["ru"],
            // Long windows with one doubtful word would be taken for noise.
            [&[(25.0, RUSSIAN), (7.5, KAZAKH)], &[(7.5, KAZAKH)]],
            Some("ru"),
            ["ru ru", "ru"],
            // Both windows in the other language have a low log probability and are retried.
            5,
        );
        check(&["ru"], [&[], &[]], Some("ru"), ["", ""], 0);
    }

    #[test]
    fn each_speaker_has_a_language_and_short_ones_that_of_the_call() {
        let both = ["ru", "kk"];
        check(&both, [&[(20.0, RUSSIAN)], &[(9.0, KAZAKH)]], Some("ru"), ["ru", "kk"], 2);
        // A single short window is transcribed again in the language of the call, and once more
        // because its log probability is low.
        check(&both, [&[(20.0, RUSSIAN)], &[(1.5, KAZAKH)]], Some("ru"), ["ru", "ru"], 4);
        check(&both, [&[], &[]], None, ["", ""], 0);
    }

    #[test]
    fn a_window_changes_its_language_on_strong_evidence_only() {
        let both = ["ru", "kk"];
        // The text of the second window is improbable in the channel's language.
        check(&both, [&[(20.0, RUSSIAN), (15.0, KAZAKH)], &[]], Some("ru"), ["ru kk", ""], 3);
        check(&both, [&[(27.0, RUSSIAN), (2.0, KAZAKH)], &[]], Some("ru"), ["ru ru", ""], 4);
    }

    #[test]
    fn voices_of_one_channel_are_transcribed_one_by_one() {
        let loudness = |index: usize| if index / 8_000 % 20 < 10 { RUSSIAN } else { KAZAKH };
        let signal = (0..320_000).map(|index| if index % 8 < 4 { loudness(index) } else { -loudness(index) });
        let samples = Samples::F32(signal.collect());
        let voices = [
            vec![Span::new(0.0, 10.0), Span::new(20.0, 30.0)],
            vec![Span::new(10.0, 20.0), Span::new(30.0, 40.0)],
        ];
        let channels = [0, 1].map(|voice: usize| SpeakerAudio {
            samples: &samples,
            regions: &voices[voice],
            excluded: &voices[1 - voice],
        });
        let transcript = transcribe_call(
            &mut Polyglot::default(),
            &mut SpeechResampler::new(RATE_HZ).unwrap(),
            &channels,
            RATE_HZ,
            &Request { languages: &["ru".to_owned(), "kk".to_owned()], prompt: "", beam_size: 1 },
            &TranscriptionSettings { window_max_s: 15.0, ..TranscriptionSettings::default() },
        )
        .unwrap();
        assert_eq!(transcript.counts().words, 4);
        for (speaker, language) in transcript.speakers.iter().zip(["ru", "kk"]) {
            let said: Vec<&str> = speaker.words.iter().map(|word| word.text.as_str()).collect();
            assert_eq!(said, [language; 2]);
            assert!(speaker.languages.iter().all(|span| span.language == language));
        }
    }

    /// Samples on a disk that fails.
    #[derive(Debug)]
    struct Unreadable;

    impl SampleReader for Unreadable {
        fn sample_count(&self) -> usize {
            80_000
        }

        fn read_f32(&self, _range: Range<usize>, _into: &mut Vec<f32>) -> io::Result<()> {
            Err(io::ErrorKind::Other.into())
        }
    }

    #[test]
    fn samples_that_cannot_be_read_may_be_read_later() {
        let regions = [Span::new(1.0, 9.0)];
        let error = transcribe_call(
            &mut Polyglot::default(),
            &mut SpeechResampler::new(RATE_HZ).unwrap(),
            &[SpeakerAudio { samples: &Unreadable, regions: &regions, excluded: &[] }],
            RATE_HZ,
            &Request { languages: &["ru".to_owned()], prompt: "", beam_size: 1 },
            &TranscriptionSettings::default(),
        )
        .unwrap_err();
        assert!(matches!(error, AsrError::Samples(_)) && !error.is_permanent(), "{error}");
    }
}
