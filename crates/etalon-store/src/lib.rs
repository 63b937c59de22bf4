//! The result folder of a run, and the ledger that spans its calls.
//!
//! [`Store`] is the folder. It alone touches the file system, and a file in it exists only whole. A
//! [`Lock`] keeps a second run out. Each call is one file; all other files are written once a run:
//!
//! ```text
//! calls/<first two hex of id>/<id>.json   one call                           Store::write_call
//! waveforms/<the same>/<id>.dat           how its recording looks           Store::write_waveform
//! quarantine/<id>.json                    ended its worker twice             Store::write_quarantined
//! packs/<sha256>.toml, .days, .digest     a pack that judged calls           Store::keep_pack
//! failures.jsonl                          recordings without a result        Store::write_failures
//! passed_over.jsonl                       files taken for no recordings     Store::write_passed_over
//! recordings.jsonl                        where the recordings lie          Store::write_recordings
//! forgotten.jsonl                         recordings to be left alone       Store::write_tombstones
//! run.json                                the run: stages, hours, speed      Store::write_run
//! runs/<time>.json                        run.json of each run               Store::keep_run
//! etalon.prom                             the same as metrics                etalon run
//! ledger.sqlite                           what must be asked across calls    Ledger::to_bytes
//! search.sqlite                           what was said, for searching       etalon-search
//! reviews.sqlite                          what people say of calls           etalon-review
//! calls.jsonl, incidents.jsonl, tables/,  what etalon-report derives         Store::create_file
//! report/, rule-accuracy.json             from the stored calls
//! ```
//!
//! `run.json`, `runs/` and `etalon.prom` alone hold timings, and `recordings.jsonl` alone absolute
//! paths: all others hold the same bytes for the same calls.

#![forbid(unsafe_code)]

mod digest;
mod error;
mod forgotten;
mod journal;
mod ledger;
mod passed_over;
mod quality;
mod quarantine;
mod recordings;
mod run;
mod schema;
mod store;

pub use error::{Error, ErrorKind};
pub use forgotten::{FORGOTTEN_SCHEMA, ForgottenRecording, Tombstones};
pub use journal::{CALL_LINE_SCHEMA, CallLine, Failure, TurnLine};
pub use ledger::{Entry, Ledger, LedgerError, StoredCall};
pub use passed_over::{PassedOver, PassedOverCount, PassedOverReason, counts_by_reason};
pub use quality::{CallQuality, Drift, DriftMeasure};
pub use quarantine::Quarantined;
pub use recordings::{RecordingFiles, RecordingLine, RecordingPlaces};
pub use run::{CallTimes, PlanPart, RUN_SCHEMA, RunSummary, StageTime};
pub use store::{
    AtomicFile, CallFile, CallFolder, KeptPack, Lock, PAGES_FILE, Store, is_call_id, kept_runs,
    nearest_existing, path_of_call,
};
