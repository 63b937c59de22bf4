//! What telephone systems, crashes, converters and malice leave behind: for each file what is recovered, which
//! defects are reported, or the exact kind of error. Nothing may panic, and no speech may be lost in silence.

mod cases;
mod containers;
mod corpus;
mod exact;
mod mutation;
mod streams;
mod wave;

use etalon_audio::{Decoded, ErrorKind, Limits, Samples, decode};

/// A file with what must come of it.
struct Case {
    name: &'static str,
    bytes: Vec<u8>,
    extension: &'static str,
    expected: Expected,
}

enum Expected {
    /// The first channel begins with these samples, and there are no more than these.
    Linear { samples: Vec<i16>, channels: usize, defects: &'static [&'static str] },
    /// So many frames are recovered.
    Frames { codec: &'static str, frames: usize, channels: usize, defects: &'static [&'static str] },
    /// An error of this kind whose message holds these words.
    Fails { kind: ErrorKind, message: &'static str },
}

impl Expected {
    fn summary(&self) -> String {
        match self {
            Self::Linear { samples, channels, defects } => {
                format!("the first {} samples in {channels} channels, {defects:?}", samples.len())
            }
            Self::Frames { codec, frames, channels, defects } => {
                format!("{frames} frames of {codec} in {channels} channels, {defects:?}")
            }
            Self::Fails { kind, message } => format!("{kind:?} with «{message}»"),
        }
    }
}

/// Checks every case and names all that fail, not only the first.
fn check(cases: &[Case]) {
    let failures: Vec<String> = cases.iter().filter_map(failure).collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

fn failure(case: &Case) -> Option<String> {
    let outcome = decode(&case.bytes, Some(case.extension), &Limits::default());
    let found = match &outcome {
        Ok(decoded) => format!(
            "{} frames of {} in {} channels, {:?}",
            decoded.recording.frames(),
            decoded.recording.codec.name(),
            decoded.recording.channels.len(),
            kinds(decoded)
        ),
        Err(error) => format!("{:?}: {error}", error.kind()),
    };
    let is_right = match (&case.expected, &outcome) {
        (Expected::Linear { samples, channels, defects }, Ok(decoded)) => {
            decoded.recording.channels[0] == Samples::I16(samples.clone())
                && decoded.recording.channels.len() == *channels
                && kinds(decoded) == *defects
        }
        (Expected::Frames { codec, frames, channels, defects }, Ok(decoded)) => {
            decoded.recording.codec.name() == *codec
                && decoded.recording.channels.len() == *channels
                && decoded.recording.channels.iter().all(|channel| channel.len() == *frames)
                && kinds(decoded) == *defects
        }
        (Expected::Fails { kind, message }, Err(error)) => {
            error.kind() == *kind && error.to_string().contains(message) && !error.to_string().contains('\n')
        }
        _ => false,
    };
    (!is_right).then(|| format!("{}: {found}; expected {}", case.name, case.expected.summary()))
}

fn kinds(decoded: &Decoded) -> Vec<&str> {
    decoded.defects.iter().map(|defect| defect.kind.as_str()).collect()
}

#[test]
fn every_hostile_file_gives_what_is_written_beside_it() {
    let cases = cases::all();
    assert!(cases.len() >= 60, "only {} hostile files", cases.len());
    check(&cases);
}

#[test]
fn every_prefix_of_a_recording_decodes_or_says_why() {
    let whole = wave::sound();
    for length in (0..200).chain([1_001, 8_044, 16_043]) {
        match decode(&whole[..length], Some("wav"), &Limits::default()) {
            Ok(decoded) => assert_eq!(decoded.recording.frames(), (length - 44) / 2, "{length} bytes"),
            Err(error) => assert!(length < 46, "{length} bytes: {error}"),
        }
    }
}

#[test]
fn limits_are_errors_of_their_own_kind_and_cost_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.wav");
    let mut header = wave::sound()[..44].to_vec();
    header[40..44].copy_from_slice(&u32::MAX.to_le_bytes());
    std::fs::write(&path, &header).unwrap();
    // A sparse file: it claims its length without taking the disk.
    std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(3 << 30).unwrap();
    let tight = Limits::default();
    for (limits, option) in [
        (Limits { max_bytes: 1 << 30, ..tight }, "--max-bytes"),
        (Limits { max_seconds: 60.0, ..tight }, "--max-seconds"),
        (Limits { max_seconds: 1e9, max_decoded_bytes: 1 << 20, ..tight }, "its samples take"),
    ] {
        let error = etalon_audio::read(&path, &limits).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
        assert!(error.is_permanent() && error.to_string().contains(option), "{error}");
        assert!(error.to_string().contains("huge.wav"), "{error}");
    }
    let missing = etalon_audio::read(&folder.path().join("missing.wav"), &tight).unwrap_err();
    assert!(missing.kind() == ErrorKind::Io && !missing.is_permanent(), "{missing}");
    let error = etalon_audio::read(folder.path(), &tight).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotARecording, "{error}");
}

#[test]
fn recordings_are_known_by_their_names() {
    for (name, expected) in [
        ("a.wav", true),
        ("B.WAV", true),
        ("c.sln16", true),
        ("d.Opus", true),
        ("e.txt", false),
        ("wav", false),
    ] {
        assert_eq!(etalon_audio::is_recording_name(name.as_ref()), expected, "{name}");
    }
}
