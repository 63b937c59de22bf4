//! A night beside the nights before it: what its calls are like, what of that has changed, and its
//! summary kept for the nights to come.

mod drift;
mod night;

use etalon_store::{RunSummary, Store, kept_runs};
pub(crate) use night::Night;
use std::path::PathBuf;

/// Finds out, from the report, what the calls of a night are like, and what of that is not as it
/// was in earlier runs into this folder or one of `history`.
///
/// # Errors
///
/// When the folder can't be read.
pub(crate) fn compare(store: &Store, night: &mut Night, history: &[PathBuf]) -> anyhow::Result<()> {
    let folders = std::iter::once(store.directory()).chain(history.iter().map(PathBuf::as_path));
    let mut earlier = Vec::new();
    for folder in folders.filter(|folder| folder.is_dir()) {
        earlier.extend(kept_runs(folder)?);
    }
    // All of them were written in UTC, and in one form.
    earlier.retain(|run: &RunSummary| run.started_at < night.totals.started_at);
    earlier.sort_by(|left, right| left.started_at.cmp(&right.started_at));
    night.totals.quality = etalon_report::quality_of(store, &night.stored)?;
    night.totals.drift = etalon_report::drift(&night.totals, &earlier);
    Ok(())
}

/// Keeps the summary of a night whose tables and pages are not made yet, as one that was broken
/// off.
///
/// # Errors
///
/// When the folder can't be written.
pub(crate) fn keep_unfinished(store: &Store, night: &Night) -> anyhow::Result<()> {
    let totals = RunSummary { interrupted: true, ..night.totals.clone() };
    Ok(store.keep_run(&totals)?)
}

/// Writes the summary of the latest run of a night as `run.json`, with what the calls of the night
/// are like, and keeps that of the night.
///
/// # Errors
///
/// When the folder can't be written.
pub(crate) fn keep(store: &Store, night: &Night, summary: &mut RunSummary) -> anyhow::Result<()> {
    summary.quality.clone_from(&night.totals.quality);
    summary.drift.clone_from(&night.totals.drift);
    store.write_run(summary)?;
    Ok(store.keep_run(&night.totals)?)
}
