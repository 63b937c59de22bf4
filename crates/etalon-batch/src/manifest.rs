//! The manifest: a table with facts about each recording, as a spreadsheet or a database exports it.

mod header;

use crate::columns::Columns;
use etalon_csv::{Record, decoded, records};
use header::Header;
pub use header::NearMiss;
use std::io;
use std::path::{Path, PathBuf};

/// The largest manifest, bytes: far more than a table of a million rows.
const MANIFEST_MAX_BYTES: u64 = 1 << 30;

/// How a workbook of a spreadsheet begins: as the archive, or the old container, that it is.
const WORKBOOKS: [&[u8]; 2] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"];

/// A manifest that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Where it lies.
    pub path: PathBuf,
    /// Its rows, in order.
    pub rows: Vec<Row>,
    /// The rows that can't be used, in order.
    pub bad_rows: Vec<BadRow>,
    /// Columns whose names are nearly those of facts.
    pub near_misses: Vec<NearMiss>,
}

/// One row: a recording and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line at which it begins, from 1; the header's is the first.
    pub line: usize,
    /// The recording's path as the row gives it.
    pub path: String,
    /// The other columns, those of the contract under its names.
    pub columns: Columns,
}

/// A row that can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// The line at which it begins, from 1.
    pub line: usize,
    /// Why.
    pub error: RowError,
}

/// Why a row can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowError {
    /// It names no recording.
    #[error("it has no `path`; name the recording, or delete the row")]
    NoPath,
    /// Nobody knows which value belongs to which column.
    #[error(
        "it has {values} values for {columns} columns; put quotation marks around values with a delimiter"
    )]
    OtherLength {
        /// How many values it has.
        values: usize,
        /// How many columns the header has.
        columns: usize,
    },
}

/// Why a manifest can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// The file can't be read.
    #[error("can't be read: {0}; check the path and its permissions")]
    Unreadable(#[from] io::Error),
    /// It is a pipe, a device or a folder.
    #[error("is no regular file; name a file")]
    NotAFile,
    /// It is too large for a manifest.
    #[error("has {bytes} bytes, more than a manifest may have; divide it")]
    TooLarge {
        /// Its length, bytes.
        bytes: u64,
    },
    /// It is a workbook.
    #[error("is a workbook; save it as CSV (UTF-8)")]
    Workbook,
    /// It has no header.
    #[error("is empty; the first line has to be a header with a column `path`")]
    Empty,
    /// No column names the recording.
    #[error(
        "the header has no column `path` («файл», `file`, `recording`); the first line has to name the columns, with \
         commas, semicolons or tabs between them"
    )]
    NoPath,
    /// Two columns have one name.
    #[error("the columns {first} and {second} have one name, `{name}`; rename or delete one of them")]
    TwoColumns {
        /// The name.
        name: String,
        /// The place of the first one, from 1.
        first: usize,
        /// The place of the second one, from 1.
        second: usize,
    },
}

/// Reads a manifest: a table with a header in which one column is the recording's path.
///
/// Commas, semicolons, tabs or vertical bars stand between the columns. The encoding is UTF-8,
/// UTF-16 or one of the Cyrillic ones. A row that can't be used costs itself only.
///
/// # Errors
///
/// What makes the whole manifest useless.
pub fn read(path: &Path) -> Result<Manifest, ManifestError> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(ManifestError::NotAFile);
    }
    if metadata.len() > MANIFEST_MAX_BYTES {
        return Err(ManifestError::TooLarge { bytes: metadata.len() });
    }
    let bytes = std::fs::read(path)?;
    if WORKBOOKS.iter().any(|start| bytes.starts_with(start)) {
        return Err(ManifestError::Workbook);
    }
    let mut records = records(&decoded(&bytes)).into_iter();
    let header = Header::read(&records.next().ok_or(ManifestError::Empty)?.fields)?;
    let (mut rows, mut bad_rows) = (Vec::new(), Vec::new());
    for record in records {
        let line = record.line;
        match row(record, &header) {
            Ok(row) => rows.push(row),
            Err(error) => bad_rows.push(BadRow { line, error }),
        }
    }
    Ok(Manifest { path: path.to_owned(), rows, bad_rows, near_misses: header.near_misses })
}

fn row(record: Record, header: &Header) -> Result<Row, RowError> {
    let Record { line, mut fields } = record;
    let columns = header.columns.len();
    // A delimiter at the end of a row, as spreadsheets leave it behind a deleted column.
    while fields.len() > columns && fields.last().is_some_and(String::is_empty) {
        fields.pop();
    }
    if fields.len() != columns {
        return Err(RowError::OtherLength { values: fields.len(), columns });
    }
    let path = std::mem::take(&mut fields[header.path]);
    if path.is_empty() {
        return Err(RowError::NoPath);
    }
    let named = header.columns.iter().zip(fields).filter(|(_, value)| !value.is_empty());
    let columns = named.filter_map(|(name, value)| Some((name.clone()?, value))).collect();
    Ok(Row { line, path, columns })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: impl AsRef<[u8]>) -> Result<Manifest, ManifestError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("manifest.csv");
        std::fs::write(&path, text).unwrap();
        read(&path)
    }

    fn check(text: &str, expected: &[(&str, &str, &str)]) {
        for bytes in [text.as_bytes().to_vec(), encoding_rs::WINDOWS_1251.encode(text).0.into_owned()] {
            let manifest = read_text(bytes).unwrap();
            assert_eq!(manifest.bad_rows, [], "{text}");
            let found: Vec<(&str, &str, &str)> = manifest
                .rows
                .iter()
                .flat_map(|row| row.columns.iter().map(|(column, value)| (&*row.path, &**column, &**value)))
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_table_of_any_spreadsheet_is_read() {
        check("path,agent_id\na.wav,k01\n", &[("a.wav", "agent_id", "k01")]);
        check("path;agent_id;\r\na.wav;k01;\r\n", &[("a.wav", "agent_id", "k01")]);
        check("Файл\tОператор\r\na.wav\tСмирнова\r\n", &[("a.wav", "agent_id", "Смирнова")]);
        check("\"path\" , \"agent_id\" \na.wav, a1\n", &[("a.wav", "agent_id", "a1")]);
        check("path,company\na.wav,\"Вектор; \"\"В\"\"\"\n", &[("a.wav", "company", "Вектор; \"В\"")]);
    }

    #[test]
    fn one_bad_row_costs_itself() {
        let manifest = read_text("path,team\na.wav,1\n,2\nb.wav,2,3\nc.wav\nd.wav,4,\n").unwrap();
        let rows: Vec<&str> = manifest.rows.iter().map(|row| &*row.path).collect();
        assert_eq!(rows, ["a.wav", "d.wav"]);
        let bad: Vec<(usize, RowError)> = manifest.bad_rows.iter().map(|row| (row.line, row.error)).collect();
        let other_length = |values| RowError::OtherLength { values, columns: 2 };
        assert_eq!(bad, [(3, RowError::NoPath), (4, other_length(3)), (5, other_length(1))]);
    }

    #[test]
    fn what_is_no_manifest_is_said() {
        for (text, part) in [
            (&b"track,agent_id\na.wav,1\n"[..], "no column `path`"),
            (b"", "is empty"),
            (b"PK\x03\x04 and more", "is a workbook"),
            (b"path,team,Team\na.wav,1,2\n", "the columns 2 and 3"),
        ] {
            let message = read_text(text).unwrap_err().to_string();
            assert!(message.contains(part), "{message}");
        }
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(read(folder.path()), Err(ManifestError::NotAFile)));
    }
}
