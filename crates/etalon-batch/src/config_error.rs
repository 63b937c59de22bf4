//! Why a configuration can't be used.

use crate::columns::ColumnError;
use crate::worker_settings::WorkerSettingsError;
use etalon_audio::SidePatternError;
use etalon_rules::CalendarError;
use std::io;
use thiserror::Error;

/// What is wrong with a configuration.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file can't be read.
    #[error("{0}")]
    Unreadable(io::Error),
    /// It is no TOML, or holds a key or a kind of value that no configuration has.
    #[error("line {line}: {message}")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// What is wrong there, in one line.
        message: String,
    },
    /// A fact that holds for every recording can't be understood.
    #[error("[call]: {0}")]
    Call(ColumnError),
    /// The code of a country is none.
    #[error("[manifest]: country_code has to be one to three digits, such as \"7\"")]
    CountryCode,
    /// The pattern for names is no regular expression.
    #[error("[file_name]: {0}")]
    FileName(regex_lite::Error),
    /// A pattern for sides can't tell them apart.
    #[error("[[sides]]: {0}")]
    Sides(SidePatternError),
    /// A day can't be read.
    #[error("[calendar]: a day can't be read; write days as 2027-01-08")]
    Calendar(CalendarError),
    /// A number is no number, has no end, or is absurd.
    #[error("`{key}` has to be a number from {least} to {most}")]
    OutOfRange {
        /// The key with its table.
        key: String,
        /// The least that it may be.
        least: f64,
        /// The most that it may be.
        most: f64,
    },
    /// There is no language to choose from.
    #[error("languages: name at least one, for instance [\"ru\", \"kk\", \"en\"]")]
    NoLanguage,
    /// Nothing says how long calls are kept.
    #[error("it says nothing of retention; add [retention] with older_than = \"90d\"")]
    NoRetention,
    /// Workers can't be watched like this.
    #[error("[workers]: {0}")]
    Workers(WorkerSettingsError),
}
