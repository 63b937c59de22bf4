//! What one thread keeps from call to call.

use crate::error::PipelineError;
use crate::pipeline::Pipeline;
use crate::recognizer::Recognizer;
use crate::stage_clock::StageClock;
use etalon_asr::Transcriber;
use etalon_audio::{AudioError, SpeechResampler};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// What one thread keeps from call to call: the state of the recognizer, and the time it has spent.
pub struct Worker {
    /// None when calls are not transcribed here.
    pub(crate) transcriber: Option<Box<dyn Transcriber>>,
    pub(crate) resamplers: Resamplers,
    /// Where the worker's time goes.
    pub clock: StageClock,
}

/// Resamplers by the rate of their input.
#[derive(Default)]
pub(crate) struct Resamplers(BTreeMap<u32, SpeechResampler>);

impl Worker {
    /// A worker for this pipeline.
    ///
    /// # Errors
    ///
    /// When the speech model can't be loaded, or the memory of its state can't be had.
    pub fn for_pipeline(pipeline: &Pipeline, clock: StageClock) -> Result<Self, PipelineError> {
        let transcriber = pipeline.recognizer.as_ref().map(Recognizer::transcriber).transpose()?;
        Ok(Self { transcriber, resamplers: Resamplers::default(), clock })
    }
}

impl Resamplers {
    /// The resampler for a rate, made when it is first asked for.
    pub(crate) fn for_rate(&mut self, rate_hz: u32) -> Result<&mut SpeechResampler, AudioError> {
        match self.0.entry(rate_hz) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => Ok(entry.insert(SpeechResampler::new(rate_hz)?)),
        }
    }
}
