//! Personal data in plain text.

use crate::conversation::Line;
use crate::find::find_in;
use etalon_call::PersonalDataKind;
use std::ops::Range;

/// Personal data in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFinding {
    /// What it is.
    pub kind: PersonalDataKind,
    /// Its bytes in the text.
    pub bytes: Range<usize>,
}

/// Personal data in a text that one person says or writes, in order.
pub fn find_in_text(text: &str) -> Vec<TextFinding> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let start_of = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    let ranges: Vec<Range<usize>> =
        words.iter().map(|word| start_of(word)..start_of(word) + word.len()).collect();
    let confidences = vec![1.0; words.len()];
    let findings = find_in(&[Line { side: 0, start_s: 0.0, end_s: 0.0, words, confidences }]);
    let bytes = |words: &Range<usize>| ranges[words.start].start..ranges[words.end - 1].end;
    findings
        .into_iter()
        .flat_map(|finding| {
            let kind = finding.kind;
            finding.places.into_iter().map(move |place| (kind, place.words))
        })
        .map(|(kind, words)| TextFinding { kind, bytes: bytes(&words) })
        .collect()
}

/// A text with marks in the place of personal data.
pub fn redacted_text(text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut end = 0;
    for TextFinding { kind, bytes } in find_in_text(text) {
        // What overlaps the finding before is gone with it.
        if bytes.start >= end {
            redacted.push_str(&text[end..bytes.start]);
            redacted.push_str(&kind.mark());
        }
        end = end.max(bytes.end);
    }
    redacted.push_str(&text[end..]);
    redacted
}
