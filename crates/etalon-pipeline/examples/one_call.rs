//! Scores one recording and prints what the rules say.
//!
//!     cargo run --release -p etalon-pipeline --example one_call -- samples/01-proper-hold.wav

#![expect(clippy::print_stdout, reason = "the lines are the result")]

use etalon_pipeline::{Job, Pipeline, PipelineSettings, StageClock, Worker, process};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: one_call RECORDING")?;
    let pipeline = Pipeline::with_transcription(PipelineSettings::default())?;
    let mut worker = Worker::for_pipeline(&pipeline, StageClock::default())?;
    let call = process(&Job::of_file(Path::new(&path))?, &pipeline, &mut worker)?.call;
    for turn in &call.turns {
        println!("{:7.2} {:8} {}", turn.start_s, turn.speaker.name(), turn.text.as_str());
    }
    for rule in &call.evaluation.rules {
        println!("{:13} {}: {}", rule.verdict.name(), rule.id, rule.reason);
    }
    println!("score {:?}", call.evaluation.score);
    Ok(())
}
