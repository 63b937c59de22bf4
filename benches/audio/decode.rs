//! Decoding and resampling, in times real time, and as ratios to hound, symphonia and sox on the same file.
//!
//! `cargo bench -p etalon-audio --bench audio_decode [-- FILE.wav…]`. Without files ten minutes of stereo are made up,
//! in 16-bit linear samples, A-law and µ-law. Every engine ends with planar samples in single precision. Runs of the
//! engines take turns, and the least time of each is reported: on a machine that others use too, a mean measures them.

#[path = "../../tests/hostile/wave.rs"]
#[expect(dead_code, reason = "the tests build more files than are measured here")]
mod wave;

use etalon_audio::{Decoder, Limits, Samples, SpeechResampler, decode};
use std::cell::RefCell;
use std::fs::File;
use std::hint::black_box;
use std::io::{Cursor, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia_codec_pcm::PcmDecoder;
use symphonia_format_riff::WavReader;

const ROUNDS: usize = 15;
const MADE_UP_S: usize = 600;

/// One way to decode a file; gives the number of frames, so that all can be seen to do the same work.
type Engine<'a> = (&'static str, Box<dyn Fn() -> Option<usize> + 'a>);

#[expect(clippy::print_stdout, reason = "a benchmark's result is its output")]
fn main() {
    let files: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let mut recordings: Vec<(String, Vec<u8>)> =
        files.iter().filter_map(|path| Some((path.clone(), std::fs::read(path).ok()?))).collect();
    if recordings.is_empty() {
        recordings = vec![made_up("pcm16", 1, 16), made_up("alaw", 6, 8), made_up("mulaw", 7, 8)];
    }
    println!(
        "| file | engine | least time | × real time | etalon is faster by |\n| --- | --- | --- | --- | --- |"
    );
    for (name, bytes) in &recordings {
        measure_decoding(name, bytes);
    }
    for (name, bytes) in &recordings {
        measure_resampling(name, bytes);
    }
}

fn made_up(name: &str, tag: u16, bits: u16) -> (String, Vec<u8>) {
    let frames = 8_000 * MADE_UP_S;
    let mut state = 1_u64;
    let body: Vec<u8> = (0..frames * 2 * usize::from(bits) / 8)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        })
        .collect();
    let format = wave::Format::new(tag, 2, bits);
    // Symphonia wants the two bytes that end a format chunk of anything but linear samples.
    let format = wave::chunk(b"fmt ", &[format.body(), vec![0, 0]].concat());
    (format!("{name}, 10 min stereo"), wave::riff(&[format, wave::chunk(b"data", &body)]))
}

fn measure_decoding(name: &str, bytes: &[u8]) {
    let Ok(decoded) = decode(bytes, Some("wav"), &Limits::default()) else { return };
    let seconds = decoded.recording.duration_s();
    let frames = decoded.recording.frames();
    drop(decoded);
    let folder = tempfile::tempdir();
    let path = folder.as_ref().ok().map(|folder| folder.path().join("bench.wav"));
    if let Some(path) = &path {
        let _ = File::create(path).and_then(|mut file| file.write_all(bytes));
    }
    let engines: Vec<Engine<'_>> = vec![
        ("etalon", Box::new(|| with_etalon(bytes))),
        ("hound", Box::new(|| with_hound(bytes))),
        ("symphonia", Box::new(|| with_symphonia(bytes, true))),
        ("sox (process)", Box::new(|| with_sox(path.as_deref()?))),
    ];
    compare(&format!("{name}, whole"), seconds, frames, &engines);
    let engines: Vec<Engine<'_>> = vec![
        ("etalon", Box::new(|| streamed_with_etalon(bytes))),
        ("symphonia", Box::new(|| with_symphonia(bytes, false))),
    ];
    compare(&format!("{name}, block by block"), seconds, frames, &engines);
}

/// Runs the engines in turn and prints their least times.
#[expect(clippy::print_stdout, reason = "a benchmark's result is its output")]
fn compare(name: &str, seconds: f64, frames: usize, engines: &[Engine<'_>]) {
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); engines.len()];
    for _ in 0..ROUNDS {
        for ((_, engine), times) in engines.iter().zip(&mut times) {
            let start = Instant::now();
            let found = black_box(engine());
            if found.is_some_and(|found| found.abs_diff(frames) <= 1) {
                times.push(start.elapsed().as_secs_f64());
            }
        }
    }
    let ours = least(&times[0]);
    for ((engine, _), times) in engines.iter().zip(&times) {
        match (least(times), ours) {
            (Some(time), Some(ours)) => println!(
                "| {name} | {engine} | {:.3} ms | {:.0} | {:.1} |",
                1e3 * time,
                seconds / time,
                time / ours
            ),
            _ => println!("| {name} | {engine} | cannot | | |"),
        }
    }
}

fn least(times: &[f64]) -> Option<f64> {
    times.iter().copied().min_by(f64::total_cmp)
}

fn with_etalon(bytes: &[u8]) -> Option<usize> {
    let recording = decode(bytes, Some("wav"), &Limits::default()).ok()?.recording;
    let planes: Vec<Vec<f32>> = recording.channels.iter().map(Samples::to_f32).collect();
    black_box(&planes);
    Some(recording.frames())
}

/// As a stage that needs no more than one block at a time does it.
fn streamed_with_etalon(bytes: &[u8]) -> Option<usize> {
    let mut stream = Decoder::new(Cursor::new(bytes), Some("wav"), &Limits::default()).ok()?;
    let (mut plane, mut frames) = (Vec::new(), 0);
    while let Some(block) = stream.next_block().ok()? {
        for channel in block {
            channel.copy_to_f32(0..channel.len(), &mut plane);
            black_box(&plane);
        }
        frames += block.first()?.len();
    }
    Some(frames)
}

fn with_hound(bytes: &[u8]) -> Option<usize> {
    let mut reader = hound::WavReader::new(Cursor::new(bytes)).ok()?;
    let channels = usize::from(reader.spec().channels);
    let frames = reader.duration() as usize;
    let mut planes = vec![Vec::with_capacity(frames); channels];
    for (index, sample) in reader.samples::<i16>().enumerate() {
        planes[index % channels].push(f32::from(sample.ok()?) / 32_768.0);
    }
    black_box(&planes);
    Some(planes.first()?.len())
}

/// `keeps` decides whether all samples are collected, or every packet's are thrown away.
fn with_symphonia(bytes: &[u8], keeps: bool) -> Option<usize> {
    let stream = MediaSourceStream::new(Box::new(Cursor::new(bytes)), MediaSourceStreamOptions::default());
    let mut format = WavReader::try_new(stream, FormatOptions::default()).ok()?;
    let parameters = format.default_track(TrackType::Audio)?.codec_params.as_ref()?.audio()?.clone();
    let mut decoder = PcmDecoder::try_new(&parameters, &AudioDecoderOptions::default()).ok()?;
    let channels = parameters.channels.as_ref()?.count();
    let (mut planes, mut packet_planes) = (vec![Vec::<f32>::new(); channels], Vec::<Vec<f32>>::new());
    let mut frames = 0;
    while let Ok(Some(packet)) = format.next_packet() {
        decoder.decode(&packet).ok()?.copy_to_vecs_planar(&mut packet_planes);
        black_box(&packet_planes);
        frames += packet_planes.first()?.len();
        if !keeps {
            continue;
        }
        for (plane, packet_plane) in planes.iter_mut().zip(&packet_planes) {
            plane.extend_from_slice(packet_plane);
        }
    }
    black_box(&planes);
    Some(frames)
}

/// Time of the whole process, which is how sox is used; it writes interleaved floats.
fn with_sox(path: &Path) -> Option<usize> {
    let output = Command::new("sox")
        .arg(path)
        .args(["-t", "raw", "-e", "float", "-b", "32", "-"])
        .stderr(Stdio::null())
        .output()
        .ok()?;
    Some(output.stdout.len() / 8)
}

/// The first channel from the recording's rate to 16 kHz.
fn measure_resampling(name: &str, bytes: &[u8]) {
    let Ok(decoded) = decode(bytes, Some("wav"), &Limits::default()) else { return };
    let recording = decoded.recording;
    let Ok(resampler) = SpeechResampler::new(recording.rate_hz) else { return };
    let expected = resampler.output_samples(recording.frames());
    let resampler = RefCell::new(resampler);
    let samples = recording.channels[0].to_f32();
    let Ok(folder) = tempfile::tempdir() else { return };
    let path = folder.path().join("bench.wav");
    let _ = File::create(&path).and_then(|mut file| file.write_all(bytes));
    let engines: Vec<Engine<'_>> = vec![
        ("etalon", Box::new(|| Some(resampler.borrow_mut().resample(&samples).len()))),
        ("sox (process)", Box::new(|| resampled_with_sox(&path))),
    ];
    compare(&format!("{name}, one channel to 16 kHz"), recording.duration_s(), expected, &engines);
}

fn resampled_with_sox(path: &Path) -> Option<usize> {
    let output = Command::new("sox")
        .arg(path)
        .args(["-t", "raw", "-e", "float", "-b", "32", "-", "remix", "1", "rate", "16k"])
        .stderr(Stdio::null())
        .output()
        .ok()?;
    Some(output.stdout.len() / 4)
}
