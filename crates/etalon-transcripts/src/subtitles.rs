//! Subtitles: `WebVTT` (W3C, webvtt1) and `SubRip`.
//!
//! Both are read by the same rules, because programs mix them up: a line with `-->` begins a cue,
//! an empty line ends it, seconds may be divided by a point or a comma. Who speaks is said by a
//! voice tag (`<v Agent>`) or by a label at the start of a line (see [`labels`]).

mod labels;
mod markup;

use crate::builder::{Builder, ReadSegment, words_of};
use crate::error::TranscriptError;
use crate::speakers::SpeakerNames;
use crate::transcript::{Certainty, Format, Transcript};
use labels::Labels;
use markup::Piece;

/// Reads subtitles.
pub(crate) fn parse(
    format: Format,
    file: &str,
    bytes: &[u8],
    names: &SpeakerNames,
) -> Result<Transcript, TranscriptError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| TranscriptError::NotUtf8 { file: file.to_owned(), byte: error.valid_up_to() })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let cues = cues(text);
    if cues.is_empty() && !text.trim().is_empty() && !text.starts_with("WEBVTT") {
        return Err(TranscriptError::UnknownFormat { file: file.to_owned() });
    }
    let lines: Vec<Vec<Piece>> = cues.iter().map(|cue| markup::pieces(&cue.lines)).collect();
    let labels = Labels::of(lines.iter().map(Vec::as_slice), names);
    let mut builder = Builder::new(format, file, "line");
    for (cue, pieces) in cues.iter().zip(&lines) {
        let Some((start_s, end_s)) = cue.times_s else {
            builder.leave_out(cue.line, "these are no times such as 00:01:02.345 --> 00:01:04.000")?;
            continue;
        };
        for piece in labels.divide(pieces) {
            builder.push(&ReadSegment {
                number: cue.line,
                speaker: piece.voice.as_deref(),
                start_s,
                end_s,
                words: words_of(&piece.text),
                certainty: Certainty::default(),
            })?;
        }
    }
    builder.finish()
}

/// What is shown from one time to another.
struct Cue<'a> {
    /// The number of its line of times, from 1.
    line: usize,
    /// Start and end, seconds; none where they can't be read.
    times_s: Option<(f64, f64)>,
    lines: Vec<&'a str>,
}

fn cues(text: &str) -> Vec<Cue<'_>> {
    let mut cues: Vec<Cue<'_>> = Vec::new();
    let mut open = false;
    for (index, line) in text.lines().enumerate() {
        if let Some((start, end)) = line.split_once("-->") {
            if let Some(before) = cues.last_mut().filter(|_| open) {
                // Without an empty line between two cues the number of the second stands in the
                // text of the first.
                before.lines.pop_if(|last| last.trim().bytes().all(|byte| byte.is_ascii_digit()));
            }
            let end = end.split_whitespace().next().unwrap_or_default();
            let times_s = time_s(start.trim()).zip(time_s(end));
            cues.push(Cue { line: index + 1, times_s, lines: Vec::new() });
            open = true;
        } else if line.trim().is_empty() {
            open = false;
        } else if let Some(cue) = cues.last_mut().filter(|_| open) {
            cue.lines.push(line);
        }
    }
    cues
}

/// `01:02:03.456`, `02:03,456`: hours may be left out, and so may the fraction.
fn time_s(text: &str) -> Option<f64> {
    let mut time_s = 0.0;
    let parts: Vec<&str> = text.split(':').collect();
    let (seconds, larger) = parts.split_last()?;
    if larger.is_empty() || larger.len() > 2 {
        return None;
    }
    for part in larger {
        time_s = time_s * 60.0 + f64::from(whole(part)?);
    }
    let (seconds, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, "0"));
    let digits = i32::try_from(fraction.len()).ok().filter(|digits| *digits <= 9)?;
    Some(time_s * 60.0 + f64::from(whole(seconds)?) + f64::from(whole(fraction)?) / 10_f64.powi(digits))
}

fn whole(digits: &str) -> Option<u32> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_both_spellings() {
        for (text, expected) in [
            ("00:00:01.500", Some(1.5)),
            ("00:01,250", Some(1.25)),
            ("100:00:00.000", Some(360_000.0)),
            ("00:01:02", Some(62.0)),
            ("5", None),
            ("", None),
            ("1:2:3:4", None),
            ("-1:00.000", None),
            ("00:aa.000", None),
            ("00:00.0000000001", None),
            ("99999999999:00.0", None),
        ] {
            assert_eq!(time_s(text), expected, "{text}");
        }
    }
}
