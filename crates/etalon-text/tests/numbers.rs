//! Words and numbers have one form, whoever wrote them.

mod russian_cardinals;

use etalon_text::{SpokenNumber, normalize_word, normalized, numbers_in, numbers_to_digits, tokens};
use proptest::prelude::*;
use russian_cardinals::russian_cardinal;

#[test]
fn spellings_of_one_word_become_equal() {
    for (word, expected) in [
        ("Ещё,", "еще"),
        ("«ВЕКТОР»", "вектор"),
        ("из-за", "из-за"),
        ("за\u{301}мок", "замок"),
        ("мои\u{306}", "мой"),
        ("—", ""),
        ("12", "12"),
    ] {
        assert_eq!(normalize_word(word), expected, "{word}");
    }
}

#[test]
fn a_text_becomes_words() {
    for (text, expected) in [
        ("Да, — сказал он; из-за вас!", "да|сказал|он|из-за|вас"),
        ("слово—слово/дело… ещё", "слово|слово|дело|еще"),
        ("O’Neil's «АО \"Вектор\"»", "o'neil's|ао|вектор"),
        ("1,5 и 10:30, 5‑го", "1,5|и|10:30|5-го"),
        ("12% годовых, 500₽", "12|процентов|годовых|500|рублей"),
        ("за $6,828.", "за|6,828|долларов"),
        ("pay $5 million, 12%", "pay|5|million|dollars|12|percent"),
        ("договор №5", "договор|номер|5"),
        (" — … !", ""),
    ] {
        assert_eq!(tokens(text).join("|"), expected, "{text}");
    }
}

/// Checks that all spellings of a line have one form.
fn check(expected: &str, spellings: &[&str]) {
    for spelling in spellings {
        assert_eq!(normalized(spelling).join(" "), expected, "{spelling}");
    }
}

#[test]
fn cardinals() {
    check("12500", &["двенадцать тысяч пятьсот", "12 тысяч 500", "12 тыс. 500", "12 500", "12500", "12.500"]);
    check(
        "12000",
        &["двенадцать тысяч", "12 тысяч", "12 000", "12\u{a0}000", "12,000", "12.000", "12тыс", "12 тыс."],
    );
    check(
        "42000 тенге",
        &["Сорок две тысячи тенге", "42 тысячи тенге", "42 000 ₸", "42000 тг.", "42 тыс. тг"],
    );
    check("1000200", &["миллион двести", "1 миллион 200", "1 млн 200", "1 000 200", "1,000,200"]);
    check("до 6", &["до шести", "до 6", "до 6-ти", "до 6ти"]);
    check("из 2 или 3", &["из двух или трёх", "из 2-х или 3х"]);
    check(
        "2500 рублей",
        &["двух тысяч пятисот рублей", "2500 рублей", "2 500 руб.", "2500р", "две пятьсот рублей"],
    );
    check("14550 рублей", &["четырнадцать тысяч пятьсот пятьдесят рублей", "14 550 рублей", "14 550 ₽"]);
    check("6800", &["шесть восемьсот", "6 800", "шесть тысяч восемьсот", "6800"]);
    check("1 раз", &["один раз", "1 раз"]);
    check("кормить семью", &["кормить семью"]);
    check("1234567", &["миллион двести тридцать четыре тысячи пятьсот шестьдесят семь", "1,234,567"]);
    check("1979", &["тысяча девятьсот семьдесят девять", "1979"]);
}

#[test]
fn ordinals() {
    check("5 декабря", &["пятого декабря", "5 декабря", "5-го декабря", "5го декабря", "5‑го декабря"]);
    check("до 27 ноября", &["до двадцать седьмого ноября", "до 27-го ноября", "до 20 седьмого ноября"]);
    check("84", &["Восемьдесят четвёртый.", "84-й", "84й", "84-ый"]);
    check("28 числа", &["двадцать восьмого числа", "28-мой числа"]);
    check("3 марта 79 года", &["Третье марта семьдесят девятого года", "3 марта 79 года"]);
    check("2013 15 сезон", &["две тысячи тринадцать пятнадцатый сезон", "2013 15-й сезон"]);
    check("2013", &["две тысячи тринадцатый", "2013-й", "2 тысячи 13-й"]);
    check("1 взнос 2 месяц", &["первый взнос, второй месяц", "1-й взнос, 2-ой месяц"]);
    check("100 и 1000 и 2000", &["сотый и тысячный и двухтысячный"]);
    check("20 7", &["двадцатого седьмого", "20-го 7-го", "20 7"]);
    check("во-первых", &["во-первых"]);
    check("5м 5-летний", &["5м 5-летний"]);
}

#[test]
fn fractions() {
    check("1500", &["полторы тысячи", "1,5 тысячи", "1.5 тыс.", "1500"]);
    check("2500", &["две с половиной тысячи", "2,5 тысячи", "2.5 тысячи"]);
    check("1500000", &["полтора миллиона", "1,5 млн"]);
    check("2003500", &["два миллиона три с половиной тысячи"]);
    check("2,5", &["два с половиной", "2,5", "2.5", "2,50"]);
    check("0,25 процентов", &["0,25%", "0.25%"]);
}

#[test]
fn numbers_side_by_side() {
    check("8 701", &["восемь семьсот один", "8 701", "8-701"]);
    check(
        "8 701 220 30 40",
        &[
            "Восемь, семьсот один, двести двадцать, тридцать, сорок.",
            "8 701 220 30 40",
            "8 (701) 220-30-40",
            "8-701-220-30-40",
            "87012203040",
        ],
    );
    check(
        "8 707 0 0 0 11 22",
        &["8 707 000 11 22", "восемь семьсот семь ноль ноль ноль одиннадцать двадцать два"],
    );
    check("0 7", &["ноль семь", "07", "ноль 7"]);
    check("10 30", &["десять тридцать", "10:30", "10.30"]);
    check("9 0 5", &["девять ноль пять", "09:05"]);
    check("5 12 2026", &["пятого двенадцатого две тысячи двадцать шестого", "05.12.2026"]);
    check("2 3 раза", &["два-три раза", "2-3 раза", "2–3 раза"]);
    check("100 200 рублей", &["сто-двести рублей", "100-200 рублей"]);
    check("1 2 3", &["один, два, три", "1, 2, 3", "1 2 3"]);
    check(
        "14000 28 ноября",
        &["четырнадцать тысяч двадцать восьмого ноября", "14 000 28 ноября", "14 тысяч 28-го ноября"],
    );
    check("75000000000", &["семьдесят пять миллиардов", "75 млрд"]);
    check("12345678901234567890", &["12345678901234567890"]);
}

#[test]
fn other_languages() {
    check("21", &["twenty-one", "twenty one", "21", "21st", "twenty-first"]);
    check("105 dollars", &["one hundred and five dollars", "105 dollars"]);
    check("2300", &["two thousand three hundred", "2,300", "2 thousand 3 hundred"]);
    check("100 and more", &["one hundred and more"]);
    check("15 теңге", &["он бес теңге", "15 теңге"]);
    check("215000", &["екі жүз он бес мың", "215 мың", "215 000"]);
    check("он 5 раз сказал", &["он пять раз сказал"]);
    check("5", &["бесінші", "5-ші"]);
}

#[test]
fn words_of_a_recogniser_need_no_text() {
    let words = ["не", "позднее", "20", "седьмого", "14", "000", "6,828", "75-ый"].map(str::to_owned);
    assert_eq!(numbers_to_digits(&words).join(" "), "не позднее 27 14000 6828 75");
}

/// The numbers of a text with their words; ordinals have an exclamation mark.
fn check_numbers_in(text: &str, expected: &[&str]) {
    let words = tokens(text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let written = |number: SpokenNumber| {
        let mark = if number.is_ordinal { "!" } else { "" };
        format!("{}{mark} {}", number.value, words[number.words].join(" "))
    };
    let found: Vec<String> = numbers_in(&words).into_iter().map(written).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn numbers_are_found_with_their_words() {
    for (text, expected) in [
        ("внесу четырнадцать тысяч тенге", &["14000 четырнадцать тысяч"][..]),
        ("шесть тысяч восемьсот рублей", &["6800 шесть тысяч восемьсот"]),
        ("сто десять тысяч", &["110000 сто десять тысяч"]),
        ("до двадцать седьмого ноября", &["27! двадцать седьмого"]),
        ("полторы тысячи", &["1500 полторы тысячи"]),
        ("два миллиона триста тысяч", &["2300000 два миллиона триста тысяч"]),
        ("14 тысяч до 27 ноября", &["14000 14 тысяч", "27 27"]),
        ("шесть восемьсот", &["6 шесть", "800 восемьсот"]),
        ("третьего в пятнадцать тридцать", &["3! третьего", "15 пятнадцать", "30 тридцать"]),
        ("пять", &["5 пять"]),
        ("никаких чисел", &[]),
        ("", &[]),
        ("внесу 12 000 рублей 5-го", &["12000 12 000", "5! 5-го"]),
        ("две с половиной тысячи", &["2500 две с половиной тысячи"]),
        ("12тыс рублей", &["12000 12тыс"]),
        ("в 10:30 утра", &["10 10:30", "30 10:30"]),
        (
            "четырнадцать тысяч двадцать восьмого ноября",
            &["14000 четырнадцать тысяч", "28! двадцать восьмого"],
        ),
        ("екі жүз он бес мың теңге", &["215000 екі жүз он бес мың"]),
        ("one hundred and five dollars", &["105 one hundred and five"]),
        ("номер 87012203040", &[]),
    ] {
        check_numbers_in(text, expected);
    }
}

/// Words, digits and marks that combine the rules of numbers.
fn any_text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        prop::sample::select(
            "ноль один два полтора семь десять двенадцать двадцать тридцать сто двести тысяча тысяч млн миллиарда \
             первого третьего двадцатого сотый тысячный с половиной рублей р руб тенге он бес он жүз мың ноября hundred and \
             five thousand слово из-за два-три он-он 5-го 10ти 12тыс 05.12 10:30 1,5 2,50 0,125 12,000 $ % ₽ № - . ,"
                .split_whitespace()
                .collect::<Vec<_>>()
        )
        .prop_map(str::to_owned),
        "[0-9]{1,4}",
        "[78][0-9]{10}",
        "[0-9]{1,3}([.,:-][0-9]{1,4}){1,3}",
        "[0-9]{9,21}",
        "[1-9]00",
    ];
    prop::collection::vec(word, 0..9).prop_map(|words| words.join(" "))
}

/// Checks that normalizing the result changes nothing, as a text or word by word.
fn check_idempotent(text: &str) {
    let once = normalized(text);
    assert_eq!(normalized(&once.join(" ")), once, "{text:?}");
    assert_eq!(numbers_to_digits(&once), once, "{text:?}");
    let words = tokens(text);
    assert_eq!(tokens(&words.join(" ")), words, "{text:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn numbers_are_normalised_once(text in any_text()) {
        check_idempotent(&text);
    }

    #[test]
    fn any_text_is_normalised_once(text in "\\PC{0,40}") {
        check_idempotent(&text);
    }

    #[test]
    fn words_and_digits_are_equal(value in 1_u32..1_000_000_000) {
        prop_assert_eq!(normalized(&russian_cardinal(value).join(" ")), [value.to_string()]);
    }

    #[test]
    fn the_words_of_numbers_are_in_order(text in any_text()) {
        let words = tokens(&text);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let numbers = numbers_in(&words);
        prop_assert!(numbers.iter().all(|number| number.words.start < number.words.end && number.words.end <= words.len()));
        prop_assert!(numbers.windows(2).all(|pair| pair[0].words.start <= pair[1].words.start));
    }

    #[test]
    fn raw_words_give_themselves(words in prop::collection::vec("\\PC{0,12}", 0..6)) {
        let once = numbers_to_digits(&words);
        prop_assert_eq!(numbers_to_digits(&once), once.clone());
    }
}

#[test]
fn thousands_in_front_and_halves_of_them() {
    check("5000", &["тысяч пять", "тыщ пять"]);
    check("25000", &["тысяч двадцать пять"]);
    check("2500", &["тысяч два с половиной"]);
    check("3000000", &["миллионов три"]);
    check("1005", &["тысяча пять"]);
    check("100005", &["сто тысяч пять"]);
    check("1000 рублей", &["тысяч рублей"]);
    check("500", &["полтысячи", "пол тысячи"]);
    check("500000", &["полмиллиона", "пол миллиона"]);
    check("женский пол", &["женский пол"]);
}

#[test]
fn separators_of_thousands_and_fractions() {
    check("12500", &["12.500", "12,500", "12'500", "12.500,00", "12,500.00"]);
    check("1250000,5", &["1.250.000,50"]);
    check("10 15", &["10-15", "10–15"]);
}

#[test]
fn a_number_knows_the_words_that_say_it() {
    for (text, expected) in [
        ("плачу сорок две тысячи рублей", vec![("плачу", 0..1), ("42000", 1..4), ("рублей", 4..5)]),
        ("шесть восемьсот", vec![("6800", 0..2)]),
        ("14 550 руб", vec![("14550", 0..2), ("рублей", 2..3)]),
        (
            "номер 87012203040",
            vec![("номер", 0..1), ("8", 1..2), ("701", 1..2), ("220", 1..2), ("30", 1..2), ("40", 1..2)],
        ),
    ] {
        let words: Vec<&str> = text.split(' ').collect();
        let found = etalon_text::numbers_in_digits(&words);
        let found: Vec<_> = found.iter().map(|word| (word.text.as_str(), word.words.clone())).collect();
        assert_eq!(found, expected, "{text}");
    }
}
