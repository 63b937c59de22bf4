//! The two places where the program speaks: data on standard output, messages on standard error.

use std::io::{ErrorKind, IsTerminal as _, Write};

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

/// Writes one line for people to standard error. There is nobody to tell if that fails.
pub(crate) fn message(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", visible(line));
}

/// Whether a character is none that a terminal shows, but one that it obeys: a control character, or a mark that
/// turns the direction of the text around it.
pub(crate) fn is_control(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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
    fn no_order_reaches_the_terminal() {
        assert_eq!(visible("имя.wav: holds no audio"), "имя.wav: holds no audio");
        assert_eq!(visible("a\u{1b}[31m\n\u{7}\u{202e}vaw"), "a\\u{1b}[31m\\n\\u{7}\\u{202e}vaw");
    }
}
