//! Ranges of a call that must not be heard.

use etalon_call::Span;
use std::ops::Range;

/// Ranges of samples, sorted and disjoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MutedSamples(Vec<Range<u64>>);

impl MutedSamples {
    /// The samples of spans at a rate, each of them whole: a sample that is muted in part is muted.
    pub(crate) fn of(spans: &[Span], rate_hz: u32) -> Self {
        let rate = f64::from(rate_hz);
        let range = |span: &Span| {
            // `as` saturates, so that no time can panic here.
            (span.start_s * rate).floor() as u64..(span.end_s * rate).ceil() as u64
        };
        let mut ranges: Vec<Range<u64>> = spans.iter().map(range).filter(|range| !range.is_empty()).collect();
        ranges.sort_unstable_by_key(|range| (range.start, range.end));
        Self(ranges)
    }

    /// Silences what of the samples lies in the ranges; the first sample is number `first` of the
    /// call.
    pub(crate) fn silence(&self, samples: &mut [f32], first: u64) {
        let end = first + samples.len() as u64;
        for range in self.0.iter().take_while(|range| range.start < end) {
            let (start, end) = (range.start.max(first), range.end.min(end));
            if start < end {
                samples[(start - first) as usize..(end - first) as usize].fill(0.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(spans: &[(f64, f64)], first: u64, expected: &str) {
        let spans: Vec<Span> = spans.iter().map(|&(start, end)| Span::new(start, end)).collect();
        let mut samples = vec![1.0; expected.len()];
        MutedSamples::of(&spans, 10).silence(&mut samples, first);
        let heard: String = samples.iter().map(|&sample| if sample == 0.0 { '.' } else { 'x' }).collect();
        assert_eq!(heard, expected, "{spans:?} from {first}");
    }

    #[test]
    fn what_lies_in_a_range_is_silent() {
        check(&[], 0, "xxxxx");
        check(&[(0.1, 0.3)], 0, "x..xx");
        check(&[(0.19, 0.21)], 0, "x..xx");
        check(&[(0.4, 9.0), (0.0, 0.2)], 0, "..xx.");
        check(&[(0.0, 0.9), (0.1, 0.2)], 0, ".........x");
        check(&[(1.0, 1.2)], 9, "x..xx");
        check(&[(0.0, 0.5)], 5, "xxx");
        check(&[(-1.0, 0.1), (0.4, 0.2)], 0, ".xxxx");
    }
}
