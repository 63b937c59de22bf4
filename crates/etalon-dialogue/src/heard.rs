//! Matches listed words in the spellings that a recogniser gives them.

use etalon_text::ListedWord;

/// The shortest word, in letters, that may match by its sound.
const SAME_SOUND_MIN: usize = 6;

/// A word of a call with its written form and its sound.
#[derive(Debug)]
pub(crate) struct Spelling {
    written: String,
    /// None if the word is too short to match by sound.
    sound: Option<String>,
}

impl Spelling {
    /// Takes a word in the spelling of `normalize_word`.
    pub(crate) fn of(written: &str) -> Self {
        Self { sound: sound_of(written), written: written.to_owned() }
    }
}

/// A listed word, matched as written or, if it is long enough, by its sound («паставлю»).
pub(crate) struct HeardWord {
    written: ListedWord,
    sound: Option<ListedWord>,
}

impl From<ListedWord> for HeardWord {
    fn from(written: ListedWord) -> Self {
        let sound = match &written {
            ListedWord::Word(word) => sound_of(word).map(ListedWord::Word),
            ListedWord::Beginning(beginning) => sound_of(beginning).map(ListedWord::Beginning),
        };
        Self { written, sound }
    }
}

impl HeardWord {
    pub(crate) fn matches(&self, word: &Spelling) -> bool {
        let sounds_so = || match (&self.sound, &word.sound) {
            (Some(listed), Some(heard)) => listed.matches(heard),
            _ => false,
        };
        self.written.matches(&word.written) || sounds_so()
    }
}

/// The sound of a Russian word as a recogniser may spell it: vowels that sound alike when
/// unstressed are merged; hard and soft signs and doubled letters are dropped. None for short words
/// and other alphabets.
fn sound_of(word: &str) -> Option<String> {
    let is_cyrillic = word.chars().all(|letter| ('а'..='я').contains(&letter));
    if !is_cyrillic || word.chars().count() < SAME_SOUND_MIN {
        return None;
    }
    let mut sound = String::with_capacity(word.len());
    for letter in word.chars() {
        let heard = match letter {
            'о' => 'а',
            'е' | 'я' | 'ы' | 'э' => 'и',
            'ю' => 'у',
            'ь' | 'ъ' => continue,
            other => other,
        };
        if !sound.ends_with(heard) {
            sound.push(heard);
        }
    }
    Some(sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_word_is_known_by_its_sound_and_a_short_one_is_not() {
        for (listed, heard, expected) in [
            ("поставлю", "паставлю", true),
            ("удержан*", "удиржание", true),
            ("перебивайте", "перебевайте", true),
            ("да", "до", false),
            ("хорошо", "хорошая", false),
            ("минут*", "монета", false),
            ("perfect", "perfict", false),
        ] {
            assert_eq!(
                HeardWord::from(ListedWord::parse(listed)).matches(&Spelling::of(heard)),
                expected,
                "{listed}: {heard}"
            );
        }
    }
}
