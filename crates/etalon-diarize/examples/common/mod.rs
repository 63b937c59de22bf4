//! What the examples share: labelled recordings as one channel, and the time that a thread has
//! worked.

use std::error::Error;
use std::path::{Path, PathBuf};

/// A recording as one channel.
pub(crate) struct Mixed {
    /// Its samples, between -1 and 1.
    pub(crate) mono: Vec<f32>,
    /// Samples per second.
    pub(crate) rate_hz: u32,
}

/// The WAV files of a folder by name.
pub(crate) fn recordings(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut recordings: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    recordings.retain(|path| path.extension().is_some_and(|extension| extension == "wav"));
    recordings.sort();
    Ok(recordings)
}

/// A recording mixed to one channel.
pub(crate) fn mixed(path: &Path) -> Result<Mixed, Box<dyn Error>> {
    let recording = etalon_audio::read(path, &etalon_audio::Limits::default())?.recording;
    let channels: Vec<Vec<f32>> = recording.channels.iter().map(etalon_audio::Samples::to_f32).collect();
    let mono = (0..recording.frames())
        .map(|place| channels.iter().map(|channel| channel[place]).sum::<f32>() / channels.len() as f32)
        .collect();
    Ok(Mixed { mono, rate_hz: recording.rate_hz })
}

/// Seconds that this thread has worked, so that a busy machine does not count.
pub(crate) fn thread_time_s() -> f64 {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds: f64 = statistics.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0.0);
    nanoseconds * 1e-9
}
