//! The check digits of numbers.

/// Whether the digits of a card's number have the sum of Luhn's formula (ISO/IEC 7812-1).
pub(crate) fn is_luhn(digits: &str) -> bool {
    let double = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let weighted = |(place, digit): (usize, u32)| if place.is_multiple_of(2) { digit } else { double(digit) };
    let Some(digits) = digits_of(digits) else { return false };
    let sum: u32 = digits.into_iter().rev().enumerate().map(weighted).sum();
    sum > 0 && sum.is_multiple_of(10)
}

/// Whether eleven digits are a СНИЛС: the last two are the sum of the others, each times its place
/// from the end, modulo 101.
pub(crate) fn is_snils(digits: &str) -> bool {
    let Some(digits) = digits_of(digits).filter(|digits| digits.len() == 11) else { return false };
    let (number, check) = digits.split_at(9);
    let sum: u32 = number.iter().zip((1..=9).rev()).map(|(digit, place)| digit * place).sum();
    sum > 0 && sum % 101 % 100 == 10 * check[0] + check[1]
}

/// Whether twelve digits are an ИИН: a date of birth, a century with a sex, a number and a check
/// digit, which is the weighted sum of the others modulo 11.
pub(crate) fn is_iin(digits: &str) -> bool {
    let Some(digits) = digits_of(digits).filter(|digits| digits.len() == 12) else { return false };
    let (month, day) = (10 * digits[2] + digits[3], 10 * digits[4] + digits[5]);
    let sum = |first: u32| -> u32 {
        let weights = (0..11).map(|place| (place + first) % 11 + 1);
        digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum::<u32>() % 11
    };
    let check = match sum(0) {
        10 => sum(2),
        check => check,
    };
    (1..=12).contains(&month) && (1..=31).contains(&day) && digits[6] <= 6 && check == digits[11]
}

fn digits_of(text: &str) -> Option<Vec<u32>> {
    text.chars().map(|character| character.to_digit(10)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_right_or_wrong() {
        for (check, name) in [(is_luhn as fn(&str) -> bool, "luhn"), (is_snils, "snils"), (is_iin, "iin")] {
            assert!(!check("") && !check("12a") && !check("000000000000"), "{name}");
        }
        // The example of ISO/IEC 7812-1, test numbers of payment systems.
        for (digits, expected) in [
            ("79927398713", true),
            ("79927398710", false),
            ("4111111111111111", true),
            ("5555555555554444", true),
            ("378282246310005", true),
            ("4111111111111112", false),
            ("0000000000000000", false),
        ] {
            assert_eq!(is_luhn(digits), expected, "{digits}");
        }
        // The example of the Pension Fund, and numbers whose sum is 100 or 101 modulo 101.
        for (digits, expected) in
            [("11223344595", true), ("11223344596", false), ("08765430300", true), ("0876543030", false)]
        {
            assert_eq!(is_snils(digits), expected, "{digits}");
        }
        // The check digit, by the second weights in the third number; then month, day and century.
        for (digits, expected) in [
            ("871231301225", true),
            ("871231301220", false),
            ("850512300003", true),
            ("850512300123", false),
            ("851312300124", false),
            ("850532300128", false),
            ("990140000385", false),
            ("850512700005", false),
        ] {
            assert_eq!(is_iin(digits), expected, "{digits}");
        }
    }
}
