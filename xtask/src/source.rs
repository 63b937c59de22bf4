//! What is released: the version, and the state of the checkout.

use crate::command::{answers, output, program};
use anyhow::Context as _;
use std::path::PathBuf;
use std::process::Command;

/// A checkout.
#[derive(Debug)]
pub(crate) struct Source {
    /// The top of the tree.
    pub(crate) root: PathBuf,
    /// The version of the workspace.
    pub(crate) version: String,
    /// The revision, with a mark where files differ from it.
    pub(crate) revision: String,
    /// When the revision was committed, seconds since 1970: the time of all files of a release.
    pub(crate) time_s: u64,
}

impl Source {
    /// The checkout that this program was built from.
    ///
    /// # Errors
    ///
    /// When it is no checkout of git.
    pub(crate) fn of_checkout() -> anyhow::Result<Self> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
        let git = || {
            let mut git = program("git");
            git.arg("-C").arg(&root);
            git
        };
        let revision = output(git().args(["rev-parse", "--short=10", "HEAD"]))?;
        let is_clean = answers(git().args(["diff", "--quiet", "HEAD"]));
        let time = output(git().args(["log", "-1", "--format=%ct"]))?;
        Ok(Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            revision: if is_clean { revision } else { format!("{revision}, changed") },
            time_s: time.parse().with_context(|| format!("git tells the time of the commit as {time}"))?,
            root,
        })
    }

    /// This checkout, as a release of some time: the sources of an archive know no git.
    #[cfg(test)]
    pub(crate) fn of_test() -> Self {
        Self {
            root: PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(".."),
            version: "1.2.3".to_owned(),
            revision: "447186fa90".to_owned(),
            time_s: 1_700_000_000,
        }
    }

    /// The folder of what is installed beside the program.
    pub(crate) fn packaging(&self) -> PathBuf {
        self.root.join("packaging")
    }

    /// Cargo, at work in this checkout.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&self.root);
        cargo
    }
}
