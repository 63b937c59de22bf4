//! The words that the evaluation itself knows, whatever the pack: the lists in `lexicons/`.
//!
//! A line that begins with `#` is a comment. Words are written as
//! [`normalize_word`](etalon_text::normalize_word) spells them.

use chrono::Weekday;
use etalon_text::{ListedPhrase, ListedWord, listed_phrases};
use std::str::FromStr;
use std::sync::LazyLock;

/// Declares the lists, and [`EMBEDDED`] with the text of each.
macro_rules! lexicons {
    ($($(#[$comment:meta])* $name:ident: $list:ty = $file:literal;)*) => {
        $(
            $(#[$comment])*
            pub(crate) static $name: LazyLock<$list> =
                LazyLock::new(|| <$list>::parse(include_str!(concat!("../lexicons/", $file))));
        )*

        /// All lists inside the program.
        pub(crate) const EMBEDDED: &[&str] = &[$(include_str!(concat!("../lexicons/", $file))),*];
    };
}

lexicons! {
    /// Words that many companies have in their names.
    GENERIC_COMPANY_WORDS: Lines = "generic_company_words.txt";
    /// Other words after which a company's name is expected.
    COMPANY_ANNOUNCEMENTS: WordList = "company_announcements.txt";
    /// Words in the name of a company that collects debts.
    COLLECTORS: WordList = "collectors.txt";
    /// Letters with the ways in which they are written and spelt out.
    LETTER_NAMES: Lines = "letter_names.txt";
    /// Endings of patronymics and family names.
    NAME_ENDINGS: Lines = "name_endings.txt";
    /// Words that deny what follows.
    NEGATIONS: WordList = "negations.txt";
    /// Words through which a denial passes on to the verb behind them.
    DENIAL_CARRIERS: WordList = "denial_carriers.txt";
    /// Phrases that call what was told untrue, forbidden or a swindle.
    REFUTATIONS: Phrases = "refutations.txt";
    /// Who else acts or speaks where a warning is told.
    OTHER_ACTORS: WordList = "other_actors.txt";
    /// Verbs by which others say or fear something.
    OTHERS_SPEECH: WordList = "others_speech.txt";
    /// Words by which a speaker addresses whom he speaks with.
    ADDRESSES: WordList = "addresses.txt";
    /// Endings of verbs in the second person.
    ADDRESSING_ENDINGS: Lines = "addressing_endings.txt";
    /// Words with such an ending that are no verbs.
    NOT_ADDRESSING: WordList = "not_addressing.txt";
    /// Verbs that tell what somebody thinks or says.
    VIEWS: WordList = "views.txt";
    /// Verbs that report what somebody said.
    REPORTING_VERBS: WordList = "reporting_verbs.txt";
    /// Reporting verbs that only the speaker can be the subject of.
    OWN_REPORTING_VERBS: WordList = "own_reporting_verbs.txt";
    /// Who can be the subject of a reporting verb.
    REPORTING_SUBJECTS: WordList = "reporting_subjects.txt";
    /// The speaker as such a subject.
    OWN_SUBJECTS: WordList = "own_subjects.txt";
    /// Whose words are reported: anybody's but the speaker's.
    REPORTED_SPEAKERS: WordList = "reported_speakers.txt";
    /// Words in front of a question word that do not change what it asks.
    LEADING_PARTICLES: WordList = "leading_particles.txt";
    /// Words that a question begins with.
    QUESTION_WORDS: WordList = "question_words.txt";
    /// Words from which on an unpunctuated sentence asks.
    ASKING_WORDS: WordList = "asking_words.txt";
    /// Words of which alone a part of a sentence only asks whether the rest of it is right.
    QUESTION_TAGS: WordList = "question_tags.txt";
    /// Question words that ask after a comma too.
    QUESTION_WORDS_AFTER_COMMA: WordList = "question_words_after_comma.txt";
    /// What is said in every call and means none of the things that packs ask for.
    ORDINARY_SENTENCES: Lines = "ordinary_sentences.txt";
    /// What is counted and not graded.
    COUNTED: WordList = "counted.txt";
    /// Grades as schools name them.
    GRADES: ValuedWords<f64> = "grades.txt";
    /// Words in front of a number that repeat the scale of grades.
    SCALE_WORDS: WordList = "scale_words.txt";
    /// Currencies with their codes (ISO 4217).
    CURRENCIES: ValuedWords<String> = "currencies.txt";
    /// Months with their numbers, 1 to 12.
    MONTHS: ValuedWords<u32> = "months.txt";
    /// Words behind the number of a day, beside the names of months.
    DAY_WORDS: WordList = "day_words.txt";
    /// Endings of ordinals that can be the day of a month.
    DAY_ENDINGS: Lines = "day_endings.txt";
    /// Words that tell how much without a number («половина», «процентов»).
    AMOUNT_WORDS: WordList = "amount_words.txt";
    /// Words that name an amount without telling how much money it is.
    INEXACT_AMOUNTS: WordList = "inexact_amounts.txt";
    /// Words between two numbers of which only one will be the amount.
    AMOUNT_ALTERNATIVES: WordList = "amount_alternatives.txt";
    /// Words in front of a number that is a bound of the amount.
    AMOUNT_BOUNDS: WordList = "amount_bounds.txt";
    /// Words in front of a number that is no amount of money.
    NUMBERED: WordList = "numbered.txt";
    /// Words behind the number of an hour.
    HOUR_WORDS: WordList = "hour_words.txt";
    /// Words behind the minutes of a time.
    MINUTE_WORDS: WordList = "minute_words.txt";
    /// Words in front of a time of day.
    BEFORE_TIME: WordList = "before_time.txt";
    /// Parts of the day with the hours that they add to an hour before noon.
    PARTS_OF_DAY: ValuedWords<f64> = "parts_of_day.txt";
    /// Days counted from today.
    RELATIVE_DAYS: ValuedWords<u64> = "relative_days.txt";
    /// The days of the week.
    WEEKDAYS: ValuedWords<Weekday> = "weekdays.txt";
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Lines as they are written: names, endings, sentences.
pub(crate) struct Lines(Vec<&'static str>);

impl Lines {
    fn parse(text: &'static str) -> Self {
        Self(lines(text).collect())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().copied()
    }

    pub(crate) fn contains(&self, line: &str) -> bool {
        self.0.contains(&line)
    }
}

/// One word a line; a star at its end stands for any ending.
pub(crate) struct WordList(Vec<ListedWord>);

impl WordList {
    fn parse(text: &str) -> Self {
        Self(lines(text).map(ListedWord::parse).collect())
    }

    /// Whether a word, spelt as `normalize_word` spells it, is on the list.
    pub(crate) fn contains(&self, word: &str) -> bool {
        self.0.iter().any(|listed| listed.matches(word))
    }
}

/// A phrase a line, in the notation of [`ListedPhrase`].
pub(crate) struct Phrases(Vec<ListedPhrase>);

impl Phrases {
    fn parse(text: &str) -> Self {
        Self(listed_phrases(text))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &ListedPhrase> {
        self.0.iter()
    }
}

/// A value a line, and behind it the words for it.
pub(crate) struct ValuedWords<V> {
    entries: Vec<(V, Vec<ListedWord>)>,
}

impl<V: FromStr> ValuedWords<V> {
    fn parse(text: &str) -> Self {
        let entry = |line: &str| {
            let (value, words) = line.split_once(' ')?;
            Some((value.parse().ok()?, words.split_whitespace().map(ListedWord::parse).collect()))
        };
        Self { entries: lines(text).filter_map(entry).collect() }
    }

    /// The value that a word, spelt as `normalize_word` spells it, stands for.
    pub(crate) fn value_of(&self, word: &str) -> Option<&V> {
        let has_word = |(_, words): &&(V, Vec<ListedWord>)| words.iter().any(|listed| listed.matches(word));
        self.entries.iter().find(has_word).map(|(value, _)| value)
    }

    pub(crate) fn contains(&self, word: &str) -> bool {
        self.value_of(word).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<V: FromStr + PartialEq>(list: &ValuedWords<V>, lines: usize, words: &[(&str, Option<V>)]) {
        assert_eq!(list.entries.len(), lines, "a line of the list is no entry");
        for (word, expected) in words {
            assert!(list.value_of(word) == expected.as_ref(), "{word}");
        }
    }

    #[test]
    fn every_line_of_a_list_is_an_entry() {
        check(&GRADES, 10, &[("десятку", Some(10.0)), ("десять", None)]);
        check(&CURRENCIES, 4, &[("рублей", Some("RUB".to_owned())), ("рулей", None)]);
        check(&MONTHS, 12, &[("мая", Some(5)), ("марта", Some(3)), ("маяк", None)]);
        check(&PARTS_OF_DAY, 2, &[("вечера", Some(12.0)), ("вечер", None)]);
        check(&RELATIVE_DAYS, 3, &[("завтра", Some(1)), ("вчера", None)]);
        check(
            &WEEKDAYS,
            7,
            &[("пятницу", Some(Weekday::Fri)), ("среду", Some(Weekday::Wed)), ("день", None)],
        );
    }

    #[test]
    fn a_comment_is_no_word() {
        assert!(EMBEDDED.iter().all(|text| text.starts_with("# ") && lines(text).count() > 0));
        assert!(NAME_ENDINGS.iter().all(|ending| !ending.contains('#')));
    }
}
