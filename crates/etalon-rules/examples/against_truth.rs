//! Labelled transcripts: what each part of a rule saw, and whether agreements are read rightly.
//! `etalon rules measure` compares the verdicts.
//!
//! `cargo run -p etalon-rules --example against_truth -- agreements FOLDER` tells in which calls the sum, the
//! date and the time that were agreed are those of the truth (`*.truth.json`, field `agreements`).
//!
//! `… -- explain FOLDER CALL RULE` shows what each part of a built-in rule saw in a labelled call.

use chrono::{DateTime, FixedOffset};
use etalon_acts::Recognizer;
use etalon_call::Evaluation;
use etalon_eval::{LabelledCall, load_text};
use etalon_rules::{CallView, ExplainedPart, Pack, built_in, built_in_ids, evaluate, explain};
use serde_json::Value;
use std::error::Error;
use std::io::Write;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["agreements", folder] => compare_agreements(Path::new(folder)),
        ["explain", folder, name, rule] => explain_rule(Path::new(folder), name, rule),
        _ => Err("write agreements FOLDER, or explain FOLDER CALL RULE".into()),
    }
}

/// The sum and the date of a promise to pay, and the time of a call back.
type Agreed = (Option<f64>, Option<String>, Option<DateTime<FixedOffset>>);

fn compare_agreements(folder: &Path) -> Result<(), Box<dyn Error>> {
    let packs = packs()?;
    let mut out = std::io::stdout().lock();
    let (mut calls, mut right) = (0, 0);
    for labelled in calls_with_acts(folder)? {
        let text = std::fs::read_to_string(folder.join(format!("{}.truth.json", labelled.name)))?;
        let truth: Value = serde_json::from_str(&text)?;
        let Some(expected) = truth.get("agreements").map(agreed_in_truth) else { continue };
        let found = agreed(&evaluate(&packs, &CallView::from(&labelled.call)));
        calls += 1;
        right += usize::from(found == expected);
        if found != expected {
            writeln!(out, "{}: {found:?} for {expected:?}", labelled.name)?;
        }
    }
    writeln!(out, "{right} of {calls} agreements are those of the truth")?;
    Ok(())
}

fn agreed_in_truth(truth: &Value) -> Agreed {
    let (promise, callback) = (&truth["promise_to_pay"], &truth["callback"]);
    (
        promise["amount"].as_f64(),
        promise["date"].as_str().map(str::to_owned),
        callback["at"].as_str().and_then(|at| DateTime::parse_from_rfc3339(at).ok()),
    )
}

fn agreed(evaluation: &Evaluation) -> Agreed {
    let promise = evaluation.agreements.promise_to_pay.as_ref();
    let callback = evaluation.agreements.callback.as_ref();
    (
        promise.and_then(|promise| promise.amount),
        promise.and_then(|promise| promise.date.clone()),
        callback.and_then(|callback| callback.at),
    )
}

fn explain_rule(folder: &Path, name: &str, rule: &str) -> Result<(), Box<dyn Error>> {
    let labelled = calls_with_acts(folder)?.into_iter().find(|labelled| labelled.name == name);
    let call = labelled.ok_or("the folder has no such call")?.call;
    let mut out = std::io::stdout().lock();
    for pack in packs()? {
        if let Some(explanation) = explain(&pack, rule, &CallView::from(&call)) {
            writeln!(out, "{:?}: {}", explanation.result.verdict, explanation.result.reason)?;
            for part in explanation.when.iter().chain(&explanation.condition) {
                print_part(&mut out, part, 0)?;
            }
        }
    }
    Ok(())
}

fn print_part(out: &mut impl Write, part: &ExplainedPart, depth: usize) -> std::io::Result<()> {
    let indent = "  ".repeat(depth);
    let notation: String = part.notation.chars().take(90).collect();
    let holds = part.holds.map_or("?", |holds| if holds { "+" } else { "-" });
    writeln!(out, "{indent}{holds} {notation}")?;
    for place in &part.places {
        writeln!(out, "{indent}    {:.1}-{:.1} {}", place.start_s, place.end_s, place.quote.as_str())?;
    }
    part.parts.iter().try_for_each(|part| print_part(out, part, depth + 1))
}

/// The labelled transcripts of a folder, with what each sentence does.
fn calls_with_acts(folder: &Path) -> Result<Vec<LabelledCall>, Box<dyn Error>> {
    let recognizer = Recognizer::embedded()?;
    let mut calls = load_text(folder)?;
    for labelled in &mut calls {
        recognizer.recognize(&mut labelled.call.turns);
    }
    Ok(calls)
}

fn packs() -> Result<Vec<Pack>, Box<dyn Error>> {
    built_in_ids().iter().filter_map(|id| built_in(id).map(|source| Ok(Pack::parse(source, id)?))).collect()
}
