//! Transcripts in JSON: whisper.cpp, whisper, `WhisperX`, and etalon's own turns.

mod shapes;

use crate::builder::{Builder, ReadSegment, ReadWord, words_of};
use crate::error::TranscriptError;
use crate::transcript::{Format, Transcript};
use serde_json::error::Category;
use shapes::{Document, WhisperCppSegment, WhisperSegment, WhisperWord};

/// Reads a transcript in JSON; which of the four it is shows in its fields.
pub(crate) fn parse(file: &str, bytes: &[u8]) -> Result<Transcript, TranscriptError> {
    // whisper.cpp writes tokens that end inside a character, so the file as a whole need not be
    // UTF-8.
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let document: Document<'_> = serde_json::from_str(text).map_err(|error| broken(file, &error))?;
    match document {
        Document { turns: Some(turns), .. } => turns_of(file, &turns),
        Document { transcription: Some(segments), .. } => whisper_cpp(file, &segments),
        Document { segments: Some(segments), word_segments, .. } => {
            whisper(file, &segments, word_segments.is_some())
        }
        _ => Err(TranscriptError::UnknownFormat { file: file.to_owned() }),
    }
}

/// serde's own message may quote what stands in the file, so only the place is taken from it.
fn broken(file: &str, error: &serde_json::Error) -> TranscriptError {
    let problem = match error.classify() {
        Category::Eof => "the JSON ends before it is complete",
        Category::Data => "a field is of another kind than it should be, or a segment has no time",
        Category::Syntax | Category::Io => "this is not JSON",
    };
    TranscriptError::Json { file: file.to_owned(), line: error.line(), column: error.column(), problem }
}

fn turns_of(file: &str, turns: &[shapes::Turn<'_>]) -> Result<Transcript, TranscriptError> {
    let mut builder = Builder::new(Format::Turns, file, "turn");
    for (index, turn) in turns.iter().enumerate() {
        let timed = turn.words.iter().map(|word| ReadWord {
            text: &word.text,
            start_s: word.start_s,
            end_s: word.end_s,
            confidence: word.confidence,
        });
        builder.push(&ReadSegment {
            number: index + 1,
            speaker: turn.speaker.as_deref(),
            start_s: turn.start_s,
            end_s: turn.end_s,
            words: if turn.words.is_empty() { words_of(&turn.text) } else { timed.collect() },
        })?;
    }
    Ok(builder.finish())
}

fn whisper(
    file: &str,
    segments: &[WhisperSegment<'_>],
    word_segments: bool,
) -> Result<Transcript, TranscriptError> {
    // Only WhisperX says who spoke, calls a probability a score, and lists all words once more.
    let scored =
        |segment: &WhisperSegment<'_>| segment.words.iter().flatten().any(|word| word.score.is_some());
    let is_whisperx =
        word_segments || segments.iter().any(|segment| segment.speaker.is_some() || scored(segment));
    let format = if is_whisperx { Format::WhisperX } else { Format::Whisper };
    let mut builder = Builder::new(format, file, "segment");
    for (index, segment) in segments.iter().enumerate() {
        let words = segment.words.as_deref().unwrap_or_default();
        if words.is_empty() {
            builder.push(&ReadSegment {
                number: index + 1,
                speaker: segment.speaker.as_deref(),
                start_s: segment.start,
                end_s: segment.end,
                words: words_of(&segment.text),
            })?;
            continue;
        }
        // A segment may hold words of two speakers.
        let mut start_s = segment.start;
        for (turn, run) in words.chunk_by(|left, right| left.speaker == right.speaker).enumerate() {
            let first_word_s = run[0].start.filter(|first_s| (start_s..=segment.end).contains(first_s));
            if turn > 0 {
                start_s = first_word_s.unwrap_or(start_s);
            }
            builder.push(&ReadSegment {
                number: index + 1,
                speaker: run[0].speaker.as_deref().or(segment.speaker.as_deref()),
                start_s,
                end_s: segment.end,
                words: run.iter().map(whisper_word).collect(),
            })?;
        }
    }
    Ok(builder.finish())
}

fn whisper_word<'a>(word: &'a WhisperWord<'_>) -> ReadWord<'a> {
    ReadWord {
        text: &word.word,
        start_s: word.start,
        end_s: word.end,
        confidence: word.probability.or(word.score),
    }
}

fn whisper_cpp(file: &str, segments: &[WhisperCppSegment<'_>]) -> Result<Transcript, TranscriptError> {
    let mut builder = Builder::new(Format::WhisperCpp, file, "segment");
    for (index, segment) in segments.iter().enumerate() {
        builder.push(&ReadSegment {
            number: index + 1,
            // «?» is what whisper.cpp writes where both channels are equally loud.
            speaker: segment.speaker.as_deref().filter(|speaker| *speaker != "?"),
            start_s: seconds(segment.offsets.from),
            end_s: seconds(segment.offsets.to),
            words: segment.words(),
        })?;
    }
    Ok(builder.finish())
}

fn seconds(milliseconds: i64) -> f64 {
    milliseconds as f64 / 1000.0
}
