//! The part of a turn that is shown for a hit.

use crate::words::SpokenWords;
use etalon_call::Utterance;
use schemars::JsonSchema;
use serde::Serialize;
use std::ops::Range;

/// Longest snippet, characters.
const SNIPPET_CHARACTERS: usize = 200;

/// Characters of a snippet in front of the first hit, where the turn has so many.
const CHARACTERS_BEFORE: usize = 60;

/// The part of a turn around what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Snippet {
    /// The words as they were written.
    pub text: Utterance,
    /// What was found in it: first character and the one behind the last, in order, apart from each
    /// other.
    pub highlights: Vec<[usize; 2]>,
    /// Whether the turn has words before it.
    pub is_cut_before: bool,
    /// Whether the turn has words behind it.
    pub is_cut_behind: bool,
}

impl Snippet {
    /// The part of a turn's text around the words that were found.
    pub(crate) fn of(text: &str, spoken: &SpokenWords, found: &[Range<usize>]) -> Self {
        let highlights = highlights(spoken, found);
        let characters: Vec<char> = text.chars().collect();
        let first = highlights.first().map_or(0, |highlight| highlight.start);
        let window = window(&characters, first);
        let inside = |highlight: &Range<usize>| {
            let (start, end) = (highlight.start.max(window.start), highlight.end.min(window.end));
            (start < end).then(|| [start - window.start, end - window.start])
        };
        Self {
            highlights: highlights.iter().filter_map(inside).collect(),
            text: characters[window.clone()].iter().collect::<String>().into(),
            is_cut_before: window.start > 0,
            is_cut_behind: window.end < characters.len(),
        }
    }
}

/// The characters of words that were found, in order; those of one phrase together.
fn highlights(spoken: &SpokenWords, found: &[Range<usize>]) -> Vec<Range<usize>> {
    let characters = |span: &Range<usize>| {
        let words = spoken.words.get(span.clone())?;
        Some(words.first()?.characters.start..words.last()?.characters.end)
    };
    let mut spans: Vec<Range<usize>> = found.iter().filter_map(characters).collect();
    spans.sort_unstable_by_key(|span| (span.start, span.end));
    let mut apart: Vec<Range<usize>> = Vec::new();
    for span in spans {
        match apart.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => apart.push(span),
        }
    }
    apart
}

/// The characters that are shown: whole words around the first hit.
fn window(characters: &[char], first: usize) -> Range<usize> {
    if characters.len() <= SNIPPET_CHARACTERS {
        return 0..characters.len();
    }
    let latest_start = characters.len() - SNIPPET_CHARACTERS;
    let start = first.saturating_sub(CHARACTERS_BEFORE).min(latest_start);
    let is_space = |place: usize| characters.get(place).is_some_and(|sign| *sign == ' ');
    let start = if start == 0 {
        0
    } else {
        (start..first).find(|&place| is_space(place)).map_or(start, |space| space + 1)
    };
    let end = (start + SNIPPET_CHARACTERS).min(characters.len());
    let cut = (start + SNIPPET_CHARACTERS / 2..end).rev().find(|&place| is_space(place));
    start..if end == characters.len() { end } else { cut.unwrap_or(end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, found: &[Range<usize>], expected: &str, marked: &[&str]) {
        let snippet = Snippet::of(text, &SpokenWords::of(text), found);
        assert_eq!(snippet.text.as_str(), expected);
        let characters: Vec<char> = snippet.text.as_str().chars().collect();
        let shown: Vec<String> =
            snippet.highlights.iter().map(|[start, end]| characters[*start..*end].iter().collect()).collect();
        assert_eq!(shown, marked);
    }

    #[test]
    fn what_was_found_is_marked_without_the_signs_around_it() {
        let text = "Ну, «до свидания», всего доброго!";
        check(text, &[1..3, 4..5], text, &["до свидания", "доброго"]);
    }

    #[test]
    fn a_long_turn_is_cut_at_words() {
        let text = format!("{}кредит {}", "раз два ".repeat(30), "три четыре ".repeat(30));
        let text = text.trim();
        let snippet = Snippet::of(text, &SpokenWords::of(text), std::slice::from_ref(&(60..61)));
        assert!(snippet.is_cut_before && snippet.is_cut_behind);
        let shown = snippet.text.as_str();
        assert!(shown.chars().count() <= SNIPPET_CHARACTERS && shown.starts_with("раз два "), "{shown}");
        let [start, end] = snippet.highlights[0];
        assert_eq!(shown.chars().skip(start).take(end - start).collect::<String>(), "кредит");
        assert!(text.split(' ').any(|word| shown.ends_with(word)));
    }
}
