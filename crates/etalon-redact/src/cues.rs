//! What the words before a number say of it.

use crate::conversation::Conversation;
use crate::lexicon::CUES;

/// How far back a cue is looked for, words.
const REACH: usize = 25;
/// Turns that are looked through, the number's own among them.
const LINES: usize = 6;
/// Words within which «договор» or «сумма» says that a number is no other.
pub(crate) const OTHER_REACH: usize = 6;

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

/// The cues before a number, nearest first, each with its distance in words.
#[derive(Debug, Default)]
pub(crate) struct Cues(Vec<(Cue, usize)>);

impl Cues {
    /// The cues before a token.
    pub(crate) fn before(conversation: &Conversation<'_>, side: usize, token: usize) -> Self {
        let texts = conversation.texts_before(side, token, REACH, LINES);
        let mut cues = Vec::new();
        for start in (0..texts.len()).rev() {
            for cue in Cue::ALL {
                if let Some(length) = CUES.of(cue.list()).length_at(&texts[start..])
                    && !cues.iter().any(|(known, _)| *known == cue)
                {
                    cues.push((cue, texts.len() - start - length));
                }
            }
        }
        cues.sort_by_key(|(_, distance)| *distance);
        Self(cues)
    }

    /// The nearest cue that `fits`, with its distance.
    pub(crate) fn nearest(&self, fits: impl Fn(Cue, usize) -> bool) -> Option<Cue> {
        self.0.iter().find(|(cue, distance)| fits(*cue, *distance)).map(|(cue, _)| *cue)
    }

    /// The distance of a cue, words.
    pub(crate) fn distance(&self, cue: Cue) -> Option<usize> {
        self.0.iter().find(|(known, _)| *known == cue).map(|(_, distance)| *distance)
    }
}
