//! Roll-ups: complete, ordered, escaped, and the same bytes every time.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails the test that called it")]

#[path = "../../etalon-store/tests/fixture/mod.rs"]
mod fixture;

use etalon_call::Stage;
use etalon_report::{RuleTitles, rebuild};
use etalon_store::{Failure, PassedOver, PassedOverReason, Store};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;

const CALLS: u32 = 12;

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
    let rebuilt = rebuild(&first, &RuleTitles::new()).unwrap();
    assert_eq!(rebuilt.calls.len(), CALLS as usize);
    rebuild(&second, &RuleTitles::new()).unwrap();
    rebuild(&second, &RuleTitles::new()).unwrap();
    let (first, second) = (contents(first_folder.path()), contents(second_folder.path()));
    assert_eq!(first, second);
    for name in [
        "calls.jsonl",
        "failures.jsonl",
        "incidents.jsonl",
        "report/index.html",
        "tables/calls.parquet",
        "tables/events.parquet",
        "tables/passed_over.parquet",
        "tables/rules.parquet",
        "tables/turns.parquet",
    ] {
        assert!(first.contains_key(name), "{name}");
    }
}

#[test]
fn lines_are_sorted_by_source_and_hold_no_words() {
    let (_folder, store) = filled(0..CALLS);
    rebuild(&store, &RuleTitles::new()).unwrap();
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
    let rebuilt = rebuild(&store, &RuleTitles::new()).unwrap();
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
    let rebuilt = rebuild(&store, &RuleTitles::new()).unwrap();
    assert_eq!((rebuilt.calls.len(), rebuilt.unreadable.len()), (CALLS as usize - 1, 1));
    assert_eq!(store.read_failures().unwrap().len(), 2);
    // Once the call is there again, its failure is gone.
    store.write_call(&fixture::call(5)).unwrap();
    assert!(rebuild(&store, &RuleTitles::new()).unwrap().unreadable.is_empty());
    assert_eq!(store.read_failures().unwrap().len(), 1);
}

#[test]
fn tables_hold_every_row_with_its_values() {
    let (_folder, store) = filled(0..CALLS);
    rebuild(&store, &RuleTitles::new()).unwrap();
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
fn the_page_is_escaped_and_loads_nothing() {
    let (_folder, store) = filled(0..CALLS);
    let titles = RuleTitles::from([
        ("ethics.no_pressure".to_owned(), "Без <давления>".to_owned()),
        ("collection".to_owned(), "Взыскание".to_owned()),
    ]);
    rebuild(&store, &titles).unwrap();
    let page = fs::read_to_string(store.directory().join("report/index.html")).unwrap();
    for absent in ["<script", "<Тестовый>", "<давления>", "<пусто>", "http://", "https://", "src=", "url("]
    {
        assert!(!page.contains(absent), "{absent}");
    }
    for present in [
        "default-src 'none'",
        "&lt;script&gt;",
        "Без &lt;давления&gt;",
        "2026-11-20/&lt;пусто&gt;.wav",
        "listening.no_interruption",
        "Взыскание",
        "identity",
        "NPS",
    ] {
        assert!(page.contains(present), "{present}");
    }
}

#[test]
fn an_empty_folder_gives_empty_roll_ups() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path()).unwrap();
    assert_eq!(rebuild(&store, &RuleTitles::new()).unwrap().calls.len(), 0);
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
    rebuild(&store, &RuleTitles::new()).unwrap();
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
