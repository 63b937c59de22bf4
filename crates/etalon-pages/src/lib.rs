//! Stored calls as pages for people.
//!
//! The same functions write the pages of a report folder, which works from a disk, and make the
//! pages of a server. A page is HTML that is whole without scripts: the script of the assets adds
//! playing, filtering and reviewing to it. No page loads anything from elsewhere, and the policy in
//! its head forbids it.
//!
//! [`Site`] holds what all pages share: the language of the interface, what rules are called, and
//! for whom the pages are made. What lists and figures need is gathered call by call in
//! [`Statistics`], [`CallColumns`] and [`WorstCalls`]. This crate does no I/O.

#![forbid(unsafe_code)]

mod accuracy;
mod address;
pub mod assets;
mod call;
mod calls;
mod cause;
mod changes;
mod chart;
mod columns;
mod counted_reviews;
mod document;
mod failures;
mod format;
mod interface;
mod message;
mod overview;
mod people;
mod periods;
mod query;
mod queue;
mod rule_book;
mod rules;
mod search;
mod site;
mod statistics;
mod summary;
mod tallies;
mod trial;

pub use accuracy::{Accuracies, FailCounts, MIN_CALLS, RuleAccuracy};
pub use address::Address;
pub use call::{
    CallContent, FinalScore, ReviewPane, Sound, call_page, folder_review, review_pane, review_trouble,
};
pub use calls::{ListedCall, WorstCalls, calls_page};
pub use columns::{CALLS_DATA_PATH, CallColumns};
pub use document::POLICY;
pub use failures::failures_page;
pub use interface::{Interface, InterfaceLanguage};
pub use message::{SignIn, message_page, reload_page, sign_in_page};
pub use overview::overview_page;
pub use people::{group_page, groups_with_pages, people_page};
pub use query::{CallQuery, percent_encoded};
pub use queue::{QueueContent, WaitingSheet, queue_page};
pub use rule_book::{RuleBook, RuleDescription};
pub use rules::{rule_page, rules_page, rules_with_pages};
pub use search::{SearchContent, SearchOutcome, search_page};
pub use site::{Site, Visitor};
pub use statistics::{Statistics, Tally};
pub use summary::{CallSummary, ReviewMark, agent_label};
pub use tallies::GroupKind;
pub use trial::{TrialForm, trial_page, trial_result};
