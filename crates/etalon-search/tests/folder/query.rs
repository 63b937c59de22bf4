//! Mistakes in queries are pointed at.

use etalon_search::{Query, QueryProblem};

fn check(query: &str, problem: QueryProblem, place: std::ops::Range<usize>) {
    let error = query.parse::<Query>().expect_err(query);
    assert_eq!((error.problem.clone(), error.place.clone()), (problem, place), "{query}: {error}");
}

#[test]
fn a_mistake_is_named_with_its_place() {
    for (query, problem, place) in [
        ("", QueryProblem::Empty, 0..0),
        (" … — ", QueryProblem::Empty, 0..5),
        ("нет \"конца", QueryProblem::UnclosedQuote, 4..5),
        ("нет «конца", QueryProblem::UnclosedQuote, 4..5),
        ("слово \" \"", QueryProblem::EmptyPhrase, 6..9),
        ("слово (одно", QueryProblem::UnclosedBracket, 6..7),
        ("слово) одно", QueryProblem::UnopenedBracket, 5..6),
        ("слово OR", QueryProblem::NothingToJoin, 8..8),
        ("OR слово", QueryProblem::NothingToJoin, 0..2),
        ("(слово |)", QueryProblem::NothingToJoin, 8..9),
        ("слово NEAR/3", QueryProblem::NothingToJoin, 12..12),
        ("NEAR/3 слово", QueryProblem::NothingToJoin, 0..6),
        ("кредит соседка: слово", QueryProblem::UnknownRole, 7..15),
        ("оператор:", QueryProblem::NothingToJoin, 9..9),
        ("с:вчера кредит", QueryProblem::UnknownDay, 0..7),
        ("кредит по:2026-02-30", QueryProblem::UnknownDay, 7..20),
        ("за:", QueryProblem::UnknownDay, 0..3),
        ("(с:2026 да)", QueryProblem::DayInside, 1..7),
        ("да -с:2026", QueryProblem::DayInside, 4..10),
        ("да OR с: 2026", QueryProblem::DayInside, 6..13),
        ("с:2026-12 да по:11.2026", QueryProblem::NoDays, 13..23),
        ("с:2026", QueryProblem::Empty, 0..6),
        ("(клиент: да)", QueryProblem::RoleInBrackets, 1..8),
        ("сло*во", QueryProblem::StarInside, 0..6),
        ("*слово", QueryProblem::StarInside, 0..6),
        ("=слово*", QueryProblem::StarInside, 0..7),
        ("да с*", QueryProblem::ShortPrefix, 3..5),
        ("=", QueryProblem::NoWord, 0..1),
        ("да NEAR/ нет", QueryProblem::Distance, 3..8),
        ("да near/99 нет", QueryProblem::Distance, 3..10),
        ("да NEAR/1 нет NEAR/2 ну", QueryProblem::DifferentDistances, 14..20),
        ("да NEAR/1 (нет ну)", QueryProblem::NotNear, 10..11),
        ("-нет", QueryProblem::OnlyExcluded, 0..4),
        ("да OR -нет", QueryProblem::OnlyExcluded, 6..10),
        ("да -(-нет)", QueryProblem::OnlyExcluded, 5..9),
        ("да -NOT нет", QueryProblem::NothingToJoin, 4..7),
    ] {
        check(query, problem, place);
    }
    let long = "о".repeat(1001);
    check(&long, QueryProblem::TooLong, 1000..1001);
    let many = "да ".repeat(65);
    check(&many, QueryProblem::TooManyWords, 192..194);
    let deep = format!("{}да{}", "(".repeat(17), ")".repeat(17));
    check(&deep, QueryProblem::TooDeep, 16..17);
}

#[test]
fn the_place_is_shown_below_the_query() {
    let query = "нет \"конца";
    let error = query.parse::<Query>().unwrap_err();
    assert_eq!(error.pointed(query), "нет \"конца\n    ^");
    assert_eq!(error.to_string(), "character 5: this quotation mark is not closed");
}
