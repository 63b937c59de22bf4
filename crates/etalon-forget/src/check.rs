//! Searches the files of a result folder for what is left of forgotten calls.

use crate::error::ForgetError;
use crate::needles::Needles;
use crate::remove::PLAN_FILE;
use crate::select::Forgetting;
use etalon_store::Store;
use serde::Serialize;
use std::collections::BTreeSet;

/// The folder of the stored calls.
const CALLS: &str = "calls/";

/// What a search of all files came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Files that were searched.
    pub files: usize,
    /// Ids, paths and references that were searched for, a telephone number in its spellings.
    pub texts: usize,
    /// Paths that other calls have too, and paths and references that are too short to be told from
    /// other words; they were not searched for.
    pub left_out: usize,
    /// Files in which something was found.
    pub leftovers: Vec<Leftover>,
    /// Files in which the path or the client is named by what is known or said of other calls.
    pub of_others: Vec<Leftover>,
}

/// A file in which something is left of a forgotten call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Leftover {
    /// The file's path below the result folder.
    pub file: String,
    /// What was found: `id`, `path` or `client`; `unreadable` where nobody can tell.
    pub what: &'static str,
}

/// Searches every file of a result folder for ids, paths and clients that were forgotten.
///
/// `plain` gives the text of a file that is compressed, by the file's path below the folder;
/// nothing of any other. One that can't be read is counted as one in which something is left.
///
/// # Errors
///
/// When a file can't be read.
pub fn check(
    store: &Store,
    forgetting: &Forgetting,
    plain: impl Fn(&str) -> Option<Result<String, String>>,
) -> Result<Checked, ForgetError> {
    let needles = Needles::of(store, forgetting)?;
    let mut checked = Checked { texts: needles.all.len(), left_out: needles.left_out, ..Checked::default() };
    let mut found_in = Vec::new();
    store.visit_files::<ForgetError>(|file, content| {
        if file == PLAN_FILE {
            return Ok(());
        }
        checked.files += 1;
        let mut found = needles.found_in(file.as_bytes());
        found.extend(needles.found_in(content));
        match plain(file) {
            Some(Ok(text)) => found.extend(needles.found_in(text.as_bytes())),
            Some(Err(_)) => {
                checked.leftovers.push(Leftover { file: file.to_owned(), what: "unreadable" });
            }
            None => {}
        }
        if !found.is_empty() {
            found_in.push((file.to_owned(), found));
        }
        Ok(())
    })?;
    let said = said_of_others(&found_in, &needles, forgetting);
    for (file, found) in found_in {
        let is_of_others = |place: &usize| needles.all[*place].is_shared || said.contains(place);
        let own = found.iter().find(|place| !is_of_others(place));
        let list = if own.is_some() { &mut checked.leftovers } else { &mut checked.of_others };
        let what = own.or_else(|| found.first()).map(|place| needles.all[*place].what);
        list.extend(what.map(|what| Leftover { file, what }));
    }
    checked.leftovers.sort();
    checked.of_others.sort();
    Ok(checked)
}

/// The needles that stand in the document of another call: somebody says the number there, or a fact
/// names the path. An id stands in no document but its own.
fn said_of_others(
    found_in: &[(String, BTreeSet<usize>)],
    needles: &Needles,
    forgetting: &Forgetting,
) -> BTreeSet<usize> {
    let is_of_other = |file: &str| {
        let name = file.strip_prefix(CALLS).and_then(|file| file.rsplit('/').next());
        let id = name.and_then(|name| name.strip_suffix(".json"));
        id.is_some_and(|id| !forgetting.ids.contains(id))
    };
    let documents = found_in.iter().filter(|(file, _)| is_of_other(file));
    let found = documents.flat_map(|(_, found)| found.iter().copied());
    found.filter(|place| needles.all[*place].what != "id").collect()
}
