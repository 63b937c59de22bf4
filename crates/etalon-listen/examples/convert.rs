//! Converts one recording to Ogg Opus and prints how long that took.
//!
//!     cargo run --release -p etalon-listen --example convert -- samples/01-proper-hold.wav a.opus

#![expect(clippy::print_stdout, reason = "the line is the result")]

use etalon_audio::{CallFiles, Limits};
use etalon_call::AudioFacts;
use etalon_listen::{Original, convert, playable};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::File;
use std::io::BufWriter;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let [input, output] = paths.as_slice() else { return Err("usage: convert RECORDING OPUS".into()) };
    let mut sha256 = String::new();
    for byte in Sha256::digest(std::fs::read(input)?) {
        write!(sha256, "{byte:02x}")?;
    }
    let limits = Limits::default();
    let (files, audio) = (CallFiles::One(input.into()), AudioFacts::declared_stereo(0.0));
    let original = Original { files: &files, audio: &audio, sha256: &sha256 };
    let playback = playable(&original, &[], &limits)?;
    let began = Instant::now();
    convert(&original, &[], &limits, BufWriter::new(File::create(output)?))?;
    let spent_s = began.elapsed().as_secs_f64();
    let audio_s = etalon_audio::read(input.as_ref(), &limits)?.recording.duration_s();
    let bytes = std::fs::metadata(output)?.len();
    println!(
        "{playback:?}; {audio_s:.1} s in {spent_s:.3} s ({:.0} × real time), {:.1} kbit/s",
        audio_s / spent_s,
        bytes as f64 * 8.0 / 1000.0 / audio_s
    );
    Ok(())
}
