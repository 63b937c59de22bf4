//! Columns as short texts: `assets/list.js` makes arrays of them again.

use etalon_call::Verdict;
use serde::{Serialize, Serializer};
use std::collections::HashMap;
use std::fmt::Display;

/// Signs that stand for the numbers from 0 to 63.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Calls whose verdicts share a sign.
const CALLS_OF_SIGN: usize = 3;

/// Numbers with a comma behind each, and `-` for one that is not known. One that is as the one before
/// takes only the comma.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(super) struct NumberColumn {
    numbers: String,
    #[serde(skip)]
    last: String,
}

impl NumberColumn {
    pub(super) fn push(&mut self, number: Option<impl Display>) {
        let number = number.map_or_else(|| "-".to_owned(), |number| number.to_string());
        if number != self.last {
            self.numbers.push_str(&number);
        }
        self.numbers.push(',');
        self.last = number;
    }

    /// Adds the number of a name, 0 for none, or a mark, 0 or 1.
    pub(super) fn push_name(&mut self, number: u32) {
        self.push(Some(number));
    }
}

/// Names of files with a slash behind each, which no name has. A sign of the alphabet says how many
/// letters (in UTF-16, as scripts count them) are those of the name before.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(super) struct FileNames {
    names: String,
    #[serde(skip)]
    last: String,
}

impl FileNames {
    pub(super) fn push(&mut self, name: &str) {
        let (mut shared, mut bytes) = (0, 0);
        for (letter, before) in name.chars().zip(self.last.chars()) {
            if letter != before || shared + letter.len_utf16() >= ALPHABET.len() {
                break;
            }
            shared += letter.len_utf16();
            bytes += letter.len_utf8();
        }
        self.names.push(char::from(ALPHABET[shared]));
        self.names.push_str(&name[bytes..]);
        self.names.push('/');
        name.clone_into(&mut self.last);
    }
}

/// Lists of numbers, each list by its place among those that are there.
#[derive(Debug, Serialize)]
pub(super) struct ListColumn {
    numbers: NumberColumn,
    /// The first one is empty.
    lists: Vec<Vec<u32>>,
    #[serde(skip)]
    places: HashMap<Vec<u32>, u32>,
}

impl Default for ListColumn {
    fn default() -> Self {
        Self { numbers: NumberColumn::default(), lists: vec![vec![]], places: HashMap::from([(vec![], 0)]) }
    }
}

impl ListColumn {
    pub(super) fn push(&mut self, list: Vec<u32>) {
        let next = self.lists.len() as u32;
        let place = *self.places.entry(list).or_insert_with_key(|list| {
            self.lists.push(list.clone());
            next
        });
        self.numbers.push_name(place);
    }
}

/// What one rule says of every call: 0 that it does not apply, or nothing where the call was not judged
/// by it, 1 pass, 2 unmeasurable, 3 fail. Three calls share a sign of the alphabet, the first of them
/// counting once, the second four and the third sixteen times. Calls behind the last sign have 0.
#[derive(Debug, Default)]
pub(super) struct VerdictColumn(Vec<u8>);

impl VerdictColumn {
    pub(super) fn set(&mut self, call: usize, verdict: Verdict) {
        let code = match verdict {
            Verdict::Na => 0,
            Verdict::Pass => 1,
            Verdict::Unmeasurable => 2,
            Verdict::Fail => 3,
        };
        let shift = 2 * (call % CALLS_OF_SIGN);
        let sign = call / CALLS_OF_SIGN;
        if self.0.len() <= sign {
            self.0.resize(sign + 1, 0);
        }
        self.0[sign] = self.0[sign] & !(3 << shift) | code << shift;
    }
}

impl Serialize for VerdictColumn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let signs = self.0.iter().map(|number| char::from(ALPHABET[usize::from(*number)]));
        serializer.serialize_str(&signs.collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(column: &impl Serialize) -> String {
        serde_json::to_string(column).unwrap()
    }

    #[test]
    fn a_number_that_repeats_takes_one_sign() {
        let mut column = NumberColumn::default();
        for number in [Some(87.5), None, Some(0.0), Some(100.0)] {
            column.push(number);
        }
        for number in [100, 0, 0, 7] {
            column.push_name(number);
        }
        assert_eq!(json(&column), r#""87.5,-,0,100,,0,,7,""#);
    }

    #[test]
    fn a_file_name_says_only_what_the_one_before_did_not() {
        let mut names = FileNames::default();
        for name in ["call-09.wav", "call-10.wav", "call-10.wav", "звонок.wav", "звон𝕏.wav", "звон𝕐", ""]
        {
            names.push(name);
        }
        assert_eq!(json(&names), r#""Acall-09.wav/F10.wav/L/Aзвонок.wav/E𝕏.wav/E𝕐/A/""#);
        // What is shared is counted in one sign of the alphabet.
        let long = "a".repeat(70);
        let mut names = FileNames::default();
        names.push(&long);
        names.push(&long);
        assert!(json(&names).ends_with(&format!("_{}/\"", "a".repeat(7))));
    }

    #[test]
    fn lists_that_repeat_are_named_by_a_number() {
        let mut column = ListColumn::default();
        for list in [vec![], vec![3, 1], vec![], vec![3, 1], vec![2]] {
            column.push(list);
        }
        assert_eq!(json(&column), r#"{"numbers":"0,1,0,1,2,","lists":[[],[3,1],[2]]}"#);
    }

    #[test]
    fn three_verdicts_share_a_sign() {
        let mut column = VerdictColumn::default();
        column.set(1, Verdict::Pass);
        column.set(2, Verdict::Fail);
        column.set(3, Verdict::Unmeasurable);
        // 0 + 4·1 + 16·3 is «0» of the alphabet, 2 alone is «C».
        assert_eq!(json(&column), r#""0C""#);
    }
}
