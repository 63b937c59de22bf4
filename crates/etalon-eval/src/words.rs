//! The word error rate: substitutions, deletions and insertions over the reference words.
//!
//! Both sides are normalized first: lower case, ё as е, no punctuation, and numbers as digits, so
//! that «двенадцать тысяч» and «12 000» are equal. A second rate omits the step for numbers.

use crate::LabelledCall;
use etalon_call::{Call, Role, round3};
use etalon_text::{normalized, tokens};
use ndarray::Array2;
use serde::Serialize;

/// Errors of a transcript.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct WordErrors {
    /// Words recognized as another word.
    pub substitutions: u64,
    /// Words that were not recognized.
    pub deletions: u64,
    /// Recognized words that nobody said.
    pub insertions: u64,
    /// Words of the reference.
    pub reference_words: u64,
}

impl WordErrors {
    /// Errors over the reference words; none without reference words. Above 1 if there are many
    /// insertions.
    pub fn rate(&self) -> Option<f64> {
        let errors = self.substitutions + self.deletions + self.insertions;
        (self.reference_words > 0).then(|| round3(errors as f64 / self.reference_words as f64))
    }

    fn add(&mut self, other: Self) {
        self.substitutions += other.substitutions;
        self.deletions += other.deletions;
        self.insertions += other.insertions;
        self.reference_words += other.reference_words;
    }
}

/// Errors together with their rate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RatedErrors {
    /// The errors.
    #[serde(flatten)]
    pub errors: WordErrors,
    /// Errors over the reference words.
    pub rate: Option<f64>,
}

impl From<WordErrors> for RatedErrors {
    fn from(errors: WordErrors) -> Self {
        Self { errors, rate: errors.rate() }
    }
}

/// The comparison of transcripts with the reference.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WordComparison {
    /// All calls and both sides.
    pub total: RatedErrors,
    /// The same with numbers as written.
    pub total_numbers_as_written: RatedErrors,
    /// Call by call and side by side.
    pub sides: Vec<SideErrors>,
}

/// Errors of one side of one call.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SideErrors {
    /// The call's name.
    pub call: String,
    /// The side.
    pub role: Role,
    /// Its errors.
    #[serde(flatten)]
    pub errors: RatedErrors,
}

/// Compares the words of every transcribed call whose result knows the sides.
pub fn compare(labelled: &[LabelledCall]) -> Option<WordComparison> {
    let mut total = WordErrors::default();
    let mut as_written = WordErrors::default();
    let mut sides = Vec::new();
    for call in labelled.iter().filter(|call| call.call.pipeline.model.is_some() && knows_sides(&call.call)) {
        for role in [Role::Agent, Role::Client] {
            let (said, heard) = (said(call, role), heard(&call.call, role));
            let errors = word_errors(&normalized(&said), &normalized(&heard));
            total.add(errors);
            as_written.add(word_errors(&tokens(&said), &tokens(&heard)));
            sides.push(SideErrors { call: call.name.clone(), role, errors: errors.into() });
        }
    }
    (!sides.is_empty()).then(|| WordComparison {
        total: total.into(),
        total_numbers_as_written: as_written.into(),
        sides,
    })
}

/// Whether the result knows the sides.
pub fn knows_sides(call: &Call) -> bool {
    call.activity.unknown.is_empty() && !call.turns.iter().any(|turn| turn.speaker == Role::Unknown)
}

fn said(call: &LabelledCall, role: Role) -> String {
    let turns = call.truth.turns.iter().filter(|turn| turn.speaker == role);
    turns.map(|turn| turn.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn heard(call: &Call, role: Role) -> String {
    let turns = call.turns.iter().filter(|turn| turn.speaker == role);
    turns.map(|turn| turn.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// The fewest substitutions, deletions and insertions that turn `reference` into `hypothesis`
/// (Levenshtein 1965).
pub fn word_errors(reference: &[String], hypothesis: &[String]) -> WordErrors {
    let costs = edit_costs(reference, hypothesis);
    let mut errors = WordErrors { reference_words: reference.len() as u64, ..WordErrors::default() };
    let (mut row, mut column) = (reference.len(), hypothesis.len());
    while row > 0 || column > 0 {
        let differs = row > 0 && column > 0 && reference[row - 1] != hypothesis[column - 1];
        if row > 0 && column > 0 && costs[[row, column]] == costs[[row - 1, column - 1]] + u32::from(differs)
        {
            errors.substitutions += u64::from(differs);
            (row, column) = (row - 1, column - 1);
        } else if row > 0 && costs[[row, column]] == costs[[row - 1, column]] + 1 {
            errors.deletions += 1;
            row -= 1;
        } else {
            errors.insertions += 1;
            column -= 1;
        }
    }
    errors
}

/// The correct words: pairs of indices in the reference and the hypothesis.
pub(crate) fn equal_words(reference: &[String], hypothesis: &[String]) -> Vec<(usize, usize)> {
    let costs = edit_costs(reference, hypothesis);
    let mut pairs = Vec::new();
    let (mut row, mut column) = (reference.len(), hypothesis.len());
    while row > 0 && column > 0 {
        let differs = reference[row - 1] != hypothesis[column - 1];
        if costs[[row, column]] == costs[[row - 1, column - 1]] + u32::from(differs) {
            (row, column) = (row - 1, column - 1);
            if !differs {
                pairs.push((row, column));
            }
        } else if costs[[row, column]] == costs[[row - 1, column]] + 1 {
            row -= 1;
        } else {
            column -= 1;
        }
    }
    pairs.reverse();
    pairs
}

/// The cost of turning the first `row` words of the reference into the first `column` words of the
/// hypothesis.
fn edit_costs(reference: &[String], hypothesis: &[String]) -> Array2<u32> {
    let mut costs = Array2::<u32>::zeros((reference.len() + 1, hypothesis.len() + 1));
    for row in 0..=reference.len() {
        for column in 0..=hypothesis.len() {
            costs[[row, column]] = match (row, column) {
                (0, column) => column as u32,
                (row, 0) => row as u32,
                (row, column) => {
                    let differs = u32::from(reference[row - 1] != hypothesis[column - 1]);
                    (costs[[row - 1, column - 1]] + differs)
                        .min(costs[[row - 1, column]] + 1)
                        .min(costs[[row, column - 1]] + 1)
                }
            };
        }
    }
    costs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(reference: &str, hypothesis: &str, (substitutions, deletions, insertions): (u64, u64, u64)) {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let errors = word_errors(&words(reference), &words(hypothesis));
        let found = (errors.substitutions, errors.deletions, errors.insertions);
        assert_eq!(found, (substitutions, deletions, insertions), "{reference} | {hypothesis}");
    }

    #[test]
    fn errors_are_counted_by_kind() {
        check("", "", (0, 0, 0));
        check("а б в", "а б в", (0, 0, 0));
        check("а б в", "а г в", (1, 0, 0));
        check("а б в", "а в", (0, 1, 0));
        check("а в", "а б в", (0, 0, 1));
        check("", "а б", (0, 0, 2));
        check("а б", "", (0, 2, 0));
        check("а б в г", "б в г д", (0, 1, 1));
    }

    #[test]
    fn the_rate_has_no_value_without_words() {
        assert_eq!(word_errors(&[], &[]).rate(), None);
        let errors = WordErrors { substitutions: 1, deletions: 1, insertions: 2, reference_words: 3 };
        assert_eq!(errors.rate(), Some(1.333));
    }
}
