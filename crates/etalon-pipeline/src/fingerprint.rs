//! What a call's result depends on, as one hash: results of the same fingerprint are the same bytes.

use crate::job::{DeclaredFacts, Job, is_declared};
use crate::recognizer::Recognizer;
use crate::settings::{CalendarSettings, LimitSettings, PipelineSettings, ScoreSettings};
use data_encoding::HEXLOWER;
use etalon_asr::EngineChoice;
use etalon_call::{CallFacts, Defect, Direction, Fingerprints, Layout, LayoutSource, PackReference, Role};
use etalon_rules::Pack;
use etalon_simd::Backend;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// The stages that results depend on, each with the version of what it makes of the same input.
///
/// A version stands beside the code that it guards, and is raised by every change that gives other results.
pub fn stage_versions() -> [(&'static str, u32); 10] {
    [
        ("audio", etalon_audio::VERSION),
        ("vad", etalon_vad::VERSION),
        ("diarize", etalon_diarize::VERSION),
        ("asr", etalon_asr::VERSION),
        ("transcripts", etalon_transcripts::VERSION),
        ("roles", etalon_roles::VERSION),
        ("dialogue", etalon_dialogue::VERSION),
        ("acts", etalon_acts::VERSION),
        ("sentence", etalon_sentence::VERSION),
        ("rules", etalon_rules::VERSION),
    ]
}

/// SHA-256 over the files inside the program that results depend on: networks, and lists of words.
static EMBEDDED_FILES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    let files = etalon_vad::embedded_files()
        .chain(etalon_voice::embedded_files())
        .chain(etalon_asr::embedded_files())
        .chain(etalon_transcripts::embedded_files())
        .chain(etalon_roles::embedded_files())
        .chain(etalon_dialogue::embedded_files());
    for file in files {
        hash.update(Sha256::digest(file));
    }
    hash.update(etalon_acts::EMBEDDED_SHA256);
    hash.update(etalon_sentence::EMBEDDED_SHA256);
    hash.finalize().to_vec()
});

/// The same over the lists of words that the rules know: verdicts depend on them, and listening does not.
static EMBEDDED_FILES_OF_RULES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for file in etalon_rules::embedded_files() {
        hash.update(Sha256::digest(file));
    }
    hash.finalize().to_vec()
});

/// What the listening to every call of a pipeline depends on.
pub(crate) struct PipelineFingerprint {
    with_model: String,
    /// The same as if nothing were transcribed, for calls whose transcript is read.
    without_model: String,
    /// Whether the model is told the names of a call.
    is_prompted: bool,
    score: ScoreSettings,
}

/// The facts that decide who speaks on which channel and what the model expects to hear. A change of
/// any other fact needs no new listening.
#[derive(Serialize)]
struct FactsOfListening<'a> {
    layout: Option<Layout>,
    layout_source: Option<LayoutSource>,
    only_side: Option<Role>,
    names: Option<Names<'a>>,
}

/// The facts by which the agent is told from the client in what they say.
#[derive(Serialize)]
struct Names<'a> {
    direction: Option<Direction>,
    company: &'a [String],
    agent_name: Option<&'a str>,
}

impl PipelineFingerprint {
    pub(crate) fn of(settings: &PipelineSettings, packs: &[Pack], recognizer: Option<&Recognizer>) -> Self {
        Self {
            with_model: listening_fingerprint(settings, packs, recognizer),
            without_model: listening_fingerprint(settings, packs, None),
            is_prompted: settings.transcription.glossary,
            score: settings.score,
        }
    }

    /// The facts of a call that listening depends on. Where the sides are told by their channels,
    /// names decide nothing.
    fn facts_of_listening(&self, facts: &DeclaredFacts) -> Vec<u8> {
        let DeclaredFacts { call, layout, layout_source, only_side, .. } = facts;
        let is_told = only_side.is_some() || matches!(layout, Some(Layout::AgentLeft | Layout::AgentRight));
        let names = Names {
            direction: call.direction,
            company: &call.company,
            agent_name: call.agent_name.as_deref(),
        };
        let facts = FactsOfListening {
            layout: *layout,
            layout_source: *layout_source,
            only_side: *only_side,
            names: (!is_told || self.is_prompted).then_some(names),
        };
        serde_json::to_vec(&facts).unwrap_or_default()
    }

    /// The fingerprint of program, model, packs and settings.
    pub(crate) fn of_pipeline(&self, packs: &[PackReference]) -> String {
        fingerprint_with(&self.with_model, packs, self.score, &CallFacts::default(), &[])
    }

    /// The fingerprints of one call's result: those of the pipeline together with what is known of the call. Where a transcript is read, its bytes take the place of the speech model.
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
        hash.update(self.facts_of_listening(&job.facts));
        let listening_fingerprint = HEXLOWER.encode(&hash.finalize());
        let fingerprint = {
            let (facts, defects) = (job.call_facts(), &job.facts.defects);
            fingerprint_with(&listening_fingerprint, packs, self.score, &facts, defects)
        };
        Fingerprints { fingerprint, listening_fingerprint }
    }
}

/// Everything that a transcript and its measures depend on. The rules of packs are not among it. Their words are
/// where a speech model is told to expect them.
fn listening_fingerprint(
    settings: &PipelineSettings,
    packs: &[Pack],
    recognizer: Option<&Recognizer>,
) -> String {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION").as_bytes());
    // The rules have no part in what is listened to.
    for (stage, version) in stage_versions().iter().filter(|(stage, _)| *stage != "rules") {
        hash.update(format!("{stage} {version}\n").as_bytes());
    }
    hash.update(EMBEDDED_FILES.as_slice());
    hash.update(recognizer.map_or("no transcription", |recognizer| &recognizer.sha256).as_bytes());
    // Engines, and forms of kernels, round differently: the same model may write another word.
    hash.update(Backend::in_use().name().as_bytes());
    hash.update(recognizer.map_or(String::new(), Recognizer::compute_features).as_bytes());
    if recognizer.is_some() && settings.transcription.glossary {
        for pack in packs {
            let glossary = pack.glossary();
            let words: Vec<&str> =
                glossary.companies.iter().chain(&glossary.terms).map(String::as_str).collect();
            hash.update(words.join("\n").as_bytes());
        }
    }
    let listening = PipelineSettings {
        packs: Vec::new(),
        calendar: CalendarSettings::default(),
        score: ScoreSettings::default(),
        // What computes the model is hashed above, however it was chosen.
        engine: EngineChoice::default(),
        // They refuse a recording, and change no result.
        limits: LimitSettings::default(),
        ..settings.clone()
    };
    hash.update(serde_json::to_vec(&listening).unwrap_or_default());
    if !settings.personal_data.is_kept() {
        hash.update(etalon_redact::VERSION.to_le_bytes());
        for list in etalon_redact::EMBEDDED {
            hash.update(Sha256::digest(list));
        }
    }
    HEXLOWER.encode(&hash.finalize())
}

/// The fingerprint of a result that was listened to in one way and judged by some packs, with what
/// is known of the call.
pub fn fingerprint_with(
    listening_fingerprint: &str,
    packs: &[PackReference],
    score: ScoreSettings,
    facts: &CallFacts,
    defects: &[Defect],
) -> String {
    let mut hash = Sha256::new();
    hash.update(listening_fingerprint.as_bytes());
    hash.update(score.coverage_min.to_le_bytes());
    let declared: Vec<&Defect> = defects.iter().filter(|defect| is_declared(defect)).collect();
    hash.update(serde_json::to_vec(&declared).unwrap_or_default());
    // The kind of a call is heard and not told.
    hash.update(serde_json::to_vec(&CallFacts { kind: None, ..facts.clone() }).unwrap_or_default());
    hash.update(etalon_rules::VERSION.to_le_bytes());
    hash.update(EMBEDDED_FILES_OF_RULES.as_slice());
    for pack in packs {
        hash.update(pack.sha256.as_bytes());
    }
    HEXLOWER.encode(&hash.finalize())
}
