//! `etalon merge`: the shards of a plan, as if one machine had worked through them.

use crate::arguments::MergeOptions;
use crate::clock::today;
use crate::commands::report::{delete_forgotten, exit_with_unreadable, index_page};
use crate::ending::{Ending, print_summary, say_missing_calls};
use crate::exit::{self, Exit};
use crate::failure_lines::failure_lines;
use crate::monitoring::RunMonitor;
use crate::nights::{self, Night};
use crate::output::{self, Audience};
use crate::{sharing, signals};
use anyhow::Context as _;
use etalon_batch::{WorkDone, across_calls};
use etalon_forget::Wanted;
use etalon_report::Rebuilt;
use etalon_shards::{FittingShards, Merged};
use etalon_store::{Lock, Store};

/// Runs the command.
pub(crate) fn merge(options: &MergeOptions) -> anyhow::Result<Exit> {
    signals::stop_flag().context("signals can't be received")?;
    // A merge that was broken off is begun again by the same command.
    signals::end_at_once();
    etalon_batch::start_threads()?;
    let store = Store::create(&options.out)?;
    let lock = store.lock()?;
    store.remove_stale_temporary_files(&lock)?;
    delete_forgotten(&store, &lock)?;
    let shards = etalon_shards::check(&options.shards, &store)?;
    // What can't be read is told before anything is written.
    across_calls::check_earlier(&options.earlier.history)?;
    if let Some(group) = options.group {
        sharing::share(&store, &lock, group)?;
    }
    let monitor = RunMonitor::begin(&options.monitoring, &store)?;
    let mut night = Night::of_run();
    let ended =
        put_together(shards, options, &store, &lock, &monitor, &mut night).and_then(|(merged, rebuilt)| {
            let exit = print(options, &merged, &rebuilt, &mut night)?;
            Ok((merged, exit))
        });
    match ended {
        Ok((merged, exit)) => {
            monitor.ended(&store, &merged.summary, &merged.failures, exit)?;
            Ok(exit)
        }
        Err(error) => {
            monitor.broken_off(exit::code_of(&error));
            Err(error)
        }
    }
}

/// Puts the shards together, and makes what a run makes at its end.
fn put_together(
    shards: FittingShards,
    options: &MergeOptions,
    store: &Store,
    lock: &Lock,
    monitor: &RunMonitor,
    night: &mut Night,
) -> anyhow::Result<(Merged, Rebuilt)> {
    monitor.merge();
    let mut merged = etalon_shards::merge(shards, store)?;
    // It may hold what was said in calls that are redacted now.
    etalon_search::remove(store)?;
    monitor.merged(&merged.summary);
    if merged.deleted > 0 {
        let calls = merged.deleted;
        output::message(&format!(
            "{calls} calls of an earlier merge are in no shard any more, and are deleted"
        ));
    }
    delete_what_shards_forgot(store, lock)?;
    let ending =
        Ending { failures: &merged.failures, passed_over: &merged.passed_over, packs: &merged.packs };
    let rebuilt = ending.settle(store, &options.earlier.history, &options.report)?;
    night.add(&merged.summary, &merged.results, &WorkDone::default());
    nights::compare(store, night, &options.earlier.history)?;
    nights::keep(store, night, &mut merged.summary)?;
    Ok((merged, rebuilt))
}

/// Says what was merged, and with which code the command ends.
fn print(
    options: &MergeOptions,
    merged: &Merged,
    rebuilt: &Rebuilt,
    night: &mut Night,
) -> anyhow::Result<Exit> {
    let audience = Audience::of_messages();
    let failures = failure_lines(&merged.failures, audience);
    for line in failures.into_iter().chain(night.news_of_drift(audience)) {
        output::alert(&line);
    }
    if options.json {
        print_summary(&merged.summary)?;
    } else if !options.monitoring.quiet {
        output::data(&format!("{}\n", index_page(&options.out).display()))?;
    }
    let (shards, calls, failed) = (options.shards.len(), merged.results.len(), merged.failures.len());
    output::message(&format!("{calls} calls of {shards} shards, {failed} failed"));
    let exit = exit_with_unreadable(rebuilt);
    let are_calls_missing = say_missing_calls(&merged.results, rebuilt);
    Ok(if failed > 0 || are_calls_missing { Exit::SomeFailed } else { exit })
}

/// Deletes calls of an earlier merge that were forgotten in a shard since.
fn delete_what_shards_forgot(store: &Store, lock: &Lock) -> anyhow::Result<()> {
    let forgetting = etalon_forget::select(store, &Wanted::Buried)?.forgetting;
    if !forgetting.is_empty() {
        etalon_forget::remove(store, lock, &forgetting, &today())?;
        etalon_forget::finish(store)?;
        let calls = forgetting.ids.len();
        output::message(&format!(
            "{calls} calls of an earlier merge were forgotten in a shard, and are deleted"
        ));
    }
    Ok(())
}
