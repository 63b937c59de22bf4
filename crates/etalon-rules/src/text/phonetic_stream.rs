//! Names in running speech: where the phonemes of a name are heard, whatever words the model made
//! of them.

use crate::text::tokens::{Token, TurnWords};
use crate::text::words::Spelling;

/// The phonemes of one turn in a row, each with the token it belongs to.
pub(crate) struct PhoneticStream {
    phonemes: Vec<u8>,
    tokens: Vec<usize>,
}

/// A place where a name is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Heard {
    /// Tokens: the first and the one after the last.
    pub(crate) first: usize,
    pub(crate) end: usize,
    /// Sounds: the one after the last.
    pub(crate) sound_end: usize,
    /// Wrong, missing and additional phonemes.
    pub(crate) errors: usize,
}

impl PhoneticStream {
    pub(crate) fn of(turn: &TurnWords, tokens: &[Token], spellings: &[Spelling]) -> Self {
        let (mut phonemes, mut owners) = (Vec::new(), Vec::new());
        for token in turn.first..turn.end {
            for &sound in &spellings[tokens[token].spelling].phonemes {
                phonemes.push(sound);
                owners.push(token);
            }
        }
        Self { phonemes, tokens: owners }
    }

    /// Every place whose phonemes differ from the name's in no more than `at_most`, by the
    /// approximate search of Sellers (1980): one column of edit distances a sound, with free
    /// starts.
    pub(crate) fn find(&self, name: &[u8], at_most: usize) -> Vec<Heard> {
        let mut found = Vec::new();
        // Per prefix of the name: the errors of its best alignment that ends here, and the sound
        // where it began.
        let mut column: Vec<(usize, usize)> = (0..=name.len()).map(|length| (length, 0)).collect();
        for (position, &sound) in self.phonemes.iter().enumerate() {
            let mut diagonal = column[0];
            column[0] = (0, position + 1);
            for length in 1..=name.len() {
                let substituted = (diagonal.0 + usize::from(name[length - 1] != sound), diagonal.1);
                let added = (column[length].0 + 1, column[length].1);
                let missing = (column[length - 1].0 + 1, column[length - 1].1);
                diagonal = column[length];
                column[length] = substituted.min(added).min(missing);
            }
            let (errors, start) = column[name.len()];
            if errors <= at_most && start <= position {
                found.push(Heard {
                    first: self.tokens[start],
                    end: self.tokens[position] + 1,
                    sound_end: position,
                    errors,
                });
            }
        }
        best_of_neighbours(found)
    }
}

/// Of alignments that end within a few phonemes of each other, the best.
fn best_of_neighbours(found: Vec<Heard>) -> Vec<Heard> {
    let mut best: Vec<Heard> = Vec::new();
    for heard in found {
        match best.last_mut() {
            Some(last) if heard.sound_end - last.sound_end <= 3 => {
                if heard.errors < last.errors {
                    *last = heard;
                }
            }
            _ => best.push(heard),
        }
    }
    best
}
