//! Recordings put together from lines of the samples, words from their truth.

use crate::harness::{Workspace, json, samples};
use serde_json::{Value, json};
use std::path::PathBuf;

pub(crate) const RATE_HZ: u32 = 8_000;
/// Between two lines, seconds.
const PAUSE_S: f64 = 0.5;

/// A recording under way, with its transcript.
#[derive(Default)]
pub(crate) struct Recording {
    pub(crate) samples: Vec<f32>,
    pub(crate) turns: Vec<Value>,
}

impl Recording {
    /// Lets a side of a sample speak, or both, from one of its turns up to another one.
    pub(crate) fn lines(mut self, sample: &str, sides: &[&str], turns: std::ops::Range<usize>) -> Self {
        for (turn, sound) in lines_of(sample, sides).drain(..).skip(turns.start).take(turns.len()) {
            self = self.said(turn["text"].as_str().unwrap(), &sound);
        }
        self
    }

    /// Lets somebody say other words than the sample's: only the voice counts.
    pub(crate) fn voice_of(self, sample: &str, side: &str, seconds: f64, words: &str) -> Self {
        let sound: Vec<f32> = lines_of(sample, &[side]).into_iter().flat_map(|(_, sound)| sound).collect();
        self.said(words, &sound[..(seconds * f64::from(RATE_HZ)) as usize])
    }

    /// Names the speakers in the transcript.
    pub(crate) fn named(mut self, names: &[&str]) -> Self {
        for (turn, name) in self.turns.iter_mut().zip(names) {
            turn["speaker"] = json!(name);
        }
        self
    }

    fn said(mut self, text: &str, sound: &[f32]) -> Self {
        self = self.silence(PAUSE_S);
        let start_s = self.duration_s();
        self.samples.extend(sound);
        let end_s = self.duration_s();
        self.turns.push(json!({ "speaker": "unknown", "start_s": start_s, "end_s": end_s, "text": text }));
        self.silence(PAUSE_S)
    }

    pub(crate) fn silence(self, seconds: f64) -> Self {
        self.sound(seconds, |_| 0.0)
    }

    pub(crate) fn sound(mut self, seconds: f64, at: impl Fn(f64) -> f64) -> Self {
        let count = (seconds * f64::from(RATE_HZ)) as usize;
        self.samples.extend((0..count).map(|place| at(place as f64 / f64::from(RATE_HZ)) as f32));
        self
    }

    pub(crate) fn duration_s(&self) -> f64 {
        self.samples.len() as f64 / f64::from(RATE_HZ)
    }

    /// A WAV file in which the sound is on the first of some channels, the others dead.
    pub(crate) fn wav(&self, channels: u16) -> Vec<u8> {
        let frame = u32::from(channels) * 2;
        let length = self.samples.len() as u32 * frame;
        let mut wav =
            [&b"RIFF"[..], &(36 + length).to_le_bytes(), b"WAVEfmt ", &16_u32.to_le_bytes()].concat();
        wav.extend([1_u16.to_le_bytes(), channels.to_le_bytes()].concat());
        wav.extend([RATE_HZ.to_le_bytes(), (RATE_HZ * frame).to_le_bytes()].concat());
        wav.extend([(frame as u16).to_le_bytes(), 16_u16.to_le_bytes()].concat());
        wav.extend([b"data", &length.to_le_bytes()[..]].concat());
        for sample in &self.samples {
            wav.extend(((sample * 32_767.0) as i16).to_le_bytes());
            wav.resize(wav.len() + frame as usize - 2, 0);
        }
        wav
    }

    /// What becomes of it.
    pub(crate) fn call(&self, channels: u16) -> Value {
        self.configured(channels, "")
    }

    /// The same with a configuration.
    pub(crate) fn configured(&self, channels: u16, configuration: &str) -> Value {
        let workspace = Workspace::new();
        let recording = self.write(&workspace, channels);
        let settings = workspace.write("etalon.toml", configuration);
        let run = workspace.run(recording).option("--config", settings);
        run.option("--transcripts", workspace.path("in")).succeeded();
        workspace.call()
    }

    /// Writes the recording into the folder `in` and, beside it, its transcript.
    pub(crate) fn write(&self, workspace: &Workspace, channels: u16) -> PathBuf {
        let segment = |turn: &Value| json!({ "start": turn["start_s"], "end": turn["end_s"], "text": turn["text"], "speaker": turn["speaker"] });
        let segments: Vec<Value> = self.turns.iter().map(segment).collect();
        workspace.write("in/call.wav.json", json!({ "segments": segments }).to_string());
        workspace.write("in/call.wav", self.wav(channels))
    }
}

/// The turns of some sides of a sample, with the sound of their own channel.
pub(crate) fn lines_of(sample: &str, sides: &[&str]) -> Vec<(Value, Vec<f32>)> {
    let path = samples().join(sample);
    let truth = json(&path.with_extension("truth.json"));
    let recording =
        etalon_audio::read(&path.with_extension("wav"), &etalon_audio::Limits::default()).unwrap().recording;
    let channels: Vec<Vec<f32>> = recording.channels.iter().map(etalon_audio::Samples::to_f32).collect();
    let agent = usize::from(truth["layout"] == "agent_right");
    let turns = truth["turns"].as_array().unwrap().iter();
    let own = turns.filter(|turn| sides.contains(&turn["speaker"].as_str().unwrap()));
    let place = |turn: &Value, key: &str| (turn[key].as_f64().unwrap() * f64::from(RATE_HZ)) as usize;
    own.map(|turn| {
        let channel = if turn["speaker"] == "agent" { agent } else { 1 - agent };
        (turn.clone(), channels[channel][place(turn, "start_s")..place(turn, "end_s")].to_vec())
    })
    .collect()
}
