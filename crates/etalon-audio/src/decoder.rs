use crate::blocks::Blocks;
use crate::compressed::Compressed;
use crate::linear::Interleaved;
use crate::riff::Stored;
use crate::scrub::Scrubbed;
use crate::source::{Data, Source};
use crate::{AudioError, Codec, Limits, Samples, open};
use etalon_call::Defect;
use std::io::{Read, Seek};

/// Decodes a recording block by block, so that ten hours of audio need no more memory than ten
/// seconds.
#[derive(Debug)]
pub struct Decoder<'s> {
    rate_hz: u32,
    limits: Limits,
    content: Content<'s>,
    block: Vec<Samples>,
    frames: u64,
    scrubbed: Scrubbed,
    defects: Vec<Defect>,
    ended: bool,
}

/// The ways in which audio is stored.
#[derive(Debug)]
enum Content<'s> {
    Interleaved(Interleaved<'s>),
    Blocks(Blocks<'s>),
    Compressed(Box<Compressed<'s>>),
}

impl<'s> Decoder<'s> {
    /// Reads the header of a recording. `extension` is the one of its file name, without the dot
    /// and in any case; it decides about files that have no header.
    ///
    /// # Errors
    ///
    /// Any [`AudioError`] but [`AudioError::InFile`].
    pub fn new(
        reader: impl Read + Seek + Send + Sync + 's,
        extension: Option<&str>,
        limits: &Limits,
    ) -> Result<Self, AudioError> {
        let source = Source::new(reader)?;
        if source.len() == 0 {
            return Err(AudioError::Empty("the file has 0 bytes; nothing was recorded".into()));
        }
        limits.check_bytes(source.len())?;
        match open::find(source, extension)? {
            open::Found::Wave { data, format, defects } => {
                limits.check_shape(format.channels, format.rate_hz)?;
                let channels = format.channels as usize;
                let content = match format.stored {
                    Stored::Interleaved { encoding, big_endian } => {
                        Content::Interleaved(Interleaved::new(data, encoding, big_endian, channels))
                    }
                    Stored::Blocks { codec, block_bytes } => {
                        Content::Blocks(Blocks::new(data, codec, block_bytes))
                    }
                    Stored::Mpeg => return Self::compressed(data, Some("mp3"), defects, limits),
                };
                Self::with(content, format.rate_hz, channels, defects, limits)
            }
            open::Found::Compressed(data) => Self::compressed(data, extension, Vec::new(), limits),
        }
    }

    fn compressed(
        data: Data<'s>,
        extension: Option<&str>,
        defects: Vec<Defect>,
        limits: &Limits,
    ) -> Result<Self, AudioError> {
        let compressed = Compressed::open(data, extension)?;
        let (rate_hz, channels) = (compressed.rate_hz(), compressed.channels());
        limits.check_shape(channels as u64, rate_hz)?;
        Self::with(Content::Compressed(Box::new(compressed)), rate_hz, channels, defects, limits)
    }

    fn with(
        content: Content<'s>,
        rate_hz: u32,
        channels: usize,
        defects: Vec<Defect>,
        limits: &Limits,
    ) -> Result<Self, AudioError> {
        let mut decoder = Self {
            rate_hz,
            limits: *limits,
            content,
            block: Vec::new(),
            frames: 0,
            scrubbed: Scrubbed::default(),
            defects,
            ended: false,
        };
        decoder.block = vec![Samples::empty_like(decoder.codec()); channels];
        limits.check_frames(decoder.frames_present().unwrap_or(0), rate_hz)?;
        Ok(decoder)
    }

    /// Samples per second and channel.
    pub fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// How the samples are stored.
    pub fn codec(&self) -> Codec {
        match &self.content {
            Content::Interleaved(interleaved) => interleaved.codec(),
            Content::Blocks(blocks) => blocks.codec(),
            Content::Compressed(compressed) => compressed.codec(),
        }
    }

    /// Number of channels.
    pub fn channels(&self) -> usize {
        self.block.len()
    }

    /// How many samples per channel are still to be expected; none where the format does not say.
    pub fn frames_promised(&self) -> Option<u64> {
        match &self.content {
            Content::Interleaved(interleaved) => Some(interleaved.frames_promised()),
            Content::Blocks(blocks) => Some(blocks.frames_promised(self.channels())),
            Content::Compressed(compressed) => compressed.frames_promised(),
        }
    }

    /// How many samples per channel the bytes that are there make. A compressed stream only
    /// promises: one byte of it may make any number.
    pub(crate) fn frames_present(&self) -> Option<u64> {
        self.frames_promised().filter(|_| !matches!(self.content, Content::Compressed(_)))
    }

    /// The next samples, one element per channel, all of the same length; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`AudioError::Io`] when reading fails and [`AudioError::Limit`] when the recording is longer
    /// than allowed.
    pub fn next_block(&mut self) -> Result<Option<&[Samples]>, AudioError> {
        let mut block = std::mem::take(&mut self.block);
        block.iter_mut().for_each(Samples::clear);
        let appended = self.append_block(&mut block);
        self.block = block;
        Ok(if appended? { Some(&self.block) } else { None })
    }

    /// Appends the next samples to the channels; false when nothing was left.
    pub(crate) fn append_block(&mut self, channels: &mut [Samples]) -> Result<bool, AudioError> {
        let start = channels.first().map_or(0, Samples::len);
        let mut appended = 0;
        while appended == 0 && !self.ended {
            self.ended = !match &mut self.content {
                Content::Interleaved(interleaved) => interleaved.append(channels)?,
                Content::Blocks(blocks) => blocks.append(channels)?,
                Content::Compressed(compressed) => compressed.append(channels)?,
            };
            appended = channels.first().map_or(0, Samples::len) - start;
        }
        for channel in channels {
            if let Samples::F32(samples) = channel {
                self.scrubbed.scrub(&mut samples[start..]);
            }
        }
        self.frames += appended as u64;
        self.limits.check_frames(self.frames, self.rate_hz)?;
        Ok(appended > 0)
    }

    /// What was wrong with the recording as far as it was decoded.
    pub fn into_defects(mut self) -> Vec<Defect> {
        match &self.content {
            Content::Interleaved(interleaved) => interleaved.report(&mut self.defects),
            Content::Blocks(blocks) => blocks.report(&mut self.defects),
            Content::Compressed(compressed) => compressed.report(&mut self.defects),
        }
        self.scrubbed.report(&mut self.defects);
        self.defects
    }
}
