//! Speaker segments in NIST's Rich Transcription Time Marked format.
//!
//! One line a segment: `SPEAKER file channel start duration <NA> <NA> speaker <NA> <NA>`, times in
//! seconds.

use crate::diarization::SpeakerSegment;
use etalon_call::Span;

/// An invalid line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "line {line}: a SPEAKER line has a start and a duration in seconds as fields 4 and 5 and a name as field 8"
)]
pub struct RttmError {
    /// The line's number, from 1.
    pub line: usize,
}

/// Reads the segments; lines of other kinds and comments are skipped.
///
/// # Errors
///
/// The first invalid SPEAKER line.
pub fn parse(text: &str) -> Result<Vec<SpeakerSegment>, RttmError> {
    let mut segments = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        if fields.first() == Some(&"SPEAKER") {
            segments.push(segment(&fields).ok_or(RttmError { line: number + 1 })?);
        }
    }
    segments.sort_by(|left, right| left.span.start_s.total_cmp(&right.span.start_s));
    Ok(segments)
}

fn segment(fields: &[&str]) -> Option<SpeakerSegment> {
    let time_s = |field: usize| {
        let time_s: f64 = fields.get(field)?.parse().ok()?;
        (time_s.is_finite() && time_s >= 0.0).then_some(time_s)
    };
    let (start_s, duration_s) = (time_s(3)?, time_s(4)?);
    let speaker = (*fields.get(7)?).to_owned();
    Some(SpeakerSegment { span: Span::new(start_s, start_s + duration_s), speaker })
}

/// Writes segments of one recording.
pub fn as_text(recording: &str, segments: &[SpeakerSegment]) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for SpeakerSegment { span, speaker } in segments {
        // Writing into a string does not fail.
        let _ = writeln!(
            text,
            "SPEAKER {recording} 1 {:.3} {:.3} <NA> <NA> {speaker} <NA> <NA>",
            span.start_s,
            span.duration_s()
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let segments = vec![
            SpeakerSegment { span: Span::new(0.5, 2.0), speaker: "a".into() },
            SpeakerSegment { span: Span::new(1.5, 3.25), speaker: "b".into() },
        ];
        let text = format!(";; comment\nSPKR-INFO x\n\n{}", as_text("call", &segments));
        assert_eq!(parse(&text), Ok(segments));
    }

    #[test]
    fn a_wrong_line_is_named() {
        for line in [
            "SPEAKER x 1 a 1 <NA> <NA> s",
            "SPEAKER x 1 1",
            "SPEAKER x 1 1 -1 <NA> <NA> s",
            "SPEAKER x 1 nan 1 . . s",
        ] {
            assert_eq!(parse(&format!("\n{line}\n")), Err(RttmError { line: 2 }), "{line}");
        }
    }
}
