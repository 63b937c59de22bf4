//! WAVE files put together byte by byte, so that each of them can be wrong in exactly one way.

/// The name of a chunk, as a literal such as `b"data"` gives it.
type Name<'a> = &'a [u8];

/// Frames of every file that is built here.
pub(crate) const FRAMES: usize = 8_000;

/// A chunk with its length and, where it is odd, its pad byte.
pub(crate) fn chunk(id: Name<'_>, body: &[u8]) -> Vec<u8> {
    let mut bytes = chunk_of_length(id, body.len() as u32, body);
    if body.len() % 2 == 1 {
        bytes.push(0);
    }
    bytes
}

/// A chunk that claims a length, without pad byte.
pub(crate) fn chunk_of_length(id: Name<'_>, length: u32, body: &[u8]) -> Vec<u8> {
    [id, length.to_le_bytes().as_slice(), body].concat()
}

/// The container around chunks, with its right length.
pub(crate) fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = chunks.concat();
    riff_of_length(body.len() as u32 + 4, &body)
}

/// The container around chunks, with a length that it claims.
pub(crate) fn riff_of_length(length: u32, body: &[u8]) -> Vec<u8> {
    [b"RIFF".as_slice(), &length.to_le_bytes(), b"WAVE", body].concat()
}

/// The fields of a format chunk; what a test does not change is right.
#[derive(Clone, Copy)]
pub(crate) struct Format {
    pub(crate) tag: u16,
    pub(crate) channels: u16,
    pub(crate) rate_hz: u32,
    pub(crate) byte_rate: u32,
    pub(crate) block_bytes: u16,
    pub(crate) bits: u16,
}

impl Format {
    pub(crate) fn new(tag: u16, channels: u16, bits: u16) -> Self {
        let block_bytes = channels.saturating_mul(bits.div_ceil(8));
        let byte_rate = 8_000 * u32::from(block_bytes);
        Self { tag, channels, rate_hz: 8_000, byte_rate, block_bytes, bits }
    }

    pub(crate) fn body(self) -> Vec<u8> {
        let mut body = Vec::new();
        body.extend(self.tag.to_le_bytes());
        body.extend(self.channels.to_le_bytes());
        body.extend(self.rate_hz.to_le_bytes());
        body.extend(self.byte_rate.to_le_bytes());
        body.extend(self.block_bytes.to_le_bytes());
        body.extend(self.bits.to_le_bytes());
        body
    }

    pub(crate) fn chunk(self) -> Vec<u8> {
        chunk(b"fmt ", &self.body())
    }

    /// The extensible form, with the format tag moved into the GUID.
    pub(crate) fn extensible(self) -> Vec<u8> {
        let mut body = Self { tag: 0xfffe, ..self }.body();
        body.extend(22_u16.to_le_bytes());
        body.extend(self.bits.to_le_bytes());
        body.extend(0_u32.to_le_bytes());
        body.extend(self.tag.to_le_bytes());
        body.extend([0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]);
        chunk(b"fmt ", &body)
    }
}

/// Linear samples that never repeat within a file and are never silence at its ends.
pub(crate) fn samples() -> Vec<i16> {
    (0..FRAMES as i32).map(|index| ((index * 7 + 1_000) % 30_011 - 15_000) as i16).collect()
}

/// The samples as the body of a data chunk.
pub(crate) fn linear() -> Vec<u8> {
    samples().iter().flat_map(|sample| sample.to_le_bytes()).collect()
}

/// One byte per sample, as companded codecs have it; no byte run looks like a chunk.
pub(crate) fn companded() -> Vec<u8> {
    (0..FRAMES).map(|index| (index * 37 % 251) as u8).collect()
}

/// The file that every test spoils: 16-bit linear mono at 8 kHz.
pub(crate) fn sound() -> Vec<u8> {
    sound_of_rate(8_000)
}

/// The same with another rate in its header.
pub(crate) fn sound_of_rate(rate_hz: u32) -> Vec<u8> {
    let format = Format { rate_hz, byte_rate: 2 * rate_hz, ..Format::new(1, 1, 16) };
    riff(&[format.chunk(), chunk(b"data", &linear())])
}
