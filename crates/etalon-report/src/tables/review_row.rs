//! The table of reviews: one row an answer of a person to a rule of a call.

use super::columns::{OfCall, keys};
use super::writer::Column;
use etalon_call::CallFacts;
use etalon_review::final_verdict::HumanAnswer;
use etalon_review::{FinalVerdict, Judged, VerdictSource};

/// An answer of a person, beside the machine's verdict and what stands.
pub(super) struct ReviewRow {
    call: CallFacts,
    human: HumanAnswer,
    /// What stands, and whose it is; nothing for rules that are gone.
    standing: Option<(&'static str, VerdictSource)>,
    /// What the machine says now; nothing for rules that are gone.
    machine: Option<&'static str>,
}

impl ReviewRow {
    /// The answers on one call, in the order of its rules and then of reviewers; those to rules that
    /// are gone come last.
    pub(super) fn of_call(judged: &Judged) -> Vec<Self> {
        let call = &judged.call.call;
        let of_rule = |rule: &FinalVerdict| -> Vec<Self> {
            let standing = Some((rule.verdict.name(), rule.source));
            let machine = Some(rule.machine.verdict.name());
            let row =
                |human: &HumanAnswer| Self { call: call.clone(), human: human.clone(), standing, machine };
            rule.humans.iter().map(row).collect()
        };
        let gone = judged.result.kept.iter().map(|human| Self {
            call: call.clone(),
            human: human.clone(),
            standing: None,
            machine: None,
        });
        judged.result.rules.iter().flat_map(of_rule).chain(gone).collect()
    }
}

impl OfCall for ReviewRow {
    fn facts(&self) -> &CallFacts {
        &self.call
    }
}

/// The columns of the table.
pub(super) fn columns() -> Vec<Column<ReviewRow>> {
    let mut columns = keys();
    columns.extend([
        Column::text("pack", |row: &ReviewRow, _| Some(row.human.recorded.answer.rule.pack.clone())),
        Column::text("rule", |row: &ReviewRow, _| Some(row.human.recorded.answer.rule.rule.clone())),
        Column::text("reviewer", |row: &ReviewRow, _| Some(row.human.reviewer.clone())),
        Column::text("author", |row: &ReviewRow, _| Some(row.human.recorded.author.clone())),
        Column::instant("at", |row: &ReviewRow, _| Some(row.human.recorded.at.timestamp_millis())),
        Column::text("state", |row: &ReviewRow, _| Some(row.human.state.name().to_owned())),
        Column::text("machine", |row: &ReviewRow, _| Some(row.machine?.to_owned())),
        Column::text("machine_then", |row: &ReviewRow, _| {
            Some(row.human.recorded.answer.machine?.name().to_owned())
        }),
        Column::text("human", |row: &ReviewRow, _| Some(row.human.recorded.answer.verdict.name().to_owned())),
        Column::text("final", |row: &ReviewRow, _| Some(row.standing?.0.to_owned())),
        Column::text("final_source", |row: &ReviewRow, _| Some(row.standing?.1.name().to_owned())),
        Column::text("mode", |row: &ReviewRow, _| Some(row.human.recorded.answer.mode.name().to_owned())),
        Column::boolean("prefilled", |row: &ReviewRow, _| Some(row.human.recorded.answer.prefilled)),
        Column::boolean("has_comment", |row: &ReviewRow, _| {
            Some(!row.human.recorded.answer.comment.is_empty())
        }),
    ]);
    columns
}
