use crate::{AudioError, CallFiles, Codec, Decoder, Limits, Samples, SidesDecoder};
use etalon_call::Defect;

/// Decodes the recording of a call block by block, whether it lies in one file or in two.
#[derive(Debug)]
pub enum CallDecoder {
    /// One file with everything.
    One(Box<Decoder<'static>>),
    /// One file for each side.
    Sides(Box<SidesDecoder>),
}

impl CallDecoder {
    /// Opens the file, or the files of both sides.
    ///
    /// # Errors
    ///
    /// Those of [`crate::open`] and [`SidesDecoder::open`].
    pub fn open(files: &CallFiles, limits: &Limits) -> Result<Self, AudioError> {
        Ok(match files {
            CallFiles::One(path) => Self::One(Box::new(crate::open(path, limits)?)),
            CallFiles::Sides { agent, client } => {
                Self::Sides(Box::new(SidesDecoder::open(agent, client, limits)?))
            }
        })
    }

    /// Samples per second and channel.
    pub fn rate_hz(&self) -> u32 {
        match self {
            Self::One(decoder) => decoder.rate_hz(),
            Self::Sides(decoder) => decoder.rate_hz(),
        }
    }

    /// How the samples are stored, those of the agent's side where there are two files.
    pub fn codec(&self) -> Codec {
        match self {
            Self::One(decoder) => decoder.codec(),
            Self::Sides(decoder) => decoder.codec(),
        }
    }

    /// Number of channels.
    pub fn channels(&self) -> usize {
        match self {
            Self::One(decoder) => decoder.channels(),
            Self::Sides(_) => 2,
        }
    }

    /// The next samples, one element per channel, all of the same length; `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of [`Decoder::next_block`] and [`SidesDecoder::next_block`].
    pub fn next_block(&mut self) -> Result<Option<&[Samples]>, AudioError> {
        match self {
            Self::One(decoder) => decoder.next_block(),
            Self::Sides(decoder) => decoder.next_block(),
        }
    }

    /// What was wrong with the recording as far as it was decoded.
    pub fn into_defects(self) -> Vec<Defect> {
        match self {
            Self::One(decoder) => decoder.into_defects(),
            Self::Sides(decoder) => decoder.into_defects(),
        }
    }
}
