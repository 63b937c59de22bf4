//! Archives that are the same bytes whenever and wherever they are made.

use crate::command::{program, run};
use crate::source::Source;
use anyhow::Context as _;
use std::path::Path;

/// Packs the folder `name` inside `parent` into a file, with the time of the commit and no owner.
///
/// # Errors
///
/// When GNU tar is missing or fails.
pub(crate) fn pack(source: &Source, parent: &Path, name: &str, file: &Path) -> anyhow::Result<()> {
    run(program("tar")
        .args([
            "--sort=name",
            "--owner=0",
            "--group=0",
            "--numeric-owner",
            "--mode=u=rwX,go=rX",
            "--format=gnu",
        ])
        .arg(format!("--mtime=@{}", source.time_s))
        .args(["--use-compress-program", "gzip -9n", "--create", "--file"])
        .arg(file)
        .arg("--directory")
        .arg(parent)
        .arg(name))
}

/// The program with what must accompany it.
///
/// # Errors
///
/// When a file can't be copied or packed.
pub(crate) fn of_binary(
    source: &Source,
    target: &str,
    binary: &Path,
    notices: &[&Path],
    out: &Path,
) -> anyhow::Result<()> {
    let name = format!("etalon-{}-{target}", source.version);
    let parent = tempfile::tempdir()?;
    let folder = parent.path().join(&name);
    std::fs::create_dir(&folder)?;
    copy(binary, &folder, "etalon")?;
    copy_all(notices, &folder)?;
    pack(source, parent.path(), &name, &out.join(format!("{name}.tar.gz")))
}

/// Copies a file into a folder, which is made where it is missing.
///
/// # Errors
///
/// When the file can't be read or written.
pub(crate) fn copy(file: &Path, folder: &Path, name: &str) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    std::fs::copy(file, folder.join(name)).with_context(|| format!("{} can't be copied", file.display()))?;
    Ok(())
}

/// Copies files into a folder under their own names.
///
/// # Errors
///
/// When a file can't be read or written.
pub(crate) fn copy_all(files: &[&Path], folder: &Path) -> anyhow::Result<()> {
    for file in files {
        copy(file, folder, &file.file_name().unwrap_or_default().to_string_lossy())?;
    }
    Ok(())
}
