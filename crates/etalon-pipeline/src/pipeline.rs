//! What every call has in common: settings, packs, the speech model, and the fingerprint over them.

use crate::error::PipelineError;
use crate::fingerprint::PipelineFingerprint;
use crate::job::Job;
use crate::packs::load_packs;
use crate::recognizer::Recognizer;
use crate::settings::PipelineSettings;
use etalon_asr::Glossary;
use etalon_call::{CallFacts, Fingerprints, PackReference, TranscriptionCounts};
use etalon_rules::Pack;
use std::collections::HashSet;

/// The code of ISO 639-2 for a language that nobody knows.
const UNDETERMINED: &str = "und";

/// What every call has in common.
pub struct Pipeline {
    /// Thresholds and facts.
    pub settings: PipelineSettings,
    /// The rule packs in the order in which they are applied.
    pub packs: Vec<Pack>,
    /// The speech model; none when calls are not transcribed here.
    pub recognizer: Option<Recognizer>,
    /// Terms that the model may expect in every call.
    terms: Vec<String>,
    fingerprint: PipelineFingerprint,
}

impl Pipeline {
    /// Loads the packs and finds the speech model that the settings name.
    ///
    /// # Errors
    ///
    /// When a pack can't be used or there is no such model.
    pub fn with_transcription(settings: PipelineSettings) -> Result<Self, PipelineError> {
        let recognizer = Recognizer::find(&settings)?;
        Self::new(settings, Some(recognizer))
    }

    /// Loads the packs only: the calls are measured and not transcribed.
    ///
    /// # Errors
    ///
    /// When a pack can't be used.
    pub fn without_transcription(settings: PipelineSettings) -> Result<Self, PipelineError> {
        Self::new(settings, None)
    }

    fn new(settings: PipelineSettings, recognizer: Option<Recognizer>) -> Result<Self, PipelineError> {
        let packs = load_packs(&settings.packs, &settings.calendar)?;
        let fingerprint = PipelineFingerprint::of(&settings, &packs, recognizer.as_ref());
        let terms = terms(&settings, &packs);
        Ok(Self { settings, packs, recognizer, terms, fingerprint })
    }

    /// The fingerprint of program, model, packs and settings.
    pub fn fingerprint(&self) -> String {
        self.fingerprint.of_pipeline(&self.pack_references())
    }

    /// The fingerprints that a job's result will carry.
    pub fn fingerprints_of(&self, job: &Job) -> Fingerprints {
        self.fingerprint.of_job(job, &self.pack_references())
    }

    /// The packs as they are named in results.
    pub fn pack_references(&self) -> Vec<PackReference> {
        self.packs.iter().map(Pack::reference).collect()
    }

    /// The names and terms that the model is told to expect in a call; empty where it is not to be
    /// told any.
    pub(crate) fn prompt(&self, call: &CallFacts) -> String {
        if !self.settings.transcription.glossary {
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

    /// The language of the settings where there is only one, otherwise [`UNDETERMINED`].
    pub(crate) fn certain_language(&self) -> String {
        match self.settings.languages.as_slice() {
            [certain] => certain.clone(),
            _ => UNDETERMINED.to_owned(),
        }
    }

    /// What produced a call's result; `language` is that of the call.
    pub(crate) fn describe(
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

/// The terms of the settings, then those of the packs, each once.
fn terms(settings: &PipelineSettings, packs: &[Pack]) -> Vec<String> {
    let of_packs = packs.iter().flat_map(|pack| &pack.glossary().terms);
    let mut known = HashSet::new();
    let all = settings.transcription.terms.iter().chain(of_packs);
    all.filter(|term| known.insert(*term)).cloned().collect()
}
