//! The `etalon` command: a night of call recordings in, scored calls out.
//!
//! Data goes to standard output and everything else to standard error. The exit codes are those of the contract:
//! 0 all done, 1 fatal, 2 usage, 3 done but some recordings failed, 11 output in use by another run, 130 interrupted.

#![forbid(unsafe_code)]

mod arguments;
mod commands;
mod exit;
mod output;
mod progress;
mod signals;

use arguments::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.command {
        Command::Run(options) => commands::run::run(&options),
        Command::Report(options) => commands::report::report(&options),
        Command::Eval(options) => commands::eval::eval(&options),
        Command::Rules(options) => commands::rules::rules(&options),
        Command::Models(options) => commands::models::models(&options),
        Command::Schema(options) => commands::schema::schema(&options),
        Command::Doctor(options) => commands::doctor::doctor(&options),
    };
    match outcome {
        Ok(code) => code.into(),
        Err(error) => {
            let code = exit::code_of(&error);
            for line in format!("{error:#}").lines() {
                output::message(&format!("error: {line}"));
            }
            code.into()
        }
    }
}
