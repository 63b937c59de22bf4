//! Evidence from words whether two voices are two people.
//!
//! Two halves of one person are on one side of the call. Of two people, one asks for what the other
//! offers, and the questions of one are answered by the other.

use crate::agent::{CallContext, guess_agent};
use etalon_call::{Span, Word};

/// Factor of the evidence for two sides, because the phrases depend on each other.
const WORDS_SHARE: f64 = 0.5;

/// Range of the evidence from sides, natural log odds. Voices on two sides are hardly one person.
/// Voices that seem to be on one side may well be two people, of whom one is rude or badly
/// recognized.
const WORDS_BETWEEN: [f64; 2] = [-1.0, 3.5];

/// Weight of a question that the other voice answers …
const ANSWERED_WEIGHT: f64 = 0.6;

/// … and of one after which the same voice goes on (against two people) …
const UNANSWERED_WEIGHT: f64 = 0.4;

/// … if the next word follows within this time, seconds …
const ANSWER_WITHIN_S: f64 = 3.0;

/// … and the largest weight of all questions.
const QUESTIONS_AT_MOST: f64 = 2.0;

/// A voice with this much speech and no word, while the other has words, is a sound rather than a
/// person, seconds …
const WORDLESS_MIN_S: f64 = 1.5;

/// … which subtracts this from the log odds.
const WORDLESS_WEIGHT: f64 = 6.0;

/// When a voice speaks, and its words.
#[derive(Debug, Clone, Copy)]
pub struct VoiceWords<'a> {
    /// Its speech, sorted and disjoint.
    pub regions: &'a [Span],
    /// Its words in order of time.
    pub words: &'a [Word],
}

/// The log odds from words that two voices are two people.
pub fn two_people_log_odds(voices: [VoiceWords<'_>; 2], context: &CallContext<'_>) -> f64 {
    sides_log_odds(voices, context) + questions_log_odds(voices)
}

/// The evidence from the sides that the voices are on.
fn sides_log_odds(voices: [VoiceWords<'_>; 2], context: &CallContext<'_>) -> f64 {
    if voices.iter().all(|voice| voice.words.is_empty()) {
        return 0.0;
    }
    let is_wordless = |voice: &VoiceWords<'_>| {
        let speech_s: f64 = voice.regions.iter().map(Span::duration_s).sum();
        voice.words.is_empty() && speech_s >= WORDLESS_MIN_S
    };
    if voices.iter().any(is_wordless) {
        return -WORDLESS_WEIGHT;
    }
    let guess = guess_agent(&voices.map(|voice| voice.words), context);
    (WORDS_SHARE * guess.evidence_for_two_sides()).clamp(WORDS_BETWEEN[0], WORDS_BETWEEN[1])
}

/// The evidence from the voices that follow questions.
fn questions_log_odds<'a>(voices: [VoiceWords<'a>; 2]) -> f64 {
    let of_voice =
        |(number, voice): (usize, VoiceWords<'a>)| voice.words.iter().map(move |word| (number, word));
    let mut words: Vec<(usize, &Word)> = voices.into_iter().enumerate().flat_map(of_voice).collect();
    words.sort_by(|one, other| one.1.start_s.total_cmp(&other.1.start_s));
    let told = words.windows(2).filter_map(|pair| {
        let ((asking, question), (answering, answer)) = (pair[0], pair[1]);
        let is_answer = answer.start_s - question.end_s <= ANSWER_WITHIN_S;
        (question.text.as_str().ends_with('?') && is_answer).then_some(if asking == answering {
            -UNANSWERED_WEIGHT
        } else {
            ANSWERED_WEIGHT
        })
    });
    told.sum::<f64>().clamp(-QUESTIONS_AT_MOST, QUESTIONS_AT_MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two voices that say lines in turn, two seconds each, with pauses of 0.3 s.
    fn measured(lines: &[&str], measure: impl Fn([VoiceWords<'_>; 2], &CallContext<'_>) -> f64) -> f64 {
        let (mut regions, mut words) = ([vec![], vec![]], [vec![], vec![]]);
        for (line, text) in lines.iter().enumerate() {
            let start_s = 2.3 * line as f64;
            regions[line % 2].push(Span::new(start_s, start_s + 2.0));
            for (place, word) in text.split_whitespace().enumerate() {
                let at_s = start_s + 0.2 * place as f64;
                words[line % 2].push(Word::new(word, at_s, at_s + 0.1, 1.0));
            }
        }
        let voices = [0, 1].map(|voice| VoiceWords { regions: &regions[voice], words: &words[voice] });
        measure(voices, &CallContext::default())
    }

    fn check(lines: &[&str], between: std::ops::RangeInclusive<f64>) {
        let log_odds = measured(lines, two_people_log_odds);
        assert!(between.contains(&log_odds), "{lines:?}: {log_odds}");
    }

    #[test]
    fn two_sides_are_two_people_and_one_side_may_be_one() {
        check(
            &[
                "Добрый день, меня зовут Олег, вам удобно говорить?",
                "Алло, да, у меня нет времени.",
                "Когда вам перезвонить?",
                "Завтра утром.",
            ],
            2.0..=5.5,
        );
        check(
            &["У меня карта не работает.", "Я звонила вчера.", "Мне сказали ждать.", "Я не могу заплатить."],
            -1.0..=-0.1,
        );
        check(&["", "", "", ""], 0.0..=0.0);
    }

    #[test]
    fn a_voice_without_words_is_a_sound() {
        check(&["Сегодня был платёж по кредиту.", "", "Сумма не уменьшилась.", ""], -6.0..=-6.0);
    }

    #[test]
    fn who_speaks_after_a_question_counts() {
        let check = |lines: &[&str], expected: f64| {
            let log_odds = measured(lines, |voices, _| questions_log_odds(voices));
            assert!((log_odds - expected).abs() < 1e-9, "{lines:?}: {log_odds}");
        };
        check(&["раз?", "два", "три?", "четыре"], 1.2);
        check(&["раз? два", "три", "четыре? пять", "шесть"], -0.8);
        check(&["раз"; 4], 0.0);
        check(&["раз?"; 20], QUESTIONS_AT_MOST);
    }
}
