//! `etalon reviews`: what people say of calls, as a table.

use crate::arguments::{ReviewImportOptions, ReviewTableOptions, ReviewsCommand, ReviewsOptions};
use crate::clock::now;
use crate::commands::serve::people;
use crate::exit::Exit;
use crate::output;
use anyhow::{Context as _, bail};
use chrono::SubsecRound as _;
use etalon_call::{CallFacts, Evaluation, PackReference, Redaction};
use etalon_eval::{CallNames, NoCall};
use etalon_review::table::{self, ImportSummary, KnownCall, RowError};
use etalon_review::{Person, PersonRole, REVIEWS_FILE, ReviewStore};
use etalon_store::Store;
use serde::Deserialize;
use std::path::Path;

/// Runs the command.
pub(crate) fn reviews(options: &ReviewsOptions) -> anyhow::Result<Exit> {
    match &options.command {
        ReviewsCommand::Export(options) => export(options),
        ReviewsCommand::Import(options) => import(options),
    }
}

fn export(options: &ReviewTableOptions) -> anyhow::Result<Exit> {
    let store = Store::open(&options.directory)?;
    let path = store.directory().join(REVIEWS_FILE);
    let Some(reviews) = ReviewStore::open_read_only(&path)? else {
        bail!("{}: nobody has reviewed calls here; there is no {REVIEWS_FILE}", options.directory.display());
    };
    let rows = table::rows(&reviews.reviews()?);
    let written = std::fs::write(&options.file, table::write(&rows));
    written.with_context(|| format!("{}: can't be written", options.file.display()))?;
    output::message(&format!("answers: {}", rows.len()));
    Ok(Exit::Done)
}

fn import(options: &ReviewImportOptions) -> anyhow::Result<Exit> {
    let ReviewTableOptions { directory, file } = &options.table;
    let store = Store::open(directory)?;
    let author = author(options)?;
    let bytes = std::fs::read(file).with_context(|| format!("{}: can't be read", file.display()))?;
    let table = table::read(&bytes).with_context(|| file.display().to_string())?;
    let calls = Calls::new(&store)?;
    let mut reviews = ReviewStore::open(&store.directory().join(REVIEWS_FILE))?;
    let now = now().trunc_subsecs(0).fixed_offset();
    let summary = table::import(&mut reviews, &table, (&author, now), |name| calls.named(name))?;
    tell(file, &summary);
    Ok(if summary.refused.is_empty() { Exit::Done } else { Exit::SomeFailed })
}

/// In whose name the table is read: a person of the file of people, or else a lead. Whoever can
/// write the folder could write its reviews without this program, too.
fn author(options: &ReviewImportOptions) -> anyhow::Result<Person> {
    let Some(path) = &options.people else {
        return Ok(Person { name: options.author.clone(), role: PersonRole::Lead, agent_id: None });
    };
    let people = people(path)?;
    let known = people.named(&options.author);
    known.cloned().with_context(|| format!("{}: has no person of the name given with --as", path.display()))
}

fn tell(file: &Path, summary: &ImportSummary) {
    for row in &summary.refused {
        output::message(&format!("{}: line {}: {}", file.display(), row.line, row.error));
    }
    let ImportSummary { answers, sheets, unchanged, refused } = summary;
    output::message(&format!(
        "answers: {answers}, sheets: {sheets}, there already: {unchanged}, not taken: {}",
        refused.len()
    ));
}

/// The stored calls by every name that a table may give them.
struct Calls<'s> {
    store: &'s Store,
    names: CallNames,
}

/// The parts of a stored call that a review needs.
#[derive(Deserialize)]
struct StoredCall {
    call: CallFacts,
    pipeline: StoredPipeline,
    evaluation: Evaluation,
    redaction: Option<Redaction>,
}

#[derive(Deserialize)]
struct StoredPipeline {
    packs: Vec<PackReference>,
}

impl<'s> Calls<'s> {
    fn new(store: &'s Store) -> anyhow::Result<Self> {
        let ids = store.call_ids()?;
        // A damaged call has no name; the report lists it.
        let calls: Vec<CallFacts> = ids.iter().filter_map(|id| store.read_facts(id).ok().flatten()).collect();
        Ok(Self { store, names: CallNames::of(&calls) })
    }

    fn named(&self, name: &str) -> Result<KnownCall, RowError> {
        let id = self.names.id_of(name).map_err(|error| match error {
            NoCall::Unknown => RowError::UnknownCall,
            NoCall::Ambiguous { calls } => RowError::AmbiguousCall { calls },
        })?;
        let found = self.store.read_call_part::<StoredCall>(id).ok().flatten();
        let found = found.ok_or(RowError::UnknownCall)?;
        Ok(KnownCall {
            facts: found.call,
            packs: found.pipeline.packs,
            evaluation: found.evaluation,
            redaction: found.redaction,
        })
    }
}
