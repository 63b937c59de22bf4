//! What was said on one channel.

use crate::guard::{self, Guarded};
use crate::placement;
use crate::settings::TranscriptionSettings;
use crate::transcriber::HeardWindow;
use crate::window::Window;
use etalon_call::{RemovedWords, Span, TranscriptionCounts, Word, mean_confidence};
use std::collections::BTreeMap;

/// What was said on one channel.
#[derive(Debug, Clone, Default)]
pub struct ChannelTranscript {
    /// The words in order of time, each inside one of the speech regions.
    pub words: Vec<Word>,
    /// Which language was heard where, in order of time.
    pub languages: Vec<LanguageSpan>,
    /// Words that the guards removed, in order of time.
    pub removed: Vec<RemovedWords>,
    /// How much was transcribed and how much the guards removed.
    pub counts: TranscriptionCounts,
}

/// A stretch of a channel that was transcribed in one language.
#[derive(Debug, Clone, PartialEq)]
pub struct LanguageSpan {
    /// Where it lies in the call.
    pub span: Span,
    /// The language's code: `ru`, `kk`, `en`, …
    pub language: String,
}

impl ChannelTranscript {
    /// The language in which most of a stretch of the call was transcribed; none where nothing was.
    pub fn language_in(&self, span: Span) -> Option<&str> {
        let mut shared_s: BTreeMap<&str, f64> = BTreeMap::new();
        for heard in &self.languages {
            if let Some(shared) = heard.span.intersection(&span) {
                *shared_s.entry(&heard.language).or_default() += shared.duration_s();
            }
        }
        shared_s.into_iter().max_by(|one, other| one.1.total_cmp(&other.1)).map(|(language, _)| language)
    }

    /// Takes over what was heard in the channel's next window.
    pub(crate) fn take(
        &mut self,
        heard: HeardWindow,
        window: &Window,
        regions: &[Span],
        prompt: &str,
        settings: &TranscriptionSettings,
    ) {
        let in_language = |span: Span| LanguageSpan { span, language: heard.language.clone() };
        self.languages.extend(window.pieces.iter().map(|piece| in_language(piece.call)));
        let Guarded { words, removed } = guard::without_invented_words(heard, window, prompt);
        for removed in &removed {
            self.counts.count_removed(removed);
        }
        self.removed.extend(removed);
        self.words.extend(placement::place(&words, window, regions, settings, &mut self.counts));
        self.counts.windows += 1;
    }

    /// Puts the words of all windows in order and counts them.
    pub(crate) fn settle(&mut self) {
        placement::settle(&mut self.words);
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
        let transcript = ChannelTranscript {
            languages: vec![span(0.0, 5.0, "ru"), span(6.0, 9.0, "kk"), span(9.0, 11.0, "kk")],
            ..ChannelTranscript::default()
        };
        assert_eq!(transcript.language_in(Span::new(3.0, 7.0)), Some("ru"));
        assert_eq!(transcript.language_in(Span::new(4.0, 10.5)), Some("kk"));
        assert_eq!(transcript.language_in(Span::new(5.2, 5.8)), None);
    }
}
