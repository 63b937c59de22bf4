//! The types of etalon's contract for one call.
//!
//! Everything that a stage passes to the next one, and everything that is stored about a call, has
//! one of these types. They have no behaviour beyond construction and rounding, do no I/O, and
//! contain no thresholds.
//!
//! All times are seconds from the start of the recording. All numbers that reach a file are rounded
//! by [`round3`], so that the same call gives the same bytes on every machine.

#![forbid(unsafe_code)]

mod act;
mod activity;
mod audio;
mod dialogue;
mod evaluation;
mod facts;
mod failure_kind;
mod fingerprints;
mod names;
mod personal_data;
mod stage;
mod text;
mod turn;
mod waveform;
pub mod wire_path;

pub use act::{Act, TurnAct};
pub use activity::{Activity, Span};
pub use audio::{AudioFacts, Defect, Layout, LayoutSource, RoleCue, RoleEvidence, RoleHypothesis};
pub use dialogue::{
    Event, EventKind, HoldMetrics, InterruptionMetrics, Metrics, OverlapClass, OverlapMetrics,
    ResponseLatency, SilenceMetrics, SpeakerMetrics, Unmeasurable,
};
pub use evaluation::{
    Agreements, Callback, ConversationStage, Evaluation, Evidence, PromiseToPay, RuleResult, Severity,
    Verdict,
};
pub use facts::{CallFacts, CallKind, ConversationKind, Direction, KindCue};
pub use failure_kind::FailureKind;
pub use fingerprints::Fingerprints;
pub use names::{UnknownName, alternatives};
pub use personal_data::{MutedRange, PersonalDataKind, Redaction};
pub use stage::Stage;
pub use text::Utterance;
pub use turn::{RemovalReason, RemovedWords, Role, Turn, Word, mean_confidence};
pub use waveform::{Peak, Waveform, WaveformError};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The schema name that every stored call carries.
pub const CALL_SCHEMA: &str = "etalon.call/1";

/// One call with everything that was found out about it: the content of `calls/<xx>/<id>.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Call {
    /// Always [`CALL_SCHEMA`] in this version.
    pub schema: String,
    /// What the centre knew of the call before anybody listened.
    pub call: CallFacts,
    /// What the recording is as a signal.
    pub audio: AudioFacts,
    /// What produced this result, so that it can be produced again.
    pub pipeline: Pipeline,
    /// Who said what, in order of start time.
    pub turns: Vec<Turn>,
    /// Who was speaking when, from the signal alone.
    pub activity: Activity,
    /// The measured course of the dialogue.
    pub metrics: Metrics,
    /// What happened, in order of start time.
    pub events: Vec<Event>,
    /// The verdicts of the rule packs.
    pub evaluation: Evaluation,
    /// What was taken out of it because it is personal data; absent where nothing was looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redaction: Option<Redaction>,
}

/// What produced a result: program, model, language, rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pipeline {
    /// The version of etalon.
    pub version: String,
    /// The speech model's name in the registry, or `import:` and a format where the text comes from
    /// a transcript that was made elsewhere; null when the call has no text.
    pub model: Option<String>,
    /// SHA-256 of the model file, in hexadecimal; null when no model listened to the call.
    pub model_sha256: Option<String>,
    /// The language of the call (`ru`, `kk`, `en`, …), asked of the model or chosen by it; `und`
    /// where it is not known.
    pub language: String,
    /// The rule packs, in the order in which they were applied.
    pub packs: Vec<PackReference>,
    /// SHA-256 over all of the above and the configuration: equal fingerprints over equal audio
    /// give equal bytes.
    pub fingerprint: String,
    /// The same without the packs: while it stays, changed packs need no new listening. Empty in
    /// results of versions that did not write it.
    #[serde(default)]
    pub listening_fingerprint: String,
    /// What the guards against invented text removed.
    pub transcription: TranscriptionCounts,
}

/// How much a transcription holds, how sure it is, and how much its guards removed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TranscriptionCounts {
    /// Windows that were given to the model.
    pub windows: u32,
    /// Words kept.
    pub words: u32,
    /// The mean confidence of the words that were kept, 0 to 1; null without words.
    #[serde(default)]
    pub confidence: Option<f64>,
    /// Words dropped because the signal holds no speech where they were placed.
    pub words_outside_activity: u32,
    /// Words dropped because the model repeated itself.
    pub words_repeated: u32,
    /// Words dropped because they are a phrase that the model is known to invent.
    pub words_invented: u32,
    /// Words dropped because the model itself takes their window for one without speech, or can
    /// make no sense of it.
    #[serde(default)]
    pub words_without_speech: u32,
    /// Words dropped because they only repeat the glossary that the model was given.
    #[serde(default)]
    pub words_from_glossary: u32,
    /// The transcript that was read instead of listening to the recording; absent where a model
    /// listened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<TranscriptImport>,
}

impl TranscriptionCounts {
    /// Words that the guards dropped, whatever the reason.
    pub fn words_dropped(&self) -> u32 {
        [
            self.words_outside_activity,
            self.words_repeated,
            self.words_invented,
            self.words_without_speech,
            self.words_from_glossary,
        ]
        .into_iter()
        .fold(0, u32::saturating_add)
    }

    /// Counts words that were removed by their reason.
    pub fn count_removed(&mut self, removed: &RemovedWords) {
        let count = match removed.reason {
            RemovalReason::Repeated => &mut self.words_repeated,
            RemovalReason::Invented => &mut self.words_invented,
            RemovalReason::WithoutSpeech => &mut self.words_without_speech,
            RemovalReason::FromGlossary => &mut self.words_from_glossary,
        };
        *count = count.saturating_add(removed.words);
    }
}

/// A transcript that was made elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TranscriptImport {
    /// Its file, below the folder of transcripts.
    pub file: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// What wrote it: `whisper.cpp`, `whisper`, `whisperx`, `vtt`, `srt`, `turns`, `segments`,
    /// `gigaam`, `t-one`, `speechkit`, `aws_transcribe`, `azure_speech` or `google_speech`.
    pub format: String,
    /// Kept words whose times are estimated, because the transcript gives none: they are spread
    /// over the speech of their segment in proportion to their letters.
    pub words_time_estimated: u32,
    /// Kept words whose transcript gives no probability; their `confidence` is 1.
    pub words_without_confidence: u32,
    /// Segments that were left out because they have no time, an impossible one, or can't be read.
    #[serde(default)]
    pub segments_unreadable: u32,
    /// Words dropped because their segment holds several turns of both sides and does not say who
    /// said what.
    #[serde(default)]
    pub words_without_speaker: u32,
}

/// A rule pack that took part in an evaluation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PackReference {
    /// The pack's id, for instance `kcg-service`.
    pub id: String,
    /// The pack's version as its author counts them.
    pub version: String,
    /// SHA-256 of the pack's file, in hexadecimal.
    pub sha256: String,
}

/// Rounds to three decimals: a millisecond in times, a thousandth in ratios.
///
/// Negative zero and numbers that are not finite become zero, so that no output contains `-0.0` or
/// a number that JSON does not support.
pub fn round3(value: f64) -> f64 {
    let rounded = (value * 1000.0).round() / 1000.0;
    if rounded.is_finite() { rounded + 0.0 } else { 0.0 }
}

/// A time or a length as people read it: `m:ss`, or `h:mm:ss` from an hour on.
///
/// Parts of a second are cut off, as a player cuts them off: whoever goes to the time that is shown
/// hears what is meant.
pub fn clock(time_s: f64) -> String {
    // `as` saturates, so that no stored number can panic here.
    let seconds = time_s.max(0.0) as u64;
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours == 0 { format!("{minutes}:{rest:02}") } else { format!("{hours}:{minutes:02}:{rest:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_a_player_shows_them() {
        for (time_s, expected) in [
            (0.0, "0:00"),
            (59.6, "0:59"),
            (93.42, "1:33"),
            (3661.0, "1:01:01"),
            (-1.0, "0:00"),
            (f64::NAN, "0:00"),
        ] {
            assert_eq!(clock(time_s), expected);
        }
    }

    #[test]
    fn rounding_gives_milliseconds_and_never_negative_zero() {
        assert_eq!(round3(1.234_56).to_bits(), 1.235_f64.to_bits());
        assert_eq!(round3(-0.000_1).to_bits(), 0.0_f64.to_bits());
        assert_eq!(round3(f64::NAN).to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn debug_output_of_a_turn_holds_no_text() {
        let turn =
            Turn::new(Role::Client, 0.0, 1.0, Utterance::from("мой номер 87011234567"), "ru".into(), vec![]);
        let printed = format!("{turn:?}");
        assert!(!printed.contains("номер") && !printed.contains("8701"), "{printed}");
    }
}
