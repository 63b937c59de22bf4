//! One number, assembled from its spoken parts.

use crate::digit_groups::{is_telephone_number, spoken_parts};
use crate::vocabulary::Meaning;
use crate::written::LONGEST_NUMBER;

/// How a part of a number is written. A number in digits is complete, so two adjacent ones are two
/// numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writing {
    Words,
    Digits,
}

/// Limit of the numbers that are computed, exclusive.
const NUMBER_LIMIT: u64 = 10_u64.pow(LONGEST_NUMBER as u32);

/// Limit of the number after a leading multiplier, thousandths.
const LEADING_FACTOR_LIMIT: u64 = 1_000_000;

/// A number in progress.
#[derive(Debug, Clone)]
pub(crate) struct Number {
    /// The part up to the last multiplier («двенадцать тысяч»).
    closed: u64,
    /// The part after the last multiplier, thousandths.
    open: Option<u64>,
    last_writing: Writing,
    /// Whether the last word was a hundred or a multiplier.
    after_multiplier: bool,
    /// A multiplier that precedes its count («тысяч пять»).
    leading_factor: Option<u64>,
    /// Limit of the following parts: the last multiplier.
    limit: u64,
    is_ordinal: bool,
    /// An ordinal or a zero ends a number.
    ended: bool,
}

impl Number {
    pub(crate) fn starting_with(meaning: Meaning, writing: Writing) -> Self {
        let mut number = Self {
            closed: 0,
            open: None,
            last_writing: writing,
            after_multiplier: false,
            leading_factor: None,
            limit: NUMBER_LIMIT,
            is_ordinal: false,
            ended: false,
        };
        if let Meaning::CountedMultiplier { factor } = meaning {
            number.leading_factor = Some(factor);
        } else {
            number.accept(meaning, writing);
        }
        number
    }

    /// Adds the next part if it continues the number; returns whether it did.
    pub(crate) fn accept(&mut self, meaning: Meaning, writing: Writing) -> bool {
        let accepted = !self.ended
            && match meaning {
                Meaning::Part { thousandths, ordinal } => self.add(thousandths, ordinal, writing),
                Meaning::Hundred => self.count_hundreds(),
                Meaning::Multiplier { factor, ordinal } => self.multiply(factor, ordinal),
                Meaning::CountedMultiplier { factor } => self.multiply(factor, false),
            };
        if accepted {
            self.last_writing = writing;
            self.after_multiplier = !matches!(meaning, Meaning::Part { .. });
        }
        accepted
    }

    /// Adds «с половиной»; returns whether the number was whole.
    pub(crate) fn add_half(&mut self) -> bool {
        let open = self.open.unwrap_or(0);
        if !is_whole(open) {
            return false;
        }
        self.open = Some(open + 500);
        self.is_ordinal = false;
        self.ended = false;
        true
    }

    /// Whether "and" may continue the number ("one hundred and five").
    pub(crate) fn is_after_multiplier(&self) -> bool {
        self.after_multiplier && !self.ended
    }

    /// Whether its last part is an ordinal.
    pub(crate) fn is_ordinal(&self) -> bool {
        self.is_ordinal
    }

    /// The number in thousandths.
    pub(crate) fn thousandths(&self) -> u64 {
        match self.leading_factor {
            Some(factor) => self.open.unwrap_or(1000) * factor,
            None => self.closed * 1000 + self.open.unwrap_or(0),
        }
    }

    /// The words of the number: one, except for a telephone number.
    pub(crate) fn in_digits(&self) -> Vec<String> {
        let (whole, fraction) = (self.thousandths() / 1000, self.thousandths() % 1000);
        if fraction == 0 {
            return spoken_parts(&whole.to_string());
        }
        vec![format!("{whole},{}", format!("{fraction:03}").trim_end_matches('0'))]
    }

    /// Whether it is a telephone number of eleven digits.
    pub(crate) fn is_telephone_number(&self) -> bool {
        is_whole(self.thousandths()) && is_telephone_number(&(self.thousandths() / 1000).to_string())
    }

    fn add(&mut self, thousandths: u64, ordinal: bool, writing: Writing) -> bool {
        let can_be_counted = !ordinal && (1..LEADING_FACTOR_LIMIT).contains(&thousandths);
        if self.leading_factor.is_some() && !can_be_counted {
            return false;
        }
        let open = match self.open {
            None if thousandths == 0 && self.closed > 0 => return false,
            None if thousandths / 1000 < self.limit => thousandths,
            Some(open) if self.fits_behind(open, thousandths, writing) => open + thousandths,
            _ => return false,
        };
        self.open = Some(open);
        self.is_ordinal = ordinal;
        self.ended = ordinal || thousandths == 0;
        true
    }

    /// Units fit after tens and hundreds, tens after hundreds, hundreds after thousands; nothing
    /// fits after a number of its own kind, a teen or a fraction.
    fn fits_behind(&self, open: u64, thousandths: u64, writing: Writing) -> bool {
        let both_in_digits = self.last_writing == Writing::Digits && writing == Writing::Digits;
        if both_in_digits || thousandths == 0 || !is_whole(open) || !is_whole(thousandths) {
            return false;
        }
        let open = open / 1000;
        match thousandths / 1000 {
            1..=9 => open.is_multiple_of(10) && open % 100 != 10,
            10..=99 => open.is_multiple_of(100),
            100..=999 => open.is_multiple_of(1000),
            _ => false,
        }
    }

    fn count_hundreds(&mut self) -> bool {
        let hundreds = match self.open {
            None => 100,
            Some(open) if is_whole(open) && (1_000..100_000).contains(&open) => open / 1000 * 100,
            Some(_) => return false,
        };
        if hundreds >= self.limit {
            return false;
        }
        self.open = Some(hundreds * 1000);
        true
    }

    fn multiply(&mut self, factor: u64, ordinal: bool) -> bool {
        if self.leading_factor.is_some() {
            return false;
        }
        let multiplied = self.open.unwrap_or(1000).checked_mul(factor).map(|thousandths| thousandths / 1000);
        let closed = multiplied.and_then(|multiplied| self.closed.checked_add(multiplied));
        let Some(closed) = closed.filter(|&closed| closed < NUMBER_LIMIT && factor < self.limit) else {
            return false;
        };
        self.closed = closed;
        self.open = None;
        self.limit = factor;
        self.is_ordinal = ordinal;
        self.ended = ordinal;
        true
    }
}

fn is_whole(thousandths: u64) -> bool {
    thousandths.is_multiple_of(1000)
}
