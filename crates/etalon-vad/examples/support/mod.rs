//! Reading labelled calls for the measuring examples: WAV files with µ-law, A-law or 16-bit
//! samples, and their truth.

use std::path::{Path, PathBuf};

/// A recording and what is true of it.
pub(crate) struct LabelledCall {
    /// The file's name without its ending.
    pub(crate) name: String,
    /// Samples of each channel.
    pub(crate) channels: Vec<Vec<i16>>,
    /// Samples per second.
    pub(crate) rate_hz: u32,
    /// The content of the truth file.
    pub(crate) truth: serde_json::Value,
}

/// All labelled calls of a folder, by name.
pub(crate) fn labelled_calls(folder: &Path) -> Vec<LabelledCall> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder can be read")
        .map(|entry| entry.expect("an entry can be read").path())
        .filter(|path| path.to_string_lossy().ends_with(".truth.json"))
        .collect();
    paths.sort();
    paths.iter().map(|path| labelled_call(path)).collect()
}

fn labelled_call(truth_path: &Path) -> LabelledCall {
    let name = truth_path.file_name().unwrap().to_string_lossy().replace(".truth.json", "");
    let truth = std::fs::read(truth_path).expect("the truth can be read");
    let bytes =
        std::fs::read(truth_path.with_file_name(format!("{name}.wav"))).expect("the recording can be read");
    let (channels, rate_hz) = decode(&bytes);
    LabelledCall {
        name,
        channels,
        rate_hz,
        truth: serde_json::from_slice(&truth).expect("the truth is JSON"),
    }
}

/// The channels and the rate of a WAV file.
pub(crate) fn decode(bytes: &[u8]) -> (Vec<Vec<i16>>, u32) {
    let mut at = 12;
    let (mut format, mut channels, mut rate_hz) = (0, 1, 8_000);
    let word = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    let long = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    while at + 8 <= bytes.len() {
        let length = long(at + 4) as usize;
        let body = at + 8;
        match &bytes[at..at + 4] {
            b"fmt " => {
                (format, channels, rate_hz) = (word(body), usize::from(word(body + 2)), long(body + 4));
            }
            b"data" => {
                let data = &bytes[body..(body + length).min(bytes.len())];
                let samples: Vec<i16> = match format {
                    6 => data.iter().map(|&byte| alaw(byte)).collect(),
                    7 => data.iter().map(|&byte| mulaw(byte)).collect(),
                    _ => data.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect(),
                };
                let channel = |index: usize| samples.iter().skip(index).step_by(channels).copied().collect();
                return ((0..channels).map(channel).collect(), rate_hz);
            }
            _ => {}
        }
        at = body + length + length % 2;
    }
    (vec![Vec::new(); channels], rate_hz)
}

/// ITU-T G.711, µ-law.
fn mulaw(byte: u8) -> i16 {
    let byte = !byte;
    let magnitude = (((i16::from(byte & 0x0F) << 3) + 0x84) << ((byte & 0x70) >> 4)) - 0x84;
    if byte & 0x80 == 0 { magnitude } else { -magnitude }
}

/// ITU-T G.711, A-law.
fn alaw(byte: u8) -> i16 {
    let byte = byte ^ 0x55;
    let mantissa = i16::from(byte & 0x0F) << 4;
    let magnitude = match (byte & 0x70) >> 4 {
        0 => mantissa + 8,
        segment => (mantissa + 0x108) << (segment - 1),
    };
    if byte & 0x80 == 0 { -magnitude } else { magnitude }
}
