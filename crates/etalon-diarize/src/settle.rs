//! Whether two voices of a channel are two people: by what they sound like, by the pauses and by the words, together.
//!
//! Each speaks for itself, so the logarithms of their odds are added up (naive Bayes). A recording of one side is full of
//! pauses in which the other side speaks, and what its two halves say is said by one side; two people fill each other's pauses,
//! and one of them asks for what the other one offers.

use crate::{CallContext, VoiceSettings, Voices, guess_agent};
use etalon_call::{Span, Word};

/// Most recordings with one channel hold both sides: what that adds to the log odds of two people.
const TWO_SIDES_LOG_ODDS: f64 = 0.7;

/// Pauses longer than this are neither side's, seconds: somebody waits, or music plays.
const PAUSE_MAX_S: f64 = 8.0;

/// The share of speech in speech and pauses that is as frequent in recordings of one side as in those of two …
const SHARE_OF_EITHER: f64 = 0.72;

/// … what a share above it adds to the log odds of two people, for each unit …
const SHARE_WEIGHT: f64 = 10.0;

/// … and the shares beyond which it tells no more: whoever speaks without a pause may be alone.
const TELLING_SHARES: [f64; 2] = [0.5, 0.8];

/// What words tell of two sides is shared out over so many phrases that depend on each other.
const WORDS_SHARE: f64 = 0.5;

/// What words tell is at most this, in natural logarithms of odds: two who speak as the two sides of a call are hardly one, but
/// two who seem to speak as one side may well be two, of whom one is rude or badly understood.
const WORDS_BETWEEN: [f64; 2] = [-1.0, 3.5];

/// What it adds when a question is answered by the other voice …
const ANSWERED_WEIGHT: f64 = 0.6;

/// … what it takes when the same voice goes on …
const UNANSWERED_WEIGHT: f64 = 0.4;

/// … if somebody does within this time, seconds …
const ANSWER_WITHIN_S: f64 = 3.0;

/// … and what all questions tell at most.
const QUESTIONS_AT_MOST: f64 = 2.0;

/// A voice that is heard for so long and says no word, where the other one does, is a sound rather than a person, seconds …
const WORDLESS_MIN_S: f64 = 1.5;

/// … which takes this from the log odds.
const WORDLESS_WEIGHT: f64 = 6.0;

/// Two voices that may be one person are two only if that is likelier by all that is known of them.
pub fn settle(voices: Voices, words: &[Word], context: &CallContext<'_>, settings: &VoiceSettings) -> Voices {
    let may_be_one = settings.speakers.is_none() && voices.speakers == 2;
    let Some(difference) = voices.difference.filter(|_| may_be_one) else { return voices };
    let said = [voices.words_of(0, words), voices.words_of(1, words)];
    let log_odds = TWO_SIDES_LOG_ODDS
        + difference.log_odds()
        + by_pauses(&voices)
        + by_words(&voices, &said, context)
        + by_questions(&voices, words);
    if log_odds > 0.0 { voices } else { voices.into_one() }
}

/// What the pauses tell.
fn by_pauses(voices: &Voices) -> f64 {
    let speech_s: f64 = voices.segments.iter().map(|segment| segment.span.duration_s()).sum();
    let pauses_s: f64 = voices
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

/// What the words tell.
fn by_words(voices: &Voices, said: &[Vec<Word>; 2], context: &CallContext<'_>) -> f64 {
    if said.iter().all(Vec::is_empty) {
        return 0.0;
    }
    let is_wordless = |voice: usize| {
        let speech_s: f64 = voices.speech_of(voice).0.iter().map(Span::duration_s).sum();
        said[voice].is_empty() && speech_s >= WORDLESS_MIN_S
    };
    if is_wordless(0) || is_wordless(1) {
        return -WORDLESS_WEIGHT;
    }
    let guess = guess_agent(&said.each_ref().map(Vec::as_slice), context);
    (WORDS_SHARE * guess.evidence_for_two_sides()).clamp(WORDS_BETWEEN[0], WORDS_BETWEEN[1])
}

/// What it tells who speaks after a question. `words` are in order of time.
fn by_questions(voices: &Voices, words: &[Word]) -> f64 {
    let speaker = |word: &Word| voices.speaker_at(f64::midpoint(word.start_s, word.end_s));
    let told = words.windows(2).filter_map(|pair| {
        let is_answer = pair[1].start_s - pair[0].end_s <= ANSWER_WITHIN_S;
        (pair[0].text.as_str().ends_with('?') && is_answer).then(|| {
            if speaker(&pair[0]) == speaker(&pair[1]) { -UNANSWERED_WEIGHT } else { ANSWERED_WEIGHT }
        })
    });
    told.sum::<f64>().clamp(-QUESTIONS_AT_MOST, QUESTIONS_AT_MOST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::LIKENESS_WEIGHT;
    use crate::{Difference, VoiceSegment};

    /// Two voices that take turns of two seconds each with a pause of `pause_s` between, and what they say.
    fn check(log_odds: f64, pause_s: f64, lines: &[&str], settings: &VoiceSettings, speakers: usize) {
        let start_s = |line: usize| (2.0 + pause_s) * line as f64;
        let segments: Vec<VoiceSegment> = (0..lines.len())
            .map(|line| VoiceSegment {
                span: Span::new(start_s(line), start_s(line) + 2.0),
                speaker: line % 2,
            })
            .collect();
        let words: Vec<Word> = lines
            .iter()
            .enumerate()
            .flat_map(|(line, text)| {
                let places = (0..).map(move |place| start_s(line) + 0.2 * f64::from(place));
                text.split_whitespace().zip(places).map(|(word, at_s)| Word::new(word, at_s, at_s + 0.1, 1.0))
            })
            .collect();
        // As much alike as these odds ask for, in so few seconds that they are nowhere at their limit.
        let briefer_s = 3.0;
        let unlike = Difference { likeness: 0.0, briefer_s };
        let likeness = (unlike.log_odds() - log_odds) / LIKENESS_WEIGHT;
        let difference = Difference { likeness, briefer_s };
        let voices = Voices { speakers: 2, segments, difference: Some(difference) };
        let settled = settle(voices.clone(), &words, &CallContext::default(), settings);
        assert_eq!(settled.speakers, speakers, "{log_odds}, {pause_s}, {lines:?}");
        assert_eq!(settled.segments.len(), voices.segments.len());
        assert_eq!(settled.difference.is_some(), speakers > 1);
    }

    const DIALOGUE: [&str; 4] = [
        "Добрый день, меня зовут Олег, вам удобно говорить?",
        "Алло, да, у меня нет времени.",
        "Когда вам перезвонить?",
        "Завтра утром.",
    ];
    const MONOLOGUE: [&str; 4] =
        ["У меня карта не работает.", "Я звонила вчера.", "Мне сказали ждать.", "Я не могу заплатить."];
    const WORDLESS: [&str; 4] = ["Сегодня был платёж по кредиту.", "", "Сумма не уменьшилась.", ""];

    #[test]
    fn voices_that_may_be_one_are_two_where_they_speak_as_two_sides() {
        let settings = VoiceSettings::default();
        check(-2.0, 0.3, &DIALOGUE, &settings, 2);
        check(-2.0, 0.3, &MONOLOGUE, &settings, 1);
        check(6.0, 0.3, &MONOLOGUE, &settings, 2);
        check(6.0, 0.3, &["", "", "", ""], &settings, 2);
        let told = VoiceSettings { speakers: Some(2), ..VoiceSettings::default() };
        check(-2.0, 0.3, &MONOLOGUE, &told, 2);
    }

    #[test]
    fn one_side_is_known_by_the_pauses_in_which_the_other_side_speaks() {
        let settings = VoiceSettings::default();
        check(0.5, 0.3, &["", "", "", ""], &settings, 2);
        check(0.5, 3.0, &["", "", "", ""], &settings, 1);
        // Nobody's pause: music, or a hold.
        check(0.5, 20.0, &["", "", "", ""], &settings, 2);
    }

    #[test]
    fn a_voice_without_words_is_a_sound_unless_it_surely_is_a_voice() {
        let settings = VoiceSettings::default();
        check(4.0, 0.3, &WORDLESS, &settings, 1);
        check(8.0, 0.3, &WORDLESS, &settings, 2);
    }

    #[test]
    fn who_speaks_after_a_question_counts() {
        let settings = VoiceSettings::default();
        let answered = ["раз?", "два", "три?", "четыре"];
        let continued = ["раз? два", "три", "четыре? пять", "шесть"];
        check(-1.0, 0.3, &answered, &settings, 2);
        check(-1.0, 0.3, &continued, &settings, 1);
    }
}
