//! The recogniser: turns of a call into their acts.

use crate::ActsError;
use crate::context::{Context, Place};
use crate::embedded::BYTES;
use crate::encoder::Encoder;
use crate::sentences::{Sentence, sentences, words};
use crate::tokenizer::Tokenizer;
use crate::weights::Reader;
use etalon_call::{Role, Turn, TurnAct};
use std::sync::OnceLock;

/// The languages that the model was trained on.
pub const LANGUAGES: [&str; 3] = ["ru", "kk", "en"];

/// An act that is less probable is not reported: it says nothing.
const PROBABILITY_AT_LEAST: f64 = 0.1;

/// Recognises dialogue acts.
#[derive(Debug)]
pub struct Recognizer {
    tokenizer: Tokenizer,
    encoder: Encoder,
    context: Context,
}

/// A sentence of a turn.
struct Said {
    turn: usize,
    sentence: Sentence,
    pieces: Vec<usize>,
}

impl Recognizer {
    /// The embedded recogniser, unpacked on first use.
    ///
    /// # Errors
    ///
    /// None unless the program is damaged; see [`ActsError`].
    pub fn embedded() -> Result<&'static Self, ActsError> {
        static RECOGNIZER: OnceLock<Result<Recognizer, ActsError>> = OnceLock::new();
        RECOGNIZER.get_or_init(|| Self::from_bytes(BYTES)).as_ref().map_err(|error| *error)
    }

    /// Loads a model file as `scripts/dev models acts` makes it.
    ///
    /// # Errors
    ///
    /// When the bytes are not such a file or are damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ActsError> {
        let mut reader = Reader::new(bytes)?;
        let shape = reader.shape()?;
        let tokenizer = Tokenizer::new(reader.vocabulary(shape.pieces)?);
        let encoder = Encoder::read(&mut reader, &shape)?;
        let context = Context::read(&mut reader, &shape)?;
        reader.finish()?;
        Ok(Self { tokenizer, encoder, context })
    }

    /// Sets the acts of turns in order of time. Turns of unknown speakers and in languages that the
    /// model does not know have none.
    pub fn recognize(&self, turns: &mut [Turn]) {
        let mut said = Vec::new();
        for (number, turn) in turns.iter_mut().enumerate() {
            turn.acts = knows(turn).then(Vec::new);
            if turn.acts.is_some() {
                said.extend(self.said(number, turn));
            }
        }
        let pieces: Vec<Vec<usize>> = said.iter_mut().map(|said| std::mem::take(&mut said.pieces)).collect();
        let vectors = self.encoder.encode(&pieces);
        let places: Vec<Place> =
            said.iter().map(|said| Place { speaker: turns[said.turn].speaker, turn: said.turn }).collect();
        for (said, acts) in said.iter().zip(self.context.acts(vectors, &places)) {
            let (from, to) = (said.sentence.first as u32, said.sentence.end as u32);
            let probable = acts.into_iter().filter(|(_, probability)| *probability >= PROBABILITY_AT_LEAST);
            let acts = probable.map(|(act, probability)| TurnAct::new(act, probability, from, to));
            turns[said.turn].acts.get_or_insert_default().extend(acts);
        }
    }

    fn said(&self, number: usize, turn: &Turn) -> Vec<Said> {
        let words = words(turn);
        let said = |sentence: Sentence| Said {
            turn: number,
            pieces: self.tokenizer.pieces(&words[sentence.first..sentence.end].join(" ")),
            sentence,
        };
        sentences(&words).into_iter().map(said).collect()
    }
}

/// The code of a language that nobody determined.
const UNDETERMINED: &str = "und";

/// Whether the model can say anything of a turn.
fn knows(turn: &Turn) -> bool {
    let is_known = match turn.language.as_str() {
        "" | UNDETERMINED => is_cyrillic(turn),
        language => LANGUAGES.contains(&language),
    };
    turn.speaker != Role::Unknown && is_known
}

/// Whether most letters of a turn are Cyrillic: of languages written so, the model knows two, and
/// calls of contact centres where nobody named the language are mostly Russian.
fn is_cyrillic(turn: &Turn) -> bool {
    let said = words(turn).concat();
    let letters = said.chars().filter(|letter| letter.is_alphabetic());
    let (all, cyrillic) = letters.fold((0_usize, 0_usize), |(all, cyrillic), letter| {
        (all + 1, cyrillic + usize::from(('\u{400}'..='\u{4ff}').contains(&letter)))
    });
    2 * cyrillic >= all
}
