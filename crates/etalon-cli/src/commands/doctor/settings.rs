//! What a run is told: the configuration, and what it names.

use super::machine::ModelMemory;
use super::{Check, Subject};
use crate::arguments::DoctorOptions;
use etalon_asr::SpeechModel;
use etalon_batch::Config;
use etalon_models::ModelSource;
use etalon_pipeline::load_packs;

/// The configuration with the command line on top of it; the default one where it can't be used.
pub(super) fn configuration(options: &DoctorOptions) -> (Check, Config) {
    let (check, mut config) = match options.config.as_deref().map(|path| (path, Config::read(path))) {
        None => (Check::ok(Subject::Configuration, "none: everything has its default"), Config::default()),
        Some((path, Ok(config))) => {
            (Check::ok(Subject::Configuration, format!("{} can be used", path.display())), config)
        }
        Some((_, Err(error))) => {
            (Check::failed(Subject::Configuration, error.to_string()), Config::default())
        }
    };
    if let Some(model) = &options.model {
        config.model.clone_from(model);
    }
    (check, config)
}

/// Loads the model as a worker would, and says what that means for the memory of a run.
pub(super) fn speech_model(config: &Config) -> (Check, ModelMemory) {
    match load(config) {
        Ok((detail, memory)) => (Check::ok(Subject::SpeechModel, detail), memory),
        Err(error) => (Check::failed(Subject::SpeechModel, format!("{error:#}")), ModelMemory::default()),
    }
}

fn load(config: &Config) -> anyhow::Result<(String, ModelMemory)> {
    let source = etalon_models::resolve(&config.model)?;
    let name = source.name().to_owned();
    let known = etalon_models::registered(&name)?;
    let place = match &source {
        ModelSource::Embedded => "built in".to_owned(),
        ModelSource::File(path) => {
            if let Some(entry) = &known {
                etalon_models::verify(entry, path)?;
            }
            path.display().to_string()
        }
    };
    let loaded = SpeechModel::load(&name, &source.bytes()?, config.engine)?;
    let languages = config.pipeline_settings().languages;
    for language in &languages {
        loaded.check_language(language)?;
    }
    let memory = ModelMemory {
        file_bytes: source.size()?,
        // As docs/memory.md says.
        is_shared: cfg!(target_os = "linux") && matches!(loaded, SpeechModel::Native(_)),
    };
    let megabytes = memory.file_bytes / 1_000_000;
    Ok((format!("{name} ({megabytes} MB, {place}) loads; languages {}", languages.join(", ")), memory))
}

pub(super) fn rule_packs(config: &Config) -> Check {
    match load_packs(&config.packs, &config.calendar) {
        Ok(packs) => {
            let packs: Vec<String> =
                packs.iter().map(|pack| format!("{} ({} rules)", pack.id(), pack.rules().len())).collect();
            Check::ok(Subject::RulePacks, packs.join(", "))
        }
        Err(error) => Check::failed(Subject::RulePacks, error.to_string()),
    }
}
