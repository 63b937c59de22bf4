//! What the rows of manifests say of one recording, as one set of facts.

use crate::columns::names::value_of;
use crate::columns::{ColumnError, Columns};
use etalon_call::Defect;
use std::path::Path;
use std::rc::Rc;

/// A row in the contract's spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KnownRow {
    /// The manifest.
    pub(super) manifest: Rc<Path>,
    /// The line at which it begins.
    pub(super) line: usize,
    /// What could be understood.
    pub(super) columns: Columns,
    /// What could not.
    pub(super) errors: Vec<ColumnError>,
}

/// What all rows of one recording say together.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct RowFacts {
    /// The facts.
    pub(super) columns: Columns,
    /// What is wrong with them, for the result of the recording.
    pub(super) defects: Vec<Defect>,
    /// The contradiction that nobody can solve but the reader.
    pub(super) contradiction: Option<String>,
    /// Whether the answered call decided between rows.
    pub(super) is_by_answer: bool,
}

impl RowFacts {
    /// Puts rows together.
    ///
    /// Rows that say different things add up. Where two contradict each other, the one of the call
    /// that was answered holds: a queue writes a row for every agent that it rings. Else the first
    /// one holds, and the contradiction is named.
    pub(super) fn of(rows: &[KnownRow]) -> Self {
        let mut facts = Self::default();
        for row in rows {
            facts.defects.extend(row.errors.iter().map(|error| not_understood(row, error)));
        }
        let answered: Vec<&KnownRow> = rows.iter().filter(|row| row.is_answered()).collect();
        let all: Vec<&KnownRow> = rows.iter().collect();
        let is_decided = !answered.is_empty() && answered.len() < all.len() && contradicted(&all).is_some();
        let used = if is_decided { &answered } else { &all };
        if is_decided {
            facts.is_by_answer = true;
            let detail =
                format!("{} name it; {} is used, whose call was answered", list(&all), answered[0].place());
            facts.defects.push(Defect::new("facts_contradict", detail));
        }
        if let Some((first, second, columns)) = contradicted(used) {
            let detail = format!(
                "{} and {} contradict each other in `{}`; the first of them is used",
                first.place(),
                second.place(),
                columns.join("`, `")
            );
            facts.contradiction = Some(format!("{detail}; delete or correct one of them"));
            facts.defects.push(Defect::new("facts_contradict", detail));
        }
        for row in used.iter().rev() {
            facts.columns.extend(row.columns.clone());
        }
        facts
    }
}

impl KnownRow {
    fn is_answered(&self) -> bool {
        self.columns
            .get("disposition")
            .is_some_and(|value| value_of("disposition", value) == Some("answered"))
    }

    /// The row and its manifest, by name.
    fn place(&self) -> String {
        let name = self.manifest.file_name().unwrap_or_default().to_string_lossy();
        format!("row {} of {name}", self.line)
    }
}

fn not_understood(row: &KnownRow, error: &ColumnError) -> Defect {
    Defect::new("fact_not_understood", format!("{}: {error}", row.place()))
}

fn list(rows: &[&KnownRow]) -> String {
    rows.iter().map(|row| row.place()).collect::<Vec<_>>().join(", ")
}

/// The first row that contradicts an earlier one, and in which columns.
fn contradicted<'r>(rows: &[&'r KnownRow]) -> Option<(&'r KnownRow, &'r KnownRow, Vec<&'r str>)> {
    let pairs = rows
        .iter()
        .enumerate()
        .flat_map(|(place, second)| rows[..place].iter().map(move |first| (*first, *second)));
    pairs
        .map(|(first, second)| {
            let differ = |(column, value): &(&String, &String)| {
                first.columns.get(*column).is_some_and(|other| other != *value)
            };
            let columns = second.columns.iter().filter(differ).map(|(column, _)| column.as_str()).collect();
            (first, second, columns)
        })
        .find(|(_, _, columns): &(_, _, Vec<&str>)| !columns.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: usize, columns: &[(&str, &str)]) -> KnownRow {
        KnownRow {
            manifest: Rc::from(Path::new("in/manifest.csv")),
            line,
            columns: columns.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
            errors: Vec::new(),
        }
    }

    fn check(rows: &[&[(&str, &str)]], agent: Option<&str>, defect: Option<&str>, is_contradiction: bool) {
        let rows: Vec<KnownRow> =
            rows.iter().enumerate().map(|(place, columns)| row(place + 2, columns)).collect();
        let facts = RowFacts::of(&rows);
        assert_eq!(facts.columns.get("agent_id").map(String::as_str), agent, "{rows:?}");
        let details: Vec<&str> = facts.defects.iter().map(|defect| defect.detail.as_str()).collect();
        assert_eq!(details, defect.into_iter().collect::<Vec<_>>(), "{rows:?}");
        assert_eq!(facts.contradiction.is_some(), is_contradiction, "{rows:?}");
    }

    #[test]
    fn rows_of_one_recording_add_up_or_are_named() {
        check(&[], None, None, false);
        check(&[&[("agent_id", "1")], &[("team", "a"), ("agent_id", "1")]], Some("1"), None, false);
        check(
            &[&[("agent_id", "1"), ("team", "a")], &[("agent_id", "2"), ("team", "b")]],
            Some("1"),
            Some(
                "row 2 of manifest.csv and row 3 of manifest.csv contradict each other in `agent_id`, `team`; \
                 the first of them is used",
            ),
            true,
        );
    }

    #[test]
    fn the_answered_call_decides() {
        let rung = [("agent_id", "1"), ("disposition", "NO ANSWER")];
        let answered = [("agent_id", "2"), ("disposition", "ANSWERED")];
        let other = [("agent_id", "3"), ("disposition", "ANSWERED")];
        check(
            &[&rung, &answered],
            Some("2"),
            Some(
                "row 2 of manifest.csv, row 3 of manifest.csv name it; row 3 of manifest.csv is used, whose call was answered",
            ),
            false,
        );
        let rows = [row(2, &rung), row(3, &answered), row(4, &other)];
        let facts = RowFacts::of(&rows);
        assert_eq!((facts.columns["agent_id"].as_str(), facts.contradiction.is_some()), ("2", true));
    }
}
