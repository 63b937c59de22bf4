//! The same thing measured several times.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A number that was measured in each repetition.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Measured {
    /// The median of all repetitions.
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
}

impl Measured {
    /// Of the values of all repetitions, in any order; none where there are none.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = values.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let middle = sorted.len() / 2;
        let median = if sorted.len().is_multiple_of(2) {
            f64::midpoint(sorted[middle - 1], sorted[middle])
        } else {
            sorted[middle]
        };
        Some(Self { median: rounded(median), min: rounded(min), max: rounded(max) })
    }

    /// The same, where only some of the repetitions could be measured.
    pub(crate) fn of_known(values: impl IntoIterator<Item = Option<f64>>) -> Option<Self> {
        Self::of(values.into_iter().flatten())
    }

    /// The largest distance of a repetition from the median, as a share of the median, 0 and up.
    pub fn noise(&self) -> f64 {
        if self.median == 0.0 {
            return 0.0;
        }
        ((self.max - self.median).max(self.median - self.min) / self.median).abs()
    }
}

/// Six significant digits: more are noise in every one of these numbers.
fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let scale = 10.0_f64.powi(5 - value.abs().log10().floor() as i32);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[f64], expected: Option<([f64; 3], f64)>) {
        let measured = Measured::of(values.iter().copied());
        let found =
            measured.map(|measured| ([measured.median, measured.min, measured.max], measured.noise()));
        assert_eq!(found, expected, "{values:?}");
    }

    #[test]
    fn the_middle_and_how_far_the_others_lie_from_it() {
        check(&[], None);
        check(&[4.0], Some(([4.0, 4.0, 4.0], 0.0)));
        check(&[5.0, 4.0, 3.0], Some(([4.0, 3.0, 5.0], 0.25)));
        check(&[4.0, 4.0, 8.0, 3.0], Some(([4.0, 3.0, 8.0], 1.0)));
        check(&[1.0, 2.0], Some(([1.5, 1.0, 2.0], 0.5 / 1.5)));
        check(&[0.0, 0.0], Some(([0.0, 0.0, 0.0], 0.0)));
        check(&[1.0 / 3.0], Some(([0.333_333, 0.333_333, 0.333_333], 0.0)));
        check(&[123_456_789.0], Some(([123_457_000.0, 123_457_000.0, 123_457_000.0], 0.0)));
    }

    #[test]
    fn what_could_not_be_measured_is_left_out() {
        assert_eq!(Measured::of_known([None, Some(2.0)]), Measured::of([2.0]));
        assert_eq!(Measured::of_known([None, None]), None);
    }
}
