//! Compares results with labelled calls and so measures their accuracy.
//!
//! [`load()`] pairs truth files with stored calls; [`evaluate`] compares them and does no I/O:
//!
//! - [`words`]: the word error rate of the transcript;
//! - [`word_times`]: the errors of word times;
//! - [`activity`]: speech frames and region boundaries;
//! - [`speakers`]: who spoke when, and in which role ([`diarization`] has the error rate, [`rttm`]
//!   the truth of others);
//! - [`events`]: interruptions, backchannels, silences, holds, farewells;
//! - [`verdicts`]: the accuracy of each rule;
//! - [`labelled_text`]: calls made of the truth itself, for rules and no recognizer;
//! - [`reviews`]: verdicts of reviewers, in place of truth files;
//! - [`call_names`]: what tables call a call.

#![forbid(unsafe_code)]

pub mod activity;
pub mod call_names;
pub mod counts;
pub mod diarization;
pub mod events;
pub mod labelled_text;
pub mod load;
pub mod reviews;
pub mod rttm;
pub mod speakers;
pub mod truth;
pub mod verdicts;
pub mod word_times;
pub mod words;

pub use call_names::{CallNames, NoCall};
pub use load::{EvalError, LabelledCalls, load, load_text};
pub use reviews::{Review, read_reviews};
pub use truth::Truth;
pub use verdicts::{JudgedCall, ReviewComparison, compare_with_reviews};

use etalon_call::Call;
use serde::Serialize;

/// A labelled call and its result.
#[derive(Debug, Clone)]
pub struct LabelledCall {
    /// The stem of the truth file's name.
    pub name: String,
    /// The truth.
    pub truth: Truth,
    /// The result.
    pub call: Call,
}

/// The comparison of results with the truth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// How many calls were compared.
    pub calls: usize,
    /// The transcript; null when no call was transcribed.
    pub words: Option<words::WordComparison>,
    /// Word times; null when no word could be compared.
    pub word_times: Option<word_times::WordTimeComparison>,
    /// Speech activity.
    pub activity: activity::ActivityComparison,
    /// Who spoke when.
    pub speakers: speakers::SpeakerComparison,
    /// Events of the calls.
    pub events: events::EventComparison,
    /// The verdicts.
    pub rules: verdicts::RuleComparison,
}

/// Compares results with the truth.
///
/// Words, activity and most events can only be compared if both the truth and the result know the
/// sides. Other calls take part in the verdicts (where `unmeasurable` is always wrong) and in
/// silences and holds.
pub fn evaluate(labelled: &[LabelledCall]) -> Comparison {
    let speakers = speakers::compare(labelled);
    // An RTTM file gives only the speakers.
    let with_turns: Vec<LabelledCall> =
        labelled.iter().filter(|call| call.truth.segments.is_empty()).cloned().collect();
    Comparison {
        calls: labelled.len(),
        words: words::compare(&with_turns),
        word_times: word_times::compare(&with_turns),
        activity: activity::compare(&with_turns),
        speakers,
        events: events::compare(&with_turns),
        rules: verdicts::compare(&with_turns),
    }
}
