//! How fast a call goes from its bytes to the measured dialogue without transcription, stage by stage, on one core.
//!
//!     cargo bench -p etalon-dialogue --bench front_end [-- RECORDING.wav]
//!
//! Without a recording, an hour of two synthetic voices that take turns is used (8 kHz, µ-law, stereo). The time is that which the
//! thread spent on a core where the system tells (Linux), so that a busy machine does not falsify it; elsewhere it is
//! the wall's. Speed is seconds of audio of all channels over seconds of work, the median of 5 rounds.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use etalon_audio::{Limits, Samples, decode};
use etalon_call::Role;
use etalon_dialogue::{DialogueSettings, SpeakerTrack, measure};
use etalon_vad::{ActivitySettings, ChannelSamples, analyse};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 5;

fn main() {
    let path = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    if let Some(path) = path {
        report(&path, &std::fs::read(&path).unwrap(), ROUNDS);
        return;
    }
    println!("growth with length:");
    for minutes in [1, 10, 60] {
        report(&format!("one file of {minutes} min"), &mulaw_call(60.0 * f64::from(minutes)), ROUNDS);
    }
    println!("growth with number:");
    let short = mulaw_call(30.0);
    for files in [10_u32, 100, 1_000] {
        let started = work_s();
        let audio_s: f64 =
            (0..files).map(|_| run(&short).iter().map(|stage| stage.audio_s).fold(0.0, f64::max)).sum();
        println!(
            "{:<24} {:>8.0} x real time per channel",
            format!("{files} files of 30 s"),
            audio_s / (work_s() - started)
        );
    }
}

struct Stage {
    name: &'static str,
    work_s: f64,
    audio_s: f64,
}

fn report(name: &str, bytes: &[u8], rounds: usize) {
    let runs: Vec<Vec<Stage>> = (0..rounds).map(|_| run(bytes)).collect();
    let mut parts = Vec::new();
    let mut whole_s = 0.0;
    for index in 0..runs[0].len() {
        let work_s = median(runs.iter().map(|stages| stages[index].work_s).collect());
        whole_s += work_s;
        parts.push(format!("{} {:.0} x", runs[0][index].name, runs[0][index].audio_s / work_s.max(1e-9)));
    }
    let audio_s = runs[0][0].audio_s;
    println!(
        "{name:<24} {:>8.0} x real time per channel ({}), {audio_s:.0} channel-seconds",
        audio_s / whole_s,
        parts.join(", ")
    );
}

/// Decode → activity and features → dialogue.
fn run(bytes: &[u8]) -> Vec<Stage> {
    let mut stages = Vec::new();
    let mut started = work_s();
    let recording = decode(bytes, None, &Limits::default()).unwrap().recording;
    let audio_s = recording.duration_s() * recording.channels.len() as f64;
    let mut stage = |name: &'static str| {
        let now = work_s();
        stages.push(Stage { name, work_s: now - started, audio_s });
        started = now;
    };
    stage("decode");
    let channels: Vec<_> = recording
        .channels
        .iter()
        .map(|samples| match samples {
            Samples::I16(samples) => ChannelSamples::I16(samples),
            Samples::F32(samples) => ChannelSamples::F32(samples),
        })
        .collect();
    let analyses = analyse(&channels, recording.rate_hz, &ActivitySettings::default());
    stage("activity and features");
    let roles: &[Role] = if analyses.len() == 2 { &[Role::Agent, Role::Client] } else { &[Role::Unknown; 8] };
    let tracks: Vec<_> = analyses
        .iter()
        .zip(roles)
        .enumerate()
        .map(|(channel, (analysis, &role))| SpeakerTrack {
            role,
            name: role.name(),
            channel,
            analysis,
            words: None,
            language: "ru",
        })
        .collect();
    black_box(measure(&tracks, recording.duration_s(), &DialogueSettings::default()));
    stage("dialogue");
    stages
}

/// Seconds that this thread has worked.
fn work_s() -> f64 {
    static STARTED: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let nanoseconds = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = nanoseconds.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
    let wall_s = STARTED.get_or_init(Instant::now).elapsed().as_secs_f64();
    nanoseconds.map_or(wall_s, |nanoseconds| nanoseconds / 1e9)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// A stereo µ-law WAV in which two voices take turns: pulses of a gliding pitch through a vowel's resonance, in syllables.
fn mulaw_call(seconds: f64) -> Vec<u8> {
    let samples = (seconds * 8_000.0) as usize;
    let mut data = Vec::with_capacity(2 * samples);
    let mut state = [0.0_f64; 4];
    let mut phase = 0.0;
    for index in 0..samples {
        let time_s = index as f64 / 8_000.0;
        let speaker = (time_s / 4.0) as usize % 2;
        let speaks = time_s % 4.0 < 3.4 && time_s * 5.0 % 1.0 < 0.8;
        phase += (120.0 + 60.0 * speaker as f64 + 30.0 * (time_s * 1.7).sin()) / 8_000.0;
        let pulse = if phase >= 1.0 && speaks { 6_000.0 } else { 0.0 };
        phase %= 1.0;
        let voice = 1.6 * state[0] - 0.85 * state[1] + pulse;
        (state[1], state[0]) = (state[0], voice);
        let quiet = 8.0 * ((index * 7_919 % 127) as f64 / 64.0 - 1.0);
        for channel in 0..2 {
            data.push(mulaw(if channel == speaker { voice + quiet } else { quiet }));
        }
    }
    let mut wav = Vec::with_capacity(data.len() + 44);
    wav.extend(b"RIFF");
    wav.extend((36 + data.len() as u32).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16_u32.to_le_bytes());
    wav.extend([7_u16, 2].iter().flat_map(|value| value.to_le_bytes()));
    wav.extend([8_000_u32, 16_000].iter().flat_map(|value| value.to_le_bytes()));
    wav.extend([2_u16, 8].iter().flat_map(|value| value.to_le_bytes()));
    wav.extend(b"data");
    wav.extend((data.len() as u32).to_le_bytes());
    wav.extend(data);
    wav
}

/// ITU-T G.711, µ-law.
fn mulaw(sample: f64) -> u8 {
    let magnitude = (sample.abs() as i32).min(32_635) + 132;
    let segment = (magnitude.ilog2() as i32 - 7).max(0);
    let code = (segment << 4) | ((magnitude >> (segment + 3)) & 0x0F);
    !((code as u8) | if sample < 0.0 { 0x80 } else { 0 })
}
