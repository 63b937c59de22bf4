//! One call through every stage, and a night of calls in parallel.
//!
//! [`run`](run()) is the main job: inputs → [`intake`] (which recordings) → [`stock`] (which of them are new) →
//! [`process`] (one call through every stage, in as many [`worker`] processes as there are jobs, which the
//! [`supervisor`] keeps going) → the folder of `etalon-store` →
//! [`across_calls`] (rules that only the other calls of a client can decide). [`score()`] applies rules again to
//! stored calls.

#![forbid(unsafe_code)]

pub mod across_calls;
pub mod columns;
pub mod config;
pub mod error;
pub mod failure;
mod finished;
pub mod imports;
pub mod intake;
mod listening;
pub mod manifest;
mod night;
pub mod pipeline;
pub mod process;
pub mod run;
pub mod score;
mod speakers;
pub mod stock;
pub mod supervisor;
pub mod timing;
mod turns;
pub mod worker;

pub use config::Config;
pub use error::BatchError;
pub use imports::TranscriptFolder;
pub use pipeline::{Pipeline, Recognizer};
pub use run::{Outcome, Progress, Workers, run};
pub use score::{Flip, ScoredCall, preview, score};
pub use supervisor::WorkerProgram;
