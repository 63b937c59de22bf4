//! The vocabulary: bytes of tokens, special tokens, suppressed tokens, and tokenization.

use crate::file::Header;
use std::collections::HashMap;

/// The languages in the order of their tokens (`whisper/tokenizer.py`).
pub(crate) const LANGUAGES: [&str; 100] = [
    "en", "zh", "de", "es", "ru", "ko", "fr", "ja", "pt", "tr", "pl", "ca", "nl", "ar", "sv", "it", "id",
    "hi", "fi", "vi", "he", "uk", "el", "ms", "cs", "ro", "da", "hu", "ta", "no", "th", "ur", "hr", "bg",
    "lt", "la", "mi", "ml", "cy", "sk", "te", "fa", "lv", "bn", "sr", "az", "sl", "kn", "et", "mk", "br",
    "eu", "is", "hy", "ne", "mn", "bs", "kk", "sq", "sw", "gl", "mr", "pa", "si", "km", "sn", "yo", "so",
    "af", "oc", "ka", "be", "tg", "sd", "gu", "am", "yi", "lo", "uz", "fo", "ht", "ps", "tk", "nn", "mt",
    "sa", "lb", "my", "bo", "tl", "mg", "as", "tt", "haw", "ln", "ha", "ba", "jw", "su", "yue",
];

/// Least vocabulary of a multilingual model, tokens.
const MULTILINGUAL_FROM: usize = 51_865;
/// Tokens of a multilingual model that are not languages.
const NOT_LANGUAGES: usize = 51_766;

/// Text that nobody says, in the order of `non_speech_tokens` in `whisper/tokenizer.py`.
const NON_SPEECH: [&str; 54] = [
    "\"",
    "#",
    "(",
    ")",
    "*",
    "+",
    "/",
    ":",
    ";",
    "<",
    "=",
    ">",
    "@",
    "[",
    "\\",
    "]",
    "^",
    "_",
    "`",
    "{",
    "|",
    "}",
    "~",
    "「",
    "」",
    "『",
    "』",
    "<<",
    ">>",
    "<<<",
    ">>>",
    "--",
    "---",
    "-(",
    "-[",
    "('",
    "(\"",
    "((",
    "))",
    "(((",
    ")))",
    "[[",
    "]]",
    "{{",
    "}}",
    "♪♪",
    "♪♪♪",
    "♩",
    "♪",
    "♫",
    "♬",
    "♭",
    "♮",
    "♯",
];

/// The tokens of a model.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    tokens: Vec<Vec<u8>>,
    by_bytes: HashMap<Vec<u8>, u32>,
    longest: usize,
    /// Added to the logits: [`NEVER`] for suppressed tokens.
    pub(crate) mask: Vec<f32>,
    /// The same for the first token of a window.
    pub(crate) first_mask: Vec<f32>,
    pub(crate) end_of_text: u32,
    pub(crate) start: u32,
    pub(crate) languages: usize,
    pub(crate) transcribe: u32,
    pub(crate) previous: u32,
    pub(crate) no_speech: u32,
    pub(crate) no_timestamps: u32,
}

/// Added to a logit, it leaves no probability but stays finite.
const NEVER: f32 = -1e9;

impl Vocabulary {
    /// The vocabulary of a model file; `padded` is the length of a row of logits.
    pub(crate) fn new(header: &Header, tokens: Vec<Vec<u8>>, padded: usize) -> Self {
        let multilingual = header.vocabulary >= MULTILINGUAL_FROM;
        let languages = if multilingual {
            header.vocabulary.saturating_sub(NOT_LANGUAGES).min(LANGUAGES.len())
        } else {
            LANGUAGES.len() - 1
        };
        let end_of_text = if multilingual { 50_257 } else { 50_256 };
        let start = end_of_text + 1;
        let translate = start + languages as u32 + u32::from(multilingual);
        let by_bytes: HashMap<Vec<u8>, u32> = tokens
            .iter()
            .take(end_of_text as usize)
            .enumerate()
            .filter(|(_, bytes)| !bytes.is_empty())
            .map(|(id, bytes)| (bytes.clone(), id as u32))
            .collect();
        let longest = by_bytes.keys().map(Vec::len).max().unwrap_or(0);
        let mut vocabulary = Self {
            tokens,
            by_bytes,
            longest,
            mask: Vec::new(),
            first_mask: Vec::new(),
            end_of_text,
            start,
            languages: if multilingual { languages } else { 0 },
            transcribe: translate + 1,
            previous: translate + 3,
            no_speech: translate + 4,
            no_timestamps: translate + 5,
        };
        vocabulary.mask_what_nobody_says(padded);
        vocabulary
    }

    fn mask_what_nobody_says(&mut self, padded: usize) {
        let mut mask = vec![0.0; padded];
        // Tokens after the end of text are not text: languages, tasks, times, and the padding of
        // the last panel.
        for value in mask.iter_mut().skip(self.end_of_text as usize + 1) {
            *value = NEVER;
        }
        let spaced = NON_SPEECH.iter().map(|text| format!(" {text}"));
        let plain = NON_SPEECH.iter().map(ToString::to_string);
        for text in plain.chain(spaced).chain([" -".to_owned(), " '".to_owned()]) {
            if let Some(value) = self.by_bytes.get(text.as_bytes()).and_then(|id| mask.get_mut(*id as usize))
            {
                *value = NEVER;
            }
        }
        let mut first = mask.clone();
        let blank = self.by_bytes.get(&b" "[..]).copied();
        for id in blank.into_iter().chain([self.end_of_text]) {
            if let Some(value) = first.get_mut(id as usize) {
                *value = NEVER;
            }
        }
        (self.mask, self.first_mask) = (mask, first);
    }

    pub(crate) fn is_multilingual(&self) -> bool {
        self.languages > 0
    }

    /// Rows of the decoder before the one that attends to the first text token: that is the last
    /// one of start, language and task.
    pub(crate) fn prefix_rows(&self) -> usize {
        if self.is_multilingual() { 3 } else { 1 }
    }

    /// The token of a language that the model supports.
    pub(crate) fn language_token(&self, code: &str) -> Option<u32> {
        let index = LANGUAGES.iter().take(self.languages).position(|known| *known == code)?;
        Some(self.start + 1 + index as u32)
    }

    /// The bytes of a text token.
    pub(crate) fn bytes(&self, token: u32) -> &[u8] {
        self.tokens.get(token as usize).map_or(&[], Vec::as_slice)
    }

    /// Tokenizes text like whisper.cpp's `tokenize`: each word or sign, with the space before it,
    /// is divided into the longest matching tokens from its start.
    pub(crate) fn tokens_of(&self, text: &str) -> Vec<u32> {
        let mut tokens = Vec::new();
        for word in words(text) {
            let mut rest = word.as_bytes();
            while !rest.is_empty() {
                let longest = self.longest.min(rest.len());
                let found = (1..=longest)
                    .rev()
                    .find_map(|length| self.by_bytes.get(&rest[..length]).map(|id| (*id, length)));
                let (id, length) = found.map_or((None, 1), |(id, length)| (Some(id), length));
                tokens.extend(id);
                rest = &rest[length..];
            }
        }
        tokens
    }
}

/// Divides text where the kind of character changes: letters, digits, other signs, each with one
/// space before it.
fn words(text: &str) -> Vec<&str> {
    #[derive(PartialEq, Clone, Copy)]
    enum Kind {
        Space,
        Letter,
        Digit,
        Sign,
    }
    let kind_of = |character: char| match character {
        space if space.is_whitespace() => Kind::Space,
        letter if letter.is_alphabetic() => Kind::Letter,
        digit if digit.is_numeric() => Kind::Digit,
        _ => Kind::Sign,
    };
    let mut words = Vec::new();
    let (mut start, mut previous) = (0, None);
    for (at, character) in text.char_indices() {
        let kind = kind_of(character);
        let joined = previous.is_none_or(|before| before == kind)
            || previous == Some(Kind::Space) && text[start..at] == *" ";
        if !joined {
            // The last of several spaces belongs to the next word.
            let cut = if previous == Some(Kind::Space) && text[..at].ends_with(' ') { at - 1 } else { at };
            words.push(&text[start..cut]);
            start = cut;
        }
        previous = Some(kind);
    }
    words.push(&text[start..]);
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary(tokens: &[&str]) -> Vocabulary {
        let header = Header {
            vocabulary: 51_865,
            audio_positions: 1500,
            audio_width: 64,
            audio_heads: 1,
            audio_layers: 1,
            text_positions: 448,
            text_width: 64,
            text_heads: 1,
            text_layers: 1,
            mel_bands: 80,
        };
        let tokens = tokens.iter().map(|token| token.as_bytes().to_vec()).collect();
        Vocabulary::new(&header, tokens, 51_904)
    }

    #[test]
    fn special_tokens_are_those_of_the_model() {
        let vocabulary = vocabulary(&["a"]);
        assert_eq!(vocabulary.language_token("en"), Some(50_259));
        assert_eq!(vocabulary.language_token("ru"), Some(50_263));
        assert_eq!(vocabulary.language_token("yue"), None);
        assert_eq!(vocabulary.language_token("xx"), None);
        assert_eq!((vocabulary.transcribe, vocabulary.previous), (50_359, 50_361));
        assert_eq!((vocabulary.no_speech, vocabulary.no_timestamps), (50_362, 50_363));
    }

    #[test]
    fn text_becomes_the_longest_tokens() {
        let vocabulary = vocabulary(&["д", "да", " да", "т", "е", ",", " ", "1", "12", " н", "нет"]);
        let check = |text: &str, expected: &[&str]| {
            let found = vocabulary.tokens_of(text);
            let found: Vec<&str> =
                found.iter().map(|id| std::str::from_utf8(vocabulary.bytes(*id)).unwrap()).collect();
            assert_eq!(found, expected, "{text}");
        };
        check(" да, нет", &[" да", ",", " н", "е", "т"]);
        check("да12", &["да", "12"]);
        check("да  да", &["да", " ", " да"]);
        check("", &[]);
        check("ж", &[]);
    }

    #[test]
    fn what_nobody_says_is_masked() {
        let vocabulary = vocabulary(&["(", " (", " -", "-", " ", "да"]);
        let masked: Vec<bool> = vocabulary.mask[..6].iter().map(|value| *value < 0.0).collect();
        assert_eq!(masked, [true, true, true, false, false, false]);
        assert!(vocabulary.first_mask[4] < 0.0 && vocabulary.first_mask[50_257] < 0.0);
        assert!(vocabulary.mask[50_257] >= 0.0 && vocabulary.mask[50_258] < 0.0);
    }
}
