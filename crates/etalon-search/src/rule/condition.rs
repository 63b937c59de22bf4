//! The condition of a rule, in the notation of packs.

use super::forms::Forms;
use super::{RuleError, text};
use crate::query::{Expression, Item, Near, Part, Phrase, Query};
use etalon_call::Role;

/// The words of the turn in which the condition around this one has found something.
const SAME_TURN: &str = "{ from = \"found_turn_start\", until = \"found_turn_end\" }";

/// Words between the first and the last of near words are counted without these two.
const FIRST_AND_LAST: usize = 2;

/// The condition that holds where a query finds something.
pub(super) fn of(query: &Query, forms: &Forms) -> Result<String, RuleError> {
    let parts: Vec<String> = query.parts.iter().map(|part| of_part(part, forms)).collect::<Result<_, _>>()?;
    Ok(joined("all", parts))
}

fn of_part(part: &Part, forms: &Forms) -> Result<String, RuleError> {
    let roles: &[Role] = match part.role {
        Some(Role::Client) => &[Role::Client],
        Some(_) => &[Role::Agent],
        None => &[Role::Agent, Role::Client],
    };
    let of_roles =
        roles.iter().map(|role| Writer { role: *role, forms, in_same_turn: false }.node(&part.asked));
    Ok(joined("any", of_roles.collect::<Result<_, _>>()?))
}

/// Writes the condition of one side.
#[derive(Clone, Copy)]
struct Writer<'a> {
    role: Role,
    forms: &'a Forms,
    /// Whether a condition around it has found a turn.
    in_same_turn: bool,
}

impl Writer<'_> {
    fn node(self, asked: &Expression) -> Result<String, RuleError> {
        match asked {
            Expression::Phrase(phrase) => Ok(self.says(&[self.phrase(phrase)], ", slack = 0")),
            Expression::Near(near) => self.near(near),
            Expression::Any(parts) => self.any(parts),
            Expression::All(parts) if self.in_same_turn => {
                Ok(joined("all", parts.iter().map(|part| self.node(part)).collect::<Result<_, _>>()?))
            }
            Expression::All(parts) => self.all(parts),
            Expression::Not(excluded) => Ok(format!("{{ not = {} }}", self.node(excluded)?)),
        }
    }

    fn any(self, parts: &[Expression]) -> Result<String, RuleError> {
        let phrases: Option<Vec<String>> = parts
            .iter()
            .map(|part| if let Expression::Phrase(phrase) = part { Some(self.phrase(phrase)) } else { None })
            .collect();
        match phrases {
            Some(phrases) => Ok(self.says(&phrases, ", slack = 0")),
            None => Ok(joined("any", parts.iter().map(|part| self.node(part)).collect::<Result<_, _>>()?)),
        }
    }

    /// All of some parts in one turn: around the first that is found, the others.
    fn all(self, parts: &[Expression]) -> Result<String, RuleError> {
        let first = parts.iter().position(Expression::seeks).unwrap_or(0);
        let inside = Self { in_same_turn: true, ..self };
        let others = parts.iter().enumerate().filter(|(index, _)| *index != first);
        let others: Vec<String> = others.map(|(_, part)| inside.node(part)).collect::<Result<_, _>>()?;
        let found = parts.get(first).map(|part| self.node(part)).transpose()?.unwrap_or_default();
        Ok(format!("{{ some = {found}, has = {} }}", joined("all", others)))
    }

    fn near(self, near: &Near) -> Result<String, RuleError> {
        let operands: Vec<String> =
            near.operands.iter().map(|alternatives| self.operand(alternatives)).collect::<Result<_, _>>()?;
        let options = format!(", order = \"free\", distance = {}", near.within + FIRST_AND_LAST);
        Ok(self.says(&[operands.join(" ")], &options))
    }

    /// One word of several.
    fn operand(self, alternatives: &[Phrase]) -> Result<String, RuleError> {
        let mut words = Vec::new();
        for phrase in alternatives {
            let [item] = phrase.items.as_slice() else { return Err(RuleError::NearPhrase) };
            let spellings =
                if let Item::Number(digits) = item { self.forms.spellings(digits) } else { vec![] };
            if spellings.iter().any(|words| words.len() > 1) {
                return Err(RuleError::NearPhrase);
            }
            words.push(self.item(item));
        }
        Ok(words.join("|"))
    }

    fn says(self, phrases: &[String], options: &str) -> String {
        let phrases: Vec<String> = phrases.iter().map(|phrase| text(phrase)).collect();
        let window = if self.in_same_turn { format!(", in = {SAME_TURN}") } else { String::new() };
        format!(
            "{{ says = \"{}\", phrases = [{}]{options}, negated_counts = true, quoted_counts = true{window} }}",
            self.role.name(),
            phrases.join(", ")
        )
    }

    fn phrase(self, phrase: &Phrase) -> String {
        let items: Vec<String> = phrase.items.iter().map(|item| self.item(item)).collect();
        items.join(" ")
    }

    fn item(self, item: &Item) -> String {
        match item {
            Item::Stem { stem, .. } => self.forms.words(stem).join("|"),
            Item::Exact(form) => format!("={}", form.written),
            Item::Prefix(beginning) => format!("{}*", beginning.written),
            Item::Number(digits) => number(&self.forms.spellings(digits)),
        }
    }
}

/// The spellings of a number: a word of several, or brackets where one has several words.
fn number(spellings: &[Vec<String>]) -> String {
    let exact =
        |words: &Vec<String>| words.iter().map(|word| format!("={word}")).collect::<Vec<_>>().join(" ");
    let written = spellings.iter().map(exact).collect::<Vec<_>>().join("|");
    let has_several_words = spellings.iter().any(|words| words.len() > 1);
    if has_several_words { format!("({written})") } else { written }
}

/// One part as it is, several as a condition over them.
fn joined(condition: &str, mut parts: Vec<String>) -> String {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            format!("{{ {condition} = [{}] }}", parts.join(", "))
        }
    }
}
