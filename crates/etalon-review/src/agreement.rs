//! How far each rule and the people who check it agree, on the calls of this folder.
//!
//! Only independent answers count: an answer that was filled in by the machine and accepted is the
//! machine's own. Blind answers, given before the machine's verdict was shown, are counted apart
//! from open ones, because whoever sees a verdict tends to agree with it. Drafts count nowhere.

use crate::answer::{HumanVerdict, ReviewMode, RuleKey};
use crate::reviews::Reviews;
use etalon_call::{Evaluation, Verdict};
use etalon_eval::counts::{Share, share};
use etalon_eval::verdicts::cohens_kappa;
use etalon_rules::is_judged_by_hand;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How many reviews a rule needs before its measures say anything: the least number with which the
/// makers of contact-centre suites publish agreement.
pub const REVIEWS_NEEDED: u64 = 20;

/// How far one rule and people agree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleAgreement {
    /// The rule.
    #[serde(flatten)]
    pub rule: RuleKey,
    /// All independent answers.
    pub all: Agreement,
    /// Those that were given blind.
    pub blind: Agreement,
    /// Those that were given with the machine's verdict in sight.
    pub open: Agreement,
    /// How many answers are lacking to [`REVIEWS_NEEDED`]; 0 where there are enough.
    pub lacking: u64,
    /// Answers that were accepted as the machine had filled them in. They count nowhere.
    pub prefilled: u64,
}

/// Agreement over some answers. A measure without a denominator is null.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Agreement {
    /// Answers that count: where a person could tell and the machine has the rule.
    pub answers: u64,
    /// The share of equal verdicts, with its 95 % interval.
    pub accuracy: Option<Share>,
    /// Agreement beyond chance (Cohen 1960), at most 1; null if all verdicts on both sides are equal.
    pub kappa: Option<f64>,
    /// How many of the machine's failures are failures, with its 95 % interval.
    pub precision: Option<Share>,
    /// How many failures the machine finds, with its 95 % interval.
    pub recall: Option<Share>,
    /// The share of failures, with its 95 % interval.
    pub prevalence: Option<Share>,
    /// Who said what, in order of the person's and then of the machine's verdict; empty cells are
    /// left out. Answers that can't tell are here, and nowhere else.
    pub cells: Vec<ConfusionCell>,
}

/// One cell of the confusion table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConfusionCell {
    /// What people say.
    pub human: HumanVerdict,
    /// What the machine says.
    pub machine: Verdict,
    /// The answers in this cell.
    pub answers: u64,
    /// The ids of the calls, in order, each once.
    pub calls: Vec<String>,
}

/// One person's answer beside the machine's verdict.
struct Judgement<'r> {
    call_id: &'r str,
    human: HumanVerdict,
    machine: Verdict,
    mode: ReviewMode,
}

/// How far each rule and people agree, in order of rule.
///
/// `machine` gives the machine's verdict as it is now, so that a changed rule is measured with the
/// answers that exist; none for calls and rules that are gone, and for rules that only people judge
/// ([`machine_verdict`] of an evaluation does that).
pub fn agreement(
    reviews: &Reviews,
    machine: impl Fn(&str, &RuleKey) -> Option<Verdict>,
) -> Vec<RuleAgreement> {
    let mut judgements: BTreeMap<&RuleKey, Vec<Judgement<'_>>> = BTreeMap::new();
    let mut prefilled: BTreeMap<&RuleKey, u64> = BTreeMap::new();
    for sheet in reviews.sheets().filter(|sheet| sheet.state.counts()) {
        for rule in sheet.answers.keys() {
            let Some(recorded) = sheet.answer(rule) else { continue };
            let Some(found) = machine(&sheet.call_id, rule) else { continue };
            let of_rule = judgements.entry(rule).or_default();
            let answer = &recorded.answer;
            if !answer.is_independent() {
                *prefilled.entry(rule).or_default() += 1;
                continue;
            }
            let (call_id, human, mode) = (sheet.call_id.as_str(), answer.verdict, answer.mode);
            of_rule.push(Judgement { call_id, human, machine: found, mode });
        }
    }
    let of_rule = |(rule, judgements): (&RuleKey, Vec<Judgement<'_>>)| {
        let prefilled = prefilled.get(rule).copied().unwrap_or_default();
        rule_agreement(rule, &judgements, prefilled)
    };
    judgements.into_iter().map(of_rule).collect()
}

/// The machine's verdict on a rule of an evaluation; none where only people judge the rule.
pub fn machine_verdict(evaluation: &Evaluation, rule: &RuleKey) -> Option<Verdict> {
    let mut results = evaluation.rules.iter();
    let result = results.find(|result| result.pack == rule.pack && result.id == rule.rule)?;
    (!is_judged_by_hand(result)).then_some(result.verdict)
}

fn rule_agreement(rule: &RuleKey, judgements: &[Judgement<'_>], prefilled: u64) -> RuleAgreement {
    let in_mode = |mode| judgements.iter().filter(move |judgement| judgement.mode == mode);
    let all = of_judgements(judgements.iter());
    RuleAgreement {
        rule: rule.clone(),
        lacking: REVIEWS_NEEDED.saturating_sub(all.answers),
        all,
        blind: of_judgements(in_mode(ReviewMode::Blind)),
        open: of_judgements(in_mode(ReviewMode::Open)),
        prefilled,
    }
}

fn of_judgements<'j>(judgements: impl Iterator<Item = &'j Judgement<'j>> + Clone) -> Agreement {
    let told = judgements.clone().filter(|judgement| judgement.human != HumanVerdict::CannotTell);
    let count = |is_counted: fn(Verdict, Verdict) -> bool| {
        let pairs = told.clone().map(|judgement| (judgement.human.verdict(), judgement.machine));
        pairs.filter(|(human, machine)| is_counted(*human, *machine)).count() as u64
    };
    let answers = count(|_, _| true);
    let hits = count(|human, machine| human == Verdict::Fail && machine == Verdict::Fail);
    let (failed, found) =
        (count(|human, _| human == Verdict::Fail), count(|_, machine| machine == Verdict::Fail));
    Agreement {
        answers,
        accuracy: share(count(|human, machine| human == machine), answers),
        kappa: cohens_kappa(
            told.clone().map(|judgement| (judgement.human.verdict(), Some(judgement.machine))),
        ),
        precision: share(hits, found),
        recall: share(hits, failed),
        prevalence: share(failed, answers),
        cells: cells(judgements),
    }
}

fn cells<'j>(judgements: impl Iterator<Item = &'j Judgement<'j>>) -> Vec<ConfusionCell> {
    let mut table: BTreeMap<(HumanVerdict, Verdict), (u64, BTreeSet<&str>)> = BTreeMap::new();
    for judgement in judgements {
        let (answers, calls) = table.entry((judgement.human, judgement.machine)).or_default();
        *answers += 1;
        calls.insert(judgement.call_id);
    }
    let cell = |((human, machine), (answers, calls)): ((HumanVerdict, Verdict), (u64, BTreeSet<&str>))| {
        ConfusionCell { human, machine, answers, calls: calls.into_iter().map(str::to_owned).collect() }
    };
    table.into_iter().map(cell).collect()
}
