//! How numbers and times are written for people.

/// A length of many recordings together: `20 мин`, `3,5 ч`.
pub(crate) fn long_duration(duration_s: f64) -> String {
    if duration_s < 3600.0 {
        format!("{:.0}\u{a0}мин", (duration_s / 60.0).max(0.0))
    } else {
        format!("{}\u{a0}ч", decimal(duration_s / 3600.0))
    }
}

/// A number with at most one decimal and a decimal comma: `82,5`, `100`.
pub(crate) fn decimal(value: f64) -> String {
    let tenths = (value * 10.0).round();
    let value = if tenths.is_finite() { tenths / 10.0 + 0.0 } else { 0.0 };
    format!("{value}").replace('.', ",")
}

/// A share as a percentage: `0.125` → `12,5 %`.
pub(crate) fn percent(share: f64) -> String {
    format!("{}\u{a0}%", decimal(share * 100.0))
}

/// The form of a Russian noun that stands after a number: `plural(2, ["звонок", "звонка",
/// "звонков"])`.
pub(crate) fn plural(count: usize, forms: [&'static str; 3]) -> &'static str {
    let [one, few, many] = forms;
    match (count % 10, count % 100) {
        (_, 11..=14) => many,
        (1, _) => one,
        (2..=4, _) => few,
        _ => many,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_numbers_read_as_people_write_them() {
        for (duration_s, expected) in [(0.0, "0\u{a0}мин"), (1199.0, "20\u{a0}мин"), (12_600.0, "3,5\u{a0}ч")]
        {
            assert_eq!(long_duration(duration_s), expected);
        }
        for (value, expected) in [(82.5, "82,5"), (100.0, "100"), (66.666, "66,7"), (f64::NAN, "0")] {
            assert_eq!(decimal(value), expected);
        }
        assert_eq!(percent(0.125), "12,5\u{a0}%");
    }

    #[test]
    fn nouns_agree_with_their_number() {
        for (count, expected) in
            [(0, "звонков"), (1, "звонок"), (3, "звонка"), (11, "звонков"), (21, "звонок"), (112, "звонков")]
        {
            assert_eq!(plural(count, ["звонок", "звонка", "звонков"]), expected, "{count}");
        }
    }
}
