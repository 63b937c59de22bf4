//! What other containers do to the time of a recording: every codec that Matroska and MP4 hold, at
//! the rates of telephones and of browsers, and such files cut or joined.
//!
//! ffmpeg made each with `-f lavfi -i "aevalsrc='0.5*sin(2*PI*(200*t+1000*t*t))':s=RATE:d=0.6"`,
//! Opus in packets of 60 ms (`-frame_duration 60`).

use crate::kinds;
use crate::streams::likeness;
use etalon_audio::{Decoded, Limits, decode};

/// How long the sweep is, seconds.
const LENGTH_S: f64 = 0.6;
/// What encoders without a way to tell the end leave behind it, seconds: a frame of AAC at 8 kHz
/// and one more.
const LONGEST_PADDING_S: f64 = 0.26;

macro_rules! seeds {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_bytes!(concat!("seeds/", $name)).as_slice())),*]
    };
}

const SEEDS: [(&str, &[u8]); 20] = seeds![
    "matroska/vorbis-8000.mka",
    "matroska/vorbis-16000.mka",
    "matroska/vorbis-48000.mka",
    "matroska/aac-8000.mka",
    "matroska/aac-16000.mka",
    "matroska/aac-48000.mka",
    "matroska/flac-8000.mka",
    "matroska/flac-16000.mka",
    "matroska/flac-48000.mka",
    "matroska/pcm-8000.mka",
    "matroska/pcm-16000.mka",
    "matroska/pcm-48000.mka",
    "matroska/mp3-8000.mka",
    "matroska/mp3-16000.mka",
    "matroska/mp3-48000.mka",
    "matroska/opus-8000.mka",
    "matroska/opus-16000.mka",
    "matroska/opus-48000.mka",
    "sweep-opus.mp4",
    "sweep-opus-fragmented.mp4",
];

fn heard(name: &str, bytes: &[u8]) -> Decoded {
    let extension = name.rsplit('.').next();
    decode(bytes, extension, &Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The sweep at a rate.
fn sweep(rate_hz: u32) -> Vec<f32> {
    let frames = (LENGTH_S * f64::from(rate_hz)).round() as u32;
    let at = |frame: u32| {
        let time_s = f64::from(frame) / f64::from(rate_hz);
        0.5 * (std::f64::consts::TAU * (200.0 * time_s + 1_000.0 * time_s * time_s)).sin()
    };
    (0..frames).map(|frame| at(frame) as f32).collect()
}

/// How much later than it should a tenth of a second of the sweep is heard, seconds.
fn late_s(found: &[f32], rate_hz: u32, begin_s: f64, should_begin_s: f64) -> f64 {
    let frames = |seconds: f64| (seconds * f64::from(rate_hz)).round() as usize;
    let truth = &sweep(rate_hz)[frames(begin_s)..][..frames(0.1)];
    let reach = frames(0.05);
    let first = frames(should_begin_s) - reach;
    let alike = |shift: usize| {
        found.get(first + shift..first + shift + truth.len()).map_or(-1.0, |found| likeness(truth, found))
    };
    let shift = (0..2 * reach).max_by(|one, other| alike(*one).total_cmp(&alike(*other))).unwrap_or(0);
    assert!(alike(shift) > 0.9, "{begin_s} s is not heard: {}", alike(shift));
    (shift as f64 - reach as f64) / f64::from(rate_hz)
}

fn check_times(name: &str, decoded: &Decoded, start_s: f64) {
    let rate_hz = decoded.recording.rate_hz;
    let found = decoded.recording.channels[0].to_f32();
    for begin_s in [0.06, 0.25, 0.45] {
        let late_s = late_s(&found, rate_hz, begin_s, start_s + begin_s);
        assert!(late_s.abs() < 0.003, "{name}: {begin_s} s is heard {late_s} s late");
    }
}

#[test]
fn every_codec_is_heard_at_its_time_in_every_container() {
    for (name, bytes) in SEEDS {
        let decoded = heard(name, bytes);
        assert!(decoded.defects.is_empty(), "{name}: {:?}", decoded.defects);
        let duration_s = decoded.recording.duration_s();
        let is_right = (LENGTH_S - 0.001..LENGTH_S + LONGEST_PADDING_S).contains(&duration_s);
        assert!(is_right, "{name}: {duration_s} s");
        check_times(name, &decoded, 0.0);
    }
}

fn seed(name: &str) -> &'static [u8] {
    SEEDS.into_iter().find(|(seed, _)| *seed == name).map(|(_, bytes)| bytes).unwrap_or_default()
}

#[test]
fn recordings_that_were_joined_are_heard_one_after_the_other() {
    for (name, bytes) in SEEDS {
        let alone = heard(name, bytes).recording;
        let decoded = heard(name, &bytes.repeat(2));
        assert_eq!(kinds(&decoded), ["recordings_joined"], "{name}");
        assert_eq!(decoded.recording.frames(), 2 * alone.frames(), "{name}");
        check_times(name, &decoded, alone.duration_s());
    }
}

#[test]
fn a_container_that_was_cut_gives_what_is_there() {
    for name in ["matroska/flac-16000.mka", "matroska/pcm-48000.mka"] {
        let bytes = seed(name);
        let decoded = heard(name, &bytes[..bytes.len() * 4 / 5]);
        let (found, duration_s) = (kinds(&decoded), decoded.recording.duration_s());
        assert!(found.contains(&"stream_truncated"), "{name}: {:?}", decoded.defects);
        assert!((0.1..0.6).contains(&duration_s), "{name}: {duration_s} s");
    }
    let aiff = include_bytes!("seeds/chirp.aiff");
    let decoded = heard("chirp.aiff", &aiff[..aiff.len() / 2]);
    assert_eq!(kinds(&decoded), ["data_truncated", "frame_incomplete"], "{:?}", decoded.defects);
    assert!(decoded.recording.frames().abs_diff(1_600) < 50, "{}", decoded.recording.frames());
}

#[test]
fn a_container_that_lost_its_index_is_named() {
    let m4a = include_bytes!("seeds/chirp.m4a");
    let error = decode(&m4a[..m4a.len() / 2], Some("m4a"), &Limits::default()).unwrap_err().to_string();
    assert!(error.contains("M4A without its index"), "{error}");
    let webm = include_bytes!("seeds/chirp.webm");
    let error = decode(&webm[..100], Some("webm"), &Limits::default()).unwrap_err().to_string();
    assert!(error.contains("WebM") && !error.contains("no known audio format"), "{error}");
}
