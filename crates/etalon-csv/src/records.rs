//! The text of a table as records of fields.

use csv::{ReaderBuilder, StringRecord, Trim};
use std::borrow::Cow;

/// The signs that spreadsheets put between columns.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The most lines that one record may have: more are a quotation mark that nobody closed.
const RECORD_MAX_LINES: usize = 50;

/// The line with which a spreadsheet tells another one its delimiter.
const DELIMITER_LINE: &str = "sep=";

/// A record and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The line, from 1.
    pub line: usize,
    /// The fields, without the quotation marks and spaces around them.
    pub fields: Vec<String>,
}

/// The records of a table, the header first. Empty lines are left out.
///
/// Commas, semicolons, tabs or vertical bars stand between the columns: the header, or a line `sep=;`
/// before it, tells which. A quotation mark that nobody closes costs its own line only.
pub fn records(text: &str) -> Vec<Record> {
    let (told, skipped, text) = told_delimiter(text);
    let mut lines = Lines { lines: text.lines().collect(), next: 0 };
    let mut found = Vec::new();
    let mut delimiter = told;
    while let Some((line, logical)) = lines.next_logical() {
        if logical.trim().is_empty() {
            continue;
        }
        let delimiter = *delimiter.get_or_insert_with(|| delimiter_of(&logical));
        let fields = fields(&logical, delimiter);
        if fields.iter().any(|field| !field.is_empty()) {
            found.push(Record { line: line + skipped, fields });
        }
    }
    found
}

/// The delimiter that the first line tells, how many lines that took, and the rest of the text.
fn told_delimiter(text: &str) -> (Option<u8>, usize, &str) {
    let Some(rest) = text.strip_prefix(DELIMITER_LINE) else { return (None, 0, text) };
    let (line, rest) = rest.split_once('\n').unwrap_or((rest, ""));
    match line.trim_end_matches('\r').as_bytes() {
        [delimiter] => (Some(*delimiter), 1, rest),
        _ => (None, 0, text),
    }
}

/// The delimiter by which a header has the most columns.
fn delimiter_of(header: &str) -> u8 {
    let columns = |delimiter: u8| fields(header, delimiter).len();
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| columns(*delimiter)).unwrap_or(b',')
}

fn fields(line: &str, delimiter: u8) -> Vec<String> {
    let line = without_spaces_before_quotes(line, delimiter);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .delimiter(delimiter)
        .from_reader(line.as_bytes());
    let mut record = StringRecord::new();
    match reader.read_record(&mut record) {
        Ok(true) => record.iter().map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// A quotation mark opens a field only where the field begins; some exporters put a space before.
fn without_spaces_before_quotes(line: &str, delimiter: u8) -> Cow<'_, str> {
    if !line.contains('"') || !line.contains([' ', '\t']) {
        return Cow::Borrowed(line);
    }
    let delimiter = char::from(delimiter);
    let (mut kept, mut spaces) = (String::with_capacity(line.len()), String::new());
    let (mut is_quoted, mut begins) = (false, true);
    for character in line.chars() {
        match character {
            ' ' | '\t' if begins && character != delimiter => {
                spaces.push(character);
                continue;
            }
            '"' if begins => spaces.clear(),
            _ => {}
        }
        kept.push_str(&std::mem::take(&mut spaces));
        kept.push(character);
        is_quoted ^= character == '"';
        begins = !is_quoted && character == delimiter;
    }
    kept.push_str(&spaces);
    Cow::Owned(kept)
}

struct Lines<'t> {
    lines: Vec<&'t str>,
    next: usize,
}

impl<'t> Lines<'t> {
    /// The next line with those that its quoted fields go over, and its number.
    ///
    /// A quotation mark that is not closed within [`RECORD_MAX_LINES`] costs its own line only.
    fn next_logical(&mut self) -> Option<(usize, Cow<'t, str>)> {
        let first = self.next;
        let line = *self.lines.get(first)?;
        self.next += 1;
        if !opens_quote(line) {
            return Some((first + 1, Cow::Borrowed(line)));
        }
        let end = self.lines.len().min(first + RECORD_MAX_LINES);
        let last = (first + 1..end).find(|place| opens_quote(self.lines[*place]));
        Some((
            first + 1,
            match last {
                Some(last) => {
                    self.next = last + 1;
                    Cow::Owned(self.lines[first..=last].join("\n"))
                }
                None => Cow::Borrowed(line),
            },
        ))
    }
}

/// Whether a line leaves a quotation open, or closes one that was open before.
fn opens_quote(line: &str) -> bool {
    line.bytes().filter(|byte| *byte == b'"').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(usize, &[&str])]) {
        let found = records(text);
        let found: Vec<(usize, Vec<&str>)> = found
            .iter()
            .map(|record| (record.line, record.fields.iter().map(String::as_str).collect()))
            .collect();
        let expected: Vec<(usize, Vec<&str>)> =
            expected.iter().map(|(line, fields)| (*line, fields.to_vec())).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn the_delimiter_is_found_in_the_header() {
        for delimiter in [",", ";", "\t", "|"] {
            let text = format!("path{delimiter}team\r\na.wav{delimiter}1,5; x\r\n").replace("1,5; x", "15");
            check(&text, &[(1, &["path", "team"]), (2, &["a.wav", "15"])]);
        }
        check(
            "path;company\na.wav;Вектор, Ко\n",
            &[(1, &["path", "company"]), (2, &["a.wav", "Вектор, Ко"])],
        );
        check("sep=;\npath;note\na.wav;x\n", &[(2, &["path", "note"]), (3, &["a.wav", "x"])]);
        check("path\na.wav\n\n;;\n", &[(1, &["path"]), (2, &["a.wav"]), (4, &[";;"])]);
    }

    #[test]
    fn quotation_marks_and_spaces_around_fields_are_no_part_of_them() {
        check("\"path\" , \"agent_id\" \na.wav, a1\n", &[(1, &["path", "agent_id"]), (2, &["a.wav", "a1"])]);
        check(
            "path, company\na.wav, \"Вектор, \"\"Ко\"\"\"\n",
            &[(1, &["path", "company"]), (2, &["a.wav", "Вектор, \"Ко\""])],
        );
        check(
            "path,note\n\"a.wav\",\"two\nlines\"\nb.wav,x\n",
            &[(1, &["path", "note"]), (2, &["a.wav", "two\nlines"]), (4, &["b.wav", "x"])],
        );
    }

    #[test]
    fn a_quotation_mark_that_nobody_closes_costs_its_line() {
        let rest = "b.wav,x\n".repeat(60);
        let found = records(&format!("path,note\na.wav,\"open\n{rest}"));
        assert_eq!(found.len(), 62);
        assert_eq!(found[2].fields, ["b.wav", "x"]);
    }
}
