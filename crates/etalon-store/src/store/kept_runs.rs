//! The summaries of earlier runs: `runs/<when they began>.json`. The rounds of a day of a watch are
//! one of them.

use super::Store;
use super::folder::{is_json, names_in, read_json};
use crate::error::{Error, ErrorKind};
use crate::run::RunSummary;
use std::collections::BTreeMap;
use std::path::Path;

/// The folder's name below the result folder.
pub(super) const RUNS: &str = "runs";

/// So many runs are kept: more than a year of nights.
const KEPT_RUNS: usize = 400;

impl Store {
    /// Keeps the summary of a run beside those of earlier ones, of which the oldest go. That of a
    /// round of a watch takes the place of that of the rounds before it on the same day. Where
    /// recordings were found and what was odd with them is left out: nobody needs it a year later,
    /// and it may tell of whom the calls were.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn keep_run(&self, run: &RunSummary) -> Result<(), Error> {
        let Some(name) = file_name(run) else { return Ok(()) };
        let kept = RunSummary { places: BTreeMap::new(), warnings: Vec::new(), ..run.clone() };
        self.write_summary(&format!("{RUNS}/{name}"), &kept)?;
        let names = names_of_kept_runs(self.directory())?;
        for oldest in names.iter().take(names.len().saturating_sub(KEPT_RUNS)) {
            self.remove_file_if_there(&format!("{RUNS}/{oldest}"))?;
        }
        Ok(())
    }

    /// Keeps the summary that a run which was killed left in `run.json`.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn keep_earlier_run(&self) -> Result<(), Error> {
        // A summary that can't be read is of another version; it is replaced all the same.
        let Ok(Some(run)) = self.read_run() else { return Ok(()) };
        let is_kept = file_name(&run).is_some_and(|name| self.directory().join(RUNS).join(name).exists());
        if is_kept { Ok(()) } else { self.keep_run(&run) }
    }
}

/// The summaries of the runs into a result folder, the earliest first; none where the folder keeps
/// none. What can't be read is left out.
///
/// # Errors
/// [`Error::Io`].
pub fn kept_runs(directory: &Path) -> Result<Vec<RunSummary>, Error> {
    let mut runs = Vec::new();
    for name in names_of_kept_runs(directory)? {
        match read_json::<RunSummary>(&directory.join(RUNS).join(name)) {
            Ok(run) => runs.extend(run),
            Err(error) if error.kind() == ErrorKind::Corrupt => {}
            Err(error) => return Err(error),
        }
    }
    Ok(runs)
}

/// The names of the kept files in order of time.
fn names_of_kept_runs(directory: &Path) -> Result<Vec<String>, Error> {
    let mut names = names_in(&directory.join(RUNS))?;
    names.retain(|name| is_json(name));
    Ok(names)
}

/// The name of a run's file: when it, or the day of its watch, began, without the colons that some
/// systems forbid. None where that is no time.
fn file_name(run: &RunSummary) -> Option<String> {
    let began_at = run.watch_started_at.as_ref().unwrap_or(&run.started_at);
    let time = chrono::DateTime::parse_from_rfc3339(began_at).ok()?;
    Some(time.to_utc().format("%Y-%m-%dT%H-%M-%SZ.json").to_string())
}
