//! Rule packs and the verdicts they give on a call.
//!
//! A [`Pack`] is a TOML file that an analyst writes: rules with conditions over what was said, when and by whom,
//! over events and measures. [`evaluate`] applies packs to a call. It does no I/O, cannot fail, and gives the same
//! result for the same call. What a recording cannot show is never judged: the verdict is `unmeasurable`, with the
//! reason.
//!
//! `README.md` beside this crate describes the language.

#![forbid(unsafe_code)]

mod agreements;
mod builtin;
mod calendar;
mod client_time;
mod company;
mod condition;
mod describe;
mod distance;
mod document;
mod error;
mod evaluation;
mod example;
mod explain;
mod finding;
mod history;
mod intent;
mod language;
mod listener;
mod matcher;
mod measures;
mod moments;
mod numerals;
mod pack;
mod parser;
mod phrase;
mod spans;
mod structure;
mod transcript;
mod vocabulary;
mod window;
mod words;

pub use builtin::{built_in, built_in_ids};
pub use calendar::{Calendar, CalendarError};
pub use client_time::{ClientTimeUnknown, client_time};
pub use error::{PackError, PackErrorKind};
pub use evaluation::{ExampleFailure, evaluate, evaluate_across_calls, evaluate_with_history, test_examples};
pub use example::{Example, ExampleKind};
pub use explain::{ExplainedPart, Explanation, explain, explain_with_history};
pub use history::{CallbackOutcome, History};
pub use intent::Intent;
pub use pack::{Glossary, Pack, Rule, Source};

use etalon_call::{Activity, AudioFacts, Call, CallFacts, Event, Metrics, Turn};

/// One call as the rules see it.
#[derive(Debug, Clone, Copy)]
pub struct CallView<'a> {
    /// What the centre knew of the call.
    pub call: &'a CallFacts,
    /// What the recording is as a signal.
    pub audio: &'a AudioFacts,
    /// Who said what, in order of start time.
    pub turns: &'a [Turn],
    /// Who was speaking when.
    pub activity: &'a Activity,
    /// The measured course of the dialogue.
    pub metrics: &'a Metrics,
    /// What happened, in order of start time.
    pub events: &'a [Event],
    /// Whether the call was transcribed; without a transcript no phrase can be judged.
    pub transcribed: bool,
}

impl<'a> From<&'a Call> for CallView<'a> {
    fn from(call: &'a Call) -> Self {
        Self {
            call: &call.call,
            audio: &call.audio,
            turns: &call.turns,
            activity: &call.activity,
            metrics: &call.metrics,
            events: &call.events,
            transcribed: call.pipeline.model.is_some(),
        }
    }
}
