//! Speech activity and acoustic features from the signal.
//!
//! [`analyse`] and [`Analyser`] pass once over the samples of a recording's channels and give for each channel when somebody
//! speaks on it, when music plays, and what else the signal shows 100 times a second: level, clipping,
//! periodicity and pitch, syllable nuclei, loudness. It knows nothing of files, words or roles and cannot fail:
//! every input, an empty one too, has a defined result without a single NaN.

#![deny(unsafe_code)]

mod activity;
mod analyser;
mod crosstalk;
mod decimation;
mod evidence;
mod frames;
mod held;
mod input;
pub mod kernels;
pub mod loudness;
mod measure;
mod music;
mod noise;
mod periodicity;
mod settings;
mod spectrum;
mod syllables;
mod threshold;

pub use analyser::Analyser;
pub use frames::{FRAMES_PER_SECOND, FrameFeatures, SILENT_DBFS};
pub use input::ChannelSamples;
pub use settings::ActivitySettings;

use etalon_call::Span;

/// What the signal of one channel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChannelAnalysis {
    /// When somebody speaks, in order; regions never touch.
    pub regions: Vec<Span>,
    /// When music plays, in order.
    pub music: Vec<Span>,
    /// What was measured, 100 frames a second.
    pub frames: FrameFeatures,
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
