//! Values that a spreadsheet would take for formulas.

use std::borrow::Cow;

/// Spreadsheets calculate what begins so, and a formula can send the table elsewhere (OWASP, «CSV
/// Injection»).
const BEGINNINGS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// The apostrophe that makes a spreadsheet take a value as text.
const TEXT_MARK: char = '\'';

/// A value that no spreadsheet takes for a formula: an apostrophe stands before what looks like one.
pub fn defused(value: &str) -> Cow<'_, str> {
    if is_marked_when_written(value) {
        Cow::Owned(format!("{TEXT_MARK}{value}"))
    } else {
        Cow::Borrowed(value)
    }
}

/// The value that was [`defused`]; another one as it is.
pub fn restored(value: &str) -> &str {
    value.strip_prefix(TEXT_MARK).filter(|rest| is_marked_when_written(rest)).unwrap_or(value)
}

/// Apostrophes before such a beginning are marked too, so that one can be taken away again.
fn is_marked_when_written(value: &str) -> bool {
    value.trim_start_matches(TEXT_MARK).trim_start().starts_with(BEGINNINGS)
        || value.trim_start_matches(TEXT_MARK).starts_with(BEGINNINGS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_restored() {
        for (value, written) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+7 701", "'+7 701"),
            ("- нет паузы", "'- нет паузы"),
            ("@x", "'@x"),
            (" =1", "' =1"),
            ("'=1", "''=1"),
            ("'слово'", "'слово'"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(defused(value), written);
            assert_eq!(restored(written), value);
        }
    }
}
