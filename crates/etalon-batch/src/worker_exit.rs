//! How a worker process ended.

use etalon_call::Stage;
use std::fmt;
use std::process::ExitStatus;
use std::time::Duration;

/// How a worker process ended in the middle of a recording, as people are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WorkerExit {
    cause: Cause,
    /// What the worker said at the end, where that can't hold anything of a call.
    stderr_tail: Option<String>,
    /// The stage that the recording had reached.
    stage: Stage,
    /// Whether the memory of the worker was limited by the configuration.
    has_memory_limit: bool,
}

/// What is kept of the words of a worker to which the system gives no more memory.
pub(crate) const OUT_OF_MEMORY: &str = "out of memory";

/// The number of the signal that nothing survives (signal(7)).
const KILL: i32 = 9;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Cause {
    Signal(i32),
    Code(i32),
    /// It wrote what is no frame, or not what was to be expected.
    UnreadableOutput,
    /// It took longer than allowed.
    TimedOut(Duration),
    /// The system does not say.
    Unknown,
}

impl WorkerExit {
    pub(crate) fn of(status: Option<ExitStatus>, stderr_tail: Option<String>) -> Self {
        let cause = match (status.and_then(signal_of), status.and_then(|status| status.code())) {
            (Some(signal), _) => Cause::Signal(signal),
            (None, Some(code)) => Cause::Code(code),
            (None, None) => Cause::Unknown,
        };
        Self { cause, stderr_tail, stage: Stage::Decode, has_memory_limit: false }
    }

    pub(crate) fn unreadable_output() -> Self {
        Self {
            cause: Cause::UnreadableOutput,
            stderr_tail: None,
            stage: Stage::Decode,
            has_memory_limit: false,
        }
    }

    pub(crate) fn timed_out(limit: Duration) -> Self {
        Self {
            cause: Cause::TimedOut(limit),
            stderr_tail: None,
            stage: Stage::Decode,
            has_memory_limit: false,
        }
    }

    /// The same at this stage of a recording.
    pub(crate) fn at(self, stage: Stage) -> Self {
        Self { stage, ..self }
    }

    /// The same for a worker whose memory the configuration limits to so many bytes.
    pub(crate) fn under_memory_limit(self, limit_bytes: Option<u64>) -> Self {
        Self { has_memory_limit: limit_bytes.is_some(), ..self }
    }

    /// Whether the recording alone needed more memory than the configuration gives to a worker: no
    /// other program has a part in that.
    pub(crate) fn exceeded_memory_limit(&self) -> bool {
        self.has_memory_limit && self.stderr_tail.as_deref() == Some(OUT_OF_MEMORY)
    }

    /// Whether another program may be to blame: somebody killed it (signal 9), most often the system
    /// for want of memory, or the system gave it no more memory, without a limit of its own.
    pub(crate) fn may_be_of_others(&self) -> bool {
        let is_starved = self.stderr_tail.as_deref() == Some(OUT_OF_MEMORY) && !self.has_memory_limit;
        self.cause == Cause::Signal(KILL) || is_starved
    }

    /// The stage that the recording had reached.
    pub(crate) fn stage(&self) -> Stage {
        self.stage
    }
}

#[cfg(unix)]
fn signal_of(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal_of(_status: ExitStatus) -> Option<i32> {
    None
}

impl fmt::Display for WorkerExit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::Signal(signal) => write!(formatter, "signal {signal}{}", name_of(*signal))?,
            Cause::Code(code) => write!(formatter, "exit code {code}")?,
            Cause::UnreadableOutput => write!(formatter, "unreadable output")?,
            Cause::TimedOut(limit) => write!(formatter, "no result within {} s", limit.as_secs())?,
            Cause::Unknown => write!(formatter, "ended")?,
        }
        match &self.stderr_tail {
            Some(words) => write!(formatter, ": {words}"),
            None => Ok(()),
        }
    }
}

/// What the signals of a crash usually mean (signal(7)); the numbers are those that all of Linux
/// and macOS share.
fn name_of(signal: i32) -> &'static str {
    match signal {
        4 => " (illegal instruction)",
        6 => " (abort)",
        8 => " (arithmetic)",
        9 => " (killed, often for want of memory)",
        11 => " (invalid memory)",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a worker ended by a signal, with its last words and with a limit of its memory: whether others may be to
    /// blame, and whether its recording was too much for the limit.
    fn check(cause: Cause, words: Option<&str>, limit_bytes: Option<u64>, of_others: bool, of_limit: bool) {
        let exit =
            WorkerExit { cause, stderr_tail: words.map(str::to_owned), ..WorkerExit::unreadable_output() };
        let exit = exit.under_memory_limit(limit_bytes);
        assert_eq!((exit.may_be_of_others(), exit.exceeded_memory_limit()), (of_others, of_limit), "{exit}");
    }

    #[test]
    fn want_of_memory_is_of_others_unless_the_worker_has_a_limit_of_its_own() {
        check(Cause::Signal(9), None, None, true, false);
        check(Cause::Signal(9), None, Some(1), true, false);
        check(Cause::Signal(6), Some(OUT_OF_MEMORY), None, true, false);
        check(Cause::Signal(6), Some(OUT_OF_MEMORY), Some(1), false, true);
        check(Cause::Signal(6), Some("ggml.c:1: a == b"), None, false, false);
        check(Cause::TimedOut(Duration::from_secs(1)), None, None, false, false);
        check(Cause::UnreadableOutput, None, None, false, false);
    }
}
