//! Working days, weekends and holidays.

use chrono::{Datelike, NaiveDate, Weekday};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Which days are days off beside Saturday and Sunday, and which Saturdays and Sundays are worked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Month and day of the holidays that every year has.
    yearly: BTreeSet<(u32, u32)>,
    days_off: BTreeSet<NaiveDate>,
    workdays: BTreeSet<NaiveDate>,
}

/// A date that is not written as one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no date; write 2026-01-09, or 01-07 for a day off of every year")]
pub struct CalendarError(String);

impl Calendar {
    /// Reads days off (`2026-01-09`, or `01-07` for every year) and weekends that are worked
    /// (`2025-11-01`).
    ///
    /// # Errors
    ///
    /// The first text that is no such date.
    pub fn read(days_off: &[String], workdays: &[String]) -> Result<Self, CalendarError> {
        let mut calendar = Self::default();
        for text in days_off {
            match (date(text), month_and_day(text)) {
                (Some(date), _) => _ = calendar.days_off.insert(date),
                (None, Some(day)) => _ = calendar.yearly.insert(day),
                (None, None) => return Err(CalendarError(text.clone())),
            }
        }
        for text in workdays {
            calendar.workdays.insert(date(text).ok_or_else(|| CalendarError(text.clone()))?);
        }
        Ok(calendar)
    }

    /// Whether nothing is known beside weekends.
    pub fn is_empty(&self) -> bool {
        self.yearly.is_empty() && self.days_off.is_empty() && self.workdays.is_empty()
    }

    /// Whether people work on that day. A moved working day overrules a holiday of every year.
    pub fn is_workday(&self, day: NaiveDate) -> bool {
        let is_weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        let is_day_off =
            is_weekend || self.days_off.contains(&day) || self.yearly.contains(&(day.month(), day.day()));
        self.workdays.contains(&day) || !is_day_off
    }

    /// Adds the days of another calendar; what the other says of a day holds.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.yearly.extend(&other.yearly);
        self.days_off.extend(&other.days_off);
        self.workdays.retain(|day| !other.days_off.contains(day));
        self.workdays.extend(&other.workdays);
    }

    /// Reads what [`notation`](Self::notation) writes.
    ///
    /// # Errors
    ///
    /// The first line that names no day.
    pub fn from_notation(text: &str) -> Result<Self, CalendarError> {
        let days = |kind: &str| -> Vec<String> {
            text.lines().filter_map(|line| line.strip_prefix(kind)).map(str::to_owned).collect()
        };
        Self::read(&days("off "), &days("work "))
    }

    /// The days in one fixed notation, one a line, for hashes and for keeping.
    pub fn notation(&self) -> String {
        let mut text = String::new();
        // Writing into a text cannot fail.
        self.yearly.iter().for_each(|(month, day)| _ = writeln!(text, "off {month:02}-{day:02}"));
        self.days_off.iter().for_each(|day| _ = writeln!(text, "off {day}"));
        self.workdays.iter().for_each(|day| _ = writeln!(text, "work {day}"));
        text
    }
}

fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

/// `01-07`; 29 February is a day, too.
fn month_and_day(text: &str) -> Option<(u32, u32)> {
    let (month, day) = text.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    NaiveDate::from_ymd_opt(2000, month, day).map(|_| (month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(days: &[&str]) -> Vec<String> {
        days.iter().map(|day| (*day).to_owned()).collect()
    }

    #[test]
    fn holidays_are_days_off_and_moved_days_are_worked() {
        let calendar =
            Calendar::read(&texts(&["01-07", "11-04", "2026-01-09"]), &texts(&["2025-11-01"])).unwrap();
        for (day, expected) in [
            ("2026-01-07", false),
            ("2031-01-07", false),
            ("2026-01-09", false),
            ("2025-11-01", true),
            ("2025-11-02", false),
            ("2026-11-04", false),
            ("2026-11-05", true),
            ("2026-11-07", false),
        ] {
            assert_eq!(calendar.is_workday(date(day).unwrap()), expected, "{day}");
        }
    }

    #[test]
    fn a_calendar_is_read_from_its_notation() {
        let calendar = Calendar::read(&texts(&["01-07", "2026-01-09"]), &texts(&["2025-11-01"])).unwrap();
        assert_eq!(Calendar::from_notation(&calendar.notation()), Ok(calendar));
        assert_eq!(Calendar::from_notation(""), Ok(Calendar::default()));
    }

    #[test]
    fn what_is_added_later_holds() {
        let mut calendar = Calendar::read(&[], &texts(&["2026-11-07"])).unwrap();
        calendar.extend(&Calendar::read(&texts(&["2026-11-07"]), &texts(&["2026-11-08"])).unwrap());
        assert!(!calendar.is_workday(date("2026-11-07").unwrap()));
        assert!(calendar.is_workday(date("2026-11-08").unwrap()));
    }

    #[test]
    fn a_text_that_is_no_date_is_named() {
        for text in ["7 ноября", "2026-02-30", "13-01", "02-30", ""] {
            let error = Calendar::read(&texts(&[text]), &[]).unwrap_err().to_string();
            assert!(error.contains(&format!("`{text}`")), "{error}");
        }
        assert!(Calendar::read(&[], &texts(&["11-01"])).is_err());
    }
}
