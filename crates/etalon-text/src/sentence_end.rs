//! Where sentences end.

/// Whether a written word ends a sentence: a full stop, a mark or an ellipsis stands at its end,
/// perhaps inside of a closing quotation mark or bracket.
pub fn ends_sentence(word: &str) -> bool {
    word.trim_end_matches(['»', '"', ')', '”']).ends_with(['.', '!', '?', '…'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_at_their_marks() {
        for (word, ends) in [
            ("да.", true),
            ("да?»", true),
            ("да…)", true),
            ("да!”", true),
            ("да,", false),
            ("да»", false),
            ("", false),
        ] {
            assert_eq!(ends_sentence(word), ends, "{word}");
        }
    }
}
