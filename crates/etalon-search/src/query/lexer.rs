//! Cuts a query into words, phrases, operators and brackets, each with its place in characters.

use super::error::{QueryError, QueryProblem};
use super::{Item, NEAR_WORDS_AT_MOST, Phrase, QUERY_CHARACTERS_AT_MOST, Spelling};
use crate::days::Days;
use crate::lexicon::{DayLabel, Operator, day_label_of, operator_of, role_of};
use crate::words::{stem_term_of, term_of};
use etalon_call::Role;
use etalon_text::{normalize_word, numbers_in_digits, tokens};
use std::ops::Range;

/// A part of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Phrase(Phrase),
    Role(Role),
    /// The calls of some days alone.
    Days(Days),
    Or,
    /// Changes nothing: what stands together is asked for together.
    And,
    Not,
    Near(usize),
    Open,
    Close,
}

/// A token and the characters that it was written with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) place: Range<usize>,
}

/// Words that may be near where an operator names no number.
const DEFAULT_NEAR_WORDS: usize = 5;

/// Shortest beginning of a word that is looked for.
const PREFIX_LETTERS_AT_LEAST: usize = 2;

pub(super) fn tokens_of(query: &str) -> Result<Vec<Placed>, QueryError> {
    let characters: Vec<char> = query.chars().collect();
    if characters.len() > QUERY_CHARACTERS_AT_MOST {
        return Err(QueryError::new(QueryProblem::TooLong, QUERY_CHARACTERS_AT_MOST..characters.len()));
    }
    let mut lexer = Lexer { characters: &characters, position: 0, found: Vec::new(), words: Vec::new() };
    lexer.read()?;
    Ok(lexer.found)
}

struct Lexer<'a> {
    characters: &'a [char],
    position: usize,
    found: Vec<Placed>,
    /// Plain words in a row, not yet put together to numbers.
    words: Vec<(String, Range<usize>)>,
}

impl Lexer<'_> {
    fn read(&mut self) -> Result<(), QueryError> {
        while let Some(&sign) = self.characters.get(self.position) {
            let start = self.position;
            match sign {
                '(' => self.sign(Token::Open),
                ')' => self.sign(Token::Close),
                '|' => self.sign(Token::Or),
                _ if closing_of(sign).is_some() => self.quoted(start)?,
                '-' | '−' | '–' if self.is_minus() => self.sign(Token::Not),
                _ if sign.is_whitespace() => self.position += 1,
                _ => self.chunk(start)?,
            }
        }
        self.put_words_together();
        Ok(())
    }

    fn sign(&mut self, token: Token) {
        self.push(token, self.position..self.position + 1);
        self.position += 1;
    }

    fn push(&mut self, token: Token, place: Range<usize>) {
        self.put_words_together();
        self.found.push(Placed { token, place });
    }

    /// Whether the dash here stands in front of something and behind nothing.
    fn is_minus(&self) -> bool {
        let before = self.position.checked_sub(1).and_then(|before| self.characters.get(before));
        let starts = before.is_none_or(|sign| sign.is_whitespace() || "(|:".contains(*sign));
        let next = self.characters.get(self.position + 1);
        starts && next.is_some_and(|sign| !sign.is_whitespace())
    }

    fn quoted(&mut self, start: usize) -> Result<(), QueryError> {
        let closing = self.characters.get(start).copied().and_then(closing_of).unwrap_or_default();
        let inside = &self.characters[start + 1..];
        let length = inside
            .iter()
            .position(|sign| closing.contains(sign))
            .ok_or_else(|| QueryError::new(QueryProblem::UnclosedQuote, start..start + 1))?;
        let text: String = inside[..length].iter().collect();
        self.position = start + length + 2;
        let place = start..self.position;
        let items = items_of_phrase(&text, &place)?;
        self.push(Token::Phrase(Phrase { items }), place);
        Ok(())
    }

    /// Reads up to the next space, bracket, bar or quotation mark.
    fn chunk(&mut self, start: usize) -> Result<(), QueryError> {
        let ends = |sign: &char| sign.is_whitespace() || "()|".contains(*sign) || closing_of(*sign).is_some();
        let length = self.characters[start..].iter().take_while(|sign| !ends(sign)).count();
        let text: String = self.characters[start..start + length].iter().collect();
        self.position = start + length;
        let place = start..self.position;
        if let Some((label, _)) = text.split_once(':')
            && !label.is_empty()
            && label.chars().all(char::is_alphabetic)
        {
            let end = start + label.chars().count() + 1;
            if let Some(label) = day_label_of(label) {
                return self.days(label, start..place.end, end);
            }
            let role = role_of(label);
            let role = role.ok_or_else(|| QueryError::new(QueryProblem::UnknownRole, start..end))?;
            self.push(Token::Role(role), start..end);
            // What stands behind the colon is read on its own.
            self.position = end;
            return Ok(());
        }
        if let Some(token) = operator_token(&text, &place)? {
            self.push(token, place);
            return Ok(());
        }
        self.word(&text, place)
    }

    /// Reads the day behind a label, which may stand apart from it.
    fn days(&mut self, label: DayLabel, place: Range<usize>, from: usize) -> Result<(), QueryError> {
        let rest = &self.characters[from..];
        let spaces = rest.iter().take_while(|sign| sign.is_whitespace()).count();
        let day: String =
            rest[spaces..].iter().take_while(|sign| sign.is_ascii_digit() || "-.".contains(**sign)).collect();
        let end = from + spaces + day.len();
        let days: Result<Days, _> = day.parse();
        let is_whole =
            self.characters.get(end).is_none_or(|sign| sign.is_whitespace() || "()|,;".contains(*sign));
        let (Ok(days), true) = (days, is_whole) else {
            return Err(QueryError::new(QueryProblem::UnknownDay, place));
        };
        let days = match label {
            DayLabel::Since => days.and_later(),
            DayLabel::Until => days.and_earlier(),
            DayLabel::On => days,
        };
        self.push(Token::Days(days), place.start..end);
        self.position = end;
        Ok(())
    }

    fn word(&mut self, text: &str, place: Range<usize>) -> Result<(), QueryError> {
        if let Some(item) = signed_word(text, &place)? {
            self.push(Token::Phrase(Phrase { items: vec![item] }), place);
        } else {
            self.words.extend(tokens(text).into_iter().map(|word| (word, place.clone())));
        }
        Ok(())
    }

    /// Makes phrases of the plain words so far: numbers in a row are one, all others stand alone.
    fn put_words_together(&mut self) {
        let words = std::mem::take(&mut self.words);
        let spellings: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
        let mut last_number_end = None;
        for word in numbers_in_digits(&spellings) {
            let places = &words[word.words.clone()];
            let (Some((_, first)), Some((_, last))) = (places.first(), places.last()) else { continue };
            let place = first.start..last.end;
            let term = term_of(&word.text);
            if term.is_empty() {
                continue;
            }
            if !word.is_number {
                let spelling = &words[word.words.start].0;
                let item = Item::Stem { stem: stem_term_of(spelling), word: spelling.clone() };
                self.found.push(Placed { token: Token::Phrase(Phrase { items: vec![item] }), place });
                last_number_end = None;
                continue;
            }
            let end = word.words.end;
            let is_behind = last_number_end.is_some_and(|last| last == word.words.start || last == end);
            match self.found.last_mut() {
                Some(Placed { token: Token::Phrase(Phrase { items }), place: number }) if is_behind => {
                    if let Some(Item::Number(digits)) = items.last_mut() {
                        digits.push(term);
                    }
                    number.end = place.end;
                }
                _ => {
                    let items = vec![Item::Number(vec![term])];
                    self.found.push(Placed { token: Token::Phrase(Phrase { items }), place });
                }
            }
            last_number_end = Some(end);
        }
    }
}

/// The marks that close what a quotation mark opens.
fn closing_of(opening: char) -> Option<&'static [char]> {
    match opening {
        '"' => Some(&['"']),
        '«' => Some(&['»']),
        '“' | '„' => Some(&['”', '“']),
        _ => None,
    }
}

/// The operator that a text is; nothing where it is none.
fn operator_token(text: &str, place: &Range<usize>) -> Result<Option<Token>, QueryError> {
    if let Some((name, words)) = text.split_once('/')
        && operator_of(&name.to_uppercase()) == Some(Operator::Near)
    {
        let words: Option<usize> = words.parse().ok().filter(|words| *words <= NEAR_WORDS_AT_MOST);
        let words = words.ok_or_else(|| QueryError::new(QueryProblem::Distance, place.clone()))?;
        return Ok(Some(Token::Near(words)));
    }
    Ok(operator_of(text).map(|operator| match operator {
        Operator::Or => Token::Or,
        Operator::And => Token::And,
        Operator::Not => Token::Not,
        Operator::Near => Token::Near(DEFAULT_NEAR_WORDS),
    }))
}

/// A word with a sign: `=слово`, `слов*`; nothing where it has none.
fn signed_word(text: &str, place: &Range<usize>) -> Result<Option<Item>, QueryError> {
    let problem = |problem| QueryError::new(problem, place.clone());
    let is_exact = text.starts_with('=');
    let word = text.trim_start_matches('=');
    let letters = word.strip_suffix('*');
    if letters.unwrap_or(word).contains('*') || (is_exact && letters.is_some()) {
        return Err(problem(QueryProblem::StarInside));
    }
    if let Some(letters) = letters {
        let beginning = Spelling::of(normalize_word(letters));
        let beginning = beginning.filter(|it| it.term.chars().count() >= PREFIX_LETTERS_AT_LEAST);
        return beginning.map(|it| Some(Item::Prefix(it))).ok_or_else(|| problem(QueryProblem::ShortPrefix));
    }
    if !is_exact {
        return Ok(None);
    }
    let form = Spelling::of(normalize_word(word));
    form.map(|form| Some(Item::Exact(form))).ok_or_else(|| problem(QueryProblem::NoWord))
}

/// The items of a phrase between quotation marks: exact forms, numbers and beginnings of words.
fn items_of_phrase(text: &str, place: &Range<usize>) -> Result<Vec<Item>, QueryError> {
    let mut items = Vec::new();
    let mut words: Vec<String> = Vec::new();
    for piece in text.split_whitespace() {
        match signed_word(piece, place)? {
            Some(item) => {
                add_exact_words(&mut items, &std::mem::take(&mut words));
                items.push(item);
            }
            None => words.extend(tokens(piece)),
        }
    }
    add_exact_words(&mut items, &words);
    if items.is_empty() { Err(QueryError::new(QueryProblem::EmptyPhrase, place.clone())) } else { Ok(items) }
}

fn add_exact_words(items: &mut Vec<Item>, words: &[String]) {
    let spellings: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut is_behind_number = false;
    for word in numbers_in_digits(&spellings) {
        // Numbers alone are put together: a currency stays as it is written.
        match items.last_mut() {
            Some(Item::Number(digits)) if word.is_number && is_behind_number => {
                digits.push(term_of(&word.text));
            }
            _ if word.is_number => items.push(Item::Number(vec![term_of(&word.text)])),
            _ => items.extend(Spelling::of(words[word.words.start].clone()).map(Item::Exact)),
        }
        is_behind_number = word.is_number;
    }
}
