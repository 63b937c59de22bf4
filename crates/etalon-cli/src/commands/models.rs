//! `etalon models`: the speech models of the registry.

use crate::arguments::{ModelsCommand, ModelsOptions};
use crate::exit::Exit;
use crate::output;
use anyhow::{anyhow, bail};
use etalon_models::ModelEntry;

/// Runs the command.
pub(crate) fn models(options: &ModelsOptions) -> anyhow::Result<Exit> {
    match &options.command {
        ModelsCommand::List => list(),
        ModelsCommand::Verify { name } => verify(name.as_deref()),
    }
}

fn list() -> anyhow::Result<Exit> {
    let embedded = etalon_models::embedded().name;
    let folders = etalon_models::model_folders();
    for entry in etalon_models::registry()? {
        let place = if entry.name == embedded {
            "travels with etalon".to_owned()
        } else {
            entry.find_in(&folders).map_or_else(|| "not here".to_owned(), |path| path.display().to_string())
        };
        let megabytes = entry.size / 1_000_000;
        output::data(&format!("{:<22} {megabytes:>5} MB  {}  {place}\n", entry.name, entry.purpose))?;
    }
    for folder in folders {
        output::message(&format!("looked for in {}", folder.display()));
    }
    Ok(Exit::Done)
}

fn verify(name: Option<&str>) -> anyhow::Result<Exit> {
    let embedded = etalon_models::embedded();
    let name = name.unwrap_or(embedded.name);
    let Some(entry) = etalon_models::registry()?.into_iter().find(|entry| entry.name == name) else {
        bail!("the registry has no model `{name}`; see `etalon models list`");
    };
    if entry.name == embedded.name {
        verify_embedded(&entry)?;
    } else {
        let path = entry
            .find_in(&etalon_models::model_folders())
            .ok_or_else(|| anyhow!("the model `{name}` is not here; see `etalon models list`"))?;
        etalon_models::verify(&entry, &path)?;
    }
    output::data(&format!("{name}: its bytes are those of the registry\n"))?;
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
