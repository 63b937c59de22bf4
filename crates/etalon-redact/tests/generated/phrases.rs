//! Sentences with slots into conversations with their truth.

use super::conversation::{Builder, Conversation, Entity, Language};
use super::names::{Form, full_name, surname};
use super::random::Random;
use super::values;
use etalon_call::{PersonalDataKind, Role};

/// A line of a set of phrases.
#[derive(Debug, Clone)]
pub(crate) struct Phrase {
    language: Language,
    turns: Vec<(Role, String)>,
}

pub(crate) fn phrases(text: &str) -> Vec<Phrase> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(Phrase::parse).collect()
}

impl Phrase {
    fn parse(line: &str) -> Self {
        let (language, turns) = line.split_once(" | ").unwrap();
        let language = match language {
            "ru" => Language::Russian,
            "kk" => Language::Kazakh,
            "en" => Language::English,
            other => panic!("unknown language {other}"),
        };
        let turn = |turn: &str| match turn.split_once(": ").unwrap() {
            ("a", text) => (Role::Agent, text.to_owned()),
            ("c", text) => (Role::Client, text.to_owned()),
            (other, _) => panic!("unknown side {other}"),
        };
        Self { language, turns: turns.split(" / ").map(turn).collect() }
    }

    /// One conversation that goes like this.
    pub(crate) fn conversation(&self, random: &mut Random) -> Conversation {
        let mut builder = Builder::default();
        for (speaker, text) in &self.turns {
            builder.begin_turn(*speaker);
            fill(&mut builder, text, self.language, random);
        }
        let is_bare = self.language != Language::English && random.chance(30);
        builder.finish(is_bare)
    }
}

fn fill(builder: &mut Builder, text: &str, language: Language, random: &mut Random) {
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        say_between(builder, before);
        let (slot, behind) = behind.split_once('}').unwrap();
        say_slot(builder, slot, language, random);
        rest = behind;
    }
    say_between(builder, rest);
}

/// What stands between slots; punctuation belongs to the word before.
fn say_between(builder: &mut Builder, text: &str) {
    let end = text.find(|character: char| !",.!?:;…".contains(character)).unwrap_or(text.len());
    let (marks, words) = text.split_at(end);
    builder.punctuate(marks);
    builder.say(words);
}

fn say_slot(builder: &mut Builder, slot: &str, language: Language, random: &mut Random) {
    let form = match slot.rsplit_once('_').map(|(_, form)| form) {
        Some("case") => Form::Instrumental,
        Some("genitive") => Form::Genitive,
        Some("female") => Form::Female,
        _ => Form::Nominative,
    };
    let parts = match slot {
        "card" => values::card(random, language),
        "telephone" => values::telephone(random, language),
        "passport" => values::passport(random, language),
        "snils" => values::snils(random, language),
        "iin" => values::iin(random, language),
        "email" => values::email(random, language),
        "address" => values::address(random, language),
        "birth_date" => values::birth_date(random, language),
        "surname" | "surname_female" => vec![surname(random, language, form)],
        "full_name" | "full_name_case" | "full_name_genitive" | "full_name_female" => {
            return say_full_name(builder, language, form, random);
        }
        _ => {
            let parts = match slot {
                "~contract" => values::contract(random, language),
                "~not_a_card" => values::not_a_card(random, language),
                "~amount" => values::amount(random, language),
                "~date" => values::date(random, language),
                "~time" => values::time(random, language),
                "~percent" => values::percent(random, language),
                "~quantity" => values::quantity(random, language),
                "~bin" => values::bin(random, language),
                "~code" => values::code(random, language),
                other => panic!("unknown slot {other}"),
            };
            builder.say(&parts.join(" "));
            return;
        }
    };
    let kind = slot.split_once("_female").map_or(slot, |(kind, _)| kind).parse::<PersonalDataKind>().unwrap();
    say_entity(builder, kind, &parts, language, random);
}

fn say_full_name(builder: &mut Builder, language: Language, form: Form, random: &mut Random) {
    for (name, is_surname) in full_name(random, language, form) {
        let words = builder.say(&name);
        if is_surname {
            builder.entities.push(Entity { kind: PersonalDataKind::Surname, words });
        }
    }
}

/// Says the parts, perhaps over several turns: the other side says that it listens, or repeats what
/// it heard.
fn say_entity(
    builder: &mut Builder,
    kind: PersonalDataKind,
    parts: &[String],
    language: Language,
    random: &mut Random,
) {
    let speaker = builder.speaker();
    let is_split = parts.len() > 2 && random.chance(35);
    let mut words = Vec::new();
    let mut echoes = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        words.extend(builder.say(part));
        if is_split && place + 1 < parts.len() && random.chance(60) {
            builder.begin_turn(speaker.other());
            let digits = part.split_whitespace().filter(|word| *word != "номер").count();
            if random.chance(25) && digits >= 4 {
                echoes.push(Entity { kind, words: builder.say(part.trim_end_matches(',')) });
            } else {
                let listening = match language {
                    Language::Russian => {
                        random.one_of(&["Угу.", "Так.", "Ага, дальше.", "Записываю.", "Да-да."])
                    }
                    Language::Kazakh => random.one_of(&["Иә.", "Жарайды.", "Мхм."]),
                    Language::English => random.one_of(&["Okay.", "Uh-huh.", "Go on."]),
                };
                builder.say(listening);
            }
            builder.begin_turn(speaker);
        }
    }
    builder.entities.push(Entity { kind, words });
    builder.entities.extend(echoes);
}
