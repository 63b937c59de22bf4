//! Finds what a query asks for in the words of one turn.
//!
//! The index finds turns by the same rules; this says where in a turn, and decides where the index
//! can only say that the words are there.

use crate::query::{Expression, Item, Near, Phrase};
use crate::words::SpokenWords;
use std::ops::Range;

/// The words of a turn that a query asks for, as ranges in order; nothing where the turn does not
/// hold what it must.
pub(crate) fn find(asked: &Expression, spoken: &SpokenWords) -> Option<Vec<Range<usize>>> {
    let mut found = hits(asked, spoken)?;
    found.sort_unstable_by_key(|span| (span.start, span.end));
    found.dedup();
    Some(found)
}

fn hits(asked: &Expression, spoken: &SpokenWords) -> Option<Vec<Range<usize>>> {
    match asked {
        Expression::Phrase(phrase) => not_empty(phrase_spans(phrase, spoken)),
        Expression::Near(near) => not_empty(near_spans(near, spoken)),
        Expression::Any(parts) => {
            not_empty(parts.iter().filter_map(|part| hits(part, spoken)).flatten().collect())
        }
        Expression::All(parts) => {
            let mut found = Vec::new();
            for part in parts {
                found.extend(hits(part, spoken)?);
            }
            Some(found)
        }
        Expression::Not(excluded) => hits(excluded, spoken).is_none().then(Vec::new),
    }
}

fn not_empty(spans: Vec<Range<usize>>) -> Option<Vec<Range<usize>>> {
    (!spans.is_empty()).then_some(spans)
}

/// Where a phrase is said.
pub(crate) fn phrase_spans(phrase: &Phrase, spoken: &SpokenWords) -> Vec<Range<usize>> {
    let starts = 0..spoken.words.len();
    starts.filter_map(|start| Some(start..end_of_phrase(phrase, spoken, start)?)).collect()
}

fn end_of_phrase(phrase: &Phrase, spoken: &SpokenWords, start: usize) -> Option<usize> {
    phrase.items.iter().try_fold(start, |position, item| end_of_item(item, spoken, position))
}

/// The word behind an item that begins at a word.
fn end_of_item(item: &Item, spoken: &SpokenWords, start: usize) -> Option<usize> {
    let word = spoken.words.get(start)?;
    let is_said = match item {
        Item::Stem { stem, .. } => word.stem == *stem,
        Item::Exact(form) => word.term == form.term,
        Item::Prefix(beginning) => word.term.starts_with(beginning.term.as_str()),
        Item::Number(digits) => return end_of_numbers(digits, spoken, start),
    };
    is_said.then_some(start + 1)
}

fn end_of_numbers(digits: &[String], spoken: &SpokenWords, start: usize) -> Option<usize> {
    let first = spoken.numbers.partition_point(|number| number.words.start < start);
    let mut said_here =
        (first..spoken.numbers.len()).take_while(|&index| spoken.numbers[index].words.start == start);
    said_here.find_map(|index| end_of_row(digits, spoken, index))
}

/// The word behind numbers of which the first has this index.
fn end_of_row(digits: &[String], spoken: &SpokenWords, first: usize) -> Option<usize> {
    let row = spoken.numbers.get(first..first + digits.len())?;
    let are_equal = row.iter().zip(digits).all(|(number, digits)| number.digits == *digits);
    let is_behind = |pair: &[crate::words::SpokenNumber]| {
        pair[1].words.start == pair[0].words.end || pair[1].words == pair[0].words
    };
    (are_equal && row.windows(2).all(is_behind)).then(|| row.last().map(|number| number.words.end)).flatten()
}

/// The words of phrases that are near to each other.
fn near_spans(near: &Near, spoken: &SpokenWords) -> Vec<Range<usize>> {
    let operands: Vec<Vec<Range<usize>>> = near
        .operands
        .iter()
        .map(|alternatives| alternatives.iter().flat_map(|phrase| phrase_spans(phrase, spoken)).collect())
        .collect();
    let mut found = Vec::new();
    for (last, spans) in operands.iter().enumerate() {
        for span in spans {
            // Clumps whose last phrase is this one.
            let mut chosen: Vec<Option<Range<usize>>> = vec![None; operands.len()];
            chosen[last] = Some(span.clone());
            if choose(&operands, near.within, span.start, &mut chosen) {
                found.extend(chosen.into_iter().flatten());
            }
        }
    }
    found
}

/// Chooses a place for each operand that has none: none behind `last_start`, none too far before it,
/// and none on words that are taken. Returns whether there is one for each.
fn choose(
    operands: &[Vec<Range<usize>>],
    within: usize,
    last_start: usize,
    chosen: &mut [Option<Range<usize>>],
) -> bool {
    let Some(next) = chosen.iter().position(Option::is_none) else { return true };
    for span in operands[next].iter().rev() {
        let is_near = span.start <= last_start && span.end + within >= last_start;
        let is_free = chosen.iter().flatten().all(|taken| span.end <= taken.start || taken.end <= span.start);
        if is_near && is_free {
            chosen[next] = Some(span.clone());
            if choose(operands, within, last_start, chosen) {
                return true;
            }
            chosen[next] = None;
        }
    }
    false
}
