//! What was said in stored calls, found by words, roles and nearness.
//!
//! - [`update()`] keeps `search.sqlite` beside the calls up to date; it is derived from them and made
//!   anew where it is missing, damaged or of another version;
//! - [`Query`] is read from the query language (`docs/search.md`), with errors that point at the
//!   place;
//! - [`SearchIndex::search`] answers with hits: call, turn, role, time of the word, snippet;
//! - [`SearchIndex::as_rule`] says a query as a rule, with hits as its examples.
//!
//! Words are compared as rules compare them: by stem, ё as е, numbers in one form.

#![forbid(unsafe_code)]

mod days;
mod error;
mod expression;
mod filter;
mod index;
mod lexicon;
mod matcher;
mod query;
mod rule;
mod search;
mod snippet;
mod words;

pub use days::{Days, NotADay};
pub use error::SearchError;
pub use filter::CallFilter;
pub use index::{INDEX_FILE, Rebuilt, SearchIndex, Updated, VERSION, remove, update};
pub use query::{
    ATOMS_AT_MOST, NEAR_WORDS_AT_MOST, QUERY_CHARACTERS_AT_MOST, Query, QueryError, QueryProblem,
};
pub use rule::{Demand, RULE_EXAMPLES_AT_MOST, RuleDraft, RuleError};
pub use search::{Hit, SearchOrder, SearchPage, SearchRequest};
pub use snippet::Snippet;
