//! One speaker: the audio to transcribe, and the transcript.

use crate::hallucinations::{self, WithoutHallucinations};
use crate::placement;
use crate::settings::TranscriptionSettings;
use crate::transcriber::RecognizedWindow;
use crate::window::Window;
use etalon_audio::SampleReader;
use etalon_call::{RemovedWords, Span, TranscriptionCounts, Word, mean_confidence};
use std::collections::BTreeMap;

/// One speaker of a call: the samples of the channel, and the speaker's regions in them.
#[derive(Debug, Clone, Copy)]
pub struct SpeakerAudio<'a> {
    /// The samples of the speaker's channel, which are read window by window.
    pub samples: &'a dyn SampleReader,
    /// The speaker's speech regions in call time, sorted and disjoint.
    pub regions: &'a [Span],
    /// Speech of others on the same channel, sorted and disjoint; no window is joined or padded
    /// across it. Empty if nobody else speaks on the channel.
    pub excluded: &'a [Span],
}

/// The transcript of one speaker.
#[derive(Debug, Clone, Default)]
pub struct SpeakerTranscript {
    /// The words in order of time, each inside a speech region.
    pub words: Vec<Word>,
    /// The language of each stretch, in order of time.
    pub languages: Vec<LanguageSpan>,
    /// Words that the filters removed, in order of time.
    pub removed: Vec<RemovedWords>,
    /// Counts of transcribed and removed words.
    pub counts: TranscriptionCounts,
}

/// A stretch of a speaker's speech, transcribed in one language.
#[derive(Debug, Clone, PartialEq)]
pub struct LanguageSpan {
    /// Its place in the call.
    pub span: Span,
    /// The language's code: `ru`, `kk`, `en`, …
    pub language: String,
}

impl SpeakerTranscript {
    /// An imported transcript: the words that the filters kept, and those that they removed.
    /// `outside_activity` words were dropped because they lie outside of speech.
    pub fn of_words(words: Vec<Word>, removed: Vec<RemovedWords>, outside_activity: u32) -> Self {
        let mut counts = TranscriptionCounts {
            words: u32::try_from(words.len()).unwrap_or(u32::MAX),
            words_outside_activity: outside_activity,
            ..TranscriptionCounts::default()
        };
        for row in &removed {
            counts.count_removed(row);
        }
        Self { words, removed, counts, ..Self::default() }
    }

    /// Joins the transcripts of several voices of one person in order of time.
    #[must_use]
    pub fn joined(voices: Vec<Self>) -> Self {
        let mut joined = Self::default();
        for voice in voices {
            joined.words.extend(voice.words);
            joined.languages.extend(voice.languages);
            joined.removed.extend(voice.removed);
        }
        joined.words.sort_by(|one, other| one.start_s.total_cmp(&other.start_s));
        joined.languages.sort_by(|one, other| one.span.start_s.total_cmp(&other.span.start_s));
        joined.removed.sort_by(|one, other| one.start_s.total_cmp(&other.start_s));
        joined
    }

    /// The language in which most of a stretch of the call was transcribed; none without words.
    pub fn language_in(&self, span: Span) -> Option<&str> {
        let mut shared_s: BTreeMap<&str, f64> = BTreeMap::new();
        for recognized in &self.languages {
            if let Some(shared) = recognized.span.intersection(&span) {
                *shared_s.entry(&recognized.language).or_default() += shared.duration_s();
            }
        }
        shared_s.into_iter().max_by(|one, other| one.1.total_cmp(&other.1)).map(|(language, _)| language)
    }

    /// Adds the words of the speaker's next window.
    pub(crate) fn add_window(
        &mut self,
        recognized: RecognizedWindow,
        window: &Window,
        regions: &[Span],
        prompt: &str,
        settings: &TranscriptionSettings,
    ) {
        let in_language = |span: Span| LanguageSpan { span, language: recognized.language.clone() };
        self.languages.extend(window.pieces.iter().map(|piece| in_language(piece.call)));
        let WithoutHallucinations { words, removed } =
            hallucinations::without_hallucinations(recognized, window, prompt);
        for removed in &removed {
            self.counts.count_removed(removed);
        }
        self.removed.extend(removed);
        self.words.extend(placement::place(&words, window, regions, settings, &mut self.counts));
        self.counts.windows += 1;
    }

    /// Puts the words of all windows in order and counts them.
    pub(crate) fn finish(&mut self) {
        placement::put_in_order(&mut self.words);
        self.removed.sort_by(|one, other| one.start_s.total_cmp(&other.start_s));
        self.counts.words = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        self.counts.confidence = mean_confidence(&self.words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_of_a_stretch_is_that_of_most_of_it() {
        let span = |start_s, end_s, language: &str| LanguageSpan {
            span: Span::new(start_s, end_s),
            language: language.to_owned(),
        };
        let transcript = SpeakerTranscript {
            languages: vec![span(0.0, 5.0, "ru"), span(6.0, 9.0, "kk"), span(9.0, 11.0, "kk")],
            ..SpeakerTranscript::default()
        };
        assert_eq!(transcript.language_in(Span::new(3.0, 7.0)), Some("ru"));
        assert_eq!(transcript.language_in(Span::new(4.0, 10.5)), Some("kk"));
        assert_eq!(transcript.language_in(Span::new(5.2, 5.8)), None);
    }
}
