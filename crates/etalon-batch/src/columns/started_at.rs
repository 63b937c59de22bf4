//! The start of a call as telephone systems and spreadsheets write it.

use chrono::{
    DateTime, Datelike as _, Days, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta, TimeZone as _, Utc,
};
use chrono_tz::Tz;
use regex_lite::Regex;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

/// The clock of the telephone system, for times that are written without an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Always the same offset.
    Offset(FixedOffset),
    /// A zone of the IANA database, with its summer times.
    Zone(Tz),
}

/// What is neither an offset nor a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a clock is an offset such as \"+05:00\" or a zone such as \"Asia/Almaty\"")]
pub struct ClockError;

impl FromStr for Clock {
    type Err = ClockError;

    fn from_str(text: &str) -> Result<Self, ClockError> {
        let text = text.trim();
        offset(text).map(Self::Offset).or_else(|| text.parse().ok().map(Self::Zone)).ok_or(ClockError)
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offset(offset) => offset.fmt(formatter),
            Self::Zone(zone) => formatter.write_str(zone.name()),
        }
    }
}

impl Serialize for Clock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Clock {
    /// The clock with an offset of so many seconds.
    pub(crate) fn east(offset_s: i32) -> Option<Self> {
        FixedOffset::east_opt(offset_s).map(Self::Offset)
    }

    /// The moment at which this clock shows a time; the earlier one where it shows it twice, none
    /// where it skips it.
    fn moment(self, local: NaiveDateTime) -> Option<DateTime<FixedOffset>> {
        match self {
            Self::Offset(offset) => offset.from_local_datetime(&local).earliest(),
            Self::Zone(zone) => {
                zone.from_local_datetime(&local).earliest().map(|moment| moment.fixed_offset())
            }
        }
    }

    fn shown(self, moment: DateTime<Utc>) -> DateTime<FixedOffset> {
        match self {
            Self::Offset(offset) => moment.with_timezone(&offset),
            Self::Zone(zone) => moment.with_timezone(&zone).fixed_offset(),
        }
    }
}

/// When a call began, as far as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// With its offset.
    Moment(DateTime<FixedOffset>),
    /// As a number since 1970, which every clock shows in its own way.
    Counted(DateTime<Utc>),
    /// On a clock that is not named.
    Local(NaiveDateTime),
}

impl Written {
    /// The offset, where it is written, seconds east of UTC.
    pub(crate) fn offset_s(self) -> Option<i32> {
        match self {
            Self::Moment(moment) => Some(moment.offset().local_minus_utc()),
            Self::Counted(_) | Self::Local(_) => None,
        }
    }

    /// Whether nothing says which moment it is.
    pub(crate) fn is_local(self) -> bool {
        matches!(self, Self::Local(_))
    }

    /// The moment, where it is written or the clock is known.
    pub(crate) fn on(self, clock: Option<Clock>) -> Option<DateTime<FixedOffset>> {
        match self {
            Self::Moment(moment) => Some(moment),
            Self::Counted(moment) => {
                Some(clock.map_or_else(|| moment.fixed_offset(), |clock| clock.shown(moment)))
            }
            Self::Local(local) => clock?.moment(local),
        }
    }
}

/// The years in which a call can have been recorded.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2099;

/// Forms of a date with a time. Dates with slashes are left out: nobody can tell day from month.
const FORMS: [&str; 19] = [
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y.%m.%d %H:%M:%S%.f",
    "%Y.%m.%d %H:%M",
    "%Y/%m/%d %H:%M:%S%.f",
    "%Y/%m/%d %H:%M",
    "%d.%m.%Y %H:%M:%S%.f",
    "%d.%m.%Y %H:%M",
    "%d-%m-%Y %H:%M:%S%.f",
    "%d-%m-%Y %H:%M",
    "%d.%m.%y %H:%M:%S%.f",
    "%d.%m.%y %H:%M",
    "%Y%m%d-%H%M%S",
    "%Y%m%d %H%M%S",
    "%Y%m%d%H%M%S",
    "%Y%m%d-%H%M",
    "%Y-%m-%d-%H-%M-%S",
    "%Y-%m-%d %H-%M-%S",
    "%Y-%m-%d %H.%M.%S",
];

/// A time, and the offset behind it.
static WITH_OFFSET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(.*(?::\d\d|\d{6})(?:[.,]\d+)?)\s*((?:UTC|GMT)?[+-]\d{1,2}(?::?\d\d)?|Z|UTC|GMT)$").ok()
});

/// Reads the start of a call.
pub(crate) fn read(text: &str) -> Option<Written> {
    let text = text.trim();
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(Written::Moment(moment));
    }
    if let Some(written) = number(text) {
        return Some(written);
    }
    if let Some(local) = local(text) {
        return Some(Written::Local(local));
    }
    let parts = WITH_OFFSET.as_ref()?.captures(text)?;
    let (local, offset) = (local(parts.get(1)?.as_str())?, offset(parts.get(2)?.as_str())?);
    Some(Written::Moment(offset.from_local_datetime(&local).earliest()?))
}

fn local(text: &str) -> Option<NaiveDateTime> {
    let text = text.replace(['T', 't', '_'], " ").replace(',', ".");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    FORMS
        .iter()
        .filter_map(|form| NaiveDateTime::parse_from_str(&text, form).ok())
        .find(|local| YEARS.contains(&local.year()))
}

/// Seconds or milliseconds since 1970, or the days since 1899 of a spreadsheet.
fn number(text: &str) -> Option<Written> {
    let text = text.replace(',', ".");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let count: i64 = whole.parse().ok()?;
    let moment = match whole.len() {
        10 => DateTime::from_timestamp(count, 0)?,
        13 if fraction.is_empty() => DateTime::from_timestamp_millis(count)?,
        5 if !fraction.is_empty() => return Some(Written::Local(spreadsheet_days(count, fraction)?)),
        _ => return None,
    };
    YEARS.contains(&moment.year()).then_some(Written::Counted(moment))
}

fn spreadsheet_days(days: i64, fraction: &str) -> Option<NaiveDateTime> {
    let midnight = NaiveDate::from_ymd_opt(1899, 12, 30)?
        .checked_add_days(Days::new(u64::try_from(days).ok()?))?
        .and_hms_opt(0, 0, 0)?;
    let share: f64 = format!("0.{fraction}").parse().ok()?;
    let local = midnight + TimeDelta::seconds((share * 86_400.0).round() as i64);
    YEARS.contains(&local.year()).then_some(local)
}

/// `+05:00`, `+0500`, `+5`, `5`, `5,5`, `UTC+5`, `Z`.
pub(crate) fn offset(text: &str) -> Option<FixedOffset> {
    let text = text.trim();
    if matches!(text, "Z" | "z" | "UTC" | "GMT") {
        return FixedOffset::east_opt(0);
    }
    let text = text.strip_prefix("UTC").or_else(|| text.strip_prefix("GMT")).unwrap_or(text).trim();
    if text.len() > 3
        && let Ok(offset) = text.parse()
    {
        return Some(offset);
    }
    let hours: f64 = text.replace(',', ".").parse().ok()?;
    let is_offset = (-12.0..=14.0).contains(&hours) && (hours * 4.0).fract() == 0.0;
    is_offset.then(|| FixedOffset::east_opt((hours * 3600.0) as i32)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, clock: Option<&str>, expected: Option<&str>) {
        let clock = clock.map(|clock| clock.parse().unwrap());
        let moment = read(text).and_then(|written| written.on(clock));
        assert_eq!(moment.map(|moment| moment.to_rfc3339()).as_deref(), expected, "{text}");
    }

    #[test]
    fn times_of_telephone_systems_and_spreadsheets_are_read() {
        let expected = Some("2026-11-20T09:15:00+05:00");
        for text in [
            "2026-11-20T09:15:00+05:00",
            "2026-11-20T09:15:00+0500",
            "2026-11-20 09:15:00 +05",
            "20.11.2026 09:15 UTC+5",
        ] {
            check(text, None, expected);
        }
        for text in [
            "2026-11-20 09:15:00",
            "2026-11-20 09:15",
            "2026-11-20T09:15:00,000",
            "20.11.2026 9:15",
            "20.11.2026  09:15:00",
            "20.11.26 09:15",
            "20-11-2026 09:15",
            "2026/11/20 09:15",
            "20261120-091500",
            "20261120_091500",
            "20261120T091500",
            "20261120091500",
            "2026-11-20-09-15-00",
            "46346,385416667",
            "46346.3854166667",
        ] {
            check(text, Some("+05:00"), expected);
            check(text, Some("Asia/Almaty"), expected);
            check(text, None, None);
        }
        check("1795147200", None, Some("2026-11-20T04:00:00+00:00"));
        check("1795147200.125", Some("Asia/Almaty"), Some("2026-11-20T09:00:00+05:00"));
    }

    #[test]
    fn what_is_no_time_is_not_guessed() {
        for text in
            ["вчера", "20.11.2026", "11/20/2026 09:15", "09:15", "2026-13-40 09:15", "79001234567", ""]
        {
            check(text, Some("+05:00"), None);
        }
        for text in ["", "five", "+25:00", "Asia/Nowhere", "0.1"] {
            assert_eq!(text.parse::<Clock>(), Err(ClockError), "{text}");
        }
    }
}
