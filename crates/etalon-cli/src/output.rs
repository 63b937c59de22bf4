//! The two places where the program speaks: data on standard output, messages on standard error.

use serde::Serialize;
use std::io::{ErrorKind, IsTerminal as _, Write};

/// So many digits together may be a telephone number: a mobile number without its country has ten.
const TELEPHONE_DIGITS: usize = 10;

/// So many digits, at least, have the ids of calls and the hashes.
const ID_DIGITS: usize = 16;

/// Who reads the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// The person who runs the command.
    Terminal,
    /// A file or a service that keeps them, and whoever may read that.
    Log,
}

impl Audience {
    /// Who reads standard error.
    pub(crate) fn of_messages() -> Self {
        if std::io::stderr().is_terminal() { Self::Terminal } else { Self::Log }
    }
}

/// Writes data to standard output.
///
/// # Errors
///
/// When standard output can't be written. A reader that has gone away (`etalon … | head`) is not an error.
pub(crate) fn data(text: &str) -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

/// Writes data to standard output as JSON that people can read, too.
///
/// # Errors
///
/// As [`data`].
pub(crate) fn json(value: &impl Serialize) -> std::io::Result<()> {
    data(&format!("{}\n", serde_json::to_string_pretty(value)?))
}

/// What a run says that was stopped.
pub(crate) const INTERRUPTED: &str = "interrupted: run the same command again to go on";

/// Says something to people, unless they asked for quiet.
pub(crate) fn message(line: &str) {
    tracing::info!("{}", shown(line));
}

/// Says something that needs somebody: a warning, or a failure.
pub(crate) fn alert(line: &str) {
    tracing::warn!("{}", shown(line));
}

/// Says why the command is broken off.
pub(crate) fn error(line: &str) {
    tracing::error!("{}", shown(line));
}

/// A line as whoever reads it may see it: a log gets no telephone number, whatever the path is that
/// holds it.
fn shown(line: &str) -> String {
    match Audience::of_messages() {
        Audience::Terminal => visible(line),
        Audience::Log => without_telephones(&visible(line)),
    }
}

/// Whether a character is none that a terminal shows, but one that it obeys: a control character, or a mark that
/// turns the direction of the text around it.
pub(crate) fn is_control(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text with a mark in place of every number that may be a telephone: so many digits together
/// that are neither part of a hash nor a count of bytes.
pub(crate) fn without_telephones(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_alphanumeric()) {
        let (before, from_word) = rest.split_at(start);
        let end = from_word.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(from_word.len());
        let (word, after) = from_word.split_at(end);
        let is_hash = word.len() >= ID_DIGITS && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        shown.push_str(before);
        if is_hash || after.starts_with(" bytes") {
            shown.push_str(word);
        } else {
            push_without_telephones(&mut shown, word);
        }
        rest = after;
    }
    shown.push_str(rest);
    shown
}

/// Adds a word of ASCII letters and digits, and a mark for each telephone in it.
fn push_without_telephones(shown: &mut String, word: &str) {
    let mut rest = word;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, from_digits) = rest.split_at(start);
        let end = from_digits.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(from_digits.len());
        let (digits, after) = from_digits.split_at(end);
        shown.push_str(before);
        shown.push_str(if digits.len() < TELEPHONE_DIGITS { digits } else { "[number]" });
        rest = after;
    }
    shown.push_str(rest);
}

/// The text with its control characters written out, so that the name of a file gives a terminal no orders.
fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_control(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_telephone_reaches_a_log() {
        for (line, expected) in [
            ("results: /in/77015554433/out", "results: /in/[number]/out"),
            ("in/+7701555443301_x.csv: row 2", "in/+[number]_x.csv: row 2"),
            ("call87015554433in.wav", "call[number]in.wav"),
            (
                "failed: 0123456789012345 (line 2 of failures.jsonl)",
                "failed: 0123456789012345 (line 2 of failures.jsonl)",
            ),
            (
                "10737418240 bytes are more than 4294967296 bytes",
                "10737418240 bytes are more than 4294967296 bytes",
            ),
            ("out/20261120: 14 calls", "out/20261120: 14 calls"),
            ("звонок 87015554433", "звонок [number]"),
        ] {
            assert_eq!(without_telephones(line), expected, "{line}");
        }
    }

    #[test]
    fn no_order_reaches_the_terminal() {
        assert_eq!(visible("имя.wav: holds no audio"), "имя.wav: holds no audio");
        assert_eq!(visible("a\u{1b}[31m\n\u{7}\u{202e}vaw"), "a\\u{1b}[31m\\n\\u{7}\\u{202e}vaw");
    }
}
