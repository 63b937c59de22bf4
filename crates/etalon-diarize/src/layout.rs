//! Which side is on which channel.
//!
//! A rule that judges the agent must know which voice is the agent's. What a person said about the
//! recording (in the manifest, on the command line, in the configuration) is taken as it is, unless
//! the signal contradicts it: the same signal on both channels holds both sides, whatever the
//! configuration says. Where nothing is known the role is [`Role::Unknown`], and what needs roles
//! becomes `unmeasurable` instead of being guessed.

use etalon_call::{Layout, LayoutSource, Role};

/// What is known about a recording before anybody has listened to it.
#[derive(Debug, Clone, Copy, Default)]
pub struct LayoutEvidence {
    /// Number of channels in the recording.
    pub channels: usize,
    /// What a person said about it, and where: in the manifest, on the command line, in the
    /// configuration.
    pub declared: Option<(Layout, LayoutSource)>,
    /// Whether the signal is the same on both channels.
    pub dual_mono: bool,
    /// The one of two channels that carries nothing, by number from 0.
    pub dead_channel: Option<usize>,
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
/// One channel, and two channels with one signal, hold both sides: only the first channel is
/// analysed, and its speaker is unknown. So it is where one of two channels carries nothing: the
/// other may hold one side or both, and whoever judged the silent side would judge a fault of the
/// line. Two sides are on the first two channels; what a third or later channel carries is not
/// known and it is left out.
pub fn assign_roles(evidence: &LayoutEvidence) -> RoleAssignment {
    let on_channel =
        |channel, layout, source| RoleAssignment { layout, source, channels: vec![(channel, Role::Unknown)] };
    let both_on_one = |layout, source| on_channel(0, layout, source);
    if evidence.channels <= 1 {
        return both_on_one(Layout::Mono, LayoutSource::Signal);
    }
    if let Some(dead) = evidence.dead_channel {
        return on_channel(usize::from(dead == 0), Layout::Mono, LayoutSource::Signal);
    }
    if evidence.dual_mono {
        return both_on_one(Layout::DualMono, LayoutSource::Signal);
    }
    let (layout, source) = evidence.declared.unwrap_or((Layout::Unknown, LayoutSource::Unknown));
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

    #[derive(Clone, Copy, PartialEq)]
    enum Signal {
        Own,
        Same,
        Dead(usize),
    }

    fn check(
        (channels, declared, signal): (usize, Option<(Layout, LayoutSource)>, Signal),
        layout: Layout,
        source: LayoutSource,
        roles: &[(usize, Role)],
    ) {
        let evidence = LayoutEvidence {
            channels,
            declared,
            dual_mono: signal == Signal::Same,
            dead_channel: if let Signal::Dead(channel) = signal { Some(channel) } else { None },
        };
        let expected = RoleAssignment { layout, source, channels: roles.to_vec() };
        assert_eq!(assign_roles(&evidence), expected, "{evidence:?}");
    }

    #[test]
    fn what_was_told_decides_and_the_signal_overrules_it() {
        use LayoutSource::{Config, Manifest};
        use Role::{Agent, Client, Unknown as Nobody};
        let left: &[_] = &[(0, Agent), (1, Client)];
        let right: &[_] = &[(0, Client), (1, Agent)];
        check((2, Some((AgentLeft, Config)), Signal::Own), AgentLeft, Config, left);
        check((2, Some((AgentRight, Manifest)), Signal::Own), AgentRight, Manifest, right);
        check(
            (2, Some((Unknown, Manifest)), Signal::Own),
            Unknown,
            LayoutSource::Unknown,
            &[(0, Nobody), (1, Nobody)],
        );
        check((2, None, Signal::Own), Unknown, LayoutSource::Unknown, &[(0, Nobody), (1, Nobody)]);
        check((1, Some((AgentLeft, Config)), Signal::Own), Mono, LayoutSource::Signal, &[(0, Nobody)]);
        check((2, Some((AgentLeft, Config)), Signal::Same), DualMono, LayoutSource::Signal, &[(0, Nobody)]);
        check((2, Some((Mono, Config)), Signal::Own), DualMono, Config, &[(0, Nobody)]);
        let declared = Some((AgentLeft, Config));
        check((2, declared, Signal::Dead(1)), Mono, LayoutSource::Signal, &[(0, Nobody)]);
        check((2, declared, Signal::Dead(0)), Mono, LayoutSource::Signal, &[(1, Nobody)]);
        check((3, Some((AgentLeft, Config)), Signal::Own), AgentLeft, Config, left);
        check((0, None, Signal::Own), Mono, LayoutSource::Signal, &[(0, Nobody)]);
    }
}
