//! The sources with all packages, for building without a network.

use crate::archive::pack;
use crate::command::{output, program, run};
use crate::source::Source;
use anyhow::Context as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

/// Packs the committed sources, the packages of `Cargo.lock`, and the setting by which cargo finds
/// them.
///
/// # Errors
///
/// When git, cargo or tar fail.
pub(crate) fn archive(source: &Source, out: &Path) -> anyhow::Result<()> {
    let name = format!("etalon-{}-vendored", source.version);
    let parent = tempfile::tempdir()?;
    let folder = parent.path().join(&name);
    std::fs::create_dir(&folder)?;
    let sources = parent.path().join("sources.tar");
    run(program("git").arg("-C").arg(&source.root).args(["archive", "--output"]).arg(&sources).arg("HEAD"))?;
    run(program("tar").args(["--extract", "--file"]).arg(&sources).arg("--directory").arg(&folder))?;
    let mut vendor = source.cargo();
    vendor.current_dir(&folder).args(["vendor", "--locked", "--versioned-dirs", "vendor"]);
    let setting = output(&mut vendor)?;
    let config = folder.join(".cargo/config.toml");
    let mut config =
        OpenOptions::new().append(true).open(&config).context("the sources have no .cargo/config.toml")?;
    write!(
        config,
        "\n# The packages lie beside the sources, so that building needs no network.\n{setting}\n"
    )?;
    pack(source, parent.path(), &name, &out.join(format!("{name}.tar.gz")))
}
