//! Opus (RFC 6716) in the packets that Ogg carries (RFC 7845), through libopus.

use opusic_c::SampleRate;
use opusic_c::multistream::{Config, Decoder};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::codecs::registry::RegisterableAudioDecoder;
use symphonia::core::errors::Error;
use symphonia::core::packet::Packet;
use symphonia::core::units::Duration;
use symphonia_adapter_libopus::OpusDecoder;

/// The rate of every duration in an Opus stream, whatever rate is decoded to.
const CLOCK_HZ: u32 = 48_000;

/// The fewest packets of a second: a packet has at most 120 ms (RFC 6716, section 2.1.4); rounded
/// up to an eighth of a second.
const PACKETS_PER_S_MIN: u32 = 8;

/// The part of the identification header that decides about decoding (RFC 7845, section 5.1).
#[derive(Debug, PartialEq, Eq)]
struct Head {
    pre_skip: u16,
    input_rate_hz: u32,
    /// Streams of a packet, how many of them are stereo, and which channel each output is; none
    /// where one stream holds all channels.
    apart: Option<(u8, u8, [u8; 2])>,
}

impl Head {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let content = bytes.strip_prefix(b"OpusHead")?;
        let pre_skip = content.get(2..4)?.try_into().ok()?;
        let input_rate_hz = content.get(4..8)?.try_into().ok()?;
        // The header that MP4 holds has version 0, and its numbers are the other way round
        // (Encapsulation of Opus in ISO Base Media File Format, section 4.3.2).
        let is_of_mp4 = content.first() == Some(&0);
        Some(Self {
            pre_skip: if is_of_mp4 { u16::from_be_bytes(pre_skip) } else { u16::from_le_bytes(pre_skip) },
            input_rate_hz: if is_of_mp4 {
                u32::from_be_bytes(input_rate_hz)
            } else {
                u32::from_le_bytes(input_rate_hz)
            },
            apart: match content.get(10..) {
                Some(&[family, streams, coupled, left, right]) if family != 0 && streams > 1 => {
                    Some((streams, coupled, [left, right]))
                }
                _ => None,
            },
        })
    }

    /// The rate to decode to: the one that was recorded where Opus can, because a telephone call at
    /// 48 kHz takes six times the memory and holds no more sound.
    fn rate(&self) -> SampleRate {
        match self.input_rate_hz {
            8_000 => SampleRate::Hz8000,
            12_000 => SampleRate::Hz12000,
            16_000 => SampleRate::Hz16000,
            24_000 => SampleRate::Hz24000,
            _ => SampleRate::Hz48000,
        }
    }
}

/// What decodes the packets.
enum Streams {
    /// All channels are in one stream.
    One(Box<dyn AudioDecoder>),
    /// Each of two channels is a stream of its own, as in the sounds that etalon writes.
    Apart(Decoder),
}

/// Decodes the packets of one stream.
pub(crate) struct Opus {
    streams: Streams,
    rate_hz: u32,
    /// Samples per channel at the start that only fill the decoder's memory.
    to_skip: usize,
    /// Samples per channel of the last packet, with those that were left out.
    last_frames: usize,
}

impl Opus {
    /// A decoder for the stream with these parameters.
    pub(crate) fn new(parameters: &AudioCodecParameters) -> Result<Self, Error> {
        let head = Head::parse(parameters.extra_data.as_deref().unwrap_or_default())
            .ok_or(Error::DecodeError("the Opus header is broken"))?;
        let rate_hz = head.rate() as u32;
        let streams = if let Some((streams, coupled, mapping)) = head.apart {
            let broken = Error::DecodeError("the Opus header names streams that are not there");
            let config = Config::try_new(streams, coupled, mapping).ok_or(broken)?;
            Streams::Apart(Decoder::new(config, head.rate()).map_err(failed)?)
        } else {
            let mut parameters = parameters.clone();
            // The adapter skips by the 48 kHz clock, which is wrong at every other rate; skipping
            // is done here.
            parameters.extra_data = None;
            parameters.sample_rate = Some(rate_hz);
            Streams::One(OpusDecoder::try_registry_new(&parameters, &AudioDecoderOptions::default())?)
        };
        let mut opus = Self { streams, rate_hz, to_skip: 0, last_frames: 0 };
        opus.to_skip = opus.samples_of(head.pre_skip.into());
        Ok(opus)
    }

    pub(crate) fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// Leaves the start as it is, because the container tells what of it is sound.
    pub(crate) fn keep_start(&mut self) {
        self.to_skip = 0;
    }

    /// Samples per channel of the packet that was decoded last, with those that are not part of the
    /// recording.
    pub(crate) fn last_frames(&self) -> usize {
        self.last_frames
    }

    /// Samples per channel in so many ticks of the stream's clock.
    fn samples_of(&self, ticks: u64) -> usize {
        (ticks.min(u64::from(u32::MAX)) * u64::from(self.rate_hz) / u64::from(CLOCK_HZ)) as usize
    }

    /// Decodes a packet into the samples of each channel, without those at the start and at the end
    /// that are not part of the recording.
    pub(crate) fn decode(&mut self, packet: &Packet) -> Result<Vec<Vec<f32>>, Error> {
        let trim_end = self.samples_of(packet.trim_end.get());
        let mut planes = match &mut self.streams {
            Streams::One(decoder) => {
                let mut whole = packet.clone();
                whole.trim_start = Duration::ZERO;
                whole.trim_end = Duration::ZERO;
                let mut planes = Vec::new();
                decoder.decode(&whole)?.copy_to_vecs_planar::<f32>(&mut planes);
                planes
            }
            Streams::Apart(decoder) => decoded_apart(decoder, &packet.data, self.rate_hz)?,
        };
        let frames = planes.first().map_or(0, Vec::len);
        self.last_frames = frames;
        let start = self.to_skip.min(frames);
        self.to_skip -= start;
        let end = frames - trim_end.min(frames - start);
        for plane in &mut planes {
            plane.truncate(end);
            plane.drain(..start);
        }
        Ok(planes)
    }
}

/// The samples of two channels that are streams of their own.
fn decoded_apart(decoder: &mut Decoder, packet: &[u8], rate_hz: u32) -> Result<Vec<Vec<f32>>, Error> {
    let longest = (rate_hz / PACKETS_PER_S_MIN) as usize;
    let mut samples = vec![0.0; 2 * longest];
    let frames = decoder.decode_float_to_slice(packet, &mut samples, false).map_err(failed)?;
    let channel = |first: usize| samples.iter().skip(first).step_by(2).take(frames).copied().collect();
    Ok(vec![channel(0), channel(1)])
}

fn failed(_: opusic_c::ErrorCode) -> Error {
    Error::DecodeError("libopus can't decode it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_says_whether_channels_are_streams_of_their_own() {
        let head = |mapping: &[u8]| {
            let mut bytes = b"OpusHead\x01\x02".to_vec();
            bytes.extend([56, 1]);
            bytes.extend(8_000_u32.to_le_bytes());
            bytes.extend([0, 0]);
            bytes.extend(mapping);
            Head::parse(&bytes).map(|head| (head.pre_skip, head.rate() as u32, head.apart))
        };
        for (mapping, expected) in [
            (&[0][..], None),
            (&[1, 1, 1, 0, 1], None),
            (&[1, 2, 0, 0, 1], Some((2, 0, [0, 1]))),
            (&[1, 2, 0], None),
        ] {
            assert_eq!(head(mapping), Some((312, 8_000, expected)), "{mapping:?}");
        }
        assert_eq!(Head::parse(b"OpusHead"), None);
    }

    #[test]
    fn the_header_of_mp4_has_its_numbers_the_other_way_round() {
        let bytes = b"OpusHead\x00\x02\x01\x38\x00\x00\x1f\x40\x00\x00\x00";
        let head = Head::parse(bytes).map(|head| (head.pre_skip, head.rate() as u32));
        assert_eq!(head, Some((312, 8_000)));
    }
}
