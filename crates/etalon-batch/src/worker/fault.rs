//! Mistakes on demand, for tests only: the feature `fault-injection` compiles this file.
//!
//! A crash inside a native library can't be had when a test wants it. Where the environment
//! variable `ETALON_FAULT` is `KIND:STEM`, a worker makes that mistake on the recording whose file
//! name without its extension is STEM, or on every recording where STEM is `*`.

use etalon_pipeline::Job;
use std::io::Write as _;
use std::time::Duration;

/// What is more than any machine gives to one request where the worker's memory is limited, bytes.
const TOO_MUCH_BYTES: usize = 1 << 40;

/// A mistake that a worker is to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FaultInjection {
    kind: Kind,
    stem: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `abort`: ends as on a failed assertion of ggml.
    Abort,
    /// `abort-once`: the same, unless the recording has ended a worker before.
    AbortOnce,
    /// `kill`: is killed by another program.
    Kill,
    /// `kill-once`: the same, and ends as on a failed assertion the second time.
    KillOnce,
    /// `hang`: never comes back.
    Hang,
    /// `garbage-output`: writes text where frames belong.
    GarbageOutput,
    /// `out-of-memory`: asks for more memory than there is.
    OutOfMemory,
}

impl FaultInjection {
    /// The mistake that the environment asks for.
    pub(crate) fn asked_for() -> Option<Self> {
        Self::parse(&std::env::var("ETALON_FAULT").ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let (kind, stem) = text.split_once(':')?;
        let kind = match kind {
            "abort" => Kind::Abort,
            "abort-once" => Kind::AbortOnce,
            "kill" => Kind::Kill,
            "kill-once" => Kind::KillOnce,
            "hang" => Kind::Hang,
            "garbage-output" => Kind::GarbageOutput,
            "out-of-memory" => Kind::OutOfMemory,
            _ => return None,
        };
        Some(Self { kind, stem: stem.to_owned() })
    }

    /// Makes the mistake if this is the recording.
    pub(crate) fn trigger(&self, job: &Job, worker_exits: u32) {
        let is_meant = self.stem == "*"
            || job.paths().iter().any(|path| path.file_stem().is_some_and(|stem| stem == &*self.stem));
        if !is_meant {
            return;
        }
        match self.kind {
            Kind::Abort => std::process::abort(),
            Kind::AbortOnce if worker_exits == 0 => std::process::abort(),
            Kind::AbortOnce => {}
            Kind::KillOnce if worker_exits > 0 => std::process::abort(),
            Kind::Kill | Kind::KillOnce => kill_this_process(),
            Kind::Hang => loop {
                std::thread::sleep(Duration::from_mins(1));
            },
            Kind::GarbageOutput => {
                let _ = std::io::stdout().lock().write_all(b"whisper_full: failed\n");
            }
            Kind::OutOfMemory => drop(std::hint::black_box(Vec::<u8>::with_capacity(TOO_MUCH_BYTES))),
        }
    }
}

/// Ends this process as the system does for want of memory.
fn kill_this_process() {
    #[cfg(unix)]
    {
        use rustix::process::{Signal, getpid, kill_process};
        let _ = kill_process(getpid(), Signal::KILL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_a_kind_and_a_stem() {
        let hang = FaultInjection { kind: Kind::Hang, stem: "a:b".into() };
        for (text, expected) in [("hang:a:b", Some(hang)), ("hang", None), ("sneeze:a", None), ("", None)] {
            assert_eq!(FaultInjection::parse(text), expected, "{text}");
        }
    }
}
