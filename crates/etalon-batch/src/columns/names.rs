//! The names of columns, and the words that exports write in them.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization as _;

/// The columns that the contract knows, and those that are understood together with others.
const COLUMNS: [&str; 16] = [
    "path",
    "started_at",
    "started_date",
    "started_time",
    "direction",
    "agent_id",
    "agent_name",
    "team",
    "manager",
    "client_ref",
    "hung_up_by",
    "company",
    "layout",
    "client_utc_offset",
    "client_time_zone",
    "disposition",
];

/// A column of the contract under one of its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KnownColumn {
    /// The contract's name.
    pub(crate) column: &'static str,
    /// The place of the name among all names; the lower, the surer.
    pub(crate) rank: usize,
}

/// Every known spelling of a column's name.
static NAMES: LazyLock<BTreeMap<String, KnownColumn>> = LazyLock::new(|| {
    let own = COLUMNS.iter().map(|column| (*column, *column));
    let lines = entries(include_str!("../../lexicons/manifest_columns.txt"));
    let others =
        lines.filter_map(|(column, name)| Some((*COLUMNS.iter().find(|known| **known == column)?, name)));
    let mut names = BTreeMap::new();
    for (rank, (column, name)) in own.chain(others).enumerate() {
        names.entry(spelling(name)).or_insert(KnownColumn { column, rank });
    }
    names
});

/// The contract's value for every other word of a column.
static VALUES: LazyLock<BTreeMap<(&'static str, String), &'static str>> = LazyLock::new(|| {
    entries(include_str!("../../lexicons/manifest_values.txt"))
        .filter_map(|(column, rest)| {
            let (value, word) = rest.split_once(' ')?;
            Some(((column, word_spelling(word)), value))
        })
        .collect()
});

/// The column that a name stands for.
pub(crate) fn column_of(name: &str) -> Option<KnownColumn> {
    NAMES.get(&spelling(name)).copied()
}

/// The column whose name somebody may have meant: one letter differs, or two in a long name.
pub(crate) fn similar_column(name: &str) -> Option<&'static str> {
    let name = spelling(name);
    let length = name.chars().count();
    let allowed = match length {
        0..=4 => return None,
        5..=7 => 1,
        _ => 2,
    };
    NAMES
        .iter()
        .filter(|(known, _)| known.chars().count() >= 5)
        .map(|(known, column)| (strsim::osa_distance(known, &name), column))
        .filter(|(distance, _)| (1..=allowed).contains(distance))
        .min_by_key(|(distance, column)| (*distance, column.rank))
        .map(|(_, column)| column.column)
}

/// The contract's name for a value, where the column has a list of them.
pub(crate) fn value_of(column: &str, word: &str) -> Option<&'static str> {
    let word = word_spelling(word);
    VALUES.iter().find(|((known, spelled), _)| *known == column && *spelled == word).map(|(_, value)| *value)
}

/// A column's name without what writers differ in: case, and signs between its words.
pub(crate) fn spelling(name: &str) -> String {
    let name: String = name.nfc().collect();
    name.to_lowercase().chars().filter(|character| character.is_alphanumeric()).collect()
}

fn word_spelling(word: &str) -> String {
    let word: String = word.trim().nfc().collect();
    word.to_lowercase().replace(['_', '-'], " ")
}

/// The lines of a list but for comments: what stands before the first space, and what follows.
fn entries(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_lists_is_read() {
        let lines = |text: &'static str| entries(text).count();
        let columns = include_str!("../../lexicons/manifest_columns.txt");
        let known = entries(columns).filter(|(column, _)| COLUMNS.contains(column)).count();
        assert_eq!(known, lines(columns));
        assert_eq!(VALUES.len(), lines(include_str!("../../lexicons/manifest_values.txt")));
    }

    #[test]
    fn values_are_known_in_any_case_and_form() {
        for (column, word, expected) in [
            ("direction", "Входящий", Some("inbound")),
            ("direction", " ИСХ. ", Some("outbound")),
            ("hung_up_by", "Оператор", Some("agent")),
            ("disposition", "ANSWERED", Some("answered")),
            ("disposition", "NO ANSWER", None),
            ("direction", "оператор", None),
        ] {
            assert_eq!(value_of(column, word), expected, "{column} {word}");
        }
    }

    #[test]
    fn a_name_is_similar_only_when_little_differs() {
        for (name, expected) in [
            ("agent_di", Some("agent_id")),
            ("startd_at", Some("started_at")),
            ("operatr", Some("agent_id")),
            ("campaign", None),
            ("region", None),
            ("queue", None),
            ("tema", None),
        ] {
            assert_eq!(similar_column(name), expected, "{name}");
        }
    }
}
