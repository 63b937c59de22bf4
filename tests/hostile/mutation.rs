//! Properties that hold for any bytes at all.

use crate::corpus::CHIRPS;
use crate::wave::sound;
use etalon_audio::{Decoder, Limits, Samples, decode, diagnostics};
use proptest::prelude::*;
use std::io::Cursor;

const EXTENSIONS: [&str; 8] = ["wav", "ulaw", "sln", "gsm", "mp3", "ogg", "flac", ""];

fn small() -> Limits {
    Limits { max_seconds: 600.0, max_bytes: 1 << 20, max_decoded_bytes: 16 << 20, ..Limits::default() }
}

/// Whatever decodes has the shape that the documentation promises, and streaming gives the same as decoding at once.
fn holds(bytes: &[u8], extension: &str) -> Result<(), TestCaseError> {
    let limits = small();
    let Ok(decoded) = decode(bytes, Some(extension), &limits) else { return Ok(()) };
    let recording = &decoded.recording;
    prop_assert!(recording.frames() > 0 && recording.duration_s() <= limits.max_seconds);
    prop_assert!((1..=8).contains(&recording.channels.len()));
    prop_assert!((4_000..=192_000).contains(&recording.rate_hz));
    for channel in &recording.channels {
        prop_assert_eq!(channel.len(), recording.frames());
        prop_assert!(channel.to_f32().iter().all(|sample| sample.abs() <= 1.0));
    }
    let diagnostics = diagnostics::examine(recording);
    prop_assert!(diagnostics.findings.iter().all(|finding| finding.value.is_finite()));
    let opened = Decoder::new(Cursor::new(bytes), Some(extension), &limits);
    let mut stream = opened.map_err(|error| TestCaseError::fail(error.to_string()))?;
    let mut position = 0;
    while let Ok(Some(block)) = stream.next_block() {
        for (streamed, whole) in block.iter().zip(&recording.channels) {
            let (mut expected, length) = (Vec::new(), streamed.len());
            whole.copy_to_f32(position..position + length, &mut expected);
            prop_assert_eq!(&streamed.to_f32(), &expected);
        }
        position += block.first().map_or(0, Samples::len);
    }
    prop_assert_eq!(position, recording.frames());
    prop_assert_eq!(stream.into_defects(), decoded.defects);
    Ok(())
}

fn extension() -> impl Strategy<Value = &'static str> {
    prop::sample::select(EXTENSIONS.as_slice())
}

/// A small sound recording of any format.
fn seed() -> impl Strategy<Value = Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = CHIRPS.iter().map(|(_, bytes)| bytes.to_vec()).collect();
    seeds.push(sound()[..2_000].to_vec());
    prop::sample::select(seeds)
}

/// What is done to a recording: bytes overwritten, a part removed, a part doubled.
#[derive(Debug, Clone)]
enum Mutation {
    Overwrite(prop::sample::Index, Vec<u8>),
    Remove(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let somewhere = any::<prop::sample::Index>;
    prop_oneof![
        (somewhere(), prop::collection::vec(any::<u8>(), 1..6))
            .prop_map(|(at, with)| Mutation::Overwrite(at, with)),
        (somewhere(), 1..40_usize).prop_map(|(at, count)| Mutation::Remove(at, count)),
        (somewhere(), 1..40_usize).prop_map(|(at, count)| Mutation::Repeat(at, count)),
    ]
}

fn mutate(bytes: &mut Vec<u8>, mutation: Mutation) {
    // Most of what can go wrong is in the first bytes.
    let place = |at: prop::sample::Index, length: usize| {
        if at.index(4) > 0 { at.index(length.min(128)) } else { at.index(length) }
    };
    match mutation {
        Mutation::Overwrite(at, with) => {
            let start = place(at, bytes.len());
            for (byte, new) in bytes[start..].iter_mut().zip(with) {
                *byte = new;
            }
        }
        Mutation::Remove(at, count) if bytes.len() > count + 1 => {
            let start = place(at, bytes.len() - count);
            bytes.drain(start..start + count);
        }
        Mutation::Repeat(at, count) if bytes.len() > count => {
            let start = place(at, bytes.len() - count);
            let part = bytes[start..start + count].to_vec();
            bytes.splice(start..start, part);
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spoiled_recordings_never_break_a_promise(
        mut bytes in seed(),
        mutations in prop::collection::vec(mutation(), 1..6),
        extension in extension(),
    ) {
        for mutation in mutations {
            mutate(&mut bytes, mutation);
        }
        holds(&bytes, extension)?;
    }

    #[test]
    fn arbitrary_bytes_never_break_a_promise(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        extension in extension(),
    ) {
        holds(&bytes, extension)?;
    }
}
