//! One recording of a file, which may hold several.

use crate::blocks::Blocks;
use crate::compressed::Compressed;
use crate::linear::Interleaved;
use crate::mpeg::MpegStream;
use crate::riff::Stored;
use crate::source::Source;
use crate::{AudioError, Codec, Limits, Samples, open};
use etalon_call::Defect;

/// A recording whose header was read.
#[derive(Debug)]
pub(crate) struct Part<'s> {
    content: Content<'s>,
    rate_hz: u32,
    channels: usize,
    /// What was wrong with the header.
    defects: Vec<Defect>,
    /// Where another recording begins in the bytes, or their end.
    end: u64,
}

/// The ways in which audio is stored.
#[derive(Debug)]
enum Content<'s> {
    Interleaved(Interleaved<'s>),
    Blocks(Blocks<'s>),
    Mpeg(Box<MpegStream<'s>>),
    Compressed(Box<Compressed<'s>>),
}

impl<'s> Part<'s> {
    /// Reads the header of the recording that the source begins with.
    pub(crate) fn open(
        source: Source<'s>,
        extension: Option<&str>,
        limits: &Limits,
    ) -> Result<Self, AudioError> {
        match open::find(source, extension)? {
            open::Found::Wave { data, format, defects, end } => {
                limits.check_shape(format.channels, format.rate_hz)?;
                let channels = format.channels as usize;
                let content = match format.stored {
                    Stored::Interleaved { encoding, big_endian } => {
                        Content::Interleaved(Interleaved::new(data, encoding, big_endian, channels))
                    }
                    Stored::Blocks { codec, block_bytes } => {
                        Content::Blocks(Blocks::new(data, codec, block_bytes))
                    }
                    Stored::Mpeg => {
                        let stream = MpegStream::open(data)?.ok_or_else(|| {
                            AudioError::Corrupt(
                                "its header promises MP3 and no frame of it is there; fetch the file again"
                                    .into(),
                            )
                        })?;
                        return Self::mpeg(Box::new(stream), defects, Some(end), limits);
                    }
                };
                Ok(Self { content, rate_hz: format.rate_hz, channels, defects, end })
            }
            open::Found::Mpeg(stream) => Self::mpeg(stream, Vec::new(), None, limits),
            open::Found::Compressed { data, edit, end } => {
                let compressed = Compressed::open(data, edit, extension)?;
                let (rate_hz, channels) = (compressed.rate_hz(), compressed.channels());
                limits.check_shape(channels as u64, rate_hz)?;
                let content = Content::Compressed(Box::new(compressed));
                Ok(Self { content, rate_hz, channels, defects: Vec::new(), end })
            }
        }
    }

    /// A stream of MPEG frames, inside another container or alone.
    fn mpeg(
        stream: Box<MpegStream<'s>>,
        defects: Vec<Defect>,
        container_end: Option<u64>,
        limits: &Limits,
    ) -> Result<Self, AudioError> {
        let (rate_hz, channels) = (stream.rate_hz(), stream.channels());
        limits.check_shape(channels as u64, rate_hz)?;
        let end = container_end.unwrap_or(u64::MAX);
        Ok(Self { content: Content::Mpeg(stream), rate_hz, channels, defects, end })
    }

    pub(crate) fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    pub(crate) fn channels(&self) -> usize {
        self.channels
    }

    pub(crate) fn codec(&self) -> Codec {
        match &self.content {
            Content::Interleaved(interleaved) => interleaved.codec(),
            Content::Blocks(blocks) => blocks.codec(),
            Content::Mpeg(_) => Codec::Mp3,
            Content::Compressed(compressed) => compressed.codec(),
        }
    }

    /// Samples per channel that are still to be expected; none where the format does not say.
    pub(crate) fn frames_promised(&self) -> Option<u64> {
        match &self.content {
            Content::Interleaved(interleaved) => Some(interleaved.frames_promised()),
            Content::Blocks(blocks) => Some(blocks.frames_promised(self.channels)),
            Content::Mpeg(stream) => Some(stream.frames_promised()),
            Content::Compressed(compressed) => compressed.frames_promised(),
        }
    }

    /// Whether any decoder finds the start of the sound where it is found here.
    pub(crate) fn tells_encoder_delay(&self) -> bool {
        match &self.content {
            Content::Interleaved(_) | Content::Blocks(_) => true,
            Content::Mpeg(stream) => stream.tells_encoder_delay(),
            Content::Compressed(compressed) => compressed.tells_encoder_delay(),
        }
    }

    /// Samples per channel that the bytes that are there make. A compressed stream only promises:
    /// one byte of it may make any number.
    pub(crate) fn frames_present(&self) -> Option<u64> {
        let is_compressed = matches!(self.content, Content::Mpeg(_) | Content::Compressed(_));
        self.frames_promised().filter(|_| !is_compressed)
    }

    /// Appends the next samples; false when nothing is left.
    pub(crate) fn append(&mut self, channels: &mut [Samples]) -> Result<bool, AudioError> {
        match &mut self.content {
            Content::Interleaved(interleaved) => interleaved.append(channels),
            Content::Blocks(blocks) => blocks.append(channels),
            Content::Mpeg(stream) => stream.append(channels),
            Content::Compressed(compressed) => compressed.append(channels),
        }
    }

    /// Where another recording begins in the bytes, or their end, once all samples were taken.
    pub(crate) fn end(&self) -> u64 {
        match &self.content {
            Content::Mpeg(stream) if self.end == u64::MAX => stream.stopped_at().unwrap_or(u64::MAX),
            _ => self.end,
        }
    }

    /// Appends what was wrong with the recording as far as it was decoded.
    pub(crate) fn report(&self, defects: &mut Vec<Defect>) {
        defects.extend(self.defects.iter().cloned());
        match &self.content {
            Content::Interleaved(interleaved) => interleaved.report(defects),
            Content::Blocks(blocks) => blocks.report(defects),
            Content::Mpeg(stream) => stream.report(defects),
            Content::Compressed(compressed) => compressed.report(defects),
        }
    }
}
