//! `etalon completions`: what shells complete on the command line, generated from the command line.

use crate::arguments::{Arguments, CompletionsOptions};
use crate::exit::Exit;
use crate::output;
use clap::CommandFactory as _;

/// Runs the command.
pub(crate) fn completions(options: &CompletionsOptions) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Arguments::command(), "etalon", &mut script);
    output::data(&String::from_utf8(script)?)?;
    Ok(Exit::Done)
}
