//! Rules tried on a call, apart from its score: verdicts, and how like its words are to intents.

use crate::call_view::CallView;
use crate::evaluate::evaluation::rule_result;
use crate::evaluate::evaluator::Evaluator;
use crate::evaluate::history::History;
use crate::language::pack::{Pack, Rule};
use crate::text::transcript::Transcript;
use etalon_call::{RuleResult, round3};

/// What a rule says of a call on trial.
#[derive(Debug, Clone, PartialEq)]
pub struct TriedRule {
    /// What the evaluation would say.
    pub result: RuleResult,
    /// The greatest likeness of any words to an intent of the rule where it looks for one, at most 1,
    /// whatever the threshold; none where the rule has no intents or nothing was compared.
    pub likeness: Option<f64>,
}

/// What the rules of a pack that are on say of a call.
pub fn try_rules(pack: &Pack, call: &CallView<'_>, history: &History) -> Vec<RuleResult> {
    let transcript = Transcript::new(call.call, call.turns);
    let evaluator = Evaluator { history: Some(history), ..Evaluator::of(pack, call, &transcript) };
    let enabled = pack.rules.iter().filter(|rule| rule.is_enabled);
    enabled.map(|rule| rule_result(pack, rule, &evaluator)).collect()
}

/// What one rule of a pack says of a call, also where it is off, and how like the words of the call
/// are to its intents. That takes longer than the verdict alone, because it compares also where
/// phrases decide.
pub fn try_rule(pack: &Pack, rule: &Rule, call: &CallView<'_>, history: &History) -> TriedRule {
    let transcript = Transcript::new(call.call, call.turns);
    let evaluator = Evaluator { history: Some(history), ..Evaluator::of(pack, call, &transcript) };
    let nodes = rule.when.iter().chain(&rule.condition);
    let likeness = nodes.filter_map(|node| evaluator.likeness(node, None)).reduce(f64::max);
    TriedRule { result: rule_result(pack, rule, &evaluator), likeness: likeness.map(round3) }
}
