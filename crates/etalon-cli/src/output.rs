//! The two places where the program speaks: data on standard output, messages on standard error.

use std::io::{ErrorKind, Write};

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
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
