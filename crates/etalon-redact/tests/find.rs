//! What is found where, and what is left of a call.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use etalon_call::{Role, Turn, Word};
use etalon_redact::{find, find_in_text, redacted_text};
use proptest::prelude::*;

/// Turns of a dialogue, `a:` or `c:`, parted by ` / `; half a second a word.
fn turns(dialogue: &str) -> Vec<Turn> {
    let mut time_s = 0.0;
    let turn = |said: &str| {
        let (side, text) = said.split_once(": ").unwrap();
        let start_s = time_s;
        let words: Vec<Word> = text
            .split_whitespace()
            .map(|word| {
                time_s += 0.5;
                Word::new(word, time_s - 0.5, time_s - 0.1, 0.9)
            })
            .collect();
        let role = if side == "a" { Role::Agent } else { Role::Client };
        Turn::new(role, start_s, time_s, text.into(), "ru".to_owned(), words)
    };
    dialogue.split(" / ").map(turn).collect()
}

/// The findings of a dialogue as `kind: words`, the places of one parted by `+`.
fn check(dialogue: &str, expected: &[&str]) {
    let turns = turns(dialogue);
    let shown: Vec<String> = find(&turns)
        .iter()
        .map(|finding| {
            let places = finding.places.iter().map(|place| {
                let words = &turns[place.turn].words[place.words.clone()];
                words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
            });
            format!("{}: {}", finding.kind.name(), places.collect::<Vec<_>>().join(" + "))
        })
        .collect();
    assert_eq!(shown, expected, "{dialogue}");
}

#[test]
fn a_number_is_one_over_turns_and_is_repeated_by_the_other_side() {
    check(
        "a: Номер карты? / c: четыре два семь шесть / a: угу / c: пять пять ноль ноль / a: пять пять ноль ноль, так / c: один два три четыре пять шесть семь восемь",
        &[
            "card: четыре два семь шесть + пять пять ноль ноль + один два три четыре пять шесть семь восемь",
            "card: пять пять ноль ноль,",
        ],
    );
    check(
        "c: мой номер восемь девятьсот два / a: так / c: сорок тринадцать ноль семь три",
        &["telephone: восемь девятьсот два + сорок тринадцать ноль семь три"],
    );
    check(
        "c: восемь девятьсот три семёрки два нуля сорок пять",
        &["telephone: восемь девятьсот три семёрки два нуля сорок пять"],
    );
    // Long ago is another number.
    check(
        "c: восемь девятьсот два / a: а скажите сколько вас там человек сейчас в квартире и кто из них может выйти с вами поговорить / c: сорок тринадцать",
        &[],
    );
}

#[test]
fn the_nearest_word_says_what_a_number_is() {
    check("a: Паспорт? / c: 45 10 123456", &["passport: 45 10 123456"]);
    check("a: Номер договора? / c: 45 10 123456", &[]);
    check("a: Паспорт у вас с собой? Номер договора назовите. / c: 45 10 123456", &[]);
    check(
        "c: СНИЛС 112-233-445 95, телефон 8 926 123-45-67.",
        &["snils: 112-233-445 95,", "telephone: 8 926 123-45-67."],
    );
    check("c: Вот карта 4111 1111 1111 1111, до 08/27.", &["card: 4111 1111 1111 1111,"]);
    // Luhn's sum is wrong: a recognizer misheard a digit of a card, and an order is none.
    check("c: Номер карты 4111 1111 1111 1112.", &["card: 4111 1111 1111 1112."]);
    check("c: Номер заказа 4111 1111 1111 1112.", &[]);
    check("c: Заплатила 14 550 рублей, осталось 3 платежа по 5000.", &[]);
    check("c: Он мың маған ауыр, бес мың болса төлер едім.", &[]);
    check("a: What's the prescription number on the bottle? / c: Six one one zero four two.", &[]);
}

#[test]
fn what_a_number_is_for_does_not_hide_it() {
    for (dialogue, expected) in [
        (
            "a: Нужен номер карты, для перевода по заявлению. / c: 5536 9100 1122 3347",
            "card: 5536 9100 1122 3347",
        ),
        ("a: С какой карты шла оплата? / c: 5536 9100 1122 3347", "card: 5536 9100 1122 3347"),
        ("a: Какой паспорт стоит в договоре? / c: 4609 765432", "passport: 4609 765432"),
        ("a: ИИН, чтобы найти заявку? / c: 910304 450127", "iin: 910304 450127"),
        ("a: СНИЛС для справки по счёту? / c: 321 654 987 11", "snils: 321 654 987 11"),
        ("a: Про заказ напишем. Номер? / c: 89261230099", "telephone: 89261230099"),
        ("a: Отправим квитанцию, назовите номер. / c: 903 111 22 44", "telephone: 903 111 22 44"),
        ("a: Which card did you use for the order? / c: 5536 9100 1122 3347", "card: 5536 9100 1122 3347"),
    ] {
        check(dialogue, &[expected]);
    }
    check("a: Паспорт не нужен, номер договора какой? / c: 4609 765432", &[]);
    check("a: Карту уже вижу. Какой номер заказа? / c: 5536 9100 1122 3347", &[]);
}

#[test]
fn sums_and_articles_of_law_are_no_numbers_of_a_person() {
    for nothing in [
        "a: По вашей карте остаток 210 000, потрачено 47 350.",
        "a: Пенсионная комиссия: возраст 63, стаж 38, балл 112, надбавка 3 150.",
        "a: Телефон новый, экран 6, память 128, стоит 71 490, в подарок чехол 990.",
        "c: Перезвоните юристу: статья 14, часть 6, закон 152!",
        "c: Позвонили в девятнадцать десять, ответили в девятнадцать сорок пять.",
        "c: Доставка послезавтра с 11 до 15, привезут с 9 до 12.",
        "c: Живу на 21 000 в месяц.",
        "a: Your card limit is 25,000, available 7,350.",
        "a: Номер заявки семь один девять ноль три шесть четыре. / c: Так, ещё раз медленно, пожалуйста, не успела записать всё: семь один девять ноль три шесть четыре.",
    ] {
        check(nothing, &[]);
    }
    // Rows that are dictated in mid-sentence are no sums.
    for row in ["семь, ноль, ноль, двенадцать, тридцать четыре", "7, 9, 1, 1, 1, 2, 4", "7.9. 0.1. 5.2. 8.8."]
    {
        check(&format!("c: Там ещё был {row}"), &[format!("telephone: {row}").as_str()]);
    }
    // The end of a number, and a short one, are one.
    check(
        "a: Последние четыре цифры карты? / c: Тридцать один восемьдесят семь.",
        &["card: Тридцать один восемьдесят семь."],
    );
    check("a: Списали с карты, которая оканчивается на 73 18, верно?", &["card: 73 18,"]);
    check("c: Телефон домашний 41-57-83.", &["telephone: 41-57-83."]);
}

#[test]
fn a_surname_that_is_known_is_found_where_it_is_said_alone() {
    check(
        "a: Ваша фамилия? / c: Сыч. / a: Спасибо, оставайтесь. Сыча вижу, а Сыч Анну нет.",
        &["surname: Сыч.", "surname: Сыч"],
    );
    check(
        "a: Это Воробей Анна Павловна? / c: Да. / a: На Воробья договор есть. Воробей, верно?",
        &["surname: Воробей", "surname: Воробья", "surname: Воробей,"],
    );
    // What stands in the place of a name may be any word, which is none elsewhere.
    check(
        "a: What is your last name? / c: tilly / a: Thank you, tilly. The tilly is ours.",
        &["surname: tilly"],
    );
    check(
        "a: Ваша фамилия? / c: Сыч. / a: Сыч, верно? В лесу сыч кричит. Сыч всегда кричит.",
        &["surname: Сыч.", "surname: Сыч,"],
    );
    check("c: Кобец Ольга Ивановна, здравствуйте.", &["surname: Кобец"]);
    check("c: Квициани Заза Отарович слушает.", &["surname: Квициани"]);
    check("a: Добрый день. Здравствуйте Ольга Ивановна.", &[]);
    for answer in ["Минутку, сейчас.", "Почему вы спрашиваете?", "Договор на мужа."]
    {
        check(&format!("a: Ваша фамилия? / c: {answer}"), &[]);
    }
}

#[test]
fn rows_of_digits_are_found_whatever_a_recognizer_makes_of_them() {
    // Digits are lost, added, and written in many ways; what was asked for decides.
    check("a: Номер карты? / c: 4,2,7,6,5,8,8,7", &["card: 4,2,7,6,5,8,8,7"]);
    check("a: Продиктуйте ИИН. / c: 7.4. 0.9. 0.7. 4.2.4.", &["iin: 7.4. 0.9. 0.7. 4.2.4."]);
    check("a: Мне нужен СНИЛС. / c: один, два, ныль, семь, 0-8", &["snils: один, два, ныль, семь, 0-8"]);
    check("a: Паспорт? / c: А4,5,2,1 386 23", &["passport: А4,5,2,1 386 23"]);
    // Nobody was heard to ask.
    check("a: Диктор мер. / c: 7, 9, 1, 1, 1, 2, 4", &["telephone: 7, 9, 1, 1, 1, 2, 4"]);
    // What is left of a row belongs to its number, and what the other side mishears of it, too.
    check(
        "c: Телефон 8 926 123 45 67 8 / a: 926, 123, 54, верно?",
        &["telephone: 8 926 123 45 67 8", "telephone: 926, 123, 54,"],
    );
    for nothing in [
        "a: Номер договора? / c: 7, 9, 1, 1, 1, 2, 4",
        "c: Перезвоните в восемнадцать тридцать.",
        "a: Мы работаем с десяти тридцати до шести тридцати.",
        "c: На карте было сорок пять тысяч триста, теперь ноль.",
        "a: Сегодня четырнадцатого третьего две тысячи двадцать пятого, десять тридцать.",
        "a: Карта придёт через 14 дней, 2 недели максимум.",
    ] {
        check(nothing, &[]);
    }
}

#[test]
fn misheard_answers_are_found_by_their_question() {
    check("a: Датрождение? / c: 13 войдя капря 68", &["birth_date: 13 войдя капря 68"]);
    check("c: Я родился 25-6-1556-го года", &["birth_date: 25-6-1556-го года"]);
    check("c: Я родился от 27 в сантимуре в 1868 в Самаре.", &["birth_date: 27 в сантимуре в 1868"]);
    check(
        "a: На какую почту? / c: Саша 81, собачка, янда косточка, кум",
        &["email: Саша 81, собачка, янда косточка, кум"],
    );
    check("c: Пишите Петрову 46 собак от джамеил.com", &["email: Петрову 46 собак от джамеил.com"]);
    check("c: Вчера моя собака лаяла на всех, и точка.", &[]);
    // The sign itself was misheard.
    check("c: На почту ванно.36 батюшка мил.com я отвечу", &["email: ванно.36 батюшка мил.com"]);
    check("c: My email is Alex, 26 at Mocca.com. Please.", &["email: Alex, 26 at Mocca.com."]);
    check(
        "a: На какую почту? / c: Никитин нижний, стабаками и уточка ру, да",
        &["email: Никитин нижний, стабаками и уточка ру,"],
    );
    check("c: Смотрите на нашем сайте bank24.ru", &[]);
    check("a: Почта или сайт? / c: Сайт vesna.com", &[]);
    check("c: Я живу по адресу переулоклинина 25.", &["address: переулоклинина 25."]);
    check("c: Живу по адресу переулоклинина. 25 сейчас", &["address: переулоклинина. 25"]);
    check(
        "c: доставка на город, дурица обая, дом 143-кв, 275",
        &["address: город, дурица обая, дом 143-кв, 275"],
    );
    check("c: Я пенсионерка, живу одна, долг большой.", &[]);
    check("a: What is your address? / c: 97 green has a new", &["address: 97 green has a new"]);
    check("a: Адрес? / c: турица обая, дом 79, квартира 6", &["address: турица обая, дом 79, квартира 6"]);
    check("a: Ваше имя / c: Никитин.", &["surname: Никитин."]);
    check("c: меня зовут иванн лебедев", &["surname: лебедев"]);
    check("a: Я говорю с севанным сергией и вечим лебедевым,", &["surname: лебедевым,"]);
    check("a: Could you spell that for me, please? / c: S-I-T-I-L-L-E.", &["surname: S-I-T-I-L-L-E."]);
    check("c: Мы с А О Т К говорили.", &[]);
    check("c: фамилия моя кувальчик посмотрите", &["surname: кувальчик"]);
}

#[test]
fn names_are_found_by_their_neighbours() {
    check("c: это Сидоров Иван Петрович вас беспокоит", &["surname: Сидоров"]);
    check("a: Ваша фамилия? / c: Цой.", &["surname: Цой."]);
    check("a: Фамилия вам ни к чему. Жду оплату.", &[]);
    check("a: Марина, половина внесена, готов договор.", &[]);
    check("c: This is John Smith from London.", &["surname: Smith"]);
}

#[test]
fn a_date_is_one_of_birth_where_somebody_says_so() {
    check(
        "a: Дата рождения? / c: двенадцатое мая восемьдесят пятого",
        &["birth_date: двенадцатое мая восемьдесят пятого"],
    );
    check("c: Паспорт выдан 12.05.2005, родился 03.02.1985.", &["birth_date: 03.02.1985."]);
    check("a: Платёж до двенадцатого мая.", &[]);
}

#[test]
fn a_text_has_marks_in_the_place_of_what_was_found() {
    for (text, expected) in [
        ("мой номер +7 926 123-45-67, звоните", "мой номер [telephone] звоните"),
        ("пишите на anna@mail.ru и ivan точка 5 собака яндекс точка ру", "пишите на [email] и [email]"),
        ("улица Абая, дом 15, квартира 7", "[address]"),
        ("ничего такого, сумма 5000 рублей", "ничего такого, сумма 5000 рублей"),
        ("00+А0@00 0 Р(000+0(0(0", "[telephone] [telephone]"),
        ("А@0.д@ 0А,00А(00@0", "[email] [telephone]"),
        ("", ""),
    ] {
        assert_eq!(redacted_text(text), expected);
        assert_eq!(redacted_text(expected), expected, "twice");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_and_every_place_is_one(
        said in prop::collection::vec("(a|c): ([а-яё0-9]{1,5}|паспорт|карта|фамилия|улица|дом|собака|точка|ру|восемь|сто|двести|плюс|Иван|Ивановна|12\\.05\\.1985|рождения|\\PC{1,6})( ([0-9]{1,4}|пять|ноль|мая|года|дом|Петров|ру)){0,12}", 0..8)
    ) {
        let turns = turns_of_any(&said);
        for finding in find(&turns) {
            prop_assert!(!finding.places.is_empty());
            for place in finding.places {
                prop_assert!(place.words.start < place.words.end && place.words.end <= turns[place.turn].words.len());
            }
        }
    }

    #[test]
    fn a_redacted_text_stays_as_it_is(text in "[а-яА-Я0-9 @.,+()-]{0,80}") {
        let once = redacted_text(&text);
        prop_assert_eq!(redacted_text(&once), once);
        for finding in find_in_text(&text) {
            prop_assert!(text.get(finding.bytes).is_some_and(|part| !part.is_empty()));
        }
    }
}

/// Turns with whatever words.
fn turns_of_any(said: &[String]) -> Vec<Turn> {
    let words = |said: &str| -> Vec<Word> {
        said.split_whitespace().skip(1).map(|word| Word::new(word, 0.0, 0.1, 1.0)).collect()
    };
    let turn = |(place, said): (usize, &String)| {
        let role = if said.starts_with('a') { Role::Agent } else { Role::Client };
        Turn::new(role, place as f64, place as f64 + 1.0, said.as_str().into(), "ru".to_owned(), words(said))
    };
    said.iter().enumerate().map(turn).collect()
}
