//! Transcripts in JSON: whisper and what was built on it, etalon's own turns, lists of segments,
//! and what cloud services answer.
//!
//! A file is a list of segments, an object that holds one, or one message a line. Each segment is
//! read for itself, so that a broken one costs nobody else anything (see [`element`]).

mod aws;
mod element;
mod text;
mod whisper_cpp;

use crate::builder::{Builder, ReadSegment, ReadWord, words_of};
use crate::error::TranscriptError;
use crate::transcript::{Certainty, Format, Transcript};
use element::Element;
use serde_json::error::Category;
use serde_json::value::RawValue;
use serde_json::{Deserializer, Value};
use std::collections::{BTreeMap, HashMap};

/// How much deeper the list of segments may lie in objects such as `{"response": {"chunks": …}}`.
const CONTAINERS_MAX: usize = 3;

const NO_TIME: &str = "it has no time, or a time that is none";

/// Reads a transcript in JSON; which kind it is shows in its fields.
pub(crate) fn parse(file: &str, bytes: &[u8]) -> Result<Transcript, TranscriptError> {
    // whisper.cpp writes tokens that end inside a character, so the file as a whole need not be
    // UTF-8.
    let text = String::from_utf8_lossy(bytes);
    let text = text::without_nan(text.strip_prefix('\u{feff}').unwrap_or(&text));
    let documents = Deserializer::from_str(&text).into_iter::<&RawValue>();
    let documents: Vec<&RawValue> =
        documents.collect::<Result<_, _>>().map_err(|error| broken(file, &error))?;
    match documents.as_slice() {
        [] => Err(ends_early(file)),
        [document] => of_document(file, document, CONTAINERS_MAX),
        messages => of_list(file, messages),
    }
}

/// serde's own message may quote what stands in the file, so only the place is taken from it.
fn broken(file: &str, error: &serde_json::Error) -> TranscriptError {
    let problem = match error.classify() {
        Category::Eof => "the JSON ends before it is complete",
        Category::Data | Category::Syntax | Category::Io => "this is not JSON",
    };
    TranscriptError::Json { file: file.to_owned(), line: error.line(), column: error.column(), problem }
}

fn ends_early(file: &str) -> TranscriptError {
    let problem = "the JSON ends before it is complete";
    TranscriptError::Json { file: file.to_owned(), line: 1, column: 0, problem }
}

/// The fields of an object, each still unread.
type Fields<'a> = BTreeMap<String, &'a RawValue>;

fn of_document(file: &str, document: &RawValue, deeper: usize) -> Result<Transcript, TranscriptError> {
    if let Some(list) = list_of(document) {
        return of_list(file, &list);
    }
    let unknown = || TranscriptError::UnknownFormat { file: file.to_owned() };
    let Ok(fields) = serde_json::from_str::<Fields<'_>>(document.get()) else { return Err(unknown()) };
    let list = |name: &str| fields.get(name).and_then(|value| list_of(value));
    if let Some(segments) = list("transcription") {
        return whisper_cpp::read(file, &segments);
    }
    if let Some(transcript) = fields.get("results").and_then(|results| aws::read(file, results)) {
        return transcript;
    }
    let lists = [
        ("turns", Format::Turns),
        ("segments", Format::Whisper),
        ("recognizedPhrases", Format::AzureSpeech),
        ("phrases", Format::AzureSpeech),
        ("Transcript", Format::AwsTranscribe),
        ("results", Format::GoogleSpeech),
        ("chunks", Format::SpeechKit),
        ("utterances", Format::Segments),
    ];
    let found = lists.into_iter().find_map(|(name, format)| Some((list(name)?, format)));
    if let Some((segments, format)) = found {
        let format = match format {
            Format::Whisper => whisper_format(&segments, fields.contains_key("word_segments")),
            Format::SpeechKit if !has_alternatives(&segments) => Format::Segments,
            format => format,
        };
        return read(file, format, &segments);
    }
    let inner = ["response", "result"].iter().find_map(|name| fields.get(*name));
    match inner.filter(|_| deeper > 0).map(|inner| of_document(file, inner, deeper - 1)) {
        Some(Ok(transcript)) => Ok(transcript),
        // One message of a stream, with one segment.
        _ => of_list(file, &[document]),
    }
}

fn list_of(value: &RawValue) -> Option<Vec<&RawValue>> {
    value.get().starts_with('[').then(|| serde_json::from_str(value.get()).ok()).flatten()
}

/// Segments, or messages that hold them; what wrote them shows in the first one.
fn of_list(file: &str, list: &[&RawValue]) -> Result<Transcript, TranscriptError> {
    let is_segment = |value: &Value| Element::segment(value).is_some();
    let first = list.iter().filter_map(|value| value_of(value)).find(is_segment);
    match first {
        Some(first) => read(file, list_format(&first), list),
        None if list.is_empty() => Builder::new(Format::Segments, file, "segment").finish(),
        None => Err(TranscriptError::UnknownFormat { file: file.to_owned() }),
    }
}

/// What wrote a list of segments of which this is the first.
fn list_format(first: &Value) -> Format {
    let has = |name: &str| first.get(name).is_some();
    if has("NBest") || has("nBest") {
        Format::AzureSpeech
    } else if has("final") || has("result") || has("channelTag") && has("alternatives") {
        Format::SpeechKit
    } else if has("alternatives") {
        Format::GoogleSpeech
    } else if has("boundaries") {
        Format::GigaAm
    } else if has("start_time") && has("end_time") {
        Format::TOne
    } else if has("start_s") {
        Format::Turns
    } else {
        Format::Segments
    }
}

fn has_alternatives(list: &[&RawValue]) -> bool {
    list.iter().any(|value| value_of(value).is_some_and(|value| value.get("alternatives").is_some()))
}

/// Only `WhisperX` says who spoke, calls a probability a score, and lists all words once more.
fn whisper_format(segments: &[&RawValue], word_segments: bool) -> Format {
    let is_whisperx = |segment: &&RawValue| {
        let Some(segment) = value_of(segment) else { return false };
        let words = segment.get("words").and_then(Value::as_array);
        segment.get("speaker").is_some_and(Value::is_string)
            || words.is_some_and(|words| words.iter().any(|word| word.get("score").is_some()))
    };
    if word_segments || segments.iter().any(is_whisperx) { Format::WhisperX } else { Format::Whisper }
}

fn value_of(value: &RawValue) -> Option<Value> {
    serde_json::from_str(value.get()).ok()
}

fn read(file: &str, format: Format, list: &[&RawValue]) -> Result<Transcript, TranscriptError> {
    let unit = if format == Format::Turns { "turn" } else { "segment" };
    let mut builder = Builder::new(format, file, unit);
    let of_value = |value: &&RawValue| value_of(value).and_then(|value| Element::segment(&value));
    let is_diarized = format == Format::GoogleSpeech
        && list
            .iter()
            .filter_map(of_value)
            .any(|segment| segment.words.iter().any(|word| word.speaker.is_some()));
    let mut latest_end_s: HashMap<Option<String>, f64> = HashMap::new();
    for (index, value) in list.iter().enumerate() {
        let Some(mut segment) = of_value(value) else {
            if !value.get().starts_with('{') {
                builder.leave_out(index + 1, NO_TIME)?;
            }
            continue;
        };
        if format == Format::GoogleSpeech {
            // With speakers, the last result holds all words once more.
            if is_diarized && segment.words.iter().all(|word| word.speaker.is_none()) {
                continue;
            }
            // Without word times, a result begins where the one before it ended.
            let before_s = latest_end_s.entry(segment.channel.clone()).or_default();
            segment.start_s = segment.start_s.or(segment.end_s.map(|_| *before_s));
            *before_s = segment.end_s.unwrap_or(*before_s);
        }
        push(&mut builder, index + 1, &segment)?;
    }
    builder.finish()
}

/// Adds a segment; one that holds words of several speakers is divided.
fn push(builder: &mut Builder<'_>, number: usize, segment: &Element) -> Result<(), TranscriptError> {
    let (Some(mut start_s), Some(end_s)) = (segment.start_s, segment.end_s) else {
        let has_words = !segment.words.is_empty() || !segment.text.trim().is_empty();
        return if has_words { builder.leave_out(number, NO_TIME) } else { Ok(()) };
    };
    let certainty = Certainty {
        no_speech_probability: segment.no_speech_probability,
        mean_log_probability: segment.mean_log_probability,
    };
    let name = segment.name();
    if segment.words.is_empty() {
        let mut words = words_of(&segment.text);
        for word in &mut words {
            word.confidence = segment.probability;
        }
        let speaker = name.as_deref();
        return builder.push(&ReadSegment { number, speaker, start_s, end_s, words, certainty });
    }
    for (turn, run) in segment.words.chunk_by(|left, right| left.speaker == right.speaker).enumerate() {
        let first_word_s = run[0].start_s.filter(|first_s| (start_s..=end_s).contains(first_s));
        if turn > 0 {
            start_s = first_word_s.unwrap_or(start_s);
        }
        let speaker = run[0].speaker.as_deref().or(name.as_deref());
        let words = run.iter().map(read_word).collect();
        builder.push(&ReadSegment { number, speaker, start_s, end_s, words, certainty })?;
    }
    Ok(())
}

fn read_word(word: &Element) -> ReadWord<'_> {
    ReadWord { text: &word.text, start_s: word.start_s, end_s: word.end_s, confidence: word.probability }
}
