//! Names of people who do not exist.

use super::conversation::Language;
use super::random::Random;

/// The form of a name that a sentence asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Nominative,
    Genitive,
    Instrumental,
    Female,
}

/// Family names: nominative, genitive, instrumental.
const RU_MALE: [[&str; 3]; 12] = [
    ["Иванов", "Иванова", "Ивановым"],
    ["Кузнецов", "Кузнецова", "Кузнецовым"],
    ["Лебедев", "Лебедева", "Лебедевым"],
    ["Никитин", "Никитина", "Никитиным"],
    ["Вознесенский", "Вознесенского", "Вознесенским"],
    ["Ковальчук", "Ковальчука", "Ковальчуком"],
    ["Шевченко", "Шевченко", "Шевченко"],
    ["Абдрахманов", "Абдрахманова", "Абдрахмановым"],
    ["Сулейменов", "Сулейменова", "Сулейменовым"],
    ["Петросян", "Петросяна", "Петросяном"],
    ["Зайцев", "Зайцева", "Зайцевым"],
    ["Ермаков", "Ермакова", "Ермаковым"],
];
const RU_FEMALE: [&str; 6] = ["Соколова", "Лебедева", "Никитина", "Вознесенская", "Ахметова", "Гончарук"];
const KK: [&str; 6] = ["Сәрсенбаев", "Ахметова", "Жұмабаев", "Оспанов", "Нұрғалиева", "Әбдіқалықов"];
const EN: [&str; 6] = ["Smith", "Johnson", "Taylor", "Williams", "Harris", "Carter"];

/// First name and patronymic in the three forms.
const RU_MALE_FIRST: [[&str; 3]; 5] = [
    ["Иван", "Ивана", "Иваном"],
    ["Сергей", "Сергея", "Сергеем"],
    ["Дмитрий", "Дмитрия", "Дмитрием"],
    ["Алексей", "Алексея", "Алексеем"],
    ["Руслан", "Руслана", "Русланом"],
];
const RU_MALE_PATRONYMIC: [[&str; 3]; 4] = [
    ["Петрович", "Петровича", "Петровичем"],
    ["Сергеевич", "Сергеевича", "Сергеевичем"],
    ["Ильич", "Ильича", "Ильичом"],
    ["Маратович", "Маратовича", "Маратовичем"],
];
const RU_FEMALE_FIRST: [&str; 5] = ["Анна", "Ольга", "Наталья", "Елена", "Гульнара"];
const RU_FEMALE_PATRONYMIC: [&str; 3] = ["Ивановна", "Сергеевна", "Маратовна"];
const KK_FIRST: [&str; 6] = ["Нұрлан", "Айгүл", "Ержан", "Сәуле", "Динара", "Бауыржан"];
const EN_FIRST: [&str; 6] = ["John", "Emily", "Michael", "Sarah", "David", "Laura"];

/// A family name alone.
pub(crate) fn surname(random: &mut Random, language: Language, form: Form) -> String {
    match (language, form) {
        (Language::Russian, Form::Female) => random.one_of(&RU_FEMALE).to_owned(),
        (Language::Russian, _) => male(random, form).to_owned(),
        (Language::Kazakh, _) => random.one_of(&KK).to_owned(),
        (Language::English, _) => random.one_of(&EN).to_owned(),
    }
}

fn male(random: &mut Random, form: Form) -> &'static str {
    RU_MALE[random.below(RU_MALE.len() as u32) as usize][case(form)]
}

fn case(form: Form) -> usize {
    match form {
        Form::Nominative | Form::Female => 0,
        Form::Genitive => 1,
        Form::Instrumental => 2,
    }
}

/// The words of a whole name; of each, whether it is the family name.
pub(crate) fn full_name(random: &mut Random, language: Language, form: Form) -> Vec<(String, bool)> {
    let surname = (surname(random, language, form), true);
    let mut given: Vec<(String, bool)> = match language {
        Language::Russian if form == Form::Female => {
            vec![random.one_of(&RU_FEMALE_FIRST), { random.one_of(&RU_FEMALE_PATRONYMIC) }]
        }
        Language::Russian => vec![
            RU_MALE_FIRST[random.below(5) as usize][case(form)],
            RU_MALE_PATRONYMIC[random.below(4) as usize][case(form)],
        ],
        Language::Kazakh => vec![random.one_of(&KK_FIRST)],
        Language::English => vec![random.one_of(&EN_FIRST)],
    }
    .into_iter()
    .map(|name| (name.to_owned(), false))
    .collect();
    if given.len() > 1 && random.chance(35) {
        given.pop();
    }
    let is_first = language == Language::Kazakh || language == Language::Russian && random.chance(45);
    if is_first {
        given.insert(0, surname);
    } else {
        given.push(surname);
    }
    given
}
