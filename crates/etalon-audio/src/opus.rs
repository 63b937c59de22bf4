//! Opus (RFC 6716) in the packets that Ogg carries (RFC 7845), through libopus.

use symphonia::core::audio::GenericAudioBufferRef;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::codecs::registry::RegisterableAudioDecoder;
use symphonia::core::errors::Error;
use symphonia::core::packet::Packet;
use symphonia::core::units::Duration;
use symphonia_adapter_libopus::OpusDecoder;

/// The rate of every duration in an Opus stream, whatever rate is decoded to.
const CLOCK_HZ: u32 = 48_000;

/// The part of the identification header that decides about decoding (RFC 7845, section 5.1).
#[derive(Debug, PartialEq, Eq)]
struct Head {
    pre_skip: u16,
    input_rate_hz: u32,
}

impl Head {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let content = bytes.strip_prefix(b"OpusHead")?;
        Some(Self {
            pre_skip: u16::from_le_bytes(content.get(2..4)?.try_into().ok()?),
            input_rate_hz: u32::from_le_bytes(content.get(4..8)?.try_into().ok()?),
        })
    }

    /// The rate to decode to: the one that was recorded where Opus can, because a telephone call at
    /// 48 kHz takes six times the memory and holds no more sound.
    fn rate_hz(&self) -> u32 {
        match self.input_rate_hz {
            rate @ (8_000 | 12_000 | 16_000 | 24_000) => rate,
            _ => CLOCK_HZ,
        }
    }
}

/// Decodes the packets of one stream.
pub(crate) struct Opus {
    decoder: Box<dyn AudioDecoder>,
    rate_hz: u32,
    /// Samples per channel at the start that only fill the decoder's memory.
    to_skip: usize,
}

impl Opus {
    /// A decoder for the stream with these parameters.
    pub(crate) fn new(parameters: &AudioCodecParameters) -> Result<Self, Error> {
        let head = Head::parse(parameters.extra_data.as_deref().unwrap_or_default())
            .ok_or(Error::DecodeError("the Opus header is broken"))?;
        let mut parameters = parameters.clone();
        // The adapter skips by the 48 kHz clock, which is wrong at every other rate; skipping is
        // done here.
        parameters.extra_data = None;
        parameters.sample_rate = Some(head.rate_hz());
        let decoder = OpusDecoder::try_registry_new(&parameters, &AudioDecoderOptions::default())?;
        let mut opus = Self { decoder, rate_hz: head.rate_hz(), to_skip: 0 };
        opus.to_skip = opus.samples_of(head.pre_skip.into());
        Ok(opus)
    }

    pub(crate) fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// Samples per channel in so many ticks of the stream's clock.
    pub(crate) fn samples_of(&self, ticks: u64) -> usize {
        (ticks.min(u64::from(u32::MAX)) * u64::from(self.rate_hz) / u64::from(CLOCK_HZ)) as usize
    }

    /// Decodes a packet, and gives its samples with how many of them at the start and at the end
    /// are not part of the recording.
    pub(crate) fn decode(
        &mut self,
        packet: &Packet,
    ) -> Result<(GenericAudioBufferRef<'_>, usize, usize), Error> {
        let trim_end = self.samples_of(packet.trim_end.get());
        let mut whole = packet.clone();
        whole.trim_start = Duration::ZERO;
        whole.trim_end = Duration::ZERO;
        let to_skip = self.to_skip;
        let buffer = self.decoder.decode(&whole)?;
        let frames = buffer.frames();
        let start = to_skip.min(frames);
        self.to_skip = to_skip - start;
        Ok((buffer, start, trim_end.min(frames - start)))
    }
}
