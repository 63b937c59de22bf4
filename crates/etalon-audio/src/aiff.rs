//! AIFF and AIFF-C: chunks as in RIFF, all big-endian. Apple's programs and some boards write them.
//!
//! The lengths in the headers are hints, as those of RIFF are: a recording that was cut off
//! promises more than is there, and another one may follow.

use crate::AudioError;
use crate::file_format::CONVERSION;
use crate::linear::Encoding;
use crate::riff::{MAX_CHUNKS, PLACEHOLDER_LENGTH, Stored, Wave, WaveFormat};
use crate::source::Source;
use etalon_call::Defect;
use std::io;
use std::ops::Range;

const HEADER_BYTES: u64 = 12;
const CHUNK_HEADER_BYTES: u64 = 8;
/// Offset and block size before the samples of a sound chunk.
const SOUND_HEADER_BYTES: u64 = 8;
/// Chunks that are believed where a sound chunk promises to end; others are walked over as well.
const KNOWN: [&[u8; 4]; 16] = [
    b"FORM", b"FVER", b"COMM", b"SSND", b"MARK", b"COMT", b"INST", b"MIDI", b"AESD", b"APPL", b"NAME",
    b"AUTH", b"(c) ", b"ANNO", b"ID3 ", b"CHAN",
];
/// The bias of the exponent of an extended number, with the place of its point.
const EXTENDED_BIAS: i32 = 16_383 + 63;

/// Whether a file with these first bytes is AIFF.
pub(crate) fn recognises(head: &[u8]) -> bool {
    head.starts_with(b"FORM") && matches!(head.get(8..12), Some(b"AIFF" | b"AIFC"))
}

/// Walks over the chunks.
pub(crate) fn parse(source: &mut Source<'_>) -> Result<Wave, AudioError> {
    let mut head = [0; HEADER_BYTES as usize];
    source.read_at(0, &mut head)?;
    let declared_end = u64::from(u32_at(&head, 4)) + 8;
    let end = source.len();
    let mut walk = Walk { source, format: None, data: None, defects: Vec::new(), end };
    walk.chunks(declared_end, &head[8..] == b"AIFC")?;
    walk.finish()
}

struct Walk<'a, 's> {
    source: &'a mut Source<'s>,
    format: Option<WaveFormat>,
    data: Option<Range<u64>>,
    defects: Vec<Defect>,
    end: u64,
}

impl Walk<'_, '_> {
    fn chunks(&mut self, declared_end: u64, is_compressed: bool) -> Result<(), AudioError> {
        let mut position = HEADER_BYTES;
        for _ in 0..MAX_CHUNKS {
            let is_complete = self.format.is_some() && self.data.is_some();
            if is_complete && position >= declared_end || self.is_recording(position)? {
                self.end = position.min(self.source.len());
                return Ok(());
            }
            let mut header = [0; CHUNK_HEADER_BYTES as usize];
            if self.source.read_at(position, &mut header)? < header.len() {
                return Ok(());
            }
            let body = position + CHUNK_HEADER_BYTES;
            let length = u64::from(u32_at(&header, 4));
            let mut chunk_end = body + length;
            match &header[..4] {
                b"COMM" => self.read_format(body, length, is_compressed)?,
                b"SSND" if self.data.is_none() => chunk_end = self.place_data(body, length)?,
                _ => {}
            }
            position = self.after(chunk_end)?;
        }
        Ok(())
    }

    /// Whether another recording begins here.
    fn is_recording(&mut self, position: u64) -> io::Result<bool> {
        let mut head = [0; HEADER_BYTES as usize];
        let count = self.source.read_at(position, &mut head)?;
        Ok(recognises(&head[..count]))
    }

    /// Where the next chunk begins: behind a pad byte, unless a careless writer left it out.
    fn after(&mut self, end: u64) -> io::Result<u64> {
        if end % 2 == 1 && self.is_recording(end)? {
            return Ok(end);
        }
        Ok(end + end % 2)
    }

    fn read_format(&mut self, body: u64, length: u64, is_compressed: bool) -> Result<(), AudioError> {
        let mut common = [0; 22];
        let wanted = length.min(common.len() as u64) as usize;
        let count = self.source.read_at(body, &mut common[..wanted])?;
        if count < 18 {
            return Err(AudioError::Corrupt(format!(
                "its common chunk has {count} of at least 18 bytes; fetch the file again"
            )));
        }
        let kind = if is_compressed && count == common.len() { &common[18..] } else { b"NONE" };
        let bits = u16::from_be_bytes([common[6], common[7]]);
        let (encoding, big_endian) = encoding_of(kind, bits)?;
        let channels = u64::from(u16::from_be_bytes([common[0], common[1]]));
        let stored = Stored::Interleaved { encoding, big_endian };
        self.format = Some(WaveFormat { stored, channels, rate_hz: rate_hz(&common[8..18]) });
        Ok(())
    }

    /// Decides where the samples lie, and gives where their chunk ends.
    fn place_data(&mut self, body: u64, length: u64) -> Result<u64, AudioError> {
        let mut fields = [0; SOUND_HEADER_BYTES as usize];
        self.source.read_at(body, &mut fields)?;
        let start = (body + SOUND_HEADER_BYTES + u64::from(u32_at(&fields, 0))).min(self.source.len());
        let mut declared_end = body + length;
        // A stream that was never closed has the length of its fields, or none.
        let is_unknown = length <= SOUND_HEADER_BYTES || length >= PLACEHOLDER_LENGTH;
        if is_unknown {
            declared_end = u64::MAX;
        }
        let mut end = self.source.len();
        if !self.is_end_of_chunk(declared_end)? {
            end = self.next_recording(start)?.unwrap_or(end);
        }
        let there = end - start;
        if declared_end <= end {
            end = declared_end.max(start);
        } else if is_unknown {
            let detail = format!("the header does not tell the length; {there} bytes follow and are read");
            self.defects.push(Defect::new("data_length_unknown", detail));
        } else {
            let promised = declared_end.saturating_sub(start);
            let detail = format!("the header promises {promised} bytes, {there} are there");
            self.defects.push(Defect::new("data_truncated", detail));
        }
        self.data = Some(start..end);
        Ok(end)
    }

    /// Whether the file ends here, or a chunk begins.
    fn is_end_of_chunk(&mut self, end: u64) -> io::Result<bool> {
        let position = self.after(end.min(self.source.len() + 2))?;
        if end <= self.source.len() && self.source.len().saturating_sub(position) == 0 {
            return Ok(true);
        }
        let mut name = [0; 4];
        let count = self.source.read_at(position, &mut name)?;
        Ok(count == name.len() && KNOWN.contains(&&name))
    }

    /// Where another recording begins in samples whose length the header does not know.
    fn next_recording(&mut self, from: u64) -> io::Result<Option<u64>> {
        let mut position = from;
        while let Some(place) = self.source.find(b"FORM", position)? {
            if self.is_recording(place)? {
                return Ok(Some(place));
            }
            position = place + 1;
        }
        Ok(None)
    }

    fn finish(self) -> Result<Wave, AudioError> {
        let Some(format) = self.format else {
            return Err(AudioError::Corrupt(
                "its header is cut off before the format of its samples; fetch the file again".into(),
            ));
        };
        let Some(data) = self.data else {
            return Err(AudioError::Empty("it has a header and no audio; nothing was recorded".into()));
        };
        Ok(Wave { format, data: vec![data], defects: self.defects, end: self.end })
    }
}

/// How samples are stored, and whether their first byte is the highest.
fn encoding_of(kind: &[u8], bits: u16) -> Result<(Encoding, bool), AudioError> {
    let linear = |big_endian| match bits.div_ceil(8) {
        bytes @ 1..=4 => Ok((Encoding::Signed { bytes: usize::from(bytes) }, big_endian)),
        _ => Err(AudioError::Corrupt(format!(
            "linear samples of {bits} bits are none; convert it with `{CONVERSION}`"
        ))),
    };
    match kind.to_ascii_lowercase().as_slice() {
        b"none" | b"twos" => linear(true),
        b"sowt" => linear(false),
        b"raw " => Ok((Encoding::Unsigned8, true)),
        b"in24" => Ok((Encoding::Signed { bytes: 3 }, true)),
        b"in32" => Ok((Encoding::Signed { bytes: 4 }, true)),
        b"42ni" => Ok((Encoding::Signed { bytes: 3 }, false)),
        b"23ni" => Ok((Encoding::Signed { bytes: 4 }, false)),
        b"fl32" => Ok((Encoding::Float32, true)),
        b"fl64" => Ok((Encoding::Float64, true)),
        b"alaw" => Ok((Encoding::Alaw, true)),
        b"ulaw" => Ok((Encoding::Mulaw, true)),
        _ => Err(AudioError::Unsupported(format!(
            "it is AIFF-C with the codec {}, which has no decoder here; convert it with `{CONVERSION}`",
            kind.escape_ascii()
        ))),
    }
}

/// The rate, a number of 80 bits: sign and exponent, then the mantissa with its first bit.
fn rate_hz(extended: &[u8]) -> u32 {
    let exponent = i32::from(u16::from_be_bytes([extended[0] & 0x7f, extended[1]])) - EXTENDED_BIAS;
    let mantissa = extended[2..].first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    // Beyond what the type holds it is none, and limits refuse it.
    (mantissa as f64 * f64::from(exponent).exp2()).round() as u32
}

fn u32_at(bytes: &[u8], place: usize) -> u32 {
    bytes.get(place..).and_then(<[u8]>::first_chunk::<4>).map_or(0, |bytes| u32::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_as_they_were_written() {
        for (bytes, expected) in [
            ([0x40, 0x0b, 0xfa, 0, 0, 0, 0, 0, 0, 0], 8_000),
            ([0x40, 0x0c, 0xac, 0x44, 0, 0, 0, 0, 0, 0], 11_025),
            ([0x40, 0x0e, 0xac, 0x44, 0, 0, 0, 0, 0, 0], 44_100),
            ([0x40, 0x0e, 0xbb, 0x80, 0, 0, 0, 0, 0, 0], 48_000),
            ([0; 10], 0),
            ([0x7f, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0], u32::MAX),
        ] {
            assert_eq!(rate_hz(&bytes), expected);
        }
    }
}
