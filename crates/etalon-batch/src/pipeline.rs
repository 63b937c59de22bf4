//! What every call of a run has in common: model, packs, thresholds, and the fingerprint over them.

use crate::config::{CalendarSettings, Config};
use crate::error::BatchError;
use crate::imports::{TranscriptFile, TranscriptFolder};
use crate::intake::Task;
use crate::worker::message::{Beginning, Transcription};
use etalon_asr::{EngineChoice, Glossary, SpeechModel, Transcriber};
use etalon_call::{CallFacts, PackReference, TranscriptionCounts};
use etalon_models::{ModelSource, hexadecimal};
use etalon_standards::Pack;
use etalon_store::Fingerprints;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// The code of ISO 639-2 for a language that nobody knows.
const UNDETERMINED: &str = "und";

/// What every call of a run has in common.
pub struct Pipeline {
    /// Thresholds and facts.
    pub config: Config,
    /// The rule packs in the order in which they are applied.
    pub packs: Vec<Pack>,
    /// The speech model; none when the run goes without transcription.
    pub recognizer: Option<Recognizer>,
    /// The transcripts that are read instead of listening, where a recording has one.
    pub transcripts: Option<TranscriptFolder>,
    /// Terms that the model may expect in every call.
    terms: Vec<String>,
    listening_fingerprint: String,
    /// The same as if nothing were transcribed, for calls whose transcript is read.
    fingerprint_without_model: String,
}

/// The speech model of a run.
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
    fn known(config: &Config) -> Result<Self, BatchError> {
        let source = etalon_models::resolve(&config.model)?;
        let (name, sha256) = (source.name().to_owned(), source.sha256()?);
        Ok(Self {
            source,
            languages: config.possible_languages(),
            model: Mutex::default(),
            engine: config.engine,
            name,
            sha256,
        })
    }

    /// A worker's own recognizer; the first one waits until the model is loaded.
    ///
    /// # Errors
    ///
    /// When the model can't be used or does not know the language, or the memory of its state can't be had.
    pub fn transcriber(&self) -> Result<Box<dyn Transcriber>, BatchError> {
        Ok(self.model()?.transcriber()?)
    }

    /// The engine that computes the model and what it computes with, as `run.json` names it.
    pub fn compute_features(&self) -> String {
        self.engine.compute_features()
    }

    fn model(&self) -> Result<SpeechModel, BatchError> {
        let mut model = self.model.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(model) = &*model {
            return Ok(model.clone());
        }
        let loaded = SpeechModel::load(&self.name, &self.source.bytes()?, self.engine)?;
        // A wrong language is found before the night begins, not in its first call.
        for language in &self.languages {
            loaded.check_language(language)?;
        }
        Ok(model.insert(loaded).clone())
    }
}

impl Pipeline {
    /// Loads the packs and finds the speech model that the configuration names.
    ///
    /// # Errors
    ///
    /// When a pack can't be used or there is no such model.
    pub fn with_transcription(config: Config) -> Result<Self, BatchError> {
        let recognizer = Recognizer::known(&config)?;
        Self::new(config, Some(recognizer))
    }

    /// Loads the packs only: the calls are measured and not transcribed.
    ///
    /// # Errors
    ///
    /// When a pack can't be used.
    pub fn without_transcription(config: Config) -> Result<Self, BatchError> {
        Self::new(config, None)
    }

    fn new(config: Config, recognizer: Option<Recognizer>) -> Result<Self, BatchError> {
        let packs = load_packs(&config)?;
        let listening_fingerprint = listening_fingerprint_of(&config, &packs, recognizer.as_ref());
        let fingerprint_without_model = listening_fingerprint_of(&config, &packs, None);
        let terms = terms(&config, &packs);
        Ok(Self {
            config,
            packs,
            recognizer,
            transcripts: None,
            terms,
            listening_fingerprint,
            fingerprint_without_model,
        })
    }

    /// The same, reading transcripts instead of listening where a recording has one.
    #[must_use]
    pub fn with_transcripts(mut self, transcripts: Option<TranscriptFolder>) -> Self {
        self.transcripts = transcripts;
        self
    }

    /// The names and terms that the model is told to expect in a call; empty where it is not to be told any.
    pub fn prompt(&self, call: &CallFacts) -> String {
        if !self.config.transcription.glossary {
            return String::new();
        }
        let of_packs = self.packs.iter().flat_map(|pack| &pack.glossary().companies);
        Glossary {
            terms: &self.terms,
            company: call.company.iter().chain(of_packs).next().map_or("", String::as_str),
            agent_name: call.agent_name.as_deref().unwrap_or_default(),
        }
        .prompt()
    }

    /// What a worker process has to know to build the same pipeline.
    pub(crate) fn beginning(&self) -> Result<Beginning, BatchError> {
        let config = toml::to_string(&self.config).map_err(|error| {
            BatchError::Setting(format!("the configuration can't be handed to a worker: {error}"))
        })?;
        let transcription =
            if self.recognizer.is_some() { Transcription::ByModel } else { Transcription::Without };
        Ok(Beginning { config, transcription, memory_max_bytes: self.config.workers.memory_max_bytes() })
    }

    /// The packs as they are named in results.
    pub fn pack_references(&self) -> Vec<PackReference> {
        self.packs.iter().map(Pack::reference).collect()
    }

    /// The fingerprint of program, model, packs and configuration.
    pub fn fingerprint(&self) -> String {
        fingerprint_with(&self.listening_fingerprint, &self.pack_references())
    }

    /// The fingerprints of one call's result: those of the pipeline together with what is known of the call, because
    /// rules depend on that too. Where a transcript is read, its bytes take the place of the speech model.
    pub fn call_fingerprints(
        &self,
        task: &Task,
        also_found_as: &[String],
        transcript: Option<&TranscriptFile>,
    ) -> Fingerprints {
        let mut hash = Sha256::new();
        match transcript {
            Some(transcript) => {
                hash.update(self.fingerprint_without_model.as_bytes());
                hash.update(transcript.name.as_bytes());
                hash.update(transcript.sha256.as_bytes());
            }
            None => hash.update(self.listening_fingerprint.as_bytes()),
        }
        hash.update(task.source.as_bytes());
        hash.update(also_found_as.join("\n").as_bytes());
        hash.update(serde_json::to_vec(&task.facts.call).unwrap_or_default());
        hash.update(serde_json::to_vec(&task.facts.layout).unwrap_or_default());
        let listening_fingerprint = hexadecimal(&hash.finalize());
        let fingerprint = fingerprint_with(&listening_fingerprint, &self.pack_references());
        Fingerprints { fingerprint, listening_fingerprint }
    }

    /// The configured language where there is only one, otherwise [`UNDETERMINED`].
    pub fn certain_language(&self) -> String {
        match self.config.possible_languages().as_slice() {
            [certain] => certain.clone(),
            _ => UNDETERMINED.to_owned(),
        }
    }

    /// What produced a call's result; `language` is that of the call.
    pub fn describe(
        &self,
        fingerprints: Fingerprints,
        language: String,
        transcription: TranscriptionCounts,
    ) -> etalon_call::Pipeline {
        let imported_from = transcription.import.as_ref().map(|import| format!("import:{}", import.format));
        let recognizer = self.recognizer.as_ref().filter(|_| imported_from.is_none());
        etalon_call::Pipeline {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            model: imported_from.or_else(|| recognizer.map(|recognizer| recognizer.name.clone())),
            model_sha256: recognizer.map(|recognizer| recognizer.sha256.clone()),
            language,
            packs: self.pack_references(),
            fingerprint: fingerprints.fingerprint,
            listening_fingerprint: fingerprints.listening_fingerprint,
            transcription,
        }
    }
}

/// The packs that a configuration names, with its calendar.
///
/// # Errors
///
/// When there is no such pack or it can't be used.
pub fn load_packs(config: &Config) -> Result<Vec<Pack>, BatchError> {
    let calendar = config.calendar.read().map_err(|error| BatchError::Setting(error.to_string()))?;
    config.packs.iter().map(|name| Ok(load_pack(name)?.with_calendar(&calendar))).collect()
}

/// A built-in pack by its id, or a pack from a file.
///
/// # Errors
///
/// When there is no such pack or it can't be used.
pub fn load_pack(name: &str) -> Result<Pack, BatchError> {
    if let Some(source) = etalon_standards::built_in(name) {
        return Ok(Pack::parse(source, name)?);
    }
    let path = Path::new(name);
    if path.extension().is_none_or(|extension| extension != "toml") {
        let known = etalon_standards::built_in_ids().join(", ");
        return Err(BatchError::Setting(format!(
            "there is no rule pack `{name}`; built in are {known}, others are given as a .toml file"
        )));
    }
    let source = std::fs::read_to_string(path).map_err(|error| {
        BatchError::Setting(format!("{name}: the rule pack can't be read: {error}; check the path"))
    })?;
    Ok(Pack::parse(&source, name)?)
}

/// The terms of the configuration, then those of the packs, each once.
fn terms(config: &Config, packs: &[Pack]) -> Vec<String> {
    let of_packs = packs.iter().flat_map(|pack| &pack.glossary().terms);
    let mut terms: Vec<String> = Vec::new();
    for term in config.transcription.terms.iter().chain(of_packs) {
        if !terms.contains(term) {
            terms.push(term.clone());
        }
    }
    terms
}

/// Everything that a transcript and its measures depend on. The rules of packs are not among it; their words are,
/// because a speech model may be told to expect them.
fn listening_fingerprint_of(config: &Config, packs: &[Pack], recognizer: Option<&Recognizer>) -> String {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION").as_bytes());
    hash.update(recognizer.map_or("no transcription", |recognizer| &recognizer.sha256).as_bytes());
    hash.update(recognizer.map_or("", |recognizer| recognizer.engine.engine()).as_bytes());
    for pack in packs {
        let glossary = pack.glossary();
        hash.update(
            glossary
                .companies
                .iter()
                .chain(&glossary.terms)
                .cloned()
                .collect::<Vec<_>>()
                .join("\n")
                .as_bytes(),
        );
    }
    let listening = Config { packs: vec![], calendar: CalendarSettings::default(), ..config.clone() };
    hash.update(serde_json::to_vec(&listening).unwrap_or_default());
    hexadecimal(&hash.finalize())
}

/// The fingerprint of a result that was listened to in one way and judged by some packs.
pub(crate) fn fingerprint_with(listening_fingerprint: &str, packs: &[PackReference]) -> String {
    let mut hash = Sha256::new();
    hash.update(listening_fingerprint.as_bytes());
    for pack in packs {
        hash.update(pack.sha256.as_bytes());
    }
    hexadecimal(&hash.finalize())
}
