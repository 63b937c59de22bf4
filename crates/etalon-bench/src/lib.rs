//! How much this machine gets through.
//!
//! [`bench`](bench()) makes a dump of recordings ([`dump`]) and, where a model is asked for by its
//! shape, a model with random weights ([`shape`]). It then has `etalon run` work through the dump,
//! time and again, as somebody would who runs it every night, and measures each run from outside
//! ([`run`]): time on the clock, memory, what was read from the disk. Where the time went, the run
//! says itself, in `run.json`.
//!
//! What comes out is a [`BenchReport`]. [`compare`](compare()) holds one against an earlier one of
//! the same machine.

#![forbid(unsafe_code)]

mod bench;
pub mod compare;
pub mod dump;
mod error;
mod machine;
mod processes;
mod report;
mod run;
pub mod shape;
mod statistics;
mod variation;

pub use bench::{BenchSettings, ModelChoice, bench};
pub use compare::{Comparison, compare};
pub use dump::{DumpSettings, DumpSize};
pub use error::{BenchError, CompareError};
pub use machine::Machine;
pub use report::{BENCH_SCHEMA, BenchReport, CaseReport, DumpReport, ModelReport, StageReport};
pub use shape::ModelShape;
pub use statistics::Measured;
