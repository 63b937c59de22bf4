//! What lists and statistics read of a call: everything but its words.

use etalon_call::{AudioFacts, Call, CallFacts, Evaluation, Metrics, Pipeline, RuleResult, Verdict};
use etalon_review::{Reviews, SheetState};
use etalon_store::CallLine;

/// A call, or its line in `calls.jsonl`.
#[derive(Debug, Clone, Copy)]
pub struct CallSummary<'a> {
    /// What the centre knew of it.
    pub facts: &'a CallFacts,
    /// What its recording is.
    pub audio: &'a AudioFacts,
    /// What produced its result.
    pub pipeline: &'a Pipeline,
    /// Its measures.
    pub metrics: &'a Metrics,
    /// The verdicts that stand, with the score that follows from them: the machine's, or those of the
    /// people who reviewed it.
    pub evaluation: &'a Evaluation,
    /// How far people have reviewed it.
    pub review: ReviewMark,
}

/// How far people have reviewed a call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReviewMark {
    /// The state of its latest sheet; none where nobody reviewed it.
    pub state: Option<SheetState>,
    /// Whether a sheet counts, so that the verdicts that stand are those of people, too.
    pub counts: bool,
}

impl ReviewMark {
    /// The mark of a call.
    pub fn of(reviews: &Reviews, call_id: &str) -> Self {
        Self { state: reviews.latest_state(call_id), counts: reviews.is_reviewed(call_id) }
    }

    /// The mark as others than the reviewer see it: a draft is the reviewer's own.
    #[must_use]
    pub fn without_drafts(self) -> Self {
        Self { state: self.state.filter(|state| state.counts()), ..self }
    }
}

impl<'a> CallSummary<'a> {
    /// The agent by which calls are grouped: the identifier, or the name where there is none.
    pub fn agent(&self) -> Option<&'a str> {
        self.facts.agent_id.as_deref().or(self.facts.agent_name.as_deref())
    }

    /// The results of one verdict.
    pub(crate) fn with_verdict(&self, verdict: Verdict) -> impl Iterator<Item = &'a RuleResult> {
        self.evaluation.rules.iter().filter(move |rule| rule.verdict == verdict)
    }
}

impl<'a> From<&'a Call> for CallSummary<'a> {
    fn from(call: &'a Call) -> Self {
        let Call { call: facts, audio, pipeline, metrics, evaluation, .. } = call;
        Self { facts, audio, pipeline, metrics, evaluation, review: ReviewMark::default() }
    }
}

impl<'a> From<&'a CallLine> for CallSummary<'a> {
    fn from(line: &'a CallLine) -> Self {
        let CallLine { call: facts, audio, pipeline, metrics, evaluation, .. } = line;
        Self { facts, audio, pipeline, metrics, evaluation, review: ReviewMark::default() }
    }
}

/// How an agent is called: the name with the identifier, or whichever of them is known; `—` where
/// neither is.
pub fn agent_label(facts: &CallFacts) -> String {
    match (&facts.agent_name, &facts.agent_id) {
        (Some(name), Some(id)) => format!("{name} ({id})"),
        (Some(name), None) => name.clone(),
        (None, Some(id)) => id.clone(),
        (None, None) => "—".to_owned(),
    }
}
