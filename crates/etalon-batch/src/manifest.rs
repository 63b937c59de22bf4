//! The manifest: a CSV file with facts about each recording.

use crate::columns::Columns;
use crate::error::BatchError;
use std::path::{Path, PathBuf};

/// One row: a recording and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The recording's path as the row gives it.
    pub path: PathBuf,
    /// The other columns.
    pub columns: Columns,
}

/// Reads a manifest: CSV in UTF-8 with a header that has a column `path`.
///
/// # Errors
///
/// When the file can't be read, is not CSV in UTF-8, or has no column `path`; the message names
/// file and line.
pub fn read(path: &Path) -> Result<Vec<Row>, BatchError> {
    let broken = |detail: String| BatchError::Manifest { path: path.to_owned(), detail };
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_path(path)
        .map_err(|error| broken(error.to_string()))?;
    let header = reader.headers().map_err(|error| broken(error.to_string()))?.clone();
    let names: Vec<&str> = header.iter().map(|name| name.trim_start_matches('\u{feff}')).collect();
    let Some(path_column) = names.iter().position(|name| *name == "path") else {
        return Err(broken("the header has no column `path`".to_owned()));
    };
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| broken(error.to_string()))?;
        let recording = record.get(path_column).unwrap_or_default();
        if recording.is_empty() {
            let line = record.position().map_or(0, csv::Position::line);
            return Err(broken(format!("line {line} has no `path`")));
        }
        let columns = names
            .iter()
            .zip(&record)
            .filter(|(name, _)| **name != "path")
            .map(|(name, value)| ((*name).to_owned(), value.to_owned()))
            .collect();
        rows.push(Row { path: PathBuf::from(recording), columns });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Vec<Row>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("manifest.csv");
        std::fs::write(&path, text).unwrap();
        read(&path).map_err(|error| error.to_string())
    }

    #[test]
    fn rows_are_read_also_with_a_byte_order_mark() {
        let rows = read_text("\u{feff}path,agent_id,company\na.wav,k01,\"Вектор; \"\"В\"\"\"\n").unwrap();
        assert_eq!(rows[0].path, Path::new("a.wav"));
        assert_eq!(rows[0].columns["agent_id"], "k01");
        assert_eq!(rows[0].columns["company"], "Вектор; \"В\"");
    }

    #[test]
    fn a_broken_manifest_names_file_and_place() {
        for (text, part) in [
            ("file,agent_id\na.wav,1\n", "no column `path`"),
            ("path,team\n,1\n", "line 2"),
            ("path,team\na,b,c\n", "line: 2"),
        ] {
            let message = read_text(text).unwrap_err();
            assert!(message.contains(part) && message.contains("manifest.csv"), "{message}");
        }
    }
}
