//! How numbers, times and lengths are written for people.

use crate::interface::{Interface, InterfaceLanguage};
use chrono::{DateTime, FixedOffset};
use etalon_call::Span;

impl Interface {
    /// A number with at most one decimal: `82,5` (Russian, Kazakh), `82.5` (English), `100`.
    pub(crate) fn decimal(&self, value: f64) -> String {
        let tenths = (value * 10.0).round();
        let value = if tenths.is_finite() { tenths / 10.0 + 0.0 } else { 0.0 };
        let written = format!("{value}");
        match self.language() {
            InterfaceLanguage::English => written,
            InterfaceLanguage::Russian | InterfaceLanguage::Kazakh => written.replace('.', ","),
        }
    }

    /// A number with exactly one decimal, for means in a column: `62,0`.
    pub(crate) fn one_decimal(&self, value: f64) -> String {
        let written = format!("{value:.1}");
        match self.language() {
            InterfaceLanguage::English => written,
            InterfaceLanguage::Russian | InterfaceLanguage::Kazakh => written.replace('.', ","),
        }
    }

    /// A whole number with its thousands apart: `10 000`.
    pub(crate) fn whole(&self, value: usize) -> String {
        let digits = value.to_string();
        let mut written = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) && digits.len() > 4 {
                written.push(if self.language() == InterfaceLanguage::English { ',' } else { '\u{a0}' });
            }
            written.push(digit);
        }
        written
    }

    /// A difference with its sign: `+3,2`, `−0,5`, `0`.
    pub(crate) fn signed(&self, value: f64) -> String {
        match self.decimal(value.abs()).as_str() {
            "0" => "0".to_owned(),
            size if value < 0.0 => format!("−{size}"),
            size => format!("+{size}"),
        }
    }

    /// A share from 0 to 1 as a percentage: `12,5 %`.
    pub(crate) fn percent(&self, share: f64) -> String {
        match self.language() {
            InterfaceLanguage::English => format!("{}%", self.decimal(share * 100.0)),
            _ => format!("{}\u{a0}%", self.decimal(share * 100.0)),
        }
    }

    /// A length in seconds with its unit: `0,8 с`.
    pub(crate) fn seconds(&self, seconds: f64) -> String {
        format!("{}\u{a0}{}", self.decimal(seconds), self.text("unit-seconds"))
    }

    /// The length of many recordings together: `20 мин`, `3,5 ч`.
    pub(crate) fn long_duration(&self, duration_s: f64) -> String {
        if duration_s < 3600.0 {
            format!("{:.0}\u{a0}{}", (duration_s / 60.0).max(0.0), self.text("unit-minutes"))
        } else {
            format!("{}\u{a0}{}", self.decimal(duration_s / 3600.0), self.text("unit-hours"))
        }
    }

    /// A day and a time on the agent's clock.
    pub(crate) fn moment(&self, moment: DateTime<FixedOffset>) -> String {
        match self.language() {
            InterfaceLanguage::English => moment.format("%Y-%m-%d %H:%M").to_string(),
            _ => moment.format("%d.%m.%Y %H:%M").to_string(),
        }
    }
}

/// A stretch of time as a player shows it: `0:42–0:47`.
pub(crate) fn clock_range(span: Span) -> String {
    let (start, end) = (etalon_call::clock(span.start_s), etalon_call::clock(span.end_s));
    if start == end { start } else { format!("{start}–{end}") }
}

/// A time for scripts: seconds with at most two decimals, never negative.
pub(crate) fn script_seconds(time_s: f64) -> String {
    let hundredths = (time_s.max(0.0) * 100.0).round();
    format!("{}", if hundredths.is_finite() { hundredths / 100.0 } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        let russian = Interface::of(InterfaceLanguage::Russian);
        for (value, expected) in
            [(82.5, "82,5"), (100.0, "100"), (66.666, "66,7"), (f64::NAN, "0"), (-0.01, "0")]
        {
            assert_eq!(russian.decimal(value), expected);
        }
        assert_eq!(russian.percent(0.125), "12,5\u{a0}%");
        assert_eq!(Interface::of(InterfaceLanguage::English).percent(0.125), "12.5%");
        for (duration_s, expected) in [(0.0, "0\u{a0}мин"), (1199.0, "20\u{a0}мин"), (12_600.0, "3,5\u{a0}ч")]
        {
            assert_eq!(russian.long_duration(duration_s), expected);
        }
    }
}
