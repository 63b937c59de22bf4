//! One worker process, as its parent sees it.

use super::Ending;
use super::death::Death;
use super::last_words::LastWords;
use super::patience::Patience;
use crate::error::BatchError;
use crate::failure::Stage;
use crate::finished::{CallDocument, Finished};
use crate::night::Attempt;
use crate::pipeline::Pipeline;
use crate::worker::frame;
use crate::worker::message::{Assignment, Order, Refusal, Report};
use std::io::{self, BufReader};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// How long a worker may take to load its model: one of gigabytes may come from a slow disk.
const START_LIMIT: Duration = Duration::from_mins(10);

/// How long a worker that says nothing more may take to end.
const BURIAL_LIMIT: Duration = Duration::from_secs(2);

/// A worker process; ended when it is dropped.
pub(crate) struct WorkerProcess {
    child: Child,
    input: Option<ChildStdin>,
    reports: Receiver<io::Result<(Report, Vec<u8>)>>,
    last_words: LastWords,
    listener: Option<JoinHandle<()>>,
}

/// What became of starting a worker.
pub(crate) enum Started {
    Ready(WorkerProcess),
    /// A stop was asked for meanwhile.
    Stopped,
    /// It may go better another time.
    Failed(String),
}

/// What is heard of a worker.
enum Heard {
    Report(Report, Vec<u8>),
    Died(Death),
    Late,
    Stopped,
}

impl WorkerProcess {
    /// Starts a worker and waits until it has loaded everything.
    ///
    /// # Errors
    ///
    /// When the worker refuses the run, or has loaded something else than its parent knows.
    pub(crate) fn start(
        command: Command,
        pipeline: &Pipeline,
        is_over: &dyn Fn() -> bool,
    ) -> Result<Started, BatchError> {
        let beginning = Order::Begin(pipeline.beginning()?);
        let mut worker = match Self::spawn(command) {
            Ok(worker) => worker,
            Err(error) => return Ok(Started::Failed(error.to_string())),
        };
        // A worker that is gone before it reads this is found dead below.
        let _ = worker.tell(&beginning);
        match worker.listen(&mut Patience::of(START_LIMIT), is_over) {
            Heard::Report(Report::Ready(fingerprint), _) if fingerprint == pipeline.fingerprint() => {
                Ok(Started::Ready(worker))
            }
            Heard::Report(Report::Ready(_), _) => Err(BatchError::Setting(
                "the model, a rule pack or the program was changed during the run; run the same command again"
                    .to_owned(),
            )),
            Heard::Report(Report::Refused(Refusal::Setting(reason)), _) => Err(BatchError::Setting(reason)),
            Heard::Report(Report::Refused(Refusal::Other(reason)), _) => Err(BatchError::Refused(reason)),
            Heard::Report(..) => Ok(Started::Failed(Death::garbled().to_string())),
            Heard::Died(death) => Ok(Started::Failed(death.to_string())),
            Heard::Late => Ok(Started::Failed(Death::late(START_LIMIT).to_string())),
            Heard::Stopped => Ok(Started::Stopped),
        }
    }

    fn spawn(mut command: Command) -> io::Result<Self> {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let (input, output, error_output) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (sender, reports) = channel();
        // From here on the process is ended when this value is dropped.
        let mut worker = Self { child, input, reports, last_words: LastWords::default(), listener: None };
        if let Some(output) = output {
            Builder::new().spawn(move || pass_reports_on(output, &sender))?;
        }
        if let Some(error_output) = error_output {
            let last_words = worker.last_words.clone();
            worker.listener = Some(Builder::new().spawn(move || last_words.listen(error_output))?);
        }
        Ok(worker)
    }

    /// Hands over a recording.
    ///
    /// # Errors
    ///
    /// When the worker is gone.
    pub(crate) fn begin(&mut self, attempt: &Attempt<'_>) -> io::Result<()> {
        let assignment = Assignment::of(attempt.item, attempt.deaths());
        self.tell(&Order::Take(Box::new(assignment)))
    }

    /// Waits for what comes out of the recording.
    pub(crate) fn finish(&mut self, limit: Duration, is_over: &dyn Fn() -> bool) -> Ending {
        let mut patience = Patience::of(limit);
        let mut reached = Stage::Decode;
        loop {
            let death = match self.listen(&mut patience, is_over) {
                Heard::Report(Report::Reached(stage), _) => {
                    reached = stage;
                    continue;
                }
                Heard::Report(Report::Call { audio_s, channel_s, times }, document) => {
                    let call = CallDocument { document, audio_s, channel_s };
                    return Ending::Finished(Finished::Call(call), times);
                }
                Heard::Report(Report::Nothing { no_result, times }, _) => {
                    return Ending::Finished(Finished::Nothing(no_result), times);
                }
                Heard::Report(Report::Ready(_) | Report::Refused(_), _) => Death::garbled(),
                Heard::Died(death) => death,
                Heard::Late => Death::late(limit),
                Heard::Stopped => return Ending::Stopped,
            };
            return Ending::Died(death.at(reached));
        }
    }

    fn tell(&mut self, order: &Order) -> io::Result<()> {
        self.input
            .as_mut()
            .map_or(Err(io::ErrorKind::BrokenPipe.into()), |input| frame::write(input, order, &[]))
    }

    fn listen(&mut self, patience: &mut Patience, is_over: &dyn Fn() -> bool) -> Heard {
        loop {
            match self.reports.recv_timeout(patience.tick()) {
                Ok(Ok((report, body))) => return Heard::Report(report, body),
                Ok(Err(error)) if error.kind() == io::ErrorKind::InvalidData => {
                    return Heard::Died(Death::garbled());
                }
                Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => return Heard::Died(self.bury()),
                Err(RecvTimeoutError::Timeout) if is_over() => return Heard::Stopped,
                Err(RecvTimeoutError::Timeout) if patience.lasts() => {}
                Err(RecvTimeoutError::Timeout) => return Heard::Late,
            }
        }
    }

    /// How a worker ended whose standard output has ended.
    fn bury(&mut self) -> Death {
        self.input = None;
        let listener = self.listener.take();
        // Its last words are complete when its standard error has ended too, which a process that it has started
        // itself could delay.
        let (mut status, mut is_heard) = (None, listener.is_none());
        let since = Instant::now();
        while (status.is_none() || !is_heard) && since.elapsed() < BURIAL_LIMIT {
            status = status.or_else(|| self.child.try_wait().ok().flatten());
            is_heard = listener.as_ref().is_none_or(JoinHandle::is_finished);
            std::thread::sleep(Duration::from_millis(1));
        }
        if status.is_none() {
            let _ = self.child.kill();
            status = self.child.wait().ok();
        }
        Death::of(status, self.last_words.heard())
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        // It may be in the middle of a recording, or hang; nothing that it holds is worth waiting for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads the worker's reports, on a thread of their own so that one can wait for them with a time limit.
fn pass_reports_on(output: ChildStdout, reports: &Sender<io::Result<(Report, Vec<u8>)>>) {
    let mut output = BufReader::new(output);
    while let Some(report) = frame::read(&mut output).transpose() {
        let is_last = report.is_err();
        if reports.send(report).is_err() || is_last {
            return;
        }
    }
}
