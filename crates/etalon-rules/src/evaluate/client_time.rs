//! When a call began on the client's own clock.

use crate::evaluate::wording;
use chrono::{DateTime, FixedOffset, TimeZone};
use chrono_tz::Tz;
use etalon_call::CallFacts;

/// The tags that may hold the client's offset or zone, the first one first.
const ZONE_TAGS: [&str; 2] = ["client_utc_offset", "client_time_zone"];

/// Why the client's time is not known, in plain Russian, as the cause of an `unmeasurable` verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClientTimeUnknown {
    /// The call has no start.
    #[error("{}", wording::START_UNKNOWN)]
    Start,
    /// The call has neither tag.
    #[error("{}", wording::ZONE_UNKNOWN)]
    Zone,
    /// A tag holds something that is neither an offset nor a zone.
    #[error("{}", wording::ZONE_NOTATION)]
    Notation,
}

/// The start of a call on the client's clock.
///
/// The tag `client_utc_offset` holds an offset (`+05:00`, `+5`, `UTC+5`), the tag
/// `client_time_zone` a name of the IANA database (`Asia/Almaty`); either notation is understood in
/// both.
///
/// # Errors
///
/// What is not known.
pub fn client_time(call: &CallFacts) -> Result<DateTime<FixedOffset>, ClientTimeUnknown> {
    let started_at = call.started_at.ok_or(ClientTimeUnknown::Start)?;
    let zone = ZONE_TAGS.iter().find_map(|tag| call.tags.get(*tag)).map(|zone| zone.trim());
    let zone = zone.filter(|zone| !zone.is_empty()).ok_or(ClientTimeUnknown::Zone)?;
    on_clock(started_at, zone).ok_or(ClientTimeUnknown::Notation)
}

fn on_clock(moment: DateTime<FixedOffset>, zone: &str) -> Option<DateTime<FixedOffset>> {
    if let Some(offset) = offset(zone) {
        return Some(moment.with_timezone(&offset));
    }
    let zone: Tz = zone.parse().ok()?;
    Some(zone.from_utc_datetime(&moment.naive_utc()).fixed_offset())
}

/// `+05:00`, `+0500`, `+5`, `UTC+5`.
fn offset(notation: &str) -> Option<FixedOffset> {
    let signed = notation.strip_prefix("UTC").unwrap_or(notation);
    let is_hours = signed.len() <= 3 && signed.starts_with(['+', '-']);
    if is_hours {
        let hours: i32 = signed.parse().ok()?;
        return FixedOffset::east_opt(hours * 3600);
    }
    signed.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tag: &str, zone: &str, expected: Result<&str, ClientTimeUnknown>) {
        let call = CallFacts {
            started_at: DateTime::parse_from_rfc3339("2026-11-20T21:30:00+05:00").ok(),
            tags: [(tag.to_owned(), zone.to_owned())].into(),
            ..CallFacts::default()
        };
        let found = client_time(&call).map(|time| time.to_rfc3339());
        assert_eq!(found, expected.map(str::to_owned), "{tag} = {zone}");
    }

    #[test]
    fn offsets_and_zone_names_are_understood() {
        check("client_utc_offset", "+07:00", Ok("2026-11-20T23:30:00+07:00"));
        check("client_utc_offset", " +0300 ", Ok("2026-11-20T19:30:00+03:00"));
        check("client_utc_offset", "+3", Ok("2026-11-20T19:30:00+03:00"));
        check("client_utc_offset", "UTC+12", Ok("2026-11-21T04:30:00+12:00"));
        check("client_utc_offset", "Europe/Moscow", Ok("2026-11-20T19:30:00+03:00"));
        check("client_time_zone", "Asia/Almaty", Ok("2026-11-20T21:30:00+05:00"));
        check("client_time_zone", "Asia/Vladivostok", Ok("2026-11-21T02:30:00+10:00"));
    }

    #[test]
    fn what_is_not_a_zone_is_not_guessed() {
        for zone in ["Москва", "5", "+25", "+99:99", "--3", "МСК+2"] {
            check("client_utc_offset", zone, Err(ClientTimeUnknown::Notation));
        }
        check("client_utc_offset", " ", Err(ClientTimeUnknown::Zone));
        check("zone", "+03:00", Err(ClientTimeUnknown::Zone));
        assert_eq!(client_time(&CallFacts::default()), Err(ClientTimeUnknown::Start));
    }
}
