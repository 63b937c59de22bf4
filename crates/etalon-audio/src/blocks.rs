//! Codecs that store samples in blocks of fixed size: the two ADPCMs and GSM 06.10.

use crate::adpcm::{ima, microsoft};
use crate::source::Data;
use crate::{AudioError, Codec, Samples, gsm};
use etalon_call::Defect;

/// Bytes that are read at once, at least one block.
const READ_BYTES: usize = 1 << 15;

/// How a block becomes samples.
#[derive(Debug, Clone)]
pub(crate) enum BlockCodec {
    Ima,
    Microsoft { coefficients: Vec<(i16, i16)> },
    GsmBlocks(Box<gsm::Decoder>),
    GsmFrames(Box<gsm::Decoder>),
}

impl BlockCodec {
    pub(crate) fn codec(&self) -> Codec {
        match self {
            Self::Ima => Codec::ImaAdpcm,
            Self::Microsoft { .. } => Codec::MsAdpcm,
            Self::GsmBlocks(_) | Self::GsmFrames(_) => Codec::Gsm,
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
