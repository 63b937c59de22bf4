//! Which side is on which channel.
//!
//! A rule that judges the agent must know which voice is the agent's. What a person said about the
//! recording (in the manifest, on the command line, in the configuration) is taken as it is: where
//! one of two channels is silent, the other one is the side that was told. Only what the recording
//! cannot hold is not followed: two sides on one channel, or on two channels with one signal. That
//! is a defect, never a silent change. Where nothing is known the role is [`Role::Unknown`], and
//! what needs roles becomes `unmeasurable` instead of being guessed.

use etalon_call::{Defect, Layout, LayoutSource, Role};

/// What is known about a recording before anybody has listened to it.
#[derive(Debug, Clone, Default)]
pub struct LayoutEvidence {
    /// Number of channels in the recording.
    pub channels: usize,
    /// What a person said about it, and where: in the manifest, on the command line, in the
    /// configuration.
    pub declared: Option<(Layout, LayoutSource)>,
    /// The side that a person said to be alone on the only channel, and where.
    pub only_side: Option<(Role, LayoutSource)>,
    /// Whether the signal is the same on the channels that carry a side.
    pub dual_mono: bool,
    /// The one of two channels that carries nothing, by number from 0.
    pub dead_channel: Option<usize>,
    /// The channels of more than two on which somebody can be heard, by number from 0.
    pub alive: Vec<usize>,
    /// The two of more than two channels that have the least in common: a channel that holds the
    /// sum of others has much in common with each.
    pub least_alike: Option<[usize; 2]>,
}

/// Which channels to analyse and who speaks on each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleAssignment {
    /// The layout that follows.
    pub layout: Layout,
    /// How it is known.
    pub source: LayoutSource,
    /// The channels to analyse, by number from 0, with their speaker.
    pub channels: Vec<(usize, Role)>,
    /// Where what was told was not followed, and which channels were chosen.
    pub defects: Vec<Defect>,
}

/// Decides who speaks on which channel.
///
/// One channel is the side that was told to be alone on it. Otherwise it, and two channels with one
/// signal, hold both sides: only one of them is analysed,
/// and its speaker is unknown. Where one of two channels carries nothing, the other one is the side
/// that was told to be there; where nothing was told it may hold one side or both. Of more than two
/// channels those are used on which somebody speaks.
pub fn assign_roles(evidence: &LayoutEvidence) -> RoleAssignment {
    if let (0 | 1, Some((side, source))) = (evidence.channels, evidence.only_side) {
        return alone(side, source);
    }
    let (layout, source) = evidence.declared.unwrap_or((Layout::Unknown, LayoutSource::Unknown));
    let told = roles(layout);
    let (sides, mut defects) = sides(evidence, told.is_some());
    if evidence.channels <= 1 {
        return both_on(0, Layout::Mono, LayoutSource::Signal, defects);
    }
    if let [only] = sides[..] {
        return match told {
            // Of many channels nobody told which one is whose.
            Some(roles) if only < roles.len() => {
                RoleAssignment { layout, source, channels: vec![(only, roles[only])], defects }
            }
            _ => both_on(only, Layout::Mono, LayoutSource::Signal, defects),
        };
    }
    let first = sides.first().copied().unwrap_or(0);
    if evidence.dual_mono {
        return both_on(first, Layout::DualMono, LayoutSource::Signal, defects);
    }
    if matches!(layout, Layout::Mono | Layout::DualMono) {
        let detail = format!(
            "{} was told, but the channels carry different signals; channel {} is heard for both sides, as told",
            layout.name(),
            first + 1
        );
        defects.push(Defect::new("layout_contradicted", detail));
        return both_on(first, Layout::DualMono, source, defects);
    }
    let roles = told.unwrap_or([Role::Unknown; 2]);
    let source = if told.is_some() { source } else { LayoutSource::Unknown };
    RoleAssignment { layout, source, channels: sides.into_iter().zip(roles).collect(), defects }
}

/// The roles on the first two channels; none where the layout tells none.
fn roles(layout: Layout) -> Option<[Role; 2]> {
    match layout {
        Layout::AgentLeft => Some([Role::Agent, Role::Client]),
        Layout::AgentRight => Some([Role::Client, Role::Agent]),
        Layout::Mono | Layout::DualMono | Layout::Unknown => None,
    }
}

/// The only channel for one side, as if the other one's channel carried nothing.
fn alone(side: Role, source: LayoutSource) -> RoleAssignment {
    let layout = if side == Role::Client { Layout::AgentRight } else { Layout::AgentLeft };
    RoleAssignment { layout, source, channels: vec![(0, side)], defects: Vec::new() }
}

fn both_on(channel: usize, layout: Layout, source: LayoutSource, defects: Vec<Defect>) -> RoleAssignment {
    RoleAssignment { layout, source, channels: vec![(channel, Role::Unknown)], defects }
}

/// The channels that carry a side, and what must be said of the choice.
fn sides(evidence: &LayoutEvidence, is_told: bool) -> (Vec<usize>, Vec<Defect>) {
    let mut defects = Vec::new();
    let sides = match (evidence.channels, evidence.dead_channel) {
        (0 | 1, _) => vec![0],
        (2, Some(dead)) => vec![usize::from(dead == 0)],
        (2, None) => vec![0, 1],
        _ => {
            let sides = sides_of_many(evidence, is_told);
            defects.push(choice(evidence, &sides));
            sides
        }
    };
    let is_one_signal = evidence.channels <= 1 || (evidence.dual_mono && sides.len() > 1);
    if let Some((layout, _)) = evidence.declared.filter(|_| is_told && is_one_signal) {
        let what =
            if evidence.channels <= 1 { "there is one channel" } else { "both channels carry one signal" };
        let detail = format!("{} was told, but {what}; it is heard for both sides", layout.name());
        defects.push(Defect::new("layout_contradicted", detail));
    }
    (sides, defects)
}

/// The first two channels if the layout was told and both are alive; otherwise those that speak.
fn sides_of_many(evidence: &LayoutEvidence, is_told: bool) -> Vec<usize> {
    match evidence.alive.as_slice() {
        [] => vec![0, 1],
        [0, 1, ..] if is_told => vec![0, 1],
        [_] | [_, _] => evidence.alive.clone(),
        [first, second, ..] => {
            let mut sides = evidence.least_alike.unwrap_or([*first, *second]);
            sides.sort_unstable();
            sides.to_vec()
        }
    }
}

fn choice(evidence: &LayoutEvidence, sides: &[usize]) -> Defect {
    let numbers = |channels: &[usize]| {
        let written: Vec<String> = channels.iter().map(|channel| (channel + 1).to_string()).collect();
        written.join(", ")
    };
    let others: Vec<usize> =
        evidence.alive.iter().copied().filter(|channel| !sides.contains(channel)).collect();
    let left_out = if others.is_empty() {
        "nobody is heard on the others".to_owned()
    } else {
        format!("what is on {} is left out", numbers(&others))
    };
    let detail = format!("of {} channels {} are used; {left_out}", evidence.channels, numbers(sides));
    Defect::new("channels_chosen", detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Layout::{AgentLeft, AgentRight, DualMono, Mono, Unknown};

    #[derive(Clone, Copy, PartialEq)]
    enum Signal {
        Own,
        Same,
        Dead(usize),
        Alive(&'static [usize]),
    }

    fn check(
        (channels, declared, signal): (usize, Option<(Layout, LayoutSource)>, Signal),
        layout: Layout,
        source: LayoutSource,
        roles: &[(usize, Role)],
        defects: &[&str],
    ) {
        let evidence = LayoutEvidence {
            channels,
            declared,
            only_side: None,
            dual_mono: signal == Signal::Same,
            dead_channel: if let Signal::Dead(channel) = signal { Some(channel) } else { None },
            alive: match signal {
                Signal::Alive(channels) => channels.to_vec(),
                _ => (0..channels).collect(),
            },
            least_alike: Some([channels.saturating_sub(1), 0]),
        };
        let assignment = assign_roles(&evidence);
        let found: Vec<&str> = assignment.defects.iter().map(|defect| defect.kind.as_str()).collect();
        assert_eq!(found, defects, "{evidence:?}");
        let expected =
            RoleAssignment { layout, source, channels: roles.to_vec(), defects: assignment.defects.clone() };
        assert_eq!(assignment, expected, "{evidence:?}");
    }

    #[test]
    fn one_channel_is_the_side_that_is_alone_on_it() {
        let evidence = |channels, side| LayoutEvidence {
            channels,
            only_side: Some((side, LayoutSource::Config)),
            ..LayoutEvidence::default()
        };
        for (side, layout) in [(Role::Agent, AgentLeft), (Role::Client, AgentRight)] {
            let alone = assign_roles(&evidence(1, side));
            assert_eq!((alone.layout, alone.source), (layout, LayoutSource::Config));
            assert_eq!((alone.channels, alone.defects), (vec![(0, side)], vec![]));
        }
        // Two channels hold more than one side.
        assert_eq!(assign_roles(&evidence(2, Role::Agent)).layout, Unknown);
    }

    #[test]
    fn what_was_told_decides_and_what_cannot_be_is_said() {
        use LayoutSource::{Config, Manifest};
        use Role::{Agent, Client, Unknown as Nobody};
        let left: &[_] = &[(0, Agent), (1, Client)];
        let right: &[_] = &[(0, Client), (1, Agent)];
        let nobody: &[_] = &[(0, Nobody), (1, Nobody)];
        let contradicted = &["layout_contradicted"];
        check((2, Some((AgentLeft, Config)), Signal::Own), AgentLeft, Config, left, &[]);
        check((2, Some((AgentRight, Manifest)), Signal::Own), AgentRight, Manifest, right, &[]);
        check((2, Some((Unknown, Manifest)), Signal::Own), Unknown, LayoutSource::Unknown, nobody, &[]);
        check((2, None, Signal::Own), Unknown, LayoutSource::Unknown, nobody, &[]);
        let one: &[_] = &[(0, Nobody)];
        check((1, Some((AgentLeft, Config)), Signal::Own), Mono, LayoutSource::Signal, one, contradicted);
        check((1, Some((Mono, Config)), Signal::Own), Mono, LayoutSource::Signal, one, &[]);
        check(
            (2, Some((AgentLeft, Config)), Signal::Same),
            DualMono,
            LayoutSource::Signal,
            one,
            contradicted,
        );
        check((2, None, Signal::Same), DualMono, LayoutSource::Signal, one, &[]);
        check((2, Some((Mono, Config)), Signal::Own), DualMono, Config, one, contradicted);
        check((2, Some((Mono, Config)), Signal::Same), DualMono, LayoutSource::Signal, one, &[]);
        check((0, None, Signal::Own), Mono, LayoutSource::Signal, one, &[]);
    }

    #[test]
    fn beside_a_dead_channel_the_other_is_the_side_that_was_told() {
        use LayoutSource::{Config, Manifest};
        use Role::{Agent, Client, Unknown as Nobody};
        let (left, right) = (Some((AgentLeft, Config)), Some((AgentRight, Manifest)));
        check((2, left, Signal::Dead(1)), AgentLeft, Config, &[(0, Agent)], &[]);
        check((2, left, Signal::Dead(0)), AgentLeft, Config, &[(1, Client)], &[]);
        check((2, right, Signal::Dead(1)), AgentRight, Manifest, &[(0, Client)], &[]);
        check((2, right, Signal::Dead(0)), AgentRight, Manifest, &[(1, Agent)], &[]);
        check((2, None, Signal::Dead(0)), Mono, LayoutSource::Signal, &[(1, Nobody)], &[]);
    }

    #[test]
    fn of_many_channels_those_are_used_on_which_somebody_speaks() {
        use LayoutSource::Config;
        use Role::{Agent, Client, Unknown as Nobody};
        let told = Some((AgentLeft, Config));
        let chosen = &["channels_chosen"];
        check((3, told, Signal::Own), AgentLeft, Config, &[(0, Agent), (1, Client)], chosen);
        check((3, told, Signal::Alive(&[0, 2])), AgentLeft, Config, &[(0, Agent), (2, Client)], chosen);
        check((4, told, Signal::Alive(&[1])), AgentLeft, Config, &[(1, Client)], chosen);
        check((4, told, Signal::Alive(&[3])), Mono, LayoutSource::Signal, &[(3, Nobody)], chosen);
        let unknown = LayoutSource::Unknown;
        check((4, None, Signal::Own), Unknown, unknown, &[(0, Nobody), (3, Nobody)], chosen);
        check((4, None, Signal::Alive(&[2, 3])), Unknown, unknown, &[(2, Nobody), (3, Nobody)], chosen);
        check((4, None, Signal::Alive(&[])), Unknown, unknown, &[(0, Nobody), (1, Nobody)], chosen);
    }
}
