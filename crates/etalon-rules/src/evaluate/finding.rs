//! What a condition found in a call.

use crate::text::transcript::Transcript;
use etalon_call::{Act, Evidence, Role, Utterance, round3};

/// Words quoted as evidence; a sentence of more is cut around what was found.
const QUOTED_WORDS: usize = 40;

/// Whether a condition holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Truth {
    /// It holds.
    Holds,
    /// It does not hold.
    Fails,
    /// The recording cannot show it, for this reason.
    Unmeasurable(String),
}

/// A place in the call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Place {
    pub(crate) start_s: f64,
    pub(crate) end_s: f64,
    pub(crate) speaker: Option<Role>,
    /// First token and the one after the last, where it is speech.
    pub(crate) tokens: Option<(usize, usize)>,
    pub(crate) quote: String,
    /// What is there, for a place without words.
    pub(crate) label: Option<String>,
    /// How like it is to the intent that was found.
    pub(crate) similarity: Option<f64>,
    /// The act that was found, and how probable it is.
    pub(crate) act: Option<(Act, f64)>,
}

/// What tells places apart: times by their bits, side, words, label, act.
pub(crate) type PlaceKey = ((u64, u64), Option<Role>, Option<(usize, usize)>, Option<String>, Option<Act>);

/// The result of a condition: whether it holds, where that was seen, and what to tell.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) truth: Truth,
    /// What was found.
    pub(crate) places: Vec<Place>,
    /// Where something was looked for in vain.
    pub(crate) searched: Vec<Place>,
    /// The measure that decided.
    pub(crate) value: Option<f64>,
    /// On how many occasions that `each` or `some` found it was so.
    pub(crate) occasions: Option<usize>,
    /// Reasons of the parts that were not met.
    pub(crate) reasons: Vec<String>,
    /// Who speaks another language than phrases are written for, where it cannot be measured only
    /// because of that.
    pub(crate) foreign_speaker: Option<Role>,
    /// Why what was not found may have been meant all the same: a speaker talks in another language
    /// than the pack. Nobody is accused of what was not heard there.
    pub(crate) doubt: Option<String>,
}

impl Finding {
    pub(crate) fn new(truth: Truth) -> Self {
        Self {
            truth,
            places: vec![],
            searched: vec![],
            value: None,
            occasions: None,
            reasons: vec![],
            foreign_speaker: None,
            doubt: None,
        }
    }

    /// A finding that holds or fails.
    pub(crate) fn of(holds: bool) -> Self {
        Self::new(if holds { Truth::Holds } else { Truth::Fails })
    }

    pub(crate) fn unmeasurable(cause: impl Into<String>) -> Self {
        Self::new(Truth::Unmeasurable(cause.into()))
    }

    /// Nothing can be concluded from phrases that were not found in another language.
    pub(crate) fn in_another_language(speaker: Role, cause: String) -> Self {
        Self { foreign_speaker: Some(speaker), ..Self::unmeasurable(cause) }
    }

    pub(crate) fn with_places(mut self, places: Vec<Place>) -> Self {
        self.places = places;
        self
    }

    pub(crate) fn with_value(mut self, value: f64) -> Self {
        self.value = Some(value);
        self
    }

    /// The same with no other places than those of acts.
    pub(crate) fn acts_alone(mut self) -> Self {
        self.places.retain(|place| place.act.is_some());
        self.searched.clear();
        self
    }

    /// Whether an act is among what was found.
    pub(crate) fn shows_act(&self) -> bool {
        self.places.iter().any(|place| place.act.is_some())
    }

    pub(crate) fn holds(&self) -> bool {
        self.truth == Truth::Holds
    }

    pub(crate) fn fails(&self) -> bool {
        self.truth == Truth::Fails
    }

    /// How often it was found.
    pub(crate) fn count(&self) -> usize {
        self.occasions.unwrap_or(self.places.len())
    }

    /// The places to listen to: what was found, or else where it was missed. They come in order of
    /// time, in whole sentences, and none lies within another.
    pub(crate) fn evidence(&self, transcript: &Transcript, at_most: usize) -> Vec<Evidence> {
        let places = if self.places.is_empty() { &self.searched } else { &self.places };
        let mut places: Vec<Place> =
            places.iter().map(|place| place.in_whole_sentences(transcript)).collect();
        // Of places that begin together, the longest comes first and takes the others in.
        places.sort_by(|left, right| {
            left.start_s.total_cmp(&right.start_s).then(right.end_s.total_cmp(&left.end_s))
        });
        let mut apart: Vec<Place> = Vec::new();
        for place in places {
            match apart.iter_mut().find(|shown| shown.holds(&place)) {
                Some(shown) => {
                    shown.act = shown.act.or(place.act);
                    shown.similarity = shown.similarity.into_iter().chain(place.similarity).reduce(f64::max);
                }
                None => apart.push(place),
            }
        }
        apart.iter().take(at_most).map(Place::evidence).collect()
    }
}

impl Place {
    /// A stretch of time without words of its own.
    pub(crate) fn of_time(start_s: f64, end_s: f64, label: String) -> Self {
        let (speaker, tokens, quote, similarity, act) = Default::default();
        Self { start_s, end_s, speaker, tokens, quote, label: Some(label), similarity, act }
    }

    pub(crate) fn key(&self) -> PlaceKey {
        let times = (self.start_s.to_bits(), self.end_s.to_bits());
        (times, self.speaker, self.tokens, self.label.clone(), self.act.map(|(act, _)| act))
    }

    pub(crate) fn evidence(&self) -> Evidence {
        Evidence {
            start_s: round3(self.start_s),
            end_s: round3(self.end_s),
            speaker: self.speaker,
            quote: Utterance::from(self.quote.as_str()),
            label: self.label.clone().filter(|_| self.quote.is_empty()),
            likeness: self.similarity.map(round3),
            act: self.act.map(|(act, _)| act),
            probability: self.act.map(|(_, probability)| round3(probability)),
        }
    }

    /// The place with the sentences that its words stand in.
    pub(crate) fn in_whole_sentences(&self, transcript: &Transcript) -> Self {
        let Some((first, end)) = self.tokens else { return self.clone() };
        let (first, end) = transcript.sentences_around(first, end, QUOTED_WORDS);
        Self {
            start_s: self.start_s.min(transcript.tokens[first].start_s),
            end_s: self.end_s.max(transcript.tokens[end - 1].end_s),
            tokens: Some((first, end)),
            quote: transcript.quote(first, end),
            ..self.clone()
        }
    }

    /// Whether another place of the same side lies within this one.
    fn holds(&self, other: &Self) -> bool {
        let is_within = self.start_s <= other.start_s && other.end_s <= self.end_s;
        is_within && self.speaker == other.speaker && (other.quote.is_empty() || !self.quote.is_empty())
    }
}
