//! Roll-ups: what people and tables read of the stored calls.
//!
//! [`rebuild`] derives these files of a result folder from its stored calls and recorded failures:
//!
//! ```text
//! calls.jsonl                             one line a call, without words
//! incidents.jsonl                         failures of critical rules
//! tables/{calls,turns,events,rules,passed_over}.parquet
//! report/index.html                       the page for people
//! ```
//!
//! Roll-ups are sorted by source, then by id, and hold no clock and no timing: equal calls give
//! equal bytes. How far each rule can be trusted is read from `rule-accuracy.json`, which `etalon
//! eval --save` writes.

#![forbid(unsafe_code)]

mod accuracy;
mod error;
mod format;
mod html;
mod incident;
mod rebuild;
mod roll_up;
mod tables;

pub use accuracy::RULE_ACCURACY_FILE;
pub use error::Error;
pub use incident::Incident;
pub use rebuild::{Rebuilt, RuleTitles, rebuild};
pub use roll_up::agent_label;
