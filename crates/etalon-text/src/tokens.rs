//! Cuts a text into normalized words.

use crate::vocabulary::is_multiplier;

/// Normalizes the spelling of a word: lower case, ё as е, no stress marks, no punctuation at the
/// edges.
///
/// Inner hyphens («из-за») and digits stay; punctuation alone becomes empty.
pub fn normalize_word(word: &str) -> String {
    one_spelling(word).trim_matches(|character: char| !character.is_alphanumeric()).to_owned()
}

/// The words of a text, in the spelling of [`normalize_word`].
///
/// Cut at white space, dashes and all punctuation but a hyphen inside a word («из-за»), an
/// apostrophe between letters or digits and a separator between digits («1,5», «10:30»). Tokens of
/// punctuation alone are dropped. The signs of percent, currencies and number become words («%»
/// процентов, «₽» рублей, «№» номер; English words in a text with Latin and without Cyrillic
/// letters); a currency sign before its amount becomes a word after it.
pub fn tokens(text: &str) -> Vec<String> {
    let characters: Vec<char> = one_spelling(text).chars().collect();
    let english = characters.iter().any(char::is_ascii_alphabetic)
        && !characters.iter().any(|character| ('\u{400}'..='\u{52f}').contains(character));
    let mut found = Tokens::default();
    let mut position = 0;
    while let Some(&character) = characters.get(position) {
        if character.is_alphanumeric() {
            let end = end_of_word(&characters, position);
            found.push(characters[position..end].iter().collect());
            position = end;
            continue;
        }
        if let Some(sign) = sign_in_words(character, english) {
            let before_amount = characters.get(position + 1).is_some_and(char::is_ascii_digit);
            if before_amount && character != '№' {
                found.hold(sign);
            } else {
                found.push(sign.to_owned());
            }
        } else if !character.is_whitespace() {
            found.release();
        }
        position += 1;
    }
    found.finish()
}

/// Lower case, ё as е, one hyphen and one apostrophe, no stress marks, soft hyphens and characters
/// of no width.
fn one_spelling(text: &str) -> String {
    let mut spelling = String::with_capacity(text.len());
    for character in text.chars().flat_map(char::to_lowercase) {
        match character {
            'ё' => spelling.push('е'),
            '‐' | '‑' => spelling.push('-'),
            '’' | 'ʼ' | '`' => spelling.push('\''),
            // The decomposed form of й; ё loses its dots here, too.
            '\u{306}' if spelling.ends_with('и') => {
                spelling.pop();
                spelling.push('й');
            }
            '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}' => {}
            _ => spelling.push(character),
        }
    }
    spelling
}

/// The end of the word that begins at `start`.
fn end_of_word(characters: &[char], start: usize) -> usize {
    let mut end = start + 1;
    while let Some(&character) = characters.get(end) {
        if character.is_alphanumeric() {
            end += 1;
        } else if characters.get(end + 1).is_some_and(|&next| joins(character, characters[end - 1], next)) {
            end += 2;
        } else {
            break;
        }
    }
    end
}

/// Whether a mark between these two characters belongs to the word.
fn joins(mark: char, before: char, after: char) -> bool {
    match mark {
        '-' => after.is_alphanumeric(),
        '\'' => {
            before.is_alphabetic() && after.is_alphabetic()
                || before.is_ascii_digit() && after.is_ascii_digit()
        }
        '.' | ',' | ':' => before.is_ascii_digit() && after.is_ascii_digit(),
        _ => false,
    }
}

fn sign_in_words(sign: char, english: bool) -> Option<&'static str> {
    let (russian_word, english_word) = match sign {
        '%' => ("процентов", "percent"),
        '₽' => ("рублей", "rubles"),
        '₸' => ("тенге", "tenge"),
        '$' => ("долларов", "dollars"),
        '€' => ("евро", "euros"),
        '№' => ("номер", "number"),
        _ => return None,
    };
    Some(if english { english_word } else { russian_word })
}

/// Words in order, with a currency that precedes its amount.
#[derive(Default)]
struct Tokens {
    words: Vec<String>,
    held_currency: Option<&'static str>,
}

impl Tokens {
    fn push(&mut self, word: String) {
        let of_the_amount = word.starts_with(|first: char| first.is_ascii_digit()) || is_multiplier(&word);
        if !of_the_amount {
            self.release();
        }
        self.words.push(word);
    }

    fn hold(&mut self, currency: &'static str) {
        self.release();
        self.held_currency = Some(currency);
    }

    fn release(&mut self) {
        self.words.extend(self.held_currency.take().map(str::to_owned));
    }

    fn finish(mut self) -> Vec<String> {
        self.release();
        self.words
    }
}
