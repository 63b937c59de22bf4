//! `etalon rules measure`: packs applied to labelled transcripts.

use crate::arguments::MeasureOptions;
use crate::comparison::rules_text;
use crate::exit::Exit;
use crate::output;
use etalon_acts::Recognizer;
use etalon_call::Severity;
use etalon_eval::counts::{Counts, ratio};
use etalon_eval::verdicts::{RuleAccuracy, RuleComparison, compare_measurable};
use etalon_eval::{LabelledCall, load_text};
use etalon_rules::{CallView, History, Pack, evaluate_with_history};
use serde::Serialize;

/// What `rules measure --json` prints.
#[derive(Serialize)]
struct MeasuredRules {
    verdicts: u64,
    accuracy: Option<f64>,
    fail_precision: Option<f64>,
    fail_recall: Option<f64>,
    critical_fail_precision: Option<f64>,
    rules: Vec<MeasuredRule>,
}

#[derive(Serialize)]
struct MeasuredRule {
    id: String,
    n: u64,
    accuracy: Option<f64>,
    precision: Option<f64>,
    recall: Option<f64>,
    kappa: Option<f64>,
    /// Names of the calls whose verdict is not the truth's.
    wrong: Vec<String>,
}

/// Runs the command with the packs that it names.
pub(crate) fn measure_rules(options: &MeasureOptions, packs: &[Pack]) -> anyhow::Result<Exit> {
    let mut labelled = load_text(&options.directory)?;
    judge(&mut labelled, packs)?;
    let comparison = compare_measurable(&labelled);
    if options.json {
        let measured = measured(&comparison, packs);
        output::json(&measured)?;
    } else {
        output::data(&rules_text(&comparison))?;
    }
    Ok(Exit::Done)
}

/// Gives each call its acts and its verdicts.
fn judge(labelled: &mut [LabelledCall], packs: &[Pack]) -> anyhow::Result<()> {
    let mut history = History::default();
    for call in labelled.iter() {
        let facts = &call.call.call;
        if let (Some(client_ref), Some(started_at)) = (&facts.client_ref, facts.started_at) {
            history.record(client_ref, started_at);
        }
    }
    let recognizer = Recognizer::embedded()?;
    for call in labelled {
        recognizer.recognize(&mut call.call.turns);
        call.call.evaluation = evaluate_with_history(packs, &CallView::from(&call.call), &history);
    }
    Ok(())
}

fn measured(comparison: &RuleComparison, packs: &[Pack]) -> MeasuredRules {
    let rules = comparison.rules.iter().map(|rule| MeasuredRule {
        id: rule.id.clone(),
        n: rule.calls,
        accuracy: rule.accuracy,
        precision: rule.fail.precision,
        recall: rule.fail.recall,
        kappa: rule.kappa,
        wrong: rule.wrong.iter().map(|wrong| wrong.call.clone()).collect(),
    });
    MeasuredRules {
        verdicts: comparison.verdicts,
        accuracy: comparison.accuracy,
        fail_precision: comparison.fail.precision,
        fail_recall: comparison.fail.recall,
        critical_fail_precision: critical_fail_precision(&comparison.rules, packs),
        rules: rules.collect(),
    }
}

/// The share of right ones among the failures of critical rules.
fn critical_fail_precision(rules: &[RuleAccuracy], packs: &[Pack]) -> Option<f64> {
    let is_critical = |id: &str| {
        let mut all = packs.iter().flat_map(Pack::rules);
        all.any(|rule| rule.id() == id && rule.severity() == Severity::Critical)
    };
    let mut counts = Counts::default();
    for rule in rules.iter().filter(|rule| is_critical(&rule.id)) {
        counts.hits += rule.fail.hits;
        counts.false_alarms += rule.fail.false_alarms;
    }
    ratio(counts.hits, counts.hits + counts.false_alarms)
}
