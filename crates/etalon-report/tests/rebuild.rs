//! Roll-ups: complete, ordered, escaped, and the same bytes every time.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails the test that called it")]

#[path = "../../etalon-store/tests/fixture/mod.rs"]
mod fixture;

use etalon_call::{Act, FailureKind, Stage, TurnAct, Verdict, Word};
use etalon_pages::{InterfaceLanguage, RuleBook, Sound};
use etalon_report::{Error, Rebuilt, ReportSettings};
use etalon_review::{
    Answer, Change, Comment, Correction, CorrectionSubmission, HumanVerdict, REVIEWS_FILE, ReviewStore,
    RuleKey, SheetSubmission,
};
use etalon_store::{Failure, PassedOver, PassedOverReason, Store};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;

const CALLS: u32 = 12;

fn rebuild(store: &Store, rule_book: &RuleBook) -> Result<Rebuilt, Error> {
    let find_sound = |_: &etalon_call::Call| Sound::Playable {
        address: "../../../a.wav".to_owned(),
        place: "/записи/a.wav".to_owned(),
    };
    let language = InterfaceLanguage::Russian;
    etalon_report::rebuild(
        store,
        &ReportSettings { rule_book, language, find_sound: &find_sound, packs: &[], ledger: None },
    )
}

fn filled(order: impl Iterator<Item = u32>) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path()).unwrap();
    for number in order {
        store.write_call(&fixture::call(number)).unwrap();
    }
    let failure = Failure {
        id: None,
        source: "2026-11-20/<пусто>.wav".to_owned(),
        stage: Stage::Decode,
        kind: FailureKind::Empty,
        reason: "не аудиофайл".to_owned(),
        permanent: true,
    };
    store.write_failures(&[failure]).unwrap();
    (folder, store)
}

fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    walk(folder)
        .into_iter()
        .map(|path| {
            (path.strip_prefix(folder).unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap())
        })
        .collect()
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn the_order_of_work_and_a_second_rebuild_change_no_byte() {
    let (first_folder, first) = filled(0..CALLS);
    let (second_folder, second) = filled((0..CALLS).rev());
    let rebuilt = rebuild(&first, &RuleBook::default()).unwrap();
    assert_eq!(rebuilt.calls.len(), CALLS as usize);
    rebuild(&second, &RuleBook::default()).unwrap();
    rebuild(&second, &RuleBook::default()).unwrap();
    let (first, second) = (contents(first_folder.path()), contents(second_folder.path()));
    assert_eq!(first, second);
    for name in [
        "calls.jsonl",
        "failures.jsonl",
        "incidents.jsonl",
        "report/assets/etalon.css",
        "report/assets/etalon.js",
        "report/calls.html",
        "report/data/calls.js",
        "report/failures.html",
        "report/index.html",
        "report/people.html",
        "report/rules.html",
        "tables/acts.parquet",
        "tables/calls.parquet",
        "tables/events.parquet",
        "tables/passed_over.parquet",
        "tables/reviews.parquet",
        "tables/rules.parquet",
        "tables/turns.parquet",
    ] {
        assert!(first.contains_key(name), "{name}");
    }
}

#[test]
fn lines_are_sorted_by_source_and_hold_no_words() {
    let (_folder, store) = filled(0..CALLS);
    rebuild(&store, &RuleBook::default()).unwrap();
    let lines = store.read_call_lines().unwrap();
    assert_eq!(lines.len(), CALLS as usize);
    assert!(lines.is_sorted_by(|left, right| left.call.source < right.call.source));
    let text = fs::read_to_string(store.directory().join("calls.jsonl")).unwrap();
    for absent in ["\"words\":[", "\"activity\""] {
        assert!(!text.contains(absent), "{absent}");
    }
}

#[test]
fn every_critical_failure_is_an_incident() {
    let (_folder, store) = filled(0..CALLS);
    let rebuilt = rebuild(&store, &RuleBook::default()).unwrap();
    let text = fs::read_to_string(store.directory().join("incidents.jsonl")).unwrap();
    // Calls 3 and 8 of the fixture.
    assert_eq!((rebuilt.incidents, text.lines().count()), (2, 2));
    assert!(text.lines().all(|line| line.contains("\"rule\":\"ethics.no_pressure\"")));
}

#[test]
fn a_damaged_call_is_listed_and_the_others_are_kept() {
    let (_folder, store) = filled(0..CALLS);
    let id = fixture::call(5).call.id;
    fs::write(store.directory().join("calls").join(&id[..2]).join(format!("{id}.json")), "{").unwrap();
    let rebuilt = rebuild(&store, &RuleBook::default()).unwrap();
    assert_eq!((rebuilt.calls.len(), rebuilt.unreadable.len()), (CALLS as usize - 1, 1));
    assert_eq!(store.read_failures().unwrap().len(), 2);
    // Once the call is there again, its failure is gone.
    store.write_call(&fixture::call(5)).unwrap();
    assert!(rebuild(&store, &RuleBook::default()).unwrap().unreadable.is_empty());
    assert_eq!(store.read_failures().unwrap().len(), 1);
}

#[test]
fn tables_hold_every_row_with_its_values() {
    let (_folder, store) = filled(0..CALLS);
    rebuild(&store, &RuleBook::default()).unwrap();
    for (name, rows) in [("calls", 1), ("turns", 2), ("events", 4), ("rules", 5)] {
        let file = File::open(store.directory().join(format!("tables/{name}.parquet"))).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        assert_eq!(reader.metadata().file_metadata().num_rows(), rows * i64::from(CALLS), "{name}");
    }
    let file = File::open(store.directory().join("tables/calls.parquet")).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let names: Vec<String> = reader
        .metadata()
        .file_metadata()
        .schema_descr()
        .columns()
        .iter()
        .map(|column| column.name().to_owned())
        .collect();
    let place = |name: &str| names.iter().position(|other| other == name).unwrap();
    let lines = store.read_call_lines().unwrap();
    for (row, line) in reader.get_row_iter(None).unwrap().zip(&lines) {
        let row = row.unwrap();
        assert_eq!(row.get_string(place("source")).unwrap(), &line.call.source);
        assert_eq!(row.get_timestamp_millis(place("started_at")).unwrap(), 1_795_148_102_000);
        match line.evaluation.score {
            Some(points) => assert_eq!(row.get_double(place("score")).unwrap().to_bits(), points.to_bits()),
            None => assert!(row.get_double(place("score")).is_err()),
        }
        // Not measured is null, not 0.
        assert!(row.get_long(place("interruptions_by_client")).is_err());
        assert!(row.get_double(place("client_talk_s")).is_err());
    }
}

#[test]
fn the_table_of_acts_has_a_row_for_each_with_the_time_of_its_sentence() {
    let (folder, store) = filled(0..2);
    let mut call = fixture::call(1);
    let word = |text: &str, start_s: f64| Word::new(text, start_s, start_s + 0.5, 0.9);
    call.turns[0].words = vec![word("Добрый", 1.0), word("день.", 1.5), word("Слушаю", 3.0)];
    call.turns[0].acts = Some(vec![
        TurnAct::new(Act::Greets, 0.97, 0, 2),
        TurnAct::new(Act::OffersHelp, 0.61, 2, 3),
        // Words that are not there have no time.
        TurnAct::new(Act::Backchannels, 0.3, 2, 9),
    ]);
    store.write_call(&call).unwrap();
    rebuild(&store, &RuleBook::default()).unwrap();
    let table = File::open(folder.path().join("tables/acts.parquet")).unwrap();
    let reader = SerializedFileReader::new(table).unwrap();
    let rows: Vec<String> = reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
    let expected = [
        r#"act: "greets", probability: 0.97, start_s: 1.0, end_s: 2.0, from_word: 0, to_word: 2"#,
        r#"act: "offers_help", probability: 0.61, start_s: 3.0, end_s: 3.5, from_word: 2, to_word: 3"#,
        r#"act: "backchannels", probability: 0.3, start_s: null, end_s: null, from_word: 2, to_word: 9"#,
    ];
    assert_eq!(rows.len(), expected.len(), "{rows:?}");
    for (row, expected) in rows.iter().zip(expected) {
        assert!(row.contains(expected) && row.contains(&call.call.id), "{row}");
    }
}

#[test]
fn no_text_of_a_call_becomes_markup_and_nothing_is_loaded_from_elsewhere() {
    let (_folder, store) = filled(0..CALLS);
    rebuild(&store, &RuleBook::default()).unwrap();
    let pages: Vec<_> = walk(&store.directory().join("report"))
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "html"))
        .collect();
    assert!(pages.len() > CALLS as usize + 5, "{}", pages.len());
    for path in pages {
        let page = fs::read_to_string(&path).unwrap();
        for absent in ["<script>", "<Тестовый>", "<пусто>", "http://", "https://", "url(", " style="]
        {
            assert!(!page.contains(absent), "{absent} in {}", path.display());
        }
        assert!(page.contains("default-src 'none'"), "{}", path.display());
    }
    let failures = fs::read_to_string(store.directory().join("report/failures.html")).unwrap();
    assert!(failures.contains("2026-11-20/&lt;пусто&gt;.wav"));
}

#[test]
fn pages_of_calls_that_are_no_more_are_deleted() {
    let (folder, store) = filled(0..2);
    rebuild(&store, &RuleBook::default()).unwrap();
    let id = fixture::call(1).call.id;
    let page = folder.path().join("report/calls").join(&id[..2]).join(format!("{id}.html"));
    assert!(page.exists());
    store.remove_call(&id).unwrap();
    rebuild(&store, &RuleBook::default()).unwrap();
    assert!(!page.exists());
}

#[test]
fn reviews_reach_the_list_and_the_pages_of_rules() {
    let (folder, store) = filled(0..2);
    let call = fixture::call(0);
    let failed =
        call.evaluation.rules.iter().find(|rule| rule.verdict == etalon_call::Verdict::Fail).unwrap();
    let people = etalon_review::People::parse("[[people]]\nname = \"Вера\"\nrole = \"reviewer\"\n").unwrap();
    let answer = etalon_review::Answer::new(
        etalon_review::RuleKey::of(failed),
        etalon_review::HumanVerdict::Fail,
        &call.evaluation,
        &call.pipeline.packs,
    );
    let submission = etalon_review::SheetSubmission {
        call: &call.call,
        redaction: None,
        reviewer: "Вера",
        author: people.named("Вера").unwrap(),
        at: "2026-11-27T10:00:00+05:00".parse().unwrap(),
        expected_sequence: 0,
        changes: vec![
            etalon_review::Change::Answered(answer),
            etalon_review::Change::Shared { comment: etalon_review::Comment::default() },
        ],
    };
    let path = folder.path().join(etalon_review::REVIEWS_FILE);
    etalon_review::ReviewStore::open(&path).unwrap().submit(&submission).unwrap();
    rebuild(&store, &RuleBook::default()).unwrap();
    let list = fs::read_to_string(folder.path().join("report/data/calls.js")).unwrap();
    assert!(list.contains("shared"));
    let address = etalon_pages::Address::rule(&failed.pack, &failed.id);
    let page = fs::read_to_string(folder.path().join("report").join(address.path())).unwrap();
    assert!(page.contains("На ваших разговорах") && page.contains("проверок: 19 (нужно 20)"), "{page}");
    // The cell of the confusion table leads to exactly this call.
    let failed_by_both = format!("{}/{}/fail/fail", failed.pack, failed.id);
    let link = etalon_pages::percent_encoded(failed_by_both.as_bytes());
    assert!(page.contains(&format!("calls.html#answer={link}\">1</a>")), "{page}");
    let columns: serde_json::Value = serde_json::from_str(
        list.trim_start_matches("\"use strict\";\nconst etalonCalls = ").trim_end_matches(";\n"),
    )
    .unwrap();
    assert_eq!(columns["answers"]["keys"], serde_json::json!([failed_by_both]));
    let place = columns["answers"]["calls"][0][0].as_u64().unwrap() as usize;
    let ids: Vec<&str> = columns["ids"].as_str().unwrap().split(',').collect();
    assert_eq!(ids[place], call.call.id);
}

/// Somebody's sheet on a call: answers with a comment, shared or still a draft.
fn review(folder: &Path, call: &etalon_call::Call, reviewer: &str, verdict: HumanVerdict, is_shared: bool) {
    let people = format!("[[people]]\nname = \"{reviewer}\"\nrole = \"reviewer\"\n");
    let people = etalon_review::People::parse(&people).unwrap();
    let rule = call.evaluation.rules.iter().find(|rule| rule.verdict == Verdict::Fail).unwrap();
    let answer = Answer::new(RuleKey::of(rule), verdict, &call.evaluation, &call.pipeline.packs)
        .with_comment(Comment::new(&format!("{reviewer}: слышно <b>иначе</b>")).unwrap());
    let mut changes = vec![Change::Answered(answer)];
    changes.extend(is_shared.then(|| Change::Shared { comment: Comment::default() }));
    let submission = SheetSubmission {
        call: &call.call,
        redaction: None,
        reviewer,
        author: people.named(reviewer).unwrap(),
        at: "2026-11-27T10:00:00+05:00".parse().unwrap(),
        expected_sequence: 0,
        changes,
    };
    ReviewStore::open(&folder.join(REVIEWS_FILE)).unwrap().submit(&submission).unwrap();
}

fn table_rows(folder: &Path, name: &str) -> Vec<String> {
    let table = File::open(folder.join(format!("tables/{name}.parquet"))).unwrap();
    let rows = SerializedFileReader::new(table).unwrap();
    rows.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect()
}

fn call_page(folder: &Path, id: &str) -> String {
    fs::read_to_string(folder.join("report/calls").join(&id[..2]).join(format!("{id}.html"))).unwrap()
}

#[test]
fn machine_people_and_what_stands_are_on_the_page_and_in_a_table() {
    let (folder, store) = filled(0..3);
    let (judged, drafted) = (fixture::call(0), fixture::call(2));
    review(folder.path(), &judged, "Вера", HumanVerdict::Pass, true);
    review(folder.path(), &judged, "Зоя", HumanVerdict::Fail, false);
    review(folder.path(), &drafted, "Вера", HumanVerdict::Pass, false);
    rebuild(&store, &RuleBook::default()).unwrap();
    let page = call_page(folder.path(), &judged.call.id);
    for shown in ["class=\"verdict fail\"", "Вера: соблюдено", "решил проверяющий", "Итоговый балл"]
    {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(page.contains("слышно &lt;b&gt;иначе") && !page.contains("Зоя"), "{page}");
    // A draft is its author's own, and the stored call is what it was.
    assert!(!call_page(folder.path(), &drafted.call.id).contains("слышно"));
    assert_eq!(store.read_call(&judged.call.id).unwrap().unwrap(), judged);
    let rows = table_rows(folder.path(), "reviews");
    assert_eq!(rows.len(), 1, "{rows:?}");
    for value in [
        format!("call_id: \"{}\"", judged.call.id),
        "reviewer: \"Вера\"".to_owned(),
        "state: \"shared\"".to_owned(),
        "machine: \"fail\"".to_owned(),
        "human: \"pass\"".to_owned(),
        "final: \"pass\"".to_owned(),
        "final_source: \"reviewer\"".to_owned(),
        "has_comment: true".to_owned(),
    ] {
        assert!(rows[0].contains(&value), "{value}: {rows:?}");
    }
}

#[test]
fn corrected_words_stand_on_the_pages_of_a_folder() {
    let (folder, store) = filled(0..1);
    let call = fixture::call(0);
    let people = etalon_review::People::parse("[[people]]\nname = \"Вера\"\nrole = \"reviewer\"\n").unwrap();
    let word = &call.turns[0].words[2];
    let correction = Correction::Word {
        turn: 0,
        word: 2,
        start_s: word.start_s,
        heard: word.text.clone(),
        meant: "фирма".into(),
    };
    let submission = CorrectionSubmission {
        call: &call,
        author: people.named("Вера").unwrap(),
        at: "2026-11-27T10:00:00+05:00".parse().unwrap(),
        expected_sequence: 0,
        corrections: vec![correction],
    };
    ReviewStore::open(&folder.path().join(REVIEWS_FILE)).unwrap().correct(&submission).unwrap();
    rebuild(&store, &RuleBook::default()).unwrap();
    let page = call_page(folder.path(), &call.call.id);
    assert!(page.contains("<del>компания</del>") && page.contains("<ins>фирма</ins>"), "{page}");
    assert!(page.contains("Вердикты не пересчитаны"), "{page}");
}

#[test]
fn an_empty_folder_gives_empty_roll_ups() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path()).unwrap();
    assert_eq!(rebuild(&store, &RuleBook::default()).unwrap().calls.len(), 0);
    let file = File::open(folder.path().join("tables/turns.parquet")).unwrap();
    assert_eq!(SerializedFileReader::new(file).unwrap().metadata().file_metadata().num_rows(), 0);
}

#[test]
fn files_that_were_passed_over_are_a_table() {
    let (folder, store) = filled(0..1);
    let file = |source: &str, reason, detail: Option<&str>| PassedOver {
        source: source.to_owned(),
        reason,
        detail: detail.map(str::to_owned),
    };
    let files = [
        file("a.amr", PassedOverReason::UnknownFormat, Some("AMR-NB")),
        file("b.zip", PassedOverReason::Archive, None),
    ];
    store.write_passed_over(&files).unwrap();
    rebuild(&store, &RuleBook::default()).unwrap();
    let table = File::open(folder.path().join("tables/passed_over.parquet")).unwrap();
    let rows: Vec<String> = SerializedFileReader::new(table)
        .unwrap()
        .get_row_iter(None)
        .unwrap()
        .map(|row| row.unwrap().to_string())
        .collect();
    assert_eq!(
        rows,
        [
            "{source: \"a.amr\", reason: \"unknown_format\", detail: \"AMR-NB\"}",
            "{source: \"b.zip\", reason: \"archive\", detail: null}"
        ]
    );
}
