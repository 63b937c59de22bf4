//! Queries: the language, and what a query asks for.
//!
//! ```text
//! query  = part { part }            with days anywhere outside of brackets
//! part   = [ role ":" ] any          what one side says in one turn; without a role, either side
//! any    = all { ("OR" | "|") all }
//! all    = one { one }               all of them in the same turn, in any order
//! one    = [ "-" ] near              with a minus: not in that turn
//! near   = atom { "NEAR/" number atom }   no more than so many other words between the first and the last
//! atom   = слово                     any form of the word (Snowball stem), ё as е
//!        | =слово                    this form only
//!        | слов*                     any word that begins so
//!        | "всего доброго"           these forms, one behind the other; the last may end in a star
//!        | сорок две тысячи          a number, however it is said or written
//!        | ( any )
//! days   = ( "с" | "по" | "за" | "since" | "until" | "on" … ) ":" day     only calls of these days
//! role   = агент оператор agent клиент абонент client …
//! ```

mod error;
mod lexer;
mod parser;

pub use error::{QueryError, QueryProblem};

use crate::days::Days;
use crate::words::term_of;
use etalon_call::Role;
use std::str::FromStr;

/// Longest query, characters.
pub const QUERY_CHARACTERS_AT_MOST: usize = 1000;

/// Most words, phrases and numbers of a query.
pub const ATOMS_AT_MOST: usize = 64;

/// Most words that may be allowed between near ones.
pub const NEAR_WORDS_AT_MOST: usize = 50;

/// What is looked for in stored calls; made by [`parse`](str::parse) from the query language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    text: String,
    pub(crate) parts: Vec<Part>,
    days: Days,
}

impl Query {
    /// The query as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The days of the calls that are asked for.
    pub fn days(&self) -> Days {
        self.days
    }

    /// The same query, asked of one side wherever it names none.
    #[must_use]
    pub fn asked_of(mut self, role: Role) -> Self {
        for part in &mut self.parts {
            part.role = part.role.or(Some(role));
        }
        self
    }
}

impl FromStr for Query {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, QueryError> {
        let (parts, days) = parser::parse(text)?;
        Ok(Self { text: text.trim().to_owned(), parts, days })
    }
}

/// What one side, or either, says in one turn. A call must have a turn for every part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) role: Option<Role>,
    pub(crate) asked: Expression,
}

/// What a turn must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expression {
    Phrase(Phrase),
    /// Each of some phrases, no more than so many words apart.
    Near(Near),
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
}

impl Expression {
    /// Whether a turn without any of the query's words can never hold it.
    pub(crate) fn seeks(&self) -> bool {
        match self {
            Self::Phrase(_) | Self::Near(_) => true,
            Self::All(parts) => parts.iter().any(Self::seeks),
            Self::Any(parts) => parts.iter().all(Self::seeks),
            Self::Not(_) => false,
        }
    }
}

/// Phrases near to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Near {
    /// Of each operand one of the alternatives.
    pub(crate) operands: Vec<Vec<Phrase>>,
    /// Most words between the end of the first and the start of the last.
    pub(crate) within: usize,
}

/// Words one behind the other; a word alone is a phrase of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phrase {
    pub(crate) items: Vec<Item>,
}

/// Letters as a rule writes them, and as the index has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spelling {
    pub(crate) written: String,
    pub(crate) term: String,
}

impl Spelling {
    /// The spelling of a word as [`normalize_word`](etalon_text::normalize_word) gives it; nothing
    /// where no letter is left.
    pub(crate) fn of(written: String) -> Option<Self> {
        let term = term_of(&written);
        (!term.is_empty()).then_some(Self { written, term })
    }
}

/// One step of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// Any form of a word, by its stem; `word` is the form that was asked for.
    Stem { stem: String, word: String },
    /// This form.
    Exact(Spelling),
    /// A word that begins so.
    Prefix(Spelling),
    /// Numbers in digits, one behind the other.
    Number(Vec<String>),
}
