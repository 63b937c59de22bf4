//! `reviews.csv`: answers as a table, for spreadsheets and for people who review elsewhere.
//!
//! One row an answer. The table that [`write`] makes opens in Excel with a double click; [`read`]
//! takes it back, and what any spreadsheet saves. A table has the answers and whether a sheet is
//! shared, and not its history: who acknowledged or resolved something did so in person.

use crate::answer::{Answer, HumanVerdict, ReviewMode, RuleKey};
use crate::comment::Comment;
use crate::error::ReviewError;
use crate::event::Change;
use crate::people::{Person, is_name};
use crate::permission::{Action, may};
use crate::reviews::Reviews;
use crate::sheet::{Sheet, SheetState};
use crate::store::{ReviewStore, SheetSubmission};
use chrono::{DateTime, FixedOffset, SecondsFormat};
use etalon_call::{
    CallFacts, Evaluation, PackReference, Redaction, UnknownName, Verdict, alternatives, named_enum,
};
use etalon_csv::{Record, decoded, records, restored};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The largest table, bytes: far more than one of a million answers.
const TABLE_MAX_BYTES: usize = 1 << 30;

named_enum! {
    /// A column of the table.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
    pub enum Column {
        /// The call: its id, its source, or the name of its recording.
        Call = "call",
        /// Whose sheet it is.
        Reviewer = "reviewer",
        /// How far the sheet is.
        State = "state",
        /// When the answer was given.
        At = "at",
        /// Who gave it.
        Author = "author",
        /// The rule's pack.
        Pack = "pack",
        /// The pack's version.
        PackVersion = "pack_version",
        /// The rule's id.
        Rule = "rule",
        /// The answer.
        Verdict = "verdict",
        /// What the machine said then.
        Machine = "machine",
        /// Whether the machine's verdict was visible.
        Mode = "mode",
        /// Whether it was filled in and accepted.
        Prefilled = "prefilled",
        /// What the person has to say.
        Comment = "comment",
    }
}

/// Other names that a column may have, in lower case.
const ALIASES: [(&str, Column); 5] = [
    ("id", Column::Call),
    ("call_id", Column::Call),
    ("source", Column::Call),
    ("rule_id", Column::Rule),
    ("version", Column::PackVersion),
];

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewRow {
    /// The call: its id, its source, or the name of its recording.
    pub call: String,
    /// Whose sheet it is; empty where the table does not say so.
    pub reviewer: String,
    /// How far the sheet is.
    pub state: SheetState,
    /// When the answer was given; none where the table does not say so.
    pub at: Option<DateTime<FixedOffset>>,
    /// Who gave it; empty where the table does not say so.
    pub author: String,
    /// The answer. Its pack is empty where the table does not say so.
    pub answer: Answer,
}

/// A table that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReviewTable {
    /// Its rows with their lines, from 1.
    pub rows: Vec<(usize, ReviewRow)>,
    /// The rows that can't be used, in order.
    pub bad_rows: Vec<BadRow>,
}

/// A row that can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// The line at which it begins, from 1.
    pub line: usize,
    /// Why.
    pub error: RowError,
}

/// Why a row can't be used. Messages do not repeat values: they may be names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowError {
    /// A value that every row needs is not there.
    #[error("`{column}` is empty; fill it in, or delete the row")]
    Empty {
        /// The column.
        column: &'static str,
    },
    /// A value is none that the column has.
    #[error("`{column}` should be {expected}")]
    NotUnderstood {
        /// The column.
        column: &'static str,
        /// What the value should be.
        expected: String,
    },
    /// The call is not among the results.
    #[error("the call is not in this folder; name it by id, by source, or by the recording's name")]
    UnknownCall,
    /// Several calls among the results have the name.
    #[error("{calls} calls in this folder have this name; use the id, or the path of the recording")]
    AmbiguousCall {
        /// How many.
        calls: usize,
    },
    /// The rule is not among those of the call, and the row names no pack.
    #[error("the call has no such rule; name the rule's pack in the column `pack`")]
    UnknownRule,
    /// The sheet says something else already.
    #[error("the sheet is {} already and says something else; it was left as it is", .state.name())]
    OtherAnswer {
        /// How far the sheet is.
        state: SheetState,
    },
    /// The sheet refuses the answer.
    #[error("{detail}")]
    Refused {
        /// Why.
        detail: String,
    },
}

/// Why a table can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// It is too large.
    #[error("the table has {bytes} bytes, more than one of reviews may have; divide it")]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// It is a workbook.
    #[error("the file is a workbook; save it as CSV (UTF-8)")]
    Workbook,
    /// A column that is needed is not there.
    #[error("the header has no column `{column}`; the first line has to name call, rule and verdict")]
    NoColumn {
        /// The column.
        column: &'static str,
    },
}

/// All answers of all sheets, drafts too, in order of call, reviewer and rule.
pub fn rows(reviews: &Reviews) -> Vec<ReviewRow> {
    reviews.sheets().flat_map(rows_of).collect()
}

fn rows_of(sheet: &Sheet) -> impl Iterator<Item = ReviewRow> {
    sheet.answers.keys().filter_map(|rule| sheet.answer(rule)).map(|recorded| ReviewRow {
        call: sheet.call_id.clone(),
        reviewer: sheet.reviewer.clone(),
        state: sheet.state,
        at: Some(recorded.at),
        author: recorded.author.clone(),
        answer: recorded.answer.clone(),
    })
}

/// The bytes of a table: UTF-8 with its mark and semicolons, in which no value is a formula.
pub fn write<'r>(rows: impl IntoIterator<Item = &'r ReviewRow>) -> Vec<u8> {
    let header = Column::NAMES.iter().map(|name| (*name).to_owned()).collect();
    let rows = rows.into_iter().map(|row| Column::ALL.map(|column| value(row, column)).to_vec());
    etalon_csv::table(std::iter::once::<Vec<String>>(header).chain(rows))
}

fn value(row: &ReviewRow, column: Column) -> String {
    let answer = &row.answer;
    match column {
        Column::Call => row.call.clone(),
        Column::Reviewer => row.reviewer.clone(),
        Column::State => row.state.name().to_owned(),
        Column::At => row.at.map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, false)).unwrap_or_default(),
        Column::Author => row.author.clone(),
        Column::Pack => answer.rule.pack.clone(),
        Column::PackVersion => answer.pack_version.clone(),
        Column::Rule => answer.rule.rule.clone(),
        Column::Verdict => answer.verdict.name().to_owned(),
        Column::Machine => answer.machine.map(Verdict::name).unwrap_or_default().to_owned(),
        Column::Mode => answer.mode.name().to_owned(),
        Column::Prefilled => if answer.prefilled { "yes" } else { "no" }.to_owned(),
        Column::Comment => answer.comment.as_str().to_owned(),
    }
}

/// Reads a table: one that [`write`] made, or one with at least the columns `call`, `rule` and
/// `verdict`, in any encoding and with any delimiter that spreadsheets have. A row that can't be
/// used costs itself only; unknown columns are passed over.
///
/// # Errors
///
/// [`TableError`].
pub fn read(bytes: &[u8]) -> Result<ReviewTable, TableError> {
    if bytes.len() > TABLE_MAX_BYTES {
        return Err(TableError::TooLarge { bytes: bytes.len() });
    }
    if [&b"PK\x03\x04"[..], b"\xd0\xcf\x11\xe0"].iter().any(|start| bytes.starts_with(start)) {
        return Err(TableError::Workbook);
    }
    let mut records = records(&decoded(bytes)).into_iter();
    let header = Header::of(&records.next().map(|record| record.fields).unwrap_or_default());
    for column in [Column::Call, Column::Rule, Column::Verdict] {
        header.0.get(&column).ok_or(TableError::NoColumn { column: column.name() })?;
    }
    let mut table = ReviewTable::default();
    for record in records {
        match header.row(&record) {
            Ok(row) => table.rows.push((record.line, row)),
            Err(error) => table.bad_rows.push(BadRow { line: record.line, error }),
        }
    }
    Ok(table)
}

/// The place of each column.
struct Header(BTreeMap<Column, usize>);

impl Header {
    fn of(fields: &[String]) -> Self {
        let mut places = BTreeMap::new();
        let named = |name: &str| -> Option<Column> {
            let alias = || ALIASES.iter().find(|(alias, _)| *alias == name).map(|(_, column)| *column);
            name.parse().ok().or_else(alias)
        };
        for (place, field) in fields.iter().enumerate() {
            if let Some(column) = named(&field.trim().to_lowercase()) {
                places.entry(column).or_insert(place);
            }
        }
        Self(places)
    }

    fn row(&self, record: &Record) -> Result<ReviewRow, RowError> {
        let value = |column: Column| -> &str {
            let field = self.0.get(&column).and_then(|place| record.fields.get(*place));
            field.map_or("", |field| restored(field))
        };
        let needed = |column: Column| match value(column) {
            "" => Err(RowError::Empty { column: column.name() }),
            value => Ok(value.to_owned()),
        };
        let reviewer = value(Column::Reviewer).to_owned();
        if !reviewer.is_empty() && !is_name(&reviewer) {
            return Err(RowError::NotUnderstood { column: "reviewer", expected: "a name".to_owned() });
        }
        Ok(ReviewRow {
            call: needed(Column::Call)?,
            reviewer,
            state: named_or(value(Column::State), Column::State, SheetState::Shared)?,
            at: time(value(Column::At))?,
            author: value(Column::Author).to_owned(),
            answer: Answer {
                rule: RuleKey::new(value(Column::Pack), needed(Column::Rule)?),
                pack_version: value(Column::PackVersion).to_owned(),
                verdict: human_verdict(&needed(Column::Verdict)?)?,
                comment: comment(value(Column::Comment))?,
                machine: machine(value(Column::Machine))?,
                mode: named_or(value(Column::Mode), Column::Mode, ReviewMode::Open)?,
                prefilled: yes_or_no(value(Column::Prefilled))?,
            },
        })
    }
}

/// A named value; `default` where the table has none.
fn named_or<T: std::str::FromStr<Err = UnknownName>>(
    value: &str,
    column: Column,
    default: T,
) -> Result<T, RowError> {
    if value.is_empty() {
        return Ok(default);
    }
    value.to_lowercase().parse().map_err(|error: UnknownName| not_understood(column, error.known))
}

fn not_understood(column: Column, known: &[&str]) -> RowError {
    RowError::NotUnderstood { column: column.name(), expected: alternatives(known) }
}

fn human_verdict(value: &str) -> Result<HumanVerdict, RowError> {
    match value.to_lowercase().as_str() {
        "unmeasurable" => Ok(HumanVerdict::CannotTell),
        "n/a" => Ok(HumanVerdict::Na),
        name => name.parse().map_err(|_| not_understood(Column::Verdict, HumanVerdict::NAMES)),
    }
}

fn machine(value: &str) -> Result<Option<Verdict>, RowError> {
    if value.is_empty() {
        return Ok(None);
    }
    value.to_lowercase().parse().map(Some).map_err(|_| not_understood(Column::Machine, Verdict::NAMES))
}

fn yes_or_no(value: &str) -> Result<bool, RowError> {
    match value.to_lowercase().as_str() {
        "" | "no" | "false" | "0" => Ok(false),
        "yes" | "true" | "1" => Ok(true),
        _ => Err(not_understood(Column::Prefilled, &["yes", "no"])),
    }
}

fn comment(value: &str) -> Result<Comment, RowError> {
    Comment::new(value).map_err(|error| RowError::Refused { detail: error.to_string() })
}

fn time(value: &str) -> Result<Option<DateTime<FixedOffset>>, RowError> {
    let expected = || "a date and time with its offset, such as 2026-11-20T09:15:00+05:00".to_owned();
    let read = |value| DateTime::parse_from_rfc3339(value);
    match value {
        "" => Ok(None),
        value => {
            read(value).map(Some).map_err(|_| RowError::NotUnderstood { column: "at", expected: expected() })
        }
    }
}

/// A call of the folder, to which rows of a table belong.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownCall {
    /// What the centre knew of it.
    pub facts: CallFacts,
    /// The packs that judged it.
    pub packs: Vec<PackReference>,
    /// What the machine says.
    pub evaluation: Evaluation,
    /// What was taken out of the call; comments on it are redacted then.
    pub redaction: Option<Redaction>,
}

/// What became of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportSummary {
    /// Answers that are new or others now.
    pub answers: usize,
    /// Rows that say what their sheets said already.
    pub unchanged: usize,
    /// Sheets that were changed.
    pub sheets: usize,
    /// Rows that were not taken, in order.
    pub refused: Vec<BadRow>,
}

/// Adds the rows of a table to the reviews, in the name of `author`, who has to be a lead.
///
/// A row without a reviewer belongs to `author`'s sheet. A sheet that the table calls shared, or more
/// than that, is shared. Reading a table twice changes nothing.
///
/// `known_call` finds the call with a name, or says why there is not exactly one.
///
/// # Errors
///
/// When the file can't be read or written, or `author` may not import. What one sheet refuses costs
/// its own rows.
pub fn import(
    store: &mut ReviewStore,
    table: &ReviewTable,
    (author, at): (&Person, DateTime<FixedOffset>),
    known_call: impl Fn(&str) -> Result<KnownCall, RowError>,
) -> Result<ImportSummary, ReviewError> {
    may(author, Action::Exchange, &CallFacts::default(), None)?;
    let reviews = store.reviews()?;
    let mut summary = ImportSummary { refused: table.bad_rows.clone(), ..ImportSummary::default() };
    for ((call, reviewer), rows) in by_sheet(table, author) {
        let call = match known_call(call) {
            Ok(call) => call,
            Err(error) => {
                summary.refuse(&rows, &error);
                continue;
            }
        };
        let empty = Sheet::empty(&call.facts.id, &reviewer);
        let sheet = reviews.sheet(&call.facts.id, &reviewer).unwrap_or(&empty);
        let changes = changes(sheet, &rows, &call, &mut summary);
        if changes.is_empty() {
            continue;
        }
        let answers = changes.iter().filter(|change| matches!(change, Change::Answered(_))).count();
        let expected_sequence = sheet.sequence;
        let submission = SheetSubmission {
            call: &call.facts,
            redaction: call.redaction.as_ref(),
            reviewer: &reviewer,
            author,
            at,
            expected_sequence,
            changes,
        };
        match store.import(&submission) {
            Ok(_) => {
                summary.answers += answers;
                summary.sheets += 1;
            }
            Err(error @ (ReviewError::Store(_) | ReviewError::Refused(_))) => return Err(error),
            Err(error) => summary.refuse(&rows, &RowError::Refused { detail: error.to_string() }),
        }
    }
    summary.refused.sort_by_key(|row| row.line);
    Ok(summary)
}

/// Rows with their lines.
type Rows<'t> = Vec<(usize, &'t ReviewRow)>;

/// The rows of each call and reviewer.
fn by_sheet<'t>(table: &'t ReviewTable, author: &Person) -> BTreeMap<(&'t str, String), Rows<'t>> {
    let mut sheets: BTreeMap<(&str, String), Rows<'_>> = BTreeMap::new();
    for (line, row) in &table.rows {
        let reviewer = if row.reviewer.is_empty() { &author.name } else { &row.reviewer };
        sheets.entry((&row.call, reviewer.clone())).or_default().push((*line, row));
    }
    sheets
}

/// What the rows of a sheet change.
fn changes(sheet: &Sheet, rows: &Rows<'_>, call: &KnownCall, summary: &mut ImportSummary) -> Vec<Change> {
    let mut answers: BTreeMap<RuleKey, Answer> = BTreeMap::new();
    let mut taken = false;
    for (line, row) in rows {
        let Some(answer) = answer_of(row, call) else {
            summary.refused.push(BadRow { line: *line, error: RowError::UnknownRule });
            continue;
        };
        taken = true;
        let stands =
            answers.get(&answer.rule).or_else(|| sheet.answer(&answer.rule).map(|known| &known.answer));
        if stands == Some(&answer) {
            summary.unchanged += 1;
        } else if sheet.state.counts() {
            summary.refused.push(BadRow { line: *line, error: RowError::OtherAnswer { state: sheet.state } });
        } else {
            answers.insert(answer.rule.clone(), answer);
        }
    }
    let is_to_be_shared = taken && !sheet.state.counts() && rows.iter().any(|(_, row)| row.state.counts());
    let share = is_to_be_shared.then(|| Change::Shared { comment: Comment::default() });
    answers.into_values().map(Change::Answered).chain(share).collect()
}

/// The answer of a row with what the table leaves out; none where nobody knows the rule's pack.
fn answer_of(row: &ReviewRow, call: &KnownCall) -> Option<Answer> {
    // As the sheet has it, to see what is there already.
    let mut answer = if call.redaction.is_some() { row.answer.redacted() } else { row.answer.clone() };
    let mut results = call.evaluation.rules.iter();
    let is_asked = |pack: &str| answer.rule.pack.is_empty() || answer.rule.pack == pack;
    let known = results.find(|result| is_asked(&result.pack) && result.id == answer.rule.rule);
    if answer.rule.pack.is_empty() {
        answer.rule.pack.clone_from(&known?.pack);
    }
    if answer.pack_version.is_empty() {
        let pack = call.packs.iter().find(|pack| pack.id == answer.rule.pack);
        answer.pack_version = pack.map(|pack| pack.version.clone()).unwrap_or_default();
    }
    answer.machine = answer.machine.or_else(|| known.map(|known| known.verdict));
    Some(answer)
}

impl ImportSummary {
    fn refuse(&mut self, rows: &Rows<'_>, error: &RowError) {
        self.refused.extend(rows.iter().map(|(line, _)| BadRow { line: *line, error: error.clone() }));
    }
}
