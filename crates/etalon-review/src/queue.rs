//! What waits for a person, in the order in which it is worth the time.
//!
//! 1. Critical rules that failed, the newest calls first: an incident waits for nobody.
//! 2. What looks like a failure and is not sure: an act was found that would be one, with too low a
//!    probability.
//! 3. Critical rules that could not be measured otherwise: the machine says itself that somebody
//!    should check.
//! 4. Failures of rules whose precision is low or not known yet, the least reviewed rules first, and
//!    no more of each than are lacking.
//! 5. A random sample of all calls by agent and week, by which the true rate of failures can be
//!    estimated: the other parts are chosen because of what the machine found.
//!
//! The same calls, reviews and settings give the same queue.

use crate::agreement::{REVIEWS_NEEDED, RuleAgreement};
use crate::answer::RuleKey;
use crate::reviews::Reviews;
use crate::sheet::Sheet;
use chrono::{DateTime, Datelike, FixedOffset};
use etalon_call::{RuleResult, Severity, Verdict, round3};
use etalon_rules::is_judged_by_hand;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How the queue is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QueueSettings {
    /// The precision under which failures of a rule are checked by people, 0 to 1.
    pub precision_min: f64,
    /// How many answers a rule needs before its precision is known.
    pub reviews_needed: u64,
    /// How many calls of each agent and week are drawn.
    pub per_stratum: usize,
    /// Another seed draws other calls.
    pub seed: u64,
    /// The most calls that the queue shows; the others are counted.
    pub length_max: usize,
}

impl Default for QueueSettings {
    fn default() -> Self {
        Self { precision_min: 0.8, reviews_needed: REVIEWS_NEEDED, per_stratum: 1, seed: 1, length_max: 500 }
    }
}

/// One call, as far as the queue needs it.
#[derive(Debug, Clone, Copy)]
pub struct CallSummary<'a> {
    /// The call's id.
    pub id: &'a str,
    /// The agent's identifier, or the name where there is none.
    pub agent: Option<&'a str>,
    /// When the call began.
    pub started_at: Option<DateTime<FixedOffset>>,
    /// What the machine says.
    pub rules: &'a [RuleSummary<'a>],
}

/// The machine's verdict on one rule.
#[derive(Debug, Clone, Copy)]
pub struct RuleSummary<'a> {
    /// The pack's id.
    pub pack: &'a str,
    /// The rule's id.
    pub rule: &'a str,
    /// What the machine says.
    pub verdict: Verdict,
    /// How much a failure matters.
    pub severity: Severity,
    /// Whether only people judge the rule.
    pub is_manual: bool,
    /// Whether an act was found that may be what the rule looks for, and is not sure enough.
    pub is_suspected: bool,
}

impl<'a> From<&'a RuleResult> for RuleSummary<'a> {
    fn from(result: &'a RuleResult) -> Self {
        Self {
            pack: &result.pack,
            rule: &result.id,
            verdict: result.verdict,
            severity: result.severity,
            is_manual: is_judged_by_hand(result),
            is_suspected: result.verdict == Verdict::Unmeasurable
                && result.evidence.iter().any(|evidence| evidence.act.is_some()),
        }
    }
}

impl RuleSummary<'_> {
    fn is_critical_failure(&self) -> bool {
        self.verdict == Verdict::Fail && self.severity == Severity::Critical
    }

    /// Whether the machine says itself that a person should check: a critical rule that applies and
    /// could not be measured. Rules that only people judge are filled whenever a call is reviewed.
    pub fn needs_check(&self) -> bool {
        self.verdict == Verdict::Unmeasurable && self.severity == Severity::Critical && !self.is_manual
    }
}

/// A call that waits for a person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QueuedCall {
    /// The call's id.
    pub call_id: String,
    /// Why it is there, the weightiest first; its place in the queue is that of the first one.
    pub why: Vec<WhyQueued>,
}

/// Why a call waits for a person.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WhyQueued {
    /// A critical rule failed.
    Critical(RuleKey),
    /// Something looks like a failure, and is not sure.
    Suspected(RuleKey),
    /// A critical rule could not be measured.
    NeedsCheck(RuleKey),
    /// A rule failed whose precision is low or not known.
    UncertainRule {
        /// The rule.
        #[serde(flatten)]
        rule: RuleKey,
        /// How many answers it has.
        answers: u64,
        /// Its precision, 0 to 1; null where no failure was reviewed.
        precision: Option<f64>,
    },
    /// The call was drawn.
    Random {
        /// Of which agent's calls.
        agent: Option<String>,
        /// Of which week: `2026-W48` (ISO 8601); null where the start is not known.
        week: Option<String>,
        /// With which probability, above 0 and at most 1.
        probability: f64,
    },
}

/// What waits for people.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Queue {
    /// The calls in order, no more than the settings say.
    pub calls: Vec<QueuedCall>,
    /// How many calls wait, also those that are not shown.
    pub waiting: usize,
}

/// Makes the queue of a folder's calls; equal ids are one call.
///
/// What a shared sheet answers waits no longer. Of a drawn call that is reviewed already, nothing
/// waits either; it stays part of the sample, so that no other call takes its place.
pub fn queue<'a>(
    calls: impl IntoIterator<Item = CallSummary<'a>>,
    reviews: &Reviews,
    agreements: &[RuleAgreement],
    settings: &QueueSettings,
) -> Queue {
    let mut builder = QueueBuilder::new(reviews, agreements, settings);
    for call in calls {
        builder.add(call);
    }
    builder.finish()
}

/// Makes a queue of calls that are met one after the other.
#[derive(Debug)]
pub struct QueueBuilder<'r> {
    reviews: &'r Reviews,
    settings: &'r QueueSettings,
    rules: Rules,
    critical: Vec<Waiting>,
    suspected: Vec<Waiting>,
    checks: Vec<Waiting>,
    strata: BTreeMap<StratumKey, Stratum>,
}

/// A call that waits because of a rule, the newest first: its start in seconds, its id, and the
/// place of the rule.
type Waiting = (Reverse<Option<i64>>, String, usize);

/// An agent, and a year with its week.
type StratumKey = (Option<String>, Option<(i32, u32)>);

/// The rules that were met, each with a place: a folder has millions of verdicts and few rules.
#[derive(Debug, Default)]
struct Rules {
    /// By pack and rule.
    places: HashMap<String, HashMap<String, usize>>,
    known: Vec<KnownRule>,
}

/// A rule, how sure its failures are, and which of them should be checked.
#[derive(Debug)]
struct KnownRule {
    key: RuleKey,
    answers: u64,
    precision: Option<f64>,
    drawn: Drawn,
}

impl Rules {
    /// The place of a rule.
    fn place(&mut self, pack: &str, rule: &str) -> usize {
        let known = self.places.get(pack).and_then(|rules| rules.get(rule));
        known.copied().unwrap_or_else(|| self.add(RuleKey::new(pack, rule), 0, None))
    }

    fn add(&mut self, key: RuleKey, answers: u64, precision: Option<f64>) -> usize {
        let place = self.known.len();
        self.places.entry(key.pack.clone()).or_default().insert(key.rule.clone(), place);
        self.known.push(KnownRule { key, answers, precision, drawn: Drawn::default() });
        place
    }
}

impl KnownRule {
    /// How many failures of the rule should be checked.
    fn lacking(&self, settings: &QueueSettings) -> u64 {
        let is_low = self.precision.is_none_or(|precision| precision < settings.precision_min);
        match settings.reviews_needed.saturating_sub(self.answers) {
            // It is known that the rule errs: some of its failures are always checked.
            0 if is_low => settings.reviews_needed,
            lacking => lacking,
        }
    }
}

/// The calls of one agent in one week.
#[derive(Debug, Default)]
struct Stratum {
    size: usize,
    drawn: Drawn,
}

/// The calls with the smallest draws of many.
#[derive(Debug, Default)]
struct Drawn(BTreeSet<(u64, String)>);

impl Drawn {
    fn add(&mut self, draw: u64, id: &str, at_most: usize) {
        let is_needed = self.0.len() < at_most || self.0.last().is_some_and(|(last, _)| draw <= *last);
        if !is_needed {
            return;
        }
        self.0.insert((draw, id.to_owned()));
        while self.0.len() > at_most {
            self.0.pop_last();
        }
    }
}

impl<'r> QueueBuilder<'r> {
    /// A queue without calls.
    pub fn new(reviews: &'r Reviews, agreements: &[RuleAgreement], settings: &'r QueueSettings) -> Self {
        let mut rules = Rules::default();
        for RuleAgreement { rule, all, .. } in agreements {
            rules.add(rule.clone(), all.answers, all.precision.map(|precision| precision.value));
        }
        let (critical, suspected, checks, strata) = Default::default();
        Self { reviews, settings, rules, critical, suspected, checks, strata }
    }

    /// Adds a call.
    pub fn add(&mut self, call: CallSummary<'_>) {
        let draw = draw(self.settings.seed, call.id);
        self.add_to_stratum(&call, draw);
        let sheets: Vec<&Sheet> =
            self.reviews.sheets_of(call.id).filter(|sheet| sheet.state.counts()).collect();
        for rule in call.rules {
            if rule.verdict != Verdict::Fail && !rule.is_suspected && !rule.needs_check() {
                continue;
            }
            let place = self.rules.place(rule.pack, rule.rule);
            let known = &mut self.rules.known[place];
            if sheets.iter().any(|sheet| sheet.answer(&known.key).is_some()) {
                continue;
            }
            if rule.verdict == Verdict::Fail {
                known.drawn.add(draw, call.id, known.lacking(self.settings) as usize);
            }
            let of_class = if rule.is_critical_failure() {
                &mut self.critical
            } else if rule.is_suspected {
                &mut self.suspected
            } else if rule.needs_check() {
                &mut self.checks
            } else {
                continue;
            };
            let start_s = call.started_at.map(|start| start.timestamp());
            of_class.push((Reverse(start_s), call.id.to_owned(), place));
        }
    }

    fn add_to_stratum(&mut self, call: &CallSummary<'_>, draw: u64) {
        let week = call.started_at.map(|start| {
            let week = start.date_naive().iso_week();
            (week.year(), week.week())
        });
        let stratum = self.strata.entry((call.agent.map(str::to_owned), week)).or_default();
        stratum.size += 1;
        stratum.drawn.add(draw, call.id, self.settings.per_stratum);
    }

    /// The queue of the calls that were added.
    pub fn finish(self) -> Queue {
        let Self { reviews, settings, rules, critical, suspected, checks, strata } = self;
        let mut found = Found::default();
        for (waiting, why) in [
            (critical, WhyQueued::Critical as fn(RuleKey) -> _),
            (suspected, WhyQueued::Suspected),
            (checks, WhyQueued::NeedsCheck),
        ] {
            for (id, place) in in_order(waiting, &rules) {
                found.add(id, why(rules.known[place].key.clone()));
            }
        }
        let mut uncertain: Vec<&KnownRule> = rules.known.iter().collect();
        uncertain.sort_by_key(|rule| (rule.answers, &rule.key));
        for rule in uncertain {
            let KnownRule { key, answers, precision, drawn } = rule;
            for (_, id) in &drawn.0 {
                let (rule, answers, precision) = (key.clone(), *answers, *precision);
                found.add(id.clone(), WhyQueued::UncertainRule { rule, answers, precision });
            }
        }
        for (id, why) in sample(strata) {
            if !reviews.is_reviewed(&id) {
                found.add(id, why);
            }
        }
        found.queue(settings.length_max)
    }
}

/// The newest calls first, and the rules of a call in order.
fn in_order(mut waiting: Vec<Waiting>, rules: &Rules) -> impl Iterator<Item = (String, usize)> {
    waiting.sort_unstable_by(|left, right| {
        let key = |waiting: &Waiting| &rules.known[waiting.2].key;
        (&left.0, &left.1).cmp(&(&right.0, &right.1)).then_with(|| key(left).cmp(key(right)))
    });
    waiting.into_iter().map(|(_, id, place)| (id, place))
}

/// The drawn calls of all strata, in the order of their draws, so that no agent comes first.
fn sample(strata: BTreeMap<StratumKey, Stratum>) -> impl Iterator<Item = (String, WhyQueued)> {
    let mut sample = Vec::new();
    for ((agent, week), Stratum { size, drawn }) in strata {
        let probability = round3(drawn.0.len() as f64 / size as f64);
        let week = week.map(|(year, week)| format!("{year}-W{week:02}"));
        for (draw, id) in drawn.0 {
            let why = WhyQueued::Random { agent: agent.clone(), week: week.clone(), probability };
            sample.push((draw, id, why));
        }
    }
    sample
        .sort_by(|(left_draw, left, _), (right_draw, right, _)| (left_draw, left).cmp(&(right_draw, right)));
    sample.into_iter().map(|(_, id, why)| (id, why))
}

/// Calls in the order in which they were found first, each once.
#[derive(Default)]
struct Found {
    calls: Vec<QueuedCall>,
    places: HashMap<String, usize>,
}

impl Found {
    fn add(&mut self, call_id: String, why: WhyQueued) {
        let place = *self.places.entry(call_id).or_insert_with_key(|call_id| {
            self.calls.push(QueuedCall { call_id: call_id.clone(), why: Vec::new() });
            self.calls.len() - 1
        });
        let known = &mut self.calls[place].why;
        if !known.contains(&why) {
            known.push(why);
        }
    }

    fn queue(mut self, length_max: usize) -> Queue {
        let waiting = self.calls.len();
        self.calls.truncate(length_max);
        Queue { calls: self.calls, waiting }
    }
}

/// A number by which calls are drawn: the same for a seed and a call, in no order that anybody
/// could choose.
fn draw(seed: u64, id: &str) -> u64 {
    let digest = Sha256::new().chain_update(seed.to_le_bytes()).chain_update(id).finalize();
    digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}
