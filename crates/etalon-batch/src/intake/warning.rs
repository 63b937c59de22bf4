//! What was odd with the inputs and cost no recording.

use crate::columns::ColumnError;
use std::fmt;
use std::path::PathBuf;

/// How many rows a message names.
const NAMED_ROWS: usize = 5;

/// What was odd with the inputs and cost no recording. No message repeats a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum IntakeWarning {
    /// Values of a manifest can't be understood; the other facts of these rows hold.
    Values {
        /// The manifest.
        manifest: PathBuf,
        /// What is wrong with them.
        error: ColumnError,
        /// Their rows.
        lines: Vec<usize>,
    },
    /// Values in file names can't be understood.
    NameValues {
        /// What is wrong with them.
        error: ColumnError,
        /// How many names.
        names: usize,
    },
    /// Times without an offset got the one that all other times of the manifest have.
    OffsetTaken {
        /// The manifest.
        manifest: PathBuf,
        /// The offset.
        offset: String,
        /// How many rows.
        rows: usize,
    },
    /// A column is nearly one of the contract's.
    NearMiss {
        /// The manifest.
        manifest: PathBuf,
        /// The column.
        column: String,
        /// The column that somebody may have meant.
        meant: &'static str,
    },
    /// The pattern for names fits not all of them.
    UnfitNames {
        /// How many names it fits.
        fitting: usize,
        /// How many names there are.
        names: usize,
    },
    /// Files that are one side of a call by their name, and whose other side is missing.
    SidesMissing {
        /// How many.
        files: usize,
    },
    /// No file is one side of a call by its name, although patterns tell sides apart.
    UnfitSides {
        /// How many recordings there are.
        recordings: usize,
    },
    /// Several rows name one recording, and the one of the answered call is used.
    AnsweredRows {
        /// How many recordings.
        recordings: usize,
    },
}

impl fmt::Display for IntakeWarning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Values { manifest, error, lines } => {
                write!(formatter, "{}: {}: {error}", manifest.display(), rows(lines))
            }
            Self::NameValues { error, names } => {
                write!(formatter, "[file_name]: in {names} names: {error}")
            }
            Self::OffsetTaken { manifest, offset, rows } => write!(
                formatter,
                "{}: {rows} times have no offset and are read with {offset}, that of all others; say so with \
                 utc_offset = \"{offset}\" in [manifest] of the configuration",
                manifest.display()
            ),
            Self::NearMiss { manifest, column, meant } => write!(
                formatter,
                "{}: the column `{column}` is kept as a tag; did you mean `{meant}`?",
                manifest.display()
            ),
            Self::UnfitNames { fitting: 0, names } => write!(
                formatter,
                "[file_name]: the pattern fits none of {names} names, so no fact comes from a name; correct the pattern"
            ),
            Self::UnfitNames { fitting, names } => write!(
                formatter,
                "[file_name]: the pattern fits {fitting} of {names} names; the others have no facts from their names"
            ),
            Self::SidesMissing { files } => write!(
                formatter,
                "[[sides]]: {files} files are one side of a call and have no other side beside them; each is judged alone"
            ),
            Self::UnfitSides { recordings } => write!(
                formatter,
                "[[sides]]: no pattern fits any of {recordings} recordings; correct the patterns"
            ),
            Self::AnsweredRows { recordings } => write!(
                formatter,
                "{recordings} recordings have several rows; the row of the call that was answered is used"
            ),
        }
    }
}

/// The rows by number.
fn rows(lines: &[usize]) -> String {
    let named: Vec<String> = lines.iter().take(NAMED_ROWS).map(usize::to_string).collect();
    match lines {
        [line] => format!("row {line}"),
        _ if lines.len() <= NAMED_ROWS => format!("rows {}", named.join(", ")),
        _ => format!("rows {} and {} more", named.join(", "), lines.len() - NAMED_ROWS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_rows_are_named_and_many_counted() {
        assert_eq!(rows(&[4]), "row 4");
        assert_eq!(rows(&[4, 7]), "rows 4, 7");
        assert_eq!(rows(&[1, 2, 3, 4, 5, 6, 9]), "rows 1, 2, 3, 4, 5 and 2 more");
    }
}
