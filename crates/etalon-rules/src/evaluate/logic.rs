//! Three-valued logic (Kleene 1938): what is true of several findings, where some cannot be
//! measured.

use crate::evaluate::finding::{Finding, PlaceKey, Truth};
use std::collections::HashSet;

/// Whether all findings hold. It fails where one fails, whatever cannot be measured, and then shows
/// what failed; it holds where all hold, and of no findings. Else it is as unmeasurable as the
/// first that is.
pub(crate) fn conjunction(findings: impl IntoIterator<Item = Finding>) -> Finding {
    joined(findings, Truth::Fails, Truth::Holds)
}

/// Whether one of the findings holds: the mirror image of [`conjunction`].
pub(crate) fn disjunction(findings: impl IntoIterator<Item = Finding>) -> Finding {
    joined(findings, Truth::Holds, Truth::Fails)
}

/// `decisive` is what a single finding decides for all, `otherwise` what holds where each is the
/// opposite.
fn joined(findings: impl IntoIterator<Item = Finding>, decisive: Truth, otherwise: Truth) -> Finding {
    let mut is_decided = false;
    let mut deciding = Gathering::new(decisive);
    let mut others = Gathering::new(otherwise);
    let mut unmeasurable: Option<Finding> = None;
    for finding in findings {
        if finding.truth == deciding.finding.truth {
            is_decided = true;
            deciding.add(finding);
        } else if !matches!(finding.truth, Truth::Unmeasurable(_)) {
            others.add(finding);
        // What a person can listen to tells more than that something could not be heard.
        } else if unmeasurable.as_ref().is_none_or(|first| !first.shows_act() && finding.shows_act()) {
            unmeasurable = Some(finding);
        }
    }
    if is_decided { deciding.finding } else { unmeasurable.unwrap_or(others.finding) }
}

/// One finding with what several found.
pub(crate) fn gather(truth: Truth, findings: impl IntoIterator<Item = Finding>) -> Finding {
    let mut gathering = Gathering::new(truth);
    for finding in findings {
        gathering.add(finding);
    }
    gathering.finding
}

/// A finding that takes over where others looked and what they found, each place once: in a long
/// call, many look at the same places.
struct Gathering {
    finding: Finding,
    places: HashSet<PlaceKey>,
    searched: HashSet<PlaceKey>,
}

impl Gathering {
    fn new(truth: Truth) -> Self {
        Self { finding: Finding::new(truth), places: HashSet::new(), searched: HashSet::new() }
    }

    fn add(&mut self, other: Finding) {
        let gathered = &mut self.finding;
        gathered.places.extend(other.places.into_iter().filter(|place| self.places.insert(place.key())));
        gathered
            .searched
            .extend(other.searched.into_iter().filter(|place| self.searched.insert(place.key())));
        gathered.reasons.extend(other.reasons);
        gathered.value = gathered.value.or(other.value);
        gathered.doubt = gathered.doubt.take().or(other.doubt);
        gathered.occasions = gathered
            .occasions
            .map_or(other.occasions, |occasions| Some(occasions + other.occasions.unwrap_or(0)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Findings by letters: `+` holds, `-` fails, anything else is the cause why it cannot be
    /// measured.
    fn finding(letter: char) -> Finding {
        match letter {
            '+' | '-' => Finding::of(letter == '+').with_value(1.0),
            cause => Finding::unmeasurable(cause),
        }
    }

    fn check(findings: &str, all: char, any: char) {
        let parts = || findings.chars().map(finding).collect::<Vec<_>>();
        assert_eq!(conjunction(parts()).truth, finding(all).truth, "all of {findings}");
        assert_eq!(disjunction(parts()).truth, finding(any).truth, "any of {findings}");
    }

    #[test]
    fn the_tables_are_those_of_kleene() {
        for (findings, all, any) in [
            ("", '+', '-'),
            ("+", '+', '+'),
            ("-", '-', '-'),
            ("a", 'a', 'a'),
            ("++", '+', '+'),
            ("--", '-', '-'),
            ("+-", '-', '+'),
            ("a+", 'a', '+'),
            ("a-", '-', 'a'),
            ("ab", 'a', 'a'),
            ("a+-", '-', '+'),
        ] {
            check(findings, all, any);
        }
    }

    #[test]
    fn what_decides_is_shown() {
        let failed = |value| Finding::of(false).with_value(value);
        let found = conjunction(vec![Finding::of(true).with_value(1.0), failed(2.0), failed(3.0)]);
        assert_eq!(found.value, Some(2.0));
    }
}
