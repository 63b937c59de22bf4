//! A worker's side: orders in, reports out, until the parent is gone.

use super::fault::Fault;
use super::frame;
use super::message::{Assignment, Beginning, Order, Refusal, Report, Transcription};
use crate::config::Config;
use crate::error::BatchError;
use crate::failure::Stage;
use crate::finished::{CallDocument, Finished, finish};
use crate::pipeline::Pipeline;
use crate::process::Worker;
use crate::timing::StageClock;
use etalon_asr::AsrError;
use std::io;
use std::sync::mpsc::{Receiver, channel};

/// Works for the parent on the other end of standard input and output.
///
/// Returns when there is no more to do. When the parent goes away in the middle of a recording, nobody wants what would
/// come out of it: `orphaned` is called at once, on another thread, and is expected to end the process.
///
/// # Errors
///
/// When the parent can't be told something; it will find out by itself.
pub fn serve(orphaned: impl FnOnce() + Send + 'static) -> io::Result<()> {
    leave_no_image_of_memory();
    let orders = orders(orphaned)?;
    let Ok(Order::Begin(beginning)) = orders.recv() else { return Ok(()) };
    match prepare(&beginning) {
        Ok((pipeline, mut worker)) => {
            tell(&Report::Ready(pipeline.fingerprint()), &[])?;
            let fault = Fault::asked_for();
            while let Ok(Order::Take(assignment)) = orders.recv() {
                take(*assignment, &pipeline, &mut worker, fault.as_ref())?;
            }
            Ok(())
        }
        Err(error) => tell(&Report::Refused(refusal(&error)), &[]),
    }
}

/// The parent's orders, read on a thread of their own so that its end is noticed in the middle of a recording.
fn orders(orphaned: impl FnOnce() + Send + 'static) -> io::Result<Receiver<Order>> {
    let (sender, orders) = channel();
    std::thread::Builder::new().spawn(move || {
        let mut input = io::stdin().lock();
        while let Ok(Some((order, _))) = frame::read(&mut input) {
            if sender.send(order).is_err() {
                return;
            }
        }
        orphaned();
    })?;
    Ok(orders)
}

fn prepare(beginning: &Beginning) -> Result<(Pipeline, Worker), BatchError> {
    if let Some(bytes) = beginning.memory_max_bytes {
        limit_memory(bytes)?;
    }
    let config = Config::from_toml(&beginning.config)?;
    let pipeline = match beginning.transcription {
        Transcription::Without => Pipeline::without_transcription(config)?,
        Transcription::ByModel => Pipeline::with_transcription(config)?,
    };
    let worker = Worker::for_pipeline(&pipeline, StageClock::watched(reached))?;
    Ok((pipeline, worker))
}

/// A crash must not leave a file behind that holds what was said. Where the system refuses, it is as it was.
fn leave_no_image_of_memory() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
}

#[cfg(unix)]
fn limit_memory(bytes: u64) -> Result<(), BatchError> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    setrlimit(Resource::As, Rlimit { current: Some(bytes), maximum: Some(bytes) }).map_err(|error| {
        BatchError::Setting(format!("the worker's memory can't be limited to {bytes} bytes: {error}"))
    })
}

#[cfg(not(unix))]
fn limit_memory(_bytes: u64) -> Result<(), BatchError> {
    Err(BatchError::Setting("memory_max_mb: this system can't limit a process's memory".to_owned()))
}

fn take(
    assignment: Assignment,
    pipeline: &Pipeline,
    worker: &mut Worker,
    fault: Option<&Fault>,
) -> io::Result<()> {
    let deaths = assignment.deaths;
    let item = assignment.into_item().ok_or(io::ErrorKind::InvalidData)?;
    if let Some(fault) = fault {
        fault.strike(&item, deaths);
    }
    let finished = finish(&item, pipeline, worker);
    let times = worker.clock.drain();
    match finished {
        Finished::Call(CallDocument { document, audio_s, channel_s }) => {
            tell(&Report::Call { audio_s, channel_s, times }, &document)
        }
        Finished::Nothing(no_result) => tell(&Report::Nothing { no_result, times }, &[]),
    }
}

fn reached(stage: Stage) {
    // A parent that can't be told is gone, which the other thread notices.
    let _ = tell(&Report::Reached(stage), &[]);
}

fn tell(report: &Report, body: &[u8]) -> io::Result<()> {
    frame::write(&mut io::stdout().lock(), report, body)
}

fn refusal(error: &BatchError) -> Refusal {
    match error {
        BatchError::Recognizer(AsrError::Language { .. }) => Refusal::Setting(error.to_string()),
        BatchError::Recognizer(_) | BatchError::Store(_) => Refusal::Other(error.to_string()),
        _ => Refusal::Setting(error.to_string()),
    }
}
