//! Divides words and corpora into sentences.

use crate::manners::without_manners;
use etalon_call::Word;

/// The longest pause inside a sentence, seconds.
const SENTENCE_PAUSE_S: f64 = 0.8;

/// A longer run of words is cut.
const SENTENCE_WORDS_AT_MOST: usize = 40;

/// A sentence of one speaker. It has no `Debug`, so that words stay out of messages.
pub(crate) struct Sentence {
    pub(crate) start_s: f64,
    end_s: f64,
    /// Without manners; empty if there is nothing else.
    pub(crate) text: String,
    /// Mean confidence of its words, 0 to 1.
    pub(crate) confidence: f64,
}

impl Sentence {
    /// Whether a word with this start time belongs to the sentence. Times of cues are rounded.
    pub(crate) fn holds(&self, time_s: f64) -> bool {
        time_s >= self.start_s - 1e-3 && time_s < self.end_s
    }
}

/// The sentences of a speaker.
pub(crate) fn sentences(words: &[Word]) -> Vec<Sentence> {
    let goes_on = |one: &Word, next: &Word| {
        !ends_sentence(one.text.as_str()) && next.start_s - one.end_s <= SENTENCE_PAUSE_S
    };
    let runs = words.chunk_by(goes_on).flat_map(|run| run.chunks(SENTENCE_WORDS_AT_MOST));
    let sentence = |run: &[Word]| {
        let texts: Vec<&str> = run.iter().map(|word| word.text.as_str()).collect();
        Sentence {
            start_s: run.first().map_or(0.0, |word| word.start_s),
            end_s: run.last().map_or(0.0, |word| word.end_s),
            text: without_manners(&texts),
            confidence: run.iter().map(|word| word.confidence).sum::<f64>() / run.len().max(1) as f64,
        }
    };
    runs.map(sentence).collect()
}

/// The sentences of a corpus with lines `name: text`, without manners, each with the name of its
/// line.
pub(crate) fn named_sentences(corpus: &str) -> impl Iterator<Item = (&str, String)> {
    let lines = corpus.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "));
    lines.flat_map(|(name, line)| parts(line).into_iter().map(move |part| (name, part)))
}

/// The sentences of a line without manners; empty ones are left out.
pub(crate) fn parts(line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let sentences = words.chunk_by(|one, _| !ends_sentence(one));
    sentences.map(without_manners).filter(|sentence| !sentence.is_empty()).collect()
}

fn ends_sentence(word: &str) -> bool {
    word.ends_with(['.', '?', '!', '…'])
}
