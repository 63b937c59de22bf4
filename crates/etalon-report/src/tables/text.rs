//! The rows of a table as text.

use crate::error::Error;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;

/// All rows of a table, one a line: its file is compressed, so that no text is found in it.
///
/// # Errors
/// [`Error::Table`] where the file can't be read or is no table.
pub fn table_text(path: &Path) -> Result<String, Error> {
    let failed = |error: ParquetError| Error::Table { path: path.to_owned(), detail: error.to_string() };
    let file = File::open(path).map_err(|error| failed(error.into()))?;
    let reader = SerializedFileReader::new(file).map_err(failed)?;
    let mut text = String::new();
    for row in reader.get_row_iter(None).map_err(failed)? {
        // A string takes everything.
        let _ = writeln!(text, "{}", row.map_err(failed)?);
    }
    Ok(text)
}
