//! Integer codecs against sox and ffmpeg, bit for bit where these are installed, and against checksums of the same
//! samples everywhere.
//!
//! IMA and Microsoft ADPCM are compared with sox alone: ffmpeg computes IMA's differences by one multiplication and
//! rounds Microsoft's prediction towards zero, both unlike the specifications. GSM is compared with both on speech-like
//! frames, and with sox (libgsm) alone on noise, where ffmpeg leaves out some of the standard's saturations.

use crate::wave::{Format, chunk, riff};
use etalon_audio::{Limits, Recording, Samples, decode};
use std::process::Command;

struct Exact {
    name: &'static str,
    bytes: Vec<u8>,
    /// FNV-1a over the samples as sox gives them, 32 bits each.
    checksum: u64,
    tools: &'static [Tool],
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Tool {
    Sox,
    Ffmpeg,
}

const BOTH: &[Tool] = &[Tool::Sox, Tool::Ffmpeg];
const SOX: &[Tool] = &[Tool::Sox];

/// Bytes that are the same on every machine (Knuth's linear congruential generator).
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u8 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 56) as u8
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next()).collect()
    }

    /// Two codes of four bits that are mostly small, as those of speech are: large ones in a row make the step of
    /// Microsoft's codec grow beyond what sox calculates with.
    fn codes(&mut self) -> u8 {
        let mut code =
            || [0, 1, 15, 2, 14, 0, 15, 1, 3, 13, 4, 12, 0, 1, 15, 5][usize::from(self.next() >> 4)];
        code() | code() << 4
    }
}

fn linear(name: &'static str, tag: u16, bits: u16, checksum: u64) -> Exact {
    let format = Format::new(tag, 2, bits);
    // Every byte value of the companded codecs is in there, and the largest and smallest numbers of the linear ones.
    let mut body: Vec<u8> = (0..=u8::MAX).collect();
    body.extend([0x00, 0x00, 0x00, 0x80, 0xff, 0xff, 0xff, 0x7f].repeat(3));
    body.extend(Noise(1).bytes(96_000 - body.len()));
    Exact { name, bytes: riff(&[format.chunk(), chunk(b"data", &body)]), checksum, tools: BOTH }
}

fn adpcm(name: &'static str, tag: u16, channels: u16, checksum: u64) -> Exact {
    let block_bytes = 256 * channels;
    let format =
        Format { block_bytes, byte_rate: 4_055 * u32::from(channels), ..Format::new(tag, channels, 4) };
    let mut extra = if tag == 0x11 { vec![2, 0, 0xf9, 1] } else { vec![32, 0, 0xf4, 1, 7, 0] };
    if tag == 2 {
        for coefficient in [256_i16, 0, 512, -256, 0, 0, 192, 64, 240, 0, 460, -208, 392, -232] {
            extra.extend(coefficient.to_le_bytes());
        }
    }
    let mut noise = Noise(2);
    let mut body = Vec::new();
    for _ in 0..60 {
        let mut block: Vec<u8> = (0..block_bytes).map(|_| noise.codes()).collect();
        for channel in 0..usize::from(channels) {
            if tag == 0x11 {
                block[4 * channel + 2] = noise.next() % 89;
                block[4 * channel + 3] = 0;
            } else {
                block[channel] = noise.next() % 7;
                let step = usize::from(channels) + 2 * channel;
                block[step..step + 2].copy_from_slice(&[16 + noise.next() / 2, 0]);
            }
        }
        body.extend(block);
    }
    let format = chunk(b"fmt ", &[format.body(), extra].concat());
    Exact { name, bytes: riff(&[format, chunk(b"data", &body)]), checksum, tools: SOX }
}

fn gsm(checksum: u64) -> Exact {
    let format = Format { block_bytes: 65, byte_rate: 1_625, ..Format::new(0x31, 1, 0) };
    let format = chunk(b"fmt ", &[format.body(), vec![2, 0, 64, 1]].concat());
    let fact = chunk(b"fact", &(100 * 320_u32).to_le_bytes());
    let body = Noise(3).bytes(65 * 100);
    Exact { name: "gsm", bytes: riff(&[format, fact, chunk(b"data", &body)]), checksum, tools: SOX }
}

#[test]
fn integer_codecs_equal_sox_and_ffmpeg_bit_for_bit() {
    let (mut checksums, mut expected) = (Vec::new(), Vec::new());
    let folder = tempfile::tempdir().unwrap();
    for exact in [
        linear("mulaw", 7, 8, 0x6b3e_3ab6_6cab_1bd2),
        linear("alaw", 6, 8, 0x5228_bbd4_04f4_3f5c),
        linear("pcm8", 1, 8, 0x4e39_1e93_30c9_51c8),
        linear("pcm16", 1, 16, 0x865f_dd8c_ffad_4b6c),
        linear("pcm24", 1, 24, 0x8048_7c23_a83f_60a0),
        linear("pcm32", 1, 32, 0x11c4_14ec_53d2_3541),
        adpcm("ima mono", 0x11, 1, 0xd062_d6b8_568d_c98e),
        adpcm("ima stereo", 0x11, 2, 0x31da_b04d_2f47_2ba2),
        adpcm("microsoft mono", 2, 1, 0x0bfe_25f7_1eac_e7db),
        adpcm("microsoft stereo", 2, 2, 0x7b02_50a4_89d0_f7eb),
        gsm(0x75f1_5047_ca2c_385e),
        Exact {
            name: "gsm chirp",
            bytes: include_bytes!("seeds/chirp-gsm.wav").to_vec(),
            checksum: 0xca05_5817_c472_c37f,
            tools: BOTH,
        },
    ] {
        let decoded = decode(&exact.bytes, Some("wav"), &Limits::default()).unwrap();
        assert!(decoded.defects.is_empty(), "{}: {:?}", exact.name, decoded.defects);
        let samples = interleaved(&decoded.recording);
        checksums.push((exact.name, checksum(&samples)));
        expected.push((exact.name, exact.checksum));
        let path = folder.path().join("exact.wav");
        std::fs::write(&path, &exact.bytes).unwrap();
        for tool in exact.tools {
            let path = path.to_str().unwrap();
            let output = match tool {
                Tool::Sox => Command::new("sox")
                    .args(["-D", path, "-t", "raw", "-e", "signed", "-b", "32", "-"])
                    .output(),
                Tool::Ffmpeg => {
                    Command::new("ffmpeg").args(["-v", "error", "-i", path, "-f", "s32le", "-"]).output()
                }
            };
            let Ok(output) = output else {
                println!("{tool:?} is not installed; {} is checked by its checksum only", exact.name);
                continue;
            };
            let theirs: Vec<f32> = output
                .stdout
                .as_chunks::<4>()
                .0
                .iter()
                .map(|bytes| i32::from_le_bytes(*bytes) as f32 / 2_147_483_648.0)
                .collect();
            assert_eq!(samples.len(), theirs.len(), "{} by {tool:?}", exact.name);
            let different =
                samples.iter().zip(&theirs).position(|(ours, theirs)| ours.to_bits() != theirs.to_bits());
            assert_eq!(different, None, "{} by {tool:?}: first difference", exact.name);
        }
    }
    assert_eq!(checksums, expected);
}

/// All samples frame by frame; 16 bits are exact in single precision, and so are 24.
fn interleaved(recording: &Recording) -> Vec<f32> {
    let channels: Vec<Vec<f32>> = recording.channels.iter().map(Samples::to_f32).collect();
    (0..recording.frames()).flat_map(|frame| channels.iter().map(move |channel| channel[frame])).collect()
}

fn checksum(samples: &[f32]) -> u64 {
    samples
        .iter()
        .flat_map(|sample| sample.to_bits().to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
}
