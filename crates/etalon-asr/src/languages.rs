//! Which language a speaker is in, where several are possible.
//!
//! A recognizer guesses the language of every window anew, and of a short or noisy one it guesses
//! wrong: a lone «алло» becomes a word of a language that nobody in the call speaks. The language
//! is therefore chosen once for each speaker, by its longest window:
//!
//! - the call's language is the one with the most evidence over all speakers, seconds of speech
//!   weighted by probability;
//! - a speaker has another language than the call only if its evidence is strong: enough speech and
//!   a probability of `STRONG_PROBABILITY`; otherwise it inherits the call's;
//! - a window has another language than its speaker only if it holds some speech, the evidence is
//!   strong, and the text makes clearly more sense than the one in the speaker's language.

use crate::transcriber::RecognizedWindow;

/// The least speech by which a language other than the call's can be told, seconds.
const SPEECH_MIN_S: f64 = 5.0;

/// The least probability by which a speaker is in another language than the rest of the call.
const STRONG_PROBABILITY: f64 = 0.8;

/// The least speech by which a window can differ from its speaker, seconds.
const DIFFERENT_SPEECH_MIN_S: f64 = 3.0;

/// How much better the mean log probability has to be in another language.
const BETTER_LOG_PROBABILITY: f64 = 0.2;

/// What the recognizer takes a window for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LanguageVote<'a> {
    /// How much speech the window holds, seconds.
    pub(crate) speech_s: f64,
    /// The likeliest language.
    pub(crate) language: &'a str,
    /// Its probability, 0 to 1.
    pub(crate) probability: f64,
}

/// The languages of a call.
#[derive(Debug, PartialEq)]
pub(crate) struct ChosenLanguage {
    /// The language of the call as a whole.
    pub(crate) call: String,
    /// The language of each vote's speaker.
    pub(crate) votes: Vec<String>,
}

/// Chooses by one vote for each speaker; none without votes.
pub(crate) fn choose(votes: &[LanguageVote<'_>], languages: &[String]) -> Option<ChosenLanguage> {
    if votes.is_empty() {
        return None;
    }
    let evidence_s = |language: &str| -> f64 {
        let of_language = votes.iter().filter(|vote| vote.language == language);
        of_language.map(|vote| vote.speech_s * vote.probability).sum()
    };
    // The first of equals: languages are listed in order of preference.
    let call =
        languages.iter().rev().max_by(|one, other| evidence_s(one).total_cmp(&evidence_s(other)))?.clone();
    let of_speaker = |vote: &LanguageVote<'_>| {
        let is_strong = vote.speech_s >= SPEECH_MIN_S && vote.probability >= STRONG_PROBABILITY;
        if is_strong { vote.language.to_owned() } else { call.clone() }
    };
    let votes = votes.iter().map(of_speaker).collect();
    Some(ChosenLanguage { call, votes })
}

/// Whether a window holds enough speech to be in another language than its speaker.
pub(crate) fn is_long_enough_to_differ(speech_s: f64) -> bool {
    speech_s >= DIFFERENT_SPEECH_MIN_S
}

/// Whether a window, recognized in the language that the recognizer takes it for, makes so much
/// more sense than `before`, in its speaker's language, that it is in that language.
pub(crate) fn is_better(again: &RecognizedWindow, before: &RecognizedWindow) -> bool {
    let sense = |recognized: &RecognizedWindow| recognized.mean_log_probability.unwrap_or(f64::NEG_INFINITY);
    again.language != before.language
        && again.language_probability.is_some_and(|probability| probability >= STRONG_PROBABILITY)
        && sense(again) >= sense(before) + BETTER_LOG_PROBABILITY
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(votes: &[(f64, &str, f64)], call: &str, speakers: &[&str]) {
        let languages = ["ru", "kk", "en"].map(str::to_owned);
        let votes: Vec<LanguageVote<'_>> = votes
            .iter()
            .map(|&(speech_s, language, probability)| LanguageVote { speech_s, language, probability })
            .collect();
        let chosen = choose(&votes, &languages).unwrap();
        assert_eq!(chosen.call, call, "{votes:?}");
        assert_eq!(chosen.votes, speakers, "{votes:?}");
    }

    #[test]
    fn a_channel_has_its_own_language_only_on_strong_evidence() {
        check(&[(25.0, "ru", 0.95), (20.0, "ru", 0.9)], "ru", &["ru", "ru"]);
        check(&[(25.0, "ru", 0.95), (20.0, "kk", 0.9)], "ru", &["ru", "kk"]);
        // Short or unsure: the rest of the call decides.
        check(&[(25.0, "ru", 0.95), (1.2, "en", 0.99)], "ru", &["ru", "ru"]);
        check(&[(25.0, "ru", 0.95), (20.0, "kk", 0.55)], "ru", &["ru", "ru"]);
        check(&[(1.0, "kk", 0.6), (2.0, "en", 0.9)], "en", &["en", "en"]);
        // Nothing speaks for any of them: the first that is listed.
        check(&[(3.0, "ru", 0.0)], "ru", &["ru"]);
        assert_eq!(choose(&[], &["ru".to_owned(), "kk".to_owned()]), None);
    }

    #[test]
    fn a_window_changes_its_language_only_if_that_makes_more_sense() {
        let recognized = |language: &str, probability, sense| RecognizedWindow {
            language: language.to_owned(),
            language_probability: probability,
            mean_log_probability: sense,
            ..RecognizedWindow::default()
        };
        let before = recognized("ru", None, Some(-1.2));
        assert!(is_long_enough_to_differ(9.0) && !is_long_enough_to_differ(2.0));
        assert!(is_better(&recognized("kk", Some(0.9), Some(-0.6)), &before));
        assert!(!is_better(&recognized("kk", Some(0.5), Some(-0.6)), &before));
        assert!(!is_better(&recognized("kk", Some(0.9), Some(-1.1)), &before));
        assert!(!is_better(&recognized("ru", Some(0.9), Some(-0.2)), &before));
    }
}
