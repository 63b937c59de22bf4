use std::fmt;
use std::ops::Range;

/// What is wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueryProblem {
    /// It has no word.
    Empty,
    /// It is longer than [`QUERY_CHARACTERS_AT_MOST`](super::QUERY_CHARACTERS_AT_MOST).
    TooLong,
    /// It has more words than [`ATOMS_AT_MOST`](super::ATOMS_AT_MOST).
    TooManyWords,
    /// Its brackets stand too deep in each other.
    TooDeep,
    /// A quotation mark is not closed.
    UnclosedQuote,
    /// There is no word between quotation marks.
    EmptyPhrase,
    /// A bracket is not closed.
    UnclosedBracket,
    /// A bracket closes that none has opened.
    UnopenedBracket,
    /// Nothing stands where an operator needs something.
    NothingToJoin,
    /// A label with a colon names no role.
    UnknownRole,
    /// A label of days has none that there is behind it.
    UnknownDay,
    /// Days stand inside brackets, or behind an operator.
    DayInside,
    /// The first day is later than the last one.
    NoDays,
    /// A role stands inside brackets.
    RoleInBrackets,
    /// A star stands elsewhere than at the end of a word.
    StarInside,
    /// Fewer than two letters stand before a star.
    ShortPrefix,
    /// A sign for an exact form has no word behind it.
    NoWord,
    /// The number of words behind a slash is none from 0 to
    /// [`NEAR_WORDS_AT_MOST`](super::NEAR_WORDS_AT_MOST).
    Distance,
    /// Operators of nearness in a row name different numbers of words.
    DifferentDistances,
    /// Something that is neither a word nor a phrase stands beside an operator of nearness.
    NotNear,
    /// Only what must not be said is named.
    OnlyExcluded,
}

impl QueryProblem {
    /// What is wrong and what to write instead.
    fn message(&self) -> &'static str {
        match self {
            Self::Empty => "there is no word to look for",
            Self::TooLong => "the query is longer than 1000 characters; look for a part of it",
            Self::TooManyWords => "the query has more than 64 words; look for a part of them",
            Self::TooDeep => "brackets stand too deep in each other; take some out",
            Self::UnclosedQuote => "this quotation mark is not closed",
            Self::EmptyPhrase => "there is no word between these quotation marks",
            Self::UnclosedBracket => "this bracket is not closed",
            Self::UnopenedBracket => "this bracket closes none that is open",
            Self::NothingToJoin => "a word or a phrase is missing here",
            Self::UnknownRole => {
                "this is no role; write оператор: or клиент:, or put the words between quotation marks"
            }
            Self::UnknownDay => "this is no day; write с:2026-11-03 or с:03.11.2026, a month or a year",
            Self::DayInside => "days stand on their own; write them in front of everything else",
            Self::NoDays => "the first of these days is later than the last one",
            Self::RoleInBrackets => "a role can't stand inside brackets; write it in front of them",
            Self::StarInside => "a star stands for the end of a word; write it behind the letters",
            Self::ShortPrefix => "write at least two letters in front of a star",
            Self::NoWord => "the word is missing behind this sign",
            Self::Distance => "write how many words may lie between, from 0 to 50, as in NEAR/3",
            Self::DifferentDistances => "write the same number of words for all that are near to each other",
            Self::NotNear => "only words, phrases and alternatives of them can be near to each other",
            Self::OnlyExcluded => "name something that is said, too: a minus only leaves turns out",
        }
    }
}

/// A mistake in a query, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// What is wrong.
    pub problem: QueryProblem,
    /// Where, in characters of the query from 0.
    pub place: Range<usize>,
}

impl QueryError {
    pub(super) fn new(problem: QueryProblem, place: Range<usize>) -> Self {
        Self { problem, place }
    }

    /// The query with a mark below the place, in two lines.
    pub fn pointed(&self, query: &str) -> String {
        let shown: String = query.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
        let marks = "^".repeat(self.place.len().max(1));
        format!("{shown}\n{}{marks}", " ".repeat(self.place.start))
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "character {}: {}", self.place.start + 1, self.problem.message())
    }
}

impl std::error::Error for QueryError {}
