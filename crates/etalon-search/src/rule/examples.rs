//! Hits as examples of a rule.

use crate::matcher;
use crate::query::{Part, Query};
use crate::search::FoundTurn;
use crate::words::SpokenWords;
use etalon_call::Role;
use std::collections::BTreeSet;

/// Calls that are tried as examples: some hold no rule, for instance where a turn is in another
/// language.
const TRIED_AT_MOST: usize = 40;

/// A call in the notation of examples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HitExample {
    pub(super) script: String,
}

/// Examples that are different, each from one call: for every part of the query a turn.
pub(super) fn of(query: &Query, hits: &[FoundTurn]) -> Vec<HitExample> {
    let mut examples: Vec<HitExample> = Vec::new();
    let mut seen = BTreeSet::new();
    for hit in hits {
        if !seen.insert(&hit.call) {
            continue;
        }
        let of_call: Vec<&FoundTurn> = hits.iter().filter(|other| other.call == hit.call).collect();
        let Some(script) = script(query, &of_call) else { continue };
        if examples.iter().all(|example| example.script != script) {
            examples.push(HitExample { script });
        }
        if examples.len() == TRIED_AT_MOST {
            break;
        }
    }
    examples
}

/// The lines of a call: its first turn for every part; nothing where a part has none whose speaker
/// is known.
fn script(query: &Query, turns: &[&FoundTurn]) -> Option<String> {
    let first = |part: &Part| turns.iter().position(|turn| is_hit(part, turn));
    let lines: BTreeSet<usize> = query.parts.iter().map(first).collect::<Option<_>>()?;
    let lines: Vec<String> = lines.into_iter().map(|index| line(turns[index])).collect::<Option<_>>()?;
    Some(lines.join("\n"))
}

fn is_hit(part: &Part, turn: &FoundTurn) -> bool {
    let is_of_role = part.role.map_or(turn.role != Role::Unknown, |role| role == turn.role);
    is_of_role && matcher::find(&part.asked, &SpokenWords::of(&turn.text)).is_some()
}

fn line(turn: &FoundTurn) -> Option<String> {
    let side = match turn.role {
        Role::Agent => "О",
        Role::Client => "К",
        Role::Unknown => return None,
    };
    Some(format!("{side}: {}", turn.text))
}
