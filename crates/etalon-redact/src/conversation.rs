//! What each side says, as one stream of words with numbers in digits.

use crate::lexicon::DIGIT_WORDS;
use etalon_text::{ends_sentence, numbers_in_digits, tokens};
use std::ops::Range;

/// Longest time between two turns of a side over which it may go on dictating, seconds.
const GOES_ON_S: f64 = 20.0;
/// Most words of the other side over which it may go on dictating.
const GOES_ON_WORDS: usize = 14;

/// A turn: who speaks, when, and the written words.
pub(crate) struct Line<'t> {
    pub(crate) side: usize,
    pub(crate) start_s: f64,
    pub(crate) end_s: f64,
    pub(crate) words: Vec<&'t str>,
    /// How sure the recognizer is of each word, 0 to 1.
    pub(crate) confidences: Vec<f64>,
}

/// The stream of each side, and how they follow each other.
pub(crate) struct Conversation<'t> {
    pub(crate) sides: Vec<Side<'t>>,
    /// The side and the tokens of each line.
    lines: Vec<(usize, Range<usize>)>,
}

/// What one side says.
#[derive(Default)]
pub(crate) struct Side<'t> {
    pub(crate) words: Vec<SaidWord<'t>>,
    pub(crate) tokens: Vec<Token>,
}

/// A written word with its place.
pub(crate) struct SaidWord<'t> {
    pub(crate) written: &'t str,
    pub(crate) confidence: f64,
    pub(crate) line: usize,
    pub(crate) position: usize,
}

/// A word in its one spelling, or a number in digits.
#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) form: Form,
    /// The words of the side that say it.
    pub(crate) words: Range<usize>,
    pub(crate) line: usize,
    pub(crate) link: Link,
}

impl Token {
    /// Whether personal data was taken out here already.
    pub(crate) fn is_mark(&self) -> bool {
        self.text.starts_with('[')
    }

    /// The digits in it: of a number, and of what else a recognizer makes of numbers («7,4», «а4»,
    /// "1st"). A date and a time of day have none.
    pub(crate) fn figures(&self) -> String {
        if self.form == Form::Date || self.text.contains(':') {
            return String::new();
        }
        self.text.chars().filter(char::is_ascii_digit).collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Word,
    /// A whole number.
    Digits,
    /// A date in digits: «12.05.1985».
    Date,
}

/// A token before another one.
pub(crate) struct SaidBefore<'c> {
    pub(crate) text: &'c str,
    /// Whether a sentence, or its turn, ends with it.
    pub(crate) ends_sentence: bool,
    pub(crate) ends_clause: bool,
}

/// How a token follows the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    /// In the same turn.
    Inside,
    /// In a later turn, in which the side may go on with what it was saying.
    Joined,
    /// It begins something new.
    Apart,
}

impl<'t> Conversation<'t> {
    pub(crate) fn new(lines: &[Line<'t>]) -> Self {
        let sides = lines.iter().map(|line| line.side + 1).max().unwrap_or(0);
        let mut conversation = Self {
            sides: (0..sides).map(|_| Side::default()).collect(),
            lines: Vec::with_capacity(lines.len()),
        };
        for index in 0..lines.len() {
            conversation.add(index, lines);
        }
        conversation
    }

    fn add(&mut self, index: usize, lines: &[Line<'t>]) {
        let line = &lines[index];
        let side = &mut self.sides[line.side];
        let (first_word, first_token) = (side.words.len(), side.tokens.len());
        let word = |(position, (&written, &confidence)): (usize, (&&'t str, &f64))| SaidWord {
            written,
            confidence,
            line: index,
            position,
        };
        side.words.extend(line.words.iter().zip(&line.confidences).enumerate().map(word));
        let found = tokens_of(&line.words);
        side.tokens.extend(found.into_iter().enumerate().map(|(place, (text, form, words))| Token {
            text,
            form,
            words: words.start + first_word..words.end + first_word,
            line: index,
            link: if place > 0 {
                Link::Inside
            } else if goes_on(index, lines) {
                Link::Joined
            } else {
                Link::Apart
            },
        }));
        self.lines.push((line.side, first_token..side.tokens.len()));
    }

    /// The texts of the tokens before one of a side, of both sides, newest last: at most so many, of
    /// at most so many turns.
    pub(crate) fn texts_before(
        &self,
        side: usize,
        token: usize,
        most: usize,
        most_lines: usize,
    ) -> Vec<&str> {
        self.said_before(side, token, most, most_lines).into_iter().map(|said| said.text).collect()
    }

    /// The same with the pauses between them.
    pub(crate) fn said_before(
        &self,
        side: usize,
        token: usize,
        most: usize,
        most_lines: usize,
    ) -> Vec<SaidBefore<'_>> {
        let line = self.sides[side].tokens[token].line;
        let mut found: Vec<SaidBefore<'_>> = Vec::new();
        for (back, (side, tokens)) in self.lines[..=line].iter().rev().take(most_lines).enumerate() {
            // Of the token's own turn only what comes before it.
            let end = if back == 0 { token } else { tokens.end };
            let of_line = (tokens.start..end).rev().map(|at| {
                let is_last = at + 1 == tokens.end;
                let written = self.sides[*side].last_written(at);
                let ends_sentence = is_last || ends_sentence(written);
                SaidBefore {
                    text: self.sides[*side].tokens[at].text.as_str(),
                    ends_sentence,
                    ends_clause: ends_sentence || written.ends_with([',', ':', ';']),
                }
            });
            found.extend(of_line);
            if found.len() >= most {
                break;
            }
        }
        found.truncate(most);
        found.reverse();
        found
    }

    /// The first token of the next turn, where the other side speaks in it.
    pub(crate) fn answer_to(&self, side: usize, line: usize) -> Option<(usize, Range<usize>)> {
        let (other, tokens) = self.lines[line + 1..].iter().find(|(_, tokens)| !tokens.is_empty())?;
        (*other != side).then(|| (*other, tokens.clone()))
    }

    /// The tokens of the line in which a token of a side is said.
    pub(crate) fn line_of(&self, side: usize, token: usize) -> Range<usize> {
        self.lines[self.sides[side].tokens[token].line].1.clone()
    }

    /// The lines in order.
    pub(crate) fn lines(&self) -> &[(usize, Range<usize>)] {
        &self.lines
    }
}

impl Side<'_> {
    /// The texts of the tokens from one on, up to a number of them, in its turn.
    pub(crate) fn texts_from(&self, token: usize, most: usize) -> Vec<&str> {
        let following = self.tokens.iter().enumerate().skip(token).take(most);
        following
            .take_while(|(place, following)| *place == token || following.link == Link::Inside)
            .map(|(_, following)| following.text.as_str())
            .collect()
    }

    /// The words that say tokens in a row, of which there is at least one.
    pub(crate) fn words_of(&self, tokens: &Range<usize>) -> Range<usize> {
        self.tokens[tokens.start].words.start..self.tokens[tokens.end - 1].words.end
    }

    /// The written form of a token's first word.
    pub(crate) fn written(&self, token: usize) -> &str {
        self.words[self.tokens[token].words.start].written
    }

    /// The written form of a token's last word, with the punctuation behind it.
    pub(crate) fn last_written(&self, token: usize) -> &str {
        self.words[self.tokens[token].words.end - 1].written
    }
}

/// Whether the side of a line may go on with what it said in its line before.
fn goes_on(index: usize, lines: &[Line<'_>]) -> bool {
    let line = &lines[index];
    let Some(before) = lines[..index].iter().rposition(|other| other.side == line.side) else { return false };
    let between: usize = lines[before + 1..index].iter().map(|other| other.words.len()).sum();
    between <= GOES_ON_WORDS && line.start_s - lines[before].end_s <= GOES_ON_S
}

/// The tokens of a line, each with its range of words.
fn tokens_of(words: &[&str]) -> Vec<(String, Form, Range<usize>)> {
    let mut found = Vec::new();
    let mut segment: Vec<(String, usize)> = Vec::new();
    for (position, written) in words.iter().enumerate() {
        if let Some(form) = special_form(written) {
            finish(&mut segment, &mut found);
            let is_edge = |character: char| !character.is_alphanumeric() && !"[]".contains(character);
            let text = written.trim_matches(is_edge).to_lowercase();
            found.push((text, form, position..position + 1));
        } else {
            segment.extend(tokens(written).into_iter().map(|token| (token, position)));
        }
        // Whoever dictates pauses: «двадцать, пять» are two numbers.
        if written.ends_with([',', '.', ';', '?', '!', '…']) {
            finish(&mut segment, &mut found);
        }
    }
    finish(&mut segment, &mut found);
    found
}

/// A written date or time of day, or a mark where personal data was taken out already.
fn special_form(written: &str) -> Option<Form> {
    if written.starts_with('[') && written.contains(']') {
        return Some(Form::Word);
    }
    let text = written.trim_matches(|character: char| !character.is_alphanumeric());
    let lengths = |separator: char| -> Option<Vec<usize>> {
        let parts: Vec<&str> = text.split(separator).collect();
        let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        parts.iter().all(is_number).then(|| parts.iter().map(|part| part.len()).collect())
    };
    let is_date = |lengths: Vec<usize>| matches!(lengths[..], [1..=2, 1..=2, 2 | 4] | [4, 2, 2]);
    // «34-56-78» has neither day nor month.
    let has_month =
        text.split(['.', '/', '-']).filter_map(|part| part.parse().ok()).any(|part: u32| part <= 12);
    if has_month && ['.', '/', '-'].into_iter().filter_map(lengths).any(is_date) {
        return Some(Form::Date);
    }
    let is_time = lengths(':').is_some_and(|lengths| matches!(lengths[..], [1..=2, 2] | [1..=2, 2, 2]));
    is_time.then_some(Form::Word)
}

/// Reads the numbers of words in a row.
fn finish(segment: &mut Vec<(String, usize)>, found: &mut Vec<(String, Form, Range<usize>)>) {
    let segment = std::mem::take(segment);
    let mut plain: Vec<(&str, usize)> = Vec::new();
    let mut at = 0;
    while at < segment.len() {
        if let Some(digits) = repeated_digits(&segment[at..]) {
            read_numbers(&mut plain, found);
            found.push((digits, Form::Digits, segment[at].1..segment[at + 1].1 + 1));
            at += 2;
            continue;
        }
        let (text, word) = &segment[at];
        let is_zero = (text == "oh" || text == "o") && is_beside_a_number(&segment, at);
        plain.push((if is_zero { "zero" } else { text.as_str() }, *word));
        at += 1;
    }
    read_numbers(&mut plain, found);
}

/// "double five", «три семёрки».
fn repeated_digits(words: &[(String, usize)]) -> Option<String> {
    let [(first, _), (second, _), ..] = words else { return None };
    let times = match first.as_str() {
        "double" => 2,
        "triple" => 3,
        _ => {
            let digit = DIGIT_WORDS.get(second)?;
            let times: usize = digits_of(first)?.parse().ok()?;
            return (2..=5).contains(&times).then(|| digit.to_string().repeat(times));
        }
    };
    digits_of(second).filter(|digits| digits.len() == 1).map(|digit| digit.repeat(times))
}

fn is_beside_a_number(words: &[(String, usize)], at: usize) -> bool {
    let is_number = |at: usize| {
        words.get(at).is_some_and(|(word, _)| {
            digits_of(word).is_some() || ["oh", "o", "double", "triple"].contains(&word.as_str())
        })
    };
    is_number(at + 1) || at > 0 && is_number(at - 1)
}

/// The digits of one word that is a whole number.
pub(crate) fn digits_of(word: &str) -> Option<String> {
    let read = numbers_in_digits(&[word]);
    let is_whole = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let all_digits = read.iter().all(|part| part.is_number && is_whole(&part.text));
    (!read.is_empty() && all_digits).then(|| read.into_iter().map(|part| part.text).collect())
}

fn read_numbers(plain: &mut Vec<(&str, usize)>, found: &mut Vec<(String, Form, Range<usize>)>) {
    let texts: Vec<&str> = plain.iter().map(|(text, _)| *text).collect();
    for read in numbers_in_digits(&texts) {
        let (first, last) = (plain[read.words.start].1, plain[read.words.end - 1].1);
        let is_whole = read.is_number && read.text.bytes().all(|byte| byte.is_ascii_digit());
        let form = if is_whole { Form::Digits } else { Form::Word };
        found.push((read.text, form, first..last + 1));
    }
    plain.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let words: Vec<&str> = text.split_whitespace().collect();
        let found: Vec<String> = tokens_of(&words).into_iter().map(|(text, ..)| text).collect();
        assert_eq!(found.join("|"), expected, "{text}");
    }

    #[test]
    fn words_become_numbers_as_people_dictate_them() {
        check("Пишите: двадцать, пять", "пишите|20|5");
        check("восемь девятьсот три семёрки ноль один", "8900|777|0|1");
        check("double five oh one", "55|0|1");
        check("Oh, I see", "oh|i|see");
        check("12.05.1985, в 10:30", "12.05.1985|в|10:30");
        check("112-233-445 95", "112|233|445|95");
        check("12 500 рублей", "12500|рублей");
        check("моя карта [card], да", "моя|карта|[card]|да");
    }
}
