//! Joins tokens into words, for every engine that writes Whisper's tokens.

use crate::transcriber::RecognizedWord;

/// A token as bytes: it may end inside a character.
pub(crate) struct Token {
    pub(crate) bytes: Vec<u8>,
    /// Its probability, 0 to 1.
    pub(crate) probability: f64,
    /// When the model goes on to the next token, seconds from the start of the window; negative if
    /// unknown.
    pub(crate) end_s: f64,
}

impl Token {
    /// Whether it is only punctuation.
    fn is_punctuation(&self) -> bool {
        std::str::from_utf8(&self.bytes).is_ok_and(|text| !text.chars().any(char::is_alphanumeric))
    }
}

/// A token takes about this long, seconds, plus [`LETTER_S`] for each letter.
const TOKEN_S: f64 = 0.1;
const LETTER_S: f64 = 0.06;

/// Joins tokens into words. A token that begins with a space begins a word.
///
/// The alignment gives the end of each token. A word therefore begins where the previous one ended.
/// Its letters end with its last token of letters; the punctuation after them takes up the pause.
pub(crate) fn words_from_tokens(tokens: &[Token], window_s: f64) -> Vec<RecognizedWord> {
    let mut words = Vec::new();
    let mut start_s = 0.0_f64;
    for group in tokens.chunk_by(|_, next| next.bytes.first() != Some(&b' ')) {
        let bytes: Vec<u8> = group.iter().flat_map(|token| token.bytes.iter().copied()).collect();
        let text = String::from_utf8_lossy(&bytes).trim().to_owned();
        let over_s = |tokens: &[Token]| {
            tokens.iter().map(|token| token.end_s).fold(start_s, f64::max).min(window_s.max(start_s))
        };
        if text.chars().any(char::is_alphanumeric) {
            let is_letter = |token: &Token| !token.is_punctuation();
            let letters = group.iter().rposition(is_letter).map_or(group.len(), |last| last + 1);
            words.push(RecognizedWord {
                text,
                start_s,
                letters_end_s: over_s(&group[..letters]),
                end_s: over_s(group),
                onset_s: group
                    .iter()
                    .find(|token| is_letter(token))
                    .map_or(start_s, |first| onset_s(first, start_s)),
                confidence: geometric_mean(group),
            });
        }
        start_s = over_s(group);
    }
    words
}

/// Estimated onset of a word: half of the first token's duration before the token's end. A pause
/// before a word is aligned to its first token, so the token's start may lie long before the
/// speech.
fn onset_s(first: &Token, start_s: f64) -> f64 {
    let letters = String::from_utf8_lossy(&first.bytes).trim().chars().count();
    (first.end_s - 0.5 * (TOKEN_S + LETTER_S * letters as f64)).max(start_s)
}

fn geometric_mean(tokens: &[Token]) -> f64 {
    mean_log_probability(tokens).map_or(1.0, |mean| mean.exp().clamp(0.0, 1.0))
}

/// The mean natural logarithm of the probabilities; none without tokens.
pub(crate) fn mean_log_probability(tokens: &[Token]) -> Option<f64> {
    let logarithms: f64 = tokens.iter().map(|token| token.probability.max(1e-9).ln()).sum();
    (!tokens.is_empty()).then(|| logarithms / tokens.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(bytes: &[u8], end_s: f64, probability: f64) -> Token {
        Token { bytes: bytes.to_vec(), probability, end_s }
    }

    #[test]
    fn tokens_become_words_also_when_a_character_is_divided() {
        let yes = " да".as_bytes();
        let tokens = [
            token(&yes[..2], 0.5, 0.9),
            token(&yes[2..], 0.7, 0.4),
            token(b",", 0.8, 1.0),
            token(" нет".as_bytes(), 1.4, 0.5),
        ];
        let words = words_from_tokens(&tokens, 10.0);
        let seen: Vec<_> = words
            .iter()
            .map(|word| (word.text.as_str(), word.start_s, word.letters_end_s, word.end_s))
            .collect();
        assert_eq!(seen, [("да,", 0.0, 0.7, 0.8), ("нет", 0.8, 1.4, 1.4)]);
        assert!((words[0].onset_s - 0.42).abs() < 1e-9 && (words[1].onset_s - 1.26).abs() < 1e-9);
        assert!((words[0].confidence - 0.36_f64.cbrt()).abs() < 1e-9);
    }

    #[test]
    fn punctuation_alone_is_no_word_and_invalid_bytes_do_not_fail() {
        let words =
            words_from_tokens(&[token(" —".as_bytes(), 0.2, 0.9), token(&[b' ', 0xD0], 0.4, 0.9)], 10.0);
        assert!(words.is_empty());
    }
}
