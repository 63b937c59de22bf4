//! The latest period of the calls beside the one before it: what changed, how surely, on how many
//! calls.

use crate::summary::CallSummary;
use crate::tallies::{GroupKind, HourTally, RuleTally, Scores, share_interval};
use chrono::{Datelike, Days, NaiveDate, Timelike};
use etalon_call::Verdict;
use std::collections::{BTreeMap, HashMap};

/// Lengths of a period, days. The longest of which the calls fill two is compared: the same
/// weekdays stand in both, except for single days.
const LENGTHS_DAYS: [u64; 3] = [28, 7, 1];

/// Calls in each period below which nothing is said of a difference.
pub(crate) const COMPARED_MIN: usize = 30;

/// The same at 99.9 %, for whatever stands out of dozens of rules or hours: at 95 % some of them
/// always would.
const Z_999: f64 = 3.290_527;

/// Days from the first to the last, both counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) first: NaiveDate,
    pub(crate) last: NaiveDate,
}

/// Two periods of one length, one right after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Periods {
    pub(crate) days: u64,
    pub(crate) latest: Period,
    pub(crate) earlier: Period,
}

impl Periods {
    /// The periods to compare where calls lie between two days; none where they fill no two.
    fn within(first: NaiveDate, last: NaiveDate) -> Option<Self> {
        let spanned = u64::try_from((last - first).num_days()).ok()? + 1;
        let days = LENGTHS_DAYS.into_iter().find(|days| 2 * days <= spanned)?;
        let back = |days: u64| last.checked_sub_days(Days::new(days));
        Some(Self {
            days,
            latest: Period { first: back(days - 1)?, last },
            earlier: Period { first: back(2 * days - 1)?, last: back(days)? },
        })
    }
}

impl Period {
    fn contains(self, day: NaiveDate) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

/// What the comparison needs of the calls whose time is known.
#[derive(Debug, Default)]
pub(crate) struct DatedCalls {
    calls: Vec<DatedCall>,
    /// Numbers of rules by pack and id.
    rules: HashMap<(String, String), u32>,
    /// Numbers of groups by kind and key.
    groups: HashMap<(&'static str, String), u32>,
}

#[derive(Debug)]
struct DatedCall {
    day: NaiveDate,
    hour: u32,
    score: Option<f64>,
    is_critical: bool,
    /// Rules that were measured, and whether they failed.
    judged: Vec<(u32, bool)>,
    groups: Vec<u32>,
}

impl DatedCalls {
    /// Adds a call; one without a time belongs to no period.
    pub(crate) fn add(&mut self, call: &CallSummary<'_>) {
        let Some(started_at) = call.facts.started_at else { return };
        let evaluation = call.evaluation;
        let mut judged = Vec::new();
        for rule in &evaluation.rules {
            if matches!(rule.verdict, Verdict::Pass | Verdict::Fail) {
                let next = self.rules.len() as u32;
                let key = (rule.pack.clone(), rule.id.clone());
                judged.push((*self.rules.entry(key).or_insert(next), rule.verdict == Verdict::Fail));
            }
        }
        let keys = [
            (GroupKind::Agent, call.agent()),
            (GroupKind::Team, call.facts.team.as_deref()),
            (GroupKind::Manager, call.facts.manager.as_deref()),
        ];
        let groups = keys.into_iter().filter_map(|(kind, key)| {
            let next = self.groups.len() as u32;
            Some(*self.groups.entry((kind.name(), key?.to_owned())).or_insert(next))
        });
        let groups = groups.collect();
        self.calls.push(DatedCall {
            day: started_at.date_naive(),
            hour: started_at.hour(),
            score: evaluation.score,
            is_critical: evaluation.critical,
            judged,
            groups,
        });
    }

    /// The periods that all pages compare: those of all calls, so that people are compared over the
    /// same days.
    fn periods(&self) -> Option<Periods> {
        let days = self.calls.iter().map(|call| call.day);
        Periods::within(days.clone().min()?, days.max()?)
    }

    /// All calls of the two periods, or those of one group; none where there are no two periods.
    pub(crate) fn compared(&self, group: Option<(GroupKind, &str)>) -> Option<Comparison> {
        let periods = self.periods()?;
        let number = group.map(|(kind, key)| self.groups.get(&(kind.name(), key.to_owned())));
        let mut comparison =
            Comparison { periods, latest: PeriodTally::default(), earlier: PeriodTally::default() };
        for call in &self.calls {
            let is_of_group = number.is_none_or(|number| number.is_some_and(|own| call.groups.contains(own)));
            let tally = match call.day {
                day if periods.latest.contains(day) => &mut comparison.latest,
                day if periods.earlier.contains(day) => &mut comparison.earlier,
                _ => continue,
            };
            if is_of_group {
                tally.add(call);
            }
        }
        let names: BTreeMap<u32, &(String, String)> =
            self.rules.iter().map(|(key, number)| (*number, key)).collect();
        comparison.latest.name_rules(&names);
        comparison.earlier.name_rules(&names);
        Some(comparison)
    }
}

/// Two periods side by side.
#[derive(Debug)]
pub(crate) struct Comparison {
    pub(crate) periods: Periods,
    pub(crate) latest: PeriodTally,
    pub(crate) earlier: PeriodTally,
}

/// What the calls of one period come to.
#[derive(Debug, Default)]
pub(crate) struct PeriodTally {
    pub(crate) calls: usize,
    pub(crate) scores: Scores,
    pub(crate) critical: usize,
    pub(crate) with_failure: usize,
    pub(crate) hours: [[HourTally; 24]; 7],
    numbered: BTreeMap<u32, RuleTally>,
    rules: BTreeMap<(String, String), RuleTally>,
}

impl PeriodTally {
    fn add(&mut self, call: &DatedCall) {
        let has_failure = call.judged.iter().any(|(_, failed)| *failed);
        self.calls += 1;
        self.critical += usize::from(call.is_critical);
        self.with_failure += usize::from(has_failure);
        if let Some(score) = call.score {
            self.scores.add(score);
        }
        for (rule, failed) in &call.judged {
            let verdict = if *failed { Verdict::Fail } else { Verdict::Pass };
            self.numbered.entry(*rule).or_default().add(verdict);
        }
        let hours = &mut self.hours[call.day.weekday().num_days_from_monday() as usize % 7];
        hours[call.hour as usize % 24].add(has_failure);
    }

    fn name_rules(&mut self, names: &BTreeMap<u32, &(String, String)>) {
        let tallies = std::mem::take(&mut self.numbered);
        let with_key = |(number, tally)| Some(((*names.get(&number)?).clone(), tally));
        self.rules = tallies.into_iter().filter_map(with_key).collect();
    }
}

/// A difference of the latest period from the earlier one, with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Difference {
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Difference {
    /// Whether the interval leaves out that nothing changed.
    pub(crate) fn is_notable(self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }

    /// Of two means, each with its own variance: 1.96 standard errors (Welch, 1938). None below two
    /// scores in either.
    pub(crate) fn of_means(latest: Scores, earlier: Scores) -> Option<Self> {
        let value = latest.mean()? - earlier.mean()?;
        let half = latest.half_interval()?.hypot(earlier.half_interval()?);
        Some(Self { value, low: value - half, high: value + half })
    }

    /// Of two shares, from the Wilson interval of each (Newcombe, 1998, method 10). `z` is the
    /// standard normal deviate. None where either has no cases.
    pub(crate) fn of_shares(latest: (usize, usize), earlier: (usize, usize), z: f64) -> Option<Self> {
        let interval = |(hits, cases): (usize, usize)| share_interval(hits as u64, cases as u64, z);
        let share = |(hits, cases): (usize, usize)| hits as f64 / cases as f64;
        let ((low, high), (low_before, high_before)) = (interval(latest)?, interval(earlier)?);
        let (now, before) = (share(latest), share(earlier));
        let value = now - before;
        Some(Self {
            value,
            low: value - (now - low).hypot(high_before - before),
            high: value + (high - now).hypot(before - low_before),
        })
    }
}

/// A rule whose share of failures changed.
pub(crate) struct ChangedRule<'a> {
    pub(crate) key: &'a (String, String),
    pub(crate) latest: RuleTally,
    pub(crate) earlier: RuleTally,
    pub(crate) difference: Difference,
}

impl Comparison {
    /// Rules that enough calls of both periods were judged by.
    fn compared_rules(&self) -> impl Iterator<Item = (&(String, String), RuleTally, RuleTally)> {
        self.latest.rules.iter().filter_map(|(key, latest)| {
            let earlier = self.earlier.rules.get(key)?;
            (latest.judged().min(earlier.judged()) >= COMPARED_MIN).then_some((key, *latest, *earlier))
        })
    }

    /// How many rules could be compared.
    pub(crate) fn compared_rule_count(&self) -> usize {
        self.compared_rules().count()
    }

    /// Rules that changed beyond chance, the largest change first.
    pub(crate) fn changed_rules(&self) -> Vec<ChangedRule<'_>> {
        let share = |tally: RuleTally| (tally.failed, tally.judged());
        let mut changed: Vec<ChangedRule<'_>> = self
            .compared_rules()
            .filter_map(|(key, latest, earlier)| {
                let difference = Difference::of_shares(share(latest), share(earlier), Z_999)?;
                difference.is_notable().then_some(ChangedRule { key, latest, earlier, difference })
            })
            .collect();
        let size = |rule: &ChangedRule<'_>| rule.difference.value.abs();
        changed
            .sort_by(|left, right| size(right).total_cmp(&size(left)).then_with(|| left.key.cmp(right.key)));
        changed
    }

    /// How the share of calls with a failure changed in an hour of a weekday; none where either
    /// period has too few calls there.
    pub(crate) fn hour_difference(&self, day: usize, hour: usize) -> Option<Difference> {
        let (latest, earlier) = (self.latest.hours[day][hour], self.earlier.hours[day][hour]);
        let share = |tally: HourTally| (tally.with_failure as usize, tally.calls as usize);
        (latest.calls.min(earlier.calls) as usize >= COMPARED_MIN)
            .then(|| Difference::of_shares(share(latest), share(earlier), Z_999))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tallies::Z_95;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap_or_default()
    }

    #[test]
    fn the_longest_period_that_fits_twice_is_compared() {
        for (first, last, expected) in [
            ("2026-11-20", "2026-11-20", None),
            ("2026-11-19", "2026-11-20", Some((1, "2026-11-20", "2026-11-19"))),
            ("2026-11-08", "2026-11-20", Some((1, "2026-11-20", "2026-11-19"))),
            ("2026-11-07", "2026-11-20", Some((7, "2026-11-14", "2026-11-07"))),
            ("2026-01-01", "2026-11-20", Some((28, "2026-10-24", "2026-09-26"))),
        ] {
            let found = Periods::within(day(first), day(last));
            let starts = found.map(|periods| (periods.days, periods.latest.first, periods.earlier.first));
            assert_eq!(
                starts,
                expected.map(|(days, latest, earlier)| (days, day(latest), day(earlier))),
                "{first} – {last}"
            );
        }
    }

    #[test]
    fn the_difference_of_shares_equals_published_values() {
        // Newcombe 1998, Statistics in Medicine 17, 873–890, table II, method 10.
        for (latest, earlier, low, high) in [
            ((56, 70), (48, 80), 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((10, 10), (0, 20), 0.6791, 1.0),
        ] {
            let found = Difference::of_shares(latest, earlier, Z_95);
            let found = found.map(|found| (found.low, found.high)).unwrap_or_default();
            assert!((found.0 - low).abs() < 6e-5 && (found.1 - high).abs() < 6e-5, "{found:?}");
        }
        assert_eq!(Difference::of_shares((0, 0), (1, 2), Z_95), None);
    }

    #[test]
    fn means_differ_notably_where_the_interval_leaves_out_zero() {
        let scores = |all: &[f64]| {
            let mut scores = Scores::default();
            for score in all {
                scores.add(*score);
            }
            scores
        };
        let (low, high) = (scores(&[40.0, 42.0, 44.0]), scores(&[80.0, 82.0, 84.0]));
        let difference = Difference::of_means(high, low);
        assert_eq!(difference.map(|difference| difference.value), Some(40.0));
        assert!(difference.is_some_and(Difference::is_notable));
        assert!(!Difference::of_means(low, low).is_some_and(Difference::is_notable));
        assert_eq!(Difference::of_means(scores(&[1.0]), high), None);
    }
}
