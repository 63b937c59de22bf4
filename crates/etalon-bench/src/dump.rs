//! A dump of recordings of any size.
//!
//! Calls are made of a few recordings, those of the samples inside the program or of a folder: each
//! time with another start, length and gain, so that no two have the same bytes and none is taken
//! for a copy of another.

use crate::error::BenchError;
use crate::shape::typical_tokens_per_window;
use crate::variation::Variation;
use etalon_audio::{Limits, Recording};
use hound::{SampleFormat, WavSpec, WavWriter};
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use walkdir::WalkDir;

/// The recordings inside the program: the samples, by their names in their manifest.
const SAMPLES: [(&str, &[u8]); 6] = [
    ("01-proper-hold", include_bytes!("../../../samples/01-proper-hold.wav")),
    ("02-rude-collector", include_bytes!("../../../samples/02-rude-collector.wav")),
    ("03-look-at-the-website", include_bytes!("../../../samples/03-look-at-the-website.wav")),
    ("04-silent-hold", include_bytes!("../../../samples/04-silent-hold.wav")),
    ("05-busy-client", include_bytes!("../../../samples/05-busy-client.wav")),
    ("06-fast-talker", include_bytes!("../../../samples/06-fast-talker.wav")),
];

/// What is known of the samples: `path`, other facts, `company`, `layout`.
const SAMPLES_MANIFEST: &str = include_str!("../../../samples/manifest.csv");

/// The manifest's name, under which a run finds it.
const MANIFEST: &str = "manifest.csv";

/// Shorter recordings can't be varied, seconds.
const SHORTEST_S: f64 = 1.0;

/// How much there is to be of a dump.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DumpSize {
    /// So many calls.
    Calls(u32),
    /// As many calls as take so many hours.
    Hours(f64),
}

/// A dump that is to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct DumpSettings {
    /// A recording or a folder to make calls of; none for the samples inside the program.
    pub recordings: Option<PathBuf>,
    /// How much.
    pub size: DumpSize,
    /// How long calls are on the average, seconds; none for as long as the recordings are.
    pub call_length_s: Option<f64>,
}

/// A dump that was made.
#[derive(Debug)]
pub(crate) struct Dump {
    pub(crate) folder: PathBuf,
    pub(crate) calls: u32,
    pub(crate) audio_s: f64,
    pub(crate) bytes: u64,
}

/// A recording that calls are made of.
enum Original {
    /// One of the samples, with what the manifest says of it after its path.
    Sample { bytes: &'static [u8], facts: String },
    /// A file.
    File(PathBuf),
}

impl Original {
    fn read(&self) -> Result<Recording, BenchError> {
        let limits = Limits::default();
        let (decoded, path) = match self {
            Self::Sample { bytes, .. } => (etalon_audio::decode(bytes, None, &limits)?, Path::new("sample")),
            Self::File(path) => (etalon_audio::read(path, &limits)?, path.as_path()),
        };
        let recording = decoded.recording;
        if recording.duration_s() < SHORTEST_S {
            return Err(BenchError::TooShort { path: path.to_owned() });
        }
        Ok(recording)
    }

    fn facts(&self) -> &str {
        match self {
            Self::Sample { facts, .. } => facts,
            Self::File(_) => ",",
        }
    }
}

/// Makes a dump in a new folder.
///
/// # Errors
///
/// Where a recording can't be read, the folder can't be written, or `stop` is set.
pub(crate) fn make(settings: &DumpSettings, folder: &Path, stop: &AtomicBool) -> Result<Dump, BenchError> {
    let originals = originals(settings.recordings.as_deref())?;
    fs::create_dir(folder).map_err(BenchError::io("make a folder", folder))?;
    let mut dump = Dump { folder: folder.to_owned(), calls: 0, audio_s: 0.0, bytes: 0 };
    let mut manifest = "path,company,layout\n".to_owned();
    while !dump.is_large_enough(settings.size) {
        if stop.load(Ordering::Relaxed) {
            return Err(BenchError::Stopped);
        }
        let number = dump.calls as usize;
        let original = &originals[number % originals.len()];
        let name = format!("call-{number:07}.wav");
        let variation = Variation::new(number, originals.len(), settings.call_length_s);
        dump.add(&name, &original.read()?, variation)?;
        manifest.extend([&name, ",", original.facts(), "\n"]);
    }
    let path = folder.join(MANIFEST);
    fs::write(&path, manifest).map_err(BenchError::io("write", path))?;
    Ok(dump)
}

impl Dump {
    fn is_large_enough(&self, size: DumpSize) -> bool {
        match size {
            DumpSize::Calls(calls) => self.calls >= calls,
            DumpSize::Hours(hours) => self.audio_s >= hours * 3600.0,
        }
    }

    fn add(&mut self, name: &str, recording: &Recording, variation: Variation) -> Result<(), BenchError> {
        let path = self.folder.join(name);
        self.bytes += write(&path, recording, variation).map_err(BenchError::io("write", path))?;
        self.calls += 1;
        self.audio_s += variation.frames(recording) as f64 / f64::from(recording.rate_hz);
        Ok(())
    }

    /// Tokens in a window of speech of these calls.
    pub(crate) fn typical_tokens_per_window(&self) -> u16 {
        typical_tokens_per_window(self.audio_s / f64::from(self.calls.max(1)))
    }

    /// Lets the system forget what it keeps of the dump in memory, so that a run reads it from the
    /// disk, as it reads recordings that arrived during the day.
    pub(crate) fn forget_cached(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            forget_cached(&entry.path());
        }
    }
}

/// Lets the system forget what it keeps of a file. Where it can't, the file is read from memory,
/// which the number of bytes read from the disk shows.
pub(crate) fn forget_cached(path: &Path) {
    #[cfg(target_os = "linux")]
    if let Ok(file) = File::open(path) {
        // What is not on the disk yet can't be forgotten.
        let _ = file.sync_all();
        let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = path;
}

/// Writes a call as linear WAV; gives its length in bytes.
fn write(path: &Path, recording: &Recording, variation: Variation) -> io::Result<u64> {
    let channels = u16::try_from(recording.channels.len()).unwrap_or(u16::MAX);
    let spec = WavSpec {
        channels,
        sample_rate: recording.rate_hz,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let failed = |error| match error {
        hound::Error::IoError(error) => error,
        other => io::Error::other(other),
    };
    let mut writer = WavWriter::new(BufWriter::new(File::create(path)?), spec).map_err(failed)?;
    for sample in variation.interleaved(recording) {
        writer.write_sample(sample).map_err(failed)?;
    }
    writer.finalize().map_err(failed)?;
    Ok(fs::metadata(path)?.len())
}

/// What calls are made of, in an order that is the same each time.
fn originals(recordings: Option<&Path>) -> Result<Vec<Original>, BenchError> {
    let Some(path) = recordings else {
        let sample = |(name, bytes)| Original::Sample { bytes, facts: facts_of(name) };
        return Ok(SAMPLES.map(sample).into());
    };
    if path.is_file() {
        return Ok(vec![Original::File(path.to_owned())]);
    }
    let mut files = Vec::new();
    for entry in WalkDir::new(path).sort_by_file_name() {
        let entry = entry.map_err(|error| BenchError::Io {
            action: "look into",
            path: path.to_owned(),
            source: error.into(),
        })?;
        if entry.file_type().is_file() && etalon_audio::is_recording_name(entry.path()) {
            files.push(Original::File(entry.into_path()));
        }
    }
    if files.is_empty() {
        return Err(BenchError::NoRecording { path: path.to_owned() });
    }
    Ok(files)
}

/// Company and layout of a sample. Of whom it is, is left out: thousands of calls of one client
/// would be no night that anybody has.
fn facts_of(name: &str) -> String {
    let line = SAMPLES_MANIFEST.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    let mut columns = line.rsplitn(3, ',');
    let (layout, company) = (columns.next().unwrap_or_default(), columns.next().unwrap_or_default());
    format!("{company},{layout}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn made(settings: &DumpSettings) -> (tempfile::TempDir, Dump) {
        let folder = tempfile::tempdir().unwrap();
        let dump = make(settings, &folder.path().join("dump"), &AtomicBool::new(false)).unwrap();
        (folder, dump)
    }

    fn contents(dump: &Dump) -> Vec<Vec<u8>> {
        let entries = fs::read_dir(&dump.folder).unwrap().map(|entry| entry.unwrap().path());
        let waves = entries.filter(|path| path.extension().is_some_and(|extension| extension == "wav"));
        waves.map(|path| fs::read(path).unwrap()).collect()
    }

    #[test]
    fn a_dump_has_as_many_calls_or_hours_as_asked_for() {
        let settings = DumpSettings { recordings: None, size: DumpSize::Calls(14), call_length_s: Some(2.0) };
        let (_folder, dump) = made(&settings);
        let contents = contents(&dump);
        assert_eq!((dump.calls, contents.len()), (14, 14));
        assert_eq!(dump.bytes, contents.iter().map(|content| content.len() as u64).sum::<u64>());
        assert_eq!(contents.iter().collect::<HashSet<_>>().len(), 14, "two calls have the same bytes");
        let manifest = fs::read_to_string(dump.folder.join(MANIFEST)).unwrap();
        let lines: Vec<&str> = manifest.lines().collect();
        assert_eq!(lines.len(), 15);
        assert_eq!(lines[1], "call-0000000.wav,Банк Синица; Синица,agent_left");
        assert_eq!(lines[6], "call-0000005.wav,Банк Синица; Синица,agent_right");

        let (_folder, dump) = made(&DumpSettings { size: DumpSize::Hours(0.01), ..settings });
        assert!((36.0..39.0).contains(&dump.audio_s), "{}", dump.audio_s);
    }

    #[test]
    fn a_dump_is_made_of_a_folder_of_ones_own() {
        let folder = tempfile::tempdir().unwrap();
        let size = DumpSize::Calls(3);
        let settings =
            |path: &Path| DumpSettings { recordings: Some(path.to_owned()), size, call_length_s: None };
        let target = folder.path().join("dump");
        let stop = AtomicBool::new(false);
        let refused = make(&settings(folder.path()), &target, &stop).unwrap_err();
        assert!(matches!(refused, BenchError::NoRecording { .. }), "{refused}");
        fs::write(folder.path().join("mine.wav"), SAMPLES[1].1).unwrap();
        let dump = make(&settings(folder.path()), &target, &stop).unwrap();
        assert_eq!(contents(&dump).into_iter().collect::<HashSet<_>>().len(), 3);
        let stopped = AtomicBool::new(true);
        let error = make(&settings(folder.path()), &folder.path().join("more"), &stopped).unwrap_err();
        assert!(matches!(error, BenchError::Stopped));
    }
}
