//! `etalon eval`: results against labelled calls.

use crate::arguments::EvalOptions;
use crate::exit::Exit;
use crate::output;
use etalon_report::Store;

/// Runs the command.
pub(crate) fn eval(options: &EvalOptions) -> anyhow::Result<Exit> {
    let store = Store::open(&options.directory)?;
    let mut calls = Vec::new();
    for id in store.call_ids()? {
        calls.extend(store.read_call(&id)?);
    }
    let labelled = etalon_eval::load(&options.truth, calls)?;
    for name in &labelled.without_result {
        output::message(&format!("no result for {name}"));
    }
    let comparison = etalon_eval::evaluate(&labelled.calls);
    if options.json {
        output::data(&format!("{}\n", serde_json::to_string_pretty(&comparison)?))?;
    } else {
        output::data(&etalon_eval::as_text(&comparison))?;
    }
    Ok(Exit::Done)
}
