//! Follows the conditions of one pack through one call.

mod across_calls;
mod acts;
mod addressing;
mod confidence;
mod facts;
mod intents;
mod language;
mod likeness;
mod nowhere;
mod speech;
pub(crate) mod stages;
mod unrecognized;

use crate::call_view::CallView;
use crate::evaluate::finding::{Finding, Place, Truth};
use crate::evaluate::history::History;
use crate::evaluate::logic::{conjunction, disjunction, gather};
use crate::evaluate::measures::metric_finding;
use crate::language::calendar::Calendar;
use crate::language::condition::{Condition, Node};
use crate::language::pack::{AgreementDefinitions, Category, Pack};
use crate::text::matcher::Matcher;
use crate::text::transcript::Transcript;
use crate::text::vocabulary::Vocabulary;
use etalon_call::Role;
use std::cell::RefCell;
use std::collections::HashMap;

/// Applies conditions to one call.
pub(crate) struct Evaluator<'a> {
    pub(crate) view: &'a CallView<'a>,
    pub(crate) transcript: &'a Transcript,
    pub(crate) matcher: Matcher<'a>,
    pub(crate) stages: &'a [Category],
    pub(crate) agreements: &'a AgreementDefinitions,
    /// The words of the pack's phrases.
    pub(crate) vocabulary: &'a Vocabulary,
    /// The languages of the pack's words.
    pub(crate) languages: &'a [String],
    /// Holidays and moved working days.
    pub(crate) calendar: &'a Calendar,
    /// The other calls, where they are known.
    pub(crate) history: Option<&'a History>,
    /// What was found before, by the number of the condition and the window in seconds: rules share
    /// their conditions.
    pub(crate) heard: RefCell<HashMap<(usize, u64, u64), Finding>>,
}

impl<'a> Evaluator<'a> {
    /// An evaluator of a pack for a call, without other calls.
    pub(crate) fn of(pack: &'a Pack, call: &'a CallView<'a>, transcript: &'a Transcript) -> Self {
        Self {
            view: call,
            transcript,
            matcher: Matcher::new(transcript, &pack.vocabulary),
            stages: &pack.stages,
            agreements: &pack.agreements,
            vocabulary: &pack.vocabulary,
            languages: &pack.languages,
            calendar: &pack.calendar,
            history: None,
            heard: RefCell::default(),
        }
    }
}

impl Evaluator<'_> {
    /// What a condition finds; `found` is the place that an enclosing `each` or `some` has found.
    pub(crate) fn find(&self, node: &Node, found: Option<&Place>) -> Finding {
        let mut finding = match &node.condition {
            Condition::All(parts) => self.all(parts, found),
            Condition::Any(parts) => self.any(parts, found),
            Condition::FirstMeasured(parts) => self.first_measured(parts, found),
            Condition::Named(part) => self.all(std::slice::from_ref(part), found),
            Condition::Not(part) => self.not(part, found),
            Condition::Says(says) => self.says(says, found),
            Condition::Speaks(speaks) => self.speaks(speaks, found),
            Condition::Events(events) => self.events(events, found),
            Condition::Metric(band) => metric_finding(band, self.view),
            Condition::Each { of, must } => self.each(of, must, found),
            Condition::Some { of, has } => self.some(of, has, found),
            Condition::Earlier { earlier, later } => self.earlier(earlier, later, found),
            Condition::Clock(clock) => self.clock(*clock),
            Condition::Known(fact) => Finding::of(self.knows(*fact)),
            Condition::SameLanguage(language) => self.same_language(*language),
            Condition::Stages(order) => self.stages_in_order(order),
            Condition::AcrossCalls(asked) => self.across_calls(*asked),
        };
        if finding.fails()
            && let Some(reason) = &node.otherwise
        {
            finding.reasons = vec![reason.clone()];
        }
        finding
    }

    fn all(&self, parts: &[Node], found: Option<&Place>) -> Finding {
        let findings: Vec<Finding> = parts.iter().map(|part| self.find(part, found)).collect();
        // The reason of one part takes the parts beside it for granted: «said at the wrong time» is
        // no answer to what was not said at all. Where another part failed without a reason, the
        // rule's own is the true one.
        let all_say_why =
            findings.iter().filter(|finding| finding.fails()).all(|finding| !finding.reasons.is_empty());
        let mut finding = conjunction(findings);
        if finding.fails() && !all_say_why {
            finding.reasons.clear();
        }
        finding
    }

    /// Phrases that were not found in another language leave nothing open where acts of the same
    /// side, which are known in that language too, were asked for beside them.
    fn any(&self, parts: &[Node], found: Option<&Place>) -> Finding {
        let mut findings: Vec<Finding> = parts.iter().map(|part| self.find(part, found)).collect();
        let failed = parts.iter().zip(&findings).filter(|(_, finding)| finding.fails());
        let without_acts: Vec<Role> = failed.filter_map(|(part, _)| performer_of(part)).collect();
        findings
            .retain(|finding| finding.foreign_speaker.is_none_or(|speaker| !without_acts.contains(&speaker)));
        disjunction(findings)
    }

    fn first_measured(&self, parts: &[Node], found: Option<&Place>) -> Finding {
        let mut unmeasured = None;
        for part in parts {
            let finding = self.find(part, found);
            if finding.holds() || finding.fails() {
                return finding;
            }
            unmeasured = unmeasured.or(Some(finding));
        }
        unmeasured.unwrap_or_else(|| Finding::of(false))
    }

    fn not(&self, part: &Node, found: Option<&Place>) -> Finding {
        let mut finding = self.find(part, found);
        finding.truth = match finding.truth {
            Truth::Holds => Truth::Fails,
            Truth::Fails => Truth::Holds,
            unmeasurable @ Truth::Unmeasurable(_) => unmeasurable,
        };
        finding.reasons.clear();
        finding
    }

    fn each(&self, of: &Node, must: &Node, found: Option<&Place>) -> Finding {
        let triggers = self.find(of, found);
        if let Truth::Unmeasurable(_) = triggers.truth {
            return triggers;
        }
        let around = |place: &Place| self.around(place, must, |finding| !finding.holds());
        conjunction(triggers.places.iter().map(around))
    }

    fn some(&self, of: &Node, has: &Node, found: Option<&Place>) -> Finding {
        let triggers = self.find(of, found);
        if let Truth::Unmeasurable(_) = triggers.truth {
            return if self.holds_nowhere(has) { Finding::of(false) } else { triggers };
        }
        let around = |place: &Place| self.around(place, has, Finding::holds);
        disjunction(triggers.places.iter().map(around))
    }

    /// What a condition finds around a place, which is one occasion; the place itself is evidence
    /// where `shows_place` says so.
    fn around(&self, place: &Place, node: &Node, shows_place: fn(&Finding) -> bool) -> Finding {
        let mut finding = self.find(node, Some(place));
        if shows_place(&finding) {
            finding.places.push(place.clone());
        }
        finding.occasions = Some(1);
        finding
    }

    fn earlier(&self, earlier: &Node, later: &Node, found: Option<&Place>) -> Finding {
        let first = self.find(earlier, found);
        if first.fails() {
            // What never came did not come first, whatever the other is.
            return gather(Truth::Fails, [first, self.find(later, found)]);
        }
        let second = self.find(later, found);
        for finding in [&first, &second] {
            if let Truth::Unmeasurable(_) = finding.truth {
                return finding.clone();
            }
        }
        let starts = |finding: &Finding| finding.places.iter().map(|place| place.start_s).reduce(f64::min);
        let holds = match (starts(&first), starts(&second)) {
            (Some(first_s), Some(second_s)) => first_s < second_s,
            (Some(_), None) => true,
            (None, _) => false,
        };
        gather(if holds { Truth::Holds } else { Truth::Fails }, [first, second])
    }
}

/// Whose acts a condition asks for.
fn performer_of(part: &Node) -> Option<Role> {
    match &part.condition {
        Condition::Says(says) => says.acts.is_some().then_some(says.by),
        Condition::Named(part) => performer_of(part),
        _ => None,
    }
}
