//! The time now. `Utc::now` panics on a machine whose clock stands before 1970.

use chrono::{DateTime, Utc};
use std::time::SystemTime;

pub(crate) fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}

/// The day of today in UTC, `YYYY-MM-DD`.
pub(crate) fn today() -> String {
    now().format("%Y-%m-%d").to_string()
}
