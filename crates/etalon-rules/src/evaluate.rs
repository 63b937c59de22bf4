//! Conditions followed through a call: findings, verdicts, points and the score.

pub(crate) mod act_titles;
mod agreements;
pub(crate) mod amounts;
pub(crate) mod client_time;
pub(crate) mod comparison;
pub(crate) mod conversation;
pub(crate) mod evaluation;
pub(crate) mod evaluator;
pub(crate) mod explain;
pub(crate) mod finding;
pub(crate) mod history;
pub(crate) mod logic;
pub(crate) mod measures;
pub(crate) mod moments;
pub(crate) mod score;
pub(crate) mod structure;
pub(crate) mod trial;
pub(crate) mod turn_language;
pub(crate) mod wording;
