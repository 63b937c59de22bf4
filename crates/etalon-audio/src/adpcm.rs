//! The ADPCM codecs, with four bits per sample. Those of WAVE files come in blocks that begin with
//! the decoder's whole state; that of VOX files has no blocks.

pub(crate) mod ima;
pub(crate) mod microsoft;
pub(crate) mod oki;

/// The `index`-th four bits of a byte, the low ones first.
fn nibble(byte: u8, index: usize) -> u8 {
    (byte >> (4 * index)) & 0x0f
}
