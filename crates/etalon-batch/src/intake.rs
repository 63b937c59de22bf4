//! Inputs into recordings: files, folders and manifests become a list in a fixed order.

use crate::columns::{self, Columns, KnownFacts};
use crate::config::Config;
use crate::error::BatchError;
use crate::failure::{self, Stage};
use crate::manifest;
use etalon_call::LayoutSource;
use etalon_report::Failure;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// The name under which a folder's own manifest is found.
const FOLDER_MANIFEST: &str = "manifest.csv";

/// A recording that is to be processed.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// Where it lies.
    pub path: PathBuf,
    /// The name it has in results: its path below the input.
    pub source: String,
    /// What is known of it.
    pub facts: KnownFacts,
}

/// What the inputs hold.
#[derive(Debug, Default)]
pub struct Intake {
    /// The recordings, sorted by source; no file is named twice.
    pub tasks: Vec<Task>,
    /// Inputs and rows that lead to no recording.
    pub failures: Vec<Failure>,
}

/// Finds the recordings of all inputs: a file is a recording, a `.csv` file a manifest, a folder is searched.
///
/// A folder that holds a `manifest.csv` of its own is searched with the facts in it. Links to folders are not
/// followed. Facts of the configuration hold for all, those from a file's name overrule them, and those of a manifest
/// overrule both.
///
/// # Errors
///
/// A broken manifest, or no recording in any of the inputs.
pub fn take_in(inputs: &[PathBuf], manifests: &[PathBuf], config: &Config) -> Result<Intake, BatchError> {
    let mut collector = Collector {
        config,
        pattern: file_name_pattern(config),
        seen: BTreeSet::new(),
        intake: Intake::default(),
    };
    for manifest in manifests {
        collector.manifest(manifest)?;
    }
    for input in inputs {
        match std::fs::metadata(input) {
            Err(error) => collector.refuse(input, &format!("can't be opened: {error}; check the path")),
            Ok(metadata) if metadata.is_dir() => collector.folder(input)?,
            Ok(_) if has_extension(input, "csv") => collector.manifest(input)?,
            Ok(_) => collector.recording(input, &input.to_string_lossy(), &Columns::new()),
        }
    }
    let mut intake = collector.intake;
    intake.tasks.sort_by(|left, right| left.source.cmp(&right.source));
    if intake.tasks.is_empty() {
        return Err(BatchError::NothingToDo(nothing_to_do(&intake.failures)));
    }
    Ok(intake)
}

fn nothing_to_do(failures: &[Failure]) -> String {
    let reasons: Vec<String> =
        failures.iter().map(|failure| format!("{}: {}", failure.source, failure.reason)).collect();
    if reasons.is_empty() {
        "there is nothing to do: name recordings, folders or a manifest".to_owned()
    } else {
        reasons.join("\n")
    }
}

fn file_name_pattern(config: &Config) -> Option<regex_lite::Regex> {
    config.file_name.as_ref().and_then(|file_name| regex_lite::Regex::new(&file_name.pattern).ok())
}

struct Collector<'a> {
    config: &'a Config,
    pattern: Option<regex_lite::Regex>,
    seen: BTreeSet<PathBuf>,
    intake: Intake,
}

impl Collector<'_> {
    fn folder(&mut self, folder: &Path) -> Result<(), BatchError> {
        let own_manifest = folder.join(FOLDER_MANIFEST);
        if own_manifest.is_file() {
            self.manifest(&own_manifest)?;
        }
        let before = self.seen.len();
        for entry in WalkDir::new(folder).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() && etalon_audio::is_recording_name(entry.path()) => {
                    let below = entry
                        .path()
                        .strip_prefix(folder)
                        .unwrap_or(entry.path())
                        .to_string_lossy()
                        .into_owned();
                    self.recording(entry.path(), &below, &Columns::new());
                }
                Ok(_) => {}
                Err(error) => {
                    self.refuse(folder, &format!("can't be searched: {error}; check its permissions"))
                }
            }
        }
        if before == self.seen.len() && !own_manifest.is_file() {
            self.refuse(folder, "holds no recordings (.wav, .mp3, .flac, .ogg, …); check the path");
        }
        Ok(())
    }

    fn manifest(&mut self, path: &Path) -> Result<(), BatchError> {
        let folder = path.parent().unwrap_or(Path::new(""));
        for row in manifest::read(path)? {
            self.recording(&folder.join(&row.path), &row.path.to_string_lossy(), &row.columns);
        }
        Ok(())
    }

    fn recording(&mut self, path: &Path, source: &str, columns: &Columns) {
        let Ok(canonical) = path.canonicalize() else {
            self.refuse(
                Path::new(source),
                "does not exist or can't be opened; check the path and its permissions",
            );
            return;
        };
        if !self.seen.insert(canonical) {
            return;
        }
        let known = columns::merged(&columns::merged(&self.config.call, &self.from_name(path)), columns);
        let in_manifest = columns.get("layout").is_some_and(|value| !value.trim().is_empty());
        let layout_source = if in_manifest { LayoutSource::Manifest } else { LayoutSource::Config };
        match columns::parse(&known).map(|facts| KnownFacts { layout_source: Some(layout_source), ..facts }) {
            Ok(facts) => {
                self.intake.tasks.push(Task { path: path.to_owned(), source: source.to_owned(), facts })
            }
            Err(error) => self.refuse(Path::new(source), &error.to_string()),
        }
    }

    /// The facts that the recording's name holds.
    fn from_name(&self, path: &Path) -> Columns {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let Some(pattern) = &self.pattern else { return Columns::new() };
        let Some(groups) = pattern.captures(&stem) else { return Columns::new() };
        pattern
            .capture_names()
            .flatten()
            .filter_map(|name| Some((name.to_owned(), groups.name(name)?.as_str().to_owned())))
            .collect()
    }

    fn refuse(&mut self, path: &Path, reason: &str) {
        self.intake.failures.push(failure::permanent(&path.to_string_lossy(), Stage::Intake, reason));
    }
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found.eq_ignore_ascii_case(extension))
}
