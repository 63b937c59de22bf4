//! The speech model of a pipeline.

use crate::error::{PipelineError, SharingError};
use crate::settings::PipelineSettings;
use crate::weight_sharing::WeightSharing;
use bytes::Bytes;
use etalon_asr::{AsrError, EngineChoice, SpeechModel, Transcriber};
use etalon_models::ModelSource;
use etalon_shared_memory::InheritedMemory;
use std::io;
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
    /// What a parent has for its workers.
    sharing: WeightSharing,
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
        Ok(Self {
            source,
            languages,
            model: Mutex::default(),
            engine: settings.engine,
            sharing: WeightSharing::default(),
            name,
            sha256,
        })
    }

    /// For a parent: the memory in which the next worker finds the weights, or puts them. None
    /// where it has to keep a copy of its own. One worker alone has to be started first.
    pub fn memory_for_worker(&self) -> Option<InheritedMemory> {
        // whisper.cpp copies what it loads.
        if self.engine.is_native() { self.sharing.memory() } else { None }
    }

    /// For a parent: a worker says that it could not use the memory. Later ones are given none.
    pub fn stop_sharing(&self, reason: String) {
        self.sharing.give_up(reason);
    }

    /// For a parent: why each worker keeps a copy of the weights, where they were to share them.
    pub fn sharing_failure(&self) -> Option<String> {
        self.sharing.failure()
    }

    /// For a worker: takes the model's weights from the memory that it shares with the others of
    /// its parent, or packs them there where it is the first. Has to come before the model is used.
    ///
    /// # Errors
    ///
    /// Why the memory can't be used. The model will then be loaded into this process's own memory.
    pub fn load_shared(&self, memory: InheritedMemory) -> Result<(), SharingError> {
        let packed = match memory.sealed()? {
            Some(packed) => packed,
            None => self.packed_in(memory)?,
        };
        let loaded = self.checked(SpeechModel::load_packed(&self.name, &packed)?)?;
        *self.model.lock().unwrap_or_else(PoisonError::into_inner) = Some(loaded);
        Ok(())
    }

    fn packed_in(&self, memory: InheritedMemory) -> Result<Bytes, SharingError> {
        let bytes = self.source.bytes()?;
        memory.write(|output| SpeechModel::pack(&self.name, &bytes, output).map_err(SharingError::from))?;
        Ok(memory.sealed()?.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?)
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
        let loaded = self.checked(SpeechModel::load(&self.name, &self.source.bytes()?, self.engine)?)?;
        Ok(model.insert(loaded).clone())
    }

    /// A wrong language is found before the run begins, not in its first call.
    fn checked(&self, loaded: SpeechModel) -> Result<SpeechModel, AsrError> {
        for language in &self.languages {
            loaded.check_language(language)?;
        }
        Ok(loaded)
    }
}
