//! Word errors on labelled calls by the settings of transcription:
//!
//!     cargo run --release -p etalon-asr --example word_errors -- FOLDER [--engine NAME] [SETTINGS.json …]
//!
//! FOLDER holds `<name>.wav` beside `<name>.truth.json`; stereo calls count. Each SETTINGS is a file or the text itself,
//! as in `'{"beam_size": 1}'`; what it leaves out has its default, and so has everything where none is given. Times are
//! those of this thread on the processor where the system tells them (Linux).

#![expect(clippy::print_stdout, reason = "an example shows what it finds")]

use etalon_asr::{
    CallTranscript, EngineChoice, Request, SpeakerAudio, SpeechModel, TranscriptionSettings, transcribe_call,
};
use etalon_audio::{Limits, Recording, Samples, SpeechResampler, read};
use etalon_call::{Layout, Role, Span};
use etalon_eval::Truth;
use etalon_eval::words::{WordErrors, word_errors};
use etalon_text::{normalized, tokens};
use etalon_vad::{ActivitySettings, ChannelSamples, analyse};
use etalon_whisper::speed::processor_s;
use std::error::Error;
use std::path::Path;
use std::time::Instant;

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
    let embedded = etalon_models::embedded();
    let model = SpeechModel::load(embedded.name, embedded.bytes, engine)?;
    println!("as written  normalised  sub  del  ins  words  processor s  settings");
    for settings in arguments {
        let text = std::fs::read_to_string(&settings).unwrap_or(settings);
        let errors = errors(&calls, &model, &serde_json::from_str(&text)?)?;
        println!("{errors}  {}", text.trim());
    }
    Ok(())
}

/// A stereo call with its speech and what was said.
struct LabelledCall {
    recording: Recording,
    regions: Vec<Vec<Span>>,
    truth: Truth,
}

fn labelled_calls(folder: &Path) -> Result<Vec<LabelledCall>, Box<dyn Error>> {
    let mut paths: Vec<_> =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    paths.retain(|path| path.to_string_lossy().ends_with(".truth.json"));
    paths.sort();
    let mut calls = Vec::new();
    for path in paths {
        let truth: Truth = serde_json::from_slice(&std::fs::read(&path)?)?;
        if matches!(truth.layout, Layout::AgentLeft | Layout::AgentRight) {
            let recording =
                read(&path.with_extension("").with_extension("wav"), &Limits::default())?.recording;
            let samples: Vec<_> = recording.channels.iter().map(channel_samples).collect();
            let analyses = analyse(&samples, recording.rate_hz, &ActivitySettings::default());
            let regions = analyses.into_iter().map(|analysis| analysis.regions).collect();
            calls.push(LabelledCall { recording, regions, truth });
        }
    }
    Ok(calls)
}

fn channel_samples(samples: &Samples) -> ChannelSamples<'_> {
    match samples {
        Samples::I16(samples) => ChannelSamples::I16(samples),
        Samples::F32(samples) => ChannelSamples::F32(samples),
    }
}

/// The errors of all calls as a line of the table.
fn errors(
    calls: &[LabelledCall],
    model: &SpeechModel,
    settings: &TranscriptionSettings,
) -> Result<String, Box<dyn Error>> {
    let mut transcriber = model.transcriber()?;
    let languages = ["ru".to_owned()];
    let (mut as_written, mut normal) = (WordErrors::default(), WordErrors::default());
    let mut spent_s = 0.0;
    for LabelledCall { recording, regions, truth } in calls {
        let mut resampler = SpeechResampler::new(recording.rate_hz)?;
        let channels: Vec<_> = recording
            .channels
            .iter()
            .zip(regions)
            .map(|(samples, regions)| SpeakerAudio { samples, regions, excluded: &[] })
            .collect();
        let request = Request { languages: &languages, prompt: "", beam_size: settings.beam_size };
        let (since, started_s) = (Instant::now(), processor_s());
        let recognized = transcribe_call(
            transcriber.as_mut(),
            &mut resampler,
            &channels,
            recording.rate_hz,
            &request,
            settings,
        )?;
        let spent = processor_s().zip(started_s).map(|(now, then)| now - then);
        spent_s += spent.unwrap_or_else(|| since.elapsed().as_secs_f64());
        for (channel, role) in sides(truth.layout).into_iter().enumerate() {
            let (said, recognized) = (said(truth, role), words(&recognized, channel));
            add(&mut as_written, word_errors(&tokens(&said), &tokens(&recognized)));
            add(&mut normal, word_errors(&normalized(&said), &normalized(&recognized)));
        }
    }
    let percent = |errors: &WordErrors| 100.0 * errors.rate().unwrap_or(0.0);
    let WordErrors { substitutions, deletions, insertions, reference_words } = normal;
    Ok(format!(
        "{:8.1} %  {:8.1} %  {substitutions:3}  {deletions:3}  {insertions:3}  {reference_words:5}  {spent_s:11.1}",
        percent(&as_written),
        percent(&normal)
    ))
}

fn sides(layout: Layout) -> [Role; 2] {
    if layout == Layout::AgentLeft { [Role::Agent, Role::Client] } else { [Role::Client, Role::Agent] }
}

fn said(truth: &Truth, role: Role) -> String {
    let turns = truth.turns.iter().filter(|turn| turn.speaker == role);
    turns.map(|turn| turn.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn words(recognized: &CallTranscript, channel: usize) -> String {
    recognized.speakers[channel].words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn add(sum: &mut WordErrors, errors: WordErrors) {
    sum.substitutions += errors.substitutions;
    sum.deletions += errors.deletions;
    sum.insertions += errors.insertions;
    sum.reference_words += errors.reference_words;
}
