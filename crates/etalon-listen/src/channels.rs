//! Which channels of a recording are heard, and on which ear.

use etalon_audio::Samples;
use etalon_call::Layout;

/// The channels that are encoded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Heard {
    /// One channel for both ears.
    One(usize),
    /// The agent, or the first channel, on the left, and the other one on the right.
    Two([usize; 2]),
    /// The sum of all channels, so many times as loud, for both ears.
    Sum(f32),
}

impl Heard {
    /// What is heard of so many channels of a layout.
    pub(crate) fn of(layout: Layout, channels: usize) -> Self {
        match (channels, layout) {
            (0 | 1, _) | (2, Layout::DualMono) => Self::One(0),
            // One of the two carries nothing.
            (2, Layout::Mono) => Self::Sum(1.0),
            (2, Layout::AgentRight) => Self::Two([1, 0]),
            (2, Layout::AgentLeft | Layout::Unknown) => Self::Two([0, 1]),
            // Nobody knows here which of them are whose. Two people seldom speak at once, and one
            // of the channels may be the sum of others.
            _ => Self::Sum(0.5),
        }
    }

    /// Number of encoded channels.
    pub(crate) fn count(self) -> usize {
        match self {
            Self::One(_) | Self::Sum(_) => 1,
            Self::Two(_) => 2,
        }
    }

    /// The encoded channels of a block.
    pub(crate) fn of_block(self, block: &[Samples]) -> Vec<Vec<f32>> {
        let channel = |channel: usize| block.get(channel).map(Samples::to_f32).unwrap_or_default();
        match self {
            Self::One(only) => vec![channel(only)],
            Self::Two(two) => two.map(channel).to_vec(),
            Self::Sum(gain) => vec![sum(block, gain)],
        }
    }
}

fn sum(block: &[Samples], gain: f32) -> Vec<f32> {
    let mut sum = vec![0.0; block.first().map_or(0, Samples::len)];
    for samples in block {
        for (sum, sample) in sum.iter_mut().zip(samples.to_f32()) {
            *sum += gain * sample;
        }
    }
    sum.iter().map(|sample: &f32| sample.clamp(-1.0, 1.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_agent_is_on_the_left() {
        let block: Vec<Samples> = [0.1, 0.2, 0.4, 0.8].map(|level| Samples::F32(vec![level])).to_vec();
        for (layout, channels, expected) in [
            (Layout::AgentLeft, 2, vec![0.1, 0.2]),
            (Layout::AgentRight, 2, vec![0.2, 0.1]),
            (Layout::Unknown, 2, vec![0.1, 0.2]),
            (Layout::Mono, 2, vec![0.3]),
            (Layout::DualMono, 2, vec![0.1]),
            (Layout::Mono, 1, vec![0.1]),
            (Layout::AgentLeft, 3, vec![0.35]),
            (Layout::Unknown, 4, vec![0.75]),
        ] {
            let heard = Heard::of(layout, channels);
            let levels: Vec<f32> =
                heard.of_block(&block[..channels]).iter().map(|samples| samples[0]).collect();
            assert_eq!(levels.len(), heard.count());
            let is_expected =
                levels.iter().zip(&expected).all(|(level, expected)| (level - expected).abs() < 1e-6);
            assert!(is_expected && levels.len() == expected.len(), "{layout:?} {channels}: {levels:?}");
        }
    }
}
