//! Everything that a run leaves behind in its result folder.
//!
//! [`Store`] is the folder: it alone touches the file system, and a file in it exists only whole. Each call is one
//! file; all other files are roll-ups that [`rebuild`] derives from the stored calls and the recorded failures:
//!
//! ```text
//! calls/<first two hex of id>/<id>.json   one call                           Store::write_call
//! quarantine/<id>.json                    ended its worker twice             Store::write_quarantined
//! failures.jsonl                          recordings without a result        Store::write_failures
//! run.json                                the run: stages, hours, speed      Store::write_run
//! calls.jsonl                             one line a call, without words     ┐
//! incidents.jsonl                         failures of critical rules         │
//! tables/{calls,turns,events,rules}.parquet                                  ├ rebuild
//! report/index.html                       the page for people                ┘
//! rule-accuracy.json                      how far each rule can be trusted   `etalon eval --save`, read by rebuild
//! ledger.sqlite                           what must be asked across calls    etalon-ledger
//! ```
//!
//! Roll-ups are sorted by source, then by id, and hold no clock and no timing: equal calls give equal bytes.
//! `run.json` is the only file with timings.

#![forbid(unsafe_code)]

mod accuracy;
mod call_line;
mod error;
mod format;
mod html;
mod journal;
mod quarantine;
mod rebuild;
mod roll_up;
mod run;
mod store;
mod summary;
mod tables;

pub use accuracy::RULE_ACCURACY_FILE;
pub use call_line::{CALL_LINE_SCHEMA, CallLine, TurnLine};
pub use error::{Error, ErrorKind};
pub use journal::{Failure, Incident};
pub use quarantine::Quarantined;
pub use rebuild::{Rebuilt, RuleTitles, rebuild};
pub use run::{RUN_SCHEMA, RunSummary, StageTime};
pub use store::{AtomicFile, Fingerprints, Lock, Store};
pub use summary::summary_table;
