//! Words as rules and scorers see them: one spelling, one form of numbers.

#![forbid(unsafe_code)]

/// The form in which two spellings of one word are equal: lower case, ё as е, no punctuation at the edges.
///
/// Inner hyphens stay («из-за»), so do digits; a token of punctuation alone becomes empty.
pub fn normalize_word(word: &str) -> String {
    word.trim_matches(|character: char| !character.is_alphanumeric())
        .chars()
        .flat_map(char::to_lowercase)
        .map(|character| if character == 'ё' { 'е' } else { character })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::normalize_word;

    #[test]
    fn spellings_of_one_word_become_equal() {
        for (word, expected) in
            [("Ещё,", "еще"), ("«ВЕКТОР»", "вектор"), ("из-за", "из-за"), ("—", ""), ("12", "12")]
        {
            assert_eq!(normalize_word(word), expected, "{word}");
        }
    }
}
