//! How long calls are kept.

use chrono::{DateTime, Days, Utc};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// How old a call may become: `90d`, `12w`, `3y`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Age {
    days: u32,
}

/// The error for a text that is no age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("should be a number with d, w or y: 90d, 12w, 3y")]
pub struct AgeError;

impl FromStr for Age {
    type Err = AgeError;

    fn from_str(text: &str) -> Result<Self, AgeError> {
        let unit = text.chars().last().ok_or(AgeError)?;
        let number: u32 = text[..text.len() - unit.len_utf8()].parse().map_err(|_| AgeError)?;
        let unit_days = match unit {
            'd' => 1,
            'w' => 7,
            'y' => 365,
            _ => return Err(AgeError),
        };
        let days =
            number.checked_mul(unit_days).filter(|days| (1..=36_500).contains(days)).ok_or(AgeError)?;
        Ok(Self { days })
    }
}

impl Age {
    /// The moment before which a call is older at another moment.
    pub fn before(self, now: DateTime<Utc>) -> DateTime<Utc> {
        // A hundred years reach no end of the calendar.
        now.checked_sub_days(Days::new(u64::from(self.days))).unwrap_or(DateTime::<Utc>::MIN_UTC)
    }
}

impl TryFrom<String> for Age {
    type Error = AgeError;

    fn try_from(text: String) -> Result<Self, AgeError> {
        text.parse()
    }
}

impl From<Age> for String {
    fn from(age: Age) -> Self {
        format!("{}d", age.days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_days_weeks_or_years() {
        for (text, expected) in [
            ("90d", Some(90)),
            ("2w", Some(14)),
            ("1y", Some(365)),
            ("0d", None),
            ("90", None),
            ("d", None),
            ("-1d", None),
            ("101y", None),
            ("9д", None),
            ("", None),
        ] {
            assert_eq!(text.parse::<Age>().ok().map(|age| age.days), expected, "{text}");
        }
        let now = "2026-11-28T12:00:00Z".parse().unwrap();
        assert_eq!("90d".parse::<Age>().unwrap().before(now).to_rfc3339(), "2026-08-30T12:00:00+00:00");
    }

    #[test]
    fn an_age_is_written_as_it_can_be_read() {
        let age: Age = "12w".parse().unwrap();
        assert_eq!(String::from(age), "84d");
        assert_eq!(Age::try_from(String::from(age)), Ok(age));
    }
}
