//! Codecs that store samples in blocks or frames: the ADPCMs, GSM 06.10, G.722 and G.729.

use crate::adpcm::{ima, microsoft, oki};
use crate::source::Data;
use crate::{AudioError, Codec, Samples, gsm};
use audio_codec::Decoder as _;
use audio_codec::g722::G722Decoder;
use audio_codec::g729::G729Decoder;
use etalon_call::Defect;
use std::fmt;

/// Bytes that are read at once, at least one block.
const READ_BYTES: usize = 1 << 15;

/// Bytes that are taken as a block of a codec that has none.
pub(crate) const STREAM_BLOCK_BYTES: usize = 1 << 10;
/// Bytes and samples of a frame of G.729.
pub(crate) const G729_FRAME_BYTES: usize = 10;
const G729_FRAME_SAMPLES: usize = 80;

/// How a block becomes samples.
pub(crate) enum BlockCodec {
    Ima,
    Microsoft {
        coefficients: Vec<(i16, i16)>,
    },
    GsmBlocks(Box<gsm::Decoder>),
    GsmFrames(Box<gsm::Decoder>),
    /// One byte for two samples of one channel, without blocks.
    Oki(oki::Decoder),
    /// One byte for two samples of one channel, without blocks.
    G722(Box<G722Decoder>),
    /// Frames of 10 ms of one channel.
    G729(Box<G729Decoder>),
}

impl fmt::Debug for BlockCodec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("BlockCodec").field(&self.codec()).finish()
    }
}

impl BlockCodec {
    pub(crate) fn codec(&self) -> Codec {
        match self {
            Self::Ima => Codec::ImaAdpcm,
            Self::Microsoft { .. } => Codec::MsAdpcm,
            Self::GsmBlocks(_) | Self::GsmFrames(_) => Codec::Gsm,
            Self::Oki(_) => Codec::OkiAdpcm,
            Self::G722(_) => Codec::G722,
            Self::G729(_) => Codec::G729,
        }
    }

    /// Samples per channel in so many bytes of a block.
    pub(crate) fn samples_in(&self, bytes: usize, channels: usize) -> usize {
        match self {
            Self::Ima => ima::samples_in(bytes, channels),
            Self::Microsoft { .. } => microsoft::samples_in(bytes, channels),
            Self::GsmBlocks(_) => match bytes {
                gsm::BLOCK_BYTES.. => 2 * gsm::FRAME_SAMPLES,
                gsm::FRAME_BYTES.. => gsm::FRAME_SAMPLES,
                _ => 0,
            },
            Self::GsmFrames(_) => {
                if bytes >= gsm::FRAME_BYTES {
                    gsm::FRAME_SAMPLES
                } else {
                    0
                }
            }
            Self::Oki(_) | Self::G722(_) => 2 * bytes,
            Self::G729(_) => bytes / G729_FRAME_BYTES * G729_FRAME_SAMPLES,
        }
    }

    /// Appends the samples of a block, which may be cut short; false when the block is damaged.
    fn append(&mut self, block: &[u8], channels: usize, channel: usize, into: &mut Vec<i16>) -> bool {
        match self {
            Self::Ima => ima::append(block, channels, channel, into),
            Self::Microsoft { coefficients } => {
                microsoft::append(block, coefficients, channels, channel, into)
            }
            Self::GsmBlocks(decoder) => {
                decoder.append_block(block, into);
                true
            }
            Self::GsmFrames(decoder) => decoder.append_frame(block, into),
            Self::Oki(decoder) => {
                decoder.append(block, into);
                true
            }
            Self::G722(decoder) => {
                into.extend(decoder.decode_frame(block));
                true
            }
            Self::G729(decoder) => {
                into.extend(decoder.decode(block));
                true
            }
        }
    }
}

/// The blocks of a recording.
#[derive(Debug)]
pub(crate) struct Blocks<'s> {
    data: Data<'s>,
    codec: BlockCodec,
    block_bytes: usize,
    bytes: Vec<u8>,
    damaged: u64,
    left_out: usize,
}

impl<'s> Blocks<'s> {
    pub(crate) fn new(data: Data<'s>, codec: BlockCodec, block_bytes: usize) -> Self {
        let bytes = vec![0; READ_BYTES.div_ceil(block_bytes) * block_bytes];
        Self { data, codec, block_bytes, bytes, damaged: 0, left_out: 0 }
    }

    pub(crate) fn codec(&self) -> Codec {
        self.codec.codec()
    }

    pub(crate) fn frames_promised(&self, channels: usize) -> u64 {
        let block_bytes = self.block_bytes as u64;
        let whole = self.data.remaining() / block_bytes;
        let rest = (self.data.remaining() % block_bytes) as usize;
        whole * self.codec.samples_in(self.block_bytes, channels) as u64
            + self.codec.samples_in(rest, channels) as u64
    }

    /// Appends the next blocks; false at the end.
    pub(crate) fn append(&mut self, channels: &mut [Samples]) -> Result<bool, AudioError> {
        let count = self.data.read(&mut self.bytes)?;
        let many = channels.len();
        for block in self.bytes[..count].chunks(self.block_bytes) {
            if self.codec.samples_in(block.len(), many) == 0 {
                self.left_out = block.len();
                continue;
            }
            let mut is_sound = true;
            for (index, channel) in channels.iter_mut().enumerate() {
                if let Samples::I16(samples) = channel {
                    is_sound &= self.codec.append(block, many, index, samples);
                }
            }
            self.damaged += u64::from(!is_sound);
        }
        Ok(count == self.bytes.len())
    }

    pub(crate) fn report(&self, defects: &mut Vec<Defect>) {
        if self.damaged > 0 {
            defects.push(Defect::new(
                "blocks_damaged",
                format!(
                    "{} blocks begin with an impossible state; decoded with the nearest one",
                    self.damaged
                ),
            ));
        }
        if self.left_out > 0 {
            defects.push(Defect::new(
                "block_incomplete",
                format!("the last block has {} of {} bytes; left out", self.left_out, self.block_bytes),
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that no encoder wrote.
    fn noise(count: usize) -> Vec<u8> {
        let mut state = 7_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn any_bytes_decode_to_as_many_samples_as_promised() {
        for (mut codec, block_bytes) in [
            (BlockCodec::GsmFrames(Box::default()), gsm::FRAME_BYTES),
            (BlockCodec::Oki(oki::Decoder::default()), STREAM_BLOCK_BYTES),
            (BlockCodec::G722(Box::default()), STREAM_BLOCK_BYTES),
            (BlockCodec::G729(Box::default()), G729_FRAME_BYTES),
        ] {
            let (mut samples, mut promised) = (Vec::new(), 0);
            for bytes in [noise(100_000), vec![0; 20_000], vec![0xff; 20_000], vec![0xaa; 20_005]] {
                for block in bytes.chunks(block_bytes) {
                    let count = codec.samples_in(block.len(), 1);
                    promised += count;
                    if count > 0 {
                        codec.append(block, 1, 0, &mut samples);
                    }
                }
            }
            assert_eq!(samples.len(), promised, "{codec:?}");
        }
    }
}
