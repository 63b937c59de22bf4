//! What other programs write as JSON and is none.

use std::borrow::Cow;

/// Names that Python writes for numbers that JSON does not have.
const NOT_NUMBERS: [&str; 3] = ["NaN", "-Infinity", "Infinity"];

/// The text with `null` for every `NaN` and `Infinity` outside of strings.
pub(super) fn without_nan(text: &str) -> Cow<'_, str> {
    if !text.contains("NaN") && !text.contains("Infinity") {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    let mut is_inside_string = false;
    while let Some(at) = rest.find(['"', '\\', 'N', 'I', '-']) {
        let (before, behind) = rest.split_at(at);
        clean.push_str(before);
        let not_number = NOT_NUMBERS.iter().find(|name| !is_inside_string && behind.starts_with(**name));
        let taken = match (not_number, behind.as_bytes()[0]) {
            (Some(name), _) => {
                clean.push_str("null");
                name.len()
            }
            // An escaped character does not end a string.
            (None, b'\\') => {
                let escaped = behind.chars().nth(1).map_or(1, |next| 1 + next.len_utf8());
                clean.push_str(&behind[..escaped]);
                escaped
            }
            (None, first) => {
                is_inside_string ^= first == b'"';
                clean.push(char::from(first));
                1
            }
        };
        rest = &behind[taken..];
    }
    clean.push_str(rest);
    Cow::Owned(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_becomes_null_outside_of_strings() {
        for (text, expected) in [
            (r#"{"a": NaN, "b": [-Infinity, Infinity]}"#, r#"{"a": null, "b": [null, null]}"#),
            (r#"{"NaN": "NaN -Infinity \" NaN", "b": -1}"#, r#"{"NaN": "NaN -Infinity \" NaN", "b": -1}"#),
            (r#"["\\", NaN, "Infinity"]"#, r#"["\\", null, "Infinity"]"#),
            (r#"["Nikolay", -5]"#, r#"["Nikolay", -5]"#),
            ("\"\\", "\"\\"),
        ] {
            assert_eq!(without_nan(text), expected, "{text}");
        }
    }
}
