//! Sums over many calls, gathered call by call.

use chrono::{DateTime, FixedOffset};
use etalon_call::{Call, CallFacts, Evaluation, RuleResult, Verdict};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// How many calls the page shows one by one. They are the worst; the tables and `calls.jsonl` have
/// all.
pub(crate) const LISTED_CALLS: usize = 500;

/// What the report says of all calls together.
#[derive(Debug, Default)]
pub(crate) struct RollUp {
    pub(crate) total: Tally,
    pub(crate) audio_s: f64,
    pub(crate) first: Option<DateTime<FixedOffset>>,
    pub(crate) last: Option<DateTime<FixedOffset>>,
    /// By pack and id.
    pub(crate) rules: BTreeMap<(String, String), RuleTally>,
    pub(crate) agents: BTreeMap<String, Tally>,
    pub(crate) teams: BTreeMap<String, Tally>,
    pub(crate) managers: BTreeMap<String, Tally>,
    pub(crate) voice: VoiceOfClients,
    /// Names of the versions, models and packs that produced the calls, with the number of calls.
    pub(crate) origins: BTreeMap<String, usize>,
    listed: Vec<ListedCall>,
}

/// Sums over the calls of one agent, team, manager, or of all.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// How the group is called.
    pub(crate) label: String,
    pub(crate) calls: usize,
    pub(crate) critical: usize,
    scored: usize,
    score_sum: f64,
    /// Failures by rule id.
    pub(crate) failed: BTreeMap<String, usize>,
}

/// Verdicts of one rule over all calls.
#[derive(Debug, Default)]
pub(crate) struct RuleTally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) unmeasurable: usize,
}

/// What clients called about and how they graded.
#[derive(Debug, Default)]
pub(crate) struct VoiceOfClients {
    /// Calls by type.
    pub(crate) call_types: BTreeMap<String, usize>,
    /// Calls by topic; a call may have several.
    pub(crate) topics: BTreeMap<String, usize>,
    pub(crate) promoters: usize,
    pub(crate) detractors: usize,
    /// Clients who gave a grade.
    pub(crate) graded: usize,
}

/// What the page shows of one call.
#[derive(Debug)]
pub(crate) struct ListedCall {
    pub(crate) facts: CallFacts,
    pub(crate) duration_s: f64,
    pub(crate) score: Option<f64>,
    pub(crate) critical: bool,
    pub(crate) call_type: Option<String>,
    pub(crate) topics: Vec<String>,
    pub(crate) stages_missing: Vec<String>,
    pub(crate) stages_misordered: Vec<String>,
    /// Why there is no score.
    pub(crate) score_unmeasurable: Option<String>,
    /// Words that the guards against invented text dropped.
    pub(crate) words_dropped: u32,
    /// Failed and unmeasurable rules.
    pub(crate) findings: Vec<RuleResult>,
}

impl RollUp {
    pub(crate) fn add(&mut self, call: &Call) {
        let facts = &call.call;
        self.total.add(call);
        self.audio_s += call.audio.duration_s;
        self.first = self.first.into_iter().chain(facts.started_at).min();
        self.last = self.last.into_iter().chain(facts.started_at).max();
        for rule in &call.evaluation.rules {
            self.rules.entry((rule.pack.clone(), rule.id.clone())).or_default().add(rule.verdict);
        }
        if let Some(agent) = facts.agent_id.as_ref().or(facts.agent_name.as_ref()) {
            add_to_group(&mut self.agents, agent, agent_label(facts), call);
        }
        if let Some(team) = &facts.team {
            add_to_group(&mut self.teams, team, team.clone(), call);
        }
        if let Some(manager) = &facts.manager {
            add_to_group(&mut self.managers, manager, manager.clone(), call);
        }
        self.voice.add(&call.evaluation);
        *self.origins.entry(origin(call)).or_default() += 1;
        self.list(call);
    }

    pub(crate) fn calls(&self) -> usize {
        self.total.calls
    }

    /// The calls to be shown, the worst first.
    pub(crate) fn listed(&self) -> Vec<&ListedCall> {
        let mut listed: Vec<&ListedCall> = self.listed.iter().collect();
        listed.sort_by(|left, right| worst_first(left, right));
        listed.truncate(LISTED_CALLS);
        listed
    }

    fn list(&mut self, call: &Call) {
        let has_finding = |rule: &&RuleResult| matches!(rule.verdict, Verdict::Fail | Verdict::Unmeasurable);
        self.listed.push(ListedCall {
            facts: call.call.clone(),
            duration_s: call.audio.duration_s,
            score: call.evaluation.score,
            critical: call.evaluation.critical,
            call_type: call.evaluation.call_type.clone(),
            topics: call.evaluation.topics.clone().unwrap_or_default(),
            stages_missing: call.evaluation.stages_missing.clone().unwrap_or_default(),
            stages_misordered: call.evaluation.stages_misordered.clone().unwrap_or_default(),
            score_unmeasurable: call.evaluation.score_unmeasurable.clone(),
            words_dropped: call.pipeline.transcription.words_dropped(),
            findings: call.evaluation.rules.iter().filter(has_finding).cloned().collect(),
        });
        // Sorting now and then keeps memory bounded at a small cost per call.
        if self.listed.len() >= 2 * LISTED_CALLS {
            self.listed.sort_by(worst_first);
            self.listed.truncate(LISTED_CALLS);
        }
    }
}

impl Tally {
    fn add(&mut self, call: &Call) {
        self.calls += 1;
        self.critical += usize::from(call.evaluation.critical);
        if let Some(score) = call.evaluation.score {
            self.scored += 1;
            self.score_sum += score;
        }
        for rule in call.evaluation.rules.iter().filter(|rule| rule.verdict == Verdict::Fail) {
            *self.failed.entry(rule.id.clone()).or_default() += 1;
        }
    }

    /// The mean over the calls that have a score.
    pub(crate) fn mean_score(&self) -> Option<f64> {
        (self.scored > 0).then(|| self.score_sum / self.scored as f64)
    }

    /// How many calls have no score and are left out of the mean.
    pub(crate) fn without_score(&self) -> usize {
        self.calls - self.scored
    }

    /// The rules that failed most often, with their counts.
    pub(crate) fn most_failed(&self, limit: usize) -> Vec<(&str, usize)> {
        let mut failed: Vec<(&str, usize)> =
            self.failed.iter().map(|(rule, &count)| (rule.as_str(), count)).collect();
        failed.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(right.0)));
        failed.truncate(limit);
        failed
    }
}

impl VoiceOfClients {
    fn add(&mut self, evaluation: &Evaluation) {
        if let Some(call_type) = &evaluation.call_type {
            *self.call_types.entry(call_type.clone()).or_default() += 1;
        }
        for topic in evaluation.topics.iter().flatten() {
            *self.topics.entry(topic.clone()).or_default() += 1;
        }
        self.graded += usize::from(evaluation.nps.is_some());
        self.promoters += usize::from(evaluation.nps.is_some_and(|grade| grade >= 9));
        self.detractors += usize::from(evaluation.nps.is_some_and(|grade| grade <= 6));
    }

    /// The net promoter score: the share of grades of 9 and 10 less that of 0 to 6, from −100 to
    /// 100 (Reichheld, 2003).
    pub(crate) fn net_promoter_score(&self) -> Option<f64> {
        let balance = self.promoters as f64 - self.detractors as f64;
        (self.graded > 0).then(|| 100.0 * balance / self.graded as f64)
    }
}

impl RuleTally {
    fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Pass => self.passed += 1,
            Verdict::Fail => self.failed += 1,
            Verdict::Unmeasurable => self.unmeasurable += 1,
            Verdict::Na => {}
        }
    }

    /// Calls to which the rule applied and on which it could be measured.
    pub(crate) fn judged(&self) -> usize {
        self.passed + self.failed
    }

    /// Share of failures among the judged calls.
    pub(crate) fn fail_rate(&self) -> Option<f64> {
        (self.judged() > 0).then(|| self.failed as f64 / self.judged() as f64)
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

fn add_to_group(groups: &mut BTreeMap<String, Tally>, key: &str, label: String, call: &Call) {
    let group = groups.entry(key.to_owned()).or_default();
    if group.label.is_empty() || label.len() > group.label.len() {
        group.label = label;
    }
    group.add(call);
}

fn origin(call: &Call) -> String {
    let pipeline = &call.pipeline;
    let model = pipeline.model.as_deref().unwrap_or("без распознавания речи");
    let packs: Vec<String> =
        pipeline.packs.iter().map(|pack| format!("{} {}", pack.id, pack.version)).collect();
    format!("etalon {} · {model} · {}", pipeline.version, packs.join(", "))
}

/// Critical calls first, then by rising score; calls without a score come last.
fn worst_first(left: &ListedCall, right: &ListedCall) -> Ordering {
    let score = |call: &ListedCall| call.score.unwrap_or(f64::INFINITY);
    (right.critical.cmp(&left.critical))
        .then(score(left).total_cmp(&score(right)))
        .then_with(|| left.facts.source.cmp(&right.facts.source))
        .then_with(|| left.facts.id.cmp(&right.facts.id))
}
