//! Answers as a table.

#![allow(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

mod common;

use common::{answered, at, call, new_store, person, share, submission};
use etalon_call::{Evaluation, PackReference, RuleResult, Severity, Verdict};
use etalon_review::table::{self, KnownCall, RowError, TableError};
use etalon_review::{Answer, Comment, HumanVerdict, PersonRole, ReviewError, SheetState};

/// Two calls, `c1` and `c2`, with a rule `r` that failed in both.
fn known_call(name: &str) -> Result<KnownCall, RowError> {
    let found = ["c1", "c2"].into_iter().find(|id| *id == name || format!("{id}.wav") == name);
    let id = found.ok_or(RowError::UnknownCall)?;
    let rule = RuleResult {
        pack: "p".into(),
        id: "r".into(),
        verdict: Verdict::Fail,
        severity: Severity::Minor,
        points: Some(0.0),
        max_points: 1.0,
        reason: String::new(),
        evidence: vec![],
    };
    Ok(KnownCall {
        facts: call(id, "k1"),
        packs: vec![PackReference { id: "p".into(), version: "3".into(), sha256: String::new() }],
        evaluation: Evaluation { rules: vec![rule], ..Evaluation::default() },
        redaction: None,
    })
}

#[test]
fn a_table_of_any_spreadsheet_is_read() {
    let text = "Call;Rule;Verdict;Comment;queue\r\nc1;r;Pass;'=нет;5\r\nc2;r;n/a;;\r\n";
    let utf_16: Vec<u8> =
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for bytes in [
        text.as_bytes().to_vec(),
        [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        text.replace(';', "\t").into_bytes(),
        text.replace(';', ",").into_bytes(),
        utf_16,
        text.replace("нет", "\u{1}")
            .bytes()
            .flat_map(|byte| if byte == 1 { vec![0xed, 0xe5, 0xf2] } else { vec![byte] })
            .collect(),
    ] {
        let read = table::read(&bytes).unwrap();
        assert_eq!(read.bad_rows, []);
        let rows: Vec<(&str, HumanVerdict, &str)> = read
            .rows
            .iter()
            .map(|(_, row)| (row.call.as_str(), row.answer.verdict, row.answer.comment.as_str()))
            .collect();
        assert_eq!(rows, [("c1", HumanVerdict::Pass, "=нет"), ("c2", HumanVerdict::Na, "")]);
    }
}

#[test]
fn a_bad_row_costs_itself_and_is_told_by_its_line() {
    let text = "call,rule,verdict,mode,at\nc1,r,pass,,\n,r,pass,,\nc1,r,maybe,,\nc1,r,pass,dark,\nc1,r,pass,,вчера\n";
    let read = table::read(text.as_bytes()).unwrap();
    assert_eq!(read.rows.len(), 1);
    let bad: Vec<String> =
        read.bad_rows.iter().map(|row| format!("line {}: {}", row.line, row.error)).collect();
    insta::assert_snapshot!(bad.join("\n"));
    assert_eq!(table::read(b"call,verdict\n"), Err(TableError::NoColumn { column: "rule" }));
    assert_eq!(table::read(b""), Err(TableError::NoColumn { column: "call" }));
    assert_eq!(table::read(b"PK\x03\x04"), Err(TableError::Workbook));
}

#[test]
fn a_table_that_was_written_brings_the_reviews_into_another_folder() {
    let (_folder, mut store) = new_store();
    let known = known_call("c1").unwrap();
    let anna = person("Анна", PersonRole::Reviewer, None);
    let rule = etalon_review::RuleKey::new("p", "r");
    let answer = Answer::new(rule.clone(), HumanVerdict::Pass, &known.evaluation, &known.packs)
        .with_comment(Comment::new("=HYPERLINK(\"http://x\")\nслышно в 0:40; да").unwrap());
    let changes = vec![etalon_review::Change::Answered(answer.clone()), share()];
    store.submit(&submission(&known.facts, "Анна", &anna, 0, changes)).unwrap();
    let reviews = store.reviews().unwrap();
    let bytes = table::write(&table::rows(&reviews));
    insta::assert_snapshot!(String::from_utf8(bytes.clone()).unwrap());

    let (_folder, mut other) = new_store();
    let lead = person("Мария", PersonRole::Lead, None);
    let read = table::read(&bytes).unwrap();
    let summary = table::import(&mut other, &read, (&lead, at(9)), known_call).unwrap();
    assert_eq!((summary.answers, summary.sheets, summary.refused.len()), (1, 1, 0));
    let imported = other.reviews().unwrap();
    let sheet = imported.sheet("c1", "Анна").unwrap();
    assert_eq!((sheet.state, &sheet.answers[&rule].answer), (SheetState::Shared, &answer));
    assert_eq!(sheet.answers[&rule].author, "Мария", "who brought it in is known");
    // Once more changes nothing; another answer to a shared sheet is refused.
    let summary = table::import(&mut other, &read, (&lead, at(9)), known_call).unwrap();
    assert_eq!((summary.answers, summary.unchanged), (0, 1));
    let contrary = table::read("call,reviewer,rule,verdict\nc1,Анна,r,na\n".as_bytes()).unwrap();
    let summary = table::import(&mut other, &contrary, (&lead, at(9)), known_call).unwrap();
    assert_eq!(summary.refused[0].error, RowError::OtherAnswer { state: SheetState::Shared });
    assert_eq!(other.reviews().unwrap(), imported);
}

#[test]
fn a_plain_table_of_verdicts_becomes_shared_sheets() {
    let (_folder, mut store) = new_store();
    let lead = person("Мария", PersonRole::Lead, None);
    let text = "source,rule,verdict\nc1.wav,r,fail\nc2,r,cannot_tell\nc3,r,pass\nc1,no.such,pass\n";
    let read = table::read(text.as_bytes()).unwrap();
    let summary = table::import(&mut store, &read, (&lead, at(1)), known_call).unwrap();
    let refused: Vec<(usize, &RowError)> = summary.refused.iter().map(|row| (row.line, &row.error)).collect();
    assert_eq!(refused, [(4, &RowError::UnknownCall), (5, &RowError::UnknownRule)]);
    let reviews = store.reviews().unwrap();
    let sheet = reviews.sheet("c1", "Мария").unwrap();
    let answer = &sheet.answers[&etalon_review::RuleKey::new("p", "r")].answer;
    assert_eq!((answer.machine, answer.pack_version.as_str()), (Some(Verdict::Fail), "3"));
    assert!(reviews.is_reviewed("c2"));
}

#[test]
fn a_table_brings_no_personal_data_into_a_redacted_call() {
    let (_folder, mut store) = new_store();
    let lead = person("Мария", PersonRole::Lead, None);
    let redacted = |name: &str| {
        let known = known_call(name)?;
        Ok(KnownCall { redaction: Some(etalon_call::Redaction::default()), ..known })
    };
    let text = "call;rule;verdict;comment\nc1;r;pass;карта 5555 5555 5555 4444\n";
    let read = table::read(text.as_bytes()).unwrap();
    let summary = table::import(&mut store, &read, (&lead, at(1)), redacted).unwrap();
    assert_eq!((summary.answers, summary.unchanged), (1, 0));
    // The same table once more is what the sheet says already, though it reads otherwise.
    let summary = table::import(&mut store, &read, (&lead, at(1)), redacted).unwrap();
    assert_eq!((summary.answers, summary.unchanged, summary.refused.len()), (0, 1, 0));
    let exported = String::from_utf8(table::write(&table::rows(&store.reviews().unwrap()))).unwrap();
    assert!(exported.contains("карта [card]") && !exported.contains("5555"), "{exported}");
}

#[test]
fn only_a_lead_brings_tables_in() {
    let (_folder, mut store) = new_store();
    let read = table::read(b"call,rule,verdict\nc1,r,pass\n").unwrap();
    let anna = person("Анна", PersonRole::Reviewer, None);
    let refused = table::import(&mut store, &read, (&anna, at(1)), known_call);
    assert!(matches!(refused, Err(ReviewError::Refused(_))));
    assert_eq!(store.events_after(0).unwrap(), []);
    // Nor does an import do what people do in person.
    let lead = person("Мария", PersonRole::Lead, None);
    let known = known_call("c1").unwrap();
    let changes = vec![
        answered("r", HumanVerdict::Pass),
        share(),
        etalon_review::Change::Closed { comment: Comment::default() },
    ];
    let closed = store.import(&submission(&known.facts, "Анна", &lead, 0, changes));
    assert!(matches!(closed, Err(ReviewError::NoPartOfASheet)));
}
