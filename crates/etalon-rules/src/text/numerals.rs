//! Russian numbers in words: «четырнадцать тысяч», «двадцать восьмого», «14», «полторы тысячи».

/// A number found in a row of words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Number {
    pub(crate) value: f64,
    /// Position of its first word and the one after its last.
    pub(crate) first: usize,
    pub(crate) end: usize,
    /// Whether it is an ordinal («восьмого»), as dates are.
    pub(crate) is_ordinal: bool,
}

/// What a word means inside a number.
enum Part {
    Units(f64),
    Multiplier(f64),
}

/// All numbers in a row of normalised words, left to right.
pub(crate) fn numbers(words: &[&str]) -> Vec<Number> {
    let mut found = Vec::new();
    let mut position = 0;
    while position < words.len() {
        match number_at(words, position) {
            Some(number) => {
                position = number.end;
                found.push(number);
            }
            None => position += 1,
        }
    }
    found
}

fn number_at(words: &[&str], first: usize) -> Option<Number> {
    let (mut total, mut group, mut last_units) = (0.0, 0.0, f64::INFINITY);
    let mut end = first;
    let mut is_ordinal = false;
    while let Some((part, ordinal)) = words.get(end).and_then(|word| part_of(word)) {
        match part {
            // Within a number the parts become smaller: «сорок два», but «два сорок» are two numbers.
            Part::Units(units) if units < magnitude_of(last_units) => {
                group += units;
                last_units = units;
            }
            Part::Multiplier(multiplier) if multiplier < 1e9 && (total == 0.0 || multiplier < total) => {
                total += if group == 0.0 { multiplier } else { group * multiplier };
                group = 0.0;
                last_units = f64::INFINITY;
            }
            _ => break,
        }
        end += 1;
        if ordinal {
            is_ordinal = true;
            break;
        }
    }
    (end > first).then_some(Number { value: total + group, first, end, is_ordinal })
}

/// What a smaller part must stay below: after «сто» comes less than 100, after «двадцать» less than 10.
fn magnitude_of(units: f64) -> f64 {
    match units {
        units if units.is_infinite() => f64::INFINITY,
        units if units >= 1000.0 => 0.0,
        units if units >= 100.0 => 100.0,
        units if units >= 20.0 => 10.0,
        _ => 0.0,
    }
}

fn part_of(word: &str) -> Option<(Part, bool)> {
    if word.starts_with(|letter: char| letter.is_ascii_digit()) {
        let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
        let is_ordinal = word.len() > digits.len() && word[digits.len()..].starts_with('-');
        return digits
            .parse()
            .ok()
            .filter(|&value: &f64| value < 1e9)
            .map(|value| (Part::Units(value), is_ordinal));
    }
    let multiplier = MULTIPLIERS.iter().find(|(stem, _)| word.starts_with(stem));
    if let Some(&(_, multiplier)) = multiplier {
        return Some((Part::Multiplier(multiplier), false));
    }
    if let Some(&(_, value)) = CARDINALS.iter().find(|(forms, _)| forms.contains(&word)) {
        return Some((Part::Units(value), false));
    }
    let ordinal = ORDINALS
        .iter()
        .find(|(stem, _)| word.strip_prefix(stem).is_some_and(|ending| ORDINAL_ENDINGS.contains(&ending)));
    ordinal.map(|&(_, value)| (Part::Units(value), true))
}

const MULTIPLIERS: [(&str, f64); 3] = [("тысяч", 1e3), ("миллион", 1e6), ("тыщ", 1e3)];

const CARDINALS: [(&[&str], f64); 38] = [
    (&["ноль", "нуль"], 0.0),
    (&["один", "одна", "одну", "одного", "одной", "одному"], 1.0),
    (&["полторы", "полтора", "полутора"], 1.5),
    (&["два", "две", "двух", "двум"], 2.0),
    (&["три", "трех", "трем"], 3.0),
    (&["четыре", "четырех", "четырем"], 4.0),
    (&["пять", "пяти"], 5.0),
    (&["шесть", "шести"], 6.0),
    (&["семь", "семи"], 7.0),
    (&["восемь", "восьми"], 8.0),
    (&["девять", "девяти"], 9.0),
    (&["десять", "десяти"], 10.0),
    (&["одиннадцать", "одиннадцати"], 11.0),
    (&["двенадцать", "двенадцати"], 12.0),
    (&["тринадцать", "тринадцати"], 13.0),
    (&["четырнадцать", "четырнадцати"], 14.0),
    (&["пятнадцать", "пятнадцати"], 15.0),
    (&["шестнадцать", "шестнадцати"], 16.0),
    (&["семнадцать", "семнадцати"], 17.0),
    (&["восемнадцать", "восемнадцати"], 18.0),
    (&["девятнадцать", "девятнадцати"], 19.0),
    (&["двадцать", "двадцати"], 20.0),
    (&["тридцать", "тридцати"], 30.0),
    (&["сорок", "сорока"], 40.0),
    (&["пятьдесят", "пятидесяти"], 50.0),
    (&["шестьдесят", "шестидесяти"], 60.0),
    (&["семьдесят", "семидесяти"], 70.0),
    (&["восемьдесят", "восьмидесяти"], 80.0),
    (&["девяносто", "девяноста"], 90.0),
    (&["сто", "ста"], 100.0),
    (&["двести", "двухсот"], 200.0),
    (&["триста", "трехсот"], 300.0),
    (&["четыреста", "четырехсот"], 400.0),
    (&["пятьсот", "пятисот"], 500.0),
    (&["шестьсот", "шестисот"], 600.0),
    (&["семьсот", "семисот"], 700.0),
    (&["восемьсот", "восьмисот"], 800.0),
    (&["девятьсот", "девятисот"], 900.0),
];

const ORDINAL_ENDINGS: [&str; 9] = ["ого", "ое", "ому", "ый", "ой", "его", "ье", "ьему", "ьего"];

const ORDINALS: [(&str, f64); 21] = [
    ("перв", 1.0),
    ("втор", 2.0),
    ("трет", 3.0),
    ("четверт", 4.0),
    ("пят", 5.0),
    ("шест", 6.0),
    ("седьм", 7.0),
    ("восьм", 8.0),
    ("девят", 9.0),
    ("десят", 10.0),
    ("одиннадцат", 11.0),
    ("двенадцат", 12.0),
    ("тринадцат", 13.0),
    ("четырнадцат", 14.0),
    ("пятнадцат", 15.0),
    ("шестнадцат", 16.0),
    ("семнадцат", 17.0),
    ("восемнадцат", 18.0),
    ("девятнадцат", 19.0),
    ("двадцат", 20.0),
    ("тридцат", 30.0),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(f64, bool)]) {
        let words: Vec<&str> = text.split(' ').collect();
        let found: Vec<(f64, bool)> =
            numbers(&words).iter().map(|number| (number.value, number.is_ordinal)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn numbers_in_words_and_digits() {
        check("внесу четырнадцать тысяч тенге", &[(14_000.0, false)]);
        check("шесть тысяч восемьсот рублей", &[(6800.0, false)]);
        check("сто десять тысяч", &[(110_000.0, false)]);
        check("до двадцать седьмого ноября", &[(27.0, true)]);
        check("полторы тысячи", &[(1500.0, false)]);
        check("два миллиона триста тысяч", &[(2_300_000.0, false)]);
        check("14 тысяч до 27 ноября", &[(14_000.0, false), (27.0, false)]);
        check("шесть восемьсот", &[(6.0, false), (800.0, false)]);
        check("третьего в пятнадцать тридцать", &[(3.0, true), (15.0, false), (30.0, false)]);
        check("пять", &[(5.0, false)]);
        check("никаких чисел", &[]);
    }
}
