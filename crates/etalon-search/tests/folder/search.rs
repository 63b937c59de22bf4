//! Queries against a small folder of calls.

use crate::fixture::{Folder, id};
use chrono::DateTime;
use etalon_search::{CallFilter, Hit, Query, SearchOrder, SearchRequest};
use serde_json::json;
use std::collections::BTreeSet;

fn folder() -> Folder {
    let folder = Folder::new();
    folder
        .add(
            1,
            &[
                "О: Добрый день, меня зовут Инна.",
                "К: Здравствуйте, я про кредит, сорок две тысячи рублей.",
                "О: Я вам перезвоню завтра, всего доброго!",
            ],
        )
        .add(
            2,
            &[
                "К: Когда вы мне перезвоните? Ещё вчера обещали.",
                "О: К сожалению, 42 000 рублей по кредитам не вернуть.",
                "К: Тогда буду жаловаться, доброго вам дня.",
            ],
        )
        .add(
            3,
            &[
                "?: Кредитный договор из-за задержки расторгнут.",
                "О: Перезванивать не нужно, завтра мы сами позвоним и потом ещё раз перезвоним.",
            ],
        );
    folder
}

/// Calls and turns that a query finds, and the words that are marked.
fn check(folder: &Folder, query: &str, expected: &[(u64, usize, &str)]) {
    let parsed: Query = query.parse().unwrap_or_else(|error| panic!("{query}: {error}"));
    let request = SearchRequest { order: SearchOrder::Oldest, ..SearchRequest::new(parsed) };
    let page = folder.index().search(&request).unwrap();
    let found: Vec<(String, usize, String)> =
        page.hits.iter().map(|hit| (hit.call.clone(), hit.turn, marked(hit))).collect();
    let expected: Vec<(String, usize, String)> =
        expected.iter().map(|(call, turn, marked)| (id(*call), *turn, (*marked).to_owned())).collect();
    assert_eq!(found, expected, "{query}");
    assert_eq!(page.turns, expected.len(), "{query}");
    assert!(page.hits.iter().all(|hit| hit.is_current), "{query}");
}

fn marked(hit: &Hit) -> String {
    let characters: Vec<char> = hit.snippet.text.as_str().chars().collect();
    let marked = hit.snippet.highlights.iter().map(|[start, end]| characters[*start..*end].iter().collect());
    marked.collect::<Vec<String>>().join("+")
}

#[test]
fn every_kind_of_query_finds_what_was_said() {
    let folder = folder();
    for (query, expected) in [
        // Any form of a word.
        ("кредит", &[(1, 1, "кредит"), (2, 1, "кредитам")][..]),
        ("КРЕДИТАМИ!", &[(1, 1, "кредит"), (2, 1, "кредитам")]),
        ("еще", &[(2, 0, "Ещё"), (3, 1, "ещё")]),
        // Several words, wherever they stand in the turn.
        ("завтра перезвонить", &[(1, 2, "перезвоню+завтра"), (3, 1, "завтра+перезвоним")]),
        // Exact forms, beginnings and phrases.
        ("=перезвоню", &[(1, 2, "перезвоню")]),
        ("перезв*", &[(1, 2, "перезвоню"), (2, 0, "перезвоните"), (3, 1, "Перезванивать+перезвоним")]),
        ("\"всего доброго\"", &[(1, 2, "всего доброго")]),
        ("«добр* день»", &[(1, 0, "Добрый день")]),
        ("\"доброго вам\"", &[(2, 2, "доброго вам")]),
        ("\"вам доброго\"", &[]),
        ("из-за", &[(3, 0, "из-за")]),
        // Sides of the call.
        ("оператор: завтра", &[(1, 2, "завтра"), (3, 1, "завтра")]),
        ("клиент: кредит", &[(1, 1, "кредит")]),
        ("client:кредит", &[(1, 1, "кредит")]),
        ("тұтынушы: жаловаться", &[(2, 2, "жаловаться")]),
        ("клиент: жаловаться оператор: кредит", &[(2, 1, "кредитам"), (2, 2, "жаловаться")]),
        ("клиент: кредит оператор: жаловаться", &[]),
        // Nearness.
        ("вам NEAR/0 перезвоню", &[(1, 2, "вам+перезвоню")]),
        ("перезвоню РЯДОМ/2 завтра", &[(1, 2, "перезвоню+завтра")]),
        ("перезвоним рядом/2 завтра", &[(1, 2, "перезвоню+завтра")]),
        ("перезв* NEAR/1 завтра", &[(1, 2, "перезвоню+завтра")]),
        ("перезв* NEAR/2 завтра", &[(1, 2, "перезвоню+завтра"), (3, 1, "Перезванивать+завтра")]),
        ("\"всего доброго\" NEAR/1 перезвоню", &[(1, 2, "перезвоню+всего доброго")]),
        (
            "(вчера | завтра) NEAR/1 (обещать OR перезвоню)",
            &[(1, 2, "перезвоню+завтра"), (2, 0, "перезвоните+вчера+обещали")],
        ),
        // One of them, and none of them.
        ("вчера OR жаловаться", &[(2, 0, "вчера"), (2, 2, "жаловаться")]),
        ("кредит -вернуть", &[(1, 1, "кредит")]),
        ("завтра -(\"всего доброго\" | вчера)", &[(3, 1, "завтра")]),
        ("завтра -\"добр* всего\"", &[(1, 2, "завтра"), (3, 1, "завтра")]),
        ("завтра -\"всег* доброго\"", &[(3, 1, "завтра")]),
        // Numbers in words and digits.
        ("42 тыс", &[(1, 1, "сорок две тысячи"), (2, 1, "42 000")]),
        ("сорок две тысячи рублей", &[(1, 1, "сорок две тысячи+рублей"), (2, 1, "42 000+рублей")]),
        ("\"42000 рублей\"", &[(1, 1, "сорок две тысячи рублей"), (2, 1, "42 000 рублей")]),
        ("42 NEAR/3 рублей", &[]),
    ] {
        check(&folder, query, expected);
    }
}

#[test]
fn a_hit_tells_where_to_listen() {
    let query: Query = "\"всего доброго\"".parse().unwrap();
    let page = folder().index().search(&SearchRequest::new(query)).unwrap();
    let hit = &page.hits[0];
    assert_eq!((hit.start_s, hit.turn_start_s, hit.turn_end_s), (22.0, 20.0, 23.0));
    assert_eq!((hit.source.as_str(), hit.role.name()), ("запись_1.wav", "agent"));
    assert_eq!(hit.started_at.as_deref(), Some("2026-11-02T09:00:00+05:00"));
}

#[test]
fn pages_cover_all_hits_in_every_order() {
    let folder = Folder::new();
    for number in 1..=25 {
        folder.add(number, &["О: кредит", "К: нет", "К: кредит и ещё раз кредит или займ"]);
    }
    let index = folder.index();
    for order in SearchOrder::ALL {
        let query: Query = "кредит OR займ".parse().unwrap();
        let request = SearchRequest { order, limit: 7, ..SearchRequest::new(query) };
        let mut met = BTreeSet::new();
        for offset in (0..).step_by(7) {
            let page = index.search(&SearchRequest { offset, ..request.clone() }).unwrap();
            assert_eq!((page.turns, page.calls, page.order), (50, 25, order));
            if page.hits.is_empty() {
                break;
            }
            met.extend(page.hits.into_iter().map(|hit| (hit.call, hit.turn)));
        }
        assert_eq!(met.len(), 50, "{order:?}");
        let first = |order| index.search(&SearchRequest { order, ..request.clone() }).unwrap().hits.remove(0);
        assert_eq!(first(SearchOrder::Oldest).call, id(1));
        assert_eq!(first(SearchOrder::Newest).call, id(25));
        assert_eq!(first(SearchOrder::Relevance).turn, 2, "the turn that has both");
    }
}

#[test]
fn a_filter_leaves_only_its_calls() {
    let folder = Folder::new();
    folder
        .add_with(1, &json!({ "agent_id": "a1", "team": "север" }), &["О: кредит"])
        .add_with(
            2,
            &json!({ "agent_id": "a2", "agent_name": "Инна О'Нил", "team": "север" }),
            &["О: кредит"],
        )
        .add_with(3, &json!({ "manager": "Пак", "started_at": null }), &["О: кредит"]);
    let index = folder.index();
    let filter = CallFilter::default;
    let day = |day: &str| DateTime::parse_from_rfc3339(&format!("{day}T00:00:00+05:00")).ok();
    for (filter, expected) in [
        (filter(), vec![1, 2, 3]),
        (CallFilter { agents: vec!["a1".to_owned()], ..filter() }, vec![1]),
        (CallFilter { agents: vec!["a1".to_owned(), "Инна О'Нил".to_owned()], ..filter() }, vec![1, 2]),
        (CallFilter { teams: vec!["север".to_owned()], ..filter() }, vec![1, 2]),
        (CallFilter { managers: vec!["Пак".to_owned()], ..filter() }, vec![3]),
        (CallFilter { from: day("2026-11-03"), ..filter() }, vec![2]),
        (CallFilter { until: day("2026-11-03"), ..filter() }, vec![1]),
        (CallFilter { days: "2026-11-02".parse().unwrap(), ..filter() }, vec![1]),
        (CallFilter { days: "2026-11".parse().unwrap(), ..filter() }, vec![1, 2]),
        (CallFilter { days: "2025".parse().unwrap(), ..filter() }, vec![]),
        (CallFilter { calls: Some(BTreeSet::from([id(2), id(9)])), ..filter() }, vec![2]),
        (CallFilter { calls: Some(BTreeSet::new()), ..filter() }, vec![]),
    ] {
        let request = SearchRequest {
            filter: filter.clone(),
            order: SearchOrder::Oldest,
            ..SearchRequest::new("кредит".parse().unwrap())
        };
        let page = index.search(&request).unwrap();
        let mut calls: Vec<String> = page.hits.iter().map(|hit| hit.call.clone()).collect();
        calls.sort();
        let expected: Vec<String> = expected.into_iter().map(id).collect();
        assert_eq!((calls, page.turns), (expected.clone(), expected.len()), "{filter:?}");
    }
}

#[test]
fn a_query_names_the_days_of_its_calls() {
    let folder = Folder::new();
    for (number, started_at) in [
        (1, "2026-10-31T23:59:00+05:00"),
        // Elsewhere it is still October, or December already.
        (2, "2026-11-01T00:01:00+05:00"),
        (3, "2026-11-30T23:59:00-08:00"),
        (4, "2026-12-01T00:00:00+05:00"),
    ] {
        folder.add_with(number, &json!({ "started_at": started_at }), &["О: кредит завтра", "К: займ"]);
    }
    folder.add_with(5, &json!({ "started_at": null }), &["О: кредит завтра"]);
    let index = folder.index();
    for (query, expected) in [
        ("кредит", &[1, 2, 3, 4, 5][..]),
        ("кредит с:2026-11-01", &[2, 3, 4]),
        ("С: 01.11.2026 кредит", &[2, 3, 4]),
        ("кредит по:2026-11", &[1, 2, 3]),
        ("since:2026-11 until:2026-11 кредит", &[2, 3]),
        ("кредит за:11.2026 завтра", &[2, 3]),
        ("on:2026-12-01, кредит", &[4]),
        ("с:2026-11-30 оператор: кредит по:2026-11-30", &[3]),
        ("с:2026-12 (кредит | займ) NEAR/3 завтра", &[4]),
        ("оператор: кредит клиент: займ за:2026-10", &[1]),
        ("кредит за:2027", &[]),
    ] {
        let request = SearchRequest { limit: 100, ..SearchRequest::new(query.parse().unwrap()) };
        let calls: BTreeSet<String> =
            index.search(&request).unwrap().hits.into_iter().map(|hit| hit.call).collect();
        assert_eq!(calls, expected.iter().map(|number| id(*number)).collect(), "{query}");
    }
}

#[test]
fn a_role_can_be_asked_for_beside_the_query() {
    let folder = folder();
    let query: Query = "кредит".parse::<Query>().unwrap().asked_of(etalon_call::Role::Client);
    let page = folder.index().search(&SearchRequest::new(query)).unwrap();
    assert_eq!((page.turns, page.hits[0].call.clone()), (1, id(1)));
}
