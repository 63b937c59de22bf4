//! Searches the files of a result folder for what is left of forgotten calls.

use crate::error::ForgetError;
use crate::remove::PLAN_FILE;
use crate::select::Forgetting;
use crate::stored::StoredCalls;
use aho_corasick::AhoCorasick;
use etalon_store::Store;
use serde::Serialize;

/// The shortest reference or path that is searched for, bytes: a shorter one stands in other words.
const NEEDLE_MIN: usize = 5;

/// What a search of all files came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Files that were searched.
    pub files: usize,
    /// Ids, paths and references that were searched for.
    pub texts: usize,
    /// Paths and references that other calls have too, or that are too short to be told from other
    /// words; they were not searched for.
    pub left_out: usize,
    /// Files in which something was found.
    pub leftovers: Vec<Leftover>,
}

/// A file in which something is left of a forgotten call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
    let needles = needles(store, forgetting)?;
    let mut checked =
        Checked { texts: needles.texts.len(), left_out: needles.left_out, ..Checked::default() };
    let search = AhoCorasick::new(needles.texts.iter().map(|(_, text)| text.as_bytes()))?;
    store.visit_files::<ForgetError>(|file, content| {
        if file == PLAN_FILE {
            return Ok(());
        }
        checked.files += 1;
        let found =
            |content: &[u8]| search.find(content).map(|found| needles.texts[found.pattern().as_usize()].0);
        let in_text = || match plain(file)? {
            Ok(text) => found(text.as_bytes()),
            Err(_) => Some("unreadable"),
        };
        if let Some(what) = found(file.as_bytes()).or_else(|| found(content)).or_else(in_text) {
            checked.leftovers.push(Leftover { file: file.to_owned(), what });
        }
        Ok(())
    })?;
    checked.leftovers.sort_by(|left, right| left.file.cmp(&right.file));
    Ok(checked)
}

/// What is searched for, each with what it is.
struct Needles {
    texts: Vec<(&'static str, String)>,
    left_out: usize,
}

/// A path or a reference that somebody else has too would be found where it belongs.
fn needles(store: &Store, forgetting: &Forgetting) -> Result<Needles, ForgetError> {
    let mut others = String::new();
    let mut add_other = |text: &str| {
        others.push_str(text);
        others.push('\n');
    };
    for call in StoredCalls::read(store)?.facts {
        let references = call.client_ref.iter().chain(&call.also_found_as).chain(call.tags.values());
        references.chain([&call.source]).for_each(|text| add_other(text));
    }
    store.read_failures()?.iter().for_each(|failure| add_other(&failure.source));
    store.read_passed_over()?.iter().for_each(|passed_over| add_other(&passed_over.source));
    let ids = forgetting.ids.iter().chain(&forgetting.recordings).map(|id| ("id", id.clone()));
    let mut needles = Needles { texts: ids.collect(), left_out: 0 };
    let sources = forgetting.sources.iter().map(|source| ("path", source));
    for (what, text) in sources.chain(forgetting.clients.iter().map(|client| ("client", client))) {
        if text.len() >= NEEDLE_MIN && !others.contains(text.as_str()) {
            needles.texts.push((what, text.clone()));
        } else {
            needles.left_out += 1;
        }
    }
    needles.texts.sort();
    needles.texts.dedup();
    Ok(needles)
}
