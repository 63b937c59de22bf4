//! What one thread keeps from call to call.

use crate::error::PipelineError;
use crate::job::Job;
use crate::pipeline::Pipeline;
use crate::recognizer::Recognizer;
use crate::samples::SampleStorage;
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
    pub(crate) storage: SampleStorage,
    /// Where the worker's time goes.
    pub clock: StageClock,
}

/// Resamplers by the rate of their input.
#[derive(Default)]
pub(crate) struct Resamplers(BTreeMap<u32, SpeechResampler>);

impl Worker {
    /// A worker for this pipeline, which puts the samples of long recordings into the system's folder
    /// of temporary files.
    ///
    /// # Errors
    ///
    /// When the speech model can't be loaded, or the memory of its state can't be had.
    pub fn for_pipeline(pipeline: &Pipeline, clock: StageClock) -> Result<Self, PipelineError> {
        let transcriber = pipeline.recognizer.as_ref().map(Recognizer::transcriber).transpose()?;
        let (resamplers, storage) = (Resamplers::default(), SampleStorage::default());
        Ok(Self { transcriber, resamplers, storage, clock })
    }

    /// The same with another place for the samples of recordings.
    #[must_use]
    pub fn with_storage(self, storage: SampleStorage) -> Self {
        Self { storage, ..self }
    }

    /// Whether the words of a recording will be known: it is transcribed here, or was elsewhere.
    pub(crate) fn knows_words_of(&self, job: &Job) -> bool {
        self.transcriber.is_some() || job.transcript.is_some()
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
