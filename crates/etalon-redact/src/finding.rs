use etalon_call::PersonalDataKind;
use std::ops::Range;

/// Personal data in the turns of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: PersonalDataKind,
    /// Where it is said, in order: several places where it is said over several turns.
    pub places: Vec<Place>,
}

/// Words of a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The index of the turn.
    pub turn: usize,
    /// The indices of words: of [`Turn::words`](etalon_call::Turn::words), or of the words of the
    /// text, parted by white space, where the turn has no words with times.
    pub words: Range<usize>,
}
