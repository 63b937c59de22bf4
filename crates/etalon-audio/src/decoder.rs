use crate::fit::Fit;
use crate::part::Part;
use crate::scrub::Scrubbed;
use crate::source::Source;
use crate::{AudioError, Codec, Limits, Samples};
use etalon_call::Defect;
use std::io::{Read, Seek};

/// A file that holds more recordings than this is no recording of a call.
const MOST_PARTS: usize = 1_000;

/// Decodes a recording block by block, so that ten hours of audio need no more memory than ten
/// seconds.
///
/// A file may hold several recordings, one after the other. They are read as one, in the shape of
/// the first.
#[derive(Debug)]
pub struct Decoder<'s> {
    rate_hz: u32,
    codec: Codec,
    limits: Limits,
    extension: Option<String>,
    /// The bytes from the start of the part that is being read.
    source: Source<'s>,
    part: Part<'s>,
    parts: usize,
    /// Brings the samples of the part to the shape of the first one; none where they have it.
    fit: Option<Fit>,
    channels: usize,
    block: Vec<Samples>,
    frames: u64,
    scrubbed: Scrubbed,
    defects: Vec<Defect>,
    ended: bool,
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
        let part = Part::open(source.clone(), extension, limits)?;
        limits.check_frames(part.frames_present().unwrap_or(0), part.rate_hz())?;
        Ok(Self {
            rate_hz: part.rate_hz(),
            codec: part.codec(),
            limits: *limits,
            extension: extension.map(str::to_owned),
            source,
            channels: part.channels(),
            block: vec![Samples::empty_like(part.codec()); part.channels()],
            part,
            parts: 1,
            fit: None,
            frames: 0,
            scrubbed: Scrubbed::default(),
            defects: Vec::new(),
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
        self.channels
    }

    /// How many samples per channel are still to be expected; none where the format does not say.
    /// What follows the first of several recordings is not known yet.
    pub fn frames_promised(&self) -> Option<u64> {
        self.part.frames_promised()
    }

    /// Whether the file itself tells what its encoder put before the sound, or has nothing there.
    /// If it does not, other programs may start the sound later than it starts here.
    pub fn tells_encoder_delay(&self) -> bool {
        self.part.tells_encoder_delay()
    }

    /// How many samples per channel the bytes that are there make; none for a compressed stream.
    pub(crate) fn frames_present(&self) -> Option<u64> {
        self.part.frames_present()
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
            let has_more = self.append_of_part(channels)?;
            appended = channels.first().map_or(0, Samples::len) - start;
            if !has_more {
                self.ended = !self.go_on(self.frames + appended as u64)?;
            }
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

    /// Appends the next samples of the part; false when nothing was left.
    fn append_of_part(&mut self, channels: &mut [Samples]) -> Result<bool, AudioError> {
        let Some(fit) = &mut self.fit else { return self.part.append(channels) };
        let mut planes = vec![Samples::empty_like(self.part.codec()); self.part.channels()];
        let has_more = self.part.append(&mut planes)?;
        fit.push(&planes, channels);
        if !has_more {
            fit.finish(channels);
        }
        Ok(has_more)
    }

    /// Goes on with the recording behind the part that has ended after so many samples; false
    /// where there is none.
    fn go_on(&mut self, frames: u64) -> Result<bool, AudioError> {
        let rest = self.source.from(self.part.end());
        if rest.len() == 0 {
            return Ok(false);
        }
        let at_s = frames as f64 / f64::from(self.rate_hz.max(1));
        let opened = Part::open(rest.clone(), self.extension.as_deref(), &self.limits);
        let next = match opened {
            Ok(next) if self.parts < MOST_PARTS => next,
            Err(AudioError::Io(error)) => return Err(error.into()),
            _ => {
                let bytes = rest.len();
                let detail =
                    format!("{bytes} bytes after {at_s:.3} s are no recording that can be read; left out");
                self.defects.push(Defect::new("rest_unread", detail));
                return Ok(false);
            }
        };
        self.part.report(&mut self.defects);
        let channels = self.channels;
        let is_alike = (next.rate_hz(), next.channels()) == (self.rate_hz, channels)
            && next.codec().is_at_most_16_bits() == self.codec.is_at_most_16_bits();
        let mut detail = format!("another recording begins at {at_s:.3} s; read on");
        if (next.rate_hz(), next.channels()) != (self.rate_hz, channels) {
            detail = format!(
                "another recording of {} Hz and {} channels begins at {at_s:.3} s; brought to those of the first and read on",
                next.rate_hz(),
                next.channels()
            );
        }
        self.defects.push(Defect::new("recordings_joined", detail));
        self.fit = if is_alike { None } else { Some(Fit::new(next.rate_hz(), self.rate_hz, channels)?) };
        (self.part, self.source) = (next, rest);
        self.parts += 1;
        Ok(true)
    }

    /// What was wrong with the recording as far as it was decoded.
    pub fn into_defects(mut self) -> Vec<Defect> {
        self.part.report(&mut self.defects);
        self.scrubbed.report(&mut self.defects);
        self.defects
    }
}
