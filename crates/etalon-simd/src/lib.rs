//! Which form of a kernel runs on this processor.
//!
//! A crate with kernels lists its forms in an enum and implements [`Form`]; which instructions a form needs differs from
//! crate to crate, how one is chosen does not: the widest that the processor can run, or the one that the environment
//! variable `ETALON_SIMD` (`scalar`, `avx2`, `avx512`, `neon`) names. A name that a crate has no form for, or that the
//! processor lacks, changes nothing there.

#![deny(unsafe_code)]

mod backend;
mod compiled;
pub mod convolution;
pub mod reductions;

pub use backend::{Backend, Registers};

use std::sync::OnceLock;

/// A form of a crate's kernels.
pub trait Form: Copy + 'static {
    /// All forms, the plainest first and the one to be preferred last. The first one runs on every processor.
    const ALL: &'static [Self];

    /// The name as `ETALON_SIMD` takes it.
    fn name(self) -> &'static str;

    /// Whether this processor can run it.
    fn is_available(self) -> bool;

    /// The forms that this processor can run, the plainest first.
    fn available() -> impl DoubleEndedIterator<Item = Self> {
        Self::ALL.iter().copied().filter(|form| form.is_available())
    }

    /// The form in use: the one that `ETALON_SIMD` names, or the widest.
    fn in_use() -> Self {
        chosen(forced())
    }
}

fn chosen<F: Form>(forced: Option<&str>) -> F {
    let named = F::available().find(|form| forced == Some(form.name()));
    named.or(F::available().next_back()).unwrap_or(F::ALL[0])
}

/// What `ETALON_SIMD` says; it is read once.
fn forced() -> Option<&'static str> {
    static FORCED: OnceLock<Option<String>> = OnceLock::new();
    FORCED.get_or_init(|| std::env::var("ETALON_SIMD").ok()).as_deref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq)]
    enum Pace {
        Walk,
        Ride,
        Fly,
    }

    impl Form for Pace {
        const ALL: &'static [Self] = &[Self::Walk, Self::Ride, Self::Fly];

        fn name(self) -> &'static str {
            match self {
                Self::Walk => "walk",
                Self::Ride => "ride",
                Self::Fly => "fly",
            }
        }

        fn is_available(self) -> bool {
            self != Self::Fly
        }
    }

    fn check(forced: Option<&str>, expected: Pace) {
        assert_eq!(chosen::<Pace>(forced), expected, "{forced:?}");
    }

    #[test]
    fn a_form_is_forced_by_name_where_the_processor_has_it() {
        check(None, Pace::Ride);
        check(Some("walk"), Pace::Walk);
        check(Some("ride"), Pace::Ride);
        check(Some("fly"), Pace::Ride);
        check(Some("swim"), Pace::Ride);
        check(Some(""), Pace::Ride);
    }

    #[test]
    fn what_is_available_stands_in_order() {
        assert_eq!(Pace::available().collect::<Vec<_>>(), [Pace::Walk, Pace::Ride]);
    }
}
