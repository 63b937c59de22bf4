//! Phrases that the model hallucinates in noise because its training subtitles contain them.

use crate::transcriber::RecognizedWord;
use etalon_text::{ListedPhrase, listed_phrases, normalize_word};
use std::sync::LazyLock;

const CREDITS_TEXT: &str = include_str!("../lexicons/credits.txt");
const LONELY_TEXT: &str = include_str!("../lexicons/lonely.txt");
const SOUNDS_TEXT: &str = include_str!("../lexicons/sounds.txt");

/// The embedded lists.
pub(crate) const EMBEDDED: [&str; 3] = [CREDITS_TEXT, LONELY_TEXT, SOUNDS_TEXT];

/// Phrases that nobody says on the telephone. Capitalised words after one are the names of the
/// subtitles' makers and are removed with it.
static CREDITS: LazyLock<Vec<ListedPhrase>> = LazyLock::new(|| listed_phrases(CREDITS_TEXT));

/// How many capitalised words after a credit belong to it: names such as «А.Семкин».
const CREDIT_NAME_MAX: usize = 4;

/// Phrases that are hallucinations only if the window holds nothing else; people say them too.
static LONELY: LazyLock<Vec<ListedPhrase>> = LazyLock::new(|| listed_phrases(LONELY_TEXT));

/// Sounds that subtitles describe in capitals: «ТРЕВОЖНАЯ МУЗЫКА».
static SOUNDS: LazyLock<Vec<ListedPhrase>> = LazyLock::new(|| listed_phrases(SOUNDS_TEXT));

/// Indices of words that belong to a credit or to the description of a sound.
pub(crate) fn credits(words: &[RecognizedWord]) -> Vec<usize> {
    let normal: Vec<String> = words.iter().map(|word| normalize_word(&word.text)).collect();
    let mut places = Vec::new();
    for start in 0..normal.len() {
        for length in CREDITS.iter().filter_map(|credit| credit.length_in_words(&normal[start..])) {
            let end = start + length;
            places.extend(start..end + names_after(&words[..end], &words[end..]));
        }
    }
    let mut start = 0;
    for shouted in words.chunk_by(|one, next| is_upper(&one.text) == is_upper(&next.text)) {
        let end = start + shouted.len();
        let names_sound = (start..end)
            .any(|at| SOUNDS.iter().any(|sound| sound.length_in_words(&normal[at..end]).is_some()));
        if is_upper(&shouted[0].text) && names_sound {
            places.extend(start..end);
        }
        start = end;
    }
    places
}

/// How many words after a credit are names that belong to it: capitalised words of the same
/// sentence.
fn names_after(credit: &[RecognizedWord], behind: &[RecognizedWord]) -> usize {
    let mut is_same_sentence = credit.last().is_none_or(|last| !ends_sentence(&last.text));
    let is_name = |word: &&RecognizedWord| {
        let is_name = is_same_sentence && begins_upper(&word.text);
        is_same_sentence = !ends_sentence(&word.text);
        is_name
    };
    behind.iter().take(CREDIT_NAME_MAX).take_while(is_name).count()
}

/// Whether the words are exactly one phrase of `LONELY`.
pub(crate) fn is_lonely(words: &[RecognizedWord]) -> bool {
    let said: Vec<String> = words.iter().map(|word| normalize_word(&word.text)).collect();
    LONELY.iter().any(|phrase| phrase.length_in_words(&said) == Some(said.len()))
}

fn begins_upper(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

/// Whether the word ends a sentence; an initial such as «А.» does not.
fn ends_sentence(word: &str) -> bool {
    let is_initial = word.ends_with('.') && word.chars().filter(|letter| letter.is_alphabetic()).count() == 1;
    word.ends_with(['.', '!', '?', '…']) && !is_initial
}

fn is_upper(word: &str) -> bool {
    let mut letters = word.chars().filter(|letter| letter.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(char::is_uppercase)
}
