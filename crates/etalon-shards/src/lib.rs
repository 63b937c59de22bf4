//! A folder of calls over many machines.
//!
//! 1. [`plan`](plan()) finds the recordings of all inputs, once and for all machines, and deals them
//!    out to shards of about the same length ([`balance`]). The [`plan_file`] says what is in which.
//! 2. Each machine works through one shard, as it would work through a folder: [`read_shard`] gives
//!    what [`etalon_batch::run`](fn@etalon_batch::run) takes. Which shard it is, the scheduler says
//!    ([`scheduler`]).
//! 3. [`check`] finds out whether the shards' result folders fit together, and [`merge`](merge())
//!    puts them together. What is made of all calls (rules
//!    across calls, tables, pages) is then made as at the end of a run on one machine.

#![forbid(unsafe_code)]

pub mod balance;
mod error;
mod merge;
pub mod plan_file;
mod planning;
pub mod scheduler;

pub use error::{MergeError, ShardError};
pub use merge::{FittingShards, Merged, check, merge};
pub use plan_file::{
    PLAN_SCHEMA, PlanLine, ShardPlan, check_folder, other_sources, read_shard, settings_sha256, shards_of,
};
pub use planning::plan;
pub use scheduler::{AskedShard, shard_of};
