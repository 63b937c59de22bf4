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
    /// What the manifest says about this recording.
    pub manifest: Option<Layout>,
    /// What the command line or the configuration says about all recordings.
    pub config: Option<Layout>,
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
    let (layout, source) = match (evidence.manifest, evidence.config) {
        (Some(layout), _) if layout != Layout::Unknown => (layout, LayoutSource::Manifest),
        (_, Some(layout)) => (layout, LayoutSource::Config),
        _ => (Layout::Unknown, LayoutSource::Unknown),
    };
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
        (channels, manifest, config, dual_mono): (usize, Option<Layout>, Option<Layout>, bool),
        layout: Layout,
        source: LayoutSource,
        roles: &[(usize, Role)],
    ) {
        let evidence = LayoutEvidence { channels, manifest, config, dual_mono };
        let expected = RoleAssignment { layout, source, channels: roles.to_vec() };
        assert_eq!(assign_roles(&evidence), expected, "{evidence:?}");
    }

    #[test]
    fn the_nearest_source_decides_and_the_signal_overrules_it() {
        use Role::{Agent, Client, Unknown as Nobody};
        let left: &[_] = &[(0, Agent), (1, Client)];
        let right: &[_] = &[(0, Client), (1, Agent)];
        check((2, None, Some(AgentLeft), false), AgentLeft, LayoutSource::Config, left);
        check((2, Some(AgentRight), Some(AgentLeft), false), AgentRight, LayoutSource::Manifest, right);
        check((2, Some(Unknown), Some(AgentLeft), false), AgentLeft, LayoutSource::Config, left);
        check((2, None, None, false), Unknown, LayoutSource::Unknown, &[(0, Nobody), (1, Nobody)]);
        check((1, Some(AgentLeft), None, false), Mono, LayoutSource::Signal, &[(0, Nobody)]);
        check((2, Some(AgentLeft), None, true), DualMono, LayoutSource::Signal, &[(0, Nobody)]);
        check((2, None, Some(Mono), false), DualMono, LayoutSource::Config, &[(0, Nobody)]);
        check((3, None, Some(AgentLeft), false), AgentLeft, LayoutSource::Config, left);
        check((0, None, None, false), Mono, LayoutSource::Signal, &[(0, Nobody)]);
    }
}
