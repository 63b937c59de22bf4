//! What a call's result depends on, as one hash: results of the same fingerprint are the same bytes.

use crate::job::Job;
use crate::recognizer::Recognizer;
use crate::settings::{CalendarSettings, PipelineSettings};
use etalon_call::{Fingerprints, PackReference};
use etalon_models::hexadecimal;
use etalon_rules::Pack;
use sha2::{Digest, Sha256};

/// What the listening to every call of a pipeline depends on.
pub(crate) struct PipelineFingerprint {
    with_model: String,
    /// The same as if nothing were transcribed, for calls whose transcript is read.
    without_model: String,
}

impl PipelineFingerprint {
    pub(crate) fn of(settings: &PipelineSettings, packs: &[Pack], recognizer: Option<&Recognizer>) -> Self {
        Self {
            with_model: listening_fingerprint(settings, packs, recognizer),
            without_model: listening_fingerprint(settings, packs, None),
        }
    }

    /// The fingerprint of program, model, packs and settings.
    pub(crate) fn of_pipeline(&self, packs: &[PackReference]) -> String {
        fingerprint_with(&self.with_model, packs)
    }

    /// The fingerprints of one call's result: those of the pipeline together with what is known of the call, because
    /// rules depend on that too. Where a transcript is read, its bytes take the place of the speech model.
    pub(crate) fn of_job(&self, job: &Job, packs: &[PackReference]) -> Fingerprints {
        let mut hash = Sha256::new();
        match &job.transcript {
            Some(transcript) => {
                hash.update(self.without_model.as_bytes());
                hash.update(transcript.name.as_bytes());
                hash.update(transcript.sha256.as_bytes());
            }
            None => hash.update(self.with_model.as_bytes()),
        }
        hash.update(job.source.as_bytes());
        hash.update(job.also_found_as.join("\n").as_bytes());
        hash.update(serde_json::to_vec(&job.facts).unwrap_or_default());
        let listening_fingerprint = hexadecimal(&hash.finalize());
        let fingerprint = fingerprint_with(&listening_fingerprint, packs);
        Fingerprints { fingerprint, listening_fingerprint }
    }
}

/// Everything that a transcript and its measures depend on. The rules of packs are not among it; their words are,
/// because a speech model may be told to expect them.
fn listening_fingerprint(
    settings: &PipelineSettings,
    packs: &[Pack],
    recognizer: Option<&Recognizer>,
) -> String {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION").as_bytes());
    hash.update(recognizer.map_or("no transcription", |recognizer| &recognizer.sha256).as_bytes());
    hash.update(recognizer.map_or(String::new(), Recognizer::compute_features).as_bytes());
    for pack in packs {
        let glossary = pack.glossary();
        let words: Vec<&str> = glossary.companies.iter().chain(&glossary.terms).map(String::as_str).collect();
        hash.update(words.join("\n").as_bytes());
    }
    let listening =
        PipelineSettings { packs: Vec::new(), calendar: CalendarSettings::default(), ..settings.clone() };
    hash.update(serde_json::to_vec(&listening).unwrap_or_default());
    hexadecimal(&hash.finalize())
}

/// The fingerprint of a result that was listened to in one way and judged by some packs.
pub fn fingerprint_with(listening_fingerprint: &str, packs: &[PackReference]) -> String {
    let mut hash = Sha256::new();
    hash.update(listening_fingerprint.as_bytes());
    for pack in packs {
        hash.update(pack.sha256.as_bytes());
    }
    hexadecimal(&hash.finalize())
}
