//! A TOML document that knows where each of its values stands, and that every key has been read.

use crate::language::error::{PackError, PackErrorKind, did_you_mean, help_for_unknown};
use std::cell::RefCell;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// Where a pack came from and its text: what an error needs to show the place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin<'a> {
    pub(crate) name: &'a str,
    pub(crate) source: &'a str,
    /// The bytes at which the lines end.
    pub(crate) line_ends: &'a [usize],
}

/// The bytes at which the lines of a text end.
pub(crate) fn line_ends(source: &str) -> Vec<usize> {
    source.match_indices('\n').map(|(position, _)| position).collect()
}

impl<'a> Origin<'a> {
    /// The table at the root of the document.
    pub(crate) fn parse(self) -> Result<Spanned<DeTable<'a>>, PackError> {
        DeTable::parse(self.source).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            self.error(PackErrorKind::Syntax, span, error.message(), "mend the TOML here")
        })
    }

    /// The first line of a value as it is written, and the number of that line.
    pub(crate) fn excerpt(self, span: Range<usize>) -> (String, usize) {
        let line = self.line_ends.partition_point(|&end| end < span.start) + 1;
        let text = self.source.get(span).unwrap_or_default();
        (text.split_whitespace().collect::<Vec<_>>().join(" "), line)
    }

    pub(crate) fn error(
        self,
        kind: PackErrorKind,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> PackError {
        PackError::at(kind, self.name, self.source, span, message, help)
    }

    pub(crate) fn invalid(
        self,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> PackError {
        self.error(PackErrorKind::InvalidValue, span, message, help)
    }
}

/// A table whose keys are asked for one by one; [`finish`](Self::finish) complains about the
/// others.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    pub(crate) origin: Origin<'a>,
    entries: &'a DeTable<'a>,
    span: Range<usize>,
    known: RefCell<Vec<&'static str>>,
}

impl<'a> Table<'a> {
    pub(crate) fn new(origin: Origin<'a>, entries: &'a DeTable<'a>, span: Range<usize>) -> Self {
        Self { origin, entries, span, known: RefCell::default() }
    }

    /// The bytes of the pack that the table takes up.
    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    pub(crate) fn get(&self, key: &'static str) -> Option<Value<'a>> {
        self.known.borrow_mut().push(key);
        self.entries.get(key).map(|value| Value { origin: self.origin, value })
    }

    pub(crate) fn require(&self, key: &'static str) -> Result<Value<'a>, PackError> {
        self.get(key).ok_or_else(|| match self.misspelt(key) {
            Some(written) => self.origin.error(
                PackErrorKind::MissingKey,
                written.span(),
                format!("the key `{key}` is missing here, and `{}` is not known", written.get_ref()),
                format!("did you mean `{key}`?"),
            ),
            None => self.origin.error(
                PackErrorKind::MissingKey,
                self.span.start..self.span.start + 1,
                format!("the key `{key}` is missing here"),
                format!("add `{key} = …`"),
            ),
        })
    }

    /// A key that nobody asked for and that looks like `key`.
    fn misspelt(&self, key: &str) -> Option<&'a Spanned<DeString<'a>>> {
        let known = self.known.borrow();
        let mut unknown = self.entries.iter().map(|(written, _)| written);
        unknown.find(|written| {
            let written: &str = written.get_ref();
            !known.contains(&written) && did_you_mean(written, [key]).is_some()
        })
    }

    pub(crate) fn text(&self, key: &'static str) -> Result<Option<String>, PackError> {
        self.get(key).map(|value| value.text().map(str::to_owned)).transpose()
    }

    pub(crate) fn number(&self, key: &'static str) -> Result<Option<f64>, PackError> {
        self.get(key).map(Value::number).transpose()
    }

    pub(crate) fn count(&self, key: &'static str) -> Result<Option<usize>, PackError> {
        self.get(key).map(Value::count).transpose()
    }

    pub(crate) fn flag(&self, key: &'static str) -> Result<Option<bool>, PackError> {
        self.get(key).map(Value::flag).transpose()
    }

    /// All entries, for tables whose keys are the author's own names.
    pub(crate) fn own_names(&self) -> impl Iterator<Item = (&'a str, Range<usize>, Value<'a>)> {
        let origin = self.origin;
        self.entries
            .iter()
            .map(move |(key, value)| (key.get_ref().as_ref(), key.span(), Value { origin, value }))
    }

    /// Complains about the first key that nobody asked for.
    pub(crate) fn finish(&self) -> Result<(), PackError> {
        let known = self.known.borrow();
        let unknown = self
            .entries
            .iter()
            .map(|(key, _)| key)
            .filter(|key| !known.contains(&key.get_ref().as_ref()))
            .min_by_key(|key| key.span().start);
        let Some(key) = unknown else { return Ok(()) };
        Err(self.origin.error(
            PackErrorKind::UnknownKey,
            key.span(),
            format!("unknown key `{}`", key.get_ref()),
            help_for_unknown(
                key.get_ref(),
                known.iter().copied(),
                format!("known here: {}", known.join(", ")),
            ),
        ))
    }
}

/// One value with its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value<'a> {
    pub(crate) origin: Origin<'a>,
    value: &'a Spanned<DeValue<'a>>,
}

impl<'a> Value<'a> {
    pub(crate) fn span(self) -> Range<usize> {
        self.value.span()
    }

    /// The value as the pack writes it.
    pub(crate) fn written(self) -> &'a str {
        self.origin.source.get(self.span()).unwrap_or_default()
    }

    pub(crate) fn invalid(self, message: impl Into<String>, help: impl Into<String>) -> PackError {
        self.origin.invalid(self.span(), message, help)
    }

    fn wrong_type(self, expected: &str) -> PackError {
        let found = match self.value.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.invalid(format!("found {found} where {expected} is needed"), format!("write {expected} here"))
    }

    pub(crate) fn text(self) -> Result<&'a str, PackError> {
        self.value.get_ref().as_str().ok_or_else(|| self.wrong_type("a text in quotes"))
    }

    pub(crate) fn number(self) -> Result<f64, PackError> {
        let digits = match self.value.get_ref() {
            DeValue::Integer(number) => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => return Err(self.wrong_type("a number")),
        };
        let number: Option<f64> = digits.replace('_', "").parse().ok();
        number.filter(|number| number.is_finite()).ok_or_else(|| self.wrong_type("a finite number"))
    }

    pub(crate) fn count(self) -> Result<usize, PackError> {
        let number = self.number()?;
        if number >= 0.0 && number.fract() == 0.0 && number < 1e9 {
            Ok(number as usize)
        } else {
            Err(self.wrong_type("a whole number from 0"))
        }
    }

    pub(crate) fn flag(self) -> Result<bool, PackError> {
        self.value.get_ref().as_bool().ok_or_else(|| self.wrong_type("true or false"))
    }

    pub(crate) fn table(self) -> Result<Table<'a>, PackError> {
        let DeValue::Table(entries) = self.value.get_ref() else { return Err(self.wrong_type("a table")) };
        Ok(Table::new(self.origin, entries, self.span()))
    }

    pub(crate) fn is_text(self) -> bool {
        self.value.get_ref().is_str()
    }

    /// The elements of a list; a value that is no list is a list of one.
    pub(crate) fn elements(self) -> Vec<Value<'a>> {
        match self.value.get_ref() {
            DeValue::Array(values) => {
                values.iter().map(|value| Value { origin: self.origin, value }).collect()
            }
            _ => vec![self],
        }
    }
}
