//! `etalon report`: the roll-ups and the report of a result folder, from its stored calls.

use crate::arguments::{PagesOptions, ReportOptions};
use crate::clock::today;
use crate::commands::rules::named;
use crate::exit::Exit;
use crate::output::{self, Audience};
use etalon_batch::kept_packs;
use etalon_pages::{Interface, InterfaceLanguage, RuleBook};
use etalon_report::{Listening, REPORT_FOLDER, Rebuilt, ReportSettings, SoundMode};
use etalon_rules::Pack;
use etalon_store::{ErrorKind, Failure, Ledger, Lock, PAGES_FILE, Store, path_of_call};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// How the pages of a result folder are made, kept for the next command that makes them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct PagesChoice {
    pub(crate) language: InterfaceLanguage,
    #[serde(default)]
    pub(crate) audio: SoundMode,
}

impl PagesChoice {
    /// As the pages are asked for, or as they were the last time.
    pub(crate) fn of(store: &Store, options: &PagesOptions) -> anyhow::Result<Self> {
        let kept: Self = match store.read_json_file(PAGES_FILE) {
            // A wish that can't be read is no reason to lose the pages.
            Err(error) if error.kind() == ErrorKind::Corrupt => Self::default(),
            kept => kept?.unwrap_or_default(),
        };
        Ok(Self {
            language: options.report_language.unwrap_or(kept.language),
            audio: options.audio.unwrap_or(kept.audio),
        })
    }
}

/// Runs the command.
pub(crate) fn report(options: &ReportOptions) -> anyhow::Result<Exit> {
    etalon_batch::start_threads()?;
    let store = Store::open(&options.directory)?;
    let lock = store.lock()?;
    delete_forgotten(&store, &lock)?;
    let rebuilt = rebuild(&store, &known_packs(&store)?, &options.pages, None)?;
    output::message(&format!("{} calls", rebuilt.calls.len()));
    output::data(&format!("{}\n", index_page(&options.directory).display()))?;
    Ok(exit_with_unreadable(&rebuilt))
}

/// Deletes what an interrupted `etalon forget` was to delete, so that nothing of it comes back.
pub(crate) fn delete_forgotten(store: &Store, lock: &Lock) -> anyhow::Result<()> {
    if let Some(forgetting) = etalon_forget::interrupted(store)? {
        etalon_forget::remove(store, lock, &forgetting, &today())?;
        output::message("`etalon forget` was interrupted: its calls are deleted; run it again for the proof");
    }
    Ok(())
}

/// All roll-ups, with the pages as they are asked for, or as they were the last time. `ledger` has
/// the calls, where somebody has read them under the same lock.
pub(crate) fn rebuild(
    store: &Store,
    packs: &[Pack],
    options: &PagesOptions,
    ledger: Option<&Ledger>,
) -> anyhow::Result<Rebuilt> {
    let choice = PagesChoice::of(store, options)?;
    let mut written = serde_json::to_vec(&choice)?;
    written.push(b'\n');
    store.write_file(PAGES_FILE, &written)?;
    let rule_book = RuleBook::of(packs);
    let listening = Listening::new(store, choice.audio, Interface::of(choice.language))?;
    let find_sound = |call: &etalon_call::Call| listening.sound_of(call);
    let settings = ReportSettings {
        rule_book: &rule_book,
        language: choice.language,
        find_sound: &find_sound,
        packs,
        ledger,
    };
    let rebuilt = etalon_report::rebuild(store, &settings)?;
    listening.remove_unwanted()?;
    Ok(rebuilt)
}

/// The page with which the report of a result folder begins.
pub(crate) fn index_page(directory: &Path) -> PathBuf {
    directory.join(REPORT_FOLDER).join("index.html")
}

/// The built-in packs and those that judged the calls of a folder, which come last, so that what they
/// say of their rules holds.
pub(crate) fn known_packs(store: &Store) -> anyhow::Result<Vec<Pack>> {
    Ok(named(&[])?.into_iter().chain(kept_packs::readable_packs(store)?).collect())
}

/// Names the stored calls that are in no roll-up because they can't be read, and says how the command
/// ends with them.
pub(crate) fn exit_with_unreadable(rebuilt: &Rebuilt) -> Exit {
    for Failure { source, id, reason, .. } in &rebuilt.unreadable {
        // The recording's name may hold a telephone number; that of its result does not.
        let name = match (Audience::of_messages(), id) {
            (Audience::Log, Some(id)) => path_of_call(id).unwrap_or_else(|_| id.clone()),
            _ => source.clone(),
        };
        output::alert(&format!("not in the report: {name}: {reason}"));
    }
    if rebuilt.unreadable.is_empty() { Exit::Done } else { Exit::SomeFailed }
}
