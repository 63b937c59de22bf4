//! AAC in frames that follow each other without a container (ADTS, ISO/IEC 13818-7, section 6.2).
//!
//! Such a stream has no clock. What is damaged is silence for as long as it would have lasted by the
//! size of the other frames, so that what follows keeps its time.

use crate::compressed::{AAC_DELAY, Panicked, Shaped, shielded};
use crate::mpeg::{Event, Frames, Header};
use crate::source::Data;
use crate::trim::Trim;
use crate::{AudioError, Codec, Samples};
use etalon_call::Defect;
use std::collections::VecDeque;
use std::fmt;
use symphonia::core::audio::{Channels, Position};
use symphonia::core::codecs::audio::well_known::CODEC_ID_AAC;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

/// Samples of one block, per channel.
const BLOCK_SAMPLES: usize = 1_024;

/// Rates by the header's four bits, hertz.
const RATES_HZ: [u32; 13] =
    [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];

/// Garbage that would stand for more silence than this says nothing of the time that was lost,
/// seconds.
const LONGEST_SILENCE_S: f64 = 600.0;

/// What the header of a frame says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AdtsHeader {
    /// The kind of AAC, as the decoder's configuration counts it: 2 is low complexity.
    object_type: u8,
    rate_index: u8,
    rate_hz: u32,
    channels: u8,
    /// Bytes of the header, with the checksum if there is one.
    head_bytes: usize,
    bytes: usize,
    blocks: usize,
}

impl Header for AdtsHeader {
    const BYTES: usize = 7;

    fn parse(head: &[u8]) -> Option<Self> {
        let [first, second, third, fourth, fifth, sixth, seventh] = *head.first_chunk::<7>()?;
        if first != 0xff || second & 0xf6 != 0xf0 {
            return None;
        }
        let rate_index = (third >> 2) & 0x0f;
        let head_bytes = if second & 1 == 0 { 9 } else { 7 };
        let bytes = usize::from(fourth & 3) << 11 | usize::from(fifth) << 3 | usize::from(sixth >> 5);
        (bytes > head_bytes).then_some(Self {
            object_type: (third >> 6) + 1,
            rate_index,
            rate_hz: *RATES_HZ.get(usize::from(rate_index))?,
            channels: (third & 1) << 2 | fourth >> 6,
            head_bytes,
            bytes,
            blocks: usize::from(seventh & 3) + 1,
        })
    }

    fn is_like(self, other: Self) -> bool {
        (self.object_type, self.rate_index, self.channels)
            == (other.object_type, other.rate_index, other.channels)
    }

    fn bytes(self) -> usize {
        self.bytes
    }
}

impl AdtsHeader {
    /// Samples per channel.
    fn samples(self) -> usize {
        self.blocks * BLOCK_SAMPLES
    }

    /// The configuration that a decoder is made with (ISO/IEC 14496-3, section 1.6.2.1).
    fn configuration(self) -> [u8; 2] {
        [self.object_type << 3 | self.rate_index >> 1, self.rate_index << 7 | self.channels << 3]
    }
}

/// Decodes frames one after the other.
pub(crate) struct AdtsStream<'s> {
    frames: Frames<'s, AdtsHeader>,
    decoder: Box<dyn AudioDecoder>,
    header: AdtsHeader,
    /// What the decoder makes of the first frame: it may differ from what the header says.
    rate_hz: u32,
    channels: usize,
    trim: Trim,
    /// Frames that were decoded, and their bytes.
    decoded: u64,
    decoded_bytes: u64,
    /// Garbage that lies between the last frame and the next one.
    gap_bytes: u64,
    given: u64,
    waiting: VecDeque<Vec<Samples>>,
    damaged: u64,
    defects: Vec<Defect>,
    ended: bool,
    /// Where frames of another kind begin, which another stream has to read.
    stopped_at: Option<u64>,
}

impl fmt::Debug for AdtsStream<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("AdtsStream").field("header", &self.header).finish_non_exhaustive()
    }
}

impl<'s> AdtsStream<'s> {
    /// Opens a stream; none where no frames follow each other anywhere, or where the content alone
    /// tells the channels.
    pub(crate) fn open(data: Data<'s>) -> Result<Option<Self>, AudioError> {
        let mut frames: Frames<'_, AdtsHeader> = Frames::new(data);
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
        if !(1..=2).contains(&header.channels) {
            return Ok(None);
        }
        let mut stream = Self {
            frames,
            decoder: decoder(header)?,
            header,
            rate_hz: header.rate_hz,
            channels: usize::from(header.channels),
            trim: Trim { to_skip: AAC_DELAY, sound_left: None },
            decoded: 0,
            decoded_bytes: 0,
            gap_bytes: 0,
            given: 0,
            waiting: VecDeque::new(),
            damaged: 0,
            defects,
            ended: false,
            stopped_at: None,
        };
        stream.learn_shape(bytes)?;
        Ok(Some(stream))
    }

    /// Decodes the first frame, in which a decoder may find more channels or another rate.
    fn learn_shape(&mut self, bytes: Vec<u8>) -> Result<(), AudioError> {
        if let Some(shaped) = self.decode(self.header, bytes)? {
            (self.rate_hz, self.channels) = (shaped.rate_hz(), shaped.planes.len());
            self.give(shaped.planes);
        } else {
            self.give_silence(self.header.samples());
        }
        Ok(())
    }

    pub(crate) fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    pub(crate) fn channels(&self) -> usize {
        self.channels
    }

    /// Where in the data frames of another kind begin, once the end was reached.
    pub(crate) fn stopped_at(&self) -> Option<u64> {
        self.stopped_at
    }

    /// Samples per channel that so many bytes make.
    pub(crate) fn frames_promised(&self) -> u64 {
        self.frames.len() / self.header.bytes.max(1) as u64 * self.header.samples() as u64
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
                self.ended = true;
            }
            Event::Frame { header, bytes, .. } => {
                self.fill_gap();
                match self.decode(header, bytes)? {
                    Some(shaped) => self.give(shaped.planes),
                    None => self.give_silence(header.samples()),
                }
            }
            Event::Garbage { place, length } => {
                let at_s = self.time_s();
                let detail = format!(
                    "{length} bytes at {place} ({at_s:.3} s) are no frame; silence stands in for them"
                );
                self.defects.push(Defect::new("garbage_between_frames", detail));
                self.gap_bytes += length;
            }
            Event::Cut { present, length } => {
                let detail = format!("the last frame has {present} of {length} bytes; left out");
                self.defects.push(Defect::new("stream_truncated", detail));
                self.ended = true;
            }
            Event::End => self.ended = true,
        }
        Ok(())
    }

    /// Where in the recording the next frame will be heard, seconds.
    fn time_s(&self) -> f64 {
        let waiting: usize = self.waiting.iter().filter_map(|planes| planes.first()).map(Samples::len).sum();
        (self.given + waiting as u64) as f64 / f64::from(self.rate_hz.max(1))
    }

    /// Silence for as long as what could not be read would have lasted.
    fn fill_gap(&mut self) {
        let bytes = std::mem::take(&mut self.gap_bytes);
        if bytes == 0 || self.decoded == 0 {
            return;
        }
        let mean_bytes = self.decoded_bytes as f64 / self.decoded as f64;
        let samples = (bytes as f64 / mean_bytes).round() * self.header.samples() as f64;
        if samples <= LONGEST_SILENCE_S * f64::from(self.rate_hz) {
            self.give_silence(samples as usize);
        }
    }

    /// The samples of a frame; none when it is damaged.
    fn decode(&mut self, header: AdtsHeader, mut bytes: Vec<u8>) -> Result<Option<Shaped>, AudioError> {
        self.decoded += 1;
        self.decoded_bytes += bytes.len() as u64;
        bytes.drain(..header.head_bytes);
        let packet = Packet::new(0, Timestamp::ZERO, Duration::from(header.samples() as u64), bytes);
        let decoded = shielded(|| self.decoder.decode(&packet).map(|buffer| Shaped::of(Codec::Aac, &buffer)));
        let is_first = self.decoded == 1;
        let shape = (self.rate_hz, self.channels);
        match decoded {
            Ok(Ok(shaped))
                if !shaped.planes.is_empty()
                    && (is_first || (shaped.rate_hz(), shaped.planes.len()) == shape) =>
            {
                return Ok(Some(shaped));
            }
            Err(Panicked) => self.decoder = decoder(self.header)?,
            Ok(_) => {}
        }
        self.damaged += 1;
        if self.damaged == 1 {
            let detail = format!("the first at {:.3} s", self.time_s());
            self.defects.push(Defect::new("packets_damaged", detail));
        }
        Ok(None)
    }

    fn give_silence(&mut self, samples: usize) {
        self.give(vec![Samples::F32(vec![0.0; samples]); self.channels]);
    }

    /// Gives out samples but for those that only belong to the codec.
    fn give(&mut self, mut planes: Vec<Samples>) {
        self.trim.take(&mut planes);
        if planes.first().is_some_and(|plane| !plane.is_empty()) {
            self.waiting.push_back(planes);
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

fn decoder(header: AdtsHeader) -> Result<Box<dyn AudioDecoder>, AudioError> {
    let positions = if header.channels == 1 {
        Position::FRONT_CENTER
    } else {
        Position::FRONT_LEFT | Position::FRONT_RIGHT
    };
    let mut parameters = AudioCodecParameters::new();
    parameters
        .for_codec(CODEC_ID_AAC)
        .with_sample_rate(header.rate_hz)
        .with_channels(Channels::Positioned(positions))
        .with_extra_data(header.configuration().into());
    symphonia::default::get_codecs()
        .make_audio_decoder(&parameters, &AudioDecoderOptions::default())
        .map_err(|error| AudioError::Unsupported(format!("{error}; convert the recording to PCM first")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_says_what_a_frame_is() {
        // Low complexity, 8 kHz, one channel, 16 bytes, no checksum.
        let head = [0xff, 0xf1, 0x6c, 0x40, 0x02, 0x00, 0xfc];
        let header = AdtsHeader::parse(&head).unwrap();
        assert_eq!((header.rate_hz, header.channels, header.bytes, header.samples()), (8_000, 1, 16, 1_024));
        assert_eq!(header.configuration(), [0x15, 0x88]);
        for (byte, value) in [(0, 0xfe), (1, 0xf7), (2, 0x7c), (4, 0x00)] {
            let mut other = head;
            other[byte] = value;
            assert_eq!(AdtsHeader::parse(&other), None, "{other:02x?}");
        }
        assert_eq!(AdtsHeader::parse(&head[..6]), None);
    }
}
