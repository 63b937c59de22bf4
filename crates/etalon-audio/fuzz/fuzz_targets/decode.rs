//! Any bytes under any name: no panic, no memory beyond the limits, no broken promise.
//!
//! `cargo +nightly fuzz run decode ../../../tests/hostile/seeds ../../../tests/hostile/scipy` in
//! this folder. On a stable toolchain `benches/audio/mutation.rs` asks the same of a million
//! spoiled recordings.

#![no_main]

use etalon_audio::{Limits, decode, diagnostics};
use libfuzzer_sys::fuzz_target;

const EXTENSIONS: [&str; 8] = ["wav", "ulaw", "sln", "gsm", "mp3", "ogg", "flac", "m4a"];

fuzz_target!(|input: (u8, &[u8])| {
    let (choice, bytes) = input;
    let limits = Limits {
        max_seconds: 3_600.0,
        max_bytes: 1 << 20,
        max_decoded_bytes: 16 << 20,
        ..Limits::default()
    };
    let extension = EXTENSIONS[usize::from(choice) % EXTENSIONS.len()];
    if let Ok(decoded) = decode(bytes, Some(extension), &limits) {
        let recording = decoded.recording;
        assert!(recording.frames() > 0);
        assert!(recording.channels.iter().all(|channel| channel.len() == recording.frames()));
        assert!(recording.channels.iter().all(|channel| channel.to_f32().iter().all(|sample| sample.abs() <= 1.0)));
        diagnostics::examine(&recording);
    }
});
