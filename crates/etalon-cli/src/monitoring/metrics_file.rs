//! `etalon.prom` in the result folder, and its copy where an exporter finds it.

use super::metrics::RunMetrics;
use super::tally::Tally;
use crate::clock::now;
use crate::output;
use anyhow::Context as _;
use etalon_store::Store;
use std::fs::File;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// The file's name in the result folder.
const FILE: &str = "etalon.prom";

/// How the file begins.
const FIRST_LINE: &str = "# HELP etalon_";

/// The file of one run.
pub(super) struct MetricsFile {
    store: Store,
    /// Where it is copied to.
    copy: Option<PathBuf>,
    pub(super) metrics: RunMetrics,
}

impl MetricsFile {
    pub(super) fn new(store: &Store, copy: Option<&Path>, metrics: RunMetrics) -> Self {
        Self { store: store.clone(), copy: copy.map(Path::to_owned), metrics }
    }

    /// Writes the file anew, and its copy where one is asked for; whoever reads them meanwhile sees
    /// the old or the new one, whole.
    ///
    /// # Errors
    ///
    /// When one of them can't be written.
    pub(super) fn write(&self, tally: &Tally) -> anyhow::Result<()> {
        let text = self.write_without_copy(tally)?;
        self.write_copy(&text)
    }

    /// The same, but that the copy can't be written is only said: no reason to break off a run.
    ///
    /// # Errors
    ///
    /// When the file can't be written.
    pub(super) fn write_or_warn_of_copy(&self, tally: &Tally) -> anyhow::Result<()> {
        let text = self.write_without_copy(tally)?;
        if let Err(error) = self.write_copy(&text) {
            output::alert(&format!("warning: {error:#}"));
        }
        Ok(())
    }

    fn write_without_copy(&self, tally: &Tally) -> anyhow::Result<String> {
        let text = self.metrics.text(tally, now())?;
        self.store.write_file(FILE, text.as_bytes())?;
        Ok(text)
    }

    fn write_copy(&self, text: &str) -> anyhow::Result<()> {
        let Some(copy) = &self.copy else { return Ok(()) };
        write_for_all(copy, text).with_context(|| format!("--metrics {}: can't be written", copy.display()))
    }
}

/// Writes a file that everybody on the machine may read: the exporter is another user, and there is
/// nothing in it but numbers. Where a link stands, the file that it leads to is written.
fn write_for_all(path: &Path, text: &str) -> io::Result<()> {
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
    check_is_replaceable(path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A collector reads `*.prom` alone, and so passes over what is not in its place yet.
    let mut file = tempfile::Builder::new().prefix(".etalon-").suffix(".tmp").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    file.persist(path)?;
    Ok(())
}

/// Refuses to put metrics in the place of anything but earlier ones: a device, a pipe, or a file of
/// which somebody gave the name by mistake.
fn check_is_replaceable(path: &Path) -> io::Result<()> {
    let refused = |why: &str| io::Error::new(ErrorKind::AlreadyExists, format!("{why}; name another file"));
    match path.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
        Ok(metadata) if !metadata.is_file() => return Err(refused("no file stands there")),
        Ok(metadata) if metadata.len() == 0 => return Ok(()),
        Ok(_) => {}
    }
    let mut first = [0; FIRST_LINE.len()];
    match File::open(path)?.read_exact(&mut first) {
        Ok(()) if first == *FIRST_LINE.as_bytes() => Ok(()),
        _ => Err(refused("the file that stands there holds no metrics of etalon")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_metrics_are_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("etalon.prom");
        let metrics = format!("{FIRST_LINE}something Something.\n");
        let check = |is_replaced: bool, what: &str| {
            let before = std::fs::read(&path).unwrap_or_default();
            assert_eq!(write_for_all(&path, &metrics).is_ok(), is_replaced, "{what}");
            let expected = if is_replaced { metrics.as_bytes() } else { &before };
            assert_eq!(std::fs::read(&path).unwrap_or_default(), expected, "{what}");
        };
        check(true, "nothing");
        check(true, "earlier metrics");
        std::fs::write(&path, "").unwrap();
        check(true, "an empty file");
        std::fs::write(&path, b"RIFF").unwrap();
        check(false, "a recording");
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        check(false, "a folder");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_a_device_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (link, file) = (folder.path().join("link"), folder.path().join("file"));
        std::fs::write(&file, "").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_for_all(&link, FIRST_LINE).unwrap();
        assert!(link.is_symlink() && std::fs::read(&file).unwrap() == FIRST_LINE.as_bytes());
        let device = folder.path().join("device");
        std::os::unix::fs::symlink("/dev/null", &device).unwrap();
        let error = write_for_all(&device, FIRST_LINE).unwrap_err();
        assert_eq!(error.to_string(), "no file stands there; name another file");
    }
}
