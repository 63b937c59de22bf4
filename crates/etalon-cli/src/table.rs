//! Tables for a terminal: plain text, in English, without colours.

use crate::output::is_control;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The widest that a name of a recording, an agent or a rule gets, terminal columns.
const WIDEST_NAME: usize = 36;

/// On which side of its column a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    /// Names and other words.
    Left,
    /// Numbers.
    Right,
}

/// A heading, and rows of cells below it.
#[derive(Debug)]
pub(crate) struct Table {
    alignments: Vec<Align>,
    /// The heading is the first row.
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows yet.
    pub(crate) fn new<const COLUMNS: usize>(columns: [(&str, Align); COLUMNS]) -> Self {
        let heading = columns.map(|(heading, _)| heading.to_owned()).to_vec();
        Self { alignments: columns.map(|(_, alignment)| alignment).to_vec(), rows: vec![heading] }
    }

    /// Adds a row. Control characters, which the name of a file may hold, become `·`.
    pub(crate) fn add<const COLUMNS: usize>(&mut self, cells: [String; COLUMNS]) {
        self.rows.push(cells.map(|cell| cell.replace(is_control, "·")).to_vec());
    }

    /// One line a row. Each column is as wide as its widest cell on the terminal; two spaces part columns.
    pub(crate) fn as_text(&self) -> String {
        let width = |column: usize| self.rows.iter().map(|row| row[column].width()).max().unwrap_or_default();
        let widths: Vec<usize> = (0..self.alignments.len()).map(width).collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for ((cell, width), alignment) in row.iter().zip(&widths).zip(&self.alignments) {
                let padding = " ".repeat(width.saturating_sub(cell.width()));
                match alignment {
                    Align::Left => line.extend([cell, padding.as_str()]),
                    Align::Right => line.extend([padding.as_str(), cell]),
                }
                line.push_str("  ");
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// The end of a name, which tells recordings of one folder apart, within the width of a column.
pub(crate) fn shortened(name: &str) -> String {
    if name.width() <= WIDEST_NAME {
        return name.to_owned();
    }
    let mut width = 1;
    let mut kept: Vec<char> = name
        .chars()
        .rev()
        .take_while(|character| {
            width += character.width().unwrap_or(0);
            width <= WIDEST_NAME
        })
        .collect();
    kept.push('…');
    kept.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_what_a_terminal_shows() {
        let mut table = Table::new([("name", Align::Left), ("n", Align::Right), ("note", Align::Left)]);
        for (name, number) in [("a", "1"), ("录音", "100"), ("имя\u{1b}[31m", "20")] {
            table.add([name.to_owned(), number.to_owned(), String::new()]);
        }
        let expected = ["name        n  note", "a           1", "录音      100", "имя·[31m   20"];
        assert_eq!(table.as_text().lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_long_name_keeps_its_end() {
        for (name, expected) in [
            ("call.wav".to_owned(), "call.wav".to_owned()),
            ("x".repeat(36), "x".repeat(36)),
            (format!("{}call.wav", "x".repeat(40)), format!("…{}call.wav", "x".repeat(27))),
            ("录".repeat(20), format!("…{}", "录".repeat(17))),
        ] {
            assert_eq!(shortened(&name), expected, "{name}");
        }
    }
}
