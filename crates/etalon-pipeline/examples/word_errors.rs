//! Word errors on labelled calls by the settings of transcription:
//!
//!     cargo run --release -p etalon-pipeline --example word_errors -- FOLDER [--engine NAME] [SETTINGS.json …]
//!
//! FOLDER holds `<name>.wav` beside `<name>.truth.json`; stereo calls count. Each SETTINGS is a
//! file or the text itself, as in `'{"beam_size": 1}'`; what it leaves out has its default, and so
//! has everything where none is given. Times are those of recognition alone.

#![expect(clippy::print_stdout, reason = "an example shows what it finds")]

use etalon_asr::{EngineChoice, TranscriptionSettings};
use etalon_call::{Call, Layout, LayoutSource, Role, Stage};
use etalon_eval::Truth;
use etalon_eval::words::{WordErrors, word_errors};
use etalon_pipeline::{DeclaredFacts, Job, Pipeline, PipelineSettings, StageClock, Worker, process};
use etalon_text::{normalized, tokens};
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = if arguments.is_empty() { "samples".to_owned() } else { arguments.remove(0) };
    let mut engine = EngineChoice::Auto;
    if arguments.first().is_some_and(|argument| argument == "--engine") {
        engine = arguments.get(1).and_then(|name| name.parse().ok()).ok_or("no such engine")?;
        arguments.drain(..2);
    }
    if arguments.is_empty() {
        arguments.push("{}".to_owned());
    }
    let calls = labelled_calls(Path::new(&folder))?;
    println!("as written  normalised  sub  del  ins  words  recognition s  settings");
    for settings in arguments {
        let text = std::fs::read_to_string(&settings).unwrap_or(settings);
        let errors = errors(&calls, engine, serde_json::from_str(&text)?)?;
        println!("{errors}  {}", text.trim());
    }
    Ok(())
}

/// The stereo calls of a folder with what was said in them.
fn labelled_calls(folder: &Path) -> Result<Vec<(Job, Truth)>, Box<dyn Error>> {
    let mut paths: Vec<_> =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    paths.retain(|path| path.to_string_lossy().ends_with(".truth.json"));
    paths.sort();
    let mut calls = Vec::new();
    for path in paths {
        let truth: Truth = serde_json::from_slice(&std::fs::read(&path)?)?;
        if matches!(truth.layout, Layout::AgentLeft | Layout::AgentRight) {
            let recording = path.with_extension("").with_extension("wav");
            let layout_source = Some(LayoutSource::Manifest);
            let facts =
                DeclaredFacts { layout: Some(truth.layout), layout_source, ..DeclaredFacts::default() };
            calls.push((Job { facts, ..Job::of_file(&recording)? }, truth));
        }
    }
    Ok(calls)
}

/// The errors of all calls as a line of the table.
fn errors(
    calls: &[(Job, Truth)],
    engine: EngineChoice,
    transcription: TranscriptionSettings,
) -> Result<String, Box<dyn Error>> {
    let settings =
        PipelineSettings { engine, transcription, packs: Vec::new(), ..PipelineSettings::default() };
    let pipeline = Pipeline::with_transcription(settings)?;
    let mut worker = Worker::for_pipeline(&pipeline, StageClock::default())?;
    let (mut as_written, mut normal) = (WordErrors::default(), WordErrors::default());
    for (job, truth) in calls {
        let call = process(job, &pipeline, &mut worker)?.call;
        for role in [Role::Agent, Role::Client] {
            let (said, recognized) = (said(truth, role), recognized(&call, role));
            add(&mut as_written, word_errors(&tokens(&said), &tokens(&recognized)));
            add(&mut normal, word_errors(&normalized(&said), &normalized(&recognized)));
        }
    }
    let recognition = worker.clock.stages().find(|(stage, ..)| *stage == Stage::Transcription);
    let spent_s = recognition.map_or(0.0, |(.., spent)| spent.as_secs_f64());
    let percent = |errors: &WordErrors| 100.0 * errors.rate().unwrap_or(0.0);
    let WordErrors { substitutions, deletions, insertions, reference_words } = normal;
    Ok(format!(
        "{:8.1} %  {:8.1} %  {substitutions:3}  {deletions:3}  {insertions:3}  {reference_words:5}  {spent_s:13.1}",
        percent(&as_written),
        percent(&normal)
    ))
}

fn said(truth: &Truth, role: Role) -> String {
    let turns = truth.turns.iter().filter(|turn| turn.speaker == role);
    turns.map(|turn| turn.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn recognized(call: &Call, role: Role) -> String {
    let turns = call.turns.iter().filter(|turn| turn.speaker == role);
    turns.map(|turn| turn.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn add(sum: &mut WordErrors, errors: WordErrors) {
    sum.substitutions += errors.substitutions;
    sum.deletions += errors.deletions;
    sum.insertions += errors.insertions;
    sum.reference_words += errors.reference_words;
}
