//! What is searched for in files, and what of it belongs to other calls as well.

use crate::client::{Client, REFERENCE_MIN};
use crate::error::ForgetError;
use crate::select::Forgetting;
use crate::stored::StoredCalls;
use aho_corasick::AhoCorasick;
use etalon_store::Store;
use std::collections::BTreeSet;
use std::ops::Range;

/// What stands in the place of a text that was blanked.
const BLANK: &str = "[…]";

/// A text that is searched for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Needle {
    /// `id`, `path` or `client`.
    pub(crate) what: &'static str,
    text: String,
    /// Whether other calls have it in their facts, where it belongs.
    pub(crate) is_shared: bool,
}

/// All texts that are searched for.
pub(crate) struct Needles {
    pub(crate) all: Vec<Needle>,
    /// Paths that other calls have too, and texts that are too short.
    pub(crate) left_out: usize,
    search: AhoCorasick,
}

impl Needles {
    /// What is to be found no more once calls are forgotten. Those calls are not stored any more.
    pub(crate) fn of(store: &Store, forgetting: &Forgetting) -> Result<Self, ForgetError> {
        let others = texts_of_others(store)?;
        let ids = forgetting.ids.iter().chain(&forgetting.recordings);
        let mut all: BTreeSet<Needle> =
            ids.map(|id| Needle { what: "id", text: id.clone(), is_shared: false }).collect();
        let mut left_out = 0;
        for source in &forgetting.sources {
            if source.len() >= REFERENCE_MIN && !others.contains(source.as_str()) {
                all.insert(Needle { what: "path", text: source.clone(), is_shared: false });
            } else {
                left_out += 1;
            }
        }
        for text in forgetting.clients.iter().flat_map(|client| Client::new(client).spellings()) {
            if text.len() >= REFERENCE_MIN {
                let is_shared = others.contains(&text);
                all.insert(Needle { what: "client", text, is_shared });
            } else {
                left_out += 1;
            }
        }
        let all: Vec<Needle> = all.into_iter().collect();
        let search = AhoCorasick::new(all.iter().map(|needle| needle.text.as_bytes()))?;
        Ok(Self { all, left_out, search })
    }

    /// The places of the needles that a content holds.
    pub(crate) fn found_in(&self, content: &[u8]) -> BTreeSet<usize> {
        self.ranges_in(content).map(|(place, _)| place).collect()
    }

    /// A text with a mark in the place of what belongs to the forgotten calls alone; none where it
    /// holds nothing of that.
    pub(crate) fn blanked(&self, text: &str) -> Option<String> {
        let own = self.ranges_in(text.as_bytes()).filter(|(place, _)| !self.all[*place].is_shared);
        let mut ranges: Vec<Range<usize>> = own.map(|(_, range)| range).collect();
        if ranges.is_empty() {
            return None;
        }
        ranges.sort_by_key(|range| (range.start, range.end));
        let (mut blanked, mut end) = (String::new(), 0);
        for range in ranges {
            // Spellings lie within each other.
            if range.start >= end {
                blanked.push_str(&text[end..range.start]);
                blanked.push_str(BLANK);
            }
            end = end.max(range.end);
        }
        blanked.push_str(&text[end..]);
        Some(blanked)
    }

    fn ranges_in<'c>(&'c self, content: &'c [u8]) -> impl Iterator<Item = (usize, Range<usize>)> + 'c {
        let found = self.search.find_overlapping_iter(content);
        let ranges = found.map(|found| (found.pattern().as_usize(), found.range()));
        ranges.filter(move |(place, range)| {
            self.all[*place].what != "client" || !is_within_digits(content, range)
        })
    }
}

/// Whether a piece of a text begins or ends in the midst of a row of digits: it is another number.
fn is_within_digits(content: &[u8], range: &Range<usize>) -> bool {
    let is_digit =
        |place: Option<usize>| place.and_then(|place| content.get(place)).is_some_and(u8::is_ascii_digit);
    let goes_on_before = is_digit(Some(range.start)) && is_digit(range.start.checked_sub(1));
    let goes_on_after = is_digit(range.end.checked_sub(1)) && is_digit(Some(range.end));
    goes_on_before || goes_on_after
}

/// What other calls and recordings are known by, one text a line.
fn texts_of_others(store: &Store) -> Result<String, ForgetError> {
    let mut others = String::new();
    let mut add = |text: &str| {
        others.push_str(text);
        others.push('\n');
    };
    for call in StoredCalls::read(store)?.facts {
        let references = call.client_ref.iter().chain(&call.also_found_as).chain(call.tags.values());
        references.chain([&call.source]).for_each(|text| add(text));
    }
    store.read_failures()?.iter().for_each(|failure| add(&failure.source));
    store.read_passed_over()?.iter().for_each(|passed_over| add(&passed_over.source));
    Ok(others)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needles(clients: &[&str], sources: &[&str]) -> Needles {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(folder.path()).unwrap();
        let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let forgetting = Forgetting { clients: own(clients), sources: own(sources), ..Forgetting::default() };
        Needles::of(&store, &forgetting).unwrap()
    }

    #[test]
    fn what_was_forgotten_is_blanked_in_what_people_wrote_and_nothing_else_is() {
        let needles = needles(&["+79005554433"], &["79005554433_a.wav"]);
        for (text, expected) in [
            ("как в 79005554433_a.wav", Some("как в […]")),
            ("звонить на 8 (900) 555-44-33, не на +79005554433!", Some("звонить на 8 ([…], не на […]!")),
            ("заказ 179005554433", None),
            ("номер 9005554434", None),
            ("", None),
        ] {
            assert_eq!(needles.blanked(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_short_reference_is_not_searched_for() {
        let needles = needles(&["k-7"], &["a.au"]);
        assert_eq!((needles.all.len(), needles.left_out), (0, 2));
        assert!(needles.found_in(b"k-7 a.au").is_empty());
    }
}
