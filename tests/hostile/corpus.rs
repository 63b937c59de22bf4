//! Files that others collected because readers stumbled over them, and one small file of every compressed format.

use crate::{Case, Expected, check};
use etalon_audio::{ErrorKind, Limits, Samples, decode};

/// The WAVE files of `SciPy`'s tests (BSD licence, see `scipy/LICENSE`).
macro_rules! scipy {
    ($name:literal, $expected:expr) => {
        Case {
            name: $name,
            bytes: include_bytes!(concat!("scipy/test-", $name, ".wav")).to_vec(),
            extension: "wav",
            expected: $expected,
        }
    };
}

fn frames(codec: &'static str, frames: usize, channels: usize, defects: &'static [&'static str]) -> Expected {
    Expected::Frames { codec, frames, channels, defects }
}

#[test]
fn files_of_scipy() {
    check(&[
        scipy!(
            "1234Hz-le-1ch-10S-20bit-extra",
            Expected::Fails { kind: ErrorKind::Limit, message: "1234 Hz" }
        ),
        scipy!("44100Hz-2ch-32bit-float-be", frames("float32", 441, 2, &[])),
        scipy!("44100Hz-2ch-32bit-float-le", frames("float32", 441, 2, &[])),
        scipy!("44100Hz-be-1ch-4bytes", frames("pcm32", 4_410, 1, &[])),
        scipy!("44100Hz-le-1ch-4bytes", frames("pcm32", 4_410, 1, &["container_length_wrong"])),
        scipy!("44100Hz-le-1ch-4bytes-early-eof", frames("pcm32", 236, 1, &["data_truncated"])),
        scipy!(
            "44100Hz-le-1ch-4bytes-early-eof-no-data",
            Expected::Fails { kind: ErrorKind::Empty, message: "no sample" }
        ),
        scipy!(
            "44100Hz-le-1ch-4bytes-incomplete-chunk",
            Expected::Fails { kind: ErrorKind::Empty, message: "cut off before any audio" }
        ),
        scipy!("44100Hz-le-1ch-4bytes-rf64", frames("pcm32", 4_410, 1, &[])),
        scipy!("48000Hz-2ch-64bit-float-le-wavex", frames("float64", 480, 2, &[])),
        scipy!("8000Hz-be-3ch-5S-24bit", frames("pcm24", 5, 3, &[])),
        scipy!("8000Hz-le-1ch-1byte-ulaw", frames("mulaw", 9, 1, &[])),
        scipy!("8000Hz-le-2ch-1byteu", frames("pcm8", 800, 2, &[])),
        scipy!("8000Hz-le-3ch-5S-24bit-inconsistent", frames("pcm24", 5, 3, &["block_size_wrong"])),
        scipy!("8000Hz-le-3ch-5S-24bit-rf64", frames("pcm24", 5, 3, &[])),
        scipy!("8000Hz-le-3ch-5S-24bit", frames("pcm24", 5, 3, &[])),
        scipy!("8000Hz-le-3ch-5S-36bit", frames("pcm64", 5, 3, &[])),
        scipy!("8000Hz-le-3ch-5S-45bit", frames("pcm64", 5, 3, &[])),
        scipy!("8000Hz-le-3ch-5S-53bit", frames("pcm64", 5, 3, &[])),
        scipy!("8000Hz-le-3ch-5S-64bit", frames("pcm64", 5, 3, &[])),
        scipy!("8000Hz-le-4ch-9S-12bit", frames("pcm16", 9, 4, &[])),
        scipy!("8000Hz-le-5ch-9S-5bit", frames("pcm8", 9, 5, &[])),
    ]);
}

/// A chirp of 3,200 frames in two channels, as ffmpeg and sox encode it, with the extension it is told by.
pub(crate) const CHIRPS: [(&str, &[u8]); 14] = [
    ("mp3", include_bytes!("seeds/chirp.mp3")),
    ("flac", include_bytes!("seeds/chirp.flac")),
    ("ogg", include_bytes!("seeds/chirp.ogg")),
    ("opus", include_bytes!("seeds/chirp.opus")),
    ("m4a", include_bytes!("seeds/chirp.m4a")),
    ("aac", include_bytes!("seeds/chirp.aac")),
    ("aiff", include_bytes!("seeds/chirp.aiff")),
    ("webm", include_bytes!("seeds/chirp.webm")),
    ("g722", include_bytes!("seeds/chirp.g722")),
    ("vox", include_bytes!("seeds/chirp.vox")),
    ("wav", include_bytes!("seeds/chirp-gsm.wav")),
    ("wav", include_bytes!("seeds/chirp-ima.wav")),
    ("wav", include_bytes!("seeds/chirp-ms.wav")),
    ("wav", include_bytes!("seeds/chirp-mulaw.wav")),
];

#[test]
fn compressed_formats_decode_whole_and_cut() {
    // AAC alone has no way to tell how much of the last frame is sound.
    for (extension, codec, rate_hz, frames) in [
        ("mp3", "mp3", 8_000, 3_200),
        ("flac", "flac", 8_000, 3_200),
        ("ogg", "vorbis", 8_000, 3_200),
        ("opus", "opus", 16_000, 6_400),
        ("m4a", "aac", 8_000, 3_200),
        ("aac", "aac", 8_000, 4_096),
        ("aiff", "pcm16", 8_000, 3_200),
        ("webm", "opus", 8_000, 3_308),
    ] {
        let (_, bytes) = CHIRPS.into_iter().find(|(name, _)| *name == extension).unwrap();
        // The name must not matter: the signature decides.
        for told in [extension, "wav"] {
            let decoded = decode(bytes, Some(told), &Limits::default()).unwrap();
            let recording = decoded.recording;
            assert_eq!((recording.codec.name(), recording.rate_hz), (codec, rate_hz), "{extension}");
            assert_eq!((recording.channels.len(), recording.frames()), (2, frames), "{extension}");
            assert!(decoded.defects.is_empty(), "{extension}: {:?}", decoded.defects);
            assert!(loudest(&recording.channels[0]) > 0.3, "{extension}: silent");
        }
        let half = decode(&bytes[..bytes.len() / 2 + 200], Some(extension), &Limits::default());
        match half {
            Ok(decoded) => assert!(decoded.recording.frames() <= frames, "{extension}"),
            Err(error) => assert!(!error.to_string().is_empty(), "{extension}"),
        }
    }
}

#[test]
fn streams_of_one_channel_give_the_sound_that_was_encoded() {
    let sound = |extension: &str| {
        let (_, bytes) = CHIRPS.into_iter().find(|(name, _)| *name == extension).unwrap();
        decode(bytes, Some(extension), &Limits::default()).unwrap().recording
    };
    let stereo = sound("flac");
    let [left, right] = [0, 1].map(|channel| stereo.channels[channel].to_f32());
    let truth: Vec<f32> = left.iter().zip(&right).map(|(left, right)| f32::midpoint(*left, *right)).collect();
    for (extension, codec, rate_hz) in [("g722", "g722", 16_000), ("vox", "oki_adpcm", 8_000)] {
        let recording = sound(extension);
        assert_eq!((recording.codec.name(), recording.rate_hz), (codec, rate_hz));
        let step = rate_hz as usize / 8_000;
        let heard: Vec<f32> = recording.channels[0].to_f32().into_iter().step_by(step).collect();
        assert_eq!(heard.len(), truth.len(), "{extension}");
        // The filters of G.722 delay by some samples.
        let likeness = (0..24).map(|delay| correlation(&truth, &heard[delay..])).fold(0.0, f32::max);
        assert!(likeness > 0.97, "{extension}: {likeness}");
    }
}

fn correlation(left: &[f32], right: &[f32]) -> f32 {
    let dot =
        |left: &[f32], right: &[f32]| left.iter().zip(right).map(|(left, right)| left * right).sum::<f32>();
    let both = left.len().min(right.len());
    let (left, right) = (&left[..both], &right[..both]);
    dot(left, right) / (dot(left, left) * dot(right, right)).sqrt()
}

fn loudest(samples: &Samples) -> f32 {
    samples.to_f32().into_iter().map(f32::abs).fold(0.0, f32::max)
}
