//! Everything that a call's result depends on besides the call itself, resolved once.

use etalon_asr::{EngineChoice, TranscriptionSettings};
use etalon_call::{Role, named_enum};
use etalon_dialogue::DialogueSettings;
use etalon_diarize::VoiceSettings;
use etalon_rules::{Calendar, CalendarError, DEFAULT_SCORE_COVERAGE_MIN};
use etalon_vad::ActivitySettings;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The packs that are applied where none are named: the standards of service and of conversation,
/// and what clients speak of. The packs of law are left to be asked for, because which law holds
/// depends on the country and on who calls.
pub const DEFAULT_PACKS: [&str; 4] =
    ["kcg-service", "collection-ethics", "conversation-skills", "voice-of-client"];

/// The languages that each speaker's is chosen from where none is named, the most frequent one first.
pub const DEFAULT_LANGUAGES: [&str; 3] = ["ru", "kk", "en"];

/// Everything that a call's result depends on besides the call itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PipelineSettings {
    /// The languages that a call may be in, by their codes, the most frequent one first; one is
    /// certain.
    pub languages: Vec<String>,
    /// The speech model: a name of the registry or a path.
    pub model: String,
    /// What computes the speech model.
    pub engine: EngineChoice,
    /// The rule packs: names of built-in ones or paths of TOML files.
    pub packs: Vec<String>,
    /// What becomes of personal data that is said.
    #[serde(default, skip_serializing_if = "PersonalData::is_kept")]
    pub personal_data: PersonalData,
    /// Days off and working days beside those that the packs know.
    pub calendar: CalendarSettings,
    /// What is refused.
    pub limits: LimitSettings,
    /// Thresholds of the speech activity.
    pub activity: ActivitySettings,
    /// Thresholds of the dialogue's measures.
    pub dialogue: DialogueSettings,
    /// How voices that share a channel are told apart.
    pub voices: VoiceSettings,
    /// How speech is cut for the model.
    pub transcription: TranscriptionSettings,
    /// The roles of speakers by their names in transcripts from elsewhere.
    pub transcript_speakers: BTreeMap<String, Role>,
    /// When a call has a score.
    pub score: ScoreSettings,
}

named_enum! {
    /// What becomes of personal data that is said in a call.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
    pub enum PersonalData {
        /// It stays in words and sound.
        #[default]
        Kept = "kept",
        /// It is taken out of words, and pages mute it.
        Redacted = "redacted",
    }
}

impl PersonalData {
    /// Whether it stays; fingerprints of earlier versions know nothing else.
    pub fn is_kept(&self) -> bool {
        *self == Self::Kept
    }
}

impl Default for PipelineSettings {
    fn default() -> Self {
        Self {
            languages: DEFAULT_LANGUAGES.map(str::to_owned).to_vec(),
            model: etalon_models::embedded().name.to_owned(),
            engine: EngineChoice::default(),
            packs: DEFAULT_PACKS.map(str::to_owned).to_vec(),
            calendar: CalendarSettings::default(),
            limits: LimitSettings::default(),
            activity: ActivitySettings::default(),
            dialogue: DialogueSettings::default(),
            voices: VoiceSettings::default(),
            transcription: TranscriptionSettings::default(),
            transcript_speakers: BTreeMap::new(),
            score: ScoreSettings::default(),
            personal_data: PersonalData::default(),
        }
    }
}

/// Holidays and moved working days, for rules about the hours of calls.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CalendarSettings {
    /// Days off beside weekends: `2027-01-08`, or `01-07` for every year.
    pub days_off: Vec<String>,
    /// Weekends that are worked.
    pub workdays: Vec<String>,
}

impl CalendarSettings {
    /// The calendar that is written there.
    ///
    /// # Errors
    ///
    /// The first text that is no date.
    pub fn read(&self) -> Result<Calendar, CalendarError> {
        Calendar::read(&self.days_off, &self.workdays)
    }
}

/// When a call has a score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScoreSettings {
    /// The least share of the standard that has to be measured, by points, 0 to 1.
    pub coverage_min: f64,
}

impl Default for ScoreSettings {
    fn default() -> Self {
        Self { coverage_min: DEFAULT_SCORE_COVERAGE_MIN }
    }
}

/// What is refused, so that one recording can't take the machine down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitSettings {
    /// Longest recording, seconds.
    pub max_seconds: f64,
    /// Largest file, bytes.
    pub max_bytes: u64,
}

impl Default for LimitSettings {
    fn default() -> Self {
        let limits = etalon_audio::Limits::default();
        Self { max_seconds: limits.max_seconds, max_bytes: limits.max_bytes }
    }
}

impl From<&LimitSettings> for etalon_audio::Limits {
    fn from(limits: &LimitSettings) -> Self {
        Self { max_seconds: limits.max_seconds, max_bytes: limits.max_bytes, ..Self::default() }
    }
}
