//! The two ADPCM codecs of WAVE files: four bits per sample in blocks that begin with the decoder's
//! whole state.

pub(crate) mod ima;
pub(crate) mod microsoft;

/// The `index`-th four bits of a byte, the low ones first.
fn nibble(byte: u8, index: usize) -> u8 {
    (byte >> (4 * index)) & 0x0f
}
