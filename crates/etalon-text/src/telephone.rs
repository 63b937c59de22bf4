//! Telephone numbers in one form, as people and telephone systems write them.

use std::ops::RangeInclusive;

/// The digits of a number in E.164, the country's code among them.
const LENGTHS: RangeInclusive<usize> = 11..=15;

/// The digits of a number without the country's code, in the countries of the code 7 (Russia,
/// Kazakhstan).
pub const NATIONAL_DIGITS: usize = 10;

/// Characters with which telephone numbers are written beside digits.
pub const SIGNS: &str = " \u{a0}()-.–/";

/// The number in E.164 with its plus; none where the text is no telephone number.
///
/// `country_code` is the code of the country in which a number without one is dialled, digits only.
pub fn e164(text: &str, country_code: &str) -> Option<String> {
    let number: String = text.chars().filter(|character| !SIGNS.contains(*character)).collect();
    let (digits, is_international) = match number.strip_prefix('+') {
        Some(digits) => (digits, true),
        None => (number.as_str(), false),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if is_international {
        return LENGTHS.contains(&digits.len()).then(|| format!("+{digits}"));
    }
    let international = digits.strip_prefix("810").or_else(|| digits.strip_prefix("00"));
    if let Some(digits) = international.filter(|digits| LENGTHS.contains(&digits.len())) {
        return Some(format!("+{digits}"));
    }
    let is_punctuated = number != text;
    let national = match (country_code, digits.len()) {
        ("7", 11) => digits.strip_prefix(['7', '8'])?,
        ("7", NATIONAL_DIGITS) if is_punctuated || digits.starts_with(['9', '7']) => digits,
        ("7", _) => return None,
        // Elsewhere a zero is dialled before the number of the area.
        _ => digits.strip_prefix(country_code).or_else(|| digits.strip_prefix('0'))?,
    };
    let whole = format!("{country_code}{national}");
    LENGTHS.contains(&whole.len()).then(|| format!("+{whole}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_telephone_number_has_one_form() {
        for (text, code, expected) in [
            ("+79001234567", "7", Some("+79001234567")),
            ("79001234567", "7", Some("+79001234567")),
            ("89001234567", "7", Some("+79001234567")),
            ("9001234567", "7", Some("+79001234567")),
            ("8 (900) 123-45-67", "7", Some("+79001234567")),
            ("+7 900 123 45 67", "7", Some("+79001234567")),
            ("495-123-45-67", "7", Some("+74951234567")),
            ("810 998 90 1234567", "7", Some("+998901234567")),
            ("+998 90 123-45-67", "7", Some("+998901234567")),
            ("0171 1234567", "49", Some("+491711234567")),
            ("1234567890", "7", None),
            ("19001234567", "7", None),
            ("k-104", "7", None),
            ("+12", "7", None),
            ("+", "7", None),
            ("", "7", None),
        ] {
            assert_eq!(e164(text, code).as_deref(), expected, "{text}");
        }
    }
}
