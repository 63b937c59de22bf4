//! The sample calls as the engine hears them.

use etalon_audio::{Limits, SpeechResampler, read};
use std::path::Path;

/// The rate of the signals.
pub(crate) const RATE_HZ: usize = 16_000;

/// The signal of each channel of a sample call.
pub(crate) fn signals(sample: &str) -> Vec<Vec<f32>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(sample);
    let recording = read(&path, &Limits::default()).unwrap().recording;
    let mut resampler = SpeechResampler::new(recording.rate_hz).unwrap();
    recording.channels.iter().map(|channel| resampler.resample(&channel.to_f32())).collect()
}
