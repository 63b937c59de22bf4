//! Archives that are the same bytes whenever and wherever they are made.

use crate::command::{program, run};
use crate::layout::{self, Content};
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

/// How what installs the program is called, in the folder `packaging`.
const INSTALL: &str = "install";

/// The program with what must accompany it, and `packaging/install` with all that it installs.
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
    copy_packaging(&source.packaging(), &folder.join("packaging"))?;
    pack(source, parent.path(), &name, &out.join(format!("{name}.tar.gz")))
}

/// Copies `packaging/install`, its list, and what that names.
fn copy_packaging(from: &Path, to: &Path) -> anyhow::Result<()> {
    copy_all(&[&from.join(INSTALL), &from.join(layout::LIST)], to)?;
    for placed in layout::read(from)? {
        if let Content::File(path) = placed.content {
            let folder = to.join(path.parent().unwrap_or(Path::new("")));
            copy_all(&[&from.join(&path)], &folder)?;
        }
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    /// The files below a folder, as absolute paths of a machine whose root it is.
    fn files_below(root: &Path, folder: &Path) -> BTreeSet<String> {
        let mut files = BTreeSet::new();
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                files.extend(files_below(root, &path));
            } else {
                files.insert(format!("/{}", path.strip_prefix(root).unwrap().display()));
            }
        }
        files
    }

    #[test]
    fn the_archive_installs_what_the_list_says() {
        let source = Source::of_test();
        let folder = tempfile::tempdir().unwrap();
        let binary = folder.path().join("built");
        fs::write(&binary, "program").unwrap();
        fs::set_permissions(&binary, fs::Permissions::from_mode(0o755)).unwrap();
        of_binary(&source, "some-target", &binary, &[], folder.path()).unwrap();
        let unpack = |to: &Path| {
            let archive = folder.path().join("etalon-1.2.3-some-target.tar.gz");
            run(program("tar").arg("--extract").arg("--file").arg(archive).arg("--directory").arg(to))
        };
        unpack(folder.path()).unwrap();
        let install = folder.path().join("etalon-1.2.3-some-target/packaging/install");
        let root = folder.path().join("root");
        run(program(&install).env("DESTDIR", &root)).unwrap();
        let placed = layout::read(&source.packaging()).unwrap();
        let expected: BTreeSet<String> = placed.iter().map(|file| file.by_install.clone()).collect();
        assert_eq!(files_below(&root, &root), expected);
        assert_eq!(fs::read_to_string(root.join("usr/local/bin/etalon")).unwrap(), "program");

        // What the machine's own administrator has written is kept, and the rest goes.
        let configuration = root.join("etc/etalon/etalon.toml");
        fs::write(&configuration, "ours").unwrap();
        run(program(&install).env("DESTDIR", &root)).unwrap();
        assert_eq!(fs::read_to_string(&configuration).unwrap(), "ours");
        run(program(&install).arg("--remove").env("DESTDIR", &root)).unwrap();
        assert_eq!(files_below(&root, &root), BTreeSet::from(["/etc/etalon/etalon.toml".to_owned()]));
    }
}
