//! `etalon eval`: results against labelled calls or reviewers' verdicts.

use crate::arguments::EvalOptions;
use crate::comparison::{comparison_text, rules_text};
use crate::exit::Exit;
use crate::output::{self, Audience};
use etalon_eval::verdicts::RuleComparison;
use etalon_eval::{JudgedCall, compare_with_reviews, read_reviews};
use etalon_report::RULE_ACCURACY_FILE;
use etalon_store::Store;

/// Runs the command.
pub(crate) fn eval(options: &EvalOptions) -> anyhow::Result<Exit> {
    let store = Store::open(&options.directory)?;
    if options.truth.is_file() { eval_reviews(options, &store) } else { eval_truth(options, &store) }
}

fn eval_truth(options: &EvalOptions, store: &Store) -> anyhow::Result<Exit> {
    let mut calls = Vec::new();
    for id in store.call_ids()? {
        calls.extend(store.read_call(&id)?);
    }
    let labelled = etalon_eval::load(&options.truth, calls)?;
    say_without_result(&labelled.without_result, Audience::of_messages());
    let comparison = etalon_eval::evaluate(&labelled.calls);
    save(options, store, &comparison.rules)?;
    if options.json {
        output::json(&comparison)?;
    } else {
        output::data(&comparison_text(&comparison))?;
    }
    Ok(Exit::Done)
}

fn eval_reviews(options: &EvalOptions, store: &Store) -> anyhow::Result<Exit> {
    let reviews = read_reviews(&options.truth)?;
    let mut calls: Vec<JudgedCall> = Vec::new();
    for id in store.call_ids()? {
        calls.extend(store.read_call_part(&id)?);
    }
    let comparison = compare_with_reviews(&reviews, &calls);
    say_without_result(&comparison.unknown_calls, Audience::of_messages());
    if !comparison.ambiguous_calls.is_empty() {
        output::message(&format!(
            "{} names of the table are those of several calls, and were left out; name these calls by id or path",
            comparison.ambiguous_calls.len()
        ));
    }
    for rule in &comparison.unknown_rules {
        output::message(&format!("the results have no rule {rule}"));
    }
    save(options, store, &comparison.rules)?;
    if options.json {
        output::json(&comparison)?;
    } else {
        output::data(&rules_text(&comparison.rules))?;
    }
    Ok(Exit::Done)
}

/// Says which labelled calls have no result: by name at a terminal, and by number in a log, because
/// names of recordings hold telephone numbers.
fn say_without_result(names: &[String], audience: Audience) {
    match audience {
        Audience::Terminal => {
            for name in names {
                output::message(&format!("no result for {name}"));
            }
        }
        Audience::Log if names.is_empty() => {}
        Audience::Log => output::message(&format!("no result for {} labelled calls", names.len())),
    }
}

/// Keeps the rules' accuracy for the report, where that is asked for.
fn save(options: &EvalOptions, store: &Store, rules: &RuleComparison) -> anyhow::Result<()> {
    if options.save {
        let _lock = store.lock()?;
        let text = format!("{}\n", serde_json::to_string_pretty(rules)?);
        store.write_file(RULE_ACCURACY_FILE, text.as_bytes())?;
    }
    Ok(())
}
