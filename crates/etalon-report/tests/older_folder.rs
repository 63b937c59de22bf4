//! A result folder of an earlier version is reported like any other.

#[path = "../../etalon-store/tests/fixture/mod.rs"]
mod fixture;
#[path = "../../etalon-store/tests/fixture/older.rs"]
mod older;

use etalon_call::FailureKind;
use etalon_pages::{Address, InterfaceLanguage, RuleBook, Sound};
use etalon_report::ReportSettings;
use etalon_store::Store;
use std::fs;

#[test]
fn a_folder_of_version_0_1_0_is_reported_with_its_failures_and_reviews() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path()).unwrap();
    let call = fixture::call(2);
    let (id, failed) = (call.call.id.clone(), call.evaluation.rules[1].clone());
    let document = older::as_of_0_1_0(serde_json::to_value(&call).unwrap());
    assert!(document["evaluation"].get("score_coverage").is_none());
    fs::create_dir_all(folder.path().join("calls").join(&id[..2])).unwrap();
    fs::write(folder.path().join("calls").join(&id[..2]).join(format!("{id}.json")), document.to_string())
        .unwrap();
    fs::write(folder.path().join("failures.jsonl"), older::FAILURE_WITHOUT_KIND).unwrap();
    let reviews = rusqlite::Connection::open(folder.path().join("reviews.sqlite")).unwrap();
    reviews.execute_batch(&older::reviews_of_version_1(&id, &failed.pack, &failed.id)).unwrap();
    drop(reviews);

    let find_sound = |_: &etalon_call::Call| Sound::Playable {
        address: "../../../a.wav".to_owned(),
        place: "/a.wav".to_owned(),
    };
    let rule_book = RuleBook::default();
    let language = InterfaceLanguage::Russian;
    let settings =
        ReportSettings { rule_book: &rule_book, packs: &[], language, find_sound: &find_sound, ledger: None };
    let rebuilt = etalon_report::rebuild(&store, &settings).unwrap();

    assert_eq!((rebuilt.calls.len(), rebuilt.unreadable.len()), (1, 0));
    assert_eq!(store.read_failures().unwrap()[0].kind, FailureKind::Unknown);
    let page =
        |address: &Address| fs::read_to_string(folder.path().join("report").join(address.path())).unwrap();
    assert!(page(&Address::call(&id)).contains("Оператор перебил клиента"));
    assert!(page(&Address::failures()).contains("прежней версией"));
    assert!(page(&Address::rule(&failed.pack, &failed.id)).contains("На ваших разговорах"));
}
