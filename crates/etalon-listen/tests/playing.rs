//! What is played is what was heard, at the same time, on the right ear.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails the test that called it")]

use etalon_audio::{CallFiles, Limits};
use etalon_call::{AudioFacts, Defect, Layout, Span};
use etalon_listen::{ConversionReason, ListenError, Original, Playback, convert, copy, playable};
use ogg::PacketReader;
use opusic_c::SampleRate;
use opusic_c::multistream::{Config, Decoder};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The decoder's rate.
const HZ: usize = 48_000;
/// A beep lasts so long, seconds.
const BEEP_S: f64 = 0.03;

/// The recording of a test and what etalon says of it.
struct Case {
    files: CallFiles,
    audio: AudioFacts,
    sha256: String,
}

impl Case {
    fn new(files: CallFiles, layout: Layout) -> Self {
        let mut sha256 = String::new();
        let bytes: Vec<u8> =
            files.paths().into_iter().flat_map(|path| std::fs::read(path).unwrap()).collect();
        for byte in Sha256::digest(bytes) {
            write!(sha256, "{byte:02x}").unwrap();
        }
        Self { files, audio: AudioFacts { layout, ..AudioFacts::declared_stereo(4.0) }, sha256 }
    }

    fn original(&self) -> Original<'_> {
        Original { files: &self.files, audio: &self.audio, sha256: &self.sha256 }
    }

    fn converted(&self, muted: &[Span]) -> Vec<u8> {
        convert(&self.original(), muted, &Limits::default(), Vec::new()).unwrap()
    }

    fn playback(&self, muted: &[Span]) -> Playback {
        playable(&self.original(), muted, &Limits::default()).unwrap()
    }
}

/// A channel of four seconds with beeps at these times over a faint noise.
fn channel(rate_hz: u32, beeps_s: &[f64]) -> Vec<i16> {
    let rate = f64::from(rate_hz);
    let mut noise = 1_u32;
    let sample = |index: u32| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let time_s = f64::from(index) / rate;
        let is_beep = beeps_s.iter().any(|start_s| (*start_s..start_s + BEEP_S).contains(&time_s));
        let beep = if is_beep { 12_000.0 * (std::f64::consts::TAU * 1_000.0 * time_s).sin() } else { 0.0 };
        (beep + f64::from(noise >> 28)) as i16
    };
    (0..4 * rate_hz).map(sample).collect()
}

fn wav(path: &Path, rate_hz: u32, channels: &[Vec<i16>]) -> PathBuf {
    let spec = hound::WavSpec {
        channels: u16::try_from(channels.len()).unwrap(),
        sample_rate: rate_hz,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for place in 0..channels[0].len() {
        for channel in channels {
            writer.write_sample(channel[place]).unwrap();
        }
    }
    writer.finalize().unwrap();
    path.to_owned()
}

/// The channels of an Ogg Opus file as RFC 7845 has them decoded, at 48 kHz.
fn decoded(file: &[u8]) -> Vec<Vec<f32>> {
    let mut reader = PacketReader::new(Cursor::new(file));
    let head = reader.read_packet_expected().unwrap().data;
    assert!(head.starts_with(b"OpusHead\x01"));
    let channels = usize::from(head[9]);
    let pre_skip = usize::from(u16::from_le_bytes([head[10], head[11]]));
    let mut decoder = match (channels, &head[18..]) {
        (1, [0]) => Decoder::new(Config::<1>::try_new(1, 0, [0]).unwrap(), SampleRate::Hz48000),
        (2, [1, 2, 0, 0, 1]) => {
            Decoder::new(Config::<2>::try_new(2, 0, [0, 1]).unwrap(), SampleRate::Hz48000)
        }
        (_, mapping) => panic!("{channels} channels, mapping {mapping:?}"),
    }
    .unwrap();
    assert!(reader.read_packet_expected().unwrap().data.starts_with(b"OpusTags"));
    let (mut samples, mut end) = (Vec::new(), 0);
    while let Some(packet) = reader.read_packet().unwrap() {
        let mut block = vec![0.0; HZ / 10 * channels];
        let count = decoder.decode_float_to_slice(&packet.data, &mut block, false).unwrap();
        samples.extend_from_slice(&block[..count * channels]);
        end = usize::try_from(packet.absgp_page()).unwrap();
    }
    let of_channel = |channel: usize| {
        samples.iter().skip(channel).step_by(channels).copied().take(end).skip(pre_skip).collect()
    };
    (0..channels).map(of_channel).collect()
}

/// The channels as ffmpeg decodes them; none where it is not installed.
fn decoded_by_ffmpeg(file: &[u8], channels: usize) -> Option<Vec<Vec<f32>>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.opus");
    std::fs::write(&path, file).unwrap();
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i", path.to_str().unwrap(), "-f", "f32le", "-ar", "48000", "-"])
        .output();
    // libopus decodes the same file in every test; ffmpeg is a second opinion where it is
    // installed.
    let output = output.ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let samples: Vec<f32> =
        output.stdout.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    let of_channel = |channel: usize| samples.iter().skip(channel).step_by(channels).copied().collect();
    Some((0..channels).map(of_channel).collect())
}

/// The channels as a run of etalon reads them, each sample repeated up to 48 kHz.
fn decoded_by_etalon(file: &[u8]) -> Vec<Vec<f32>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.opus");
    std::fs::write(&path, file).unwrap();
    let recording = etalon_audio::read(&path, &Limits::default()).unwrap().recording;
    let times = HZ / recording.rate_hz as usize;
    let repeated =
        |samples: Vec<f32>| samples.into_iter().flat_map(|s| std::iter::repeat_n(s, times)).collect();
    recording.channels.iter().map(|channel| repeated(channel.to_f32())).collect()
}

/// When beeps begin, seconds.
fn beeps(samples: &[f32]) -> Vec<f64> {
    let mut starts: Vec<f64> = Vec::new();
    for (index, sample) in samples.iter().enumerate() {
        let time_s = index as f64 / HZ as f64;
        if sample.abs() > 0.12 && starts.last().is_none_or(|start_s| time_s > start_s + 2.0 * BEEP_S) {
            starts.push(time_s);
        }
    }
    starts
}

/// That each channel has its beeps at their times, and nothing of the other channel.
fn check(channels: &[Vec<f32>], expected: &[&[f64]], what: &str) {
    assert_eq!(channels.len(), expected.len(), "{what}");
    for (channel, (samples, expected)) in channels.iter().zip(expected).enumerate() {
        assert_eq!(samples.len(), 4 * HZ, "{what}: length of channel {channel}");
        let found = beeps(samples);
        let is_near = |(found, expected): (&f64, &f64)| (found - expected).abs() < 0.003;
        assert!(
            found.len() == expected.len() && found.iter().zip(*expected).all(is_near),
            "{what}: {found:?} on channel {channel} where {expected:?} was recorded"
        );
    }
}

#[test]
fn a_players_clock_is_the_clock_of_the_call() {
    let folder = tempfile::tempdir().unwrap();
    let (agent, client) = ([0.0, 0.81, 2.5, 3.9], [0.4, 1.234, 3.02]);
    for rate_hz in [8_000, 11_025, 16_000, 44_100, 48_000] {
        let sides = [channel(rate_hz, &agent), channel(rate_hz, &client)];
        let file = |name: &str, channels: &[Vec<i16>]| wav(&folder.path().join(name), rate_hz, channels);
        let stereo = CallFiles::One(file("stereo.wav", &sides));
        let one = CallFiles::One(file("mono.wav", &sides[..1]));
        let two =
            CallFiles::Sides { agent: file("a-out.wav", &sides[..1]), client: file("a-in.wav", &sides[1..]) };
        for (files, layout, expected) in [
            (&stereo, Layout::AgentLeft, vec![&agent[..], &client]),
            (&stereo, Layout::AgentRight, vec![&client[..], &agent]),
            (&stereo, Layout::DualMono, vec![&agent[..]]),
            (&one, Layout::Mono, vec![&agent[..]]),
            (&two, Layout::AgentLeft, vec![&agent[..], &client]),
        ] {
            let what = format!("{rate_hz} Hz, {layout:?}");
            let case = Case::new(files.clone(), layout);
            let opus = case.converted(&[]);
            assert!(opus == case.converted(&[]), "{what}: other bytes the second time");
            check(&decoded(&opus), &expected, &what);
            check(&decoded_by_etalon(&opus), &expected, &format!("{what} by etalon"));
            if let Some(channels) = decoded_by_ffmpeg(&opus, expected.len()) {
                check(&channels, &expected, &format!("{what} by ffmpeg"));
            }
        }
    }
}

#[test]
fn what_is_muted_is_not_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let times_s = [0.5, 1.5, 2.5, 3.5];
    let sides = [channel(8_000, &times_s), channel(8_000, &times_s)];
    let files = CallFiles::One(wav(&folder.path().join("a.wav"), 8_000, &sides));
    let case = Case::new(files, Layout::AgentLeft);
    let muted = [Span::new(3.3, 9.0), Span::new(1.4, 1.6)];
    assert_eq!(case.playback(&muted), Playback::Convert(ConversionReason::Muted));
    let channels = decoded(&case.converted(&muted));
    check(&channels, &[&[0.5, 2.5], &[0.5, 2.5]], "muted");
    let loudest =
        channels[0][HZ * 142 / 100..HZ * 158 / 100].iter().fold(0.0, |most: f32, s| most.max(s.abs()));
    assert!(loudest < 1e-3, "{loudest}");
    // The same call without its secret gives the same bytes: nothing of it is left.
    let without = [channel(8_000, &[0.5, 2.5]), channel(8_000, &[0.5, 2.5])];
    let files = CallFiles::One(wav(&folder.path().join("b.wav"), 8_000, &without));
    assert!(Case::new(files, Layout::AgentLeft).converted(&muted) == case.converted(&muted));
}

#[test]
fn other_bytes_than_those_that_were_heard_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = wav(&folder.path().join("a.wav"), 8_000, &[channel(8_000, &[1.0])]);
    let case = Case::new(CallFiles::One(path.clone()), Layout::Mono);
    let mut copied = Vec::new();
    copy(&case.original(), &mut copied).unwrap();
    assert!(copied == std::fs::read(&path).unwrap());
    wav(&path, 8_000, &[channel(8_000, &[2.0])]);
    let changed = |outcome: Result<(), ListenError>| matches!(outcome, Err(ListenError::Changed));
    assert!(changed(copy(&case.original(), &mut Vec::new())));
    assert!(changed(convert(&case.original(), &[], &Limits::default(), Vec::new()).map(drop)));
    std::fs::remove_file(&path).unwrap();
    let is_gone = |outcome: Result<(), ListenError>| matches!(outcome, Err(ListenError::Recording(_)));
    assert!(is_gone(copy(&case.original(), &mut Vec::new())));
    assert!(is_gone(playable(&case.original(), &[], &Limits::default()).map(drop)));
}

#[test]
fn what_every_browser_plays_is_linked() {
    use ConversionReason::{Channels, EncoderDelay, Format, Repaired, TwoFiles};
    let folder = tempfile::tempdir().unwrap();
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/hostile/seeds");
    let side = || channel(8_000, &[1.0]);
    let file = |name: &str, channels: &[Vec<i16>]| wav(&folder.path().join(name), 8_000, channels);
    let one = |path: PathBuf| CallFiles::One(path);
    let seed = |name: &str| CallFiles::One(seeds.join(name));
    let link = |media_type| Playback::Link { media_type };
    // The seed's bytes under another format tag.
    let law = |name: &str, tag: u8| {
        let mut bytes = std::fs::read(seeds.join("chirp-mulaw.wav")).unwrap();
        bytes[20] = tag;
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let mut garbage = b"garbage!".to_vec();
    garbage.extend(std::fs::read(file("a.wav", &[side()])).unwrap());
    let garbage_path = folder.path().join("garbage.wav");
    std::fs::write(&garbage_path, garbage).unwrap();
    for (files, defects, expected) in [
        (one(file("a.wav", &[side()])), &[][..], link("audio/wav")),
        (one(file("b.wav", &[side(), side()])), &["dc_offset", "hum", "dual_mono"], link("audio/wav")),
        (one(file("c.wav", &[side()])), &["transcript_clock_differs"], link("audio/wav")),
        (seed("chirp-mulaw.wav"), &[], link("audio/wav")),
        (one(law("alaw.wav", 6)), &[], link("audio/wav")),
        (one(law("adpcm.wav", 2)), &[], Playback::Convert(Format)),
        (seed("chirp.mp3"), &[], link("audio/mpeg")),
        (seed("chirp.flac"), &[], link("audio/flac")),
        (seed("chirp.ogg"), &[], link("audio/ogg")),
        (seed("chirp.opus"), &[], link("audio/ogg")),
        (seed("chirp.m4a"), &[], link("audio/mp4")),
        (seed("chirp.webm"), &[], link("audio/webm")),
        (one(file("d.wav", &[side()])), &["data_length_zero"], Playback::Convert(Repaired)),
        (one(file("e.wav", &[side()])), &["of_a_later_version"], Playback::Convert(Repaired)),
        (one(garbage_path), &[], Playback::Convert(Format)),
        (one(file("f.wav", &[side(), side(), side()])), &[], Playback::Convert(Channels)),
        (seed("chirp-gsm.wav"), &[], Playback::Convert(Format)),
        (seed("chirp-ima.wav"), &[], Playback::Convert(Format)),
        (seed("chirp.aiff"), &[], Playback::Convert(Format)),
        (seed("chirp.g722"), &[], Playback::Convert(Format)),
        (seed("chirp.aac"), &[], Playback::Convert(Format)),
        (
            CallFiles::Sides { agent: file("g.wav", &[side()]), client: file("h.wav", &[side()]) },
            &[],
            Playback::Convert(TwoFiles),
        ),
    ] {
        let mut case = Case::new(files, Layout::Unknown);
        case.audio.defects = defects.iter().map(|kind| Defect::new(*kind, "x")).collect();
        assert_eq!(case.playback(&[]), expected, "{:?} {defects:?}", case.files);
    }
    // The first frame of an MP3 file that tells the delay is left out.
    let whole = std::fs::read(seeds.join("sweep.mp3")).unwrap();
    let start = whole.windows(4).position(|bytes| bytes == b"Xing" || bytes == b"Info").unwrap();
    let frame = |bytes: &[u8]| bytes.windows(2).position(|pair| pair[0] == 0xff && pair[1] & 0xe0 == 0xe0);
    let second = start + frame(&whole[start..]).unwrap();
    let path = folder.path().join("cut.mp3");
    std::fs::write(&path, &whole[second..]).unwrap();
    let case = Case::new(CallFiles::One(path), Layout::Mono);
    assert_eq!(case.playback(&[]), Playback::Convert(EncoderDelay));
}
