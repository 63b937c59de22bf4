//! What people say of calls, beside what the machine says.
//!
//! A reviewer fills a [`Sheet`] for a call: answers to the rules of its packs. The agent
//! acknowledges or disputes it, a lead resolves the dispute. Everything is an [`Event`] in
//! `reviews.sqlite` ([`ReviewStore`]), which only ever grows; [`Reviews`] is what the events come
//! to. The machine's verdicts stay where they are: [`final_evaluation`] puts both beside each other
//! and says what stands.
//!
//! - [`people`]: who takes part, and in which role;
//! - [`permission`]: what each role may do;
//! - [`sheet`] and [`answer`]: what a reviewer says of a call, and how it goes on;
//! - [`store`]: the file;
//! - [`final_verdict`]: machine, people, and what stands;
//! - [`judged`]: a call with its corrections, whose verdicts follow them;
//! - [`agreement`]: how far people and each rule agree;
//! - [`queue`]: what waits for a person;
//! - [`table`]: `reviews.csv`, for spreadsheets;
//! - [`correction`]: words and speakers put right, as an overlay over a call.

#![forbid(unsafe_code)]

pub mod agreement;
pub mod answer;
pub mod comment;
pub mod correction;
pub mod error;
pub mod event;
pub mod final_verdict;
pub mod judged;
pub mod people;
pub mod permission;
pub mod queue;
mod redacted_correction;
pub mod reviews;
pub mod sheet;
pub mod sheet_state;
pub mod store;
pub mod table;
mod wording;

pub use agreement::{Agreement, ConfusionCell, RuleAgreement, agreement};
pub use answer::{Answer, HumanVerdict, ReviewMode, RuleKey};
pub use comment::Comment;
pub use correction::{Corrected, Correction, RecordedCorrection, corrected};
pub use error::{ReviewError, StoreError};
pub use event::{Change, Event, Subject};
pub use final_verdict::{FinalEvaluation, FinalVerdict, HumanAnswer, VerdictSource, final_evaluation};
pub use judged::{Judged, judged};
pub use people::{People, PeopleError, Person, PersonRole};
pub use permission::{Action, Condition, PERMISSIONS, Refusal, may};
pub use queue::{CallSummary, Queue, QueueSettings, QueuedCall, RuleSummary, WhyQueued, queue};
pub use reviews::Reviews;
pub use sheet::{RecordedAnswer, Sheet, SheetState, Step};
pub use store::{CorrectionSubmission, REVIEWS_FILE, ReviewStore, SheetSubmission};
