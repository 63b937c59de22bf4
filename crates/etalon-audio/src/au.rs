//! Sun's AU: a header of at least 24 bytes, then plain samples, all big-endian. Cisco's voice mail
//! and older Asterisk write it.

use crate::AudioError;
use crate::linear::Encoding;
use crate::riff::{Stored, WaveFormat};
use crate::source::{Data, Source};
use etalon_call::Defect;

const HEADER_BYTES: usize = 24;
/// What stands for a length that was not known when the header was written.
const UNKNOWN_LENGTH: u32 = u32::MAX;

/// Whether a file with these first bytes is AU.
pub(crate) fn recognises(head: &[u8]) -> bool {
    head.starts_with(b".snd")
}

/// The samples of an AU file and how they are stored.
pub(crate) fn parse(mut source: Source<'_>) -> Result<(Data<'_>, WaveFormat, Vec<Defect>), AudioError> {
    let mut header = [0; HEADER_BYTES];
    if source.read_at(0, &mut header)? < HEADER_BYTES {
        return Err(AudioError::Empty("the AU header is cut off; nothing was recorded".into()));
    }
    let [_, offset, length, encoding, rate_hz, channels] = std::array::from_fn(|field| {
        header.as_chunks::<4>().0.get(field).map_or(0, |bytes| u32::from_be_bytes(*bytes))
    });
    let encoding = encoding_of(encoding)?;
    let start = u64::from(offset).max(HEADER_BYTES as u64).min(source.len());
    let rest = source.len() - start;
    let mut defects = Vec::new();
    if length != UNKNOWN_LENGTH && u64::from(length) > rest {
        let detail = format!("the header promises {length} bytes, {rest} are there");
        defects.push(Defect::new("data_truncated", detail));
    } else if length != UNKNOWN_LENGTH && u64::from(length) < rest {
        let more = rest - u64::from(length);
        let detail = format!("{more} bytes after the declared end of the audio; they are read as audio");
        defects.push(Defect::new("data_longer_than_declared", detail));
    }
    let stored = Stored::Interleaved { encoding, big_endian: true };
    let format = WaveFormat { stored, channels: u64::from(channels), rate_hz };
    let samples = start..start + rest;
    Ok((Data::new(source, vec![samples]), format, defects))
}

fn encoding_of(code: u32) -> Result<Encoding, AudioError> {
    let name = match code {
        1 => return Ok(Encoding::Mulaw),
        2..=5 => return Ok(Encoding::Signed { bytes: code as usize - 1 }),
        6 => return Ok(Encoding::Float32),
        7 => return Ok(Encoding::Float64),
        27 => return Ok(Encoding::Alaw),
        23 => "G.721",
        24 => "G.722",
        25 | 26 => "G.723",
        _ => "an unknown encoding",
    };
    Err(AudioError::Unsupported(format!(
        "the AU file holds {name} (encoding {code}), which has no decoder here; convert it with `ffmpeg -i FILE FILE.wav`"
    )))
}
