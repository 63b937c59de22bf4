//! Inputs into recordings: files, folders and manifests become a list in a fixed order.

use crate::columns::{self, Columns};
use crate::config::{Config, IntakeSettings};
use crate::distinct_sources::make_distinct;
use crate::error::BatchError;
use crate::failure;
use crate::manifest;
use crate::transcripts::TranscriptSource;
use etalon_audio::CallFiles;
use etalon_call::{Layout, LayoutSource, Stage};
use etalon_pipeline::DeclaredFacts;
use etalon_store::Failure;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// The name under which a folder's own manifest is found.
const FOLDER_MANIFEST: &str = "manifest.csv";

/// A recording that an input leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// The file, or the files of both sides.
    pub files: CallFiles,
    /// The name it has in results: its path below the input, that of the agent's side where there
    /// are two.
    pub source: String,
    /// What is known of it.
    pub facts: DeclaredFacts,
}

/// What the inputs hold.
#[derive(Debug, Default)]
pub struct Intake {
    /// The recordings, sorted by source; no file is named twice.
    pub inputs: Vec<Input>,
    /// Inputs and rows that lead to no recording.
    pub failures: Vec<Failure>,
    /// Where transcripts of the recordings lie, if there are any.
    pub transcripts: Option<TranscriptSource>,
}

/// Finds the recordings of all inputs: a file is a recording, a `.csv` file a manifest, a folder is
/// searched.
///
/// A folder that holds a `manifest.csv` of its own is searched with the facts in it. Links to
/// folders are not followed. Facts of the configuration hold for all, those from a file's name
/// overrule them, and those of a manifest overrule both. Files whose names are the two sides of one
/// call, by a pattern of the configuration, are one recording.
///
/// # Errors
///
/// A broken manifest, or no recording in any of the inputs.
pub fn take_in(inputs: &[PathBuf], manifests: &[PathBuf], config: &Config) -> Result<Intake, BatchError> {
    let settings = config.intake_settings()?;
    let mut collector = Collector::new(&settings);
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
    let mut intake = collector.finish();
    make_distinct(&mut intake.inputs);
    intake.inputs.sort_by(|left, right| left.source.cmp(&right.source));
    if intake.inputs.is_empty() {
        return Err(BatchError::NothingToDo { failures: intake.failures });
    }
    Ok(intake)
}

/// A file that was met, and what its manifest says of it.
struct Found {
    source: String,
    columns: Columns,
}

struct Collector<'a> {
    settings: &'a IntakeSettings,
    seen: BTreeSet<PathBuf>,
    /// Files in the order in which they were met.
    paths: Vec<PathBuf>,
    found: BTreeMap<PathBuf, Found>,
    failures: Vec<Failure>,
}

impl<'a> Collector<'a> {
    fn new(settings: &'a IntakeSettings) -> Self {
        Self {
            settings,
            seen: BTreeSet::new(),
            paths: Vec::new(),
            found: BTreeMap::new(),
            failures: Vec::new(),
        }
    }

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
                    self.refuse(folder, &format!("can't be searched: {error}; check its permissions"));
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
        self.paths.push(path.to_owned());
        self.found.insert(path.to_owned(), Found { source: source.to_owned(), columns: columns.clone() });
    }

    /// Puts the sides of calls together and understands what is known of each call.
    fn finish(mut self) -> Intake {
        let mut inputs = Vec::new();
        for files in etalon_audio::pair_sides(&self.paths, &self.settings.sides) {
            match self.input(files) {
                Ok(input) => inputs.push(input),
                Err(failure) => self.failures.push(failure),
            }
        }
        Intake { inputs, failures: self.failures, transcripts: None }
    }

    fn input(&self, files: CallFiles) -> Result<Input, Failure> {
        let (path, other) = match &files {
            CallFiles::One(path) => (path, None),
            CallFiles::Sides { agent, client } => (agent, Some(client)),
        };
        let said_of =
            |path: &PathBuf| self.found.get(path).map(|found| found.columns.clone()).unwrap_or_default();
        let source = self.found.get(path).map(|found| found.source.clone()).unwrap_or_default();
        let manifest = columns::merged(&other.map(said_of).unwrap_or_default(), &said_of(path));
        let known =
            columns::merged(&columns::merged(&self.settings.call, &self.columns_in_name(path)), &manifest);
        let mut facts = columns::parse(&known)
            .map_err(|error| failure::permanent(&source, Stage::Intake, &error.to_string()))?;
        let in_manifest = manifest.get("layout").is_some_and(|value| !value.trim().is_empty());
        facts.layout_source = Some(if in_manifest { LayoutSource::Manifest } else { LayoutSource::Config });
        if other.is_some() {
            // The pattern says whose side each file is, and joining them puts the agent first.
            (facts.layout, facts.layout_source) = (Some(Layout::AgentLeft), Some(LayoutSource::Config));
        }
        Ok(Input { files, source, facts })
    }

    /// The facts that the recording's name holds.
    fn columns_in_name(&self, path: &Path) -> Columns {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let Some(pattern) = &self.settings.file_name else { return Columns::new() };
        let Some(groups) = pattern.captures(&stem) else { return Columns::new() };
        pattern
            .capture_names()
            .flatten()
            .filter_map(|name| Some((name.to_owned(), groups.name(name)?.as_str().to_owned())))
            .collect()
    }

    fn refuse(&mut self, path: &Path, reason: &str) {
        self.failures.push(failure::permanent(&path.to_string_lossy(), Stage::Intake, reason));
    }
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found.eq_ignore_ascii_case(extension))
}
