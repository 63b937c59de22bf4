//! Rule packs and the verdicts they give on a call.
//!
//! A [`Pack`] is a TOML file that an analyst writes: rules with conditions over what was said, when
//! and by whom, over events and measures. [`evaluate`] applies packs to a call. It does no I/O,
//! cannot fail, and gives the same result for the same call. What a recording cannot show is never
//! judged: the verdict is `unmeasurable`, with the reason.
//!
//! - `language`: what the author of a pack writes, read and checked;
//! - `text`: the words of a call, and phrases found in them;
//! - `evaluate`: conditions followed through a call, verdicts, points and the score.
//!
//! `README.md` beside this crate describes the language.

#![forbid(unsafe_code)]

mod call_view;
mod evaluate;
mod language;
mod lexicon;
mod text;

pub use call_view::CallView;
pub use evaluate::act_titles::title as act_title;
pub use evaluate::client_time::{ClientTimeUnknown, client_time};
pub use evaluate::comparison::{Flip, flips};
pub use evaluate::evaluation::{
    ExampleFailure, evaluate, evaluate_across_calls, evaluate_with_history, is_judged_by_hand, test_examples,
};
pub use evaluate::explain::{ExplainedPart, Explanation, explain, explain_with_history};
pub use evaluate::history::{CallbackOutcome, History};
pub use evaluate::score::{
    DEFAULT_SCORE_COVERAGE_MIN, SCORE_COVERAGE_MIN, Score, ScoreMissing, conversation_missing, coverage_min,
    score,
};
pub use evaluate::trial::{TriedRule, try_rule, try_rules};
pub use language::builtin::{built_in, built_in_ids};
pub use language::calendar::{Calendar, CalendarError};
pub use language::error::{PackError, PackErrorKind, PackErrors, PackPlace, PackWarning};
pub use language::example::{Example, ExampleKind};
pub use language::intent::Intent;
pub use language::kept_text::without_examples;
pub use language::pack::{Glossary, Pack, Rule, Source};
pub use text::words::stem_of;

/// The version of the evaluation of rules: raised by every change that gives other results for the
/// same input, so that stored results of an earlier version are made again.
pub const VERSION: u32 = 9;

/// The files inside the program that verdicts depend on: lists of words, endings and sentences.
pub fn embedded_files() -> impl Iterator<Item = &'static [u8]> {
    lexicon::EMBEDDED.iter().map(|text| text.as_bytes())
}
