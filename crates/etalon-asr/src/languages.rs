//! Chooses the language of each speaker if several are possible.
//!
//! A recognizer detects the language of every window anew and is often wrong on a short or noisy
//! one: a single «алло» becomes a word of a language that nobody in the call speaks. The language
//! is therefore chosen once for each speaker, from its longest window:
//!
//! - the call's language is the one with the most evidence over all speakers: seconds of speech
//!   weighted by probability;
//! - a speaker has another language than the call only on strong evidence: enough speech and a
//!   probability of `STRONG_PROBABILITY`; otherwise it inherits the call's;
//! - a window has another language than its speaker only if it holds some speech, the evidence is
//!   strong, and the text is clearly more probable than the one in the speaker's language.

use crate::transcriber::RecognizedWindow;

/// The least speech from which a speaker's language can differ from the call's, seconds.
const SPEECH_MIN_S: f64 = 5.0;

/// The least probability of a language that differs from the call's or the speaker's.
const STRONG_PROBABILITY: f64 = 0.8;

/// The least speech in a window whose language can differ from its speaker's, seconds.
const DIFFERENT_SPEECH_MIN_S: f64 = 3.0;

/// How much higher the mean log probability has to be in another language.
const BETTER_LOG_PROBABILITY: f64 = 0.2;

/// The language that the recognizer detected in a window.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LanguageVote<'a> {
    /// Speech in the window, seconds.
    pub(crate) speech_s: f64,
    /// The most probable language.
    pub(crate) language: &'a str,
    /// Its probability, 0 to 1.
    pub(crate) probability: f64,
}

/// The languages of a call.
#[derive(Debug, PartialEq)]
pub(crate) struct ChosenLanguage {
    /// The language of the call as a whole.
    pub(crate) call: String,
    /// The language of the speaker of each vote.
    pub(crate) votes: Vec<String>,
}

/// Chooses from one vote for each speaker; none without votes.
pub(crate) fn choose(votes: &[LanguageVote<'_>], languages: &[String]) -> Option<ChosenLanguage> {
    if votes.is_empty() {
        return None;
    }
    let evidence_s = |language: &str| -> f64 {
        let of_language = votes.iter().filter(|vote| vote.language == language);
        of_language.map(|vote| vote.speech_s * vote.probability).sum()
    };
    // The first of equals wins: languages are listed in order of preference.
    let call =
        languages.iter().rev().max_by(|one, other| evidence_s(one).total_cmp(&evidence_s(other)))?.clone();
    let of_speaker = |vote: &LanguageVote<'_>| {
        let is_strong = vote.speech_s >= SPEECH_MIN_S && vote.probability >= STRONG_PROBABILITY;
        if is_strong { vote.language.to_owned() } else { call.clone() }
    };
    let votes = votes.iter().map(of_speaker).collect();
    Some(ChosenLanguage { call, votes })
}

/// Whether a window holds enough speech to differ in language from its speaker.
pub(crate) fn is_long_enough_to_differ(speech_s: f64) -> bool {
    speech_s >= DIFFERENT_SPEECH_MIN_S
}

/// Whether `again`, in the detected language, is so much more probable than `before`, in the
/// speaker's language, that the window is in the detected one.
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
        // Too little speech or a low probability: the rest of the call decides.
        check(&[(25.0, "ru", 0.95), (1.2, "en", 0.99)], "ru", &["ru", "ru"]);
        check(&[(25.0, "ru", 0.95), (20.0, "kk", 0.55)], "ru", &["ru", "ru"]);
        check(&[(1.0, "kk", 0.6), (2.0, "en", 0.9)], "en", &["en", "en"]);
        // No evidence for any language: the first in the list.
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
