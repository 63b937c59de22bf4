use crate::format::{clock, decimal};
use crate::roll_up::agent_label;
use etalon_call::{RuleResult, Verdict};
use etalon_store::CallLine;
use std::cmp::Reverse;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const HEADINGS: [&str; 6] = ["Запись", "Длина", "Оператор", "Балл", "Критично", "Нарушения"];
/// Columns with numbers are aligned to the right.
const IS_NUMBER: [bool; 6] = [false, true, false, true, false, false];
/// The widest a recording's or an agent's name gets, terminal columns.
const WIDEST_NAME: usize = 36;
/// How many failed rules are named before the rest is counted.
const NAMED_RULES: usize = 3;

/// A table for the terminal: recording, length, agent, score, critical mark and failed rules, one line a call.
///
/// Plain text without colours; columns are aligned by the width that a terminal gives to each character. Control
/// characters, which a file's name may hold, are shown as `·`. Long names are cut in the front.
pub fn summary_table(calls: &[CallLine]) -> String {
    let rows: Vec<[String; 6]> =
        std::iter::once(HEADINGS.map(str::to_owned)).chain(calls.iter().map(row)).collect();
    let mut widths = [0; 6];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let mut table = String::new();
    for row in &rows {
        let mut line = String::new();
        for ((cell, width), is_number) in row.iter().zip(widths).zip(IS_NUMBER) {
            let padding = " ".repeat(width.saturating_sub(cell.width()));
            let (before, after) = if is_number { (padding.as_str(), "") } else { ("", padding.as_str()) };
            line.extend([before, cell.as_str(), after, "  "]);
        }
        table.push_str(line.trim_end());
        table.push('\n');
    }
    table
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
        evaluation.score.map_or_else(|| "—".to_owned(), decimal),
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

/// The end of a name, which tells recordings of one folder apart, within the width of a column.
fn shortened(name: &str) -> String {
    let name: String =
        name.chars().map(|character| if character.is_control() { '·' } else { character }).collect();
    if name.width() <= WIDEST_NAME {
        return name;
    }
    let mut width = 1;
    let mut kept: Vec<char> = name
        .chars()
        .rev()
        .take_while(|character| {
            width += character.width().unwrap_or(0);
            width <= WIDEST_NAME
        })
        .collect();
    kept.push('…');
    kept.iter().rev().collect()
}
