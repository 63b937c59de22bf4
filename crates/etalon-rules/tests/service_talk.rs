//! Ordinary talk of services breaks no rule, and real violations in unseen words are found.
//!
//! `cargo test -p etalon-rules --test service_talk -- --nocapture` prints every wrong verdict.

use etalon_call::{Evaluation, Verdict};
use etalon_rules::{Example, Pack, built_in, built_in_ids, evaluate};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What services say and hear, and the rules that have nothing to say of it.
const SERVICE_TALK: &str = include_str!("service-talk.toml");

/// Per rule, sentences of an agent that break it.
const VIOLATIONS: &str = include_str!("violations.toml");

/// What is said politely of a debt.
const LAWFUL_COLLECTION: &str = include_str!("lawful-collection.toml");

/// Rules that ordinary talk breaks only by a mistake of theirs.
const NEVER_FAILS: [(&str, &[&str]); 2] = [
    (
        "agent",
        &[
            "ethics.no_pressure",
            "incident.anti_client",
            "law.ru.no_threats",
            "law.kz.no_threats",
            "courtesy.polite",
            "courtesy.colleague_full_name",
            "ethics.confidentiality",
            "ethics.empathy",
            "law.ru.no_third_parties",
            "legal.consequences_explained",
            "focus.no_side_talk",
        ],
    ),
    (
        "hostility",
        &[
            "ethics.no_pressure",
            "incident.anti_client",
            "law.ru.no_threats",
            "law.kz.no_threats",
            "courtesy.polite",
        ],
    ),
];

/// Rules that are not for a kind of talk at all.
const NOT_APPLICABLE: [(&str, &[&str]); 8] = [
    (
        "collection",
        &[
            "ethics.confidentiality",
            "dialogue.structure",
            "outcome.promise_to_pay",
            "skills.solution_offered",
            "legal.consequences_explained",
        ],
    ),
    ("trouble", &["ethics.empathy"]),
    ("cannot_talk", &["callback.contact_taken"]),
    ("farewell", &["closing.client_first"]),
    ("transfer", &["skills.transfer"]),
    ("offer", &["skills.offer_conditions"]),
    ("third_party", &["law.ru.no_third_parties"]),
    ("none", &[]),
];

/// Rules of which one false alarm makes a score 0.
const CRITICAL: [&str; 6] = [
    "ethics.no_pressure",
    "incident.anti_client",
    "law.ru.no_threats",
    "law.kz.no_threats",
    "ethics.confidentiality",
    "law.ru.no_third_parties",
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceTalk {
    talk: Vec<Talk>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Talk {
    scene: String,
    says: String,
    never_fails: String,
    not_applicable: String,
    sentences: Vec<String>,
}

fn rules_of(groups: &[(&str, &'static [&'static str])], name: &str) -> &'static [&'static str] {
    groups.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("{name}")).1
}

fn built_in_packs() -> Vec<Pack> {
    let sources = built_in_ids().iter().filter_map(|id| Some((id, built_in(id)?)));
    sources.map(|(id, source)| Pack::parse(source, id).expect(id)).collect()
}

/// A polite conversation with one sentence in it.
fn around(says: &str, sentence: &str) -> String {
    let (client, agent) = match says {
        "client" => (sentence, "Понимаю вас, сейчас всё посмотрю."),
        _ => ("У меня вопрос.", sentence),
    };
    format!(
        "О: Добрый день! Служба поддержки, меня зовут Анна Белова.\nК: Здравствуйте. {client}\nО: {agent}\n\
         К: Хорошо, понятно.\nО: Пожалуйста, рада помочь."
    )
}

/// A conversation about a debt with one sentence in it, with the debtor or with somebody else.
fn about_a_debt(rule: &str, sentence: &str) -> String {
    let (answer, debt) = match rule {
        "ethics.confidentiality" => ("Его нет дома, я его мама.", ""),
        _ => ("Да, это я.", "У вас задолженность двадцать тысяч рублей."),
    };
    format!(
        "О: Добрый день! Агентство «Опора», меня зовут Анна Белова. Я говорю с Олегом Петровичем?\nК: {answer}\n\
         О: Пожалуйста, послушайте. {debt} {sentence}\nК: Что?"
    )
}

/// What the packs say of a conversation in the notation of examples.
fn evaluation(packs: &[Pack], call: &str) -> Evaluation {
    let source = format!(
        "id = \"one\"\nversion = \"1\"\ntitle = \"\"\n[[rules]]\nid = \"one\"\ntitle = \"\"\ntext = \"\"\n\
         source = {{ document = \"\" }}\nseverity = \"minor\"\npoints = 1\ncondition = {{ known = \"transcript\" }}\n\
         reasons = {{ pass = \"\", fail = \"\" }}\n[[rules.examples]]\nkind = \"positive\"\nexpect = \"pass\"\n\
         call = '''\n{call}\n'''\n"
    );
    let pack = Pack::parse(&source, "one").unwrap_or_else(|error| panic!("{error}"));
    let view = pack.rules()[0].examples().iter().map(Example::view).next().expect("the example");
    evaluate(packs, &view)
}

fn verdict(evaluation: &Evaluation, rule: &str) -> Verdict {
    evaluation.rules.iter().find(|result| result.id == rule).unwrap_or_else(|| panic!("{rule}")).verdict
}

#[test]
fn ordinary_talk_breaks_no_rule() {
    let packs = built_in_packs();
    let service: ServiceTalk = toml::from_str(SERVICE_TALK).expect("TOML");
    let (mut sentences, mut wrong) = (0, BTreeMap::<String, Vec<String>>::new());
    for talk in &service.talk {
        for sentence in &talk.sentences {
            sentences += 1;
            let found = evaluation(&packs, &around(&talk.says, sentence));
            let failed = rules_of(&NEVER_FAILS, &talk.never_fails)
                .iter()
                .filter(|rule| verdict(&found, rule) == Verdict::Fail);
            let applied = rules_of(&NOT_APPLICABLE, &talk.not_applicable)
                .iter()
                .filter(|rule| verdict(&found, rule) != Verdict::Na);
            for rule in failed.chain(applied) {
                let told = format!("{}: {sentence}", talk.scene);
                wrong.entry(format!("{rule} {}", verdict(&found, rule).name())).or_default().push(told);
            }
        }
    }
    let count: usize = wrong.values().map(Vec::len).sum();
    for (rule, sentences) in &wrong {
        println!("{rule}: {}", sentences.len());
        println!("    {}", sentences.join("\n    "));
    }
    println!("{sentences} sentences, {count} wrong verdicts");
    let is_critical = |wrong: &&String| CRITICAL.iter().any(|rule| **wrong == format!("{rule} fail"));
    assert_eq!(wrong.keys().find(is_critical), None, "nobody was threatened");
    assert!(count * 50 <= sentences, "{count} wrong verdicts on {sentences} sentences");
}

#[test]
fn violations_in_other_words_are_found() {
    let packs = built_in_packs();
    let violations: BTreeMap<String, Vec<String>> = toml::from_str(VIOLATIONS).expect("TOML");
    let (mut found, mut all) = (0, 0);
    for (group, sentences) in &violations {
        // «RULE in Kazakh» is a group of sentences that break RULE.
        let rule = group.split(' ').next().unwrap_or(group);
        let broken = |sentence: &&String| {
            let evaluation = evaluation(&packs, &about_a_debt(rule, sentence));
            let verdict = verdict(&evaluation, rule);
            if verdict != Verdict::Fail {
                println!("{group} {}: {sentence}", verdict.name());
            }
            verdict == Verdict::Fail
        };
        let found_here = sentences.iter().filter(broken).count();
        println!("{group}: {found_here} of {}", sentences.len());
        found += found_here;
        all += sentences.len();
    }
    println!("{found} of {all} violations found");
    assert!(found * 100 >= all * 85, "{found} of {all} violations found");
}

#[test]
fn lawful_talk_about_a_debt_is_no_threat() {
    let packs = built_in_packs();
    let lawful: BTreeMap<String, Vec<String>> = toml::from_str(LAWFUL_COLLECTION).expect("TOML");
    let (hostility, rule) = (rules_of(&NEVER_FAILS, "hostility"), "ethics.no_pressure");
    let fails = |sentence: &&String| {
        let evaluation = evaluation(&packs, &about_a_debt(rule, sentence));
        let failed = hostility.iter().find(|rule| verdict(&evaluation, rule) == Verdict::Fail);
        failed.inspect(|rule| println!("{rule} fail: {sentence}")).is_some()
    };
    let sentences = || lawful.values().flatten();
    let wrong = sentences().filter(fails).count();
    println!("{wrong} of {} lawful sentences are called hostile", sentences().count());
    assert_eq!(wrong, 0);
}
