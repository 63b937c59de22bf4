//! Facts about a recording as names and values, before they are understood.
//!
//! A manifest's row, the `[call]` table of the configuration and the groups of a file-name pattern
//! all say the same kind of thing. They are merged as text and parsed once, so that one mistake has
//! one message.

use chrono::{DateTime, FixedOffset};
use etalon_call::{Role, UnknownName, alternatives};
use etalon_pipeline::DeclaredFacts;
use std::collections::BTreeMap;
use std::str::FromStr;

/// Facts by the manifest's column names.
pub type Columns = BTreeMap<String, String>;

/// A value that can't be understood: its column, and what it should look like.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the value of `{column}` can't be understood; it should be {expected}")]
pub struct ColumnError {
    /// The column's name.
    pub column: &'static str,
    /// What the value should look like.
    pub expected: String,
}

/// Lays `over` on top of `under`; empty values say nothing.
#[must_use]
pub fn merged(under: &Columns, over: &Columns) -> Columns {
    let mut all = under.clone();
    all.extend(
        over.iter()
            .filter(|(_, value)| !value.trim().is_empty())
            .map(|(key, value)| (key.clone(), value.clone())),
    );
    all
}

/// Understands the columns of one recording. A column that is not known becomes a tag.
///
/// # Errors
///
/// The first value that can't be understood. The message does not repeat the value: it may be a
/// name or a number.
pub fn parse(columns: &Columns) -> Result<DeclaredFacts, ColumnError> {
    let mut facts = DeclaredFacts::default();
    for (column, value) in columns {
        let value = value.trim();
        if !value.is_empty() {
            parse_column(&mut facts, column, value)?;
        }
    }
    Ok(facts)
}

fn parse_column(facts: &mut DeclaredFacts, column: &str, value: &str) -> Result<(), ColumnError> {
    let text = || Some(value.to_owned());
    let call = &mut facts.call;
    match column {
        "started_at" => call.started_at = Some(started_at(value)?),
        "direction" => call.direction = Some(named("direction", value)?),
        "hung_up_by" => call.hung_up_by = Some(hung_up_by(value)?),
        "layout" => facts.layout = Some(named("layout", value)?),
        "company" => call.company = spellings(value),
        "agent_id" => call.agent_id = text(),
        "agent_name" => call.agent_name = text(),
        "team" => call.team = text(),
        "manager" => call.manager = text(),
        "client_ref" => call.client_ref = text(),
        _ => {
            call.tags.insert(column.to_owned(), value.to_owned());
        }
    }
    Ok(())
}

fn started_at(value: &str) -> Result<DateTime<FixedOffset>, ColumnError> {
    let expected = "a date and time with its offset, such as 2026-11-20T09:15:00+05:00";
    DateTime::parse_from_rfc3339(value)
        .map_err(|_| ColumnError { column: "started_at", expected: expected.to_owned() })
}

fn hung_up_by(value: &str) -> Result<Role, ColumnError> {
    let sides = [Role::Agent, Role::Client];
    sides
        .into_iter()
        .find(|side| side.name() == value)
        .ok_or_else(|| ColumnError { column: "hung_up_by", expected: alternatives(&sides.map(Role::name)) })
}

/// Reads a value by the name that the contract gives it.
fn named<T: FromStr<Err = UnknownName>>(column: &'static str, value: &str) -> Result<T, ColumnError> {
    value.parse().map_err(|error: UnknownName| ColumnError { column, expected: alternatives(error.known) })
}

fn spellings(value: &str) -> Vec<String> {
    value.split(';').map(str::trim).filter(|spelling| !spelling.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use etalon_call::{Direction, Layout};

    fn columns(pairs: &[(&str, &str)]) -> Columns {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn columns_become_facts_and_unknown_ones_tags() {
        let facts = parse(&columns(&[
            ("started_at", "2026-11-20T09:15:00+05:00"),
            ("direction", "outbound"),
            ("company", "Вектор; агентство Вектор;"),
            ("agent_id", " a17 "),
            ("team", ""),
            ("layout", "agent_right"),
            ("campaign", "осень"),
        ]))
        .unwrap();
        assert_eq!(facts.call.started_at.unwrap().to_rfc3339(), "2026-11-20T09:15:00+05:00");
        assert_eq!(facts.call.direction, Some(Direction::Outbound));
        assert_eq!(facts.call.company, ["Вектор", "агентство Вектор"]);
        assert_eq!(facts.call.agent_id.as_deref(), Some("a17"));
        assert_eq!(facts.call.team, None);
        assert_eq!(facts.layout, Some(Layout::AgentRight));
        assert_eq!(facts.call.tags["campaign"], "осень");
    }

    #[test]
    fn a_wrong_value_names_its_column_and_not_itself() {
        for (column, value) in
            [("started_at", "вчера"), ("direction", "up"), ("layout", "links"), ("hung_up_by", "87011234567")]
        {
            let error = parse(&columns(&[(column, value)])).unwrap_err().to_string();
            assert!(error.contains(column) && !error.contains(value), "{error}");
        }
    }

    #[test]
    fn the_nearer_source_wins_unless_it_is_silent() {
        let merged = merged(
            &columns(&[("team", "a"), ("agent_id", "1")]),
            &columns(&[("team", "b"), ("agent_id", " ")]),
        );
        assert_eq!(merged, columns(&[("team", "b"), ("agent_id", "1")]));
    }
}
