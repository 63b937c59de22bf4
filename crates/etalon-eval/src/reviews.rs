//! Verdicts of reviewers: CSV with a header, a JSON list, or JSON lines.

use crate::load::EvalError;
use etalon_call::Verdict;
use etalon_csv::{decoded, records, restored};
use serde::Deserialize;
use std::path::Path;

/// What a reviewer writes who cannot tell.
const CANNOT_TELL: &str = "cannot_tell";

/// A reviewer's verdict on one rule in one call.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Review {
    /// The call: its id, its source, or the source's name without folder and extension.
    #[serde(alias = "id", alias = "source")]
    pub call: String,
    /// The rule's id.
    pub rule: String,
    /// The verdict.
    pub verdict: Verdict,
}

/// Reads verdicts from a file; the extension decides the format: `.csv` (columns `call`, `rule`,
/// `verdict`; any delimiter and encoding that spreadsheets write), `.json` (a list of objects with
/// these keys) or `.jsonl`. Other columns and keys are ignored; `id` and `source` are aliases of
/// `call`. A row of a table whose verdict is `cannot_tell` says nothing of the truth and is left
/// out.
///
/// # Errors
///
/// [`EvalError::Io`], or [`EvalError::Reviews`] with the invalid line.
pub fn read_reviews(path: &Path) -> Result<Vec<Review>, EvalError> {
    let bytes = std::fs::read(path).map_err(|source| EvalError::Io { path: path.to_owned(), source })?;
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let text = decoded(&bytes);
    let reviews = match extension.as_str() {
        "json" => serde_json::from_str(&text).map_err(|error| (error.line(), error.to_string())),
        "jsonl" => json_lines(&text),
        _ => csv_rows(&text),
    };
    reviews.map_err(|(line, detail)| EvalError::Reviews { path: path.to_owned(), line, detail })
}

fn json_lines(text: &str) -> Result<Vec<Review>, (usize, String)> {
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    lines
        .map(|(line, number)| serde_json::from_str(line).map_err(|error| (number, error.to_string())))
        .collect()
}

fn csv_rows(text: &str) -> Result<Vec<Review>, (usize, String)> {
    let mut records = records(text).into_iter();
    let Some(header) = records.next() else { return Ok(Vec::new()) };
    let place = |names: &[&str]| {
        let is_it = |field: &String| names.contains(&field.to_lowercase().as_str());
        header.fields.iter().position(is_it)
    };
    let places = [&["call", "id", "source"][..], &["rule"], &["verdict"]].map(place);
    let rows = records.filter_map(|record| {
        let value = |place: Option<usize>| place.and_then(|place| record.fields.get(place));
        let [Some(call), Some(rule), Some(verdict)] = places.map(value) else {
            return Some(Err((record.line, "a column is missing".to_owned())));
        };
        if verdict == CANNOT_TELL {
            return None;
        }
        let verdict = verdict.parse().map_err(|error| (record.line, format!("the verdict {error}")));
        let [call, rule] = [call, rule].map(|value| restored(value).to_owned());
        Some(verdict.map(|verdict| Review { call, rule, verdict }))
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, text: &str) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let review =
            |call: &str, rule: &str, verdict| Review { call: call.into(), rule: rule.into(), verdict };
        assert_eq!(
            read_reviews(&path).unwrap(),
            [
                review("a1", "hold.thanks", Verdict::Fail),
                review("b/2.wav", "closing.client_first", Verdict::Na)
            ],
            "{name}"
        );
    }

    #[test]
    fn the_same_verdicts_are_read_from_every_kind_of_file() {
        check(
            "v.csv",
            "reviewer,call,rule,verdict\nanna,a1, hold.thanks ,fail\nanna,b/2.wav,closing.client_first,na\n",
        );
        check(
            "v.csv",
            "\u{feff}source;verdict;rule\r\na1;fail;hold.thanks\r\na1;cannot_tell;b\r\nb/2.wav;na;closing.client_first\r\n",
        );
        check(
            "v.json",
            r#"[{"id": "a1", "rule": "hold.thanks", "verdict": "fail"},
                {"source": "b/2.wav", "rule": "closing.client_first", "verdict": "na"}]"#,
        );
        check(
            "v.jsonl",
            "{\"call\": \"a1\", \"rule\": \"hold.thanks\", \"verdict\": \"fail\"}\n\n\
             {\"call\": \"b/2.wav\", \"rule\": \"closing.client_first\", \"verdict\": \"na\"}\n",
        );
    }

    #[test]
    fn a_mistake_is_named_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text, line) in [
            ("v.csv", "call,rule,verdict\na,b,fail\na,b,bad\n", "line 3"),
            ("v.csv", "call,rule,verdict\na,b\n", "line 2"),
            ("v.csv", "call,rule\na,b\n", "line 2"),
            ("v.json", "[\n{\"call\": \"a\"}\n]", "line 2"),
            ("v.jsonl", "\n{}\n", "line 2"),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            let error = read_reviews(&path).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains(line), "{error}");
        }
    }
}
