//! The files of the Debian package, as they lie on the machine that it is installed on.

use crate::archive::{copy, copy_all};
use crate::command::{output, program, run};
use crate::layout::{Content, Placed};
use crate::source::Source;
use anyhow::Context as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Who is asked about the package.
pub(crate) const MAINTAINER: &str = "etalon maintainers <etalon-speech@users.noreply.github.com>";

/// What the package says of its licence. Debian has the text of the Apache licence.
const COPYRIGHT: &str = "\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: etalon
Source: REPOSITORY

Files: *
Copyright: 2026 the contributors of etalon
License: Apache-2.0
 On Debian systems, the text is in /usr/share/common-licenses/Apache-2.0.
Comment:
 The program contains the work of others: THIRD-PARTY.md lists it, and
 LICENCES.txt has the texts of their licences.
";

/// The modes of files that are read, and of folders and what is run.
const READ: u32 = 0o644;
const RUN: u32 = 0o755;

/// Puts the files of an installation, and what must accompany them, where Debian has them.
///
/// # Errors
///
/// When a file can't be copied, or gzip or date are missing or fail.
pub(crate) fn place(
    source: &Source,
    binary: &Path,
    placed: &[Placed],
    notices: &[&Path],
    root: &Path,
) -> anyhow::Result<()> {
    let program = placed.iter().find(|file| file.content == Content::Program);
    let program = program.context("packaging/files places no program")?;
    for file in placed {
        let place = below(root, &file.in_package);
        copy_to(&source.packaging(), binary, &file.content, &place)?;
        if file.in_package.starts_with("/usr/share/man/") {
            pack(&[&place])?;
        } else if file.in_package.ends_with(".service") {
            // A unit names the program by its place.
            let unit = fs::read_to_string(&place)?.replace(&program.by_install, &program.in_package);
            fs::write(&place, unit)?;
        }
    }
    place_documents(source, notices, &root.join("usr/share/doc/etalon"))?;
    set_modes(root)?;
    set_mode(&below(root, &program.in_package), RUN)
}

/// Puts beside the files what dpkg reads, and the scripts that it runs.
///
/// # Errors
///
/// When a file can't be written.
pub(crate) fn place_control(
    packaging: &Path,
    root: &Path,
    control: &str,
    conffiles: &str,
) -> anyhow::Result<()> {
    let folder = root.join("DEBIAN");
    fs::create_dir(&folder)?;
    fs::write(folder.join("control"), control)?;
    fs::write(folder.join("conffiles"), conffiles)?;
    set_modes(&folder)?;
    for entry in fs::read_dir(packaging.join("debian"))? {
        let entry = entry?;
        copy_all(&[&entry.path()], &folder)?;
        set_mode(&folder.join(entry.file_name()), RUN)?;
    }
    Ok(())
}

/// The room that files take on a disk.
///
/// # Errors
///
/// When the folder can't be read.
pub(crate) fn kib_below(folder: &Path) -> anyhow::Result<u64> {
    let mut kib = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        kib += if metadata.is_dir() { kib_below(&entry.path())? } else { metadata.len().div_ceil(1024) };
    }
    Ok(kib)
}

fn copy_to(packaging: &Path, binary: &Path, content: &Content, place: &Path) -> anyhow::Result<()> {
    let folder = place.parent().context("a place has a folder")?;
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    match content {
        Content::Program => copy(binary, folder, &name),
        Content::File(path) => copy(&packaging.join(path), folder, &name),
    }
}

fn below(root: &Path, place: &str) -> PathBuf {
    root.join(place.trim_start_matches('/'))
}

/// What Debian wants to know of a package, and what must accompany the program.
fn place_documents(source: &Source, notices: &[&Path], documents: &Path) -> anyhow::Result<()> {
    copy_all(notices, documents)?;
    fs::write(documents.join("copyright"), COPYRIGHT.replace("REPOSITORY", env!("CARGO_PKG_REPOSITORY")))?;
    write_changelog(source, documents)
}

/// The changelog as Debian has it, which points to the one of etalon. Both are packed, as Debian
/// wants.
fn write_changelog(source: &Source, documents: &Path) -> anyhow::Result<()> {
    let date = output(program("date").args(["--utc", "--rfc-email", &format!("--date=@{}", source.time_s)]))?;
    let entry = format!(
        "etalon ({}) unstable; urgency=medium\n\n  * Revision {}; NEWS.gz says what is new.\n\n -- {MAINTAINER}  {date}\n",
        source.version, source.revision
    );
    fs::write(documents.join("changelog"), entry)?;
    copy(&source.root.join("CHANGELOG.md"), documents, "NEWS")?;
    pack(&[documents.join("changelog"), documents.join("NEWS")])
}

/// Packs files where they lie, without their times.
fn pack(files: &[impl AsRef<Path>]) -> anyhow::Result<()> {
    run(program("gzip").arg("-9n").args(files.iter().map(AsRef::as_ref)))
}

/// Gives all files the mode of what is read, and folders that of what is run, whatever the modes in
/// the checkout are.
fn set_modes(path: &Path) -> anyhow::Result<()> {
    if !path.is_dir() {
        return set_mode(path, READ);
    }
    for entry in fs::read_dir(path)? {
        set_modes(&entry?.path())?;
    }
    set_mode(path, RUN)
}

fn set_mode(path: &Path, mode: u32) -> anyhow::Result<()> {
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(mode))?)
}
