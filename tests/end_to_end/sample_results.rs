//! Snapshots of what a run over the samples without transcription finds and prints.

use crate::harness::{Workspace, etalon, samples, succeeded};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::sync::OnceLock;

/// What changes with every version or pack, and what is the same for all samples.
const LEFT_OUT: [&str; 6] = [
    "/checksum",
    "/pipeline/version",
    "/pipeline/fingerprint",
    "/pipeline/listening_fingerprint",
    "/pipeline/packs",
    "/metrics/definitions",
];

/// One run over the samples without transcription, and what it printed.
fn measured() -> &'static (Workspace, String) {
    static RUN: OnceLock<(Workspace, String)> = OnceLock::new();
    RUN.get_or_init(|| {
        let workspace = Workspace::new();
        let ended = workspace.run(samples()).without_asr().succeeded();
        (workspace, ended.stdout)
    })
}

/// A value as JSON in which only the fields of the outer levels and the objects of lists have lines of their own.
fn write_lines(text: &mut String, value: &Value, levels: usize, indent: &str) {
    let inner = format!("{indent}  ");
    match value {
        Value::Object(fields) if levels > 0 && !fields.is_empty() => {
            text.push_str("{\n");
            for (name, field) in fields {
                write!(text, "{inner}{name}: ").unwrap();
                write_lines(text, field, levels - 1, &inner);
                text.push('\n');
            }
            write!(text, "{indent}}}").unwrap();
        }
        Value::Array(items) if items.first().is_some_and(Value::is_object) => {
            text.push_str("[\n");
            for item in items {
                writeln!(text, "{inner}{item}").unwrap();
            }
            write!(text, "{indent}]").unwrap();
        }
        _ => write!(text, "{value}").unwrap(),
    }
}

fn as_lines(value: &Value, levels: usize) -> String {
    let mut text = String::new();
    write_lines(&mut text, value, levels, "");
    text
}

// Other processors compute transforms in another order, which may show in the last digit.
#[cfg(target_arch = "x86_64")]
#[test]
fn each_sample_is_measured_as_before() {
    for (name, mut call) in measured().0.calls() {
        for pointer in LEFT_OUT {
            *call.pointer_mut(pointer).unwrap() = json!("…");
        }
        insta::assert_snapshot!(name, as_lines(&call, 2));
    }
}

#[test]
fn the_thresholds_are_those_that_results_name() {
    let (_, call) = measured().0.calls().remove(0);
    insta::assert_snapshot!("thresholds", as_lines(&call["metrics"]["definitions"], 1));
}

#[test]
fn a_run_ends_with_a_table_of_calls() {
    insta::assert_snapshot!("table_of_calls", measured().1);
}

#[test]
fn an_evaluation_is_a_few_short_tables() {
    let evaluated = succeeded(etalon().arg("eval").arg(samples()).arg(measured().0.out()));
    insta::assert_snapshot!("evaluation", evaluated.stdout);
}
