use crate::lexicon::{FAREWELL, NOTICE};
use crate::settings::DialogueSettings;
use crate::track::SpeakerTrack;
use etalon_call::{Event, EventKind, Span, Word};

/// Words before «до сведения» among which a verb makes it a notice.
const NOTICE_WORDS: usize = 4;

/// The farewells of one speaker, in order. Phrases closer than the turn gap are one farewell.
pub(crate) fn farewell_events(track: &SpeakerTrack<'_>, settings: &DialogueSettings) -> Vec<Event> {
    let words: Vec<_> = track.words.unwrap_or_default().iter().collect();
    let mut farewells: Vec<Span> = Vec::new();
    for phrase in FAREWELL.find(&words).into_iter().filter(|phrase| !is_notice(&words, *phrase)) {
        match farewells.last_mut() {
            Some(last) if phrase.start_s - last.end_s < settings.turn_gap_s => last.end_s = phrase.end_s,
            _ => farewells.push(phrase),
        }
    }
    let event =
        |span: Span| Event::new(EventKind::Farewell { speaker: track.role }, span.start_s, span.end_s);
    farewells.into_iter().map(event).collect()
}

/// Whether the words belong to a notice: «довожу это до сведения» sounds like «до свидания», and
/// recognition writes one for the other.
fn is_notice(words: &[&Word], phrase: Span) -> bool {
    let start = words.partition_point(|word| word.start_s < phrase.start_s);
    let before = &words[start.saturating_sub(NOTICE_WORDS)..start];
    let is_in_sentence = |word: &&Word| !word.text.as_str().ends_with(['.', '!', '?', '…']);
    let sentence = before.iter().rposition(|word| !is_in_sentence(word)).map_or(0, |end| end + 1);
    !NOTICE.find(&before[sentence..]).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: usize) {
        let word = |(index, text): (usize, &str)| Word::new(text, index as f64, index as f64 + 0.9, 1.0);
        let words: Vec<Word> = text.split_whitespace().enumerate().map(word).collect();
        let words: Vec<&Word> = words.iter().collect();
        let found = FAREWELL.find(&words).into_iter().filter(|phrase| !is_notice(&words, *phrase));
        assert_eq!(found.count(), expected, "{text}");
    }

    #[test]
    fn a_notice_is_no_goodbye() {
        for (text, expected) in [
            ("Довожу до сведения.", 0),
            ("Мы обязаны довести это до сведения.", 0),
            ("Доводим вам до сведения.", 0),
            ("Ну всё, до сведения.", 1),
            ("Я это доведу. До свидания.", 1),
            ("Спасибо, до сведения.", 1),
        ] {
            check(text, expected);
        }
    }
}
