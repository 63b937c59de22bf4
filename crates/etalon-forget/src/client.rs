//! How a client is known: by a reference, or by a telephone number in whatever spelling.
//!
//! Whoever is taken for the client is deleted for good, so that numbers are compared as a whole, with
//! the code of their country, and never by their last digits.

use etalon_text::telephone::{NATIONAL_DIGITS, SIGNS, e164};

/// The shortest reference that is looked for in names, bytes: a shorter one stands in other words.
pub(crate) const REFERENCE_MIN: usize = 5;

/// A client of whom somebody wants nothing left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Client {
    reference: String,
    /// The digits of the telephone number in E.164, where the reference is one.
    number: Option<String>,
}

/// How surely a path names a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Naming {
    /// It does not.
    None,
    /// Its digits or letters are somewhere in it, and may be part of something else.
    Possible,
    /// The name of the file holds the number or the reference by itself.
    Sure,
}

impl Client {
    pub(crate) fn new(reference: &str) -> Self {
        let reference = reference.trim().to_owned();
        Self { number: number_of(&reference), reference }
    }

    /// Whether a reference is this client's: the same text, or the same telephone number.
    pub(crate) fn is(&self, reference: &str) -> bool {
        let reference = reference.trim();
        if reference == self.reference {
            return !reference.is_empty();
        }
        match (&self.number, number_of(reference)) {
            (Some(wanted), Some(number)) => *wanted == number,
            // The same digits, of which only one text says by a plus that they are a number.
            (Some(wanted), None) => wanted == reference,
            (None, Some(number)) => number == self.reference,
            (None, None) => false,
        }
    }

    /// Whether a reference is the telephone number of somebody else.
    pub(crate) fn is_other_number(&self, reference: &str) -> bool {
        number_of(reference).is_some() && !self.is(reference)
    }

    /// How surely the path of a recording names the client.
    pub(crate) fn naming_in(&self, source: &str) -> Naming {
        let name = source.rsplit(['/', '\\']).next().unwrap_or_default();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        if self.stands_in(stem) {
            return Naming::Sure;
        }
        let is_somewhere = match &self.number {
            Some(number) => source.split(['/', '\\']).any(|part| digits(part).contains(national(number))),
            None => self.reference.len() >= REFERENCE_MIN && source.contains(&self.reference),
        };
        if is_somewhere { Naming::Possible } else { Naming::None }
    }

    /// Whether the name of a file, without its ending, holds the number or the reference by itself.
    fn stands_in(&self, stem: &str) -> bool {
        match &self.number {
            Some(number) => {
                let is_it = |part: &str| part == number || number_of(part).as_ref() == Some(number);
                let runs = stem.split(|letter: char| !letter.is_ascii_digit());
                let is_written = |letter: char| letter.is_ascii_digit() || SIGNS.contains(letter);
                let written = stem.split(|letter: char| !is_written(letter));
                runs.chain(written.map(|part| part.trim_matches(|letter: char| SIGNS.contains(letter))))
                    .any(is_it)
            }
            None => self.reference.len() >= REFERENCE_MIN && stands_alone(stem, &self.reference),
        }
    }

    /// The spellings by which the client is searched for in files.
    pub(crate) fn spellings(&self) -> Vec<String> {
        let Some(number) = &self.number else { return vec![self.reference.clone()] };
        let mut spellings = vec![self.reference.clone(), number.clone()];
        if let Some(national) = number.strip_prefix('7').filter(|rest| rest.len() == NATIONAL_DIGITS) {
            spellings.push(format!("8{national}"));
            spellings.extend(spellings_of_national(national));
        }
        spellings.sort();
        spellings.dedup();
        spellings
    }
}

/// A number of ten digits, whatever stands before it.
fn spellings_of_national(digits: &str) -> Vec<String> {
    let (area, local) = digits.split_at(3);
    let (first, rest) = local.split_at(3);
    let (second, third) = rest.split_at(2);
    vec![
        digits.to_owned(),
        format!("{area} {local}"),
        format!("{area}) {local}"),
        format!("{area}){local}"),
        format!("{area}-{local}"),
        format!("{area} {first}-{second}-{third}"),
        format!("{area} {first} {second} {third}"),
        format!("{area}-{first}-{second}-{third}"),
        format!("{area}) {first}-{second}-{third}"),
        format!("{area}){first}-{second}-{third}"),
        format!("{area}) {first} {second} {third}"),
        format!("{area} {first} {second}{third}"),
        format!("{area}-{first}-{second}{third}"),
    ]
}

/// The digits of a telephone number in E.164; none where the text is no such number. A number without
/// the code of its country is one of the code 7, as it is for manifests by default.
fn number_of(text: &str) -> Option<String> {
    let number = e164(text, "7")?;
    let written = digits(text);
    // Ten digits in groups may be a date with an hour, too: a manifest's column tells, a name does not.
    let is_telephone =
        written.len() != NATIONAL_DIGITS || written.starts_with(['7', '9']) || text.contains('(');
    is_telephone.then(|| digits(&number))
}

/// What of a number is always written: all of it but the country code 7.
fn national(number: &str) -> &str {
    number.strip_prefix('7').filter(|rest| rest.len() == NATIONAL_DIGITS).unwrap_or(number)
}

/// Whether a text holds a reference as a whole: `k-104` is neither in `k-1047` nor in `k-104-2`.
fn stands_alone(text: &str, reference: &str) -> bool {
    text.match_indices(reference).any(|(start, found)| {
        let (before, after) = (text[..start].chars().next_back(), text[start + found.len()..].chars().next());
        [before, after].into_iter().flatten().all(|letter| letter == '_' || letter.is_whitespace())
    })
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_telephone_number_is_one_client() {
        for (wanted, reference, expected) in [
            ("k-104", "k-104", true),
            ("k-104", "k-10", false),
            ("+79005554433", "89005554433", true),
            ("+79005554433", "8 (900) 555-44-33", true),
            ("79005554433", "9005554433", true),
            ("+79005554433", "+79005554434", false),
            ("(495) 123-45-67", "+74951234567", true),
            ("495-123-45-67", "+74951234567", false),
            ("+375291234567", "375291234567", true),
            ("375291234567", "+375 29 123-45-67", true),
            ("810 375 29 1234567", "+375291234567", true),
            ("123", "0123", false),
            ("", "", false),
        ] {
            assert_eq!(Client::new(wanted).is(reference), expected, "{wanted} {reference}");
            assert_eq!(Client::new(reference).is(wanted), expected, "{reference} {wanted}");
        }
    }

    #[test]
    fn the_same_last_digits_are_another_client() {
        for (wanted, other) in [
            ("10000000123", "20000000123"),
            ("+375291234567", "+75291234567"),
            ("375291234567", "75291234567"),
            ("900101300123", "800101300123"),
            ("1-0000000123", "2-0000000123"),
            ("1-0000000123", "10000000123"),
            ("+19005554433", "+79005554433"),
        ] {
            assert!(!Client::new(wanted).is(other), "{wanted} {other}");
            assert!(!Client::new(other).is(wanted), "{other} {wanted}");
        }
    }

    #[test]
    fn a_name_holds_a_number_as_a_whole_or_may_hold_it() {
        for (reference, source, expected) in [
            ("+79005554433", "in/79005554433_1.wav", Naming::Sure),
            ("+79005554433", "in/out-89005554433-20261120.wav", Naming::Sure),
            ("+79005554433", "9005554433.wav", Naming::Sure),
            ("+79005554433", "8 (900) 555-44-33 запись.wav", Naming::Sure),
            ("+79005554433", "2026-11-20_+7-900-555-44-33_a.wav", Naming::Sure),
            ("+79005554433", "7900555443320261120.wav", Naming::Possible),
            ("+79005554433", "79005554433/1.wav", Naming::Possible),
            ("+79005554433", "790055/54433.wav", Naming::None),
            ("+79005554433", "79005554434.wav", Naming::None),
            ("+375291234567", "375291234567_1.wav", Naming::Sure),
            ("+375291234567", "75291234567_1.wav", Naming::None),
            ("k-2611200", "2026-11-20/09-15-00_a.wav", Naming::None),
            ("k-2611200", "2611200.wav", Naming::None),
            ("k-2611200", "20261120_k-2611200.wav", Naming::Sure),
            ("k-26112", "20261120_k-261123.wav", Naming::Possible),
            ("k-26112", "20261120_k-26112-2.wav", Naming::Possible),
            ("900101300123", "900101300123_1.wav", Naming::Sure),
            ("900101300123", "1900101300123_1.wav", Naming::Possible),
            ("k-104", "k-104", Naming::Sure),
            ("104", "104.wav", Naming::None),
        ] {
            assert_eq!(Client::new(reference).naming_in(source), expected, "{reference} {source}");
        }
    }

    #[test]
    fn a_number_is_searched_for_in_its_spellings() {
        let spellings = Client::new("8 (900) 555-44-33").spellings();
        for spelling in ["8 (900) 555-44-33", "79005554433", "89005554433", "900 555-44-33", "9005554433"] {
            assert!(spellings.iter().any(|known| known == spelling), "{spelling}: {spellings:?}");
        }
        assert_eq!(Client::new("k-104").spellings(), ["k-104"]);
        assert_eq!(Client::new("+375291234567").spellings(), ["+375291234567", "375291234567"]);
    }
}
