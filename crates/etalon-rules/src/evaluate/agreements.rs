//! What was agreed: sums, dates and times in the words around a promise.

use crate::evaluate::amounts::{NamedAmount, named_amount};
use crate::evaluate::client_time::client_time;
use crate::evaluate::evaluator::Evaluator;
use crate::evaluate::finding::{Finding, Place, Truth};
use crate::language::condition::Node;
use crate::language::pack::AgreementDefinitions;
use crate::lexicon::{
    BEFORE_TIME, CURRENCIES, DAY_ENDINGS, DAY_WORDS, HOUR_WORDS, MINUTE_WORDS, MONTHS, PARTS_OF_DAY,
    RELATIVE_DAYS, WEEKDAYS,
};
use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveTime, TimeDelta, TimeZone, Weekday};
use etalon_call::{Agreements, Callback, PromiseToPay};
use etalon_text::{SpokenNumber, numbers_in};

/// Words around a promise in which its sum, date and time are looked for.
const REACH_S: f64 = 12.0;

/// Adds the agreements that a pack's definitions find to those that other packs found before.
pub(crate) fn add_agreements(
    definitions: &AgreementDefinitions,
    evaluator: &Evaluator<'_>,
    known: &mut Agreements,
) {
    let found = agreements(definitions, evaluator);
    known.promised_to_pay = either(known.promised_to_pay, found.promised_to_pay);
    known.promise_to_pay = known.promise_to_pay.take().or(found.promise_to_pay);
    known.agreed_callback = either(known.agreed_callback, found.agreed_callback);
    known.callback = known.callback.take().or(found.callback);
}

/// Whether one pack or another found something; what one of them could judge is known.
fn either(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    one.into_iter().chain(other).reduce(|one, other| one || other)
}

/// The agreements that a pack's definitions find.
pub(crate) fn agreements(definitions: &AgreementDefinitions, evaluator: &Evaluator<'_>) -> Agreements {
    let find = |node: &Option<Node>| {
        node.as_ref().map_or((None, None), |node| last_place(evaluator.find(node, None)))
    };
    // Days and times are named on the client's clock; the agent's is the best guess where that one
    // is unknown.
    let started_at = client_time(evaluator.view.call).ok().or(evaluator.view.call.started_at);
    let (promised_to_pay, promised) = find(&definitions.promise_to_pay);
    let (agreed_callback, agreed) = find(&definitions.callback);
    Agreements {
        promised_to_pay,
        promise_to_pay: promised.map(|place| promise(&place, evaluator, started_at)),
        agreed_callback,
        callback: agreed.map(|place| callback(&place, evaluator, started_at)),
    }
}

/// Whether something was found, where that can be told, and its last place.
fn last_place(finding: Finding) -> (Option<bool>, Option<Place>) {
    let last =
        |places: Vec<Place>| places.into_iter().max_by(|left, right| left.start_s.total_cmp(&right.start_s));
    match finding.truth {
        Truth::Unmeasurable(_) => (None, None),
        Truth::Fails => (Some(false), None),
        Truth::Holds => (Some(true), last(finding.places)),
    }
}

fn promise(
    place: &Place,
    evaluator: &Evaluator<'_>,
    started_at: Option<DateTime<FixedOffset>>,
) -> PromiseToPay {
    let around = Surroundings::of(place, evaluator);
    let date = started_at.and_then(|started_at| around.first(|words| words.date(started_at.date_naive())));
    PromiseToPay {
        amount: around.amount(),
        currency: around.first(Words::currency).map(str::to_owned),
        date: date.map(|date| date.format("%Y-%m-%d").to_string()),
        evidence: place.in_whole_sentences(evaluator.transcript).evidence(),
    }
}

fn callback(place: &Place, evaluator: &Evaluator<'_>, started_at: Option<DateTime<FixedOffset>>) -> Callback {
    let around = Surroundings::of(place, evaluator);
    let at = started_at.and_then(|started_at| {
        let today = started_at.date_naive();
        let date = around.first(|words| words.date(today)).unwrap_or(today);
        let time = around.first(Words::time)?;
        let at = started_at.offset().from_local_datetime(&date.and_time(time)).single()?;
        // A time that has passed when the call ends is another one misheard, or one of a day that
        // was not heard.
        let call_s = evaluator.view.audio.duration_s.max(0.0);
        let ended_at = started_at.checked_add_signed(TimeDelta::seconds(call_s as i64))?;
        Some(at).filter(|at| *at > ended_at)
    });
    Callback { at, evidence: place.in_whole_sentences(evaluator.transcript).evidence() }
}

/// Words that belong together, with the numbers among them.
struct Words<'a> {
    words: Vec<&'a str>,
    numbers: Vec<SpokenNumber>,
}

/// What is said around a place: its own sentences, the rest of its turn, the turns near it. What
/// the nearer words name is what was agreed.
struct Surroundings<'a>([Words<'a>; 3]);

impl<'a> Surroundings<'a> {
    fn of(place: &Place, evaluator: &Evaluator<'a>) -> Self {
        let tokens = &evaluator.transcript.tokens;
        let (first, end) = place.tokens.unwrap_or_default();
        let is_near = |token: &usize| {
            let start_s = tokens[*token].start_s;
            start_s >= place.start_s - REACH_S && start_s <= place.end_s + REACH_S
        };
        let own_words = &tokens[first..end];
        let in_turn = |token: &usize| own_words.iter().any(|own| own.turn == tokens[*token].turn);
        let in_sentences =
            |token: &usize| own_words.iter().any(|own| own.sentence == tokens[*token].sentence);
        let (own, others): (Vec<usize>, Vec<usize>) = (0..tokens.len()).partition(in_turn);
        let (sentences, rest): (Vec<usize>, Vec<usize>) = own.into_iter().partition(in_sentences);
        let others: Vec<usize> = others.into_iter().filter(is_near).collect();
        Self([sentences, rest, others].map(|tokens| Words::new(&tokens, evaluator)))
    }

    /// The first that some words name, the nearest first.
    fn first<Named>(&self, named: impl Fn(&Words<'a>) -> Option<Named>) -> Option<Named> {
        self.0.iter().find_map(named)
    }

    /// The amount; where the nearest words that name one do not tell how much it is, there is none.
    fn amount(&self) -> Option<f64> {
        let named = self.first(|words| match named_amount(&words.words, &words.numbers) {
            NamedAmount::Nothing => None,
            named => Some(named),
        });
        match named? {
            NamedAmount::Exact(amount) => Some(amount),
            NamedAmount::Inexact | NamedAmount::Nothing => None,
        }
    }
}

impl<'a> Words<'a> {
    fn new(tokens: &[usize], evaluator: &Evaluator<'a>) -> Self {
        let words: Vec<&str> = tokens.iter().map(|&token| evaluator.transcript.letters(token)).collect();
        let mut numbers = numbers_in(&words);
        // «в первую очередь» and «вторая карта» name no day and no hour.
        numbers.retain(|number| !number.is_ordinal || is_masculine_or_neuter(words[number.words.end - 1]));
        Self { words, numbers }
    }

    fn word(&self, position: usize) -> &str {
        self.words.get(position).copied().unwrap_or_default()
    }

    fn currency(&self) -> Option<&'static str> {
        self.words.iter().find_map(|word| CURRENCIES.value_of(word)).map(String::as_str)
    }

    fn is_date(&self, number: &SpokenNumber) -> bool {
        MONTHS.contains(self.word(number.words.end)) || DAY_WORDS.contains(self.word(number.words.end))
    }

    /// The first date: a day of a month, a weekday, or a day counted from the call.
    fn date(&self, today: NaiveDate) -> Option<NaiveDate> {
        let days_of_month =
            self.numbers.iter().filter(|number| self.is_day_of_month(number)).filter_map(|day| {
                let date = next_day_of_month(
                    today,
                    day.value as u32,
                    MONTHS.value_of(self.word(day.words.end)).copied(),
                )?;
                Some((day.words.start, date))
            });
        let relative_days = self
            .words
            .iter()
            .enumerate()
            .filter_map(|(position, word)| Some((position, relative_day(word, today)?)));
        days_of_month.chain(relative_days).min_by_key(|&(position, _)| position).map(|(_, date)| date)
    }

    fn is_day_of_month(&self, number: &SpokenNumber) -> bool {
        let is_hour = HOUR_WORDS.contains(self.word(number.words.end));
        (1.0..=31.0).contains(&number.value) && (self.is_date(number) || (number.is_ordinal && !is_hour))
    }

    /// The first time of day.
    fn time(&self) -> Option<NaiveTime> {
        self.numbers.iter().find_map(|number| self.time_at(number))
    }

    fn time_at(&self, number: &SpokenNumber) -> Option<NaiveTime> {
        let hour = number.value;
        if !(0.0..24.0).contains(&hour) || hour.fract() != 0.0 || self.is_date(number) {
            return None;
        }
        let before = number.words.start.checked_sub(1).map_or("", |position| self.word(position));
        let after = self.word(number.words.end);
        let names_hour = HOUR_WORDS.contains(after);
        let part_of_day = [number.words.end, number.words.end + 1]
            .into_iter()
            .map(|position| self.word(position))
            .find_map(|word| PARTS_OF_DAY.value_of(word));
        let is_time = names_hour || part_of_day.is_some() || BEFORE_TIME.contains(before);
        let hour = match part_of_day {
            Some(added_h) if hour < 12.0 => hour + added_h,
            // Nobody calls a client at night: «в три» is three in the afternoon.
            None if hour < 8.0 => hour + 12.0,
            _ => hour,
        };
        let minute = self
            .numbers
            .iter()
            .find(|next| {
                let is_counted_in_minutes = || {
                    next.words.start == number.words.end + 1
                        && names_hour
                        && MINUTE_WORDS.contains(self.word(next.words.end))
                };
                (5.0..60.0).contains(&next.value) && (follows(number, next) || is_counted_in_minutes())
            })
            .map_or(0.0, |minutes| minutes.value);
        NaiveTime::from_hms_opt(hour as u32, minute as u32, 0).filter(|_| is_time)
    }
}

/// Whether a number stands right behind another, be it in the same word («10:30»).
fn follows(number: &SpokenNumber, next: &SpokenNumber) -> bool {
    next.words.start == number.words.end || (next.words == number.words && next != number)
}

/// Whether an ordinal has the form of a day of the month («второе», «второго», «2-го»).
fn is_masculine_or_neuter(ordinal: &str) -> bool {
    ordinal.starts_with(|first: char| first.is_ascii_digit())
        || DAY_ENDINGS.iter().any(|ending| ordinal.ends_with(ending))
}

/// The next such day after today; without a month, of this month or the next.
fn next_day_of_month(today: NaiveDate, day: u32, month: Option<u32>) -> Option<NaiveDate> {
    let (month, next_year, next_month) = match month {
        Some(month) => (month, today.year() + 1, month),
        None if today.month() == 12 => (12, today.year() + 1, 1),
        None => (today.month(), today.year(), today.month() + 1),
    };
    NaiveDate::from_ymd_opt(today.year(), month, day)
        .filter(|date| *date >= today)
        .or_else(|| NaiveDate::from_ymd_opt(next_year, next_month, day))
}

fn relative_day(word: &str, today: NaiveDate) -> Option<NaiveDate> {
    let after_days = match RELATIVE_DAYS.value_of(word) {
        Some(days) => *days,
        None => days_until(*WEEKDAYS.value_of(word)?, today),
    };
    today.checked_add_days(Days::new(after_days))
}

fn days_until(weekday: Weekday, today: NaiveDate) -> u64 {
    let days = i64::from(weekday.num_days_from_monday()) - i64::from(today.weekday().num_days_from_monday());
    u64::try_from(if days <= 0 { days + 7 } else { days }).unwrap_or_default()
}
