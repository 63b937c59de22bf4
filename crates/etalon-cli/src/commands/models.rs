//! `etalon models`: the speech models of the registry.

use crate::arguments::{ModelsCommand, ModelsOptions, PullOptions};
use crate::exit::Exit;
use crate::output;
use crate::progress::download_bar;
use anyhow::{anyhow, bail};
use etalon_models::ModelEntry;
use etalon_models::pull::{DownloadLimits, Wanted, download, take_from};
use std::path::{Path, PathBuf};

/// Runs the command.
pub(crate) fn models(options: &ModelsOptions) -> anyhow::Result<Exit> {
    match &options.command {
        ModelsCommand::List => list(),
        ModelsCommand::Pull(options) => pull(options),
        ModelsCommand::Verify { name } => verify(name.as_deref()),
    }
}

fn list() -> anyhow::Result<Exit> {
    let embedded = etalon_models::embedded().name;
    let folders = etalon_models::model_folders();
    for entry in etalon_models::registry()? {
        let place = if entry.name == embedded { "built in".to_owned() } else { place(&entry, &folders) };
        let megabytes = entry.size / 1_000_000;
        output::data(&format!("{:<22} {megabytes:>5} MB  {}  {place}\n", entry.name, entry.purpose))?;
    }
    for folder in folders {
        output::message(&format!("looked for in {}", folder.display()));
    }
    Ok(Exit::Done)
}

/// Where a model is, and whether its bytes are those of the registry.
fn place(entry: &ModelEntry, folders: &[PathBuf]) -> String {
    if let Some(path) = entry.find_in(folders) {
        return match etalon_models::verify(entry, &path) {
            Ok(()) => format!("{} (verified)", path.display()),
            Err(error) => format!("NOT VERIFIED: {error}"),
        };
    }
    let part =
        folders.iter().map(|folder| Wanted::of_registry(entry, folder).part()).find(|part| part.is_file());
    match part.and_then(|part| std::fs::metadata(part).ok()) {
        Some(part) => {
            let percent = part.len().saturating_mul(100) / entry.size.max(1);
            format!("{percent} % downloaded; `etalon models pull {}` resumes", entry.name)
        }
        None => "not here".to_owned(),
    }
}

fn pull(options: &PullOptions) -> anyhow::Result<Exit> {
    let name = &options.name;
    if *name == etalon_models::embedded().name {
        output::message(&format!("{name} is built in; there is nothing to pull"));
        return Ok(Exit::Done);
    }
    let folder = options.to.clone().unwrap_or_else(etalon_models::download_folder);
    let entry = etalon_models::registered(name)?;
    let wanted = wanted(options, entry.as_ref(), &folder)?;
    if wanted.is_here() {
        output::message(&format!("{name} is here already, and its SHA-256 is right"));
    } else if let Some(file) = &options.from {
        take_from(file, &wanted)?;
    } else {
        let urls = options.url.iter().chain(entry.iter().flat_map(|entry| &entry.urls));
        let Some(url) = urls.into_iter().next() else {
            bail!("the registry has no address for `{name}`; add --url URL or --from FILE");
        };
        output::message(&format!("downloading {url}"));
        let bar = download_bar();
        let outcome = download(url, &wanted, &DownloadLimits::default(), &mut |here, total| {
            bar.set_length(total.unwrap_or(here));
            bar.set_position(here);
        });
        bar.finish_and_clear();
        outcome?;
    }
    output::data(&format!("{}\n", wanted.path.display()))?;
    if entry.is_none() || !etalon_models::model_folders().contains(&folder) {
        output::message(&format!("use it with --model {}", wanted.path.display()));
    }
    Ok(Exit::Done)
}

/// What the file has to be: what the registry says, or what the user says of a model that it does not know.
fn wanted(options: &PullOptions, entry: Option<&ModelEntry>, folder: &Path) -> anyhow::Result<Wanted> {
    match (entry, &options.sha256) {
        (Some(entry), None) => Ok(Wanted::of_registry(entry, folder)),
        (Some(entry), Some(sha256)) if sha256.eq_ignore_ascii_case(&entry.sha256) => {
            Ok(Wanted::of_registry(entry, folder))
        }
        (Some(entry), Some(_)) => bail!("the registry pins `{}` to the SHA-256 {}", entry.name, entry.sha256),
        (None, Some(sha256)) => Ok(Wanted::of_user(&options.name, sha256, folder)?),
        (None, None) => bail!(
            "the registry has no model `{}`; see `etalon models list`, or add --url URL (or --from FILE) and --sha256 HEX",
            options.name
        ),
    }
}

fn verify(name: Option<&str>) -> anyhow::Result<Exit> {
    let embedded = etalon_models::embedded();
    let name = name.unwrap_or(embedded.name);
    let Some(entry) = etalon_models::registered(name)? else {
        bail!("the registry has no model `{name}`; see `etalon models list`");
    };
    if entry.name == embedded.name {
        verify_embedded(&entry)?;
    } else {
        let path = entry
            .find_in(&etalon_models::model_folders())
            .ok_or_else(|| anyhow!("the model `{name}` is not on this machine; see `etalon models list`"))?;
        etalon_models::verify(&entry, &path)?;
    }
    output::data(&format!("{name}: its SHA-256 is that of the registry\n"))?;
    Ok(Exit::Done)
}

fn verify_embedded(entry: &ModelEntry) -> anyhow::Result<()> {
    let found = etalon_models::sha256_hex(etalon_models::embedded().bytes);
    if found != entry.sha256 {
        bail!(
            "the embedded model `{}` has the SHA-256 {found}, the registry says {}",
            entry.name,
            entry.sha256
        );
    }
    Ok(())
}
