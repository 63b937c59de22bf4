//! The speech model of a pipeline.

use crate::error::PipelineError;
use crate::settings::PipelineSettings;
use etalon_asr::{EngineChoice, SpeechModel, Transcriber};
use etalon_models::ModelSource;
use std::sync::{Mutex, PoisonError};

/// The speech model of a pipeline, shared by its workers.
pub struct Recognizer {
    source: ModelSource,
    /// What the model has to know, the most frequent one first.
    languages: Vec<String>,
    /// Loaded when it is first used: the parent of worker processes never does.
    model: Mutex<Option<SpeechModel>>,
    /// What is to compute the model.
    engine: EngineChoice,
    /// The model's name in the registry, or its file's name.
    pub name: String,
    /// SHA-256 of the model file, in hexadecimal.
    pub sha256: String,
}

impl Recognizer {
    /// Finds the model that the settings name.
    pub(crate) fn find(settings: &PipelineSettings) -> Result<Self, PipelineError> {
        let source = etalon_models::resolve(&settings.model)?;
        let (name, sha256) = (source.name().to_owned(), source.sha256()?);
        let languages = settings.languages.clone();
        Ok(Self { source, languages, model: Mutex::default(), engine: settings.engine, name, sha256 })
    }

    /// A worker's own recognizer; the first one waits until the model is loaded.
    pub(crate) fn transcriber(&self) -> Result<Box<dyn Transcriber>, PipelineError> {
        Ok(self.model()?.transcriber()?)
    }

    /// The engine that computes the model and what it computes with, as `run.json` names it.
    pub fn compute_features(&self) -> String {
        self.engine.compute_features()
    }

    fn model(&self) -> Result<SpeechModel, PipelineError> {
        let mut model = self.model.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(model) = &*model {
            return Ok(model.clone());
        }
        let loaded = SpeechModel::load(&self.name, &self.source.bytes()?, self.engine)?;
        // A wrong language is found before the run begins, not in its first call.
        for language in &self.languages {
            loaded.check_language(language)?;
        }
        Ok(model.insert(loaded).clone())
    }
}
