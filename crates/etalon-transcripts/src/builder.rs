//! Putting a transcript together, within the limits.

use crate::annotations;
use crate::error::TranscriptError;
use crate::limits::{MAX_SEGMENTS, MAX_SPEAKERS, MAX_TIME_S, MAX_WORDS};
use crate::transcript::{Certainty, Format, SaidWord, Segment, Transcript};
use etalon_call::{RemovalReason, Span, Utterance};
use std::collections::HashMap;

/// A word as it was read, not yet checked.
pub(crate) struct ReadWord<'a> {
    pub(crate) text: &'a str,
    pub(crate) start_s: Option<f64>,
    pub(crate) end_s: Option<f64>,
    pub(crate) confidence: Option<f64>,
}

/// A segment as it was read, not yet checked.
#[derive(Default)]
pub(crate) struct ReadSegment<'a> {
    /// Its number in the file, from 1.
    pub(crate) number: usize,
    pub(crate) speaker: Option<&'a str>,
    pub(crate) start_s: f64,
    pub(crate) end_s: f64,
    pub(crate) words: Vec<ReadWord<'a>>,
    pub(crate) certainty: Certainty,
}

/// Takes segments one after the other. One that says something impossible is left out and counted;
/// too much of anything is refused.
pub(crate) struct Builder<'a> {
    file: &'a str,
    unit: &'static str,
    transcript: Transcript,
    speakers: HashMap<String, usize>,
    words: usize,
    /// The number of the first segment that was left out, and what is wrong with it.
    first_problem: Option<(usize, &'static str)>,
}

impl<'a> Builder<'a> {
    /// A transcript without segments; `unit` is what its parts are called in errors.
    pub(crate) fn new(format: Format, file: &'a str, unit: &'static str) -> Self {
        let transcript =
            Transcript { format, speakers: Vec::new(), segments: Vec::new(), segments_unreadable: 0 };
        Self { file, unit, transcript, speakers: HashMap::new(), words: 0, first_problem: None }
    }

    /// Adds a segment; one without words is left out.
    pub(crate) fn push(&mut self, segment: &ReadSegment<'_>) -> Result<(), TranscriptError> {
        let span = match span(segment) {
            Ok(span) => span,
            Err(problem) => return self.leave_out(segment.number, problem),
        };
        let speaker = segment.speaker.map(|name| self.speaker(name)).transpose()?.flatten();
        let words = said_words(&segment.words);
        self.words += words.len();
        within(self.file, "words", self.words, MAX_WORDS)?;
        if !words.is_empty() {
            self.transcript.segments.push(Segment { speaker, span, words, certainty: segment.certainty });
        }
        within(self.file, "segments", self.transcript.segments.len(), MAX_SEGMENTS)
    }

    /// Leaves out a segment that can't be read.
    pub(crate) fn leave_out(&mut self, number: usize, problem: &'static str) -> Result<(), TranscriptError> {
        self.first_problem.get_or_insert((number, problem));
        self.transcript.segments_unreadable += 1;
        within(self.file, "segments", self.transcript.segments_unreadable as usize, MAX_SEGMENTS)
    }

    /// The transcript, its segments in order of time.
    ///
    /// # Errors
    ///
    /// When no segment could be read: the first problem.
    pub(crate) fn finish(mut self) -> Result<Transcript, TranscriptError> {
        if let (Some((number, problem)), true) = (self.first_problem, self.transcript.segments.is_empty()) {
            let (file, unit) = (self.file.to_owned(), self.unit);
            return Err(TranscriptError::Segment { file, unit, number, problem });
        }
        self.transcript.segments.sort_by(|left, right| left.span.start_s.total_cmp(&right.span.start_s));
        Ok(self.transcript)
    }

    /// The number of a speaker; none for an empty name.
    fn speaker(&mut self, name: &str) -> Result<Option<usize>, TranscriptError> {
        let name = name.trim();
        if name.is_empty() {
            return Ok(None);
        }
        if let Some(&number) = self.speakers.get(name) {
            return Ok(Some(number));
        }
        let number = self.transcript.speakers.len();
        within(self.file, "speakers", number + 1, MAX_SPEAKERS)?;
        self.speakers.insert(name.to_owned(), number);
        self.transcript.speakers.push(Utterance::from(name));
        Ok(Some(number))
    }
}

fn within(file: &str, what: &'static str, found: usize, limit: usize) -> Result<(), TranscriptError> {
    if found <= limit {
        return Ok(());
    }
    Err(TranscriptError::TooMany { file: file.to_owned(), what, limit })
}

fn span(segment: &ReadSegment<'_>) -> Result<Span, &'static str> {
    let (start_s, end_s) = (segment.start_s, segment.end_s);
    if !is_time(start_s) || !is_time(end_s) {
        return Err("its time is below 0 or impossibly late");
    }
    if end_s < start_s {
        return Err("it ends before it begins");
    }
    Ok(Span { start_s, end_s })
}

fn is_time(time_s: f64) -> bool {
    (0.0..=MAX_TIME_S).contains(&time_s)
}

/// The words of a segment, those that only annotate it marked. What is only punctuation is no word.
fn said_words(words: &[ReadWord<'_>]) -> Vec<SaidWord> {
    let texts: Vec<&str> = words.iter().map(|word| word.text.trim()).collect();
    let is_annotation = annotations::found_in(&texts);
    let with_marks = words.iter().zip(is_annotation);
    with_marks.filter_map(|(word, is_annotation)| said_word(word, is_annotation)).collect()
}

/// The word; none for what is only punctuation. Times and probabilities that can't be true are as
/// good as none.
fn said_word(word: &ReadWord<'_>, is_annotation: bool) -> Option<SaidWord> {
    let text = word.text.trim();
    if !text.chars().any(char::is_alphanumeric) {
        return None;
    }
    let span = match (word.start_s, word.end_s) {
        (Some(start_s), Some(end_s)) if is_time(start_s) && is_time(end_s) && start_s <= end_s => {
            Some(Span { start_s, end_s })
        }
        _ => None,
    };
    let confidence = word.confidence.filter(|confidence| (0.0..=1.0).contains(confidence));
    let removed = is_annotation.then_some(RemovalReason::Invented);
    Some(SaidWord { text: Utterance::from(text), span, confidence, removed })
}

/// The words of a text of which only the whole is known.
pub(crate) fn words_of(text: &str) -> Vec<ReadWord<'_>> {
    text.split_whitespace()
        .map(|text| ReadWord { text, start_s: None, end_s: None, confidence: None })
        .collect()
}
