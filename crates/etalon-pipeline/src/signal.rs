//! One pass over a recording's samples: what it is, what is wrong with it, how it looks, and the
//! features that speech is found by.
//!
//! The samples are decoded block by block. Those of a short recording are kept for whoever cuts
//! speech out of it later; those of a longer one are forgotten, so that a recording of ten hours
//! needs little more memory than one of ten minutes, and are decoded again if they are needed.

use crate::settings::PipelineSettings;
use crate::stage_clock::StageClock;
use etalon_audio::diagnostics::{Diagnostics, DiagnosticsMeter};
use etalon_audio::{AudioError, CallDecoder, CallFiles, Codec, Limits, PeakMeter, Samples};
use etalon_call::{Defect, Stage, Waveform};
use etalon_vad::{Analyser, ChannelSamples};

/// What one pass over the samples gives.
pub(crate) struct Measured {
    pub(crate) signal: Signal,
    /// Still to be finished for the channels that carry a side, which the diagnostics decides.
    pub(crate) features: Analyser,
    /// How all channels look.
    pub(crate) waveform: Waveform,
    /// The samples of all channels of a short recording.
    pub(crate) kept: Option<Vec<Samples>>,
}

/// What a recording is, and what is wrong with it.
pub(crate) struct Signal {
    pub(crate) rate_hz: u32,
    pub(crate) codec: Codec,
    pub(crate) channels: usize,
    pub(crate) duration_s: f64,
    pub(crate) defects: Vec<Defect>,
    pub(crate) diagnostics: Diagnostics,
}

/// Measures the signal of a recording in one pass. Its samples are kept if they take no more than
/// `kept_max_bytes`.
pub(crate) fn measure(
    files: &CallFiles,
    settings: &PipelineSettings,
    kept_max_bytes: u64,
    clock: &mut StageClock,
) -> Result<Measured, AudioError> {
    let limits = Limits::from(&settings.limits);
    let mut decoder = clock.time(Stage::Decode, || CallDecoder::open(files, &limits))?;
    let mut pass = Pass::new(decoder.rate_hz(), decoder.codec(), decoder.channels(), settings);
    let channels = (kept_max_bytes > 0).then(Vec::new);
    let mut kept = KeptSamples { max_bytes: kept_max_bytes, channels };
    while let Some(block) = clock.time(Stage::Decode, || decoder.next_block())? {
        pass.push(block, clock);
        kept.push(block);
    }
    pass.finish(decoder.into_defects(), kept.channels)
}

/// The samples of a recording while they are decoded, as long as they are few enough to be kept.
struct KeptSamples {
    max_bytes: u64,
    /// None as soon as they are too many.
    channels: Option<Vec<Samples>>,
}

impl KeptSamples {
    fn push(&mut self, block: &[Samples]) {
        let Some(channels) = &mut self.channels else { return };
        if channels.is_empty() {
            *channels = block.to_vec();
        } else {
            for (channel, samples) in channels.iter_mut().zip(block) {
                channel.append(samples);
            }
        }
        if channels.iter().map(Samples::bytes).sum::<u64>() > self.max_bytes {
            self.channels = None;
        }
    }
}

/// A pass that is under way.
struct Pass {
    rate_hz: u32,
    codec: Codec,
    channels: usize,
    frames: usize,
    meter: DiagnosticsMeter,
    peaks: PeakMeter,
    analyser: Analyser,
}

impl Pass {
    fn new(rate_hz: u32, codec: Codec, channels: usize, settings: &PipelineSettings) -> Self {
        Self {
            rate_hz,
            codec,
            channels,
            frames: 0,
            meter: DiagnosticsMeter::new(channels, rate_hz, codec),
            peaks: PeakMeter::new(channels, rate_hz),
            analyser: Analyser::new(channels, rate_hz, &settings.activity),
        }
    }

    fn push(&mut self, block: &[Samples], clock: &mut StageClock) {
        self.frames += block.first().map_or(0, Samples::len);
        clock.time(Stage::Decode, || {
            self.meter.push(block);
            self.peaks.push(block);
        });
        let borrowed: Vec<ChannelSamples<'_>> = block.iter().map(borrowed).collect();
        clock.time(Stage::Activity, || self.analyser.push(&borrowed));
    }

    fn finish(self, defects: Vec<Defect>, kept: Option<Vec<Samples>>) -> Result<Measured, AudioError> {
        if self.frames == 0 {
            return Err(AudioError::no_samples());
        }
        let signal = Signal {
            rate_hz: self.rate_hz,
            codec: self.codec,
            channels: self.channels,
            duration_s: self.frames as f64 / f64::from(self.rate_hz.max(1)),
            defects,
            diagnostics: self.meter.finish(),
        };
        Ok(Measured { signal, features: self.analyser, waveform: self.peaks.finish(), kept })
    }
}

fn borrowed(samples: &Samples) -> ChannelSamples<'_> {
    match samples {
        Samples::I16(samples) => ChannelSamples::I16(samples),
        Samples::F32(samples) => ChannelSamples::F32(samples),
    }
}
