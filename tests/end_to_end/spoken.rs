//! Calls in which somebody says what must not get out: a transcript of their own for samples.

use crate::harness::{Workspace, json, sample_names, samples};
use serde_json::{Value, json};
use std::path::Path;

/// Copies a sample to `in/NAME.wav`, with its words in `words/NAME.json`; `said` follows what the
/// client says first.
pub(crate) fn add_call(workspace: &Workspace, sample: usize, name: &str, said: &str) {
    let sample = &sample_names()[sample];
    workspace.copy_sample(sample, format!("in/{name}.wav"));
    let mut turns: Vec<Value> =
        json(&samples().join(format!("{sample}.truth.json")))["turns"].as_array().unwrap().clone();
    let client = turns.iter_mut().find(|turn| turn["speaker"] == "client").unwrap();
    client["text"] = json!(format!("{} {said}", client["text"].as_str().unwrap()));
    workspace.write(format!("words/{name}.json"), json!({ "turns": turns }).to_string());
}

/// Whether a file holds a text; a table of Parquet is read.
pub(crate) fn holds(path: &Path, text: &str) -> bool {
    let bytes = std::fs::read(path).unwrap();
    let is_in = |bytes: &[u8]| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    let is_table = path.extension().is_some_and(|extension| extension == "parquet");
    is_in(&bytes) || is_table && etalon_report::table_text(path).unwrap().contains(text)
}
