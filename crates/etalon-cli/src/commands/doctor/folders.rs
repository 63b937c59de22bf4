//! Whether recordings can be read and results written, by this user.

use super::{Check, Subject};
use etalon_batch::Config;
use etalon_batch::intake::{self, Sources};
use etalon_store::{Store, nearest_existing};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// Takes the input in as a run would and opens every recording. Says how many bytes they have, too.
pub(super) fn input(inputs: &[PathBuf], config: &Config) -> (Check, u64) {
    if inputs.is_empty() {
        let detail = "none was named: `etalon doctor INPUT…` looks at the recordings too";
        return (Check::ok(Subject::Input, detail), 0);
    }
    let sources = Sources { inputs, manifests: &[], settle: Duration::ZERO };
    let intake = match intake::take_in(&sources, config, &AtomicBool::new(false)) {
        Ok(intake) => intake,
        Err(error) => return (Check::failed(Subject::Input, error.to_string()), 0),
    };
    let (mut bytes, mut unreadable) = (0, 0);
    for input in &intake.inputs {
        for path in input.files.paths() {
            match File::open(path).and_then(|file| file.metadata()) {
                Ok(metadata) => bytes += metadata.len(),
                Err(_) => unreadable += 1,
            }
        }
    }
    let (recordings, failures) = (intake.inputs.len(), intake.failures.len());
    let found = format!("{recordings} recordings, {:.1} GB", bytes as f64 / 1e9);
    let check = if unreadable > 0 {
        let remedy = "give this user the right to read them";
        Check::failed(Subject::Input, format!("{found}; {unreadable} files can't be opened: {remedy}"))
    } else if failures + intake.warnings.len() > 0 {
        let detail = format!(
            "{found}; {failures} inputs or rows of manifests can't be used, {} warnings: `etalon run` names them",
            intake.warnings.len()
        );
        Check::warning(Subject::Input, detail)
    } else {
        Check::ok(Subject::Input, found)
    };
    (check, bytes)
}

/// Whether this user may write results there: in the folders that an earlier run has made, and a
/// mebibyte in a file without a name, of which nothing stays behind.
pub(super) fn output(out: &Path) -> Check {
    let shown = out.display();
    let place = nearest_existing(out);
    if !place.is_dir() {
        return Check::failed(
            Subject::Output,
            format!("{} is no folder; choose another one", place.display()),
        );
    }
    // Folders that an earlier run made, perhaps as another user.
    let made = std::fs::read_dir(out).into_iter().flatten().flatten().map(|entry| entry.path());
    for folder in std::iter::once(place.to_owned()).chain(made.filter(|path| path.is_dir())) {
        if let Err(error) = may_write(&folder) {
            let detail =
                format!("{} can't be written: {error}; change its owner or its rights", folder.display());
            return Check::failed(Subject::Output, detail);
        }
    }
    if let Err(error) = Store::probe(out) {
        return Check::failed(Subject::Output, error.to_string());
    }
    let detail =
        if place == out { format!("{shown} can be written") } else { format!("{shown} can be made") };
    Check::ok(Subject::Output, detail)
}

/// Whether files can be made in a folder, by this user and on this file system.
#[cfg(unix)]
fn may_write(folder: &Path) -> std::io::Result<()> {
    use rustix::fs::{Access, AtFlags, CWD, accessat};
    Ok(accessat(CWD, folder, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS)?)
}

#[cfg(not(unix))]
fn may_write(folder: &Path) -> std::io::Result<()> {
    if std::fs::metadata(folder)?.permissions().readonly() {
        return Err(std::io::ErrorKind::PermissionDenied.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Status;
    use super::*;

    #[test]
    fn the_output_is_judged_without_being_made() {
        let top = tempfile::tempdir().unwrap();
        let file = top.path().join("file");
        std::fs::write(&file, "").unwrap();
        for (out, expected, part) in [
            (top.path().to_owned(), Status::Ok, "can be written"),
            (top.path().join("a/b"), Status::Ok, "can be made"),
            (file.clone(), Status::Failed, "is no folder"),
            (file.join("out"), Status::Failed, "is no folder"),
        ] {
            let check = output(&out);
            assert_eq!(check.status, expected, "{check:?}");
            assert!(check.detail.contains(part), "{check:?}");
        }
        assert_eq!(std::fs::read_dir(top.path()).unwrap().count(), 1, "something was made");
    }

    #[test]
    fn the_input_is_counted_and_named_when_it_is_missing() {
        let top = tempfile::tempdir().unwrap();
        std::fs::write(top.path().join("a.wav"), [0; 1000]).unwrap();
        let check = |path: PathBuf| input(&[path], &Config::default());
        let (found, bytes) = check(top.path().to_owned());
        assert_eq!((found.status, bytes), (Status::Ok, 1000), "{found:?}");
        assert_eq!(check(top.path().join("nowhere")).0.status, Status::Failed);
    }
}
