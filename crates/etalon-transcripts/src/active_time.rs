//! Time counted only while somebody speaks.

use etalon_call::Span;

/// The speech regions of one speaker as a time of their own: active seconds pass only inside
/// regions.
pub(crate) struct ActiveTime<'a> {
    regions: &'a [Span],
    /// Active seconds before each region, and after the last one.
    before_s: Vec<f64>,
}

impl<'a> ActiveTime<'a> {
    /// `regions` are sorted and disjoint.
    pub(crate) fn new(regions: &'a [Span]) -> Self {
        let mut before_s = Vec::with_capacity(regions.len() + 1);
        let mut total_s = 0.0;
        before_s.push(total_s);
        for region in regions {
            total_s += region.duration_s();
            before_s.push(total_s);
        }
        Self { regions, before_s }
    }

    /// The active seconds of the whole call.
    pub(crate) fn total_s(&self) -> f64 {
        self.before_s.last().copied().unwrap_or_default()
    }

    /// When the first region begins, seconds; none without regions.
    pub(crate) fn first_s(&self) -> Option<f64> {
        self.regions.first().map(|region| region.start_s)
    }

    /// The active seconds before a time of the call.
    pub(crate) fn until(&self, time_s: f64) -> f64 {
        let index = self.regions.partition_point(|region| region.end_s <= time_s);
        let inside_s = self.regions.get(index).map_or(0.0, |region| (time_s - region.start_s).max(0.0));
        self.before_s[index] + inside_s
    }

    /// The active seconds inside a span.
    pub(crate) fn inside(&self, span: Span) -> f64 {
        self.until(span.end_s) - self.until(span.start_s)
    }

    /// The stretch of the call from one active time to another, as far as it lies in the region
    /// that holds most of it.
    pub(crate) fn stretch(&self, from_s: f64, to_s: f64) -> Option<Span> {
        let middle_s = f64::midpoint(from_s, to_s);
        let after = self.before_s.partition_point(|before_s| *before_s <= middle_s);
        let index = after.checked_sub(1)?.min(self.regions.len().checked_sub(1)?);
        let (region, begins_s) = (self.regions[index], self.before_s[index]);
        let call_time =
            |active_s: f64| (region.start_s + active_s - begins_s).clamp(region.start_s, region.end_s);
        Some(Span { start_s: call_time(from_s), end_s: call_time(to_s) })
    }

    /// The region that shares most with a span, or else the nearest one that is at most
    /// `shift_max_s` away.
    pub(crate) fn region_for(&self, span: Span, shift_max_s: f64) -> Option<Span> {
        let first = self.regions.partition_point(|region| region.end_s < span.start_s - shift_max_s);
        self.regions[first..]
            .iter()
            .take_while(|region| region.start_s <= span.end_s + shift_max_s)
            .max_by(|left, right| closeness_s(&span, left).total_cmp(&closeness_s(&span, right)))
            .copied()
    }
}

/// Seconds that two spans share, or minus the seconds between them.
fn closeness_s(one: &Span, other: &Span) -> f64 {
    one.end_s.min(other.end_s) - one.start_s.max(other.start_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn active_time_passes_only_in_regions() {
        let regions = [Span::new(1.0, 2.0), Span::new(5.0, 8.0)];
        let time = ActiveTime::new(&regions);
        for (call_s, active_s) in [(0.0, 0.0), (1.5, 0.5), (2.0, 1.0), (4.0, 1.0), (6.0, 2.0), (9.0, 4.0)] {
            assert!((time.until(call_s) - active_s).abs() < 1e-9, "{call_s}");
        }
        assert!((time.inside(Span::new(1.5, 5.5)) - 1.0).abs() < 1e-9);
        assert_eq!(time.stretch(0.25, 0.75), Some(Span::new(1.25, 1.75)));
        // Half a second on either side of the pause: the later region holds the middle.
        assert_eq!(time.stretch(0.5, 1.5), Some(Span::new(5.0, 5.5)));
        assert_eq!(time.stretch(4.0, 4.0), Some(Span::new(8.0, 8.0)));
        assert_eq!(ActiveTime::new(&[]).stretch(0.0, 0.0), None);
    }

    #[test]
    fn a_word_goes_to_the_region_it_shares_most_with_or_to_a_near_one() {
        let regions = [Span::new(1.0, 2.0), Span::new(5.0, 8.0)];
        let time = ActiveTime::new(&regions);
        for (span, region) in [
            ([1.2, 1.4], Some(0)),
            ([1.9, 5.4], Some(1)),
            ([2.1, 2.4], Some(0)),
            ([4.6, 4.9], Some(1)),
            ([3.0, 3.4], None),
            ([9.0, 9.1], None),
        ] {
            let expected = region.map(|index: usize| regions[index]);
            assert_eq!(time.region_for(span.into(), 0.5), expected, "{span:?}");
        }
    }
}
