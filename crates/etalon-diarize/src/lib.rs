//! Who speaks on which channel, and how that is known.
//!
//! A rule that judges the agent must know which voice is the agent's. What a person said about the recording (in the
//! manifest, on the command line, in the configuration) is taken as it is, unless the signal contradicts it: the same
//! signal on both channels holds both sides, whatever the configuration says. Where nothing is known the role is
//! [`Role::Unknown`], and what needs roles becomes `unmeasurable` instead of being guessed.

#![forbid(unsafe_code)]

use etalon_call::{Layout, LayoutSource, Role};

/// What is known about a recording before anybody has listened to it.
#[derive(Debug, Clone, Copy, Default)]
pub struct LayoutEvidence {
    /// Number of channels in the recording.
    pub channels: usize,
    /// What a person said about it, and where: in the manifest, on the command line, in the configuration.
    pub told: Option<(Layout, LayoutSource)>,
    /// Whether the signal is the same on both channels.
    pub dual_mono: bool,
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
}

/// Decides who speaks on which channel.
///
/// One channel, and two channels with one signal, hold both sides: only the first channel is analysed, and its
/// speaker is unknown. Two sides are on the first two channels; what a third or later channel carries is not known
/// and it is left out.
pub fn assign_roles(evidence: &LayoutEvidence) -> RoleAssignment {
    let both_on_one = |layout, source| RoleAssignment { layout, source, channels: vec![(0, Role::Unknown)] };
    if evidence.channels <= 1 {
        return both_on_one(Layout::Mono, LayoutSource::Signal);
    }
    if evidence.dual_mono {
        return both_on_one(Layout::DualMono, LayoutSource::Signal);
    }
    let (layout, source) = evidence.told.unwrap_or((Layout::Unknown, LayoutSource::Unknown));
    match layout {
        Layout::AgentLeft => separate(layout, source, [Role::Agent, Role::Client]),
        Layout::AgentRight => separate(layout, source, [Role::Client, Role::Agent]),
        Layout::Mono | Layout::DualMono => both_on_one(Layout::DualMono, source),
        Layout::Unknown => separate(layout, LayoutSource::Unknown, [Role::Unknown, Role::Unknown]),
    }
}

fn separate(layout: Layout, source: LayoutSource, roles: [Role; 2]) -> RoleAssignment {
    RoleAssignment { layout, source, channels: roles.into_iter().enumerate().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Layout::{AgentLeft, AgentRight, DualMono, Mono, Unknown};

    fn check(
        (channels, told, dual_mono): (usize, Option<(Layout, LayoutSource)>, bool),
        layout: Layout,
        source: LayoutSource,
        roles: &[(usize, Role)],
    ) {
        let evidence = LayoutEvidence { channels, told, dual_mono };
        let expected = RoleAssignment { layout, source, channels: roles.to_vec() };
        assert_eq!(assign_roles(&evidence), expected, "{evidence:?}");
    }

    #[test]
    fn what_was_told_decides_and_the_signal_overrules_it() {
        use LayoutSource::{Config, Manifest, Signal};
        use Role::{Agent, Client, Unknown as Nobody};
        let left: &[_] = &[(0, Agent), (1, Client)];
        let right: &[_] = &[(0, Client), (1, Agent)];
        check((2, Some((AgentLeft, Config)), false), AgentLeft, Config, left);
        check((2, Some((AgentRight, Manifest)), false), AgentRight, Manifest, right);
        check(
            (2, Some((Unknown, Manifest)), false),
            Unknown,
            LayoutSource::Unknown,
            &[(0, Nobody), (1, Nobody)],
        );
        check((2, None, false), Unknown, LayoutSource::Unknown, &[(0, Nobody), (1, Nobody)]);
        check((1, Some((AgentLeft, Config)), false), Mono, Signal, &[(0, Nobody)]);
        check((2, Some((AgentLeft, Config)), true), DualMono, Signal, &[(0, Nobody)]);
        check((2, Some((Mono, Config)), false), DualMono, Config, &[(0, Nobody)]);
        check((3, Some((AgentLeft, Config)), false), AgentLeft, Config, left);
        check((0, None, false), Mono, Signal, &[(0, Nobody)]);
    }
}
