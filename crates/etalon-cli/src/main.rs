//! The `etalon` command: a folder of call recordings in, scored calls out.
//!
//! Data goes to standard output and everything else to standard error. The exit codes are those of the contract:
//! 0 all done, 1 fatal, 2 usage, 3 done but some recordings failed, 11 output in use by another run, 130 interrupted.

#![forbid(unsafe_code)]

mod arguments;
mod call_table;
mod commands;
mod comparison;
mod exit;
mod output;
mod progress;
mod signals;
mod table;

use arguments::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    keep_panics_quiet();
    etalon_batch::worker::disable_core_dumps();
    let arguments = Arguments::parse();
    let outcome = match arguments.command {
        Command::Run(options) => commands::run::run(&options),
        Command::Score(options) => commands::score::score(&options),
        Command::Report(options) => commands::report::report(&options),
        Command::Search(options) => commands::search::search(&options),
        Command::Eval(options) => commands::eval::eval(&options),
        Command::Reviews(options) => commands::reviews::reviews(&options),
        Command::Rules(options) => commands::rules::rules(&options),
        Command::Models(options) => commands::models::models(&options),
        Command::Schema(options) => commands::schema::schema(&options),
        Command::Doctor(options) => commands::doctor::doctor(&options),
        Command::Worker => commands::worker::worker(),
    };
    match outcome {
        Ok(code) => code.into(),
        Err(error) => {
            let code = exit::code_of(&error);
            for line in told(&error).lines() {
                output::message(&format!("error: {line}"));
            }
            code.into()
        }
    }
}

/// An error with its causes, each told once: many errors tell their cause themselves.
fn told(error: &anyhow::Error) -> String {
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
        output::message(&format!("internal error{place}"));
    }));
}
