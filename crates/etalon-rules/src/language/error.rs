//! What is wrong with a pack, said so that its author can mend it.

use crate::text::distance::edit_distance;
use std::fmt;

/// Why a pack cannot be used. The message names the file, the line and what to do, and shows the
/// place.
///
/// A pack never becomes right by trying again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct PackError {
    kind: PackErrorKind,
    place: Box<Place>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    origin: String,
    line: usize,
    column: usize,
    message: String,
    help: String,
    /// The line of the pack, and how many of its characters are meant.
    excerpt: (String, usize),
}

/// What kind of mistake a pack has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackErrorKind {
    /// It is not TOML.
    Syntax,
    /// A key that no pack has.
    UnknownKey,
    /// A key that must be there is not.
    MissingKey,
    /// A value of the wrong type or outside its range.
    InvalidValue,
    /// A name that the pack does not define: a list, a window, a rule.
    UnknownName,
    /// Lists that contain each other.
    Cycle,
}

impl PackError {
    /// An error at the bytes `span` of `source`.
    pub(crate) fn at(
        kind: PackErrorKind,
        origin: &str,
        source: &str,
        span: std::ops::Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let start = source.floor_char_boundary(span.start);
        let line_start = source[..start].rfind('\n').map_or(0, |position| position + 1);
        let line_text = source[line_start..].lines().next().unwrap_or_default();
        let column = source[line_start..start].chars().count() + 1;
        let end = source.floor_char_boundary(span.end).max(start);
        let marked = source[start..end].lines().next().map_or(0, |text| text.chars().count()).max(1);
        let place = Place {
            origin: origin.to_owned(),
            line: source[..start].matches('\n').count() + 1,
            column,
            message: message.into(),
            help: help.into(),
            excerpt: (line_text.to_owned(), marked),
        };
        Self { kind, place: Box::new(place) }
    }

    /// What kind of mistake it is.
    pub fn kind(&self) -> PackErrorKind {
        self.kind
    }

    /// Where the pack came from, as the caller named it.
    pub fn origin(&self) -> &str {
        &self.place.origin
    }

    /// Line of the mistake, counted from 1.
    pub fn line(&self) -> usize {
        self.place.line
    }

    /// Column of the mistake in characters, counted from 1.
    pub fn column(&self) -> usize {
        self.place.column
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.place.message
    }

    /// What to do.
    pub fn help(&self) -> &str {
        &self.place.help
    }
}

/// The known name that somebody who wrote `name` most likely meant: at most a third of its letters
/// are others.
pub(crate) fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let edits = |known: &str| edit_distance(name.as_bytes(), known.as_bytes());
    let nearest = known.into_iter().map(|known| (edits(known), known)).min()?;
    let (edits, meant) = nearest;
    (edits <= name.len().max(meant.len()) / 3).then_some(meant)
}

/// What to do about a name that is not among the known ones.
pub(crate) fn help_for_unknown<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
    otherwise: impl Into<String>,
) -> String {
    let otherwise = otherwise.into();
    match did_you_mean(name, known) {
        Some(meant) => format!("did you mean `{meant}`? {otherwise}"),
        None => otherwise,
    }
}

/// Columns of a line that an error shows.
const SHOWN_COLUMNS: usize = 100;

/// The part of a line around a column, and how many characters of that part stand before it.
fn shortened(line: &str, column: usize) -> (String, usize) {
    let before = column - 1;
    let left_out = if before > SHOWN_COLUMNS / 2 { before - SHOWN_COLUMNS / 4 } else { 0 };
    (line.chars().skip(left_out).take(SHOWN_COLUMNS).collect(), before - left_out)
}

impl fmt::Display for PackError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { origin, line, column, message, help, excerpt: (text, marked) } = &*self.place;
        let (text, indent) = shortened(text, *column);
        let margin = " ".repeat(line.to_string().len());
        let shown = text.chars().count().saturating_sub(indent).max(1);
        let carets = "^".repeat((*marked).min(shown));
        let indent = " ".repeat(indent);
        writeln!(formatter, "{origin}:{line}:{column}: {message}")?;
        writeln!(formatter, "{margin} |")?;
        writeln!(formatter, "{line} | {text}")?;
        writeln!(formatter, "{margin} | {indent}{carets}")?;
        write!(formatter, "{margin} = {help}")
    }
}
