//! Loads truth files and stored calls and pairs them by the recording's name.

use crate::LabelledCall;
use crate::labelled_text;
use crate::rttm::{self, RttmError};
use crate::truth::Truth;
use etalon_call::Call;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Suffix of a truth file.
const TRUTH_SUFFIX: &str = ".truth.json";

/// Suffix of an RTTM file.
const RTTM_SUFFIX: &str = ".rttm";

/// Why labelled calls can't be compared.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// A file or folder can't be read.
    #[error("{path}: can't be read: {source}; check the path", path = path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// A truth file is invalid.
    #[error("{path}: not a truth file (etalon.truth/1): line {line}, column {column}", path = path.display())]
    Truth {
        /// The file.
        path: PathBuf,
        /// The line of the error.
        line: usize,
        /// The column of the error.
        column: usize,
    },
    /// An RTTM file is invalid.
    #[error("{path}: not an RTTM file: {source}", path = path.display())]
    Rttm {
        /// The file.
        path: PathBuf,
        /// The error.
        source: RttmError,
    },
    /// A file of reviewers' verdicts is invalid.
    #[error("{path}: line {line}: {detail}; every row needs call (or id, or source), rule and verdict (pass, fail, na, unmeasurable)", path = path.display())]
    Reviews {
        /// The file.
        path: PathBuf,
        /// The line of the error, from 1.
        line: usize,
        /// The error.
        detail: String,
    },
    /// There is no labelled transcript.
    #[error("{path}: holds no labelled transcript ({TRUTH_SUFFIX})", path = path.display())]
    NoText {
        /// The folder.
        path: PathBuf,
    },
    /// There is nothing to compare.
    #[error("{path}: holds no truth file ({TRUTH_SUFFIX}, {RTTM_SUFFIX}) whose recording is among the results", path = path.display())]
    Nothing {
        /// The folder with the truth files.
        path: PathBuf,
    },
}

/// Labelled calls with their results, in order of name.
#[derive(Debug)]
pub struct LabelledCalls {
    /// The pairs.
    pub calls: Vec<LabelledCall>,
    /// Names of truth files without a result.
    pub without_result: Vec<String>,
}

/// Pairs the truth files of a folder with results by the stem of the recording's name.
///
/// # Errors
///
/// When the folder or a truth file can't be read, or no pair is found.
pub fn load(
    truth_folder: &Path,
    results: impl IntoIterator<Item = Call>,
) -> Result<LabelledCalls, EvalError> {
    let mut results: BTreeMap<String, Call> =
        results.into_iter().map(|call| (stem(Path::new(&call.call.source)), call)).collect();
    let mut calls = Vec::new();
    let mut without_result = Vec::new();
    for path in truth_files(truth_folder)? {
        let file = name_of(&path);
        let name = file.trim_end_matches(TRUTH_SUFFIX).trim_end_matches(RTTM_SUFFIX).to_owned();
        let truth = read_truth(&path)?;
        match results.remove(&name) {
            Some(call) => calls.push(LabelledCall { name, truth, call }),
            None => without_result.push(name),
        }
    }
    if calls.is_empty() {
        return Err(EvalError::Nothing { path: truth_folder.to_owned() });
    }
    Ok(LabelledCalls { calls, without_result })
}

/// The labelled calls of a folder with their truth in place of a result: not judged yet, in order of
/// name.
///
/// # Errors
///
/// When the folder or a truth file can't be read, or there is none with turns.
pub fn load_text(truth_folder: &Path) -> Result<Vec<LabelledCall>, EvalError> {
    let mut calls = Vec::new();
    for path in truth_files(truth_folder)? {
        let name = name_of(&path).trim_end_matches(TRUTH_SUFFIX).to_owned();
        let truth = read_truth(&path)?;
        if truth.segments.is_empty() {
            let call = labelled_text::call_of(&name, &truth);
            calls.push(LabelledCall { name, truth, call });
        }
    }
    if calls.is_empty() {
        return Err(EvalError::NoText { path: truth_folder.to_owned() });
    }
    Ok(calls)
}

fn truth_files(folder: &Path) -> Result<Vec<PathBuf>, EvalError> {
    let io = |source| EvalError::Io { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let name = name_of(&path);
        if name.ends_with(TRUTH_SUFFIX) || name.ends_with(RTTM_SUFFIX) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read_truth(path: &Path) -> Result<Truth, EvalError> {
    let bytes = std::fs::read(path).map_err(|source| EvalError::Io { path: path.to_owned(), source })?;
    if name_of(path).ends_with(RTTM_SUFFIX) {
        return rttm::parse(&String::from_utf8_lossy(&bytes))
            .map(Truth::of_segments)
            .map_err(|source| EvalError::Rttm { path: path.to_owned(), source });
    }
    serde_json::from_slice(&bytes).map_err(|error| EvalError::Truth {
        path: path.to_owned(),
        line: error.line(),
        column: error.column(),
    })
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
