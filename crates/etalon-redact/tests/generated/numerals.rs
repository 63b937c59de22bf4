//! Numbers as people say them in three languages: written from scratch, so that an error in the
//! product's reading of numbers does not hide here.

use super::conversation::Language;
use super::russian_cardinals::{TENS, russian_cardinal};

const KK_UNITS: [&str; 10] = ["нөл", "бір", "екі", "үш", "төрт", "бес", "алты", "жеті", "сегіз", "тоғыз"];
const KK_TENS: [&str; 10] =
    ["", "он", "жиырма", "отыз", "қырық", "елу", "алпыс", "жетпіс", "сексен", "тоқсан"];
const EN_UNITS: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const EN_TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// A number from 0 to 999 999 in words.
pub(crate) fn cardinal(number: u32, language: Language) -> String {
    let parts = match language {
        Language::Russian => russian_cardinal(number),
        Language::Kazakh => kazakh(number),
        Language::English => english(number),
    };
    parts.join(" ")
}

fn kazakh(number: u32) -> Vec<&'static str> {
    let mut words = Vec::new();
    if number >= 1000 {
        words.extend(kazakh(number / 1000));
        words.push("мың");
    }
    let rest = number % 1000;
    if rest >= 100 {
        words.extend((rest >= 200).then(|| KK_UNITS[(rest / 100) as usize]));
        words.push("жүз");
    }
    words.push(KK_TENS[(rest % 100 / 10) as usize]);
    if !rest.is_multiple_of(10) || number == 0 {
        words.push(KK_UNITS[(rest % 10) as usize]);
    }
    words.retain(|word| !word.is_empty());
    words
}

fn english(number: u32) -> Vec<&'static str> {
    let mut words = Vec::new();
    if number >= 1000 {
        words.extend(english(number / 1000));
        words.push("thousand");
    }
    let rest = number % 1000;
    if rest >= 100 {
        words.push(EN_UNITS[(rest / 100) as usize]);
        words.push("hundred");
    }
    match rest % 100 {
        0 if number > 0 => {}
        small @ 0..20 => words.push(EN_UNITS[small as usize]),
        tens => {
            words.push(EN_TENS[(tens / 10) as usize]);
            words.extend((tens % 10 > 0).then(|| EN_UNITS[(tens % 10) as usize]));
        }
    }
    words
}

const RU_ORDINALS: [&str; 20] = [
    "нулевого",
    "первого",
    "второго",
    "третьего",
    "четвёртого",
    "пятого",
    "шестого",
    "седьмого",
    "восьмого",
    "девятого",
    "десятого",
    "одиннадцатого",
    "двенадцатого",
    "тринадцатого",
    "четырнадцатого",
    "пятнадцатого",
    "шестнадцатого",
    "семнадцатого",
    "восемнадцатого",
    "девятнадцатого",
];
const RU_TENTHS: [&str; 10] = [
    "",
    "",
    "двадцатого",
    "тридцатого",
    "сорокового",
    "пятидесятого",
    "шестидесятого",
    "семидесятого",
    "восьмидесятого",
    "девяностого",
];

/// An ordinal from 1 to 99 in the genitive: «двадцать пятого».
pub(crate) fn russian_ordinal(number: u32) -> String {
    match number {
        0..20 => RU_ORDINALS[number as usize].to_owned(),
        tens if tens.is_multiple_of(10) => RU_TENTHS[(tens / 10) as usize].to_owned(),
        _ => format!("{} {}", TENS[(number / 10) as usize], RU_ORDINALS[(number % 10) as usize]),
    }
}

/// A year in the genitive: «тысяча девятьсот восемьдесят пятого», «две тысячи шестого».
pub(crate) fn russian_year(year: u32) -> String {
    match year {
        2000 => "двухтысячного".to_owned(),
        2001.. => format!("две тысячи {}", russian_ordinal(year - 2000)),
        _ => format!("тысяча девятьсот {}", russian_ordinal(year - 1900)),
    }
}

/// "nineteen eighty five", "two thousand six".
pub(crate) fn english_year(year: u32) -> String {
    match year {
        2000.. => cardinal(year, Language::English),
        _ => {
            format!("{} {}", cardinal(year / 100, Language::English), cardinal(year % 100, Language::English))
        }
    }
}
