//! What was agreed: sums, dates and times in the words around a promise.

use crate::evaluate::client_time::client_time;
use crate::evaluate::evaluator::Evaluator;
use crate::evaluate::finding::{Finding, Place};
use crate::language::pack::AgreementDefinitions;
use crate::lexicon::{
    BEFORE_TIME, CURRENCIES, DAY_WORDS, HOUR_WORDS, MONTHS, PARTS_OF_DAY, RELATIVE_DAYS, WEEKDAYS,
};
use crate::text::numerals::{Number, numbers};
use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveTime, TimeZone, Weekday};
use etalon_call::{Agreements, Callback, PromiseToPay};

/// Words around a promise in which its sum, date and time are looked for.
const REACH_S: f64 = 12.0;

/// The agreements that a pack's definitions find.
pub(crate) fn agreements(definitions: &AgreementDefinitions, evaluator: &Evaluator<'_>) -> Agreements {
    let last_place = |finding: Finding| {
        let holds = finding.holds();
        finding
            .places
            .into_iter()
            .filter(|_| holds)
            .max_by(|left, right| left.start_s.total_cmp(&right.start_s))
    };
    let find = |node: &Option<crate::language::condition::Node>| {
        node.as_ref().map(|node| evaluator.find(node, None)).and_then(last_place)
    };
    // Days and times are named on the client's clock; the agent's is the best guess where that one is unknown.
    let started_at = client_time(evaluator.view.call).ok().or(evaluator.view.call.started_at);
    Agreements {
        promise_to_pay: find(&definitions.promise_to_pay).map(|place| promise(&place, evaluator, started_at)),
        callback: find(&definitions.callback).map(|place| callback(&place, evaluator, started_at)),
    }
}

fn promise(
    place: &Place,
    evaluator: &Evaluator<'_>,
    started_at: Option<DateTime<FixedOffset>>,
) -> PromiseToPay {
    let words = Words::around(place, evaluator);
    let date = started_at.and_then(|started_at| words.date(started_at.date_naive()));
    PromiseToPay {
        amount: words.amount(),
        currency: words.currency().map(str::to_owned),
        date: date.map(|date| date.format("%Y-%m-%d").to_string()),
        evidence: place.evidence(),
    }
}

fn callback(place: &Place, evaluator: &Evaluator<'_>, started_at: Option<DateTime<FixedOffset>>) -> Callback {
    let words = Words::around(place, evaluator);
    let at = started_at.and_then(|started_at| {
        let date = words.date(started_at.date_naive()).unwrap_or(started_at.date_naive());
        let time = words.time()?;
        started_at.offset().from_local_datetime(&date.and_time(time)).single()
    });
    Callback { at, evidence: place.evidence() }
}

/// The normalised words near a place, those of the place itself first in line.
struct Words<'a> {
    words: Vec<&'a str>,
    numbers: Vec<Number>,
}

impl<'a> Words<'a> {
    fn around(place: &Place, evaluator: &Evaluator<'a>) -> Self {
        let transcript = evaluator.transcript;
        let turn_of = |token: usize| transcript.tokens[token].turn;
        let own_turn = place.tokens.map(|(first, _)| turn_of(first));
        let is_near = |token: &usize| {
            let start_s = transcript.tokens[*token].start_s;
            start_s >= place.start_s - REACH_S && start_s <= place.end_s + REACH_S
        };
        let all = 0..transcript.tokens.len();
        let own = all.clone().filter(|token| Some(turn_of(*token)) == own_turn);
        let others = all.filter(is_near).filter(|token| Some(turn_of(*token)) != own_turn);
        let words: Vec<&str> = own.chain(others).map(|token| transcript.letters(token)).collect();
        let numbers = numbers(&words);
        Self { words, numbers }
    }

    fn word(&self, position: usize) -> &str {
        self.words.get(position).copied().unwrap_or_default()
    }

    /// The first sum: a number before a currency, or one of at least a hundred.
    fn amount(&self) -> Option<f64> {
        let is_sum = |number: &&Number| {
            let is_large = !number.is_ordinal && number.value >= 100.0 && !self.is_date(number);
            is_large || CURRENCIES.contains(self.word(number.end))
        };
        self.spoken_thousands().or_else(|| self.numbers.iter().find(is_sum).map(|number| number.value))
    }

    /// A sum said without its «тысяч»: «шесть восемьсот» for 6,800.
    fn spoken_thousands(&self) -> Option<f64> {
        self.numbers.windows(2).find_map(|pair| {
            let (thousands, hundreds) = (&pair[0], &pair[1]);
            let is_pair = thousands.end == hundreds.first && !thousands.is_ordinal && !hundreds.is_ordinal;
            let is_short =
                (1.0..100.0).contains(&thousands.value) && (100.0..1000.0).contains(&hundreds.value);
            (is_pair && is_short && hundreds.value % 50.0 == 0.0)
                .then_some(thousands.value * 1000.0 + hundreds.value)
        })
    }

    fn currency(&self) -> Option<&'static str> {
        self.words.iter().find_map(|word| CURRENCIES.value_of(word)).map(String::as_str)
    }

    fn is_date(&self, number: &Number) -> bool {
        MONTHS.contains(self.word(number.end)) || DAY_WORDS.contains(self.word(number.end))
    }

    /// The first date: a day of a month, a weekday, or a day counted from the call.
    fn date(&self, today: NaiveDate) -> Option<NaiveDate> {
        let days_of_month =
            self.numbers.iter().filter(|number| self.is_day_of_month(number)).filter_map(|day| {
                let date =
                    next_day_of_month(today, day.value as u32, MONTHS.value_of(self.word(day.end)).copied())?;
                Some((day.first, date))
            });
        let relative_days = self
            .words
            .iter()
            .enumerate()
            .filter_map(|(position, word)| Some((position, relative_day(word, today)?)));
        days_of_month.chain(relative_days).min_by_key(|&(position, _)| position).map(|(_, date)| date)
    }

    fn is_day_of_month(&self, number: &Number) -> bool {
        let is_hour = HOUR_WORDS.contains(self.word(number.end));
        (1.0..=31.0).contains(&number.value) && (self.is_date(number) || (number.is_ordinal && !is_hour))
    }

    /// The first time of day.
    fn time(&self) -> Option<NaiveTime> {
        self.numbers.iter().find_map(|number| self.time_at(number))
    }

    fn time_at(&self, number: &Number) -> Option<NaiveTime> {
        let hour = number.value;
        if !(0.0..24.0).contains(&hour) || hour.fract() != 0.0 || self.is_date(number) {
            return None;
        }
        let before = number.first.checked_sub(1).map_or("", |position| self.word(position));
        let after = self.word(number.end);
        let names_hour = HOUR_WORDS.contains(after);
        let part_of_day = [number.end, number.end + 1]
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
            .find(|next| next.first == number.end && (5.0..60.0).contains(&next.value))
            .map_or(0.0, |minutes| minutes.value);
        NaiveTime::from_hms_opt(hour as u32, minute as u32, 0).filter(|_| is_time)
    }
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
