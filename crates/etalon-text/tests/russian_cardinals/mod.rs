//! Russian numbers in words: written from scratch, so that an error in the product's reading of
//! numbers does not hide here.

const UNITS: [&str; 20] = [
    "ноль",
    "один",
    "два",
    "три",
    "четыре",
    "пять",
    "шесть",
    "семь",
    "восемь",
    "девять",
    "десять",
    "одиннадцать",
    "двенадцать",
    "тринадцать",
    "четырнадцать",
    "пятнадцать",
    "шестнадцать",
    "семнадцать",
    "восемнадцать",
    "девятнадцать",
];
pub(crate) const TENS: [&str; 10] = [
    "",
    "",
    "двадцать",
    "тридцать",
    "сорок",
    "пятьдесят",
    "шестьдесят",
    "семьдесят",
    "восемьдесят",
    "девяносто",
];
const HUNDREDS: [&str; 10] =
    ["", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"];

/// A number below a thousand millions in words.
pub(crate) fn russian_cardinal(number: u32) -> Vec<&'static str> {
    let (millions, thousands, rest) = (number / 1_000_000, number / 1_000 % 1_000, number % 1_000);
    let mut words = Vec::new();
    if millions > 0 {
        words.extend(below_thousand(millions));
        words.push(counted(millions, ["миллион", "миллиона", "миллионов"]));
    }
    if thousands > 0 {
        words.extend(below_thousand(thousands).into_iter().map(feminine));
        words.push(counted(thousands, ["тысяча", "тысячи", "тысяч"]));
    }
    if rest > 0 || number == 0 {
        words.extend(below_thousand(rest));
    }
    words
}

fn below_thousand(number: u32) -> Vec<&'static str> {
    let mut words = vec![HUNDREDS[(number / 100) as usize]];
    match number % 100 {
        0 if number > 0 => {}
        small @ 0..20 => words.push(UNITS[small as usize]),
        tens => {
            words.push(TENS[(tens / 10) as usize]);
            words.extend((tens % 10 > 0).then(|| UNITS[(tens % 10) as usize]));
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// «одна тысяча», «две тысячи».
fn feminine(word: &'static str) -> &'static str {
    match word {
        "один" => "одна",
        "два" => "две",
        other => other,
    }
}

/// The form that a number asks for: after one, after two to four, after all others.
fn counted(number: u32, [one, few, many]: [&'static str; 3]) -> &'static str {
    let is_teen = (11..20).contains(&(number % 100));
    match number % 10 {
        1 if !is_teen => one,
        2..=4 if !is_teen => few,
        _ => many,
    }
}
