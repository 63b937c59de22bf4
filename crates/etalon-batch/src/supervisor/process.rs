//! One worker process, as its parent sees it.

use super::deadline::Deadline;
use super::stderr_tail::StderrTail;
use crate::error::{BatchError, WorkerStartError};
use crate::outcome::{CallDocument, JobOutcome};
use crate::state::Attempt;
use crate::worker::frame;
use crate::worker::message::{Init, InitError, Request, Response, Transcription};
use crate::worker_exit::WorkerExit;
use crate::worker_settings::WorkerSettings;
use etalon_call::{Stage, Waveform};
use etalon_pipeline::{Pipeline, Recognizer, StageTimes};
use std::io::{self, BufReader, Write as _};
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// How long a worker may take to load its model: one of gigabytes may come from a slow disk.
const START_TIMEOUT: Duration = Duration::from_mins(10);

/// How long a worker that runs may take to take a message in.
const TELL_TIMEOUT: Duration = Duration::from_mins(1);

/// How long a worker that says nothing more may take to end.
const REAP_TIMEOUT: Duration = Duration::from_secs(2);

/// A worker process; ended when it is dropped.
pub(crate) struct WorkerProcess {
    child: Child,
    input: Option<RequestWriter>,
    responses: Receiver<io::Result<(Response, Vec<u8>)>>,
    stderr_tail: StderrTail,
    stderr_reader: Option<JoinHandle<()>>,
    /// What it was told that it may take.
    threads: NonZeroUsize,
}

/// What became of starting a worker.
pub(crate) enum Started {
    Ready(WorkerProcess),
    /// A stop was asked for meanwhile.
    Stopped,
    /// It may go better another time.
    Failed(WorkerStartError),
}

impl Started {
    fn ended(exit: &WorkerExit) -> Self {
        Self::Failed(WorkerStartError::Ended { how: exit.to_string() })
    }
}

/// How an attempt at a recording ended.
pub(crate) enum AttemptOutcome {
    Finished(JobOutcome, StageTimes),
    Exited(WorkerExit),
    Stopped,
}

/// What a worker's standard output brings.
enum Received {
    Response(Response, Vec<u8>),
    Exited(WorkerExit),
    TimedOut,
    Stopped,
}

impl WorkerProcess {
    /// Starts a worker for the results of a folder, and waits until it has loaded everything.
    ///
    /// # Errors
    ///
    /// When the worker refuses the run, or has loaded something else than its parent knows.
    pub(crate) fn start(
        command: Command,
        pipeline: &Pipeline,
        settings: &WorkerSettings,
        results: &Path,
        is_over: &dyn Fn() -> bool,
    ) -> Result<Started, BatchError> {
        let init = Request::Init(init(pipeline, settings, results)?);
        let mut worker = match Self::spawn(command) {
            Ok(worker) => worker,
            Err(error) => return Ok(Started::Failed(WorkerStartError::Spawn(error))),
        };
        match worker.tell(&init, is_over) {
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                return Err(BatchError::SettingsTooLong);
            }
            // A worker that is gone before it has read this is noticed below.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                return Ok(Started::Failed(WorkerStartError::Spawn(error)));
            }
            _ => {}
        }
        match worker.receive(&mut Deadline::of(START_TIMEOUT), is_over) {
            Received::Response(Response::Ready { fingerprint, not_shared }, _)
                if fingerprint == pipeline.fingerprint() =>
            {
                if let Some((recognizer, reason)) = pipeline.recognizer.as_ref().zip(not_shared) {
                    recognizer.stop_sharing(reason);
                }
                Ok(Started::Ready(worker))
            }
            Received::Response(Response::Ready { .. }, _) => Err(BatchError::ChangedDuringRun),
            Received::Response(Response::InitFailed(InitError { kind, permanent, message }), _) => {
                Err(BatchError::WorkerRefused { kind, permanent, message })
            }
            Received::Response(..) => Ok(Started::ended(&WorkerExit::unreadable_output())),
            Received::Exited(exit) => Ok(Started::ended(&exit)),
            Received::TimedOut => Ok(Started::ended(&WorkerExit::timed_out(START_TIMEOUT))),
            Received::Stopped => Ok(Started::Stopped),
        }
    }

    fn spawn(mut command: Command) -> io::Result<Self> {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let (input, output, error_output) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (sender, responses) = channel();
        // From here on the process is ended when this value is dropped.
        let mut worker = Self {
            child,
            input: None,
            responses,
            stderr_tail: StderrTail::default(),
            stderr_reader: None,
            threads: NonZeroUsize::MIN,
        };
        worker.input = input.map(RequestWriter::start).transpose()?;
        if let Some(output) = output {
            Builder::new().spawn(move || forward_responses(output, &sender))?;
        }
        if let Some(error_output) = error_output {
            let stderr_tail = worker.stderr_tail.clone();
            worker.stderr_reader = Some(Builder::new().spawn(move || stderr_tail.read_from(error_output))?);
        }
        Ok(worker)
    }

    /// Hands over a recording.
    ///
    /// # Errors
    ///
    /// When the worker is gone or takes nothing in; [`io::ErrorKind::InvalidInput`] when what is known
    /// of the recording is too long for any worker.
    pub(crate) fn begin(&mut self, attempt: &Attempt<'_>, is_over: &dyn Fn() -> bool) -> io::Result<()> {
        let job = Box::new(attempt.job.clone());
        self.tell(&Request::Process { job, worker_exits: attempt.worker_exits() }, is_over)
    }

    /// Waits for what comes out of the recording. Meanwhile the worker is told how many `threads`
    /// it may take.
    pub(crate) fn finish(
        &mut self,
        limit: Duration,
        threads: &dyn Fn() -> NonZeroUsize,
        is_over: &dyn Fn() -> bool,
    ) -> AttemptOutcome {
        let mut deadline = Deadline::of(limit);
        let mut reached = Stage::Decode;
        loop {
            let granted = threads();
            self.grant(granted, is_over);
            let is_due = || is_over() || threads() != granted;
            let exit = match self.receive(&mut deadline, &is_due) {
                Received::Response(Response::Reached(stage), _) => {
                    reached = stage;
                    continue;
                }
                Received::Response(Response::Call { document_bytes, audio_s, channel_s, times }, body) => {
                    match document_and_waveform(body, document_bytes) {
                        Some((document, waveform)) => {
                            let call = CallDocument { document, waveform, audio_s, channel_s };
                            return AttemptOutcome::Finished(JobOutcome::Call(call), times);
                        }
                        None => WorkerExit::unreadable_output(),
                    }
                }
                Received::Response(Response::NoResult { no_result, times }, _) => {
                    return AttemptOutcome::Finished(JobOutcome::NoResult(no_result), times);
                }
                Received::Response(Response::Ready { .. } | Response::InitFailed(_), _) => {
                    WorkerExit::unreadable_output()
                }
                Received::Exited(exit) => exit,
                Received::TimedOut => WorkerExit::timed_out(limit),
                Received::Stopped if is_over() => return AttemptOutcome::Stopped,
                // Another number of threads.
                Received::Stopped => continue,
            };
            return AttemptOutcome::Exited(exit.at(reached));
        }
    }

    /// Tells the worker how many threads it may take, where that has changed.
    fn grant(&mut self, threads: NonZeroUsize, is_over: &dyn Fn() -> bool) {
        if threads != self.threads {
            self.threads = threads;
            // It only gets slower if it is not told; what keeps it from listening shows otherwise.
            let _ = self.tell(&Request::Threads(threads), is_over);
        }
    }

    fn tell(&mut self, request: &Request, is_over: &dyn Fn() -> bool) -> io::Result<()> {
        let frame = frame::without_body(request)?;
        let input = self.input.as_ref().ok_or(io::ErrorKind::BrokenPipe)?;
        input.write(frame, &mut Deadline::of(TELL_TIMEOUT), is_over)
    }

    fn receive(&mut self, deadline: &mut Deadline, is_over: &dyn Fn() -> bool) -> Received {
        loop {
            match self.responses.recv_timeout(deadline.tick()) {
                Ok(Ok((response, body))) => return Received::Response(response, body),
                Ok(Err(error)) if error.kind() == io::ErrorKind::InvalidData => {
                    return Received::Exited(WorkerExit::unreadable_output());
                }
                Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => return Received::Exited(self.reap()),
                Err(RecvTimeoutError::Timeout) if is_over() => return Received::Stopped,
                Err(RecvTimeoutError::Timeout) if deadline.is_left() => {}
                Err(RecvTimeoutError::Timeout) => return Received::TimedOut,
            }
        }
    }

    /// How a worker ended whose standard output has ended.
    fn reap(&mut self) -> WorkerExit {
        self.input = None;
        let stderr_reader = self.stderr_reader.take();
        // The tail is complete when its standard error has ended too, which a process that it has
        // started itself could delay.
        let (mut status, mut is_read) = (None, stderr_reader.is_none());
        let since = Instant::now();
        while (status.is_none() || !is_read) && since.elapsed() < REAP_TIMEOUT {
            status = status.or_else(|| self.child.try_wait().ok().flatten());
            is_read = stderr_reader.as_ref().is_none_or(JoinHandle::is_finished);
            std::thread::sleep(Duration::from_millis(1));
        }
        if status.is_none() {
            let _ = self.child.kill();
            status = self.child.wait().ok();
        }
        WorkerExit::of(status, self.stderr_tail.last_line())
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        // It may be in the middle of a recording, or hang; nothing that it holds is worth waiting
        // for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Writes requests on a thread of its own: a worker that was halted takes nothing in, and its parent
/// must hear a stop and a deadline meanwhile. The thread ends with the worker.
struct RequestWriter {
    frames: Sender<Vec<u8>>,
    written: Receiver<io::Result<()>>,
}

impl RequestWriter {
    fn start(mut input: ChildStdin) -> io::Result<Self> {
        let (frames, to_write) = channel::<Vec<u8>>();
        let (sender, written) = channel();
        Builder::new().spawn(move || {
            for frame in to_write {
                let outcome = input.write_all(&frame).and_then(|()| input.flush());
                if sender.send(outcome).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { frames, written })
    }

    /// Waits until the worker has taken a frame in, as far as the system keeps it for the worker.
    fn write(&self, frame: Vec<u8>, deadline: &mut Deadline, is_over: &dyn Fn() -> bool) -> io::Result<()> {
        self.frames.send(frame).map_err(|_| io::ErrorKind::BrokenPipe)?;
        loop {
            match self.written.recv_timeout(deadline.tick()) {
                Ok(outcome) => return outcome,
                Err(RecvTimeoutError::Disconnected) => return Err(io::ErrorKind::BrokenPipe.into()),
                Err(RecvTimeoutError::Timeout) if is_over() || !deadline.is_left() => {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

/// Reads the worker's responses, on a thread of their own so that one can wait for them with a time
/// limit.
fn forward_responses(output: ChildStdout, responses: &Sender<io::Result<(Response, Vec<u8>)>>) {
    let mut output = BufReader::new(output);
    while let Some(response) = frame::read(&mut output).transpose() {
        let is_last = response.is_err();
        if responses.send(response).is_err() || is_last {
            return;
        }
    }
}

/// The parts of the body that brings a call; none where it holds something else.
fn document_and_waveform(mut body: Vec<u8>, document_bytes: usize) -> Option<(Vec<u8>, Waveform)> {
    let waveform = Waveform::from_bytes(body.get(document_bytes..)?).ok()?;
    body.truncate(document_bytes);
    Some((body, waveform))
}

/// What a worker process has to know to build the same pipeline.
fn init(pipeline: &Pipeline, of_worker: &WorkerSettings, results: &Path) -> Result<Init, BatchError> {
    let settings = toml::to_string(&pipeline.settings)?;
    let (memory_max_bytes, samples) = (of_worker.memory_max_bytes(), of_worker.sample_storage(results));
    let transcription =
        if pipeline.recognizer.is_some() { Transcription::ByModel } else { Transcription::Without };
    let weights = pipeline.recognizer.as_ref().and_then(Recognizer::memory_for_worker);
    Ok(Init { settings, transcription, memory_max_bytes, samples, weights })
}

#[cfg(test)]
mod tests {
    use super::*;
    use etalon_call::Peak;

    #[cfg(unix)]
    #[test]
    fn a_worker_that_takes_nothing_in_keeps_nobody_waiting() {
        // It never reads, and a pipe holds less than this.
        let sleeper = || {
            let mut command = Command::new("sleep");
            command.arg("600").stdin(Stdio::piped());
            let mut child = command.spawn().unwrap();
            let writer = RequestWriter::start(child.stdin.take().unwrap()).unwrap();
            (child, writer)
        };
        let long = || vec![b' '; 4 << 20];
        let check = |limit: Duration, is_over: bool| {
            let (mut child, writer) = sleeper();
            let since = Instant::now();
            let outcome = writer.write(long(), &mut Deadline::of(limit), &|| is_over);
            assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::TimedOut);
            assert!(since.elapsed() < Duration::from_secs(10), "{:?}", since.elapsed());
            child.kill().unwrap();
            child.wait().unwrap();
        };
        check(Duration::from_millis(200), false);
        check(Duration::from_mins(10), true);
        let (mut child, writer) = sleeper();
        writer.write(b"short".to_vec(), &mut Deadline::of(Duration::from_mins(1)), &|| false).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        let gone = writer.write(long(), &mut Deadline::of(Duration::from_mins(1)), &|| false);
        assert_eq!(gone.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn a_body_is_a_document_and_a_waveform() {
        let waveform = Waveform::new(8_000, 400, &[vec![Peak { min: -7, max: 9 }; 3]]);
        let body = [b"{}\n".to_vec(), waveform.to_bytes()].concat();
        let parts = |document_bytes| document_and_waveform(body.clone(), document_bytes);
        assert_eq!(parts(3), Some((b"{}\n".to_vec(), waveform)));
        for document_bytes in [0, 2, 4, body.len(), usize::MAX] {
            assert_eq!(parts(document_bytes), None, "{document_bytes}");
        }
    }
}
