//! What the words before a number say of it.

use crate::conversation::{Conversation, SaidBefore};
use crate::lexicon::CUES;

/// How far back a cue is looked for, words.
const REACH: usize = 25;
/// Turns that are looked through, the number's own among them.
const LINES: usize = 6;
/// Words within which «договор» or «сумма» says that a number is no other.
pub(crate) const OTHER_REACH: usize = 6;
/// Words of a sentence behind «для» or «по» that only say what another number is for.
const AIM_MAX: usize = 3;

/// What a number is told to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cue {
    Card,
    Telephone,
    Passport,
    Snils,
    Iin,
    Birth,
    /// A contract, an order, a sum: no personal data.
    Other,
}

impl Cue {
    const ALL: [Self; 7] =
        [Self::Card, Self::Telephone, Self::Passport, Self::Snils, Self::Iin, Self::Birth, Self::Other];

    fn list(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Telephone => "telephone",
            Self::Passport => "passport",
            Self::Snils => "snils",
            Self::Iin => "iin",
            Self::Birth => "birth",
            Self::Other => "other",
        }
    }
}

/// Whether a word alone says what kind of number comes next.
pub(crate) fn is_cue(word: &str) -> bool {
    Cue::ALL.iter().any(|cue| CUES.of(cue.list()).has(word))
}

/// The cues before a number, nearest first.
#[derive(Debug, Default)]
pub(crate) struct Cues(Vec<Told>);

/// The nearest cue of its kind before a number.
#[derive(Debug)]
struct Told {
    cue: Cue,
    /// Words between it and the number.
    distance: usize,
    /// Sentences that end between it and the number.
    sentence: usize,
    /// «номер договора»: the number itself is named so.
    is_of_number: bool,
    /// «для оплаты», «по заявке», «на который оформлен договор»: what a number is for.
    is_aim: bool,
    /// «придёт счёт, диктуйте номер»: what is asked for is another number.
    is_left_behind: bool,
}

impl Cues {
    /// The cues before a token.
    pub(crate) fn before(conversation: &Conversation<'_>, side: usize, token: usize) -> Self {
        let said = conversation.said_before(side, token, REACH, LINES);
        let texts: Vec<&str> = said.iter().map(|word| word.text).collect();
        let mut cues: Vec<Told> = Vec::new();
        for start in (0..texts.len()).rev() {
            for cue in Cue::ALL {
                if let Some(length) = CUES.of(cue.list()).length_at(&texts[start..])
                    && !cues.iter().any(|known| known.cue == cue)
                {
                    cues.push(Told::new(cue, &said, start, start + length));
                }
            }
        }
        cues.sort_by_key(|told| told.distance);
        Self(cues)
    }

    /// The nearest cue that `fits` by itself and its distance in words. A contract or a sum gives way
    /// to the number that is named in the same sentence: «номер карты для оплаты».
    pub(crate) fn nearest(&self, fits: impl Fn(Cue, usize) -> bool) -> Option<Cue> {
        self.nearest_but(fits, |other| !other.is_of_number)
    }

    /// The same for digits whose number is unknown: what names them has to be certain.
    pub(crate) fn nearest_of_any_length(&self, fits: impl Fn(Cue, usize) -> bool) -> Option<Cue> {
        self.nearest_but(fits, |other| other.is_aim)
    }

    fn nearest_but(
        &self,
        fits: impl Fn(Cue, usize) -> bool,
        gives_way: impl Fn(&Told) -> bool,
    ) -> Option<Cue> {
        let mut fitting = self.0.iter().filter(|told| fits(told.cue, told.distance));
        let nearest = fitting.next()?;
        if nearest.cue != Cue::Other || !gives_way(nearest) {
            return Some(nearest.cue);
        }
        let named = fitting.find(|told| told.cue != Cue::Birth && told.sentence == nearest.sentence);
        Some(named.map_or(Cue::Other, |told| told.cue))
    }

    /// The distance of a cue, words.
    pub(crate) fn distance(&self, cue: Cue) -> Option<usize> {
        self.0.iter().find(|told| told.cue == cue).map(|told| told.distance)
    }

    /// Whether a contract, an order or a sum is what a number of this form is said of.
    pub(crate) fn is_other(&self) -> bool {
        self.0
            .iter()
            .any(|told| told.cue == Cue::Other && told.distance <= OTHER_REACH && !told.is_left_behind)
    }
}

impl Told {
    /// A cue at the words `start..end` before a number.
    fn new(cue: Cue, said: &[SaidBefore<'_>], start: usize, end: usize) -> Self {
        let (before, behind) = (&said[..start], &said[end..]);
        let is_number = |word: &SaidBefore<'_>| CUES.of("number").has(word.text);
        let in_sentence = before.iter().rev().take_while(|word| !word.ends_sentence);
        let mut aim = in_sentence.take(AIM_MAX);
        let pause = said[end - 1..].iter().position(|word| word.ends_clause);
        Self {
            cue,
            distance: behind.len(),
            sentence: said[end - 1..].iter().filter(|word| word.ends_sentence).count(),
            is_of_number: before.last().is_some_and(is_number),
            is_aim: aim.any(|word| CUES.of("aim").has(word.text)),
            is_left_behind: pause.is_some_and(|pause| said[end + pause..].iter().any(is_number)),
        }
    }
}
