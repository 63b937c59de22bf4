//! The ranges that the numbers of a configuration may have.
//!
//! Names end in their unit, and a unit has a range; where a key needs another one, it has a row of its
//! own. What is no number (NaN) or has no end is in no range.

use crate::config_error::ConfigError;
use serde::Serialize;
use toml::Value;

/// A range with both ends in it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Range {
    least: f64,
    most: f64,
}

const fn range(least: f64, most: f64) -> Range {
    Range { least, most }
}

const DAY_S: f64 = 86_400.0;

/// Keys with a range of their own, with their tables.
const OF_KEYS: [(&str, Range); 19] = [
    ("limits.max_seconds", range(0.1, 10.0 * DAY_S)),
    ("limits.max_bytes", range(1.0, 1e15)),
    ("workers.limit_per_audio_s", range(0.0, 1e6)),
    ("workers.limit_min_s", range(0.0, 3650.0 * DAY_S)),
    ("workers.memory_max_mb", range(1.0, 1e9)),
    ("workers.samples_max_mb", range(0.0, 1e6)),
    ("transcription.window_max_s", range(1.0, 30.0)),
    ("transcription.padding_s", range(0.0, 5.0)),
    ("transcription.joint_s", range(0.0, 5.0)),
    ("transcription.pause_kept_s", range(0.0, 30.0)),
    ("transcription.word_shift_max_s", range(0.0, 30.0)),
    ("transcription.beam_size", range(1.0, 16.0)),
    ("voices.speakers", range(1.0, 16.0)),
    ("voices.window_s", range(0.5, 10.0)),
    ("voices.step_s", range(0.02, 1.0)),
    ("voices.held_speech_s", range(10.0, DAY_S)),
    ("activity.part_s", range(10.0, DAY_S)),
    ("activity.noise_half_window_s", range(0.1, 600.0)),
    ("activity.music_min_s", range(0.1, 600.0)),
];

/// Endings of keys, the longest first, with the range of their unit.
const OF_UNITS: [(&str, Range); 13] = [
    ("_similarity", range(-1.0, 1.0)),
    ("_correlation", range(0.0, 1.0)),
    ("_deviations", range(0.0, 100.0)),
    ("_semitones", range(0.0, 48.0)),
    ("_log_odds", range(-100.0, 100.0)),
    ("_syllables", range(0.0, 10_000.0)),
    ("_per_min", range(0.0, 10_000.0)),
    ("_words", range(0.0, 10_000.0)),
    ("_ratio", range(0.0, 1.0)),
    ("_lines", range(0.0, 1000.0)),
    ("_dbfs", range(-150.0, 0.0)),
    ("_db", range(0.0, 150.0)),
    ("_s", range(0.0, DAY_S)),
];

/// What has no unit is a share or a probability.
const WITHOUT_UNIT: Range = range(0.0, 1.0);

/// Finds a number that is outside of its range.
pub(crate) fn check(settings: &impl Serialize, table: &str) -> Result<(), ConfigError> {
    match Value::try_from(settings) {
        Ok(value) => check_value(&value, table),
        // An integer that TOML can't hold: only sizes are that large.
        Err(_) => Err(out_of_range("limits.max_bytes", OF_KEYS[1].1)),
    }
}

fn check_value(value: &Value, key: &str) -> Result<(), ConfigError> {
    match value {
        Value::Table(table) => table.iter().try_for_each(|(name, value)| {
            let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
            check_value(value, &key)
        }),
        Value::Float(number) => check_number(*number, key),
        Value::Integer(number) => check_number(*number as f64, key),
        _ => Ok(()),
    }
}

fn check_number(number: f64, key: &str) -> Result<(), ConfigError> {
    let range = range_of(key);
    if (range.least..=range.most).contains(&number) { Ok(()) } else { Err(out_of_range(key, range)) }
}

fn range_of(key: &str) -> Range {
    let of_key = OF_KEYS.iter().find(|(name, _)| *name == key);
    let of_unit = || OF_UNITS.iter().find(|(unit, _)| key.ends_with(unit));
    of_key.or_else(of_unit).map_or(WITHOUT_UNIT, |(_, range)| *range)
}

fn out_of_range(key: &str, range: Range) -> ConfigError {
    ConfigError::OutOfRange { key: key.to_owned(), least: range.least, most: range.most }
}
