//! Why a rule said what it said about a call.

use crate::call_view::CallView;
use crate::evaluate::evaluation::rule_result;
use crate::evaluate::evaluator::Evaluator;
use crate::evaluate::finding::{Place, Truth};
use crate::evaluate::history::History;
use crate::language::condition::{Condition, Node};
use crate::language::describe::description;
use crate::language::pack::Pack;
use crate::text::transcript::Transcript;
use etalon_call::{Evidence, RuleResult, round3};

/// The result of a rule with every part of its condition: what was asked, whether it held and
/// where.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// What the evaluation says.
    pub result: RuleResult,
    /// The applicability, where the rule has one.
    pub when: Option<ExplainedPart>,
    /// The condition, where the rule has one.
    pub condition: Option<ExplainedPart>,
}

/// A part of a condition and what it saw.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedPart {
    /// What is asked, in plain Russian; ends with a colon where parts follow.
    pub description: String,
    /// The part as the pack writes it.
    pub notation: String,
    /// The line of the pack on which it begins.
    pub line: usize,
    /// Whether it held; null where the recording cannot show it.
    pub holds: Option<bool>,
    /// Why it could not be told, where it could not.
    pub cause: Option<String>,
    /// The measure that decided, where one did.
    pub value: Option<f64>,
    /// What it found.
    pub places: Vec<Evidence>,
    /// The parts it is made of; around each place found, for conditions that look around places.
    pub parts: Vec<ExplainedPart>,
}

/// Explains one rule on one call; nothing when the pack has no such rule.
pub fn explain(pack: &Pack, rule: &str, call: &CallView<'_>) -> Option<Explanation> {
    explain_call(pack, rule, call, None)
}

/// Explains one rule on one call with what is known of the other calls; nothing when the pack has
/// no such rule.
pub fn explain_with_history(
    pack: &Pack,
    rule: &str,
    call: &CallView<'_>,
    history: &History,
) -> Option<Explanation> {
    explain_call(pack, rule, call, Some(history))
}

fn explain_call(
    pack: &Pack,
    rule: &str,
    call: &CallView<'_>,
    history: Option<&History>,
) -> Option<Explanation> {
    let rule = pack.rules.iter().find(|known| known.id == rule)?;
    let transcript = Transcript::new(call.call, call.turns);
    let evaluator = Evaluator { history, ..Evaluator::of(pack, call, &transcript) };
    Some(Explanation {
        result: rule_result(pack, rule, &evaluator),
        when: rule.when.as_ref().map(|node| explained(&evaluator, node, None)),
        condition: rule.condition.as_ref().map(|node| explained(&evaluator, node, None)),
    })
}

fn explained(evaluator: &Evaluator<'_>, node: &Node, found: Option<&Place>) -> ExplainedPart {
    let finding = evaluator.find(node, found);
    let (holds, cause) = match finding.truth {
        Truth::Holds => (Some(true), None),
        Truth::Fails => (Some(false), None),
        Truth::Unmeasurable(cause) => (None, Some(cause)),
    };
    ExplainedPart {
        description: description(node),
        notation: node.notation.clone(),
        line: node.line,
        holds,
        cause,
        value: finding.value.map(round3),
        places: finding.places.iter().map(Place::evidence).collect(),
        parts: parts(evaluator, node, found),
    }
}

fn parts(evaluator: &Evaluator<'_>, node: &Node, found: Option<&Place>) -> Vec<ExplainedPart> {
    match &node.condition {
        Condition::All(nodes) | Condition::Any(nodes) | Condition::FirstMeasured(nodes) => {
            nodes.iter().map(|node| explained(evaluator, node, found)).collect()
        }
        Condition::Named(node) => vec![explained(evaluator, node, found)],
        Condition::Not(node) => vec![explained(evaluator, node, found)],
        Condition::Each { of, must: around } | Condition::Some { of, has: around } => {
            let places = evaluator.find(of, found).places;
            let around = places.iter().map(|place| explained(evaluator, around, Some(place)));
            std::iter::once(explained(evaluator, of, found)).chain(around).collect()
        }
        Condition::Earlier { earlier, later } => {
            vec![explained(evaluator, earlier, found), explained(evaluator, later, found)]
        }
        _ => vec![],
    }
}
