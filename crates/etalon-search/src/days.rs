//! Days of calls, by the clock of the agent.

use chrono::{Datelike as _, Days as DayCount, Months, NaiveDate};
use std::str::FromStr;

/// A period of days, the first and the last one included; without one of them it has no such end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Days {
    /// The first day.
    pub first: Option<NaiveDate>,
    /// The last day.
    pub last: Option<NaiveDate>,
}

/// Where a text names no day, month or year that there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no day; write 2026-11-03 or 03.11.2026, a month (2026-11), or a year (2026)")]
pub struct NotADay;

impl Days {
    /// The days from the beginning of this period on.
    #[must_use]
    pub fn and_later(self) -> Self {
        Self { last: None, ..self }
    }

    /// The days up to the end of this period.
    #[must_use]
    pub fn and_earlier(self) -> Self {
        Self { first: None, ..self }
    }

    /// The days of both periods.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        Self {
            // No first day is earlier than every day.
            first: self.first.max(other.first),
            last: match (self.last, other.last) {
                (Some(last), Some(other)) => Some(last.min(other)),
                (last, other) => last.or(other),
            },
        }
    }

    /// Whether no day belongs to it.
    pub fn is_empty(self) -> bool {
        matches!((self.first, self.last), (Some(first), Some(last)) if first > last)
    }

    /// The texts between which RFC 3339 moments of these days lie: the first one included, the last
    /// one not. A moment begins with its day by the clock that it was told in.
    pub(crate) fn bounds(self) -> [Option<String>; 2] {
        let behind = self.last.and_then(|last| last.checked_add_days(DayCount::new(1)));
        [self.first, behind].map(|day| day.map(|day| day.format("%Y-%m-%d").to_string()))
    }
}

/// Reads a day, a month or a year: `2026-11-03`, `03.11.2026`, `2026-11`, `11.2026`, `2026`.
impl FromStr for Days {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let mut numbers: Vec<&str> = text.split(['-', '.']).collect();
        if text.contains('.') {
            numbers.reverse();
        }
        let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !numbers.iter().all(is_number) || numbers.first().is_none_or(|year| year.len() != 4) {
            return Err(NotADay);
        }
        let number =
            |place: usize| numbers.get(place).map_or(Ok(1), |part| part.parse().map_err(|_| NotADay));
        let year = i32::try_from(number(0)?).map_err(|_| NotADay)?;
        let first = NaiveDate::from_ymd_opt(year, number(1)?, number(2)?).ok_or(NotADay)?;
        let next = match numbers.len() {
            1 => first.with_year(year + 1),
            2 => first.checked_add_months(Months::new(1)),
            3 => first.checked_add_days(DayCount::new(1)),
            _ => None,
        };
        let last = next.and_then(|next| next.pred_opt()).ok_or(NotADay)?;
        Ok(Self { first: Some(first), last: Some(last) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<[&str; 2]>) {
        let days = text.parse::<Days>().ok().map(|days| [days.first, days.last].map(|day| day.unwrap()));
        let expected = expected.map(|ends| ends.map(|end| end.parse().unwrap()));
        assert_eq!(days, expected, "{text}");
    }

    #[test]
    fn days_months_and_years_are_periods() {
        check("2026-11-03", Some(["2026-11-03", "2026-11-03"]));
        check("03.11.2026", Some(["2026-11-03", "2026-11-03"]));
        check("3.2.2026", Some(["2026-02-03", "2026-02-03"]));
        check("2028-02", Some(["2028-02-01", "2028-02-29"]));
        check("12.2026", Some(["2026-12-01", "2026-12-31"]));
        check("2026", Some(["2026-01-01", "2026-12-31"]));
        for text in
            ["", "26", "2026-13", "2026-02-30", "30.02.2026", "03.11.26", "2026-", "2026-1-1-1", "вчера"]
        {
            check(text, None);
        }
    }

    #[test]
    fn periods_meet_where_both_have_days() {
        let days = |text: &str| text.parse::<Days>().unwrap();
        let from_november = days("2026-11").and_later();
        assert_eq!(from_november.within(days("2026-12-05").and_earlier()).first, days("2026-11").first);
        assert_eq!(Days::default().within(days("2026-11")), days("2026-11"));
        assert_eq!(days("2026").within(days("2026-11")), days("2026-11"));
        assert!(from_november.within(days("2026-10").and_earlier()).is_empty());
        assert!(!from_november.within(days("2026-11-01").and_earlier()).is_empty());
        assert!(!Days::default().is_empty());
    }

    #[test]
    fn bounds_are_those_of_the_texts_of_moments() {
        let days: Days = "2026-11-30".parse().unwrap();
        let [first, behind] = days.bounds().map(|bound| bound.unwrap());
        for (moment, is_inside) in [
            ("2026-11-29T23:59:59+05:00", false),
            ("2026-11-30T00:00:00+05:00", true),
            ("2026-11-30T23:59:59.5-08:00", true),
            ("2026-12-01T00:00:00+05:00", false),
        ] {
            assert_eq!(*first <= *moment && *moment < *behind, is_inside, "{moment}");
        }
    }
}
