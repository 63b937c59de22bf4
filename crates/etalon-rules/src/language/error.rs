//! What is wrong with a pack, said so that its author can mend it.

use crate::text::distance::edit_distance;
use std::cell::{Cell, RefCell};
use std::fmt;

/// Errors of one pack that are kept; the others are counted. Whoever has so many mends the first
/// ones and sees the rest vanish.
const ERRORS_KEPT: usize = 100;

/// All that is wrong with one or more packs, in the order in which it stands there. Each error names
/// the file, the line and what to do, and shows the place.
///
/// A pack never becomes right by trying again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct PackErrors {
    first: PackError,
    others: Vec<PackError>,
    left_out: usize,
}

impl PackErrors {
    /// The error that stands first.
    pub fn first(&self) -> &PackError {
        &self.first
    }

    /// All errors.
    pub fn iter(&self) -> impl Iterator<Item = &PackError> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// How many more there are than [`iter`](Self::iter) gives.
    pub fn left_out(&self) -> usize {
        self.left_out
    }
}

impl fmt::Display for PackErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.first)?;
        self.others.iter().try_for_each(|error| write!(formatter, "\n{error}"))?;
        if self.left_out > 0 {
            write!(formatter, "\n{} more errors are not shown; mend these first", self.left_out)?;
        }
        Ok(())
    }
}

/// What is wrong with a pack, as far as it was read.
#[derive(Debug, Default)]
pub(crate) struct ErrorList {
    errors: RefCell<Vec<PackError>>,
    left_out: Cell<usize>,
}

impl ErrorList {
    /// Adds an error; one place has one error, the first that was found.
    pub(crate) fn add(&self, error: PackError) {
        let mut errors = self.errors.borrow_mut();
        let is_known = |known: &PackError| (known.line(), known.column()) == (error.line(), error.column());
        if errors.iter().any(is_known) {
            return;
        }
        if errors.len() < ERRORS_KEPT {
            errors.push(error);
        } else {
            self.left_out.set(self.left_out.get() + 1);
        }
    }

    /// The errors in the order of their places; nothing where there are none.
    pub(crate) fn into_errors(self) -> Option<PackErrors> {
        let mut errors = self.errors.into_inner();
        errors.sort_by_key(|error| (error.line(), error.column()));
        let mut errors = errors.into_iter();
        let first = errors.next()?;
        Some(PackErrors { first, others: errors.collect(), left_out: self.left_out.get() })
    }
}

/// One thing that is wrong with a pack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct PackError {
    kind: PackErrorKind,
    problem: Box<Problem>,
}

/// Something in a pack that its author may not have meant; the pack can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackWarning(Box<Problem>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Problem {
    place: PackPlace,
    message: String,
    help: String,
}

/// A place in a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackPlace {
    origin: String,
    line: usize,
    column: usize,
    /// The line of the pack, and how many of its characters are meant.
    excerpt: (String, usize),
}

impl PackPlace {
    /// Where the bytes `span` of `source` stand.
    pub(crate) fn of(origin: &str, source: &str, line_ends: &[usize], span: std::ops::Range<usize>) -> Self {
        let start = source.floor_char_boundary(span.start);
        let lines_before = line_ends.partition_point(|&end| end < start);
        let line_start = if lines_before == 0 { 0 } else { line_ends[lines_before - 1] + 1 };
        let line_text = source[line_start..].lines().next().unwrap_or_default();
        let end = source.floor_char_boundary(span.end).max(start);
        let marked = source[start..end].lines().next().map_or(0, |text| text.chars().count()).max(1);
        Self {
            origin: origin.to_owned(),
            line: lines_before + 1,
            column: source[line_start..start].chars().count() + 1,
            excerpt: (line_text.to_owned(), marked),
        }
    }

    /// Where the pack came from, as the caller named it.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The line, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column in characters, counted from 1.
    pub fn column(&self) -> usize {
        self.column
    }
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

impl PackErrorKind {
    /// The name of the kind in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::UnknownKey => "unknown_key",
            Self::MissingKey => "missing_key",
            Self::InvalidValue => "invalid_value",
            Self::UnknownName => "unknown_name",
            Self::Cycle => "cycle",
        }
    }
}

impl PackError {
    pub(crate) fn new(
        kind: PackErrorKind,
        place: PackPlace,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self { kind, problem: Box::new(Problem { place, message: message.into(), help: help.into() }) }
    }

    /// What kind of mistake it is.
    pub fn kind(&self) -> PackErrorKind {
        self.kind
    }

    /// Where it is.
    pub fn place(&self) -> &PackPlace {
        &self.problem.place
    }

    /// Where the pack came from, as the caller named it.
    pub fn origin(&self) -> &str {
        &self.place().origin
    }

    /// Line of the mistake, counted from 1.
    pub fn line(&self) -> usize {
        self.place().line
    }

    /// Column of the mistake in characters, counted from 1.
    pub fn column(&self) -> usize {
        self.place().column
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.problem.message
    }

    /// What to do.
    pub fn help(&self) -> &str {
        &self.problem.help
    }
}

impl PackWarning {
    pub(crate) fn new(place: PackPlace, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self(Box::new(Problem { place, message: message.into(), help: help.into() }))
    }

    /// Where it is.
    pub fn place(&self) -> &PackPlace {
        &self.0.place
    }

    /// What may be wrong, without the place.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do.
    pub fn help(&self) -> &str {
        &self.0.help
    }
}

impl fmt::Display for PackWarning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
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

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, message, help } = self;
        let PackPlace { origin, line, column, excerpt: (text, marked) } = place;
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
