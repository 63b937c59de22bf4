//! A folder of calls: which recordings there are, which of them are new, and all of them through
//! the pipeline in parallel.
//!
//! [`run`](run()) is the main job:
//!
//! 1. [`intake`]: inputs, manifests and names become a list of recordings with their declared
//!    facts;
//! 2. [`plan`]: which of them are new;
//! 3. each one through `etalon-pipeline`, in as many [`worker`] processes as there are jobs, which
//!    the [`supervisor`] keeps going, into the store;
//! 4. [`across_calls`]: rules that only the other calls of a client can decide.
//!
//! [`rescore()`] applies rules again to stored calls. [`watch`] says when there is something for a
//! run to do, of inputs to which recordings are added.

#![forbid(unsafe_code)]

pub mod across_calls;
pub mod columns;
pub mod config;
mod config_error;
mod deaths;
mod distinct_sources;
pub mod error;
mod failure;
mod input;
pub mod intake;
pub mod kept_packs;
mod known_facts;
mod known_hashes;
pub mod lookup;
pub mod manifest;
mod outcome;
pub mod plan;
mod progress;
mod ranges;
mod recordings;
mod redacted_unheard;
mod replaced;
pub mod rescore;
mod retention;
pub mod run;
pub mod same_bytes;
mod state;
pub mod supervisor;
pub mod transcripts;
pub mod watch;
pub mod worker;
mod worker_exit;
pub mod worker_settings;

pub use config::{Config, RetentionSettings};
pub use config_error::ConfigError;
pub use error::{BatchError, ErrorKind, WorkerStartError};
pub use input::{Input, PlannedBytes};
pub use known_hashes::KnownHashes;
pub use progress::{Finished, Progress};
pub use redacted_unheard::RedactedUnheard;
pub use replaced::ReplacedCall;
pub use rescore::{RescoredCall, Standard, preview, rescore};
pub use retention::{Age, AgeError};
pub use run::{Outcome, WorkDone, Workers, run, start_threads};
pub use supervisor::WorkerProgram;
pub use transcripts::{TranscriptFolder, TranscriptSource};
pub use worker_settings::WorkerSettings;
