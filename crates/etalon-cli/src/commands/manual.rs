//! `etalon manual`: the manual pages, generated from the command line.

use crate::arguments::{Arguments, ManualOptions};
use crate::exit::Exit;
use crate::output;
use anyhow::Context as _;
use clap::{Command, CommandFactory as _};

/// Runs the command.
pub(crate) fn manual(options: &ManualOptions) -> anyhow::Result<Exit> {
    let command = described();
    if let Some(folder) = &options.write {
        std::fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(command, folder))
            .with_context(|| format!("{} can't be written", folder.display()))?;
        return Ok(Exit::Done);
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    output::data(&String::from_utf8(page)?)?;
    Ok(Exit::Done)
}

/// The command line without the revision of this build, which would change the pages with every
/// commit.
fn described() -> Command {
    Arguments::command().version(env!("CARGO_PKG_VERSION"))
}
