//! Words of lists as a recogniser hears them.

use etalon_text::ListedWord;

/// Shortest word, in letters, of which another spelling of the same sounds is accepted.
const SAME_SOUND_MIN: usize = 6;

/// A word of a call.
#[derive(Debug)]
pub(crate) struct Spelling {
    written: String,
    /// None where the word is too short to be known by its sound.
    sound: Option<String>,
}

impl Spelling {
    /// Takes a word as `normalize_word` spells it.
    pub(crate) fn of(written: &str) -> Self {
        Self { sound: sound_of(written), written: written.to_owned() }
    }
}

/// A word of a list: as it is written or, where it is long enough, by its sound («паставлю»).
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

/// The sounds of a Russian word as a recogniser may write them: unstressed vowels are reduced to two, hard and soft
/// signs and doubled letters are not heard. None of short words and of other alphabets.
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
