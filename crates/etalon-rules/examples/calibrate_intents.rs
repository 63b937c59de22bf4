//! Shows what a threshold does to each intent, so that nobody has to guess it.
//!
//! `cargo run -p etalon-rules --example calibrate_intents -- SENTENCES.toml [PACK.toml ...] [FOLDER]`
//!
//! `SENTENCES.toml` has sentences that are in no pack: `[intent] said = [...]` mean it, `other = [...]` do not. With a
//! folder of `*.truth.json` files, the sentences of those calls are looked through too: how many of the speaker's
//! sentences each threshold finds, and which of them are the likeliest. What a call says of that kind is a hit, what it
//! does not is a false alarm; only a reader can tell them apart.

use etalon_rules::{Intent, Pack, built_in, built_in_ids};
use serde_json::Value;
use std::error::Error;
use std::io::Write;
use std::path::Path;

/// The thresholds shown.
const THRESHOLDS: [f64; 8] = [0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5];

/// Sentences of the calls shown for each intent.
const SHOWN: usize = 8;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let sentences = arguments.next().ok_or("name the file with sentences")?;
    let sentences: toml::Table = std::fs::read_to_string(sentences)?.parse()?;
    let (packs, folders): (Vec<String>, Vec<String>) = arguments.partition(|path| Path::new(path).is_file());
    let mut spoken = Vec::new();
    for folder in folders {
        spoken.extend(sentences_of_calls(Path::new(&folder))?);
    }
    let mut out = std::io::stdout().lock();
    for pack in packs_named(&packs)? {
        for intent in pack.intents() {
            if let Some(unseen) = sentences.get(intent.name()) {
                show(&mut out, intent, unseen, &spoken)?;
            }
        }
    }
    Ok(())
}

fn show(
    out: &mut impl Write,
    intent: &Intent,
    unseen: &toml::Value,
    spoken: &[String],
) -> Result<(), Box<dyn Error>> {
    let said = similarities(intent, &texts(unseen, "said"))?;
    let other = similarities(intent, &texts(unseen, "other"))?;
    let mut calls = similarities(intent, spoken)?;
    calls.sort_by(|left, right| right.1.total_cmp(&left.1));
    writeln!(out, "{} (threshold {})", intent.name(), intent.threshold())?;
    for threshold in THRESHOLDS {
        let found =
            |all: &[(String, f64)]| all.iter().filter(|(_, similarity)| *similarity >= threshold).count();
        writeln!(
            out,
            "  {threshold:.2}: found {:>2} of {:>2}, false {:>2} of {:>2}, in calls {:>3} of {}",
            found(&said),
            said.len(),
            found(&other),
            other.len(),
            found(&calls),
            calls.len()
        )?;
    }
    for (sentence, similarity) in said.iter().filter(|(_, similarity)| *similarity < intent.threshold()) {
        writeln!(out, "  missed {similarity:.2} {sentence}")?;
    }
    for (sentence, similarity) in other.iter().filter(|(_, similarity)| *similarity >= intent.threshold()) {
        writeln!(out, "  false  {similarity:.2} {sentence}")?;
    }
    for (sentence, similarity) in calls.iter().take(SHOWN) {
        writeln!(out, "  call   {similarity:.2} {sentence}")?;
    }
    Ok(())
}

fn similarities(intent: &Intent, sentences: &[String]) -> Result<Vec<(String, f64)>, Box<dyn Error>> {
    let similarity = |sentence: &String| Ok((sentence.clone(), intent.similarity_of(sentence)?));
    sentences.iter().map(similarity).collect()
}

fn texts(table: &toml::Value, key: &str) -> Vec<String> {
    let values = table.get(key).and_then(toml::Value::as_array).into_iter().flatten();
    values.filter_map(toml::Value::as_str).map(str::to_owned).collect()
}

fn packs_named(paths: &[String]) -> Result<Vec<Pack>, Box<dyn Error>> {
    if paths.is_empty() {
        let sources = built_in_ids().iter().filter_map(|id| built_in(id).map(|source| (source, id)));
        return sources.map(|(source, id)| Ok(Pack::parse(source, id)?)).collect();
    }
    paths.iter().map(|path| Ok(Pack::parse(&std::fs::read_to_string(path)?, path)?)).collect()
}

fn sentences_of_calls(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut sentences = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".truth.json") {
            let truth: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
            for turn in truth["turns"].as_array().into_iter().flatten() {
                let text = turn["text"].as_str().unwrap_or_default();
                let found = text.split_inclusive(['.', '!', '?', '…']).map(str::trim);
                sentences.extend(found.filter(|sentence| sentence.contains(' ')).map(str::to_owned));
            }
        }
    }
    sentences.sort();
    sentences.dedup();
    Ok(sentences)
}
