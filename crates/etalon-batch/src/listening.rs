//! One pass over a recording's samples: what it is, what is wrong with it, and the features that speech is found by.
//!
//! The samples are decoded block by block and forgotten, so that a recording of ten hours needs little more memory
//! than one of ten minutes. Only two sides in files of their own are read whole, because they have to be joined.

use crate::config::Config;
use crate::failure::Stage;
use crate::timing::StageClock;
use etalon_audio::doctor::{Examination, Examiner};
use etalon_audio::{AudioError, CallFiles, Codec, Decoded, Limits, Samples};
use etalon_call::Defect;
use etalon_vad::{Analyser, ChannelSamples};

/// What one pass over the samples gives.
pub(crate) struct Listening {
    pub(crate) rate_hz: u32,
    pub(crate) codec: Codec,
    pub(crate) channels: usize,
    pub(crate) duration_s: f64,
    pub(crate) defects: Vec<Defect>,
    pub(crate) examination: Examination,
    /// Still to be finished for the channels that carry a side, which the examination decides.
    pub(crate) analyser: Analyser,
}

/// Listens to a recording once.
pub(crate) fn listen(
    files: &CallFiles,
    config: &Config,
    clock: &mut StageClock,
) -> Result<Listening, AudioError> {
    match files {
        CallFiles::One(path) => {
            let mut decoder = clock.time(Stage::Decode, || etalon_audio::open(path, &config.limits()))?;
            let (rate_hz, codec, channels) = (decoder.rate_hz(), decoder.codec(), decoder.channels());
            let mut pass = Pass::new(rate_hz, codec, channels, config);
            while let Some(block) = clock.time(Stage::Decode, || decoder.next_block())? {
                pass.push(block, clock);
            }
            pass.finish(decoder.into_defects())
        }
        CallFiles::Sides { .. } => {
            let Decoded { recording, defects } =
                clock.time(Stage::Decode, || read(files, &config.limits()))?;
            let mut pass = Pass::new(recording.rate_hz, recording.codec, recording.channels.len(), config);
            pass.push(&recording.channels, clock);
            pass.finish(defects)
        }
    }
}

/// Reads a whole recording; two sides in files of their own become its two channels.
pub(crate) fn read(files: &CallFiles, limits: &Limits) -> Result<Decoded, AudioError> {
    match files {
        CallFiles::One(path) => etalon_audio::read(path, limits),
        CallFiles::Sides { agent, client } => {
            etalon_audio::join(etalon_audio::read(agent, limits)?, etalon_audio::read(client, limits)?)
        }
    }
}

/// A pass that is under way.
struct Pass {
    rate_hz: u32,
    codec: Codec,
    channels: usize,
    frames: usize,
    examiner: Examiner,
    analyser: Analyser,
}

impl Pass {
    fn new(rate_hz: u32, codec: Codec, channels: usize, config: &Config) -> Self {
        Self {
            rate_hz,
            codec,
            channels,
            frames: 0,
            examiner: Examiner::new(channels, rate_hz, codec),
            analyser: Analyser::new(channels, rate_hz, &config.activity),
        }
    }

    fn push(&mut self, block: &[Samples], clock: &mut StageClock) {
        self.frames += block.first().map_or(0, Samples::len);
        clock.time(Stage::Decode, || self.examiner.push(block));
        let borrowed: Vec<ChannelSamples<'_>> = block.iter().map(borrowed).collect();
        clock.time(Stage::Activity, || self.analyser.push(&borrowed));
    }

    fn finish(self, defects: Vec<Defect>) -> Result<Listening, AudioError> {
        if self.frames == 0 {
            return Err(AudioError::no_samples());
        }
        Ok(Listening {
            rate_hz: self.rate_hz,
            codec: self.codec,
            channels: self.channels,
            duration_s: self.frames as f64 / f64::from(self.rate_hz.max(1)),
            defects,
            examination: self.examiner.finish(),
            analyser: self.analyser,
        })
    }
}

fn borrowed(samples: &Samples) -> ChannelSamples<'_> {
    match samples {
        Samples::I16(samples) => ChannelSamples::I16(samples),
        Samples::F32(samples) => ChannelSamples::F32(samples),
    }
}
