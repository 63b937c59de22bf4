//! `etalon plan`: recordings divided among machines.

use crate::arguments::PlanOptions;
use crate::exit::Exit;
use crate::failure_lines::{failure_lines_of_plan, skipped_line};
use crate::output::{self, Audience};
use crate::signals;
use crate::table::{Align, Table};
use anyhow::Context as _;
use etalon_batch::{BatchError, intake};
use etalon_shards::plan_file::{PlanHeader, ShardSize};

/// Shards that are printed; there may be thousands.
const TABLE_ROWS: usize = 100;

/// Runs the command.
pub(crate) fn plan(options: &PlanOptions) -> anyhow::Result<Exit> {
    let mut config = options.recordings.configuration()?;
    // The shards are run with the file alone: what the command line adds is in the plan.
    let facts_sha256 = config.facts_sha256();
    if let Some(layout) = options.layout {
        config.call.insert("layout".to_owned(), layout.name().to_owned());
    }
    config.limits.max_bytes = options.max_bytes.unwrap_or(config.limits.max_bytes);
    config.check_ranges().map_err(BatchError::from)?;
    let stop = signals::stop_flag().context("signals can't be received")?;
    etalon_batch::start_threads()?;
    let intake = intake::take_in(&options.recordings.sources(&options.inputs), &config, &stop)?;
    let plan = etalon_shards::plan(intake, options.shards, &config.limits, facts_sha256, &stop)?;
    let (header, failures, skipped) =
        (plan.header.clone(), plan.failures.clone(), skipped_line(&plan.passed_over));
    plan.write(&options.out)?;

    for warning in &header.warnings {
        output::message(&format!("warning: {warning}"));
    }
    for line in failure_lines_of_plan(&failures, Audience::of_messages()) {
        output::message(&line);
    }
    if options.json {
        output::json(&header)?;
    } else {
        output::data(&table(&header.shards))?;
        if let Some(line) = skipped {
            output::message(&line);
        }
        output::message(&closing_line(&header));
        output::message(&format!("plan: {}", options.out.display()));
    }
    Ok(if failures.is_empty() { Exit::Done } else { Exit::SomeFailed })
}

fn table(shards: &[ShardSize]) -> String {
    let mut table = Table::new([
        ("shard", Align::Right),
        ("recordings", Align::Right),
        ("hours", Align::Right),
        ("MB", Align::Right),
    ]);
    for size in shards.iter().take(TABLE_ROWS) {
        table.add([
            size.shard.to_string(),
            size.recordings.to_string(),
            format!("{:.2}", size.audio_s / 3600.0),
            format!("{:.0}", size.bytes as f64 / 1e6),
        ]);
    }
    table.as_text()
}

/// How much there is, and how even the shards are.
fn closing_line(header: &PlanHeader) -> String {
    let recordings: usize = header.shards.iter().map(|size| size.recordings).sum();
    let all_s: f64 = header.shards.iter().map(|size| size.audio_s).sum();
    let longest_s = header.shards.iter().map(|size| size.audio_s).fold(0.0, f64::max);
    let shards = header.shards.len();
    let mean_s = all_s / shards as f64;
    let above = if mean_s > 0.0 { (longest_s / mean_s - 1.0) * 100.0 } else { 0.0 };
    format!(
        "{recordings} recordings, {:.1} h in {shards} shards; the longest is {above:.1} % above the mean",
        all_s / 3600.0
    )
}
