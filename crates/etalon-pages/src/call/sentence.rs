//! The whole sentence around what evidence quotes.

use etalon_call::{Evidence, Turn};

/// What ends a sentence.
const ENDS: [char; 4] = ['.', '?', '!', '…'];

/// A quote with what stands before and after it in its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct QuotedSentence<'a> {
    pub(super) before: &'a str,
    pub(super) quote: &'a str,
    pub(super) after: &'a str,
}

/// The sentence that holds the quote of a place, from the turn that is spoken there. A quote of which
/// no turn knows stands alone: the transcript may have been corrected since.
pub(super) fn sentence_around<'a>(place: &'a Evidence, turns: &'a [Turn]) -> QuotedSentence<'a> {
    let quote = place.quote.as_str();
    let alone = QuotedSentence { before: "", quote, after: "" };
    if quote.is_empty() {
        return alone;
    }
    let is_there = |turn: &&Turn| {
        turn.start_s <= place.end_s
            && turn.end_s >= place.start_s
            && place.speaker.is_none_or(|speaker| speaker == turn.speaker)
    };
    let around = turns.iter().filter(is_there).find_map(|turn| turn.text.as_str().split_once(quote));
    around.map_or(alone, |(before, after)| QuotedSentence {
        before: last_sentence(before),
        quote,
        after: if quote.ends_with(ENDS) { "" } else { first_sentence(after) },
    })
}

/// What follows the last end of a sentence.
fn last_sentence(text: &str) -> &str {
    let mut start = 0;
    for (place, _) in text.match_indices(ENDS) {
        let rest = text[place..].trim_start_matches(ENDS);
        if rest.starts_with(char::is_whitespace) {
            start = text.len() - rest.trim_start().len();
        }
    }
    &text[start..]
}

/// What leads up to the first end of a sentence, with that end.
fn first_sentence(text: &str) -> &str {
    for (place, _) in text.match_indices(ENDS) {
        let rest = text[place..].trim_start_matches(ENDS);
        if rest.is_empty() || rest.starts_with(char::is_whitespace) {
            return &text[..text.len() - rest.len()];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use etalon_call::Role;

    #[test]
    fn a_quote_grows_to_its_sentence_and_no_further() {
        let check = |text: &str, quote: &str, before: &str, after: &str| {
            let turns = [Turn::new(Role::Agent, 1.0, 9.0, text.into(), "ru".to_owned(), Vec::new())];
            let place = Evidence {
                start_s: 2.0,
                end_s: 3.0,
                speaker: Some(Role::Agent),
                quote: quote.into(),
                label: None,
                likeness: None,
                act: None,
                probability: None,
            };
            let found = sentence_around(&place, &turns);
            assert_eq!((found.before, found.quote, found.after), (before, quote, after), "{text}");
        };
        check("Добрый день. Меня это не волнует, думайте! Всё.", "это не", "Меня ", " волнует, думайте!");
        check("Сумма 12.5 тысяч, оплатите", "оплатите", "Сумма 12.5 тысяч, ", "");
        check("Подождите… Сейчас посмотрю. Да.", "Сейчас посмотрю.", "", "");
        check("Алло", "Алло", "", "");
        check("Совсем другое", "не отсюда", "", "");
        let other = Evidence {
            start_s: 20.0,
            end_s: 21.0,
            speaker: Some(Role::Agent),
            quote: "день".into(),
            label: None,
            likeness: None,
            act: None,
            probability: None,
        };
        let turns =
            [Turn::new(Role::Agent, 1.0, 9.0, "Добрый день всем".into(), "ru".to_owned(), Vec::new())];
        assert_eq!(sentence_around(&other, &turns).before, "");
    }
}
