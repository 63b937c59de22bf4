//! How much money is named in some words.

use crate::lexicon::{
    AMOUNT_ALTERNATIVES, AMOUNT_BOUNDS, CURRENCIES, DAY_WORDS, INEXACT_AMOUNTS, MONTHS, NEGATIONS, NUMBERED,
};
use etalon_text::SpokenNumber;

/// Numbers from here on are those of contracts and accounts, not sums.
const SUM_LIMIT: f64 = 1e9;

/// Smallest number that is a sum without a currency behind it.
const SUM_WITHOUT_CURRENCY: f64 = 100.0;

/// Words in front of a number that may say what it counts.
const NUMBERED_REACH: usize = 2;

/// Words that may stand between two numbers of a range: «пять, а может быть, шесть».
const ALTERNATIVES_AT_MOST: usize = 3;

/// What some words say of an amount.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum NamedAmount {
    /// No amount is named.
    Nothing,
    /// An amount is named, but not how much it is: a range, a bound, a part.
    Inexact,
    /// So much.
    Exact(f64),
}

/// The first amount that is named in some words; `numbers` are the numbers among them.
pub(crate) fn named_amount(words: &[&str], numbers: &[SpokenNumber]) -> NamedAmount {
    let naming = Naming { words, numbers };
    let sum = naming.sums().next();
    let is_inexact = || words.iter().any(|word| INEXACT_AMOUNTS.contains(word));
    match sum {
        Some(sum) => sum,
        None if is_inexact() => NamedAmount::Inexact,
        None => NamedAmount::Nothing,
    }
}

struct Naming<'a> {
    words: &'a [&'a str],
    numbers: &'a [SpokenNumber],
}

impl Naming<'_> {
    fn word(&self, position: usize) -> &str {
        self.words.get(position).copied().unwrap_or_default()
    }

    /// What each number that can be a sum says.
    fn sums(&self) -> impl Iterator<Item = NamedAmount> {
        (0..self.numbers.len()).filter_map(|index| {
            let pair = self.numbers.get(index..index + 2);
            if let Some([first, second]) = pair
                && !self.is_denied(first)
            {
                if let Some(sum) = thousands_and_hundreds(first, second) {
                    return Some(NamedAmount::Exact(sum));
                }
                let one_is_sum = self.is_sum(first) || self.is_sum(second);
                if one_is_sum && self.is_range(first, second) {
                    return Some(NamedAmount::Inexact);
                }
            }
            let number = &self.numbers[index];
            let is_said = self.is_sum(number) && !self.is_denied(number) && !self.is_of_something(number);
            is_said.then(|| if self.is_bound(number) { NamedAmount::Inexact } else { exact(number.value) })
        })
    }

    /// A number before a currency, or one that is large enough.
    fn is_sum(&self, number: &SpokenNumber) -> bool {
        let behind = self.word(number.words.end);
        let is_date = MONTHS.contains(behind) || DAY_WORDS.contains(behind);
        let is_large =
            !number.is_ordinal && (SUM_WITHOUT_CURRENCY..SUM_LIMIT).contains(&number.value) && !is_date;
        is_large || CURRENCIES.contains(behind)
    }

    /// «Не двадцать тысяч, а пять».
    fn is_denied(&self, number: &SpokenNumber) -> bool {
        self.before(number, 1).any(|word| NEGATIONS.contains(word))
    }

    /// «По договору сто двадцать».
    fn is_of_something(&self, number: &SpokenNumber) -> bool {
        let is_named_so = self.before(number, NUMBERED_REACH).any(|word| NUMBERED.contains(word));
        is_named_so && !CURRENCIES.contains(self.word(number.words.end))
    }

    /// «До пяти тысяч», «половину от двадцати тысяч».
    fn is_bound(&self, number: &SpokenNumber) -> bool {
        self.before(number, 1).any(|word| AMOUNT_BOUNDS.contains(word))
    }

    fn before(&self, number: &SpokenNumber, reach: usize) -> impl Iterator<Item = &str> {
        let first = number.words.start.saturating_sub(reach);
        self.words[first..number.words.start].iter().copied()
    }

    /// Whether two numbers are the ends of a range: «пять-шесть тысяч», «сто, сто пятьдесят»,
    /// «пять тысяч или шесть».
    fn is_range(&self, first: &SpokenNumber, second: &SpokenNumber) -> bool {
        let between = first.words.end..second.words.start;
        let are_neighbours = between.len() <= ALTERNATIVES_AT_MOST
            && between.into_iter().all(|position| AMOUNT_ALTERNATIVES.contains(self.word(position)));
        let are_cardinals = !first.is_ordinal && !second.is_ordinal;
        are_neighbours && are_cardinals && are_close(first.value, second.value)
    }
}

fn exact(value: f64) -> NamedAmount {
    NamedAmount::Exact(value)
}

/// Whether two numbers, one of them perhaps without its «тысяч» or «миллионов», differ by no more
/// than the smaller one.
fn are_close(first: f64, second: f64) -> bool {
    [1.0, 1e3, 1e6].into_iter().flat_map(|scale| [(first * scale, second), (first, second * scale)]).any(
        |(first, second)| {
            let (low, high) = (first.min(second), first.max(second));
            low > 0.0 && low < high && high <= 2.0 * low
        },
    )
}

/// A sum said without its «тысяч»: «шесть восемьсот» for 6,800; in digits «1 500,50».
fn thousands_and_hundreds(thousands: &SpokenNumber, hundreds: &SpokenNumber) -> Option<f64> {
    let is_pair =
        thousands.words.end == hundreds.words.start && !thousands.is_ordinal && !hundreds.is_ordinal;
    let is_short = (1.0..100.0).contains(&thousands.value) && (100.0..1000.0).contains(&hundreds.value);
    let is_round = hundreds.value % 50.0 == 0.0 || hundreds.value.fract() != 0.0;
    (is_pair && is_short && is_round && thousands.value.fract() == 0.0)
        .then_some(thousands.value * 1000.0 + hundreds.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use etalon_text::{normalize_word, numbers_in};

    fn check(said: &str, expected: NamedAmount) {
        let words: Vec<String> = said.split_whitespace().map(normalize_word).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        assert_eq!(named_amount(&words, &numbers_in(&words)), expected, "{said}");
    }

    #[test]
    fn amounts_are_what_people_mean() {
        use NamedAmount::Exact;
        for (said, sum) in [
            ("внесу семь с половиной тысяч", 7500.0),
            ("полторы тысячи завтра", 1500.0),
            ("полтысячи могу сегодня", 500.0),
            ("пол миллиона отдам", 500_000.0),
            ("тысяч восемь положу", 8000.0),
            ("рублей триста", 300.0),
            ("переведу 2.300 рублей", 2300.0),
            ("переведу 2 300,50", 2300.5),
            ("12.500,00 рублей переведу", 12500.0),
            ("переведу 1'200 рублей", 1200.0),
            ("три восемьсот", 3800.0),
            ("не тридцать тысяч, а четыре тысячи", 4000.0),
            ("по договору 48120 внесу две тысячи", 2000.0),
            ("девяносто рублей", 90.0),
            ("часть внесу, три тысячи", 3000.0),
        ] {
            check(said, Exact(sum));
        }
    }

    #[test]
    fn ranges_bounds_and_parts_are_no_sum() {
        for said in [
            "семь-восемь тысяч",
            "тысяч семь-восемь",
            "10-15 тысяч",
            "10–15 тысяч",
            "двести двести пятьдесят рублей",
            "триста-четыреста",
            "четыре или пять тысяч",
            "четыре тысячи, может, пять",
            "от трёх до пяти тысяч",
            "до трёх тысяч",
            "половину отдам",
            "треть от девяти тысяч",
            "немного внесу",
            "пару косарей",
        ] {
            check(said, NamedAmount::Inexact);
        }
    }

    #[test]
    fn days_hours_and_counts_are_no_amount() {
        for said in ["заплачу завтра", "пятнадцатого числа", "25 ноября", "в два часа", "по договору 48120"]
        {
            check(said, NamedAmount::Nothing);
        }
    }
}
