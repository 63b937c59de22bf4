//! `etalon.prom` in the result folder, and its copy where an exporter finds it.

use super::metrics::RunMetrics;
use super::tally::Tally;
use crate::clock::now;
use crate::output;
use anyhow::Context as _;
use etalon_store::Store;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The file's name in the result folder.
const FILE: &str = "etalon.prom";

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
/// nothing in it but numbers.
fn write_for_all(path: &Path, text: &str) -> std::io::Result<()> {
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
