//! Transcripts from elsewhere instead of speech recognition.
//!
//! The truth of the samples, written as other programs would write it, has to lead to the verdicts of the truth.

use crate::harness::{Run, Workspace, etalon, json, sample, sample_names, samples, succeeded};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The turns of a sample's truth.
fn turns(name: &str) -> Vec<Value> {
    let truth = json(&samples().join(format!("{name}.truth.json")));
    truth["turns"].as_array().unwrap().clone()
}

fn number(turn: &Value, key: &str) -> f64 {
    turn[key].as_f64().unwrap()
}

fn text<'a>(turn: &'a Value, key: &str) -> &'a str {
    turn[key].as_str().unwrap()
}

/// `00:01:02.345`
fn clock(time_s: f64, point: char) -> String {
    let milliseconds = (time_s * 1000.0).round() as u64;
    let (seconds, rest) = (milliseconds / 1000, milliseconds % 1000);
    format!("{:02}:{:02}:{:02}{point}{rest:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn as_vtt(name: &str) -> String {
    let mut vtt = "WEBVTT\n".to_owned();
    for turn in turns(name) {
        let (start, end) = (clock(number(&turn, "start_s"), '.'), clock(number(&turn, "end_s"), '.'));
        let (speaker, said) = (text(&turn, "speaker"), text(&turn, "text"));
        write!(vtt, "\n{start} --> {end}\n<v {speaker}>{said}</v>\n").unwrap();
    }
    vtt
}

fn as_srt(name: &str) -> String {
    let mut srt = String::new();
    for (index, turn) in turns(name).iter().enumerate() {
        let (start, end) = (clock(number(turn, "start_s"), ','), clock(number(turn, "end_s"), ','));
        let speaker = if turn["speaker"] == "agent" { "Оператор" } else { "КЛИЕНТ" };
        writeln!(srt, "{}\n{start} --> {end}\n{speaker}: {}\n", index + 1, text(turn, "text")).unwrap();
    }
    srt
}

/// `WhisperX` gives speakers numbers and leaves out the times of what it could not align: here every fifth word.
fn as_whisperx(name: &str) -> String {
    let segments: Vec<Value> = turns(name)
        .iter()
        .map(|turn| {
            let (start_s, end_s, said) = (number(turn, "start_s"), number(turn, "end_s"), text(turn, "text"));
            let speaker = if turn["speaker"] == "agent" { "SPEAKER_01" } else { "SPEAKER_00" };
            let words: Vec<&str> = said.split_whitespace().collect();
            let each_s = (end_s - start_s) / words.len() as f64;
            let words: Vec<Value> = words
                .iter()
                .enumerate()
                .map(|(index, word)| {
                    let from_s = start_s + each_s * index as f64;
                    if index % 5 == 4 {
                        json!({ "word": word, "speaker": speaker })
                    } else {
                        json!({ "word": word, "start": from_s, "end": from_s + each_s, "score": 0.8, "speaker": speaker })
                    }
                })
                .collect();
            json!({ "start": start_s, "end": end_s, "text": said, "speaker": speaker, "words": words })
        })
        .collect();
    json!({ "segments": segments, "language": "ru" }).to_string()
}

pub(crate) fn as_turns(name: &str) -> String {
    json!({ "turns": turns(name) }).to_string()
}

/// How a transcript is written: the extension, the text, and the format's name in results.
type Writer = (&'static str, fn(&str) -> String, &'static str);

const WRITERS: [Writer; 4] = [
    ("vtt", as_vtt, "import:vtt"),
    ("srt", as_srt, "import:srt"),
    ("json", as_whisperx, "import:whisperx"),
    ("wav.json", as_turns, "import:turns"),
];

/// Writes a transcript of every sample, in the formats by turns.
fn write_transcripts(workspace: &Workspace) {
    for (name, (extension, write, _)) in sample_names().iter().zip(WRITERS.iter().cycle()) {
        workspace.write(format!("transcripts/{name}.{extension}"), write(name));
    }
}

/// A run over the samples with the transcripts of the workspace.
fn run(workspace: &Workspace) -> Run {
    workspace.run(samples()).option("--transcripts", workspace.path("transcripts"))
}

#[test]
fn a_true_transcript_leads_to_the_true_verdicts() {
    let workspace = Workspace::new();
    write_transcripts(&workspace);
    let first = run(&workspace).succeeded();
    assert!(first.stderr.contains("6 of 6 recordings have a transcript"), "{}", first.stderr);

    for ((name, call), (_, _, model)) in workspace.calls().iter().zip(WRITERS.iter().cycle()) {
        let pipeline = &call["pipeline"];
        assert_eq!(
            (pipeline["model"].as_str(), &pipeline["model_sha256"]),
            (Some(*model), &Value::Null),
            "{name}"
        );
        let counts = &pipeline["transcription"];
        assert_eq!(counts["import"]["sha256"].as_str().unwrap().len(), 64, "{name}");
        let (words, estimated) =
            (counts["words"].as_u64().unwrap(), counts["import"]["words_time_estimated"].as_u64().unwrap());
        let expected = if *model == "import:whisperx" { 1..words / 2 } else { words..words + 1 };
        assert!(expected.contains(&estimated), "{name}: {estimated} of {words} words have estimated times");
    }
    let report = succeeded(etalon().arg("eval").arg(samples()).arg(workspace.out()).arg("--json"));
    let report: Value = serde_json::from_str(&report.stdout).unwrap();
    let word_error_rate = report.pointer("/words/total/rate").unwrap().as_f64().unwrap();
    assert!(word_error_rate < 0.02, "WER {word_error_rate}");
    let verdicts = report.pointer("/rules/accuracy").unwrap().as_f64().unwrap();
    assert!(verdicts > 0.95, "verdicts {verdicts}");

    // The same transcripts again: nothing to do. Another text of one of them: that one is done again.
    let processed = || json(&workspace.path("out/run.json"))["processed"].as_u64().unwrap();
    run(&workspace).succeeded();
    assert_eq!(processed(), 0);
    let name = &sample_names()[0];
    let changed = as_vtt(name).replace("Доброе утро", "Привет");
    workspace.write(format!("transcripts/{name}.vtt"), changed);
    run(&workspace).succeeded();
    assert_eq!(processed(), 1);
}

#[test]
fn a_recording_without_a_transcript_is_measured_or_fails() {
    let workspace = Workspace::new();
    let names = sample_names();
    workspace.write(format!("transcripts/{}.srt", names[0]), as_srt(&names[0]));
    workspace.write(format!("transcripts/{}.json", names[1]), "{\"segments\": [{\"text\": \"тайна\"}]}");

    let ended = run(&workspace).without_asr().ended_with(3);
    assert!(ended.stderr.contains("the others are measured and have no text"), "{}", ended.stderr);
    let words = |name: &str| {
        let call = workspace.calls().into_iter().find(|(stem, _)| stem == name).unwrap().1;
        call["metrics"]["speakers"]["agent"]["words"].as_u64()
    };
    assert!(words(&names[0]).is_some_and(|words| words > 5) && words(&names[2]).is_none());
    let failures = workspace.failures();
    let reason = failures[0]["reason"].as_str().unwrap();
    assert_eq!((failures.len(), failures[0]["stage"].as_str()), (1, Some("transcription")));
    assert!(reason.contains("segment 1: it has no time") && !reason.contains("тайна"), "{reason}");

    let config = workspace.write("etalon.toml", "[transcripts]\nmissing = \"fail\"\n");
    run(&workspace).option("--config", config).ended_with(3);
    let failures = workspace.failures();
    assert_eq!(failures.len(), names.len() - 1);
    assert!(failures[1]["reason"].as_str().unwrap().contains("has no transcript"), "{failures:?}");
}

#[test]
fn the_configuration_says_who_a_speaker_is() {
    let workspace = Workspace::new();
    let name = &sample_names()[0];
    workspace.write(format!("transcripts/{name}.json"), as_whisperx(name));
    // The wrong way round: the words do not fit the activity, so they go where they are heard, and that is reported.
    let speakers = "[transcripts.speakers]\nSPEAKER_01 = \"client\"\nSPEAKER_00 = \"agent\"\n";
    let config = workspace.write("etalon.toml", format!("[transcripts]\nmissing = \"fail\"\n{speakers}"));
    run(&workspace).option("--config", config).ended_with(3);
    let call = workspace.call();
    assert_eq!(call["pipeline"]["transcription"]["words_outside_activity"], 0);
    let defects = call["audio"]["defects"].as_array().unwrap();
    assert!(defects.iter().any(|defect| defect["kind"] == "transcript_speakers_swapped"), "{defects:?}");
}

/// A sample as a WAV file of one channel, 16 bits a sample.
pub(crate) fn mono(name: &str) -> Vec<u8> {
    let recording = etalon_audio::read(&sample(name), &etalon_audio::Limits::default()).unwrap().recording;
    let sides: Vec<Vec<f32>> = recording.channels.iter().map(etalon_audio::Samples::to_f32).collect();
    let mono = sides[0].iter().zip(&sides[1]).map(|(left, right)| f32::midpoint(*left, *right));
    let data: Vec<u8> = mono.flat_map(|sample| ((sample * 32_767.0) as i16).to_le_bytes()).collect();
    let length = data.len() as u32;
    let mut wav = Vec::new();
    wav.extend(b"RIFF");
    wav.extend((36 + length).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    wav.extend(recording.rate_hz.to_le_bytes());
    wav.extend((2 * recording.rate_hz).to_le_bytes());
    wav.extend(b"\x02\0\x10\0data");
    wav.extend(length.to_le_bytes());
    wav.extend(data);
    wav
}

/// The call of a sample of which both sides share a channel, with a transcript in subtitles.
fn scored_with(vtt: &str) -> Value {
    let workspace = Workspace::new();
    let recording = workspace.write("call.wav", mono("03-look-at-the-website"));
    workspace.write("call.vtt", vtt);
    workspace.run(recording).option("--transcripts", workspace.path("")).succeeded();
    workspace.call()
}

#[test]
fn both_sides_of_a_mono_call_are_heard_where_the_transcript_names_nobody() {
    let mut vtt = "WEBVTT\n".to_owned();
    for turn in turns("03-look-at-the-website") {
        let (start, end) = (clock(number(&turn, "start_s"), '.'), clock(number(&turn, "end_s"), '.'));
        write!(vtt, "\n{start} --> {end}\n{}\n", text(&turn, "text")).unwrap();
    }
    let call = scored_with(&vtt);
    let speakers: Vec<&str> =
        call["turns"].as_array().unwrap().iter().map(|turn| text(turn, "speaker")).collect();
    assert!(speakers.contains(&"agent") && speakers.contains(&"client"), "{speakers:?}");
    assert_eq!(call["call"]["kind"]["name"], "dialogue");
    let unmeasurable = call["metrics"]["unmeasurable"].as_array().unwrap();
    let interruptions = unmeasurable.iter().any(|entry| text(entry, "metric").contains("interruptions"));
    assert!(interruptions, "what one channel can't show: {unmeasurable:?}");
}

#[test]
fn an_answering_machine_is_not_scored_as_a_dialogue() {
    let said = "Абонент не может ответить на ваш звонок. Оставьте сообщение после сигнала.";
    let call = scored_with(&format!("WEBVTT\n\n00:00.500 --> 00:06.000\n{said}\n"));
    assert_eq!(call["call"]["kind"]["name"], "voicemail");
    assert_eq!(call["evaluation"]["score"], Value::Null);
    let rules = call["evaluation"]["rules"].as_array().unwrap();
    assert!(rules.iter().all(|rule| rule["verdict"] == "na"), "{rules:?}");
}
