//! What is known of a recording from more than one place: facts fill each other's gaps, and facts
//! that contradict each other are two calls.

use etalon_call::{CallFacts, LayoutSource};
use etalon_pipeline::DeclaredFacts;

/// Facts, with what they leave open taken from others of the same call. Nothing that is known is
/// lost because one list of recordings does not say it.
pub(crate) fn filled(facts: CallFacts, others: &CallFacts) -> CallFacts {
    let mut tags = others.tags.clone();
    tags.extend(facts.tags);
    CallFacts {
        started_at: facts.started_at.or(others.started_at),
        direction: facts.direction.or(others.direction),
        agent_id: facts.agent_id.or_else(|| others.agent_id.clone()),
        agent_name: facts.agent_name.or_else(|| others.agent_name.clone()),
        team: facts.team.or_else(|| others.team.clone()),
        manager: facts.manager.or_else(|| others.manager.clone()),
        client_ref: facts.client_ref.or_else(|| others.client_ref.clone()),
        hung_up_by: facts.hung_up_by.or(others.hung_up_by),
        company: if facts.company.is_empty() { others.company.clone() } else { facts.company },
        tags,
        ..facts
    }
}

/// Says of a recording which side is where, as it is said of another one of the same call, where
/// nobody says so of itself. What a manifest says of a recording comes before what a configuration
/// says of all of them.
pub(crate) fn fill_sides(facts: &mut DeclaredFacts, others: &DeclaredFacts) {
    let is_open = facts.layout.is_none() && facts.only_side.is_none();
    let is_of_all = facts.layout_source == Some(LayoutSource::Config)
        && others.layout_source == Some(LayoutSource::Manifest)
        && others.layout.is_some();
    if is_open || is_of_all {
        facts.layout = others.layout;
        facts.layout_source = others.layout_source;
    }
    if is_open {
        facts.only_side = others.only_side;
    }
}

/// Whether two descriptions of the same bytes are of two calls: to other clients, by other agents,
/// or at other times. What one of them leaves open contradicts nothing.
pub(crate) fn are_of_two_calls(one: &CallFacts, other: &CallFacts) -> bool {
    differ(one.client_ref.as_ref(), other.client_ref.as_ref())
        || differ(one.agent_id.as_ref(), other.agent_id.as_ref())
        || differ(one.started_at.as_ref(), other.started_at.as_ref())
}

fn differ<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one != other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use etalon_call::{Layout, Role};

    #[test]
    fn the_first_that_says_where_sides_are_is_right_and_a_manifest_before_a_configuration() {
        let of = |layout: Option<Layout>, source: Option<LayoutSource>, only_side: Option<Role>| {
            DeclaredFacts { layout, layout_source: source, only_side, ..DeclaredFacts::default() }
        };
        let (left, right) = (Some(Layout::AgentLeft), Some(Layout::AgentRight));
        let (config, manifest) = (Some(LayoutSource::Config), Some(LayoutSource::Manifest));
        let (open, alone) = (of(None, None, None), of(None, None, Some(Role::Client)));
        for (facts, others, expected) in [
            (open.clone(), of(left, manifest, None), of(left, manifest, None)),
            (of(left, manifest, None), open.clone(), of(left, manifest, None)),
            (of(left, manifest, None), of(right, manifest, None), of(left, manifest, None)),
            (of(left, config, None), of(right, manifest, None), of(right, manifest, None)),
            (of(left, manifest, None), of(right, config, None), of(left, manifest, None)),
            (open, alone.clone(), alone.clone()),
            (alone.clone(), of(left, manifest, None), alone),
        ] {
            let mut filled = facts.clone();
            fill_sides(&mut filled, &others);
            assert_eq!(filled, expected, "{facts:?} {others:?}");
        }
    }

    fn facts(client_ref: &str, agent_id: &str, tags: &[(&str, &str)]) -> CallFacts {
        let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        CallFacts {
            client_ref: known(client_ref),
            agent_id: known(agent_id),
            tags: tags.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            ..CallFacts::default()
        }
    }

    #[test]
    fn what_is_open_is_filled_and_what_is_told_stays() {
        for (told, others, expected) in [
            (facts("", "", &[]), facts("k1", "a1", &[("queue", "1")]), facts("k1", "a1", &[("queue", "1")])),
            (
                facts("k2", "", &[("queue", "2")]),
                facts("k1", "a1", &[("queue", "1"), ("line", "3")]),
                facts("k2", "a1", &[("queue", "2"), ("line", "3")]),
            ),
            (facts("k2", "a2", &[]), facts("", "", &[]), facts("k2", "a2", &[])),
        ] {
            assert_eq!(filled(told, &others), expected);
        }
    }

    #[test]
    fn only_what_both_say_can_contradict() {
        for (one, other, expected) in [
            (facts("k1", "a1", &[]), facts("k1", "a1", &[]), false),
            (facts("k1", "", &[]), facts("", "a1", &[]), false),
            (facts("k1", "a1", &[]), facts("k2", "a1", &[]), true),
            (facts("k1", "a1", &[]), facts("k1", "a2", &[]), true),
        ] {
            assert_eq!(are_of_two_calls(&one, &other), expected, "{one:?} {other:?}");
        }
    }
}
