//! `etalon report`: the roll-ups and the report of a result folder, from its stored calls.

use crate::arguments::ReportOptions;
use crate::commands::rules::{named, titles};
use crate::exit::Exit;
use crate::output::{self, Audience};
use etalon_batch::kept_packs;
use etalon_report::Rebuilt;
use etalon_rules::Pack;
use etalon_store::{Failure, Store};

/// Runs the command.
pub(crate) fn report(options: &ReportOptions) -> anyhow::Result<Exit> {
    let store = Store::open(&options.directory)?;
    let _lock = store.lock()?;
    // What a kept pack says of its rules comes last and holds.
    let packs: Vec<Pack> = named(&[])?.into_iter().chain(kept_packs::readable_packs(&store)?).collect();
    let titles = titles(&packs);
    let rebuilt = etalon_report::rebuild(&store, &titles)?;
    output::message(&format!("{} calls", rebuilt.calls.len()));
    output::data(&format!("{}\n", options.directory.join("report/index.html").display()))?;
    Ok(exit_with_unreadable(&rebuilt))
}

/// Names the stored calls that are in no roll-up because they can't be read, and says how the command
/// ends with them.
pub(crate) fn exit_with_unreadable(rebuilt: &Rebuilt) -> Exit {
    for Failure { source, id, reason, .. } in &rebuilt.unreadable {
        // The recording's name may hold a telephone number; that of its result does not.
        let name = match (Audience::of_messages(), id) {
            (Audience::Log, Some(id)) => format!("calls/{}/{id}.json", id.get(..2).unwrap_or(id)),
            _ => source.clone(),
        };
        output::message(&format!("not in the report: {name}: {reason}"));
    }
    if rebuilt.unreadable.is_empty() { Exit::Done } else { Exit::SomeFailed }
}
