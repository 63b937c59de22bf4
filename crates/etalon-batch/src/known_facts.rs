//! What is known of a recording from more than one place: facts fill each other's gaps, and facts
//! that contradict each other are two calls.

use etalon_call::CallFacts;

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
