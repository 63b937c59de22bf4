//! What is heard on a channel that is no voice, and is known by what it is.

use crate::decisions::{add_passages, passage_spans};
use crate::frame_evidence::DisturbedFrames;
use etalon_call::Span;
use std::ops::Range;

/// What is heard on a channel that is no voice, and is known by what it is. None of it is speech.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Disturbances {
    /// Keys of a telephone that are pressed (DTMF), in order. Which ones they are is not kept.
    pub keys: Vec<Span>,
    /// A fax or a modem, in order.
    pub data: Vec<Span>,
    /// Clicks, and keys of a keyboard, in order; none on a channel that has few.
    pub clicks: Vec<Span>,
    /// Comfort noise that comes and goes, in order.
    pub comfort_noise: Vec<Span>,
    /// How the other side is heard, if its echo comes back.
    pub echo: Option<EchoPath>,
}

/// The way of an echo from another channel.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct EchoPath {
    /// How much later it comes, seconds.
    pub delay_s: f64,
    /// How much weaker it is, dB.
    pub loss_db: f32,
}

/// Shorter passages are what the border between two parts leaves of one, seconds.
const SHORTEST_S: f64 = 0.02;

/// The disturbances of a channel while its parts are decided.
#[derive(Debug, Default)]
pub(crate) struct DisturbedParts {
    keys: Vec<Range<usize>>,
    data: Vec<Range<usize>>,
    clicks: Vec<Range<usize>>,
    comfort_noise: Vec<Range<usize>>,
}

impl DisturbedParts {
    /// Adds those of a part of some frames, the first of which has the number `first`.
    pub(crate) fn add(&mut self, found: &DisturbedFrames, part: &Range<usize>, first: usize) {
        add_passages(&mut self.keys, &found.keys, part, first);
        add_passages(&mut self.data, &found.data, part, first);
        add_passages(&mut self.clicks, &found.clicks, part, first);
        add_passages(&mut self.comfort_noise, &found.comfort_noise, part, first);
    }

    pub(crate) fn finish(self, echo: Option<EchoPath>, duration_s: f64) -> Disturbances {
        let spans = |passages| passage_spans(passages, duration_s, SHORTEST_S);
        Disturbances {
            keys: spans(self.keys),
            data: spans(self.data),
            clicks: spans(self.clicks),
            comfort_noise: spans(self.comfort_noise),
            echo,
        }
    }
}
