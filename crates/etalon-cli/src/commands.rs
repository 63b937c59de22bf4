//! The commands, one module each.

pub(crate) mod bench;
pub(crate) mod completions;
pub(crate) mod doctor;
pub(crate) mod eval;
pub(crate) mod explain;
pub(crate) mod forget;
pub(crate) mod manual;
pub(crate) mod measure_rules;
pub(crate) mod merge;
pub(crate) mod models;
pub(crate) mod plan;
pub(crate) mod redact;
pub(crate) mod report;
pub(crate) mod reviews;
pub(crate) mod rules;
pub(crate) mod run;
pub(crate) mod schema;
pub(crate) mod score;
pub(crate) mod search;
pub(crate) mod serve;
pub(crate) mod shard;
pub(crate) mod try_rules;
pub(crate) mod watch;
pub(crate) mod worker;
