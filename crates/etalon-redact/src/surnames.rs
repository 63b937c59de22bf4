//! Family names.

use crate::conversation::{Conversation, Form, Link, Side};
use crate::cues::is_cue;
use crate::found::Found;
use crate::lexicon::{CUES, STREETS, SURNAMES};
use crate::names::{is_first_name, is_like_a_surname, is_patronymic};
use etalon_call::PersonalDataKind::Surname;
use etalon_text::ends_sentence;
use std::ops::Range;

/// Words behind «фамилия» among which the name is.
const BEHIND_CUE: usize = 5;
/// Words at the beginning of an answer among which the name is.
const IN_ANSWER: usize = 4;
/// Words behind «зовут» among which it is: first names and patronymics may be torn apart.
const IN_INTRODUCTION: usize = 5;
/// The least letters of a name that is spelled.
const SPELLED_MIN: usize = 4;
/// Words before them within which a name is asked for.
const SPELLED_REACH: usize = 25;
/// Turns in which it is.
const SPELLED_LINES: usize = 4;
/// Answers of so many words are the name, whatever it looks like.
const SHORT_ANSWER: usize = 2;
/// The least letters that two forms of a name have in common.
const SAME_STEM_MIN: usize = 4;
/// Below this confidence a word may be a name that was misheard.
const DOUBTFUL: f64 = 0.5;

pub(crate) fn find(conversation: &Conversation<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (index, side) in conversation.sides.iter().enumerate() {
        for token in 0..side.tokens.len() {
            if side.tokens[token].form == Form::Word && is_surname(side, token) {
                found.push(surname(conversation, index, token));
            }
        }
    }
    found.extend(asked_for(conversation));
    found.extend(named(conversation));
    found.extend(spelled(conversation));
    let repeated = repeated(conversation, &found);
    found.extend(repeated);
    found
}

/// Names that are known from elsewhere in the conversation, in whatever case, by either side.
///
/// A word that is one by its place alone, such as the answer to «фамилия?», may be any word, so it
/// is one elsewhere only where it is written as names are.
fn repeated(conversation: &Conversation<'_>, found: &[Found]) -> Vec<Found> {
    let name_of = |found: &Found| {
        let tokens = &conversation.sides[found.side].tokens;
        let at = tokens.iter().position(|token| token.words == found.words)?;
        Some((found.side, at))
    };
    let names: Vec<(usize, usize)> = found.iter().filter_map(name_of).collect();
    let is_repeated = |side: usize, token: usize| {
        let said = &conversation.sides[side];
        let is_written_as_name = is_capitalised(said, token) && !begins_words(said, token);
        names.iter().any(|&(of, at)| {
            let name = &conversation.sides[of];
            is_same_name(&said.tokens[token].text, &name.tokens[at].text)
                && (is_like_a_surname(&said.tokens[token].text)
                    || is_written_as_name && is_capitalised(name, at))
        })
    };
    let sides = conversation.sides.iter().enumerate();
    let candidates = sides.flat_map(|(side, said)| (0..said.tokens.len()).map(move |token| (side, token)));
    candidates
        .filter(|&(side, token)| {
            let said = &conversation.sides[side];
            let text = said.tokens[token].text.as_str();
            is_free(said, token) && !is_first_name(text) && !is_patronymic(text) && is_repeated(side, token)
        })
        .map(|(side, token)| surname(conversation, side, token))
        .collect()
}

/// Whether two words are forms of one family name: «Сидоров», «Сидоровой».
fn is_same_name(left: &str, right: &str) -> bool {
    let stem = left.chars().zip(right.chars()).take_while(|(left, right)| left == right).count();
    let is_stem_with_ending = |name: &str| {
        let ending: String = name.chars().skip(stem).collect();
        ending.is_empty() || SURNAMES["case_endings"].contains(&ending)
    };
    left == right || stem >= SAME_STEM_MIN && is_stem_with_ending(left) && is_stem_with_ending(right)
}

/// Names that are spelled, where a name is asked for: "S-I-T-I-L-L-E".
fn spelled(conversation: &Conversation<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (side, tokens) in conversation.lines() {
        let said = &conversation.sides[*side];
        let mut next = 0;
        for token in tokens.clone() {
            let first = said.tokens[token].words.start;
            if first < next {
                continue;
            }
            next = end_of_spelling(said, first);
            let spelled: usize = (first..next).map(|word| letters(said, word)).sum();
            if spelled >= SPELLED_MIN && is_name_asked_for(conversation, *side, token) {
                found.push(Found::new(Surname, *side, first..next));
            }
        }
    }
    found
}

/// The end of the words of a turn, from one on, that spell something; this word where none do.
fn end_of_spelling(side: &Side<'_>, word: usize) -> usize {
    let line = side.words[word].line;
    let spells = |at: &usize| side.words[*at].line == line && letters(side, *at) > 0;
    (word..side.words.len()).take_while(spells).last().map_or(word, |last| last + 1)
}

/// How many letters a word spells: those of "S-I-T", a capital one alone; none of any other word.
fn letters(side: &Side<'_>, word: usize) -> usize {
    let written = side.words[word].written.trim_matches(|mark: char| !mark.is_alphanumeric());
    let letters: Vec<&str> = written.split(['-', '.']).collect();
    let is_letter = |part: &&str| part.chars().count() == 1 && part.chars().all(char::is_alphabetic);
    let is_one = letters.len() > 1 || written.chars().all(char::is_uppercase);
    if is_one && letters.iter().all(is_letter) { letters.len() } else { 0 }
}

fn is_name_asked_for(conversation: &Conversation<'_>, side: usize, token: usize) -> bool {
    let texts = conversation.texts_before(side, token, SPELLED_REACH, SPELLED_LINES);
    CUES.of("surname").is_in(&texts) || CUES.of("spelled").is_in(&texts)
}

fn surname(conversation: &Conversation<'_>, side: usize, token: usize) -> Found {
    surname_of(conversation, side, &(token..token + 1))
}

/// A name in several words.
fn surname_of(conversation: &Conversation<'_>, side: usize, tokens: &Range<usize>) -> Found {
    Found::new(Surname, side, conversation.sides[side].words_of(tokens))
}

/// Whether a word is a family name by its neighbours, or by its ending and a capital letter.
fn is_surname(side: &Side<'_>, token: usize) -> bool {
    let word = side.tokens[token].text.as_str();
    if is_first_name(word) && !is_name_by_position(side, token)
        || is_patronymic(word)
        || SURNAMES["no_names"].contains(word)
    {
        return false;
    }
    is_beside_a_name(side, token)
        || is_behind_a_title(side, token)
        || is_by_its_looks(side, token)
        || is_alone(side, token)
}

/// A turn of one word that ends like a family name and has a capital letter: the answer to a
/// question that was not understood.
fn is_alone(side: &Side<'_>, token: usize) -> bool {
    let follows = |token: usize| side.tokens.get(token).is_some_and(|said| said.link == Link::Inside);
    is_capitalised(side, token)
        && is_like_a_surname(&side.tokens[token].text)
        && !follows(token)
        && !follows(token + 1)
}

/// «меня зовут …», "my name is …": a word behind it that ends like a family name, in small letters
/// and beside a first name that was misheard.
fn named(conversation: &Conversation<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (side, tokens) in conversation.lines() {
        let said = &conversation.sides[*side];
        for token in tokens.clone() {
            let texts = said.texts_from(token, BEHIND_CUE);
            let Some(length) = CUES.of("named").length_at(&texts) else { continue };
            let first = token + length;
            let most = (first + IN_INTRODUCTION).min(tokens.end);
            let end = (first..most).find(|&at| is_pause(said, at)).map_or(most, |at| at + 1);
            let names =
                (first..end).filter(|&at| is_free(said, at) && is_like_a_surname(&said.tokens[at].text));
            found.extend(names.map(|name| surname(conversation, *side, name)));
        }
    }
    found
}

/// "John James": the second of two first names is a family name in English.
fn is_name_by_position(side: &Side<'_>, token: usize) -> bool {
    side.tokens[token].text.is_ascii()
        && is_capitalised(side, token)
        && neighbour_before(side, token).is_some_and(is_first_name)
}

/// «Иванов Иван», «Иван Петрович Цой», "John Smith".
fn is_beside_a_name(side: &Side<'_>, token: usize) -> bool {
    let word = side.tokens[token].text.as_str();
    let before = neighbour_before(side, token);
    let behind = neighbour_behind(side, token);
    let after_patronymic = before.is_some_and(is_patronymic);
    let is_before_patronymic = neighbour_behind(side, token + 1).is_some_and(is_patronymic);
    let before_whole_name = is_before_patronymic
        && behind.is_some_and(|first| is_first_name(first) || is_capitalised(side, token + 1));
    let is_beside_first_name = before.is_some_and(is_first_name) || behind.is_some_and(is_first_name);
    // A greeting has a capital letter, too.
    let may_be_name = !starts_sentence(side, token)
        || before_whole_name
            && !SURNAMES["greetings"].contains(word)
            && !SURNAMES["words"].contains(word)
            && !is_cue(word);
    if after_patronymic || before_whole_name || is_beside_first_name {
        if is_like_a_surname(word) {
            return true;
        }
        let is_name_in_capitals = is_capitalised(side, token) && may_be_name && word.chars().count() >= 3;
        if is_name_in_capitals && (after_patronymic || before_whole_name) {
            return true;
        }
        return word.is_ascii()
            && is_capitalised(side, token)
            && before.is_some_and(is_first_name)
            && token > 0
            && is_capitalised(side, token - 1);
    }
    false
}

/// «господин Иванов», "Mr Smith".
fn is_behind_a_title(side: &Side<'_>, token: usize) -> bool {
    let Some(before) = neighbour_before_with_stop(side, token) else { return false };
    let word = side.tokens[token].text.as_str();
    CUES.of("title").has(before)
        && (is_like_a_surname(word)
            || is_capitalised(side, token) && !is_first_name(word) && !is_patronymic(word))
}

/// A capital letter inside of a sentence, and an ending that hardly any other word has.
fn is_by_its_looks(side: &Side<'_>, token: usize) -> bool {
    let word = side.tokens[token].text.as_str();
    let is_street = |at: usize| {
        side.tokens
            .get(at)
            .is_some_and(|token| STREETS.of("street").has(&token.text) || STREETS.of("town").has(&token.text))
    };
    is_capitalised(side, token)
        && !starts_sentence(side, token)
        && is_like_a_surname(word)
        && SURNAMES["strong_endings"].iter().any(|ending| word.ends_with(ending.as_str()))
        && !is_street(token + 1)
        && !(token > 0 && is_street(token - 1))
}

/// Names that somebody asks for or announces: «Ваша фамилия?», «фамилия моя …».
fn asked_for(conversation: &Conversation<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (line, (side, tokens)) in conversation.lines().iter().enumerate() {
        let said = &conversation.sides[*side];
        for token in tokens.clone() {
            let Some(behind) = behind_cue(said, token, tokens.end) else { continue };
            if let Some(name) = name_behind_cue(said, behind) {
                found.push(surname_of(conversation, *side, &name));
            } else if let Some((other, answer)) = conversation.answer_to(*side, line)
                && let Some(name) = name_in_answer(&conversation.sides[other], &answer)
            {
                found.push(surname_of(conversation, other, &name));
            }
        }
    }
    found
}

/// What follows in the sentence of «фамилия» where a token begins it.
fn behind_cue(side: &Side<'_>, token: usize, end_of_line: usize) -> Option<Range<usize>> {
    let start = token + CUES.of("surname").length_at(&side.texts_from(token, BEHIND_CUE))?;
    let most = (start + BEHIND_CUE).min(end_of_line);
    let sentence_ends = |at: &usize| ends_sentence(side.last_written(*at));
    let end = (token..most).find(sentence_ends).map_or(most, |at| at + 1);
    Some(start..end.max(start))
}

/// The name behind «фамилия».
fn name_behind_cue(side: &Side<'_>, behind: Range<usize>) -> Option<Range<usize>> {
    if let Some(name) = name_among(side, behind.clone()) {
        return Some(name..name + 1);
    }
    // What follows in a question is no name.
    let is_question = behind.len() > SHORT_ANSWER && side.last_written(behind.end - 1).ends_with('?');
    let doubtful = doubtful_among(side, behind.clone()).filter(|_| !is_question);
    doubtful.or_else(|| announced(side, behind))
}

/// The name in the answer to «фамилия?».
fn name_in_answer(side: &Side<'_>, answer: &Range<usize>) -> Option<Range<usize>> {
    let first_words = answer.start..answer.end.min(answer.start + IN_ANSWER);
    let is_short = answer.len() <= SHORT_ANSWER;
    let only = || answer.clone().find(|&at| is_short && is_free(side, at));
    // The capital letter of a sentence is no name: «Договор на жену».
    let may_be_name =
        |&name: &usize| is_short || is_like_a_surname(&side.tokens[name].text) || !begins_words(side, name);
    let name = name_among(side, first_words.clone()).filter(may_be_name).or_else(only);
    name.map(|name| name..name + 1).or_else(|| doubtful_among(side, first_words))
}

/// Whether a word begins a sentence that goes on without a pause.
fn begins_words(side: &Side<'_>, token: usize) -> bool {
    starts_sentence(side, token)
        && !is_pause(side, token)
        && !neighbour_behind(side, token).is_some_and(|next| is_first_name(next) || is_patronymic(next))
}

/// The name among words: the first that ends like one, else the first with a capital letter.
fn name_among(side: &Side<'_>, tokens: Range<usize>) -> Option<usize> {
    let free: Vec<usize> = tokens.filter(|&token| is_free(side, token)).collect();
    let like_one = free.iter().find(|&&token| is_like_a_surname(&side.tokens[token].text));
    let capitalised = free.iter().find(|&&token| {
        is_capitalised(side, token)
            && !is_first_name(&side.tokens[token].text)
            && !is_patronymic(&side.tokens[token].text)
    });
    like_one.or(capitalised).copied()
}

/// The first words in a row of which the recognizer is not sure: a name that it misheard.
fn doubtful_among(side: &Side<'_>, tokens: Range<usize>) -> Option<Range<usize>> {
    let is_doubtful = |token: usize| {
        let words = &side.words[side.tokens[token].words.clone()];
        is_free(side, token) && words.iter().any(|word| word.confidence < DOUBTFUL)
    };
    let start = tokens.clone().find(|&token| is_doubtful(token))?;
    let end = (start..tokens.end).find(|&token| !is_doubtful(token)).unwrap_or(tokens.end);
    Some(start..end)
}

/// The word behind «фамилия моя», whatever it looks like.
fn announced(side: &Side<'_>, tokens: Range<usize>) -> Option<Range<usize>> {
    let first = side.tokens.get(tokens.start).filter(|_| !tokens.is_empty())?;
    let name = tokens.clone().nth(1).filter(|&name| is_free(side, name))?;
    ["моя", "моей", "мою"].contains(&first.text.as_str()).then_some(name..name + 1)
}

fn is_free(side: &Side<'_>, token: usize) -> bool {
    let said = &side.tokens[token];
    said.form == Form::Word && !SURNAMES["no_names"].contains(&said.text) && said.text.chars().count() >= 2
}

/// The word before in the same phrase.
fn neighbour_before<'s>(side: &'s Side<'_>, token: usize) -> Option<&'s str> {
    let is_inside = token > 0 && side.tokens[token].link == Link::Inside;
    (is_inside && !is_pause(side, token - 1)).then(|| side.tokens[token - 1].text.as_str())
}

/// The word before, which an abbreviation may end with a point: "Mr. Smith".
fn neighbour_before_with_stop<'s>(side: &'s Side<'_>, token: usize) -> Option<&'s str> {
    (token > 0 && side.tokens[token].link == Link::Inside).then(|| side.tokens[token - 1].text.as_str())
}

fn neighbour_behind<'s>(side: &'s Side<'_>, token: usize) -> Option<&'s str> {
    let behind = side.tokens.get(token + 1).filter(|behind| behind.link == Link::Inside)?;
    (!is_pause(side, token)).then_some(behind.text.as_str())
}

fn is_pause(side: &Side<'_>, token: usize) -> bool {
    let last = side.last_written(token);
    ends_sentence(last) || last.ends_with([',', ':', ';'])
}

fn is_capitalised(side: &Side<'_>, token: usize) -> bool {
    side.written(token).chars().find(|character| character.is_alphabetic()).is_some_and(char::is_uppercase)
}

/// Whether a word begins a sentence, so that its capital letter says nothing.
fn starts_sentence(side: &Side<'_>, token: usize) -> bool {
    token == 0 || side.tokens[token].link != Link::Inside || ends_sentence(side.last_written(token - 1))
}
