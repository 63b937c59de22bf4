//! Telephone numbers in one form, and numbers that a spreadsheet has spoilt.

use etalon_text::telephone::e164;

/// A reference of a client: a telephone number in E.164, anything else as it is.
///
/// `country_code` is the code of the country in which a number without one is dialled.
pub(crate) fn normalized(reference: &str, country_code: &str) -> String {
    let reference = without_empty_decimals(reference);
    e164(reference, country_code).unwrap_or_else(|| reference.to_owned())
}

/// Whether a spreadsheet has cut a number down to the digits that fit its column: `7.90012E+10`.
pub(crate) fn is_shortened(value: &str) -> bool {
    let Some((mantissa, exponent)) = value.split_once(['e', 'E']) else { return false };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = mantissa.split(['.', ',']).collect();
    let has_decimals = parts.len() == 2;
    let has_sign = exponent.starts_with(['+', '-']);
    parts.len() <= 2
        && parts.iter().all(|part| is_digits(part))
        && is_digits(exponent.trim_start_matches(['+', '-']))
        && (has_decimals || has_sign)
}

/// A whole number without the decimals that a spreadsheet or a script has put behind it.
pub(crate) fn without_empty_decimals(value: &str) -> &str {
    match value.split_once(['.', ',']) {
        Some((whole, decimals))
            if !whole.is_empty()
                && whole.bytes().all(|byte| byte.is_ascii_digit())
                && !decimals.is_empty()
                && decimals.bytes().all(|byte| byte == b'0') =>
        {
            whole
        }
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_telephone_number_has_one_form() {
        for text in [
            "+79001234567",
            "79001234567",
            "89001234567",
            "9001234567",
            "8 (900) 123-45-67",
            "+7 900 123 45 67",
            "79001234567.0",
            "79001234567,00",
        ] {
            assert_eq!(normalized(text, "7"), "+79001234567", "{text}");
        }
        for (text, code, expected) in [
            ("8 701 123 45 67", "7", "+77011234567"),
            ("810 998 90 1234567", "7", "+998901234567"),
            ("+998 90 123-45-67", "7", "+998901234567"),
            ("0171 1234567", "49", "+491711234567"),
        ] {
            assert_eq!(normalized(text, code), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_telephone_number_stays_as_it_is() {
        for text in ["k-104", "12345", "1234567890", "2026-11-20", "D/77-15", "19001234567", "+12", ""] {
            assert_eq!(normalized(text, "7"), text);
        }
    }

    #[test]
    fn a_shortened_number_is_known() {
        for (value, expected) in [
            ("7.90012E+10", true),
            ("7,9E+10", true),
            ("7.9e10", true),
            ("7E+10", true),
            ("12E5", false),
            ("E+10", false),
            ("k-1e+5", false),
            ("79001234567", false),
        ] {
            assert_eq!(is_shortened(value), expected, "{value}");
        }
    }
}
