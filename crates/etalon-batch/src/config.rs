//! The configuration: what a folder's recordings have in common, thresholds, and packs.

use crate::columns::started_at::Clock;
use crate::columns::{self, Columns, ValueDefaults};
use crate::config_error::ConfigError;
use crate::error::BatchError;
use crate::ranges;
use crate::retention::Age;
use crate::transcripts::ImportSettings;
use crate::worker_settings::WorkerSettings;
use data_encoding::HEXLOWER;
use etalon_asr::{EngineChoice, TranscriptionSettings};
use etalon_audio::SidePattern;
use etalon_dialogue::DialogueSettings;
use etalon_diarize::VoiceSettings;
use etalon_pipeline::settings::{DEFAULT_LANGUAGES, DEFAULT_PACKS};
use etalon_pipeline::{
    CalendarSettings, LimitSettings, PersonalData, PipelineSettings, ScoreSettings, read_named_file,
};
use etalon_vad::ActivitySettings;
use regex_lite::Regex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::Path;

/// The content of `etalon.toml`. Every key is optional; an unknown one is an error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The language of the calls: `ru`, `kk`, `en`, …; several, separated by commas, where calls
    /// differ; `auto` for those of `languages`.
    pub language: String,
    /// The languages that `auto` chooses from, the most frequent one first.
    pub languages: Vec<String>,
    /// The speech model: a name of the registry or a path.
    pub model: String,
    /// What computes the speech model: `auto`, `native` (the native engine) or `whisper.cpp`.
    pub engine: EngineChoice,
    /// The rule packs: names of built-in ones or paths of TOML files.
    pub packs: Vec<String>,
    /// What becomes of personal data that is said: `kept` or `redacted` (`--redact`).
    #[serde(skip_serializing_if = "PersonalData::is_kept")]
    pub personal_data: PersonalData,
    /// Facts that hold for every recording, by the manifest's column names.
    pub call: Columns,
    /// How facts are read out of a recording's name.
    pub file_name: Option<FileNamePattern>,
    /// What the values of manifests and names leave open.
    pub manifest: ManifestSettings,
    /// How names tell which files are the two sides of one call; without a pattern every file is a
    /// call.
    pub sides: Vec<SideNames>,
    /// Days off and working days beside those that the packs know.
    pub calendar: CalendarSettings,
    /// What is refused.
    pub limits: LimitSettings,
    /// Thresholds of the speech activity.
    pub activity: ActivitySettings,
    /// Thresholds of the dialogue's measures.
    pub dialogue: DialogueSettings,
    /// How transcripts from elsewhere are used (`--transcripts`).
    pub transcripts: ImportSettings,
    /// How voices that share a channel are told apart.
    pub voices: VoiceSettings,
    /// How speech is cut for the model.
    pub transcription: TranscriptionSettings,
    /// When a call has a score.
    pub score: ScoreSettings,
    /// How long calls are kept. It changes no result, and takes no part in fingerprints.
    #[serde(skip_serializing)]
    pub retention: RetentionSettings,
    /// How the work is watched. It changes no result, so it is left out where the configuration is
    /// written down and takes no part in fingerprints.
    #[serde(skip_serializing)]
    pub workers: WorkerSettings,
}

/// What is known of recordings by their place and name, ready to be used.
#[derive(Debug, Clone)]
pub(crate) struct IntakeSettings {
    /// What values leave open.
    pub(crate) defaults: ValueDefaults,
    /// Facts that hold for every recording, in the contract's spelling.
    pub(crate) call: Columns,
    /// The expression that reads facts out of names.
    pub(crate) file_name: Option<Regex>,
    /// The patterns by which sides are put together.
    pub(crate) sides: Vec<SidePattern>,
}

/// What the values of manifests and names leave open: the table `[manifest]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ManifestSettings {
    /// The clock of times without an offset: an offset (`+05:00`) or a zone (`Asia/Almaty`).
    pub utc_offset: Option<Clock>,
    /// The country of telephone numbers that are written without one: its code, digits only. The
    /// default, 7, is that of Russia and Kazakhstan.
    pub country_code: String,
}

/// How long calls are kept: the table `[retention]`. `etalon forget --config` applies it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetentionSettings {
    /// The age from which calls are forgotten: a number with `d`, `w` or `y` (`90d`). Without it,
    /// calls are kept.
    pub older_than: Option<Age>,
}

impl Default for ManifestSettings {
    fn default() -> Self {
        Self { utc_offset: None, country_code: "7".to_owned() }
    }
}

impl ManifestSettings {
    fn defaults(&self) -> Result<ValueDefaults, ConfigError> {
        let code = self.country_code.trim_start_matches('+');
        let is_code = (1..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
        if !is_code {
            return Err(ConfigError::CountryCode);
        }
        Ok(ValueDefaults { clock: self.utc_offset, country_code: code.to_owned() })
    }
}

/// A regular expression over a recording's name without its extension; its named groups are
/// columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileNamePattern {
    /// For instance `(?<agent_id>[a-z]\d+)_(?<client_ref>.+)`.
    pub pattern: String,
}

/// The names that the two sides of a call have, without their extension; `*` stands for what they
/// share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SideNames {
    /// The agent's side, for instance `*-out`.
    pub agent: String,
    /// The client's side, for instance `*-in`.
    pub client: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            language: "auto".to_owned(),
            languages: DEFAULT_LANGUAGES.map(str::to_owned).to_vec(),
            model: PipelineSettings::default().model,
            engine: EngineChoice::default(),
            packs: DEFAULT_PACKS.map(str::to_owned).to_vec(),
            call: Columns::new(),
            file_name: None,
            manifest: ManifestSettings::default(),
            sides: Vec::new(),
            calendar: CalendarSettings::default(),
            limits: LimitSettings::default(),
            activity: ActivitySettings::default(),
            dialogue: DialogueSettings::default(),
            transcripts: ImportSettings::default(),
            voices: VoiceSettings::default(),
            transcription: TranscriptionSettings::default(),
            score: ScoreSettings::default(),
            personal_data: PersonalData::default(),
            retention: RetentionSettings::default(),
            workers: WorkerSettings::default(),
        }
    }
}

impl Config {
    /// Reads a configuration file.
    ///
    /// # Errors
    ///
    /// [`BatchError::Config`] with the file, the line and what is wrong.
    pub fn read(path: &Path) -> Result<Self, BatchError> {
        let broken = |error| BatchError::Config { path: path.to_owned(), error };
        let text = read_named_file(path).map_err(|error| broken(ConfigError::Unreadable(error)))?;
        let config: Self = toml::from_str(&text).map_err(|error| broken(located(&error, &text)))?;
        config.check().map_err(broken)?;
        Ok(config)
    }

    /// The languages that a call may be in, the most frequent one first; one is certain.
    pub fn possible_languages(&self) -> Vec<String> {
        if self.language.trim() == "auto" {
            return self.languages.clone();
        }
        let mut possible: Vec<String> = Vec::new();
        for code in self.language.split(',').map(|code| code.trim().to_lowercase()) {
            if !possible.contains(&code) {
                possible.push(code);
            }
        }
        possible
    }

    /// What the result of every call depends on.
    pub fn pipeline_settings(&self) -> PipelineSettings {
        PipelineSettings {
            languages: self.possible_languages(),
            model: self.model.clone(),
            engine: self.engine,
            packs: self.packs.clone(),
            calendar: self.calendar.clone(),
            limits: self.limits.clone(),
            activity: self.activity.clone(),
            dialogue: self.dialogue.clone(),
            voices: self.voices.clone(),
            transcription: self.transcription.clone(),
            transcript_speakers: self.transcripts.speakers.clone(),
            score: self.score,
            personal_data: self.personal_data,
        }
    }

    /// SHA-256, in hexadecimal, of everything by which recordings are found and their facts are
    /// known: a plan of shards made with other values holds other facts.
    pub fn facts_sha256(&self) -> String {
        let known = (&self.call, &self.file_name, &self.manifest, &self.sides);
        HEXLOWER.encode(&Sha256::digest(serde_json::to_vec(&known).unwrap_or_default()))
    }

    /// What is known of recordings by their place and name, ready to be used.
    ///
    /// # Errors
    ///
    /// What the syntax allows and the program can't use: the table and why.
    pub(crate) fn intake_settings(&self) -> Result<IntakeSettings, ConfigError> {
        let defaults = self.manifest.defaults()?;
        let (call, errors) = columns::normalized(&columns::with_contract_names(self.call.clone()), &defaults);
        if let Some(error) = errors.into_iter().next() {
            return Err(ConfigError::Call(error));
        }
        columns::parse(&call).map_err(ConfigError::Call)?;
        let file_name = self.file_name.as_ref().map(|file_name| Regex::new(&file_name.pattern));
        let sides = self.sides.iter().map(|names| SidePattern::new(&names.agent, &names.client));
        Ok(IntakeSettings {
            defaults,
            call,
            file_name: file_name.transpose().map_err(ConfigError::FileName)?,
            sides: sides.collect::<Result<_, _>>().map_err(ConfigError::Sides)?,
        })
    }

    /// Finds what the syntax allows and the program can't use.
    fn check(&self) -> Result<(), ConfigError> {
        self.intake_settings()?;
        self.calendar.read().map_err(ConfigError::Calendar)?;
        if self.languages.is_empty() {
            return Err(ConfigError::NoLanguage);
        }
        self.workers.check().map_err(ConfigError::Workers)?;
        self.check_ranges()
    }

    /// Finds numbers that are outside of their range.
    ///
    /// # Errors
    ///
    /// [`ConfigError::OutOfRange`] with the key and the range.
    pub fn check_ranges(&self) -> Result<(), ConfigError> {
        ranges::check(self, "")?;
        ranges::check(&self.workers, "workers")
    }
}

/// Where in the file the mistake is and what it is.
fn located(error: &toml::de::Error, text: &str) -> ConfigError {
    let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    ConfigError::Syntax { line, message: without_value(&error.message().replace('\n', " ")) }
}

/// A message of the TOML reader without the value that it quotes: a configuration may hold names and
/// telephone numbers.
fn without_value(message: &str) -> String {
    let kinds = [
        ("unknown variant ", "this value is not known"),
        ("invalid value: ", "this value can't be used"),
        ("invalid type: ", "a value is of another kind than it should be"),
    ];
    let Some((_, instead)) = kinds.iter().find(|(beginning, _)| message.starts_with(beginning)) else {
        return message.to_owned();
    };
    let expected = message.rfind(", expected ").map_or("", |at| &message[at..]);
    format!("{instead}{expected}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn read_text(text: &str) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("etalon.toml");
        std::fs::write(&path, text).unwrap();
        Config::read(&path).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        assert_eq!(read_text(""), Ok(Config::default()));
        let config =
            read_text("language = \"kk\"\n[call]\nteam = \"soft-1\"\n[limits]\nmax_seconds = 60.0\n")
                .unwrap();
        assert_eq!((config.language.as_str(), config.call["team"].as_str()), ("kk", "soft-1"));
        assert!((config.pipeline_settings().limits.max_seconds - 60.0).abs() < f64::EPSILON);
    }

    #[test]
    fn facts_are_what_recordings_are_known_by_and_no_threshold() {
        let digest = |text: &str| read_text(text).unwrap().facts_sha256();
        assert_eq!(digest(""), digest("language = \"kk\"\n[dialogue]\nsilence_min_s = 4.0\n"));
        for facts in [
            "[call]\nteam = \"soft-1\"\n",
            "[file_name]\npattern = \"(?<agent_id>.+)\"\n",
            "[manifest]\ncountry_code = \"44\"\n",
            "[[sides]]\nagent = \"*-out\"\nclient = \"*-in\"\n",
        ] {
            assert_ne!(digest(""), digest(facts), "{facts}");
        }
    }

    #[test]
    fn languages_are_one_several_or_the_configured_ones() {
        let possible = |text: &str| read_text(text).unwrap().possible_languages().join(" ");
        assert_eq!(possible(""), "ru kk en");
        assert_eq!(possible("language = \"ru\""), "ru");
        assert_eq!(possible("language = \"kk, RU,kk\""), "kk ru");
        assert_eq!(possible("language = \"auto\""), "ru kk en");
        assert_eq!(possible("language = \"auto\"\nlanguages = [\"kk\", \"ru\"]"), "kk ru");
        assert!(read_text("languages = []").unwrap_err().contains("at least one"));
    }

    #[test]
    fn the_configuration_in_the_documents_is_one() {
        let page = include_str!("../../../docs/operations.md");
        let (_, rest) = page.split_once("```toml\n").unwrap();
        let (example, _) = rest.split_once("```").unwrap();
        let config = read_text(example).unwrap();
        assert_eq!((config.sides.len(), config.packs.len(), config.call.len()), (1, 3, 2));
        assert!(config.intake_settings().unwrap().file_name.unwrap().is_match("a17_k-104"));
    }

    #[test]
    fn a_mistake_is_named_with_its_line() {
        for (text, part) in [
            ("language = \"ru\"\nlangauge = \"kk\"\n", "line 2: unknown field `langauge`"),
            ("language = ru\n", "line 1:"),
            ("[call]\nlayout = \"left\"\n", "[call]: the value of `layout`"),
            ("language = 7\n", "line 1: a value is of another kind than it should be, expected a string"),
            ("[manifest]\nutc_offset = \"five\"\n", "line 2: a clock is an offset"),
            ("[manifest]\ncountry_code = \"seven\"\n", "[manifest]: country_code"),
            ("[file_name]\npattern = \"(\"\n", "[file_name]:"),
            ("[transcripts.speakers]\nA = \"boss\"\n", "line 2:"),
            ("[transcripts]\nmissing = \"ask\"\n", "line 2:"),
            ("engine = \"87011234567 Иванов\"\n", "line 1: this value is not known, expected"),
            (
                "[limits]\nmax_seconds = \"Иванов\"\n",
                "line 2: a value is of another kind than it should be, expected",
            ),
            ("[calendar]\ndays_off = [\"9 января\"]\n", "[calendar]:"),
            ("[retention]\nolder_than = \"soon\"\n", "line 2: should be a number with d, w or y: 90d"),
            ("[retention]\nolder_than = 90\n", "line 2: a value is of another kind than it should be"),
            ("[score]\ncoverage_min = 1.5\n", "`score.coverage_min` has to be a number from 0 to 1"),
            ("[score]\ncoverage_min = nan\n", "`score.coverage_min`"),
            ("[[sides]]\nagent = \"*-a\"\nclient = \"*-a\"\n", "[[sides]]:"),
        ] {
            let message = read_text(text).unwrap_err();
            assert!(!message.contains("boss") && !message.contains("января"), "{message}");
            assert!(message.contains(part) && message.contains("etalon.toml"), "{message}");
            assert_eq!(message.lines().count(), 1, "{message}");
            assert!(!message.contains("Иванов"), "{message}");
        }
    }

    /// Every key with a number, as `table.key`, set to a value; integers are left alone where the
    /// value is none.
    fn keys_with_numbers() -> Vec<(String, String)> {
        let mut config = Config::default();
        config.workers.memory_max_mb = Some(1000);
        config.voices.speakers = Some(2);
        let tables = [
            toml::Value::try_from(&config).unwrap(),
            toml::Value::try_from(BTreeMap::from([("workers", &config.workers)])).unwrap(),
        ];
        let tables = tables.iter().flat_map(|value| value.as_table().unwrap().clone());
        let keys = tables.filter_map(|(table, value)| Some((table, value.as_table()?.clone())));
        keys.flat_map(|(table, keys)| {
            keys.into_iter()
                .filter(|(_, value)| value.is_float() || value.is_integer())
                .map(move |(key, _)| (table.clone(), key))
        })
        .collect()
    }

    #[test]
    fn a_number_outside_of_its_range_is_refused_with_its_key_and_range() {
        let keys = keys_with_numbers();
        assert!(keys.len() > 100, "{}", keys.len());
        for (table, key) in keys {
            for value in ["nan", "inf", "-inf", "1e308", "-1e9"] {
                let message = read_text(&format!("[{table}]\n{key} = {value}\n")).unwrap_err();
                let is_integer = message.contains("a value is of another kind");
                let is_range = message.contains(&key) && message.contains("has to be");
                assert!(is_integer || is_range, "{table}.{key} = {value}: {message}");
            }
        }
        for text in ["[transcription]\nwindow_max_s = 0\n", "[transcription]\nbeam_size = 0\n"] {
            assert!(read_text(text).unwrap_err().contains("has to be a number from 1 to"), "{text}");
        }
    }
}
