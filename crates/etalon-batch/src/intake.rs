//! Inputs into recordings: files, folders and manifests become a list in a fixed order.
//!
//! The order in which inputs are named changes nothing: files are met first, those of folders by
//! their path below the folder, then the rows of all manifests find their files.

mod facts;
mod folder;
mod growing;
mod row_paths;
mod warning;

use crate::columns::{self, ColumnError, Columns, ValueDefaults, started_at};
use crate::config::{Config, IntakeSettings};
use crate::distinct_sources::make_distinct;
use crate::error::BatchError;
use crate::failure;
use crate::input::Input;
use crate::known_hashes::KnownHashes;
use crate::manifest::{self, Manifest, ManifestError, Row};
use crate::transcripts::TranscriptSource;
use etalon_audio::{CallFiles, SidePattern};
use etalon_call::{Defect, FailureKind, Layout, LayoutSource, Role, Stage};
use etalon_pipeline::DeclaredFacts;
use etalon_store::{Failure, PassedOver, PassedOverReason, PlanPart};
use facts::{KnownRow, RowFacts};
pub(crate) use folder::is_gone_into;
pub(crate) use growing::contradicts_its_header;
use row_paths::{FileForms, Meant};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
pub use warning::IntakeWarning;

/// What the inputs hold.
#[derive(Debug, Default)]
pub struct Intake {
    /// The recordings, sorted by source; no file is named twice.
    pub inputs: Vec<Input>,
    /// Inputs and rows that lead to no recording, and rows that contradict others.
    pub failures: Vec<Failure>,
    /// Files that were not taken for recordings.
    pub passed_over: Vec<PassedOver>,
    /// What was odd and cost no recording.
    pub warnings: Vec<IntakeWarning>,
    /// Where transcripts of the recordings lie, if there are any.
    pub transcripts: Option<TranscriptSource>,
    /// Of which plan the recordings are a part, if they are one.
    pub part: Option<PlanPart>,
    /// Hashes of recordings that were read before, where somebody keeps them.
    pub hashes: Option<KnownHashes>,
    /// When the watch began of which the run is a round, or its present day, RFC 3339.
    pub watch_started_at: Option<String>,
}

/// What a run was told to take in.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// Files, folders and manifests.
    pub inputs: &'a [PathBuf],
    /// Manifests.
    pub manifests: &'a [PathBuf],
    /// A file changed within this time is watched for a moment whether it still grows.
    pub settle: Duration,
}

/// Finds the recordings of all inputs: a file is a recording, a `.csv` file a manifest, a folder is
/// searched.
///
/// A `manifest.csv` in a folder, or in one below it, holds for its folder. Links are followed, each
/// folder once. Facts of the configuration hold for all, those from a file's name overrule them,
/// and those of a manifest overrule both. Files whose names are the two sides of one call, by a
/// pattern of the configuration, are one recording. What is still being written waits for the next
/// run.
///
/// # Errors
///
/// A manifest that was named and can't be used, or no recording in any of the inputs.
pub fn take_in(sources: &Sources<'_>, config: &Config, stop: &AtomicBool) -> Result<Intake, BatchError> {
    take_in_settled(sources, config, &mut |paths| growing::growing(paths, sources.settle, stop))
}

/// The same, where somebody else decides which of the files are still being written.
///
/// # Errors
///
/// Those of [`take_in`].
pub(crate) fn take_in_settled(
    sources: &Sources<'_>,
    config: &Config,
    growing: &mut FindGrowing<'_>,
) -> Result<Intake, BatchError> {
    let settings = config.intake_settings()?;
    let mut collector = Collector::new(&settings);
    for manifest in sources.manifests {
        collector.manifests.push((manifest.clone(), Origin::Named));
    }
    for input in sources.inputs {
        collector.input(input);
    }
    collector.read_manifests()?;
    let is_growing = collector.set_growing_aside(growing);
    let mut intake = collector.finish();
    make_distinct(&mut intake.inputs);
    intake.failures.sort();
    intake.failures.dedup();
    intake.inputs.sort_by(|left, right| left.source.cmp(&right.source));
    if intake.inputs.is_empty() && (!is_growing || !intake.failures.is_empty()) {
        return Err(BatchError::NothingToDo { failures: intake.failures });
    }
    Ok(intake)
}

/// Finds the files that are still being written.
pub(crate) type FindGrowing<'a> = dyn FnMut(&[PathBuf]) -> BTreeSet<PathBuf> + 'a;

/// Who brought a manifest in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The command line.
    Named,
    /// A folder that holds it.
    Found,
}

/// A recording that was met, and what rows say of it.
struct Met {
    path: PathBuf,
    source: String,
    rows: Vec<KnownRow>,
}

struct Collector<'a> {
    settings: &'a IntakeSettings,
    /// The recordings by their path without links.
    met: BTreeMap<PathBuf, Met>,
    manifests: Vec<(PathBuf, Origin)>,
    /// Folders in which a manifest may name files in another form, with what is known of them.
    forms: BTreeMap<PathBuf, FileForms>,
    passed_over: Vec<(PathBuf, PassedOver)>,
    failures: Vec<Failure>,
    warnings: Warnings,
}

/// Warnings while they are counted.
#[derive(Default)]
struct Warnings {
    values: BTreeMap<(PathBuf, ColumnError), Vec<usize>>,
    name_values: BTreeMap<ColumnError, usize>,
    answered: usize,
    others: Vec<IntakeWarning>,
}

impl<'a> Collector<'a> {
    fn new(settings: &'a IntakeSettings) -> Self {
        Self {
            settings,
            met: BTreeMap::new(),
            manifests: Vec::new(),
            forms: BTreeMap::new(),
            passed_over: Vec::new(),
            failures: Vec::new(),
            warnings: Warnings::default(),
        }
    }

    fn input(&mut self, input: &Path) {
        match fs::metadata(input) {
            Err(error) => {
                let reason = format!("can't be opened: {error}; check the path");
                self.failures.push(failure::temporary(
                    &input.to_string_lossy(),
                    Stage::Intake,
                    FailureKind::Missing,
                    &reason,
                ));
            }
            Ok(metadata) if metadata.is_dir() => self.folder(input),
            Ok(_) if folder::extension(input) == "csv" => {
                self.manifests.push((input.to_owned(), Origin::Named));
            }
            Ok(_) => self.file(input, &input.to_string_lossy()),
        }
    }

    fn folder(&mut self, folder: &Path) {
        let content = folder::search(folder);
        if content.files.is_empty() && content.manifests.is_empty() && content.unreadable.is_empty() {
            // The share that it stands for may not be mounted.
            self.wait_for(&folder.to_string_lossy(), &holds_nothing(&content.passed_over));
        }
        for file in &content.files {
            self.file(&file.path, &file.below);
        }
        self.manifests.extend(content.manifests.into_iter().map(|manifest| (manifest, Origin::Found)));
        for (path, entry) in content.passed_over {
            if folder::is_manifest_name(&path) {
                let reason =
                    format!("the manifest is passed over: {}; correct or delete it", entry.reason.in_words());
                self.wait_for(&entry.source, &reason);
            }
            self.passed_over.push((path, entry));
        }
        for (below, error) in content.unreadable {
            let place = folder.join(below);
            self.wait_for(
                &place.to_string_lossy(),
                &format!("can't be searched: {error}; check its permissions"),
            );
        }
    }

    /// Takes up a file; the one that it has been met as before keeps its name.
    fn file(&mut self, path: &Path, source: &str) {
        match checked(path) {
            Ok(canonical) => {
                let met = || Met { path: path.to_owned(), source: source.to_owned(), rows: Vec::new() };
                self.met.entry(canonical).or_insert_with(met);
            }
            Err(reason) => self.wait_for(source, &reason),
        }
    }

    /// Reads all manifests, each once, those that were named first.
    ///
    /// # Errors
    ///
    /// When a manifest that was named can't be used. One that a folder holds is a failure: the
    /// recordings of the other folders do not wait for it.
    fn read_manifests(&mut self) -> Result<(), BatchError> {
        let mut manifests = std::mem::take(&mut self.manifests);
        manifests.sort_by_key(|(_, origin)| *origin == Origin::Found);
        let mut read = BTreeSet::new();
        for (path, origin) in manifests {
            if !read.insert(path.canonicalize().unwrap_or_else(|_| path.clone())) {
                continue;
            }
            match (manifest::read(&path), origin) {
                (Ok(manifest), _) => self.manifest(&manifest),
                (Err(error), Origin::Named) => return Err(BatchError::Manifest { path, error }),
                (Err(error), Origin::Found) => {
                    let reason = format!("{error}; its recordings have no facts from it");
                    let make = match error {
                        ManifestError::Unreadable(_) => failure::temporary,
                        _ => failure::permanent,
                    };
                    self.failures.push(make(
                        &path.to_string_lossy(),
                        Stage::Intake,
                        FailureKind::Manifest,
                        &reason,
                    ));
                }
            }
        }
        Ok(())
    }

    fn manifest(&mut self, manifest: &Manifest) {
        let name = manifest.path.to_string_lossy().into_owned();
        for bad in &manifest.bad_rows {
            self.refuse(&name, &format!("row {} is left out: {}", bad.line, bad.error));
        }
        for near in &manifest.near_misses {
            self.warnings.others.push(IntakeWarning::NearMiss {
                manifest: manifest.path.clone(),
                column: near.column.clone(),
                meant: near.meant,
            });
        }
        let defaults = self.defaults_for(manifest);
        let path: Rc<Path> = Rc::from(manifest.path.as_path());
        for row in &manifest.rows {
            self.row(&path, row, &defaults);
        }
    }

    /// What times without an offset mean: the clock of the configuration, or else the offset that
    /// all other times of the manifest have.
    fn defaults_for(&mut self, manifest: &Manifest) -> ValueDefaults {
        let defaults = self.settings.defaults.clone();
        if defaults.clock.is_some() {
            return defaults;
        }
        let starts = manifest.rows.iter().filter_map(|row| columns::start_in(&row.columns));
        let written: Vec<started_at::Written> = starts.filter_map(|start| started_at::read(&start)).collect();
        let offsets: BTreeSet<i32> = written.iter().filter_map(|written| written.offset_s()).collect();
        let without = written.iter().filter(|written| written.is_local()).count();
        let clock = match (offsets.first(), offsets.len(), without) {
            (Some(only), 1, 1..) => started_at::Clock::east(*only),
            _ => None,
        };
        if let Some(clock) = clock {
            self.warnings.others.push(IntakeWarning::OffsetTaken {
                manifest: manifest.path.clone(),
                offset: clock.to_string(),
                rows: without,
            });
        }
        ValueDefaults { clock, ..defaults }
    }

    fn row(&mut self, manifest: &Rc<Path>, row: &Row, defaults: &ValueDefaults) {
        let path = match self.file_of_row(manifest, row) {
            Ok(path) => path,
            Err(reason) => {
                let reason = format!("{reason} (row {} of {})", row.line, manifest.display());
                return self.failures.push(failure::temporary(
                    &row.path,
                    Stage::Intake,
                    FailureKind::Missing,
                    &reason,
                ));
            }
        };
        let canonical = match checked(&path) {
            Ok(canonical) => canonical,
            Err(reason) => return self.wait_for(&row.path, &reason),
        };
        let (columns, errors) = columns::normalized(&row.columns, defaults);
        for error in &errors {
            let key = (manifest.to_path_buf(), error.clone());
            self.warnings.values.entry(key).or_default().push(row.line);
        }
        let known = KnownRow { manifest: Rc::clone(manifest), line: row.line, columns, errors };
        let met = || Met { path, source: row.path.clone(), rows: Vec::new() };
        self.met.entry(canonical).or_insert_with(met).rows.push(known);
    }

    /// The file that a row means: beside the manifest, or below an input.
    fn file_of_row(&mut self, manifest: &Path, row: &Row) -> Result<PathBuf, &'static str> {
        let folder = manifest.parent().unwrap_or(Path::new(""));
        let path = folder.join(&row.path);
        if fs::symlink_metadata(&path).is_ok() {
            return Ok(path);
        }
        let forms = self.forms.entry(folder.to_owned()).or_insert_with(|| {
            let mut forms = FileForms::default();
            forms.add_folder(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
            for (canonical, met) in &self.met {
                forms.add(canonical, Path::new(&met.source));
            }
            forms
        });
        match forms.find(&row.path) {
            Meant::File(path) => Ok(path),
            Meant::Several => Err("fits several files, and none by every letter; write the path as it is"),
            Meant::None => Err("does not exist or can't be opened; check the path and its permissions"),
        }
    }

    /// Leaves out what is still being written; whether there was any.
    fn set_growing_aside(&mut self, growing: &mut FindGrowing<'_>) -> bool {
        let paths: Vec<PathBuf> = self.met.values().map(|met| met.path.clone()).collect();
        let growing = growing(&paths);
        if growing.is_empty() {
            return false;
        }
        let mut set_aside = |path: &Path, reason: PassedOverReason| {
            let found = self.met.iter().find(|(_, met)| met.path == path).map(|(key, _)| key.clone());
            if let Some(met) = found.and_then(|key| self.met.remove(&key)) {
                let entry = PassedOver { source: met.source, reason, detail: None };
                self.passed_over.push((met.path, entry));
            }
        };
        for files in etalon_audio::pair_sides(&paths, &self.settings.sides) {
            let sides: Vec<&Path> = files.paths();
            if sides.iter().any(|side| growing.contains(*side)) {
                for side in sides {
                    let is_growing = growing.contains(side);
                    set_aside(
                        side,
                        if is_growing {
                            PassedOverReason::Growing
                        } else {
                            PassedOverReason::OtherSideGrowing
                        },
                    );
                }
            }
        }
        true
    }

    /// Puts the sides of calls together and understands what is known of each call.
    fn finish(mut self) -> Intake {
        let met: BTreeMap<PathBuf, Met> =
            std::mem::take(&mut self.met).into_values().map(|met| (met.path.clone(), met)).collect();
        let paths: Vec<PathBuf> = met.keys().cloned().collect();
        let calls = etalon_audio::pair_sides(&paths, &self.settings.sides);
        let (mut fitting, mut alone, mut paired) = (0, 0, 0);
        let inputs = calls
            .into_iter()
            .filter_map(|files| {
                let (agents, other) = match &files {
                    CallFiles::One(path) => (met.get(path)?, None),
                    CallFiles::Sides { agent, client } => (met.get(agent)?, met.get(client)),
                };
                let names = self.columns_in_name(&agents.path);
                fitting += usize::from(names.is_some());
                let lone_side =
                    other.is_none().then(|| side_by_name(&agents.path, &self.settings.sides)).flatten();
                alone += usize::from(lone_side.is_some());
                paired += usize::from(other.is_some());
                let facts = self.facts(agents, other, &names.unwrap_or_default(), lone_side)?;
                Some(Input { source: agents.source.clone(), files, facts, planned: None })
            })
            .collect::<Vec<Input>>();
        self.warn_of_names(fitting, inputs.len());
        if alone > 0 {
            self.warnings.others.push(IntakeWarning::SidesMissing { files: alone });
        }
        if !self.settings.sides.is_empty() && !inputs.is_empty() && alone + paired == 0 {
            self.warnings.others.push(IntakeWarning::UnfitSides { recordings: inputs.len() });
        }
        let taken: BTreeSet<PathBuf> = met.keys().filter_map(|path| path.canonicalize().ok()).collect();
        // A manifest may name what a folder alone would not give.
        let is_left = |path: &Path| path.canonicalize().is_ok_and(|path| taken.contains(&path));
        let passed_over = std::mem::take(&mut self.passed_over);
        let passed_over = passed_over
            .into_iter()
            .filter(|(path, entry)| entry.reason == PassedOverReason::SameFile || !is_left(path))
            .map(|(_, entry)| entry)
            .collect();
        Intake {
            inputs,
            failures: self.failures,
            passed_over,
            warnings: self.warnings.into_list(),
            transcripts: None,
            part: None,
            hashes: None,
            watch_started_at: None,
        }
    }

    /// What is known of a call by its rows, its names, and the configuration.
    fn facts(
        &mut self,
        agents: &Met,
        other: Option<&Met>,
        in_name: &Columns,
        lone_side: Option<Role>,
    ) -> Option<DeclaredFacts> {
        let rows: Vec<KnownRow> =
            agents.rows.iter().chain(other.iter().flat_map(|other| &other.rows)).cloned().collect();
        let RowFacts { columns: in_rows, mut defects, contradiction, is_by_answer } = RowFacts::of(&rows);
        self.warnings.answered += usize::from(is_by_answer);
        if let Some(contradiction) = contradiction {
            self.refuse(&agents.source, &contradiction);
        }
        let (in_name, errors) = columns::normalized(in_name, &self.settings.defaults);
        for error in errors {
            defects.push(Defect::new("fact_not_understood", format!("its file name: {error}")));
            *self.warnings.name_values.entry(error).or_default() += 1;
        }
        let known = columns::merged(&columns::merged(&self.settings.call, &in_name), &in_rows);
        let mut facts = match columns::parse(&known) {
            Ok(facts) => facts,
            Err(error) => {
                self.refuse(&agents.source, &error.to_string());
                return None;
            }
        };
        let is_in_rows = in_rows.contains_key("layout");
        facts.layout_source = Some(if is_in_rows { LayoutSource::Manifest } else { LayoutSource::Config });
        if other.is_some() {
            // The pattern says whose side each file is, and joining them puts the agent first.
            (facts.layout, facts.layout_source) = (Some(Layout::AgentLeft), Some(LayoutSource::Config));
        }
        if let Some(side) = lone_side {
            let detail =
                format!("by its name the {}'s side of a call; no file has the other side", side.name());
            defects.push(Defect::new("side_missing", detail));
            // A row that tells the layout of this recording knows it better than a name.
            facts.only_side = Some(side).filter(|_| !is_in_rows);
        }
        facts.defects = defects;
        Some(facts)
    }

    /// The facts that the recording's name holds; none where no pattern fits it.
    fn columns_in_name(&self, path: &Path) -> Option<Columns> {
        use unicode_normalization::UnicodeNormalization as _;
        let stem: String = path.file_stem().unwrap_or_default().to_string_lossy().nfc().collect();
        let pattern = self.settings.file_name.as_ref()?;
        let groups = pattern.captures(&stem)?;
        let named = pattern.capture_names().flatten();
        let columns =
            named.filter_map(|name| Some((name.to_owned(), groups.name(name)?.as_str().to_owned())));
        Some(columns::with_contract_names(columns.collect()))
    }

    fn warn_of_names(&mut self, fitting: usize, names: usize) {
        if self.settings.file_name.is_some() && fitting < names {
            self.warnings.others.push(IntakeWarning::UnfitNames { fitting, names });
        }
    }

    /// Notes a failure that may be gone without anybody correcting the input: a file that is missing
    /// may come, and a share may be mounted again.
    fn wait_for(&mut self, source: &str, reason: &str) {
        self.failures.push(failure::temporary(source, Stage::Intake, FailureKind::Unreadable, reason));
    }

    /// Notes a failure that stays until somebody corrects the input.
    fn refuse(&mut self, source: &str, reason: &str) {
        self.failures.push(failure::permanent(source, Stage::Intake, FailureKind::Facts, reason));
    }
}

impl Warnings {
    fn into_list(self) -> Vec<IntakeWarning> {
        let values = self.values.into_iter().map(|((manifest, error), lines)| IntakeWarning::Values {
            manifest,
            error,
            lines,
        });
        let names =
            self.name_values.into_iter().map(|(error, names)| IntakeWarning::NameValues { error, names });
        let mut warnings: Vec<IntakeWarning> = values.chain(names).chain(self.others).collect();
        if self.answered > 0 {
            warnings.push(IntakeWarning::AnsweredRows { recordings: self.answered });
        }
        warnings.sort();
        warnings
    }
}

/// The path of a regular file without links; whatever is none is never opened.
fn checked(path: &Path) -> Result<PathBuf, String> {
    let found =
        path.canonicalize().and_then(|canonical| Ok((fs::metadata(&canonical)?.file_type(), canonical)));
    match found {
        Ok((kind, canonical)) if kind.is_file() => Ok(canonical),
        Ok((kind, _)) => Err(format!("is {}, not a recording; name a file", folder::name_of_kind(kind))),
        Err(_) => Err("does not exist or can't be opened; check the path and its permissions".to_owned()),
    }
}

fn holds_nothing(passed_over: &[(PathBuf, PassedOver)]) -> String {
    let others = match passed_over.len() {
        0 => String::new(),
        count => {
            let entries: Vec<PassedOver> = passed_over.iter().map(|(_, entry)| entry.clone()).collect();
            let reasons: Vec<String> = etalon_store::counts_by_reason(&entries)
                .iter()
                .map(|count| format!("{} {}", count.files, count.reason.in_words()))
                .collect();
            format!("; it has {count} other files: {}", reasons.join(", "))
        }
    };
    format!("holds no recordings (.wav, .mp3, .flac, .ogg, …); check the path{others}")
}

/// The side that a lone file is by its name.
fn side_by_name(path: &Path, patterns: &[SidePattern]) -> Option<Role> {
    patterns.iter().find_map(|pattern| pattern.side_of(path))
}
