//! A query that is printed as a rule finds the same, and its examples hold.

use crate::fixture::{Folder, id};
use etalon_rules::{Pack, test_examples};
use etalon_search::{CallFilter, Demand, Query, RuleError, SearchRequest};
use std::collections::BTreeSet;

/// Calls of few words: what one of them says, others say in other forms, elsewhere or not at all.
const CALLS: [&[&str]; 10] = [
    &["О: Мы вам перезвоним завтра утром.", "К: Хорошо."],
    &["К: Перезвоните мне не позже чем завтра.", "О: Да, конечно."],
    &["О: Перезвонить можно.", "К: Тогда завтра жду звонка."],
    &["О: Всего доброго, до свидания!", "К: И вам всего."],
    &["О: Желаю доброго дня и всего самого лучшего.", "К: Спасибо."],
    &["К: Я плачу сорок две тысячи.", "О: По кредитам долг 42 000 рублей."],
    &["К: Какой кредит, это не мой долг?", "О: Кредит ваш."],
    &["О: Вам сказали, что кредит закрыт?", "К: Никто не говорил про кредит."],
    &["К: Жалобу на вас напишу.", "О: Извините, пожалуйста, за задержку из-за праздников."],
    &["К: Жаловаться буду.", "О: Слушаю вас."],
];

fn folder() -> Folder {
    let folder = Folder::new();
    for (number, lines) in (1..).zip(CALLS) {
        folder.add(number, lines);
    }
    folder
}

/// Every call of the folder as an example with the verdict that the search says it should have.
fn check(folder: &Folder, query: &str, demand: Demand) {
    let query: Query = query.parse().unwrap();
    let index = folder.index();
    let page = index.search(&SearchRequest { limit: 100, ..SearchRequest::new(query.clone()) }).unwrap();
    let found: BTreeSet<String> = page.hits.into_iter().map(|hit| hit.call).collect();
    assert!(!found.is_empty(), "{}", query.text());
    let draft = index.as_rule(&query, &CallFilter::default(), "found.by_query", demand).unwrap();
    let pack = Pack::parse(&draft.pack, "draft").unwrap();
    assert_eq!(test_examples(&pack), [], "{}", draft.pack);
    let rule = &pack.rules()[0];
    assert!(draft.examples > 0 && rule.examples().len() == draft.examples, "{}", draft.pack);
    let mut with_all = draft.pack.clone();
    for (number, lines) in (1..).zip(CALLS) {
        let verdict = if found.contains(&id(number)) == (demand == Demand::Said) { "pass" } else { "fail" };
        let call = lines.join("\n");
        let head = format!("\n[[rules.examples]]\nkind = \"near_miss\"\nexpect = \"{verdict}\"\n");
        with_all.extend([head.as_str(), "call = '''\n", &call, "\n'''\n"]);
    }
    let with_all = Pack::parse(&with_all, "all calls").unwrap();
    assert_eq!(test_examples(&with_all), [], "{}: {}", query.text(), draft.pack);
}

#[test]
fn a_rule_finds_what_its_query_finds() {
    let folder = folder();
    for query in [
        "кредит",
        "кредитам",
        "=кредит",
        "перезвон*",
        "«всего доброго»",
        "«всего добр*»",
        "перезвонить завтра",
        "кредит долг",
        "кредит -долг",
        "завтра -(утро | жду)",
        "кредит OR жалоба",
        "(кредит | долг) (рублей | закрыт)",
        "перезвон* NEAR/1 завтра",
        "перезвонить NEAR/4 завтра",
        "(кредит | займ) NEAR/2 (закрыт | мой)",
        "сорок две тысячи",
        "42000 рублей",
        "«долг 42 000»",
        "оператор: кредит",
        "клиент: кредит",
        "клиент: жалоба оператор: извините",
        "клиент: кредит -мой OR жаловаться",
        "из-за",
        "не",
    ] {
        check(&folder, query, Demand::Said);
        check(&folder, query, Demand::NotSaid);
    }
}

#[test]
fn what_a_rule_cannot_say_is_refused_with_the_reason() {
    let folder = folder();
    let index = folder.index();
    let refused = |query: &str, id: &str| {
        let query: Query = query.parse().unwrap();
        index.as_rule(&query, &CallFilter::default(), id, Demand::Said).expect_err(query.text())
    };
    for query in
        ["«всего доброго» NEAR/3 свидания", "(«всего доброго» | пока) NEAR/3 свидания", "42000 NEAR/1 плачу"]
    {
        assert!(matches!(refused(query, "a.b"), RuleError::NearPhrase), "{query}");
    }
    for id in ["", "Правило", "a b", "a\"\nb"] {
        assert!(matches!(refused("кредит", id), RuleError::Id { .. }), "{id}");
    }
    assert!(matches!(refused("=кpедит", "a.b"), RuleError::Pack(_)), "mixed alphabets");
}

#[test]
fn a_rule_without_hits_has_no_examples() {
    let query: Query = "пингвин".parse().unwrap();
    let draft = folder().index().as_rule(&query, &CallFilter::default(), "a.b", Demand::NotSaid).unwrap();
    assert_eq!(draft.examples, 0);
    assert!(Pack::parse(&draft.pack, "draft").is_ok());
}

#[test]
fn signs_of_toml_in_a_call_stay_words() {
    let folder = Folder::new();
    folder.add(1, &["О: кредит \"\"\" '''\\n [[rules]] {at}", "К: О: кредит"]);
    let query: Query = "кредит \"rules\"".parse().unwrap();
    let draft = folder.index().as_rule(&query, &CallFilter::default(), "a.b", Demand::Said).unwrap();
    assert_eq!(draft.examples, 1, "{}", draft.pack);
}
