//! A query as an expression of `FTS5`.
//!
//! Every word is written as a quoted string of letters and digits, so no sign of a query can become
//! one of the expression.

use crate::query::{Expression, Item, Near, Phrase};

/// An expression that holds for every turn that a query asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MatchExpression {
    pub(crate) text: String,
    /// Whether it holds for these turns only. Otherwise the words of each turn decide.
    pub(crate) is_exact: bool,
}

/// The columns of the index.
const WORDS: &str = "words";
const STEMS: &str = "stems";
const NUMBERS: &str = "numbers";

impl MatchExpression {
    /// The expression for what a part of a query asks for.
    pub(crate) fn of(asked: &Expression) -> Self {
        match asked {
            Expression::Phrase(phrase) => of_phrase(phrase),
            Expression::Near(near) => of_near(near),
            Expression::Any(parts) => joined(parts.iter().map(Self::of), " OR "),
            Expression::All(parts) => of_all(parts),
            // A query always looks for something beside what it excludes.
            Expression::Not(excluded) => Self { is_exact: false, ..Self::of(excluded) },
        }
    }

    fn exact(text: String) -> Self {
        Self { text, is_exact: true }
    }
}

fn of_all(parts: &[Expression]) -> MatchExpression {
    let sought = parts.iter().filter(|part| part.seeks());
    let mut all = joined(sought.map(MatchExpression::of), " AND ");
    for part in parts {
        let Expression::Not(excluded) = part else {
            all.is_exact &= part.seeks();
            continue;
        };
        let excluded = MatchExpression::of(excluded);
        if excluded.is_exact {
            all.text = format!("({}) NOT ({})", all.text, excluded.text);
        } else {
            all.is_exact = false;
        }
    }
    all
}

fn joined(parts: impl Iterator<Item = MatchExpression>, operator: &str) -> MatchExpression {
    let (mut texts, mut is_exact) = (Vec::new(), true);
    for part in parts {
        texts.push(format!("({})", part.text));
        is_exact &= part.is_exact;
    }
    MatchExpression { text: texts.join(operator), is_exact }
}

fn of_phrase(phrase: &Phrase) -> MatchExpression {
    if let [item] = phrase.items.as_slice() {
        return of_item(item);
    }
    let terms: Option<Vec<&str>> = phrase.items.iter().map(word_of).collect();
    let (last, before) =
        (phrase.items.last(), phrase.items.split_last().map_or(&[][..], |(_, before)| before));
    let has_inner_prefix = before.iter().any(|item| matches!(item, Item::Prefix(_)));
    match terms {
        Some(terms) if !has_inner_prefix => {
            let star = if matches!(last, Some(Item::Prefix(_))) { " *" } else { "" };
            MatchExpression::exact(format!("{WORDS} : \"{}\"{star}", terms.join(" ")))
        }
        _ => MatchExpression { is_exact: false, ..joined(phrase.items.iter().map(of_item), " AND ") },
    }
}

/// The letters of an item that the column of words can find.
fn word_of(item: &Item) -> Option<&str> {
    match item {
        Item::Exact(word) | Item::Prefix(word) => Some(&word.term),
        Item::Stem { .. } | Item::Number(_) => None,
    }
}

fn of_item(item: &Item) -> MatchExpression {
    match item {
        Item::Stem { stem, .. } => MatchExpression::exact(format!("{STEMS} : \"{stem}\"")),
        Item::Exact(form) => MatchExpression::exact(format!("{WORDS} : \"{}\"", form.term)),
        Item::Prefix(word) => MatchExpression::exact(format!("{WORDS} : \"{}\" *", word.term)),
        // Numbers in a row may have other words between them.
        Item::Number(digits) => MatchExpression {
            text: format!("{NUMBERS} : \"{}\"", digits.join(" ")),
            is_exact: digits.len() == 1,
        },
    }
}

fn of_near(near: &Near) -> MatchExpression {
    if let Some(stems) =
        single_terms(near, |item| if let Item::Stem { stem, .. } = item { Some(stem) } else { None })
    {
        return MatchExpression::exact(near_text(STEMS, &stems, near.within));
    }
    if let Some(words) =
        single_terms(near, |item| if let Item::Exact(form) = item { Some(&form.term) } else { None })
    {
        return MatchExpression::exact(near_text(WORDS, &words, near.within));
    }
    let operands = near.operands.iter();
    let operands = operands.map(|alternatives| joined(alternatives.iter().map(of_phrase), " OR "));
    MatchExpression { is_exact: false, ..joined(operands, " AND ") }
}

/// The terms of operands that are one word each, all of a kind and all different.
fn single_terms<'a>(near: &'a Near, term: impl Fn(&'a Item) -> Option<&'a String>) -> Option<Vec<&'a str>> {
    let mut terms: Vec<&str> = Vec::new();
    for alternatives in &near.operands {
        let [phrase] = alternatives.as_slice() else { return None };
        let [item] = phrase.items.as_slice() else { return None };
        let found = term(item)?;
        if terms.contains(&found.as_str()) {
            return None;
        }
        terms.push(found);
    }
    Some(terms)
}

fn near_text(column: &str, terms: &[&str], within: usize) -> String {
    let quoted: Vec<String> = terms.iter().map(|term| format!("\"{term}\"")).collect();
    format!("{column} : NEAR({}, {within})", quoted.join(" "))
}
