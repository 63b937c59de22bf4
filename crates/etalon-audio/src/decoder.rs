use crate::riff::{self, Encoding};
use crate::scrub::Scrubbed;
use crate::source::{Data, Source};
use crate::{AudioError, Codec, Limits, Samples, linear};
use etalon_call::Defect;
use std::io::{Read, Seek};

/// Bytes that are read from a recording at once.
const BLOCK_BYTES: usize = 1 << 16;

/// Decodes a recording block by block, so that ten hours of audio need no more memory than ten seconds.
#[derive(Debug)]
pub struct Decoder<R> {
    rate_hz: u32,
    codec: Codec,
    limits: Limits,
    data: Data<R>,
    encoding: Encoding,
    big_endian: bool,
    bytes: Vec<u8>,
    block: Vec<Samples>,
    frames: u64,
    frames_promised: u64,
    scrubbed: Scrubbed,
    defects: Vec<Defect>,
    ended: bool,
}

impl<R: Read + Seek> Decoder<R> {
    /// Reads the header of a recording. `extension` is the one of its file name, without the dot; it decides about
    /// files that have no header.
    ///
    /// # Errors
    ///
    /// Any [`AudioError`] but [`AudioError::InFile`].
    pub fn new(reader: R, extension: Option<&str>, limits: &Limits) -> Result<Self, AudioError> {
        let _ = extension;
        let mut source = Source::new(reader)?;
        if source.len() == 0 {
            return Err(AudioError::Empty("the file has 0 bytes; nothing was recorded".into()));
        }
        limits.check_bytes(source.len())?;
        let wave = riff::walk(&mut source, 0)?;
        limits.check_shape(wave.format.channels, wave.format.rate_hz)?;
        let codec = wave.format.encoding.codec();
        let channels = wave.format.channels as usize;
        let data = Data::new(source, wave.data);
        let frames_promised = data.remaining() / (wave.format.encoding.bytes() * channels) as u64;
        limits.check_frames(frames_promised, wave.format.rate_hz)?;
        Ok(Self {
            rate_hz: wave.format.rate_hz,
            codec,
            limits: *limits,
            data,
            encoding: wave.format.encoding,
            big_endian: wave.format.big_endian,
            bytes: Vec::new(),
            block: vec![Samples::empty_like(codec); channels],
            frames: 0,
            frames_promised,
            scrubbed: Scrubbed::default(),
            defects: wave.defects,
            ended: false,
        })
    }

    /// Samples per second and channel.
    pub fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// How the samples are stored.
    pub fn codec(&self) -> Codec {
        self.codec
    }

    /// Number of channels.
    pub fn channels(&self) -> usize {
        self.block.len()
    }

    /// How many samples per channel the header lets expect, if it does.
    pub fn frames_promised(&self) -> Option<u64> {
        Some(self.frames_promised)
    }

    /// The next samples, one slice element per channel, all of the same length; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`AudioError::Io`] when reading fails and [`AudioError::Limit`] when the recording is longer than allowed.
    pub fn next_block(&mut self) -> Result<Option<&[Samples]>, AudioError> {
        let mut block = std::mem::take(&mut self.block);
        block.iter_mut().for_each(Samples::clear);
        let appended = self.append_block(&mut block);
        self.block = block;
        Ok(if appended? { Some(&self.block) } else { None })
    }

    /// Appends the next samples to the channels; false at the end.
    pub(crate) fn append_block(&mut self, channels: &mut [Samples]) -> Result<bool, AudioError> {
        if self.ended {
            return Ok(false);
        }
        let frame_bytes = self.encoding.bytes() * channels.len().max(1);
        let block_bytes = BLOCK_BYTES / frame_bytes * frame_bytes;
        self.bytes.resize(block_bytes, 0);
        let count = self.data.read(&mut self.bytes)?;
        self.ended = count < block_bytes;
        let frames = count / frame_bytes;
        if self.ended && count % frame_bytes != 0 {
            self.defects.push(Defect::new(
                "frame_incomplete",
                format!("the last frame has {} of {frame_bytes} bytes; left out", count % frame_bytes),
            ));
        }
        let start = channels.first().map_or(0, Samples::len);
        linear::append(self.encoding, self.big_endian, &self.bytes[..frames * frame_bytes], channels);
        for channel in channels {
            if let Samples::F32(samples) = channel {
                self.scrubbed.scrub(&mut samples[start..]);
            }
        }
        self.frames += frames as u64;
        self.limits.check_frames(self.frames, self.rate_hz)?;
        Ok(frames > 0)
    }

    /// What was wrong with the recording as far as it was decoded.
    pub fn into_defects(mut self) -> Vec<Defect> {
        self.scrubbed.report(&mut self.defects);
        self.defects
    }
}
