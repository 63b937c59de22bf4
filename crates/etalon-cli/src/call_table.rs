//! The table of calls that a run ends with.

use crate::table::{Align, Table, shortened};
use etalon_call::{RuleResult, Verdict, clock};
use etalon_pages::agent_label;
use etalon_store::CallLine;
use std::cmp::Reverse;

/// How many failed rules are named before the rest is counted.
const NAMED_RULES: usize = 3;

/// Stands where a call has no score, in the language of the report.
const NO_SCORE: &str = "не оценён";

/// Recording, length, agent, score, critical mark and failed rules, one line a call.
pub(crate) fn call_table(calls: &[CallLine]) -> String {
    let mut table = Table::new([
        ("recording", Align::Left),
        ("length", Align::Right),
        ("agent", Align::Left),
        ("score", Align::Right),
        ("critical", Align::Left),
        ("failed rules", Align::Left),
    ]);
    for call in calls {
        table.add(row(call));
    }
    table.as_text()
}

fn row(line: &CallLine) -> [String; 6] {
    let evaluation = &line.evaluation;
    let mut failed: Vec<&RuleResult> =
        evaluation.rules.iter().filter(|rule| rule.verdict == Verdict::Fail).collect();
    failed.sort_by_key(|rule| Reverse(rule.severity));
    [
        shortened(&line.call.source),
        clock(line.audio.duration_s),
        shortened(&agent_label(&line.call)),
        evaluation.score.map_or_else(|| NO_SCORE.to_owned(), |score| format!("{score:.1}")),
        if evaluation.critical { "!" } else { "" }.to_owned(),
        named(&failed),
    ]
}

/// The gravest failures by id, and how many more there are.
fn named(failed: &[&RuleResult]) -> String {
    let (shown, rest) = failed.split_at(failed.len().min(NAMED_RULES));
    let shown: Vec<String> = shown.iter().map(|rule| shortened(&rule.id)).collect();
    if rest.is_empty() { shown.join(" ") } else { format!("{} +{}", shown.join(" "), rest.len()) }
}
