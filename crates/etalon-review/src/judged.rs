//! One call as it stands: what was stored, what people put right, and whose verdicts stand.

use crate::correction::{RecordedCorrection, corrected};
use crate::final_verdict::{FinalEvaluation, final_evaluation};
use crate::reviews::Reviews;
use etalon_acts::Recognizer;
use etalon_call::{Call, Evaluation, PackReference, RuleResult};
use etalon_rules::{
    CallView, Flip, History, Pack, Rule, conversation_missing, coverage_min, evaluate_with_history, flips,
    score,
};

/// One call as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The call with its corrections; its evaluation is the machine's of that.
    pub call: Call,
    /// The corrections, those whose place is gone included.
    pub corrections: Vec<RecordedCorrection>,
    /// The verdicts of the machine that the corrections changed.
    pub flips: Vec<Flip>,
    /// Corrections whose place the call does not have any more.
    pub stale_corrections: usize,
    /// Whether the verdicts follow the corrections: they can't where the packs that judged the call
    /// are not known.
    pub follows_corrections: bool,
    /// The machine's verdicts, those of people, and what stands.
    pub result: FinalEvaluation,
}

/// A stored call with its reviews. `packs` are those at hand; verdicts follow corrections where all
/// packs that judged the call are among them.
pub fn judged(stored: Call, reviews: &Reviews, packs: &[Pack]) -> Judged {
    let id = stored.call.id.clone();
    let corrections = reviews.corrections_of(&id);
    let (mut call, stale_corrections) = if corrections.is_empty() {
        (stored, 0)
    } else {
        let corrected = corrected(&stored, corrections);
        (corrected.call, corrected.stale.len())
    };
    let mut found = Vec::new();
    let mut follows_corrections = true;
    if stale_corrections < corrections.len() {
        recognize_acts(&mut call);
        let evaluation = packs_of(&call.pipeline.packs, packs).map(|packs| evaluated_anew(&call, &packs));
        follows_corrections = evaluation.is_some();
        if let Some(evaluation) = evaluation {
            found = flips(&call.evaluation, &evaluation);
            call.evaluation = evaluation;
        }
    }
    let result = final_evaluation(&call.evaluation, coverage_min(&call.metrics), reviews.sheets_of(&id));
    let corrections = corrections.to_vec();
    Judged { call, corrections, flips: found, stale_corrections, follows_corrections, result }
}

/// What the corrected sentences do. A damaged model leaves the acts as they were stored.
fn recognize_acts(call: &mut Call) {
    if let Ok(recognizer) = Recognizer::embedded() {
        recognizer.recognize(&mut call.turns);
    }
}

/// The packs that judged a call, in their order, if all of them are at hand as they were.
fn packs_of<'p>(references: &[PackReference], packs: &'p [Pack]) -> Option<Vec<&'p Pack>> {
    let find = |reference: &PackReference| packs.iter().find(|pack| pack.reference() == *reference);
    references.iter().map(find).collect()
}

/// The rules applied again, with the score that follows. A rule that asks for the other calls of the
/// client keeps its verdict: those calls are others by now, and no correction has changed them.
fn evaluated_anew(call: &Call, packs: &[&Pack]) -> Evaluation {
    let rules: Vec<RuleResult> = packs.iter().flat_map(|pack| results_of(call, pack)).collect();
    let total = score(&rules, coverage_min(&call.metrics));
    let evaluation = Evaluation { rules, ..call.evaluation.clone() };
    let missing = conversation_missing(&evaluation).map(str::to_owned);
    total.applied_to(evaluation, missing)
}

fn results_of(call: &Call, pack: &Pack) -> Vec<RuleResult> {
    let history = History::of_one(&call.call);
    let results = evaluate_with_history(std::slice::from_ref(pack), &CallView::from(call), &history).rules;
    let asks_for_history = |result: &RuleResult| {
        let rule = pack.rules().iter().find(|rule| rule.id() == result.id);
        rule.is_some_and(Rule::asks_for_history)
    };
    let stored = |result: &RuleResult| {
        let is_it = |known: &&RuleResult| known.pack == result.pack && known.id == result.id;
        call.evaluation.rules.iter().find(is_it).cloned()
    };
    let kept = |result: RuleResult| {
        if asks_for_history(&result) { stored(&result).unwrap_or(result) } else { result }
    };
    results.into_iter().map(kept).collect()
}
