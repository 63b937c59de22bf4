//! The words of the query language: the lists in `lexicons/`.

use etalon_call::Role;
use etalon_text::normalize_word;
use std::sync::LazyLock;

/// What an operator of a query does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Or,
    And,
    Not,
    Near,
}

/// What a day in a query is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DayLabel {
    /// The first day.
    Since,
    /// The last day.
    Until,
    /// The only day.
    On,
}

static DAY_LABELS: LazyLock<Vec<(DayLabel, Vec<String>)>> = LazyLock::new(|| {
    let labels = entries(include_str!("../lexicons/days.txt"));
    labels.filter_map(|(name, words)| Some((day_label(name)?, words))).collect()
});

static ROLES: LazyLock<Vec<(Role, Vec<String>)>> = LazyLock::new(|| {
    let roles = entries(include_str!("../lexicons/roles.txt"));
    roles.filter_map(|(name, words)| Some((name.parse().ok()?, words))).collect()
});

static OPERATORS: LazyLock<Vec<(Operator, Vec<String>)>> = LazyLock::new(|| {
    let operators = entries(include_str!("../lexicons/operators.txt"));
    operators.filter_map(|(name, words)| Some((operator(name)?, words))).collect()
});

/// The role that a label names, in whatever case.
pub(crate) fn role_of(label: &str) -> Option<Role> {
    let label = normalize_word(label);
    let has_label =
        |(_, words): &&(Role, Vec<String>)| words.iter().any(|word| normalize_word(word) == label);
    ROLES.iter().find(has_label).map(|(role, _)| *role)
}

/// What the day behind a label is, in whatever case.
pub(crate) fn day_label_of(label: &str) -> Option<DayLabel> {
    let label = normalize_word(label);
    let has_label =
        |(_, words): &&(DayLabel, Vec<String>)| words.iter().any(|word| normalize_word(word) == label);
    DAY_LABELS.iter().find(has_label).map(|(day, _)| *day)
}

/// The operator that a word in capital letters names.
pub(crate) fn operator_of(word: &str) -> Option<Operator> {
    let has_word = |(_, words): &&(Operator, Vec<String>)| words.iter().any(|known| known == word);
    OPERATORS.iter().find(has_word).map(|(operator, _)| *operator)
}

fn operator(name: &str) -> Option<Operator> {
    match name {
        "or" => Some(Operator::Or),
        "and" => Some(Operator::And),
        "not" => Some(Operator::Not),
        "near" => Some(Operator::Near),
        _ => None,
    }
}

fn day_label(name: &str) -> Option<DayLabel> {
    match name {
        "since" => Some(DayLabel::Since),
        "until" => Some(DayLabel::Until),
        "on" => Some(DayLabel::On),
        _ => None,
    }
}

/// A name a line, and behind it its words.
fn entries(text: &'static str) -> impl Iterator<Item = (&'static str, Vec<String>)> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let (name, words) = line.split_once(' ')?;
        Some((name, words.split_whitespace().map(str::to_owned).collect()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_a_list_is_an_entry() {
        assert_eq!((ROLES.len(), OPERATORS.len(), DAY_LABELS.len()), (2, 4, 3));
        assert_eq!(day_label_of("По"), Some(DayLabel::Until));
        assert_eq!(role_of("Оператор"), Some(Role::Agent));
        assert_eq!(role_of("тұтынушы"), Some(Role::Client));
        assert_eq!(operator_of("РЯДОМ"), Some(Operator::Near));
        assert_eq!(operator_of("рядом"), None);
    }
}
