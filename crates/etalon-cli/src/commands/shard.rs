//! The recordings of one shard of a plan, for `etalon run --plan`.

use crate::output;
use etalon_batch::Config;
use etalon_batch::intake::Intake;
use etalon_shards::{AskedShard, ShardError, read_shard, shard_of, shards_of};
use std::path::Path;

/// What the shard works through that somebody asks for, or that the scheduler gives to this machine.
pub(crate) fn intake(plan: &Path, asked: Option<AskedShard>, config: &Config) -> Result<Intake, ShardError> {
    let shards = shards_of(plan)?;
    let shard = shard_of(asked, shards, &|name| std::env::var(name).ok())?;
    let intake = read_shard(plan, shard, &config.facts_sha256())?;
    output::message(&format!("shard {shard} of {shards}: {} recordings", intake.inputs.len()));
    Ok(intake)
}
