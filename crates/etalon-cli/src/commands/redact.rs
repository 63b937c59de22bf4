//! `etalon redact`: a result folder without personal data, to be handed on.

use crate::arguments::{PagesOptions, RedactOptions};
use crate::commands::report::{self, exit_with_unreadable};
use crate::exit::Exit;
use crate::output;
use crate::table::{Align, Table};
use anyhow::{Context as _, bail};
use etalon_batch::{Config, across_calls, kept_packs};
use etalon_call::{Call, PersonalDataKind};
use etalon_pipeline::{Job, Pipeline, SampleStorage, StageClock, Worker, process};
use etalon_redact::Finding;
use etalon_report::{RedactedSound, redact_call, write_redacted};
use etalon_store::{Lock, Store};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Bytes of the salt of pseudonyms, which nobody keeps.
const SALT_BYTES: usize = 32;

/// What the command prints with `--json`.
#[derive(Debug, Default, Serialize)]
struct Summary {
    calls: usize,
    /// Pieces of personal data by kind.
    found: BTreeMap<&'static str, u32>,
    muted_s: f64,
    /// Calls of which nothing is to be heard, because their recordings are gone or can't be read.
    without_sound: usize,
    verified: Option<Verified>,
}

/// What a recognizer still hears in muted sound. Personal data that it mishears, or that the
/// detector does not know, is in none of these numbers.
#[derive(Debug, Default, Serialize)]
struct Verified {
    calls: usize,
    /// Sounds that could not be listened to.
    failed: usize,
    /// Pieces of personal data that were muted in these calls.
    entities: u32,
    /// Pieces of personal data that are heard all the same.
    leaks: usize,
    /// The same by kind.
    heard: BTreeMap<&'static str, usize>,
    /// Pieces that are heard, of 1,000 that were muted: never-found ones are not among the 1,000.
    leaks_per_1000: Option<f64>,
}

/// What was copied.
#[derive(Default)]
struct Copied {
    summary: Summary,
    /// The sounds, and how many pieces of personal data are muted in each.
    sounds: Vec<(PathBuf, u32)>,
    /// Stored calls that can't be read, and so were left out.
    unreadable: usize,
}

/// Runs the command.
pub(crate) fn redact(options: &RedactOptions) -> anyhow::Result<Exit> {
    etalon_batch::start_threads()?;
    let (from, ids) = calls_of(&options.inputs)?;
    let (to, _lock) = new_folder(&from, &options.out)?;
    kept_packs::keep(&to, &kept_packs::readable_packs(&from)?)?;
    let Copied { mut summary, sounds, unreadable } = copy_redacted(&from, &to, &ids)?;
    across_calls::rewrite_ledger(&to, &[])?;
    let pages = PagesOptions { report_language: options.report_language, audio: None };
    let rebuilt = report::rebuild(&to, &report::known_packs(&to)?, &pages, None)?;
    if options.verify {
        summary.verified = Some(verify(options, &sounds)?);
    }
    print(options, &summary)?;
    Ok(if unreadable > 0 || summary.without_sound > 0 {
        Exit::SomeFailed
    } else {
        exit_with_unreadable(&rebuilt)
    })
}

/// The folder to write, which may hold no calls yet.
fn new_folder(from: &Store, out: &Path) -> anyhow::Result<(Store, Lock)> {
    if same_folder(from.directory(), out) {
        bail!("--out is the folder itself; name another one");
    }
    let to = Store::create(out)?;
    let lock = to.lock()?;
    if to.read_run()?.is_some() || !to.call_ids()?.is_empty() {
        bail!(
            "{} holds calls already; name a new folder, or delete what is left of a copy that was broken off",
            out.display()
        );
    }
    to.remove_stale_temporary_files(&lock)?;
    Ok((to, lock))
}

/// Writes calls without personal data. Their pseudonyms are made with a salt that is kept nowhere.
fn copy_redacted(from: &Store, to: &Store, ids: &[String]) -> anyhow::Result<Copied> {
    let places = from.read_recordings()?;
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt).context("the system gives no random numbers")?;
    let mut copied = Copied::default();
    for id in ids {
        let mut call = match from.read_call(id) {
            Ok(Some(call)) => call,
            Ok(None) => continue,
            Err(error) => {
                output::message(&format!("left out: {error}"));
                copied.unreadable += 1;
                continue;
            }
        };
        redact_call(&mut call, &salt);
        let entities = copied.summary.add(&call);
        match write_redacted(from, &places, to, &call)? {
            RedactedSound::Written(path) => copied.sounds.push((path, entities)),
            RedactedSound::Gone => copied.summary.without_sound += 1,
            RedactedSound::Failed(error) => {
                output::message(&format!("without sound: {id}: {error}"));
                copied.summary.without_sound += 1;
            }
        }
    }
    Ok(copied)
}

impl Summary {
    /// Counts a call in, and says how many pieces of personal data it had.
    fn add(&mut self, call: &Call) -> u32 {
        self.calls += 1;
        let Some(redaction) = &call.redaction else { return 0 };
        for kind in PersonalDataKind::ALL {
            let found = redaction.found.get(kind.name()).copied().unwrap_or_default();
            *self.found.entry(kind.name()).or_default() += found;
        }
        self.muted_s += redaction.muted.iter().map(|range| range.span().duration_s()).sum::<f64>();
        redaction.found.values().sum()
    }
}

/// The result folder and the ids of the calls that are meant: all of a folder, or those whose files
/// are named.
fn calls_of(inputs: &[PathBuf]) -> anyhow::Result<(Store, Vec<String>)> {
    if let [folder] = inputs
        && folder.is_dir()
    {
        let store = Store::open(folder)?;
        let ids = store.call_ids()?;
        return Ok((store, ids));
    }
    let mut folders = Vec::new();
    let mut ids = Vec::new();
    for file in inputs {
        let id = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        // out/calls/ab/abcd….json
        let folder = file.ancestors().nth(3).map(Path::to_owned).unwrap_or_default();
        folders.push(if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder });
        ids.push(id);
    }
    folders.dedup();
    let [folder] = folders.as_slice() else {
        bail!("name one result folder, or files of calls of one result folder")
    };
    let store = Store::open(folder)?;
    for id in &ids {
        if !store.has_call(id)? {
            bail!("`{id}` is no call of {}; name files below its folder `calls`", folder.display());
        }
    }
    Ok((store, ids))
}

fn same_folder(left: &Path, right: &Path) -> bool {
    let canonical = |path: &Path| path.canonicalize().ok();
    canonical(left).is_some() && canonical(left) == canonical(right)
}

/// Listens to muted sounds and looks for personal data in what is heard.
fn verify(options: &RedactOptions, sounds: &[(PathBuf, u32)]) -> anyhow::Result<Verified> {
    let mut config = options.config.as_deref().map(Config::read).transpose()?.unwrap_or_default();
    if let Some(model) = &options.model {
        config.model.clone_from(model);
    }
    if let Some(language) = &options.language {
        config.language.clone_from(language);
    }
    let pipeline = Pipeline::with_transcription(config.pipeline_settings())?;
    let worker = Worker::for_pipeline(&pipeline, StageClock::default())?;
    let mut worker = worker.with_storage(SampleStorage::in_folder(&options.out));
    let mut verified = Verified::default();
    for (path, entities) in sounds {
        let job = Job::of_file(path).with_context(|| format!("{} can't be read", path.display()))?;
        match process(&job, &pipeline, &mut worker) {
            Ok(heard) => {
                verified.add(*entities, &etalon_redact::find(&heard.call.turns));
            }
            Err(_) => verified.failed += 1,
        }
    }
    let per_1000 = 1000.0 * verified.leaks as f64 / f64::from(verified.entities.max(1));
    verified.leaks_per_1000 = (verified.entities > 0).then(|| etalon_call::round3(per_1000));
    Ok(verified)
}

impl Verified {
    /// Counts a sound in: what was muted in it, and what is heard in it.
    fn add(&mut self, muted: u32, heard: &[Finding]) {
        self.calls += 1;
        self.entities += muted;
        self.leaks += heard.len();
        for finding in heard {
            *self.heard.entry(finding.kind.name()).or_default() += 1;
        }
    }
}

fn print(options: &RedactOptions, summary: &Summary) -> anyhow::Result<()> {
    if options.json {
        output::json(summary)?;
        return Ok(());
    }
    output::data(&kinds(summary).as_text())?;
    output::message(&format!("{} calls, {:.1} s of speech muted", summary.calls, summary.muted_s));
    if summary.without_sound > 0 {
        output::message(&format!(
            "{} calls have no sound: their recordings are gone or can't be read",
            summary.without_sound
        ));
    }
    if let Some(verified) = &summary.verified {
        print_verified(verified)?;
    }
    output::message(&format!("results: {}", options.out.display()));
    Ok(())
}

/// What was found, and what was heard again, by kind.
fn kinds(summary: &Summary) -> Table {
    let Some(verified) = &summary.verified else {
        let mut table = Table::new([("kind", Align::Left), ("found", Align::Right)]);
        for (kind, found) in &summary.found {
            table.add([(*kind).to_owned(), found.to_string()]);
        }
        return table;
    };
    let mut table =
        Table::new([("kind", Align::Left), ("found", Align::Right), ("heard again", Align::Right)]);
    for (kind, found) in &summary.found {
        let heard = verified.heard.get(kind).copied().unwrap_or_default();
        table.add([(*kind).to_owned(), found.to_string(), heard.to_string()]);
    }
    table
}

/// Says how much is still heard, and of what this is no proof.
fn print_verified(verified: &Verified) -> anyhow::Result<()> {
    let Verified { calls, failed, entities, leaks, leaks_per_1000, .. } = verified;
    let rate = leaks_per_1000.map_or_else(|| "—".to_owned(), |rate| format!("{rate:.1}"));
    output::data(&format!(
        "listened again to {calls} calls: {entities} pieces of personal data were found, {leaks} are heard in the muted sound, {rate} per 1,000\n\
         This counts only what was recognised. What the model misheard both times is in neither number: read docs/privacy.md, and listen to some calls.\n"
    ))?;
    if *failed > 0 {
        output::message(&format!("{failed} sounds could not be listened to"));
    }
    Ok(())
}
