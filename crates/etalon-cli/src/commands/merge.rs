//! `etalon merge`: the shards of a plan, as if one machine had worked through them.

use crate::arguments::MergeOptions;
use crate::clock::today;
use crate::commands::report::{delete_forgotten, exit_with_unreadable, index_page};
use crate::ending::{Ending, print_summary, say_missing_calls};
use crate::exit::Exit;
use crate::failure_lines::failure_lines;
use crate::nights;
use crate::output::{self, Audience};
use etalon_forget::Wanted;
use etalon_store::{Lock, Store};

/// Runs the command.
pub(crate) fn merge(options: &MergeOptions) -> anyhow::Result<Exit> {
    etalon_batch::start_threads()?;
    let store = Store::create(&options.out)?;
    let lock = store.lock()?;
    store.remove_stale_temporary_files(&lock)?;
    delete_forgotten(&store, &lock)?;
    let mut merged = etalon_shards::merge(&options.shards, &store)?;
    delete_what_shards_forgot(&store, &lock)?;
    let ending =
        Ending { failures: &merged.failures, passed_over: &merged.passed_over, packs: &merged.packs };
    let rebuilt = ending.settle(&store, &options.earlier.history, &options.report)?;
    nights::conclude(&store, &mut merged.summary, &merged.results, &options.earlier.history)?;

    let audience = Audience::of_messages();
    let failures = failure_lines(&merged.failures, audience);
    for line in failures.into_iter().chain(nights::drift_lines(&merged.summary, audience)) {
        output::alert(&line);
    }
    if options.json {
        print_summary(&merged.summary)?;
    } else {
        output::data(&format!("{}\n", index_page(&options.out).display()))?;
    }
    let (shards, calls, failed) = (options.shards.len(), merged.results.len(), merged.failures.len());
    output::message(&format!("{calls} calls of {shards} shards, {failed} failed"));
    let exit = exit_with_unreadable(&rebuilt);
    let are_calls_missing = say_missing_calls(&merged.results, &rebuilt);
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
