//! Facts about a recording as names and values, before they are understood.
//!
//! A manifest's row, the `[call]` table of the configuration and the groups of a file-name pattern
//! all say the same kind of thing. They are merged as text and parsed once, so that one mistake has
//! one message.

pub(crate) mod names;
pub(crate) mod started_at;
mod telephone;

use chrono::{DateTime, FixedOffset};
use etalon_call::{Direction, Layout, Role, UnknownName, alternatives};
use etalon_pipeline::DeclaredFacts;
use names::{column_of, value_of};
use started_at::Clock;
use std::collections::BTreeMap;
use std::str::FromStr;

/// Facts by the manifest's column names.
pub type Columns = BTreeMap<String, String>;

/// The longest value, bytes: a longer one is a file that lost its line ends.
const VALUE_MAX_BYTES: usize = 64 << 10;

/// The form of a start that has everything.
const START: &str = "a date and time with its offset, such as 2026-11-20T09:15:00+05:00";

/// The two parts of a start that some exports have in columns of their own.
const START_PARTS: [&str; 2] = ["started_date", "started_time"];

/// A value that can't be understood. The message does not repeat it: it may be a name or a number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum ColumnError {
    /// It is none of the values that the column has.
    #[error("the value of `{column}` can't be understood; it should be {expected}")]
    NotUnderstood {
        /// The column's name.
        column: String,
        /// What the value should look like.
        expected: String,
    },
    /// It is a time whose offset nobody knows.
    #[error(
        "the value of `{column}` has no offset from UTC; set utc_offset in [manifest] of the configuration, for \
         instance utc_offset = \"+05:00\""
    )]
    NoOffset {
        /// The column's name.
        column: String,
    },
    /// A spreadsheet has cut its digits off.
    #[error(
        "the value of `{column}` is a number that a spreadsheet has shortened, like 7.9E+10; make the column text and \
         export it again"
    )]
    Shortened {
        /// The column's name.
        column: String,
    },
    /// It is too long for a fact.
    #[error(
        "the value of `{column}` is longer than {VALUE_MAX_BYTES} bytes; check the quotation marks of the row"
    )]
    TooLong {
        /// The column's name.
        column: String,
    },
}

impl ColumnError {
    /// The column's name.
    pub fn column(&self) -> &str {
        match self {
            Self::NotUnderstood { column, .. }
            | Self::NoOffset { column }
            | Self::Shortened { column }
            | Self::TooLong { column } => column,
        }
    }

    fn new(column: &str, expected: impl Into<String>) -> Self {
        Self::NotUnderstood { column: column.to_owned(), expected: expected.into() }
    }
}

/// What values leave open that are written without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueDefaults {
    /// The clock of times without an offset.
    pub clock: Option<Clock>,
    /// The country of telephone numbers without a country's code: the code, without a plus.
    pub country_code: String,
}

/// The columns under the contract's names. Where a name of the contract is there itself, its other
/// names are left as they are.
pub(crate) fn with_contract_names(columns: Columns) -> Columns {
    let own: Vec<String> = columns.keys().cloned().collect();
    let mut named = Columns::new();
    for (name, value) in columns {
        match column_of(&name) {
            Some(known) if known.column != name && !own.iter().any(|own| own == known.column) => {
                named.entry(known.column.to_owned()).or_insert(value);
            }
            _ => drop(named.insert(name, value)),
        }
    }
    named
}

/// The values in the contract's spelling, and those that can't be understood, which are left out.
pub(crate) fn normalized(columns: &Columns, defaults: &ValueDefaults) -> (Columns, Vec<ColumnError>) {
    let (mut known, mut errors) = (Columns::new(), Vec::new());
    let mut keep = |column: &str, value: Result<String, ColumnError>| match value {
        Ok(value) => drop(known.insert(column.to_owned(), value)),
        Err(error) => errors.push(error),
    };
    for (column, value) in columns {
        let value = value.trim();
        if !value.is_empty() && column != "started_at" && !START_PARTS.contains(&column.as_str()) {
            keep(column, normalized_value(column, value, defaults));
        }
    }
    if let Some(start) = start_in(columns) {
        keep("started_at", normalized_start(&start, defaults));
    }
    (known, errors)
}

/// The start as it is written: in a column of its own, or as a date and a time.
pub(crate) fn start_in(columns: &Columns) -> Option<String> {
    let value =
        |column: &str| columns.get(column).map(|value| value.trim()).filter(|value| !value.is_empty());
    if let Some(start) = value("started_at") {
        return Some(start.to_owned());
    }
    match START_PARTS.map(value) {
        // A spreadsheet writes midnight behind a date that has its time elsewhere.
        [Some(date), Some(time)] => Some(format!("{} {time}", date.split(' ').next().unwrap_or(date))),
        [Some(part), None] | [None, Some(part)] => Some(part.to_owned()),
        [None, None] => None,
    }
}

fn normalized_start(start: &str, defaults: &ValueDefaults) -> Result<String, ColumnError> {
    let column = || "started_at".to_owned();
    let written = started_at::read(start).ok_or_else(|| ColumnError::new("started_at", START))?;
    match (written.on(defaults.clock), defaults.clock) {
        (Some(moment), _) => Ok(moment.to_rfc3339()),
        (None, None) => Err(ColumnError::NoOffset { column: column() }),
        (None, Some(_)) => Err(ColumnError::new("started_at", "a time that the clock of [manifest] shows")),
    }
}

fn normalized_value(column: &str, value: &str, defaults: &ValueDefaults) -> Result<String, ColumnError> {
    if value.len() > VALUE_MAX_BYTES {
        return Err(ColumnError::TooLong { column: column.to_owned() });
    }
    let is_reference = matches!(column, "client_ref" | "agent_id");
    if is_reference && telephone::is_shortened(value) {
        return Err(ColumnError::Shortened { column: column.to_owned() });
    }
    match column {
        "direction" => named::<Direction>("direction", value).map(|direction| direction.name().to_owned()),
        "layout" => named::<Layout>("layout", value).map(|layout| layout.name().to_owned()),
        "hung_up_by" => hung_up_by(value).map(|role| role.name().to_owned()),
        "client_ref" => Ok(telephone::normalized(value, &defaults.country_code)),
        "agent_id" => Ok(telephone::without_empty_decimals(value).to_owned()),
        // What is no offset may be a zone, which the rules know.
        "client_utc_offset" => {
            Ok(started_at::offset(value).map_or_else(|| value.to_owned(), |offset| offset.to_string()))
        }
        _ => Ok(value.to_owned()),
    }
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
    DateTime::parse_from_rfc3339(value).map_err(|_| ColumnError::new("started_at", START))
}

fn hung_up_by(value: &str) -> Result<Role, ColumnError> {
    let sides = [Role::Agent, Role::Client];
    let name = value_of("hung_up_by", value).map_or_else(|| value.to_lowercase(), str::to_owned);
    let is_meant = |side: &Role| side.name() == name;
    sides
        .into_iter()
        .find(is_meant)
        .ok_or_else(|| ColumnError::new("hung_up_by", alternatives(&sides.map(Role::name))))
}

/// Reads a value by the name that the contract gives it, or by one that exports use.
fn named<T: FromStr<Err = UnknownName>>(column: &str, value: &str) -> Result<T, ColumnError> {
    let name = value_of(column, value).map_or_else(|| value.to_lowercase(), str::to_owned);
    name.parse().map_err(|error: UnknownName| ColumnError::new(column, alternatives(error.known)))
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

    fn check(pairs: &[(&str, &str)], clock: Option<&str>, expected: &[(&str, &str)], wrong: &[&str]) {
        let clock = clock.map(|clock| clock.parse().unwrap());
        let defaults = ValueDefaults { clock, country_code: "7".to_owned() };
        let (known, errors) = normalized(&columns(pairs), &defaults);
        assert_eq!(known, columns(expected), "{pairs:?}");
        assert_eq!(errors.iter().map(ColumnError::column).collect::<Vec<_>>(), wrong, "{pairs:?}");
    }

    #[test]
    fn values_of_exports_get_the_spelling_of_the_contract() {
        let start = [("started_at", "2026-11-20T09:15:00+05:00")];
        check(&[("started_at", "20.11.2026 09:15")], Some("+05:00"), &start, &[]);
        check(
            &[("started_date", "20.11.2026 0:00:00"), ("started_time", "9:15")],
            Some("+05:00"),
            &start,
            &[],
        );
        check(&[("started_date", "20.11.2026 09:15:00")], Some("Asia/Almaty"), &start, &[]);
        check(
            &[
                ("direction", "Исходящий"),
                ("hung_up_by", "Клиент"),
                ("layout", "AGENT_LEFT"),
                ("queue", " 5 "),
            ],
            None,
            &[("direction", "outbound"), ("hung_up_by", "client"), ("layout", "agent_left"), ("queue", "5")],
            &[],
        );
        check(
            &[("client_ref", "8 (900) 123-45-67"), ("agent_id", "101.0"), ("client_utc_offset", "5,5")],
            None,
            &[("client_ref", "+79001234567"), ("agent_id", "101"), ("client_utc_offset", "+05:30")],
            &[],
        );
    }

    #[test]
    fn one_bad_value_costs_nothing_but_itself() {
        let long = "x".repeat(VALUE_MAX_BYTES + 1);
        for (column, value) in [
            ("started_at", "20.11.2026 09:15"),
            ("started_at", "вчера"),
            ("client_ref", "7.9E+10"),
            ("agent_id", "1,0E+3"),
            ("direction", "вверх"),
            ("note", &long),
        ] {
            check(&[(column, value), ("team", "a")], None, &[("team", "a")], &[column]);
        }
    }

    #[test]
    fn the_names_of_the_contract_win() {
        let named = with_contract_names(columns(&[("phone", "1"), ("agent", "2"), ("agent_id", "3")]));
        assert_eq!(named, columns(&[("client_ref", "1"), ("agent", "2"), ("agent_id", "3")]));
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
