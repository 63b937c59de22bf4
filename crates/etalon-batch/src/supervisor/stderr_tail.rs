//! The end of a worker's standard error.
//!
//! Native libraries write there whatever they like, so a line is let through only in forms that
//! cannot hold anything of a call: the place of an assertion in somebody's source, and the last
//! messages of a runtime that gives up.

use crate::worker_exit::OUT_OF_MEMORY;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

/// The longest line that is looked at, bytes.
const LINE_MAX_BYTES: u64 = 1024;

/// How the place of a panic is announced by the program that calls [`crate::worker::serve`].
const PANIC: &str = "internal error at ";

/// What may be told of a worker's standard error: the last line of a known form.
#[derive(Debug, Clone, Default)]
pub(crate) struct StderrTail(Arc<Mutex<Option<String>>>);

impl StderrTail {
    /// Reads standard error to its end, which is the worker's.
    pub(crate) fn read_from(&self, error_output: impl Read) {
        let mut input = BufReader::new(error_output);
        let mut line = Vec::new();
        loop {
            line.clear();
            match input.by_ref().take(LINE_MAX_BYTES).read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) => {
                    if let Some(words) = redacted(&String::from_utf8_lossy(&line)) {
                        pass_on(&words);
                        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(words);
                    }
                }
            }
        }
    }

    /// The last line of a known form so far.
    pub(crate) fn last_line(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A panic is caught by the worker and ends no process, so its place would be told nowhere else.
fn pass_on(words: &str) {
    if words.starts_with(PANIC) {
        let _ = writeln!(std::io::stderr().lock(), "{words}");
    }
}

/// What of a line may be told; none where its form is unknown.
fn redacted(line: &str) -> Option<String> {
    let line = line.trim();
    if let Some((place, assertion)) = line.split_once(": GGML_ASSERT(")
        && let Some((expression, _)) = assertion.split_once(") failed")
    {
        return Some(format!("{}: {expression}", file_and_line(place)?));
    }
    if let Some(place) = line.strip_prefix(PANIC) {
        return Some(format!("{PANIC}{}", file_and_line(place)?));
    }
    if line.starts_with("memory allocation of ") || line.contains("std::bad_alloc") {
        return Some(OUT_OF_MEMORY.to_owned());
    }
    line.contains("has overflowed its stack").then(|| "stack overflow".to_owned())
}

/// `ggml.c:123` of `/home/builder/ggml/src/ggml.c:123`; none where there is no number of a line.
fn file_and_line(place: &str) -> Option<&str> {
    let place = place.rsplit(['/', '\\']).next()?;
    let (_, number) = place.rsplit_once(':')?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_forms_are_told() {
        for (line, expected) in [
            (
                "/build/ggml/src/ggml.c:1723: GGML_ASSERT(a->ne[0] == b->ne[0]) failed",
                Some("ggml.c:1723: a->ne[0] == b->ne[0]"),
            ),
            ("internal error at crates/etalon-vad/src/frames.rs:12", Some("internal error at frames.rs:12")),
            ("memory allocation of 68719476736 bytes failed", Some("out of memory")),
            ("terminate called after throwing an instance of 'std::bad_alloc'", Some("out of memory")),
            ("thread 'main' has overflowed its stack", Some("stack overflow")),
            ("whisper_full: decoded «мой номер 8701…»", None),
            ("internal error at мой номер", None),
            ("", None),
        ] {
            assert_eq!(redacted(line).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn the_last_of_many_lines_is_kept_however_long_they_are() {
        let words = StderrTail::default();
        let noise = "x".repeat(5000);
        words.read_from(
            format!("memory allocation of 5 bytes failed\n{noise}\ninternal error at a.rs:1\nbye").as_bytes(),
        );
        assert_eq!(words.last_line().as_deref(), Some("internal error at a.rs:1"));
    }
}
