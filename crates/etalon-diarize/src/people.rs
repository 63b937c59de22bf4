//! Whether two voices of a channel are two people, by what they sound like and by the pauses.
//!
//! Each kind of evidence speaks for itself, so the logarithms of the odds are added up (naive
//! Bayes). A recording of one side is full of pauses in which the other side speaks. Two people
//! fill each other's pauses. What is said tells more: whoever knows the words adds its log odds.

use crate::diarization::Diarization;

/// Most recordings with one channel hold both sides: what that adds to the log odds of two people.
const TWO_SIDES_LOG_ODDS: f64 = 0.7;

/// Pauses longer than this are neither side's, seconds: somebody waits, or music plays.
const PAUSE_MAX_S: f64 = 8.0;

/// The share of speech in speech and pauses that is as frequent in recordings of one side as in
/// those of two …
const SHARE_OF_EITHER: f64 = 0.72;

/// … what a share above it adds to the log odds of two people, for each unit …
const SHARE_WEIGHT: f64 = 10.0;

/// … and the shares beyond which it tells no more: whoever speaks without a pause may be alone.
const TELLING_SHARES: [f64; 2] = [0.5, 0.8];

impl Diarization {
    /// The logarithm of the odds that two voices are two people, by their sound and their pauses.
    ///
    /// None where that is no question: one voice, three or more, or a number of speakers that was
    /// given.
    pub fn two_people_log_odds(&self) -> Option<f64> {
        let difference = self.difference.filter(|_| self.speakers == 2)?;
        Some(TWO_SIDES_LOG_ODDS + difference.log_odds() + self.pauses_log_odds())
    }

    /// Whether two voices are more likely one person; `words_log_odds` is what the words add to the
    /// log odds of two people.
    pub fn is_one_person(&self, words_log_odds: f64) -> bool {
        self.two_people_log_odds().is_some_and(|log_odds| log_odds + words_log_odds <= 0.0)
    }

    /// The same, as one voice where [`is_one_person`](Self::is_one_person) says so.
    #[must_use]
    pub fn merged_if_one_person(self, words_log_odds: f64) -> Self {
        if self.is_one_person(words_log_odds) { self.into_one_voice() } else { self }
    }

    /// What the pauses tell.
    fn pauses_log_odds(&self) -> f64 {
        let speech_s: f64 = self.segments.iter().map(|segment| segment.span.duration_s()).sum();
        let pauses_s: f64 = self
            .segments
            .windows(2)
            .map(|pair| (pair[1].span.start_s - pair[0].span.end_s).max(0.0))
            .filter(|pause_s| *pause_s <= PAUSE_MAX_S)
            .sum();
        if speech_s <= 0.0 {
            return 0.0;
        }
        let share = speech_s / (speech_s + pauses_s);
        SHARE_WEIGHT * (share.clamp(TELLING_SHARES[0], TELLING_SHARES[1]) - SHARE_OF_EITHER)
    }
}

#[cfg(test)]
mod tests {
    use crate::number::SIMILARITY_WEIGHT;
    use crate::{Diarization, Difference, SpeakerSegment};
    use etalon_call::Span;

    /// Two voices that take turns of two seconds each with a pause of `pause_s` between.
    fn check(voices_log_odds: f64, pause_s: f64, words_log_odds: f64, speakers: usize) {
        let start_s = |turn: usize| (2.0 + pause_s) * turn as f64;
        let segment = |turn: usize| SpeakerSegment {
            span: Span::new(start_s(turn), start_s(turn) + 2.0),
            speaker: turn % 2,
        };
        // As similar as these odds ask for, in so few seconds that they are nowhere at their limit.
        let briefer_s = 3.0;
        let unlike = Difference { similarity: 0.0, briefer_s };
        let similarity = (unlike.log_odds() - voices_log_odds) / SIMILARITY_WEIGHT;
        let diarization = Diarization {
            speakers: 2,
            segments: (0..4).map(segment).collect(),
            difference: Some(Difference { similarity, briefer_s }),
        };
        let merged = diarization.clone().merged_if_one_person(words_log_odds);
        assert_eq!(merged.speakers, speakers, "{voices_log_odds}, {pause_s}, {words_log_odds}");
        assert_eq!(merged.segments.len(), diarization.segments.len());
        assert_eq!(merged.difference.is_some(), speakers > 1);
        let told = Diarization { difference: None, ..diarization };
        assert_eq!(told.merged_if_one_person(-100.0).speakers, 2);
    }

    #[test]
    fn one_side_is_known_by_the_pauses_in_which_the_other_side_speaks() {
        check(0.5, 0.3, 0.0, 2);
        check(0.5, 3.0, 0.0, 1);
        // Nobody's pause: music, or a hold.
        check(0.5, 20.0, 0.0, 2);
    }

    #[test]
    fn voices_and_words_add_up() {
        check(6.0, 0.3, 0.0, 2);
        check(6.0, 0.3, -1.0, 2);
        check(-2.0, 0.3, 0.0, 1);
        check(-2.0, 0.3, 2.0, 2);
        check(4.0, 0.3, -6.0, 1);
    }
}
