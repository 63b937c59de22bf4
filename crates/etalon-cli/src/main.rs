//! The `etalon` command: a folder of call recordings in, scored calls out.
//!
//! Data goes to standard output and everything else to standard error. The exit codes are those of
//! the contract: 0 all done, 1 fatal, 2 usage, 3 done but some recordings failed, 4 done and worse
//! than before, 11 output in use by another run, 130 interrupted.

#![forbid(unsafe_code)]

mod arguments;
mod bench_table;
mod call_table;
mod clock;
mod commands;
mod comparison;
mod ending;
mod exit;
mod failure_lines;
mod log;
mod monitoring;
mod nights;
mod output;
mod progress;
mod sharing;
mod signals;
mod table;

use arguments::{Arguments, Command};
use clap::Parser;
use etalon_batch::BatchError;
use output::Audience;
use std::process::ExitCode;

fn main() -> ExitCode {
    keep_panics_quiet();
    etalon_batch::worker::disable_core_dumps();
    let arguments = Arguments::parse();
    log::start(&arguments);
    let outcome = match arguments.command {
        Command::Run(options) => commands::run::run(&options),
        Command::Plan(options) => commands::plan::plan(&options),
        Command::Merge(options) => commands::merge::merge(&options),
        Command::Watch(options) => commands::watch::watch(options),
        Command::Score(options) => commands::score::score(&options),
        Command::Report(options) => commands::report::report(&options),
        Command::Search(options) => commands::search::search(&options),
        Command::Serve(options) => commands::serve::serve(options),
        Command::Eval(options) => commands::eval::eval(&options),
        Command::Reviews(options) => commands::reviews::reviews(&options),
        Command::Redact(options) => commands::redact::redact(&options),
        Command::Forget(options) => commands::forget::forget(&options),
        Command::Rules(options) => commands::rules::rules(&options),
        Command::Models(options) => commands::models::models(&options),
        Command::Bench(options) => commands::bench::bench(&options),
        Command::Schema(options) => commands::schema::schema(&options),
        Command::Doctor(options) => commands::doctor::doctor(&options),
        Command::Completions(options) => commands::completions::completions(&options),
        Command::Manual(options) => commands::manual::manual(&options),
        Command::Worker => commands::worker::worker(),
    };
    match outcome {
        Ok(code) => code.into(),
        Err(error) => {
            let code = exit::code_of(&error);
            for line in told(&error, Audience::of_messages()).lines() {
                output::error(&format!("error: {line}"));
            }
            code.into()
        }
    }
}

/// An error with its causes, each told once: many errors tell their cause themselves.
///
/// Whoever runs the command sees the names of inputs, which a log must not hold.
fn told(error: &anyhow::Error, audience: Audience) -> String {
    if let (Audience::Terminal, Some(BatchError::NothingToDo { failures })) = (audience, error.downcast_ref())
        && !failures.is_empty()
    {
        let lines: Vec<String> =
            failures.iter().map(|failure| format!("{}: {}", failure.source, failure.reason)).collect();
        return lines.join("\n");
    }
    let mut told = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if told.is_empty() {
            told = cause;
        } else if !told.contains(&cause) {
            told = format!("{told}: {cause}");
        }
    }
    told
}

/// A panic is a mistake of ours. Its place is printed, its message is not: it might hold what was said in a call.
fn keep_panics_quiet() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map_or_else(String::new, |place| format!(" at {}:{}", place.file(), place.line()));
        output::error(&format!("internal error{place}"));
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;
    use etalon_batch::intake::Sources;
    use std::time::Duration;

    #[test]
    fn a_cause_is_told_once() {
        let io = || std::io::Error::other("the disk is full");
        for (error, expected) in [
            (anyhow!(io()).context("can't write"), "can't write: the disk is full"),
            (anyhow!(io()).context("can't write: the disk is full"), "can't write: the disk is full"),
            (anyhow!(io()).context("a").context("b"), "b: a: the disk is full"),
        ] {
            assert_eq!(told(&error, Audience::Log), expected);
        }
        let error = etalon_store::Error::Io { action: "write", path: "out".into(), source: io() };
        assert_eq!(told(&error.into(), Audience::Log).matches("the disk is full").count(), 1);
    }

    #[test]
    fn names_of_inputs_are_told_at_a_terminal_only() {
        let inputs = ["/nowhere/87015554433.wav".into(), "/nowhere/87015554434.wav".into()];
        let sources = Sources { inputs: &inputs, manifests: &[], settle: Duration::ZERO };
        let error = etalon_batch::intake::take_in(&sources, &etalon_batch::Config::default(), &false.into());
        let error = anyhow::Error::from(error.unwrap_err());
        let (at_terminal, in_log) = (told(&error, Audience::Terminal), told(&error, Audience::Log));
        assert_eq!(at_terminal.lines().count(), 2);
        assert!(at_terminal.starts_with("/nowhere/87015554433.wav: can't be opened: "), "{at_terminal}");
        assert!(in_log.starts_with("2 inputs, each: can't be opened: "), "{in_log}");
    }
}
