//! Personal data that nobody has, and what looks like it.

use super::conversation::Language;
use super::numerals::{cardinal, english_year, russian_ordinal, russian_year};
use super::random::Random;

/// The parts of a value in the order in which they are said; a turn may end between two of them.
pub(crate) type Parts = Vec<String>;

pub(crate) fn card(random: &mut Random, language: Language) -> Parts {
    let beginning = random.one_of(&["4", "5", "2200", "2202", "6", "4276", "5469", "2204"]);
    let digits = format!("{beginning}{}", random.digits(15 - beginning.len()));
    let check = luhn_digit(&digits);
    groups(random, language, &format!("{digits}{check}"), &[4, 4, 4, 4])
}

pub(crate) fn not_a_card(random: &mut Random, language: Language) -> Parts {
    let digits = format!("8{}", random.digits(14));
    let wrong = (luhn_digit(&digits) + 3) % 10;
    groups(random, language, &format!("{digits}{wrong}"), &[4, 4, 4, 4])
}

/// The digit behind these by which the sum of a card's number is right.
fn luhn_digit(digits: &str) -> u32 {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0');
            if !place.is_multiple_of(2) {
                digit
            } else if digit > 4 {
                2 * digit - 9
            } else {
                2 * digit
            }
        })
        .sum();
    (10 - sum % 10) % 10
}

pub(crate) fn telephone(random: &mut Random, language: Language) -> Parts {
    if language == Language::English {
        let digits = format!("{}{}", random.one_of(&["44", "1", "49"]), random.digits(10));
        let code = digits.len() - 10;
        let mut parts = groups(random, language, &digits, &[code, 3, 3, 4]);
        let plus = if parts[0].starts_with(|first: char| first.is_ascii_digit()) { "+" } else { "plus " };
        parts[0] = format!("{plus}{}", parts[0]);
        return parts;
    }
    let area = if language == Language::Kazakh || random.chance(30) {
        random.one_of(&["701", "702", "707", "747", "777", "727"])
    } else {
        random.one_of(&["926", "903", "916", "495", "812", "999", "911"])
    };
    let rest = random.digits(7);
    match random.below(10) {
        0 => vec![format!("+7{area}{rest}")],
        1 => vec![format!("8({area}){}-{}-{}", &rest[..3], &rest[3..5], &rest[5..])],
        2 => vec![format!("8{area}{rest}")],
        _ => {
            let beginning = random.one_of(&["8", "8", "7"]);
            let digits = format!("{beginning}{area}{rest}");
            let mut parts = groups(random, language, &digits, &[1, 3, 3, 2, 2]);
            if beginning == "7" && !parts[0].starts_with('7') && language == Language::Russian {
                parts[0] = format!("плюс {}", parts[0]);
            }
            parts
        }
    }
}

pub(crate) fn passport(random: &mut Random, language: Language) -> Parts {
    match language {
        Language::Russian => {
            let (series, number) = (format!("45{}", random.within(10..=26)), random.digits(6));
            match random.below(5) {
                0 => vec![format!("{} {}", &series[..2], &series[2..]), format!("номер {number}")],
                1 => vec![series, format!("№{number}")],
                2 => vec![format!("{} {}", &series[..2], &series[2..]), number],
                3 => {
                    let mut parts = spoken(random, language, &series, &[2, 2]);
                    parts.push("номер".to_owned());
                    parts.extend(spoken(random, language, &number, &[3, 3]));
                    parts
                }
                _ => spoken(random, language, &format!("{series}{number}"), &[2, 2, 3, 3]),
            }
        }
        Language::Kazakh => {
            if random.chance(40) {
                return vec![format!("N{}", random.digits(8))];
            }
            let number = format!("04{}", random.digits(7));
            groups(random, language, &number, &[3, 3, 3])
        }
        Language::English => {
            if random.chance(40) {
                return vec![format!("{}{}", random.one_of(&["AB", "C", "GB"]), random.digits(7))];
            }
            let number = random.digits(9);
            groups(random, language, &number, &[3, 3, 3])
        }
    }
}

pub(crate) fn snils(random: &mut Random, language: Language) -> Parts {
    let number = format!("1{}", random.digits(8));
    let sum: u32 =
        number.bytes().zip((1..=9).rev()).map(|(digit, place)| u32::from(digit - b'0') * place).sum();
    let check = match sum % 101 {
        100 => 0,
        rest => rest,
    };
    if random.chance(40) {
        return vec![format!("{}-{}-{}", &number[..3], &number[3..6], &number[6..]), format!("{check:02}")];
    }
    groups(random, language, &format!("{number}{check:02}"), &[3, 3, 3, 2])
}

pub(crate) fn iin(random: &mut Random, language: Language) -> Parts {
    loop {
        let birth =
            format!("{:02}{:02}{:02}", random.within(50..=99), random.within(1..=12), random.within(1..=28));
        let number = format!("{birth}{}{}", random.one_of(&["3", "4"]), random.digits(4));
        let sum = |first: u32| -> u32 {
            number
                .bytes()
                .enumerate()
                .map(|(place, digit)| u32::from(digit - b'0') * ((place as u32 + first) % 11 + 1))
                .sum::<u32>()
                % 11
        };
        let check = match sum(0) {
            10 => sum(2),
            check => check,
        };
        if check < 10 {
            return groups(random, language, &format!("{number}{check}"), &[3, 3, 3, 3]);
        }
    }
}

pub(crate) fn bin(random: &mut Random, language: Language) -> Parts {
    let number = format!(
        "{:02}{:02}{}{}",
        random.within(10..=24),
        random.within(1..=12),
        random.one_of(&["40", "41", "50", "64"]),
        random.digits(6)
    );
    groups(random, language, &number, &[3, 3, 3, 3])
}

pub(crate) fn contract(random: &mut Random, language: Language) -> Parts {
    match random.below(4) {
        0 => vec![format!("КД-{}/{}", random.within(2019..=2026), random.digits(5))],
        1 => vec![format!("{}-{}", random.digits(4), random.digits(6))],
        2 => {
            let number = format!("1{}", random.digits(9));
            groups(random, language, &number, &[2, 2, 3, 3])
        }
        _ => {
            let number = format!("2{}", random.digits(7));
            groups(random, language, &number, &[2, 2, 2, 2])
        }
    }
}

pub(crate) fn code(random: &mut Random, language: Language) -> Parts {
    let code = random.digits(4);
    groups(random, language, &code, &[2, 2])
}

pub(crate) fn email(random: &mut Random, language: Language) -> Parts {
    let names = ["ivanov", "petrova", "alex", "saule", "smith", "anna", "dauren", "kate"];
    let (name, number) = (random.one_of(&names), random.within(1..=99));
    let (domain, zone) =
        (random.one_of(&["mail", "gmail", "yandex", "inbox", "bk"]), random.one_of(&["ru", "com", "kz"]));
    if random.chance(50) {
        let separator = random.one_of(&["", ".", "_"]);
        return vec![format!("{name}{separator}{number}@{domain}.{zone}")];
    }
    let number = cardinal(number, language);
    let spoken = match language {
        Language::English => format!("{name} {number} at {domain} dot {zone}"),
        Language::Kazakh => format!("{name} {number} собака {domain} нүкте {zone}"),
        Language::Russian => {
            let name = random.one_of(&["иванов", "саша", "петрова", "alex", "анна", "kate"]);
            let domain = random.one_of(&["мейл", "джимейл", "яндекс", "mail", "gmail"]);
            let zone = random.one_of(&["ру", "ком", "ru"]);
            match random.below(3) {
                0 => format!("{name} точка {number} собака {domain} точка {zone}"),
                1 => format!("{name} нижнее подчёркивание {number} собака {domain} точка {zone}"),
                _ => format!("{name} {number} собачка {domain} точка {zone}"),
            }
        }
    };
    vec![spoken]
}

pub(crate) fn address(random: &mut Random, language: Language) -> Parts {
    let (house, flat) = (random.within(1..=180), random.within(1..=300));
    let in_words = random.chance(50);
    let say = |number: u32| if in_words { cardinal(number, language) } else { number.to_string() };
    let (house, flat) = (say(house), say(flat));
    match language {
        Language::Russian => {
            let street = random.one_of(&[
                "Ленина",
                "Абая",
                "Гагарина",
                "Садовая",
                "Баумана",
                "Розыбакиева",
                "Льва Толстого",
                "Зелёная",
            ]);
            match random.below(7) {
                0 => vec![format!("улица {street}, дом {house}, квартира {flat}")],
                1 => vec![format!("ул. {street}, д. {house}, кв. {flat}")],
                2 => vec![format!("город Казань, улица {street}, дом {house}, квартира {flat}")],
                3 => vec![format!("проспект Мира, дом {house}, корпус два, квартира {flat}")],
                4 => vec![format!("Ленинский проспект, {house}, квартира {flat}")],
                5 => vec![format!("микрорайон Самал-2, дом {house}, квартира {flat}")],
                _ => vec![format!("переулок {street}, {house}")],
            }
        }
        Language::Kazakh => {
            let street = random.one_of(&["Абай", "Сәтбаев", "Төле би", "Жандосов"]);
            match random.below(3) {
                0 => vec![format!("{street} көшесі {house} үй {flat} пәтер")],
                1 => vec![format!("Алматы қаласы, {street} көшесі, {house} үй")],
                _ => vec![format!("Тұран даңғылы {house} үй {flat} пәтерде")],
            }
        }
        Language::English => {
            let street = random.one_of(&["Baker", "Elm", "Green", "Victoria", "Mill"]);
            match random.below(3) {
                0 => vec![format!("{house} {street} Street, apartment {flat}")],
                1 => vec![format!("{house} {street} Road, flat {flat}")],
                _ => vec![format!("{house} {street} Avenue")],
            }
        }
    }
}

const RU_MONTHS: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];
const KK_MONTHS: [&str; 12] = [
    "қаңтар",
    "ақпан",
    "наурыз",
    "сәуір",
    "мамыр",
    "маусым",
    "шілде",
    "тамыз",
    "қыркүйек",
    "қазан",
    "қараша",
    "желтоқсан",
];
const EN_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(crate) fn birth_date(random: &mut Random, language: Language) -> Parts {
    let year = random.within(1940..=2005);
    date_of(random, language, year, true)
}

pub(crate) fn date(random: &mut Random, language: Language) -> Parts {
    let year = random.within(2019..=2026);
    let with_year = random.chance(60);
    date_of(random, language, year, with_year)
}

fn date_of(random: &mut Random, language: Language, year: u32, with_year: bool) -> Parts {
    let (day, month) = (random.within(1..=28), random.within(1..=12));
    let index = month as usize - 1;
    if with_year && random.chance(25) {
        return vec![format!("{day:02}.{month:02}.{year}")];
    }
    let text = match (language, with_year) {
        (Language::Russian, true) => match random.below(4) {
            0 => format!("{day} {} {year}", RU_MONTHS[index]),
            1 => format!("{} {} {}", russian_ordinal(day), RU_MONTHS[index], russian_year(year)),
            2 if year < 2000 => {
                format!("{} {} {}", russian_ordinal(day), RU_MONTHS[index], russian_ordinal(year - 1900))
            }
            _ => format!("{} {} {}", russian_ordinal(day), russian_ordinal(month), russian_year(year)),
        },
        (Language::Russian, false) => {
            if random.chance(50) {
                format!("{day} {}", RU_MONTHS[index])
            } else {
                format!("{} {}", russian_ordinal(day), RU_MONTHS[index])
            }
        }
        (Language::Kazakh, true) => {
            if random.chance(50) {
                format!("{year} жылы {day} {}да", KK_MONTHS[index])
            } else {
                format!("{} жылғы {} {}", cardinal(year, language), cardinal(day, language), KK_MONTHS[index])
            }
        }
        (Language::Kazakh, false) => format!("{day} {}", KK_MONTHS[index]),
        (Language::English, true) => {
            if random.chance(50) {
                format!("{} {day}, {year}", EN_MONTHS[index])
            } else {
                format!("{} {} {}", EN_MONTHS[index], cardinal(day, language), english_year(year))
            }
        }
        (Language::English, false) => format!("{} {day}", EN_MONTHS[index]),
    };
    vec![text]
}

pub(crate) fn amount(random: &mut Random, language: Language) -> Parts {
    let amount = random.within(12..=980) * 100 + if random.chance(30) { random.below(100) } else { 0 };
    let currency = match language {
        Language::Russian => random.one_of(&["рублей", "тенге", "рублей"]),
        Language::Kazakh => "теңге",
        Language::English => random.one_of(&["dollars", "euros"]),
    };
    let text = match random.below(4) {
        0 => format!("{} {:03} {currency}", amount / 1000, amount % 1000),
        1 => format!("{amount} {currency}"),
        2 => cardinal(amount, language),
        _ => format!("{} {currency}", cardinal(amount, language)),
    };
    vec![text]
}

pub(crate) fn time(random: &mut Random, language: Language) -> Parts {
    let (hour, minute) = (random.within(8..=21), random.one_of(&["00", "30", "15", "45"]));
    let spoken = format!("{} {}", cardinal(hour, language), cardinal(minute.parse().unwrap(), language));
    let text = match (language, random.below(3)) {
        (Language::Kazakh, 0) => format!("сағат {hour}:{minute}"),
        (Language::Russian, 0) if minute != "00" => spoken,
        (Language::Russian, 1) => format!("{} часов", cardinal(hour, language)),
        _ => format!("{hour}:{minute}"),
    };
    vec![text]
}

pub(crate) fn percent(random: &mut Random, language: Language) -> Parts {
    let share = random.within(2..=98);
    let word = match language {
        Language::Russian => "процентов",
        Language::Kazakh => "пайыз",
        Language::English => "percent",
    };
    let text = match random.below(3) {
        0 => format!("{share}%"),
        1 => format!("{share} {word}"),
        _ => format!("{} {word}", cardinal(share, language)),
    };
    vec![text]
}

pub(crate) fn quantity(random: &mut Random, language: Language) -> Parts {
    let number = random.within(2..=48);
    let unit = match language {
        Language::Russian => random.one_of(&["месяцев", "дней", "минут", "часов", "лет"]),
        Language::Kazakh => random.one_of(&["ай", "күн", "минут"]),
        Language::English => random.one_of(&["months", "days", "minutes"]),
    };
    let number = if random.chance(50) { number.to_string() } else { cardinal(number, language) };
    vec![format!("{number} {unit}")]
}

/// Digits in groups, written or spoken.
fn groups(random: &mut Random, language: Language, digits: &str, lengths: &[usize]) -> Parts {
    match random.below(10) {
        0 => vec![digits.to_owned()],
        1..=3 => cut(digits, lengths).into_iter().map(str::to_owned).collect(),
        _ => spoken(random, language, digits, lengths),
    }
}

fn cut<'d>(digits: &'d str, lengths: &[usize]) -> Vec<&'d str> {
    let mut rest = digits;
    lengths
        .iter()
        .map(|&length| {
            let (group, behind) = rest.split_at(length);
            rest = behind;
            group
        })
        .collect()
}

/// Digits in words: one by one, or group by group.
fn spoken(random: &mut Random, language: Language, digits: &str, lengths: &[usize]) -> Parts {
    let one_by_one = random.chance(40);
    let with_commas = random.chance(50);
    let groups = cut(digits, lengths);
    let last = groups.len() - 1;
    groups
        .iter()
        .enumerate()
        .map(|(place, group)| {
            let said =
                if one_by_one { digit_by_digit(random, language, group) } else { in_pairs(language, group) };
            if with_commas && place < last { format!("{said},") } else { said }
        })
        .collect()
}

fn digit_by_digit(random: &mut Random, language: Language, digits: &str) -> String {
    let mut said: Vec<String> = Vec::new();
    let mut rest = digits.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let word = cardinal(u32::from(first - b'0'), language);
        if language == Language::English && behind.first() == Some(&first) && random.chance(50) {
            said.push(format!("double {word}"));
            rest = &behind[1..];
            continue;
        }
        said.push(if first == b'0' && language == Language::English { "oh".to_owned() } else { word });
        rest = behind;
    }
    said.join(" ")
}

/// Four digits as two numbers, others as one; zeros at the beginning are said.
fn in_pairs(language: Language, digits: &str) -> String {
    if digits.len() == 4 {
        let (left, right) = digits.split_at(2);
        return format!("{} {}", in_pairs(language, left), in_pairs(language, right));
    }
    let significant = digits.trim_start_matches('0');
    let zeros = digits.len() - significant.len();
    let mut words = vec![cardinal(0, language); zeros];
    if !significant.is_empty() {
        words.push(if significant.len() > 3 {
            significant
                .bytes()
                .map(|digit| cardinal(u32::from(digit - b'0'), language))
                .collect::<Vec<_>>()
                .join(" ")
        } else {
            cardinal(significant.parse().unwrap(), language)
        });
    }
    words.join(" ")
}
