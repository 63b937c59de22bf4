//! A query as a rule of a pack, with hits as its examples.
//!
//! The rule holds where the query finds something, and takes denied and reported words as the
//! search does. What it adds is what every rule hears: words that a recogniser misheard. Forms of a
//! word and spellings of a number are those that the hits have.

mod condition;
mod examples;
mod forms;

use crate::error::SearchError;
use crate::filter::CallFilter;
use crate::index::SearchIndex;
use crate::query::Query;
use etalon_rules::{Pack, PackError, test_examples};
use examples::HitExample;
use forms::Forms;
use thiserror::Error;

/// Most examples of a rule that is made of a query.
pub const RULE_EXAMPLES_AT_MOST: usize = 10;

/// Hits that are tried as examples, and that forms of words are taken from.
const HITS_AT_MOST: usize = 500;

/// The languages of calls, the one of a rule's reasons first.
const LANGUAGES: [&str; 3] = ["ru", "kk", "en"];

/// What a rule asks of what its query looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// It must be said: a call with a hit passes.
    Said,
    /// It must not be said: a call with a hit fails.
    NotSaid,
}

/// A rule that was made of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleDraft {
    /// The pack with the rule, in TOML.
    pub pack: String,
    /// Hits among its examples.
    pub examples: usize,
}

/// Why a query can't be said as a rule.
#[derive(Debug, Error)]
pub enum RuleError {
    /// The calls can't be searched.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// The id is none that a rule can have.
    #[error("`{id}` is no id of a rule; write small Latin letters, digits, points and underscores")]
    Id {
        /// The id.
        id: String,
    },
    /// A phrase of several words stands beside an operator of nearness.
    #[error(
        "a rule can't say how near a phrase or a number of several words is; write single words around NEAR"
    )]
    NearPhrase,
    /// What is looked for can't be written in a pack.
    #[error("a rule can't look for this: {0}")]
    Pack(#[from] PackError),
    /// None of the hits keeps the rule.
    #[error("a rule does not find what the query finds: words of another language or alphabet stand in it")]
    Differs,
}

impl SearchIndex {
    /// A pack with one rule that finds what a query finds, and hits of some calls as its examples. The
    /// pack has been checked, and its examples hold.
    ///
    /// # Errors
    /// [`RuleError`] says why the query can't be said as a rule.
    pub fn as_rule(
        &self,
        query: &Query,
        filter: &CallFilter,
        id: &str,
        demand: Demand,
    ) -> Result<RuleDraft, RuleError> {
        let is_of_id =
            |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || "._-".contains(sign);
        if id.is_empty() || !id.chars().all(is_of_id) {
            return Err(RuleError::Id { id: id.to_owned() });
        }
        let hits = self.turns_found(query, filter, HITS_AT_MOST)?;
        let condition = condition::of(query, &Forms::of(query, &hits))?;
        let mut tried = examples::of(query, &hits);
        let document = |examples: &[HitExample]| pack_text(query, id, demand, &condition, examples);
        let with_all = Pack::parse(&document(&tried), "the rule")?;
        let failed: Vec<usize> = test_examples(&with_all).iter().map(|failure| failure.number - 1).collect();
        let mut number = 0..;
        tried.retain(|_| number.next().is_none_or(|number| !failed.contains(&number)));
        if tried.is_empty() && !failed.is_empty() {
            return Err(RuleError::Differs);
        }
        tried.truncate(RULE_EXAMPLES_AT_MOST);
        Ok(RuleDraft { pack: document(&tried), examples: tried.len() })
    }
}

fn pack_text(query: &Query, id: &str, demand: Demand, condition: &str, examples: &[HitExample]) -> String {
    let languages: Vec<String> = LANGUAGES.iter().copied().map(text).collect();
    let (said, not_said) = (text("Сказано: {at}."), text("Этого не сказано."));
    let (condition, pass, fail, verdict, kind) = match demand {
        Demand::Said => (condition.to_owned(), said, not_said, "pass", "positive"),
        Demand::NotSaid => (format!("{{ not = {condition} }}"), not_said, said, "fail", "negative"),
    };
    let mut pack = format!(
        "id = \"search\"\nversion = \"1\"\ntitle = {title}\nlanguage = [{languages}]\n\n\
         [[rules]]\nid = {id}\ntitle = {title}\ntext = {title}\nsource = {{ document = {source} }}\n\
         severity = \"minor\"\npoints = 1\ncondition = {condition}\n\
         reasons = {{ pass = {pass}, fail = {fail} }}\n",
        title = text(query.text()),
        languages = languages.join(", "),
        id = text(id),
        source = text("Поиск по разговорам"),
    );
    for example in examples {
        let head = format!("\n[[rules.examples]]\nkind = \"{kind}\"\nexpect = \"{verdict}\"\n");
        pack.extend([head.as_str(), "call = ", &text(&example.script), "\n"]);
    }
    pack
}

/// A text as TOML writes it.
fn text(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
