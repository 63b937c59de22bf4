//! What many calls come to together: for all, and for each agent, team and manager.

use crate::periods::{Comparison, DatedCalls};
use crate::summary::{CallSummary, agent_label};
use crate::tallies::{GroupKind, HourTally, RuleTally, Scores};
use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, Timelike};
use etalon_call::{Evaluation, RuleResult, Verdict};
use std::collections::BTreeMap;

/// Bins of the distribution of scores: 0–9, 10–19, …, 90–100.
pub(crate) const SCORE_BINS: usize = 10;

/// Everything that pages say of many calls.
#[derive(Debug, Default)]
pub struct Statistics {
    pub(crate) total: Tally,
    pub(crate) agents: BTreeMap<String, Tally>,
    pub(crate) teams: BTreeMap<String, Tally>,
    pub(crate) managers: BTreeMap<String, Tally>,
    pub(crate) voice: VoiceOfClients,
    pub(crate) first: Option<DateTime<FixedOffset>>,
    pub(crate) last: Option<DateTime<FixedOffset>>,
    /// Versions, models and packs that produced the calls, with the number of calls.
    pub(crate) origins: BTreeMap<String, usize>,
    dated: DatedCalls,
}

/// Sums over the calls of one agent, team, manager, or of all.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    /// How the group is called.
    pub(crate) label: String,
    pub(crate) calls: usize,
    /// Calls that people have reviewed: their verdicts are counted.
    pub(crate) reviewed: usize,
    pub(crate) critical: usize,
    pub(crate) audio_s: f64,
    pub(crate) scores: Scores,
    pub(crate) score_bins: [usize; SCORE_BINS],
    /// Verdicts by pack and rule.
    pub(crate) rules: BTreeMap<(String, String), RuleTally>,
    /// Scores by the Monday of their week.
    pub(crate) weeks: BTreeMap<NaiveDate, WeekTally>,
    /// Calls by weekday (Monday first) and hour.
    pub(crate) hours: [[HourTally; 24]; 7],
}

/// One week.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct WeekTally {
    pub(crate) calls: usize,
    pub(crate) critical: usize,
    pub(crate) scores: Scores,
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

impl Statistics {
    /// Adds a call.
    pub fn add(&mut self, call: &CallSummary<'_>) {
        let facts = call.facts;
        self.total.add(call);
        self.first = self.first.into_iter().chain(facts.started_at).min();
        self.last = self.last.into_iter().chain(facts.started_at).max();
        if let Some(agent) = call.agent() {
            add_to_group(&mut self.agents, agent, agent_label(facts), call);
        }
        if let Some(team) = &facts.team {
            add_to_group(&mut self.teams, team, team.clone(), call);
        }
        if let Some(manager) = &facts.manager {
            add_to_group(&mut self.managers, manager, manager.clone(), call);
        }
        self.voice.add(call.evaluation);
        *self.origins.entry(origin(call)).or_default() += 1;
        self.dated.add(call);
    }

    /// The latest period beside the one before, for all calls or for a group; none where the calls
    /// fill no two periods.
    pub(crate) fn comparison(&self, group: Option<(GroupKind, &str)>) -> Option<Comparison> {
        self.dated.compared(group)
    }

    /// How many calls were added.
    pub fn calls(&self) -> usize {
        self.total.calls
    }

    /// The groups of one kind.
    pub(crate) fn groups(&self, kind: GroupKind) -> &BTreeMap<String, Tally> {
        match kind {
            GroupKind::Agent => &self.agents,
            GroupKind::Team => &self.teams,
            GroupKind::Manager => &self.managers,
        }
    }
}

fn add_to_group(groups: &mut BTreeMap<String, Tally>, key: &str, label: String, call: &CallSummary<'_>) {
    let group = groups.entry(key.to_owned()).or_default();
    if label.len() > group.label.len() {
        group.label = label;
    }
    group.add(call);
}

fn origin(call: &CallSummary<'_>) -> String {
    let pipeline = call.pipeline;
    let model = pipeline.model.as_deref().unwrap_or("—");
    let packs: Vec<String> =
        pipeline.packs.iter().map(|pack| format!("{} {}", pack.id, pack.version)).collect();
    format!("etalon {} · {model} · {}", pipeline.version, packs.join(", "))
}

impl Tally {
    fn add(&mut self, call: &CallSummary<'_>) {
        let evaluation = call.evaluation;
        self.calls += 1;
        self.reviewed += usize::from(call.review.counts);
        self.audio_s += call.audio.duration_s;
        self.critical += usize::from(evaluation.critical);
        if let Some(score) = evaluation.score {
            self.scores.add(score);
            let bin = (score / 100.0 * SCORE_BINS as f64).clamp(0.0, SCORE_BINS as f64 - 1.0) as usize;
            self.score_bins[bin] += 1;
        }
        for rule in &evaluation.rules {
            self.add_verdict(rule);
        }
        if let Some(started_at) = call.facts.started_at {
            self.add_moment(started_at, evaluation);
        }
    }

    /// A rule that applies to no call is counted with nothing, so that it has a page.
    fn add_verdict(&mut self, rule: &RuleResult) {
        self.rules.entry((rule.pack.clone(), rule.id.clone())).or_default().add(rule.verdict);
    }

    fn add_moment(&mut self, started_at: DateTime<FixedOffset>, evaluation: &Evaluation) {
        let days = u64::from(started_at.weekday().num_days_from_monday());
        let day = started_at.date_naive();
        let week = self.weeks.entry(day.checked_sub_days(Days::new(days)).unwrap_or(day)).or_default();
        week.calls += 1;
        week.critical += usize::from(evaluation.critical);
        if let Some(score) = evaluation.score {
            week.scores.add(score);
        }
        let hour = &mut self.hours[days as usize % 7][started_at.hour() as usize % 24];
        hour.add(evaluation.rules.iter().any(|rule| rule.verdict == Verdict::Fail));
    }

    /// How many calls have no score and are left out of the mean.
    pub(crate) fn without_score(&self) -> usize {
        self.calls - self.scores.count
    }

    /// The rules that failed most often, with their tallies.
    pub(crate) fn most_failed(&self, limit: usize) -> Vec<(&(String, String), &RuleTally)> {
        let mut failed: Vec<_> = self.rules.iter().filter(|(_, tally)| tally.failed > 0).collect();
        failed.sort_by(|left, right| right.1.failed.cmp(&left.1.failed).then(left.0.cmp(right.0)));
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
