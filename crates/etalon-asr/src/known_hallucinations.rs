//! Phrases that the model says over noise, because they stand in the subtitles it was trained on.

use crate::transcriber::RecognizedWord;
use etalon_text::{ListedPhrase, normalize_word};
use std::sync::LazyLock;

/// Phrases that nobody says on the telephone; capitalised words that follow one
/// are the names of whoever made the subtitles and go with it.
static CREDITS: LazyLock<Vec<ListedPhrase>> = LazyLock::new(|| {
    [
        "субтитры сделал",
        "субтитры создавал",
        "субтитры создал",
        "субтитры подогнал",
        "субтитры делал",
        "субтитры добавил",
        "субтитры предоставил",
        "субтитры подготовил",
        "редактор субтитров",
        "корректор субтитров",
        "продолжение следует",
        "продолжение в следующей части",
        "спасибо за просмотр",
        "спасибо за субтитры",
        "благодарю за просмотр",
        "приятного просмотра",
        "подписывайтесь на канал",
        "подписывайтесь на мой канал",
        "подписывайтесь на наш канал",
        "подпишись на канал",
        "подпишитесь на канал",
        "ставьте лайки",
        "ставьте лайк",
        "не забудьте подписаться",
        "с вами был игорь негода",
        "dimatorzok",
        "thanks for watching",
        "thank you for watching",
        "please subscribe",
        "like and subscribe",
        "subscribe to my channel",
        "subtitles by",
        "transcription by castingwords",
        "көргендеріңізге рахмет",
        "каналға жазылыңыздар",
        "субтитрлерді жасаған",
    ]
    .map(ListedPhrase::parse)
    .to_vec()
});

/// Words after a credit that belong to it, when they are capitalised: names such as «А.Семкин».
const CREDIT_NAME_MAX: usize = 4;

/// What the model says over noise when it says nothing else in the window; people say it too.
static LONELY: LazyLock<Vec<ListedPhrase>> = LazyLock::new(|| {
    [
        "спасибо",
        "спасибо за внимание",
        "спасибо большое",
        "до новых встреч",
        "всем пока",
        "пока",
        "музыка",
        "thank you",
        "thanks",
        "bye",
        "bye bye",
        "you",
        "рахмет",
        "назарларыңызға рахмет",
    ]
    .map(ListedPhrase::parse)
    .to_vec()
});

/// Sounds that subtitles describe in capitals: «ТРЕВОЖНАЯ МУЗЫКА».
const SOUNDS: [&str; 12] = [
    "музыка",
    "музыки",
    "смех",
    "аплодисменты",
    "шум",
    "свист",
    "стук",
    "выстрел",
    "звонок",
    "music",
    "applause",
    "laughter",
];

/// The places of words that belong to a credit or to the description of a sound.
pub(crate) fn credits(words: &[RecognizedWord]) -> Vec<usize> {
    let normal: Vec<String> = words.iter().map(|word| normalize_word(&word.text)).collect();
    let mut places = Vec::new();
    for start in 0..normal.len() {
        for length in CREDITS.iter().filter_map(|credit| credit.length_in_words(&normal[start..])) {
            let end = start + length;
            let names = words[end..].iter().take(CREDIT_NAME_MAX).take_while(|word| begins_upper(&word.text));
            let names = if ends_sentence(&words[end - 1].text) { 0 } else { names.count() };
            places.extend(start..end + names);
        }
    }
    let mut start = 0;
    for shouted in words.chunk_by(|one, next| is_upper(&one.text) == is_upper(&next.text)) {
        let end = start + shouted.len();
        let names_sound = normal[start..end].iter().any(|word| SOUNDS.contains(&word.as_str()));
        if is_upper(&shouted[0].text) && names_sound {
            places.extend(start..end);
        }
        start = end;
    }
    places
}

/// Whether the words are nothing but a phrase that the model says over noise.
pub(crate) fn is_lonely(words: &[RecognizedWord]) -> bool {
    let said: Vec<String> = words.iter().map(|word| normalize_word(&word.text)).collect();
    LONELY.iter().any(|phrase| phrase.length_in_words(&said) == Some(said.len()))
}

fn begins_upper(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

fn ends_sentence(word: &str) -> bool {
    word.ends_with(['.', '!', '?', '…'])
}

fn is_upper(word: &str) -> bool {
    let mut letters = word.chars().filter(|letter| letter.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(char::is_uppercase)
}
