//! Frames into samples.

use super::info::Info;
use super::{Event, FrameHeader, Frames};
use crate::compressed::{Panicked, Shaped, shielded};
use crate::source::Data;
use crate::trim::Trim;
use crate::{AudioError, Codec, Samples};
use etalon_call::Defect;
use std::collections::VecDeque;
use std::fmt;
use symphonia::core::codecs::audio::well_known::CODEC_ID_MP3;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

/// Garbage that would stand for more silence than this says nothing of the time that was lost,
/// seconds.
const LONGEST_SILENCE_S: f64 = 600.0;

/// One recording, or several that were joined: what one encoder wrote in one go.
#[derive(Debug, Default)]
struct Passage {
    /// Frames that its first frame promises.
    promised: Option<u64>,
    frames: u64,
    /// Bytes of these frames.
    bytes: u64,
    trim: Trim,
    /// Whether its first frame tells the delay of its encoder.
    tells_delay: bool,
    /// What lies behind the sound. It is sound after all if another frame follows.
    behind: VecDeque<Vec<Samples>>,
}

/// Decodes frames one after the other.
pub(crate) struct MpegStream<'s> {
    frames: Frames<'s>,
    decoder: Box<dyn AudioDecoder>,
    /// The frame whose header the decoder was made for.
    header: FrameHeader,
    rate_hz: u32,
    channels: usize,
    passage: Passage,
    has_begun: bool,
    /// Samples that were given out.
    given: u64,
    /// Garbage that lies between the last frame and the next one.
    gap_bytes: u64,
    waiting: VecDeque<Vec<Samples>>,
    damaged: u64,
    defects: Vec<Defect>,
    ended: bool,
    /// Where frames of another kind begin, which another stream has to read.
    stopped_at: Option<u64>,
}

impl fmt::Debug for MpegStream<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MpegStream").field("header", &self.header).finish_non_exhaustive()
    }
}

impl<'s> MpegStream<'s> {
    /// Opens a stream; none where no frames follow each other anywhere.
    pub(crate) fn open(data: Data<'s>) -> Result<Option<Self>, AudioError> {
        let mut frames = Frames::new(data);
        let mut defects = Vec::new();
        let (header, bytes) = loop {
            match frames.next()? {
                Event::Frame { header, bytes, .. } => break (header, bytes),
                Event::Garbage { length, .. } => {
                    let detail = format!("{length} bytes before the first frame; skipped");
                    defects.push(Defect::new("garbage_before_header", detail));
                }
                Event::Cut { .. } | Event::End => return Ok(None),
            }
        };
        let mut stream = Self {
            frames,
            decoder: decoder()?,
            header,
            rate_hz: header.rate_hz(),
            channels: header.channels(),
            passage: Passage::default(),
            has_begun: false,
            given: 0,
            gap_bytes: 0,
            waiting: VecDeque::new(),
            damaged: 0,
            defects,
            ended: false,
            stopped_at: None,
        };
        stream.take(header, bytes)?;
        Ok(Some(stream))
    }

    pub(crate) fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    pub(crate) fn channels(&self) -> usize {
        self.channels
    }

    /// Whether the stream tells the delay of its encoder.
    pub(crate) fn tells_encoder_delay(&self) -> bool {
        self.passage.tells_delay
    }

    /// Where in the data frames of another kind begin, once the end was reached.
    pub(crate) fn stopped_at(&self) -> Option<u64> {
        self.stopped_at
    }

    /// Samples per channel that the first frame promises, or that so many bytes make.
    pub(crate) fn frames_promised(&self) -> u64 {
        let frames = self.passage.promised.unwrap_or(self.frames.len() / self.header.bytes().max(1) as u64);
        frames * self.header.samples() as u64
    }

    /// Appends the next samples; false at the end.
    pub(crate) fn append(&mut self, channels: &mut [Samples]) -> Result<bool, AudioError> {
        while self.waiting.is_empty() && !self.ended {
            self.advance()?;
        }
        let Some(planes) = self.waiting.pop_front() else { return Ok(false) };
        self.given += planes.first().map_or(0, Samples::len) as u64;
        for (channel, samples) in channels.iter_mut().zip(&planes) {
            channel.append(samples);
        }
        Ok(true)
    }

    fn advance(&mut self) -> Result<(), AudioError> {
        match self.frames.next()? {
            Event::Frame { header, place, .. } if !header.is_like(self.header) => {
                self.stopped_at = Some(place);
                self.end();
            }
            Event::Frame { header, bytes, .. } => self.take(header, bytes)?,
            Event::Garbage { place, length } => {
                let at_s = self.time_s();
                let detail = format!("{length} bytes at {place} ({at_s:.3} s) are no frame; skipped");
                self.defects.push(Defect::new("garbage_between_frames", detail));
                self.gap_bytes += length;
            }
            Event::Cut { present, length } => {
                let is_counted = self.passage.promised.is_some_and(|promised| promised > self.passage.frames);
                if !is_counted {
                    let detail = format!("the last frame has {present} of {length} bytes; left out");
                    self.defects.push(Defect::new("stream_truncated", detail));
                }
                self.end();
            }
            Event::End => self.end(),
        }
        Ok(())
    }

    fn end(&mut self) {
        self.ended = true;
        self.compare_with_promise();
    }

    /// Where in the recording the next frame will be heard, seconds.
    fn time_s(&self) -> f64 {
        let waiting: usize = self.waiting.iter().filter_map(|planes| planes.first()).map(Samples::len).sum();
        (self.given + waiting as u64) as f64 / f64::from(self.rate_hz.max(1))
    }

    fn take(&mut self, header: FrameHeader, bytes: Vec<u8>) -> Result<(), AudioError> {
        let info = Info::parse(header, &bytes);
        if info.is_some() || !self.has_begun {
            let is_start = header.content_begins_before(&bytes) == 0;
            self.begin(header, info.unwrap_or(if is_start { Info::usual() } else { Info::none() }))?;
        }
        if info.is_none() {
            self.fill_gap();
            self.decode(header, bytes)?;
        }
        Ok(())
    }

    /// A passage begins with this frame.
    fn begin(&mut self, header: FrameHeader, info: Info) -> Result<(), AudioError> {
        if self.has_begun {
            self.compare_with_promise();
            let detail = format!("another recording begins at {:.3} s; read on", self.time_s());
            self.defects.push(Defect::new("recordings_joined", detail));
            self.decoder = decoder()?;
        }
        let sound = info.frames.map(|frames| {
            (frames * header.samples() as u64).saturating_sub((info.delay + info.padding) as u64)
        });
        self.passage = Passage {
            promised: info.frames,
            trim: Trim { to_skip: info.delay, sound_left: sound.filter(|sound| *sound > 0) },
            tells_delay: info.is_told,
            ..Passage::default()
        };
        (self.header, self.has_begun, self.gap_bytes) = (header, true, 0);
        Ok(())
    }

    /// Names what the passage promised and does not hold, or holds beyond it.
    fn compare_with_promise(&mut self) {
        let Some(promised) = self.passage.promised else { return };
        let seconds = |frames: u64| {
            (frames * self.header.samples() as u64) as f64 / f64::from(self.header.rate_hz().max(1))
        };
        let found = self.passage.frames;
        if found == promised {
            return;
        }
        let (kind, what) = if found < promised {
            ("stream_truncated", "the rest is missing")
        } else {
            ("data_longer_than_declared", "all of it is read")
        };
        let detail = format!(
            "the first frame promises {promised} frames ({:.3} s), {found} ({:.3} s) are there; {what}",
            seconds(promised),
            seconds(found)
        );
        self.defects.push(Defect::new(kind, detail));
    }

    /// Silence for as long as what could not be read would have lasted, so that what follows keeps
    /// its time.
    fn fill_gap(&mut self) {
        let bytes = std::mem::take(&mut self.gap_bytes);
        let passage = &self.passage;
        if bytes == 0 || passage.frames == 0 {
            return;
        }
        let mean_bytes = passage.bytes as f64 / passage.frames as f64;
        let missing = passage.promised.map(|promised| promised.saturating_sub(passage.frames));
        let lost = (bytes as f64 / mean_bytes).round() as u64;
        let samples = lost.min(missing.unwrap_or(lost)) * self.header.samples() as u64;
        if samples as f64 > LONGEST_SILENCE_S * f64::from(self.rate_hz) {
            return;
        }
        self.passage.frames += lost.min(missing.unwrap_or(lost));
        let silence = vec![Samples::F32(vec![0.0; samples as usize]); self.channels];
        self.give(silence);
    }

    fn decode(&mut self, header: FrameHeader, bytes: Vec<u8>) -> Result<(), AudioError> {
        self.passage.frames += 1;
        self.passage.bytes += bytes.len() as u64;
        let packet = Packet::new(0, Timestamp::ZERO, Duration::from(header.samples() as u64), bytes);
        let decoded = shielded(|| self.decoder.decode(&packet).map(|buffer| Shaped::of(Codec::Mp3, &buffer)));
        let planes = match decoded {
            Ok(Ok(shaped)) if !shaped.planes.is_empty() => shaped.planes,
            Ok(_) | Err(Panicked) => {
                if matches!(decoded, Err(Panicked)) {
                    self.decoder = decoder()?;
                }
                self.note_damage();
                vec![Samples::F32(vec![0.0; header.samples()]); header.channels()]
            }
        };
        self.give(planes);
        Ok(())
    }

    fn note_damage(&mut self) {
        self.damaged += 1;
        if self.damaged == 1 {
            let detail = format!("the first at {:.3} s", self.time_s());
            self.defects.push(Defect::new("packets_damaged", detail));
        }
    }

    /// Gives out samples but for those that only belong to the codec.
    fn give(&mut self, mut planes: Vec<Samples>) {
        let passage = &mut self.passage;
        self.waiting.extend(passage.behind.drain(..));
        let behind = passage.trim.take(&mut planes);
        for (planes, queue) in [(planes, &mut self.waiting), (behind, &mut passage.behind)] {
            if planes.first().is_some_and(|plane| !plane.is_empty()) {
                queue.push_back(planes);
            }
        }
    }

    pub(crate) fn report(&self, defects: &mut Vec<Defect>) {
        for defect in &self.defects {
            let mut defect = defect.clone();
            if defect.kind == "packets_damaged" {
                defect.detail = format!(
                    "{} frames could not be decoded, {}; silence stands in for them",
                    self.damaged, defect.detail
                );
            }
            defects.push(defect);
        }
    }
}

fn decoder() -> Result<Box<dyn AudioDecoder>, AudioError> {
    let mut parameters = AudioCodecParameters::new();
    parameters.for_codec(CODEC_ID_MP3);
    symphonia::default::get_codecs()
        .make_audio_decoder(&parameters, &AudioDecoderOptions::default())
        .map_err(|error| AudioError::Unsupported(error.to_string()))
}
