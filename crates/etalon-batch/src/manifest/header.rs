//! The header of a manifest: which column holds which fact.

use super::ManifestError;
use crate::columns::names::{KnownColumn, column_of, similar_column, spelling};
use std::collections::BTreeMap;

/// The column that names the recording.
const PATH: &str = "path";

/// What the columns of a manifest hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// The place of the recording's path.
    pub(super) path: usize,
    /// The column that each place holds, or the tag; none where the header names nothing.
    pub(super) columns: Vec<Option<String>>,
    /// Columns whose names are nearly those of facts.
    pub(super) near_misses: Vec<NearMiss>,
}

/// A column that became a tag, and the fact that somebody may have meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss {
    /// The column as the header has it.
    pub column: String,
    /// The fact's column.
    pub meant: &'static str,
}

impl Header {
    /// Understands a header.
    ///
    /// # Errors
    ///
    /// [`ManifestError::NoPath`] and [`ManifestError::TwoColumns`].
    pub(super) fn read(fields: &[String]) -> Result<Self, ManifestError> {
        refuse_twins(fields)?;
        let known: Vec<Option<KnownColumn>> = fields.iter().map(|field| column_of(field)).collect();
        let mut best: BTreeMap<&'static str, usize> = BTreeMap::new();
        for KnownColumn { column, rank } in known.iter().flatten() {
            let best = best.entry(column).or_insert(*rank);
            *best = (*best).min(*rank);
        }
        let named = |(field, known): (&String, &Option<KnownColumn>)| match known {
            Some(known) if best.get(known.column) == Some(&known.rank) => Some(known.column.to_owned()),
            _ => (!field.is_empty()).then(|| field.clone()),
        };
        let columns: Vec<Option<String>> = fields.iter().zip(&known).map(named).collect();
        let is_path = |column: &Option<String>| column.as_deref() == Some(PATH);
        let path = columns.iter().position(is_path).ok_or(ManifestError::NoPath)?;
        let unknown = fields.iter().zip(&known).filter(|(_, known)| known.is_none());
        let near_misses = unknown
            .filter_map(|(field, _)| Some(NearMiss { column: field.clone(), meant: similar_column(field)? }))
            .filter(|near_miss| !best.contains_key(near_miss.meant))
            .collect();
        Ok(Self { path, columns, near_misses })
    }
}

/// Nobody knows which of two columns of one name holds.
fn refuse_twins(fields: &[String]) -> Result<(), ManifestError> {
    let mut seen = BTreeMap::new();
    for (place, field) in fields.iter().enumerate().filter(|(_, field)| !field.is_empty()) {
        if let Some(first) = seen.insert(spelling(field), place) {
            return Err(ManifestError::TwoColumns {
                name: field.clone(),
                first: first + 1,
                second: place + 1,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(names: &[&str]) -> Result<Header, ManifestError> {
        Header::read(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    fn check(names: &[&str], expected: &[&str]) {
        let columns: Vec<String> = read(names).unwrap().columns.into_iter().flatten().collect();
        assert_eq!(columns, expected, "{names:?}");
    }

    #[test]
    fn names_of_exports_are_those_of_facts() {
        check(
            &["Файл", "Оператор", "ФИО", "Начало", "Направление", "Телефон клиента"],
            &["path", "agent_id", "agent_name", "started_at", "direction", "client_ref"],
        );
        check(&["Recording File", "Call-Date", "AGENT_ID"], &["path", "started_at", "agent_id"]);
        check(&["path", "Дата", "Время", "campaign"], &["path", "started_date", "started_time", "campaign"]);
        // The name of the contract wins, and then the one that says more.
        check(&["файл", "path", "агент", "agent_id"], &["файл", "path", "агент", "agent_id"]);
        check(&["path", "Клиент", "Телефон"], &["path", "Клиент", "client_ref"]);
    }

    #[test]
    fn a_column_that_is_nearly_a_fact_is_told() {
        let near = read(&["path", "agnet_id", "клент", "campaign"]).unwrap().near_misses;
        let near: Vec<(&str, &str)> = near.iter().map(|near| (near.column.as_str(), near.meant)).collect();
        assert_eq!(near, [("agnet_id", "agent_id"), ("клент", "client_ref")]);
    }

    #[test]
    fn a_header_that_cannot_be_understood_is_refused() {
        assert!(matches!(read(&["a.wav", "k01"]), Err(ManifestError::NoPath)));
        let twins = read(&["path", "agent_id", "team", "Agent ID"]);
        assert!(matches!(twins, Err(ManifestError::TwoColumns { first: 2, second: 4, .. })), "{twins:?}");
    }
}
