//! Speech activity and acoustic features from the signal.
//!
//! [`analyse`] and [`Analyser`] pass once over the samples of a recording's channels and give for
//! each channel when somebody speaks on it, how loud every region of speech is, when music plays,
//! the syllable nuclei and the loudness. A small network hears whether what stands out of the noise
//! is a voice; where it begins and ends is told by its level. [`frame_features`] gives what is
//! measured 100 times a second: level, clipping, periodicity and pitch. The crate knows nothing of
//! files, words or roles and cannot fail: every input, an empty one too, has a defined result
//! without a single NaN.

#![deny(unsafe_code)]

mod activity;
mod analyser;
mod clicks;
mod comfort_noise;
mod crosstalk;
mod data;
mod decimation;
mod decisions;
mod disturbances;
mod evidence;
mod foreground;
mod frame_evidence;
mod frames;
mod held;
mod input;
pub mod kernels;
mod keys;
pub mod loudness;
mod measure;
mod murmurs;
mod music;
mod network;
mod network_input;
mod noise;
mod periodicity;
mod settings;
mod spectrum;
mod stretches;
mod syllables;
mod threshold;
mod voice;

pub use analyser::Analyser;
pub use decisions::{RegionFeatures, SyllableNucleus};
pub use disturbances::{Disturbances, EchoPath};
pub use frames::{FRAMES_PER_SECOND, FrameFeatures, SILENT_DBFS, frames_between};
pub use input::ChannelSamples;
pub use settings::ActivitySettings;

use etalon_call::Span;
use loudness::LoudnessBlock;
use measure::ChannelMeter;

/// The version of speech activity and features: raised by every change that gives other results for
/// the same input, so that stored results of an earlier version are made again.
pub const VERSION: u32 = 4;

/// The files inside the program that results depend on: the network's weights.
pub fn embedded_files() -> impl Iterator<Item = &'static [u8]> {
    std::iter::once(network::embedded_weights())
}

/// What the signal of one channel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChannelAnalysis {
    /// When somebody speaks, in order; regions never touch.
    pub regions: Vec<Span>,
    /// When music plays, in order.
    pub music: Vec<Span>,
    /// When a steady tone of the line is heard (ringing, busy, keys, a beep) and nobody speaks, in
    /// order. A vowel may be as pure.
    pub tones: Vec<Span>,
    /// What else is heard that is no voice.
    pub disturbances: Disturbances,
    /// What was measured of each region, in their order.
    pub region_features: Vec<RegionFeatures>,
    /// The syllable nuclei in order (de Jong and Wempe 2009; see the `syllables` module).
    pub syllable_nuclei: Vec<SyllableNucleus>,
    /// Energy after K-weighting in blocks of 100 ms (ITU-R BS.1770), from which loudness is gated
    /// and summed.
    pub loudness_blocks: Vec<LoudnessBlock>,
    /// Samples per second of the channel.
    pub rate_hz: u32,
    /// Length of the channel, seconds.
    pub duration_s: f64,
}

/// Sampling rates that can be analysed, Hz.
pub const RATES_HZ: std::ops::RangeInclusive<u32> = 4_000..=192_000;

/// Analyses the channels of one recording that lies in memory, in their order; see [`Analyser`].
pub fn analyse(
    channels: &[ChannelSamples<'_>],
    rate_hz: u32,
    settings: &ActivitySettings,
) -> Vec<ChannelAnalysis> {
    let mut analyser = Analyser::new(channels.len(), rate_hz, settings);
    analyser.push(channels);
    analyser.finish()
}

/// Measures the frames of one channel that lies in memory; none at a rate outside of [`RATES_HZ`].
pub fn frame_features(channel: ChannelSamples<'_>, rate_hz: u32) -> FrameFeatures {
    if !RATES_HZ.contains(&rate_hz) {
        return FrameFeatures::default();
    }
    let mut meter = ChannelMeter::new(rate_hz, &ActivitySettings::default());
    meter.push(channel);
    meter.finish();
    meter.into_features()
}
