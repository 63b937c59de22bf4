//! Three-valued logic (Kleene 1938): what is true of several findings, where some cannot be
//! measured.

use crate::evaluate::finding::{Finding, Truth};

/// Whether all findings hold. It fails where one fails, whatever cannot be measured, and then shows
/// what failed; it holds where all hold, and of no findings. Else it is as unmeasurable as the
/// first that is.
pub(crate) fn conjunction(findings: Vec<Finding>) -> Finding {
    joined(findings, &Truth::Fails, &Truth::Holds)
}

/// Whether one of the findings holds: the mirror image of [`conjunction`].
pub(crate) fn disjunction(findings: Vec<Finding>) -> Finding {
    joined(findings, &Truth::Holds, &Truth::Fails)
}

/// `decisive` is what a single finding decides for all, `otherwise` what holds where each is the opposite.
fn joined(findings: Vec<Finding>, decisive: &Truth, otherwise: &Truth) -> Finding {
    if findings.iter().any(|finding| finding.truth == *decisive) {
        let deciding = findings.into_iter().filter(|finding| finding.truth == *decisive);
        return gather(decisive.clone(), deciding);
    }
    let is_unmeasurable = |finding: &&Finding| matches!(finding.truth, Truth::Unmeasurable(_));
    // What a person can listen to tells more than that something could not be heard.
    let suspected = findings.iter().filter(is_unmeasurable).find(|finding| finding.shows_act());
    match suspected.or_else(|| findings.iter().find(is_unmeasurable)) {
        Some(unmeasurable) => unmeasurable.clone(),
        None => gather(otherwise.clone(), findings.into_iter()),
    }
}

/// One finding with what several found.
pub(crate) fn gather(truth: Truth, findings: impl Iterator<Item = Finding>) -> Finding {
    let mut gathered = Finding::new(truth);
    for finding in findings {
        gathered.absorb(finding);
    }
    gathered
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
