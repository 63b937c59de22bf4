//! The diarization errors of any systems whose results lie in one folder.
//!
//!     speakers_against_truth FOLDER
//!
//! `NAME.truth.rttm` is compared with every `NAME.SYSTEM.rttm` beside it; one line of JSON for each
//! to stdout, in order of name.

#![expect(clippy::print_stdout, reason = "the lines are the result")]

use etalon_eval::diarization::{OverlappedSpeech, RatedDiarization, SpeakerSegment, diarization_errors};
use etalon_eval::rttm;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::PathBuf;

/// What is no system's answer.
const GIVEN: [&str; 2] = ["truth", "speech"];

type Segments = Vec<SpeakerSegment>;

fn main() -> Result<(), Box<dyn Error>> {
    let folder =
        std::env::args_os().nth(1).map(PathBuf::from).ok_or("usage: speakers_against_truth FOLDER")?;
    let mut found: BTreeMap<(String, String), Segments> = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if let Some((name, system)) = name.strip_suffix(".rttm").and_then(|name| name.rsplit_once('.')) {
            let segments = rttm::parse(&std::fs::read_to_string(&path)?)?;
            found.insert((name.to_owned(), system.to_owned()), segments);
        }
    }
    for ((name, system), segments) in &found {
        let truth = found.get(&(name.clone(), "truth".to_owned()));
        if let Some(truth) = truth.filter(|_| !GIVEN.contains(&system.as_str())) {
            print_errors(name, system, truth, segments);
        }
    }
    Ok(())
}

fn print_errors(name: &str, system: &str, truth: &Segments, found: &Segments) {
    let errors = |overlapped| RatedDiarization::from(diarization_errors(truth, found, overlapped));
    let speakers = |segments: &Segments| {
        segments.iter().map(|segment| segment.speaker.clone()).collect::<BTreeSet<_>>().len()
    };
    let line = serde_json::json!({
        "recording": name,
        "system": system,
        "true_speakers": speakers(truth),
        "speakers": speakers(found),
        "without_overlap": errors(OverlappedSpeech::Excluded),
        "with_overlap": errors(OverlappedSpeech::Included),
    });
    println!("{line}");
}
