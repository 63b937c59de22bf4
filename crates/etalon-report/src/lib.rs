//! Roll-ups: what people and tables read of the stored calls.
//!
//! [`rebuild`] derives these files of a result folder from its stored calls and recorded failures:
//!
//! ```text
//! calls.jsonl                             one line a call, without words
//! incidents.jsonl                         failures of critical rules
//! tables/{calls,turns,events,rules,reviews,passed_over}.parquet
//! report/                                 the pages for people, report/index.html first
//! ```
//!
//! Roll-ups are sorted by source, then by id, and hold no clock and no timing: equal calls give
//! equal bytes. How far each rule can be trusted is read from `rule-accuracy.json`, which `etalon
//! eval --save` writes.
//!
//! [`quality_of`] says what the calls of one run are like together, and [`drift`] what of that is
//! not as it was in earlier runs.

#![forbid(unsafe_code)]

mod error;
mod incident;
mod listening;
mod nights;
mod pages;
mod rebuild;
mod redacted;
mod reviews;
mod tables;

pub use error::Error;
pub use incident::Incident;
pub use listening::{Listening, REPORT_FOLDER, SoundMode};
pub use nights::{drift, quality_of};
pub use pages::FindSound;
pub use rebuild::{RULE_ACCURACY_FILE, Rebuilt, ReportSettings, rebuild};
pub use redacted::{RedactedSound, redact_call, write_redacted};
pub use tables::table_text;
