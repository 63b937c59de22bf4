//! A worker's side: requests in, responses out, until the parent is gone.

use super::frame;
use super::message::{Init, InitError, Request, Response, Transcription};
use crate::error::BatchError;
use crate::outcome::{CallDocument, JobOutcome, run_job};
use etalon_call::Stage;
use etalon_pipeline::{Job, Pipeline, PipelineSettings, StageClock, Worker};
use std::io;
use std::sync::mpsc::{Receiver, channel};

/// Works for the parent on the other end of standard input and output.
///
/// Returns when there is no more to do. When the parent goes away in the middle of a recording,
/// nobody wants what would come out of it: `orphaned` is called at once, on another thread, and is
/// expected to end the process.
///
/// # Errors
///
/// When the parent can't be told something; it will find out by itself.
pub fn serve(orphaned: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let requests = requests(orphaned)?;
    let Ok(Request::Init(init)) = requests.recv() else { return Ok(()) };
    match prepare(&init) {
        Ok(Prepared { pipeline, mut worker, not_shared }) => {
            tell(&Response::Ready { fingerprint: pipeline.fingerprint(), not_shared }, &[])?;
            while let Ok(Request::Process { job, worker_exits }) = requests.recv() {
                inject_fault(&job, worker_exits);
                process(&job, &pipeline, &mut worker)?;
            }
            Ok(())
        }
        Err(error) => tell(&Response::InitFailed(init_error(&error)), &[]),
    }
}

/// The parent's requests, read on a thread of their own so that its end is noticed in the middle of
/// a recording.
fn requests(orphaned: impl FnOnce() + Send + 'static) -> io::Result<Receiver<Request>> {
    let (sender, requests) = channel();
    std::thread::Builder::new().spawn(move || {
        let mut input = io::stdin().lock();
        while let Ok(Some((request, _))) = frame::read(&mut input) {
            match request {
                // At once, in the middle of a recording.
                Request::Threads(threads) => etalon_asr::use_threads(threads),
                request => {
                    if sender.send(request).is_err() {
                        return;
                    }
                }
            }
        }
        orphaned();
    })?;
    Ok(requests)
}

/// What a worker has before its first recording.
struct Prepared {
    pipeline: Pipeline,
    worker: Worker,
    /// Why it keeps a copy of the weights that it was to share.
    not_shared: Option<String>,
}

fn prepare(init: &Init) -> Result<Prepared, BatchError> {
    if let Some(bytes) = init.memory_max_bytes {
        limit_memory(bytes)?;
    }
    let settings: PipelineSettings = toml::from_str(&init.settings)
        .map_err(|error| BatchError::SettingsInWorker { detail: error.message().to_owned() })?;
    let pipeline = match init.transcription {
        Transcription::Without => Pipeline::without_transcription(settings)?,
        Transcription::ByModel => Pipeline::with_transcription(settings)?,
    };
    let shared = pipeline.recognizer.as_ref().zip(init.weights);
    let not_shared = shared.and_then(|(recognizer, memory)| recognizer.load_shared(memory).err());
    let worker = Worker::for_pipeline(&pipeline, StageClock::watched(reached))?;
    let worker = worker.with_storage(init.samples.clone());
    Ok(Prepared { pipeline, worker, not_shared: not_shared.map(|error| error.to_string()) })
}

/// Keeps this process from leaving a file behind when it crashes, which would hold what was said.
/// Where the system refuses, it is as it was.
pub fn disable_core_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
}

#[cfg(unix)]
fn limit_memory(bytes: u64) -> Result<(), BatchError> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    setrlimit(Resource::As, Rlimit { current: Some(bytes), maximum: Some(bytes) })
        .map_err(|error| BatchError::MemoryLimit { bytes, error: error.into() })
}

#[cfg(not(unix))]
fn limit_memory(_bytes: u64) -> Result<(), BatchError> {
    use crate::config_error::ConfigError;
    use crate::worker_settings::WorkerSettingsError;
    Err(ConfigError::Workers(WorkerSettingsError::NoMemoryLimit).into())
}

/// Fails as the environment asks, in the builds of the end-to-end tests.
#[cfg(feature = "fault-injection")]
fn inject_fault(job: &Job, worker_exits: u32) {
    if let Some(fault) = super::fault::FaultInjection::asked_for() {
        fault.trigger(job, worker_exits);
    }
}

#[cfg(not(feature = "fault-injection"))]
fn inject_fault(_job: &Job, _worker_exits: u32) {}

fn process(job: &Job, pipeline: &Pipeline, worker: &mut Worker) -> io::Result<()> {
    let outcome = run_job(job, pipeline, worker);
    let times = worker.clock.drain();
    match outcome {
        JobOutcome::Call(CallDocument { mut document, waveform, audio_s, channel_s }) => {
            let document_bytes = document.len();
            document.extend(waveform.to_bytes());
            tell(&Response::Call { document_bytes, audio_s, channel_s, times }, &document)
        }
        JobOutcome::NoResult(no_result) => tell(&Response::NoResult { no_result, times }, &[]),
    }
}

fn reached(stage: Stage) {
    // A parent that can't be told is gone, which the other thread notices.
    let _ = tell(&Response::Reached(stage), &[]);
}

fn tell(report: &Response, body: &[u8]) -> io::Result<()> {
    frame::write(&mut io::stdout().lock(), report, body)
}

fn init_error(error: &BatchError) -> InitError {
    InitError { kind: error.kind(), permanent: error.is_permanent(), message: error.to_string() }
}
