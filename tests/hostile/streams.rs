//! Streams that were joined, cut or damaged: what can be heard is heard at its time, and the rest is named.

use crate::corpus::CHIRPS;
use crate::{kinds, wave};
use etalon_audio::{Decoded, Limits, decode};

fn chirp(extension: &str) -> &'static [u8] {
    CHIRPS.into_iter().find(|(name, _)| *name == extension).map(|(_, bytes)| bytes).unwrap_or_default()
}

fn heard(extension: &str, bytes: &[u8]) -> Decoded {
    decode(bytes, Some(extension), &Limits::default()).unwrap_or_else(|error| panic!("{extension}: {error}"))
}

/// How alike two stretches of sound are, -1 to 1; 0 where one is silent.
pub(crate) fn likeness(left: &[f32], right: &[f32]) -> f32 {
    let both = left.len().min(right.len());
    let dot = |one: &[f32], other: &[f32]| one.iter().zip(other).map(|(one, other)| one * other).sum::<f32>();
    let (left, right) = (&left[..both], &right[..both]);
    dot(left, right) / (dot(left, left) * dot(right, right)).sqrt().max(f32::MIN_POSITIVE)
}

/// Two recordings in one file sound as each of them alone, one after the other.
fn check_joined(name: &str, first: (&str, &[u8]), second: (&str, &[u8]), between: &[u8]) {
    let one = heard(first.0, first.1).recording;
    let other = heard(second.0, second.1).recording;
    let decoded = heard(first.0, &[first.1, between, second.1].concat());
    assert!(kinds(&decoded).contains(&"recordings_joined"), "{name}: {:?}", decoded.defects);
    let whole = decoded.recording.channels[0].to_f32();
    let expected = one.duration_s() + other.duration_s();
    assert!(
        (decoded.recording.duration_s() - expected).abs() < 0.001,
        "{name}: {}",
        decoded.recording.duration_s()
    );
    assert_eq!(decoded.recording.channels.len(), one.channels.len(), "{name}");
    let alone = one.channels[0].to_f32();
    assert!(likeness(&whole, &alone) > 0.99, "{name}: the first");
    if (other.rate_hz, other.codec) == (one.rate_hz, one.codec) {
        assert!(likeness(&whole[alone.len()..], &other.channels[0].to_f32()) > 0.99, "{name}: the second");
    } else {
        let loudest = whole[alone.len()..].iter().fold(0.0_f32, |loudest, sample| loudest.max(sample.abs()));
        assert!(loudest > 0.3, "{name}: the second is silent");
    }
}

#[test]
fn recordings_that_were_joined_are_heard_one_after_the_other() {
    for extension in ["mp3", "flac", "ogg", "opus", "m4a", "webm", "aiff"] {
        // Frames of AAC alone have no beginning: two streams are one.
        let bytes = chirp(extension);
        check_joined(extension, (extension, bytes), (extension, bytes), b"");
    }
    let tag = [b"TAG".to_vec(), vec![b' '; 125]].concat();
    check_joined("MP3 with a tag between", ("mp3", chirp("mp3")), ("mp3", chirp("mp3")), &tag);
    let sound = wave::sound();
    check_joined("WAVE", ("wav", &sound), ("wav", &sound), b"");
    check_joined("µ-law of two channels behind", ("wav", &sound), ("wav", mulaw()), b"");
    check_joined("another rate behind", ("wav", &sound), ("wav", &wave::sound_of_rate(16_000)), b"");
    // The header of the first does not know where it ends.
    let mut open_end = sound.clone();
    open_end[40..44].copy_from_slice(&u32::MAX.to_le_bytes());
    check_joined("WAVE without a length", ("wav", &open_end), ("wav", &sound), b"");
}

/// A recording that was cut off, and a whole one behind it, which is heard from its first sample
/// on.
fn check_joined_to_cut(name: &str, extension: &str, bytes: &[u8], kept: usize) {
    let alone = heard(extension, bytes).recording;
    let cut = heard(extension, &bytes[..kept]).recording;
    let decoded = heard(extension, &[&bytes[..kept], bytes].concat());
    assert!(kinds(&decoded).contains(&"recordings_joined"), "{name}: {:?}", decoded.defects);
    let whole = decoded.recording.channels[0].to_f32();
    assert_eq!(whole.len(), cut.frames() + alone.frames(), "{name}");
    assert!(likeness(&whole[cut.frames()..], &alone.channels[0].to_f32()) > 0.99, "{name}");
}

#[test]
fn a_recording_behind_one_that_was_cut_is_no_noise() {
    let sound = wave::sound();
    for kept in [8_044, 8_045] {
        check_joined_to_cut("WAVE", "wav", &sound, kept);
        let aiff = chirp("aiff");
        check_joined_to_cut("AIFF", "aiff", aiff, kept);
    }
    let webm = chirp("webm");
    check_joined_to_cut("WebM", "webm", webm, webm.len() * 2 / 3);
}

fn mulaw() -> &'static [u8] {
    let is_mulaw = |bytes: &&[u8]| bytes.starts_with(b"RIFF") && bytes[20] == 7;
    CHIRPS.into_iter().map(|(_, bytes)| bytes).find(is_mulaw).unwrap_or_default()
}

#[test]
fn what_is_no_recording_behind_one_is_named() {
    let sound = wave::sound();
    let mut video = sound[..200].to_vec();
    video[20] = 0x99;
    let decoded = heard("wav", &[&sound[..], &video].concat());
    assert_eq!(kinds(&decoded), ["rest_unread"], "{:?}", decoded.defects);
    assert_eq!(decoded.recording.frames(), (sound.len() - 44) / 2);
}

/// Four seconds of a sweep, in which every place sounds different.
const SWEEPS: [(&str, &[u8]); 5] = [
    ("mp3", include_bytes!("seeds/sweep.mp3")),
    ("flac", include_bytes!("seeds/sweep.flac")),
    ("ogg", include_bytes!("seeds/sweep.ogg")),
    ("opus", include_bytes!("seeds/sweep.opus")),
    ("aac", include_bytes!("seeds/sweep.aac")),
];

#[test]
fn a_stream_that_was_cut_says_what_is_missing() {
    for (extension, bytes) in SWEEPS {
        let decoded = heard(extension, &bytes[..bytes.len() * 4 / 5 + 7]);
        let is_named = kinds(&decoded).contains(&"stream_truncated");
        assert!(is_named, "{extension}: {:?}, {} s", decoded.defects, decoded.recording.duration_s());
    }
}

#[test]
fn damage_in_the_middle_keeps_the_time_of_what_follows() {
    for (extension, bytes) in SWEEPS {
        let clean = heard(extension, bytes).recording;
        // A third of what Vorbis takes is its header.
        let (middle, half) = (bytes.len() * 4 / 5, bytes.len() / 20);
        let mut damaged = bytes.to_vec();
        damaged[middle - half..middle + half].fill(0);
        let decoded = heard(extension, &damaged);
        let kinds = kinds(&decoded);
        assert!(!kinds.is_empty(), "{extension}: {:?}", decoded.defects);
        let rate_hz = clean.rate_hz as usize;
        let (clean, found) = (clean.channels[0].to_f32(), decoded.recording.channels[0].to_f32());
        let place = 7 * rate_hz / 2;
        let stretch = &clean[place..place + rate_hz / 4];
        let late = (0..rate_hz)
            .filter(|shift| place + shift + stretch.len() <= found.len() + rate_hz / 2)
            .max_by(|one, other| {
                let at = |shift: usize| likeness(stretch, &found[place + shift - rate_hz / 2..]);
                at(*one).total_cmp(&at(*other))
            })
            .unwrap();
        let late_s = late as f64 / rate_hz as f64 - 0.5;
        assert!(late_s.abs() < 0.08, "{extension}: {late_s} s late, {:?}", decoded.defects);
    }
}

#[test]
fn the_sound_begins_where_it_was_recorded() {
    for extension in ["mp3", "flac", "ogg", "opus", "m4a", "aac", "webm", "aiff"] {
        let recording = heard(extension, chirp(extension)).recording;
        let truth = heard("flac", chirp("flac")).recording.channels[0].to_f32();
        let step = recording.rate_hz as usize / 8_000;
        let found: Vec<f32> = recording.channels[0].to_f32().into_iter().step_by(step).collect();
        let late = (0..400)
            .max_by(|one, other| {
                let at = |shift: usize| likeness(&truth[200..2_600], &found[shift..]).abs();
                at(*one).total_cmp(&at(*other))
            })
            .unwrap();
        assert!(late.abs_diff(200) <= 16, "{extension}: {} samples late", late as isize - 200);
    }
}
