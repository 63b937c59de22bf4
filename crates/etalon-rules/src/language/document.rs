//! A TOML document that knows where each of its values stands, and that every key has been read.

use crate::language::error::{
    ErrorList, PackError, PackErrorKind, PackPlace, did_you_mean, help_for_unknown,
};
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
    /// What is wrong with the pack, as far as it was read.
    pub(crate) errors: &'a ErrorList,
}

/// The bytes at which the lines of a text end.
pub(crate) fn line_ends(source: &str) -> Vec<usize> {
    source.match_indices('\n').map(|(position, _)| position).collect()
}

impl<'a> Origin<'a> {
    /// The table at the root of the document; nothing where the text is no TOML.
    pub(crate) fn parse(self) -> Option<Spanned<DeTable<'a>>> {
        let (document, mut errors) = DeTable::parse_recoverable(self.source);
        errors.sort_by_key(|error| error.span().map(|span| span.start));
        let help = "mend the TOML here; the rest is checked when all of it is TOML";
        let mut last_line = None;
        for error in &errors {
            let span = error.span().unwrap_or(0..0);
            let line = self.line_of(&span);
            // What is odd right behind a mistake comes of it.
            let comes_of_the_last = last_line.is_some_and(|last| line <= last + 1);
            last_line = Some(line);
            if comes_of_the_last {
                continue;
            }
            self.report(self.error(PackErrorKind::Syntax, span, error.message(), help));
        }
        errors.is_empty().then_some(document)
    }

    /// Adds to what is wrong with the pack.
    pub(crate) fn report(self, error: PackError) {
        self.errors.add(error);
    }

    /// The value, or nothing after its error was reported.
    pub(crate) fn reported<T>(self, result: Result<T, PackError>) -> Option<T> {
        result.map_err(|error| self.report(error)).ok()
    }

    /// The value. What stands in for one that can't be read is never used: a pack with an error is
    /// none.
    pub(crate) fn or_default<T: Default>(self, result: Result<T, PackError>) -> T {
        self.reported(result).unwrap_or_default()
    }

    /// Where some bytes stand.
    pub(crate) fn place(self, span: Range<usize>) -> PackPlace {
        PackPlace::of(self.name, self.source, self.line_ends, span)
    }

    /// The number of the line on which a value begins, counted from 1.
    pub(crate) fn line_of(self, span: &Range<usize>) -> usize {
        self.line_ends.partition_point(|&end| end < span.start) + 1
    }

    /// The first line of a value as it is written, and the number of that line.
    pub(crate) fn excerpt(self, span: Range<usize>) -> (String, usize) {
        let line = self.line_of(&span);
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
        PackError::new(kind, self.place(span), message, help)
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

/// A table whose keys are asked for one by one; [`finish`](Self::finish) reports the
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
        let mut known = self.known.borrow_mut();
        if !known.contains(&key) {
            known.push(key);
        }
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

    /// The text of a key that must be there; empty after an error was reported.
    pub(crate) fn required_text(&self, key: &'static str) -> String {
        let text = self.require(key).and_then(Value::text);
        self.origin.or_default(text.map(str::to_owned))
    }

    /// The name of something that others refer to: a text that is not empty.
    pub(crate) fn required_name(&self, key: &'static str) -> String {
        let name = self.require(key).and_then(|value| match value.text()? {
            name if name.trim().is_empty() => {
                Err(value.invalid(format!("`{key}` is empty"), format!("write a name: {key} = \"…\"")))
            }
            name => Ok(name.to_owned()),
        });
        self.origin.or_default(name)
    }

    pub(crate) fn text(&self, key: &'static str) -> Option<String> {
        self.read(key, |value| value.text().map(str::to_owned))
    }

    pub(crate) fn number(&self, key: &'static str) -> Option<f64> {
        self.read(key, Value::number)
    }

    pub(crate) fn count(&self, key: &'static str) -> Option<usize> {
        self.read(key, Value::count)
    }

    pub(crate) fn flag(&self, key: &'static str) -> Option<bool> {
        self.read(key, Value::flag)
    }

    /// The value of a key; nothing where it is not there, or after an error was reported.
    pub(crate) fn read<T>(
        &self,
        key: &'static str,
        read: impl FnOnce(Value<'a>) -> Result<T, PackError>,
    ) -> Option<T> {
        self.get(key).and_then(|value| self.origin.reported(read(value)))
    }

    /// The value of one of the author's own names.
    pub(crate) fn named(&self, name: &str) -> Option<Value<'a>> {
        self.entries.get(name).map(|value| Value { origin: self.origin, value })
    }

    /// All entries, for tables whose keys are the author's own names.
    pub(crate) fn own_names(&self) -> impl Iterator<Item = (&'a str, Range<usize>, Value<'a>)> {
        let origin = self.origin;
        self.entries
            .iter()
            .map(move |(key, value)| (key.get_ref().as_ref(), key.span(), Value { origin, value }))
    }

    /// Reports the keys that nobody asked for.
    pub(crate) fn finish(&self) {
        let known = self.known.borrow();
        let keys = self.entries.iter().map(|(key, _)| key);
        for key in keys.filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let help = format!("known here: {}", known.join(", "));
            self.origin.report(self.origin.error(
                PackErrorKind::UnknownKey,
                key.span(),
                format!("unknown key `{}`", key.get_ref()),
                help_for_unknown(key.get_ref(), known.iter().copied(), help),
            ));
        }
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
