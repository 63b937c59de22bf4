//! A pack tried on stored calls: what it would find, and what of that is other than what is in force.

#![forbid(unsafe_code)]

use chrono::Datelike as _;
use etalon_call::{Call, CallFacts, Evidence, RuleResult, Severity, Verdict, round3};
use etalon_rules::{CallView, History, Pack, Rule, TriedRule, try_rule, try_rules};
use etalon_store::{Error, ErrorKind, Store};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Instant;

/// The width of a bar of the histogram.
const LIKENESS_STEP: f64 = 0.05;

/// Calls between two looks at the clock.
const CALLS_AT_ONCE: usize = 256;

/// Which rules are tried, and what counts.
#[derive(Debug, Clone, Copy)]
pub struct TrialRequest<'a> {
    /// The pack on trial.
    pub pack: &'a Pack,
    /// Only the rule with this id, also where it is off; all that are on without one.
    pub rule: Option<&'a str>,
    /// The verdict that counts as a hit: `fail` for what must not be, `pass` for what is looked for.
    pub hit: Verdict,
    /// The other calls of the clients; an empty one leaves the rules that ask for them unmeasurable.
    pub history: &'a History,
    /// When to end, whether all calls are judged or not; none for never.
    pub until: Option<Instant>,
}

impl TrialRequest<'_> {
    /// Whether a wanted rule asks for the other calls of a client.
    pub fn asks_for_history(&self) -> bool {
        let mut wanted = self.pack.rules().iter().filter(|rule| self.is_wanted(rule));
        wanted.any(Rule::asks_for_history)
    }

    fn is_wanted(&self, rule: &Rule) -> bool {
        self.rule.map_or(rule.is_enabled(), |id| rule.id() == id)
    }

    fn has_time(&self) -> bool {
        self.until.is_none_or(|until| Instant::now() < until)
    }
}

/// What the rules of a pack would say of stored calls.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trial {
    /// Calls that were judged.
    pub calls: usize,
    /// Stored calls that can't be read wholly.
    pub unreadable: usize,
    /// Calls for which there was no time. Calls are taken in order of their ids, which are hashes, so
    /// that those which were judged are like the others.
    pub left_out: usize,
    /// One entry a rule, in the order of the pack.
    pub rules: Vec<RuleTrial>,
}

/// What one rule would say of stored calls.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleTrial {
    /// The pack's id.
    pub pack: String,
    /// The rule's id.
    pub rule: String,
    /// The rule's name for people.
    pub title: String,
    /// How much a failure matters.
    pub severity: Severity,
    /// Calls by what the rule on trial says.
    pub verdicts: VerdictCounts,
    /// Calls by what the rule in force says; all zero where none has this id.
    pub in_force: VerdictCounts,
    /// By week of the calls' start, those without a date last.
    pub weeks: Vec<GroupTrial>,
    /// By agent, those of nobody known last.
    pub agents: Vec<GroupTrial>,
    /// Hits that the rule in force does not have.
    pub appeared: Vec<ChangedCall>,
    /// Hits of the rule in force that the rule on trial does not have.
    pub vanished: Vec<ChangedCall>,
    /// Hits of both.
    pub stayed: usize,
    /// Calls by the greatest likeness of their words to an intent of the rule; empty for rules without
    /// intents, and where all rules of a pack are tried.
    pub likeness: Vec<LikenessBar>,
}

/// Calls by verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct VerdictCounts {
    /// Calls that pass.
    pub pass: usize,
    /// Calls that fail.
    pub fail: usize,
    /// Calls that the rule does not apply to.
    pub na: usize,
    /// Calls that can't show it.
    pub unmeasurable: usize,
}

impl VerdictCounts {
    /// The calls with a verdict.
    pub fn of(&self, verdict: Verdict) -> usize {
        match verdict {
            Verdict::Pass => self.pass,
            Verdict::Fail => self.fail,
            Verdict::Na => self.na,
            Verdict::Unmeasurable => self.unmeasurable,
        }
    }

    fn add(&mut self, verdict: Verdict) {
        *match verdict {
            Verdict::Pass => &mut self.pass,
            Verdict::Fail => &mut self.fail,
            Verdict::Na => &mut self.na,
            Verdict::Unmeasurable => &mut self.unmeasurable,
        } += 1;
    }
}

/// What a rule says of the calls of one week or agent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct GroupTrial {
    /// The ISO week (`2026-W47`), or the agent's identifier or name; null where it is not known.
    pub name: Option<String>,
    /// Calls by what the rule on trial says.
    pub verdicts: VerdictCounts,
    /// Calls by what the rule in force says.
    pub in_force: VerdictCounts,
}

/// A call that is a hit of one of the two rules only.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChangedCall {
    /// The call's id.
    pub call: String,
    /// The recording's path as it was given.
    pub source: String,
    /// The agent's identifier, or the name where there is none.
    pub agent: Option<String>,
    /// When the call began, RFC 3339.
    pub started_at: Option<String>,
    /// What the rule in force says; null where there is none.
    pub before: Option<Verdict>,
    /// What the rule on trial says.
    pub after: Verdict,
    /// Where to listen: the evidence of the rule that has the hit.
    pub evidence: Vec<Evidence>,
}

/// A bar of the histogram of likeness.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LikenessBar {
    /// The least likeness of the calls.
    pub from: f64,
    /// The likeness below which they are.
    pub until: f64,
    /// How many calls there are.
    pub calls: usize,
    /// How many of them are hits of the rule on trial.
    pub hits: usize,
}

/// Tries the rules of a pack on all stored calls. Nothing is written, and no lock is taken.
///
/// The rule in force is the one with the same id in the same pack, else in any pack, by which the
/// call was judged last. Calls come in order of id.
///
/// # Errors
///
/// When the folder can't be read.
pub fn try_pack(store: &Store, request: TrialRequest<'_>) -> Result<Trial, Error> {
    let ids = store.call_ids()?;
    let (mut judged, mut unreadable, mut left_out) = (Vec::new(), 0, 0);
    for ids in ids.chunks(CALLS_AT_ONCE) {
        if !request.has_time() {
            left_out += ids.len();
            continue;
        }
        let read: Vec<Option<JudgedCall>> = ids
            .par_iter()
            .map(|id| Ok(read(store, id)?.map(|call| JudgedCall::of(&call, request))))
            .collect::<Result<_, Error>>()?;
        unreadable += read.iter().filter(|call| call.is_none()).count();
        judged.extend(read.into_iter().flatten());
    }
    let rules = request.pack.rules().iter().filter(|rule| request.is_wanted(rule));
    let rules = rules.enumerate().map(|(index, rule)| rule_trial(rule, index, &judged, request)).collect();
    Ok(Trial { calls: judged.len(), unreadable, left_out, rules })
}

/// A stored call; nothing where it is damaged, of a later version or gone.
fn read(store: &Store, id: &str) -> Result<Option<Call>, Error> {
    match store.read_call(id) {
        Err(error) if matches!(error.kind(), ErrorKind::Corrupt | ErrorKind::Newer) => Ok(None),
        outcome => outcome,
    }
}

/// What is kept of a call: facts, and per rule what both say of it.
struct JudgedCall {
    id: String,
    source: String,
    agent: Option<String>,
    started_at: Option<String>,
    week: Option<String>,
    rules: Vec<JudgedRule>,
}

/// What the two rules of one id say of a call.
struct JudgedRule {
    before: Option<Verdict>,
    after: Verdict,
    /// The evidence of the only one that has a hit.
    evidence: Vec<Evidence>,
    likeness: Option<f64>,
}

impl JudgedCall {
    fn of(call: &Call, request: TrialRequest<'_>) -> Self {
        let history = request.history;
        let view = CallView::from(call);
        let tried: Vec<TriedRule> = if request.rule.is_some() {
            let wanted = request.pack.rules().iter().filter(|rule| request.is_wanted(rule));
            wanted.map(|rule| try_rule(request.pack, rule, &view, history)).collect()
        } else {
            let results = try_rules(request.pack, &view, history).into_iter();
            results.map(|result| TriedRule { result, likeness: None }).collect()
        };
        let judged = |tried: TriedRule| {
            let in_force = in_force(call, &tried.result);
            let (before, after) = (in_force.map(|rule| rule.verdict), tried.result.verdict);
            let evidence = match (before == Some(request.hit), after == request.hit) {
                (false, true) => tried.result.evidence,
                (true, false) => in_force.map(|rule| rule.evidence.clone()).unwrap_or_default(),
                _ => vec![],
            };
            JudgedRule { before, after, evidence, likeness: tried.likeness }
        };
        let facts = &call.call;
        Self {
            id: facts.id.clone(),
            source: facts.source.clone(),
            agent: facts.agent_id.clone().or_else(|| facts.agent_name.clone()),
            started_at: facts.started_at.map(|time| time.to_rfc3339()),
            week: week(facts),
            rules: tried.into_iter().map(judged).collect(),
        }
    }
}

/// What the rule with the same id said when the call was judged last.
fn in_force<'a>(call: &'a Call, tried: &RuleResult) -> Option<&'a RuleResult> {
    let of_id = || call.evaluation.rules.iter().filter(|rule| rule.id == tried.id);
    of_id().find(|rule| rule.pack == tried.pack).or_else(|| of_id().next())
}

/// The ISO week of a call by the agent's clock.
fn week(facts: &CallFacts) -> Option<String> {
    let week = facts.started_at?.iso_week();
    Some(format!("{}-W{:02}", week.year(), week.week()))
}

fn rule_trial(rule: &Rule, index: usize, calls: &[JudgedCall], request: TrialRequest<'_>) -> RuleTrial {
    let mut trial = RuleTrial {
        pack: request.pack.id().to_owned(),
        rule: rule.id().to_owned(),
        title: rule.title().to_owned(),
        severity: rule.severity(),
        verdicts: VerdictCounts::default(),
        in_force: VerdictCounts::default(),
        weeks: grouped(calls, index, |call| call.week.as_ref()),
        agents: grouped(calls, index, |call| call.agent.as_ref()),
        appeared: vec![],
        vanished: vec![],
        stayed: 0,
        likeness: histogram(calls, index, request.hit),
    };
    for call in calls {
        let Some(judged) = call.rules.get(index) else { continue };
        trial.verdicts.add(judged.after);
        judged.before.into_iter().for_each(|before| trial.in_force.add(before));
        match (judged.before == Some(request.hit), judged.after == request.hit) {
            (true, true) => trial.stayed += 1,
            (false, true) => trial.appeared.push(changed(call, judged)),
            (true, false) => trial.vanished.push(changed(call, judged)),
            (false, false) => {}
        }
    }
    trial
}

fn changed(call: &JudgedCall, judged: &JudgedRule) -> ChangedCall {
    ChangedCall {
        call: call.id.clone(),
        source: call.source.clone(),
        agent: call.agent.clone(),
        started_at: call.started_at.clone(),
        before: judged.before,
        after: judged.after,
        evidence: judged.evidence.clone(),
    }
}

fn grouped<'a>(
    calls: &'a [JudgedCall],
    index: usize,
    name: impl Fn(&'a JudgedCall) -> Option<&'a String>,
) -> Vec<GroupTrial> {
    let mut groups: BTreeMap<(bool, Option<&String>), GroupTrial> = BTreeMap::new();
    for call in calls {
        let Some(judged) = call.rules.get(index) else { continue };
        let name = name(call);
        let group = groups.entry((name.is_none(), name)).or_default();
        group.verdicts.add(judged.after);
        judged.before.into_iter().for_each(|before| group.in_force.add(before));
    }
    groups.into_iter().map(|((_, name), group)| GroupTrial { name: name.cloned(), ..group }).collect()
}

fn histogram(calls: &[JudgedCall], index: usize, hit: Verdict) -> Vec<LikenessBar> {
    let mut bars: BTreeMap<i64, LikenessBar> = BTreeMap::new();
    for judged in calls.iter().filter_map(|call| call.rules.get(index)) {
        let Some(likeness) = judged.likeness else { continue };
        // A likeness of exactly a bar's beginning belongs to it, whatever the division leaves.
        let step = (likeness / LIKENESS_STEP + 1e-9).floor() as i64;
        let edge = |step: i64| round3(step as f64 * LIKENESS_STEP);
        let bar = bars.entry(step).or_insert(LikenessBar {
            from: edge(step),
            until: edge(step + 1),
            calls: 0,
            hits: 0,
        });
        bar.calls += 1;
        bar.hits += usize::from(judged.after == hit);
    }
    bars.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn judged(
        agent: Option<&str>,
        before: Option<Verdict>,
        after: Verdict,
        likeness: Option<f64>,
    ) -> JudgedCall {
        JudgedCall {
            id: "0123456789abcdef".to_owned(),
            source: "a.wav".to_owned(),
            agent: agent.map(str::to_owned),
            started_at: None,
            week: None,
            rules: vec![JudgedRule { before, after, evidence: vec![], likeness }],
        }
    }

    #[test]
    fn a_week_is_that_of_the_agents_clock() {
        for (started_at, expected) in [
            (Some("2026-11-22T23:30:00+05:00"), Some("2026-W47")),
            (Some("2026-11-23T00:30:00+05:00"), Some("2026-W48")),
            (Some("2027-01-01T12:00:00+05:00"), Some("2026-W53")),
            (None, None),
        ] {
            let started_at = started_at.map(|time| DateTime::parse_from_rfc3339(time).unwrap());
            let facts = CallFacts { started_at, ..CallFacts::default() };
            assert_eq!(week(&facts).as_deref(), expected, "{started_at:?}");
        }
    }

    #[test]
    fn groups_count_what_both_rules_say_and_put_nobody_last() {
        let calls = [
            judged(None, None, Verdict::Fail, None),
            judged(Some("b"), Some(Verdict::Fail), Verdict::Pass, None),
            judged(Some("a"), Some(Verdict::Fail), Verdict::Fail, None),
            judged(Some("b"), Some(Verdict::Na), Verdict::Na, None),
        ];
        let groups = grouped(&calls, 0, |call| call.agent.as_ref());
        let counts: Vec<_> = groups
            .iter()
            .map(|group| (group.name.as_deref(), group.in_force.fail, group.verdicts.fail, group.verdicts.na))
            .collect();
        assert_eq!(counts, [(Some("a"), 1, 1, 0), (Some("b"), 1, 0, 1), (None, 0, 1, 0)]);
    }

    #[test]
    fn a_likeness_stands_in_the_bar_that_begins_with_it() {
        let calls: Vec<JudgedCall> =
            [(0.25, Verdict::Fail), (0.299, Verdict::Pass), (0.3, Verdict::Fail), (-0.01, Verdict::Pass)]
                .map(|(likeness, verdict)| judged(None, None, verdict, Some(likeness)))
                .into_iter()
                .chain([judged(None, None, Verdict::Fail, None)])
                .collect();
        let bars: Vec<_> = histogram(&calls, 0, Verdict::Fail)
            .iter()
            .map(|bar| (bar.from, bar.until, bar.calls, bar.hits))
            .collect();
        assert_eq!(bars, [(-0.05, 0.0, 1, 0), (0.25, 0.3, 2, 1), (0.3, 0.35, 1, 1)]);
    }
}
