//! A correction of a call whose personal data was taken out.

use crate::correction::{Correction, laid_over, word_at, words_in_place_of};
use etalon_call::{Call, PersonalDataKind, Turn, Utterance, Word};
use etalon_redact::{Finding, find};
use std::collections::BTreeMap;
use std::ops::Range;

/// A correction without the personal data that it would bring back into a call. It is looked for in
/// the turns as they read with this and the `earlier` corrections: a surname or a part of a number
/// is known by its neighbours.
///
/// None where the call does not have the word that is to be corrected.
pub(crate) fn redacted_correction(
    call: &Call,
    earlier: &[Correction],
    correction: &Correction,
) -> Option<Correction> {
    let Correction::Word { turn, word, start_s, heard, .. } = correction else {
        return Some(correction.clone());
    };
    let (found_turn, found_word) = word_at(call, (*turn, *word), *start_s, heard)?;
    let corrections: Vec<&Correction> = earlier.iter().chain([correction]).collect();
    let places =
        shown_places(&call.turns[found_turn], &meant_words(call, found_turn, &corrections), found_word);
    let shown = laid_over(call, corrections).call.turns;
    let marked = marked_words(&find(&shown), found_turn);
    let meant = Utterance::from(redacted_words(&shown[found_turn].words, places, &marked));
    Some(Correction::Word { turn: *turn, word: *word, start_s: *start_s, heard: heard.clone(), meant })
}

/// What is meant in place of words of a turn, by word.
fn meant_words<'c>(
    call: &Call,
    of_turn: usize,
    corrections: &[&'c Correction],
) -> BTreeMap<usize, &'c Utterance> {
    let mut words = BTreeMap::new();
    for &correction in corrections {
        if let Correction::Word { turn, word, start_s, heard, meant } = correction
            && let Some((turn, word)) = word_at(call, (*turn, *word), *start_s, heard)
            && turn == of_turn
        {
            words.insert(word, meant);
        }
    }
    words
}

/// The places in the corrected turn of the words that stand for a stored one.
fn shown_places(stored: &Turn, meant: &BTreeMap<usize, &Utterance>, word: usize) -> Range<usize> {
    let shown = |place: usize| {
        let meant = meant.get(&place);
        meant.map_or(1, |meant| words_in_place_of(&stored.words[place], meant).len())
    };
    let start: usize = (0..word).map(shown).sum();
    start..start + shown(word)
}

/// The words of a turn that are personal data, and of which kind.
fn marked_words(findings: &[Finding], turn: usize) -> Vec<(Range<usize>, PersonalDataKind)> {
    let in_turn = |finding: &Finding| -> Vec<(Range<usize>, PersonalDataKind)> {
        let places = finding.places.iter().filter(|place| place.turn == turn);
        places.map(|place| (place.words.clone(), finding.kind)).collect()
    };
    findings.iter().flat_map(in_turn).collect()
}

/// Some words of a turn, with one mark for each piece of personal data.
fn redacted_words(
    words: &[Word],
    places: Range<usize>,
    marked: &[(Range<usize>, PersonalDataKind)],
) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut before = None;
    for (place, word) in words.iter().enumerate().skip(places.start).take(places.len()) {
        let found = marked.iter().position(|(words, _)| words.contains(&place));
        match found {
            None => texts.push(word.text.as_str().to_owned()),
            Some(piece) if found != before => texts.push(marked[piece].1.mark()),
            Some(_) => {}
        }
        before = found;
    }
    texts.join(" ")
}
