//! `etalon report`: the roll-ups and the report of a result folder, from its stored calls.

use crate::arguments::ReportOptions;
use crate::commands::rules::{named, titles};
use crate::exit::Exit;
use crate::output;
use etalon_store::Store;

/// Runs the command.
pub(crate) fn report(options: &ReportOptions) -> anyhow::Result<Exit> {
    let store = Store::open(&options.directory)?;
    let _lock = store.lock()?;
    let titles = titles(&named(&[])?);
    let rebuilt = etalon_report::rebuild(&store, &titles)?;
    output::message(&format!("{} calls", rebuilt.calls));
    output::data(&format!("{}\n", options.directory.join("report/index.html").display()))?;
    Ok(Exit::Done)
}
