//! Ogg Opus files (RFC 7845) with channels that are encoded apart.
//!
//! An ordinary stereo stream codes what its channels share and what differs between them, which
//! puts one side of a call faintly onto the other. Two channels are therefore two streams of one
//! packet (mapping family 1, none of the streams coupled).

use crate::ListenError;
use ogg::{PacketWriteEndInfo, PacketWriter};
use opusic_c::multistream::{Config, Encoder};
use opusic_c::{Application, Bitrate, SampleRate, Signal};
use std::io::Write;

/// The rate of every duration in an Opus stream.
const CLOCK_HZ: u64 = 48_000;
/// A frame is 20 ms.
const FRAMES_PER_SECOND: usize = 50;
/// A page is a second: a player finds its way by pages.
const PACKETS_PER_PAGE: u64 = 50;
/// One stream in a file needs no number of its own, and equal input is to give equal bytes.
const SERIAL: u32 = 0x6574_616c;
/// More than a packet of two streams of 20 ms may have (RFC 6716, section 3.2).
const PACKET_MAX_BYTES: usize = 2 * 1_280;
/// Of 0 to 10: the least. A call is encoded 2.6 times as fast as at 5, in 1 % more bytes.
const COMPLEXITY: u8 = 0;

/// The rates that Opus encodes, and the bits per second that speech needs at each, by channel.
const RATES: [(SampleRate, u32); 5] = [
    (SampleRate::Hz8000, 16_000),
    (SampleRate::Hz12000, 18_000),
    (SampleRate::Hz16000, 24_000),
    (SampleRate::Hz24000, 32_000),
    (SampleRate::Hz48000, 48_000),
];

/// The rate at which a recording is encoded: its own, or the next higher one that there is, hertz.
pub(crate) fn encoded_rate_hz(rate_hz: u32) -> u32 {
    RATES.iter().map(|(rate, _)| *rate as u32).find(|encoded| *encoded >= rate_hz).unwrap_or(48_000)
}

/// Writes one file. Its clock begins with the first sample that is pushed.
pub(crate) struct OpusFile<W: Write> {
    encoder: Encoder,
    writer: PacketWriter<'static, W>,
    channels: usize,
    /// Samples of a frame per channel, and ticks of the clock of each.
    frame: usize,
    ticks_per_sample: u64,
    /// Ticks that a player throws away at the start: the delay of the encoder.
    pre_skip: u64,
    /// Samples of every channel in turn that are still to be encoded.
    held: Vec<f32>,
    /// Samples per channel that were pushed.
    pushed: u64,
    /// The packet that is not written yet, because it may be the last one.
    packet: Option<Vec<u8>>,
    packets: u64,
}

impl<W: Write> OpusFile<W> {
    /// Begins a file of one or two channels at one of the rates that
    /// [`encoded_rate_hz`] gives.
    pub(crate) fn begin(output: W, channels: usize, rate_hz: u32) -> Result<Self, ListenError> {
        let rate = RATES.into_iter().find(|(rate, _)| *rate as u32 == rate_hz);
        let (rate, bits_per_second) = rate.ok_or(ListenError::Encoder("no rate of Opus"))?;
        let mut encoder = encoder(channels, rate)?;
        encoder.set_bitrate(Bitrate::Value(bits_per_second * channels as u32))?;
        encoder.set_complexity(COMPLEXITY)?;
        encoder.set_signal(Signal::Voice)?;
        let ticks_per_sample = CLOCK_HZ / u64::from(rate_hz);
        let pre_skip = u64::from(encoder.get_look_ahead()?) * ticks_per_sample;
        let mut file = Self {
            encoder,
            writer: PacketWriter::new(output),
            channels,
            frame: rate_hz as usize / FRAMES_PER_SECOND,
            ticks_per_sample,
            pre_skip,
            held: Vec::new(),
            pushed: 0,
            packet: None,
            packets: 0,
        };
        file.write(head(channels, pre_skip, rate_hz), PacketWriteEndInfo::EndPage, 0)?;
        file.write(tags(), PacketWriteEndInfo::EndPage, 0)?;
        Ok(file)
    }

    /// Takes the samples of every channel that follow the ones before, equally many of each.
    pub(crate) fn push(&mut self, channels: &[Vec<f32>]) -> Result<(), ListenError> {
        let count = channels.iter().map(Vec::len).min().unwrap_or(0);
        self.held.reserve(count * self.channels);
        for place in 0..count {
            self.held.extend(channels.iter().map(|samples| samples[place]));
        }
        self.pushed += count as u64;
        self.encode_whole_frames()
    }

    /// Encodes what is held, ends the file, and gives back the output.
    pub(crate) fn finish(mut self) -> Result<W, ListenError> {
        // What the encoder delays comes out only when so much has followed.
        let delay = (self.pre_skip / self.ticks_per_sample) as usize;
        let frame = self.frame * self.channels;
        let wanted = (self.held.len() + delay * self.channels).next_multiple_of(frame);
        self.held.resize(wanted, 0.0);
        self.encode_whole_frames()?;
        let end = self.pre_skip + self.pushed * self.ticks_per_sample;
        let last = self.packet.take().ok_or(ListenError::Encoder("there is no sample"))?;
        self.write(last, PacketWriteEndInfo::EndStream, end)?;
        let mut output = self.writer.into_inner();
        output.flush().map_err(ListenError::Write)?;
        Ok(output)
    }

    fn encode_whole_frames(&mut self) -> Result<(), ListenError> {
        let held = std::mem::take(&mut self.held);
        let frames = held.chunks_exact(self.frame * self.channels);
        let rest = frames.remainder().to_vec();
        for frame in frames {
            let mut packet = vec![0; PACKET_MAX_BYTES];
            let length = self.encoder.encode_float_to_slice(frame, &mut packet)?;
            packet.truncate(length);
            self.write_earlier_packet()?;
            self.packet = Some(packet);
        }
        self.held = rest;
        Ok(())
    }

    /// Writes the packet before the newest one, which is thus not the last.
    fn write_earlier_packet(&mut self) -> Result<(), ListenError> {
        let Some(packet) = self.packet.take() else { return Ok(()) };
        self.packets += 1;
        let end = self.packets * self.frame as u64 * self.ticks_per_sample;
        let is_page = self.packets.is_multiple_of(PACKETS_PER_PAGE);
        let ending = if is_page { PacketWriteEndInfo::EndPage } else { PacketWriteEndInfo::NormalPacket };
        self.write(packet, ending, end)
    }

    fn write(&mut self, packet: Vec<u8>, ending: PacketWriteEndInfo, end: u64) -> Result<(), ListenError> {
        self.writer.write_packet(packet, SERIAL, ending, end).map_err(ListenError::Write)
    }
}

fn encoder(channels: usize, rate: SampleRate) -> Result<Encoder, ListenError> {
    let no_config = ListenError::Encoder("no such number of channels");
    Ok(if channels == 2 {
        Encoder::new(Config::try_new(2, 0, [0, 1]).ok_or(no_config)?, rate, Application::Voip)?
    } else {
        Encoder::new(Config::try_new(1, 0, [0]).ok_or(no_config)?, rate, Application::Voip)?
    })
}

/// The identification header (RFC 7845, section 5.1).
fn head(channels: usize, pre_skip: u64, rate_hz: u32) -> Vec<u8> {
    let mut head = b"OpusHead\x01".to_vec();
    head.push(channels as u8);
    head.extend((pre_skip as u16).to_le_bytes());
    head.extend(rate_hz.to_le_bytes());
    head.extend([0, 0]);
    if channels == 2 {
        // Family 1: two streams, none of which is coupled, the first of them on the left.
        head.extend([1, 2, 0, 0, 1]);
    } else {
        head.push(0);
    }
    head
}

/// The comment header (RFC 7845, section 5.2): the library, and nothing of the call.
fn tags() -> Vec<u8> {
    let vendor = opusic_c::version().as_bytes();
    let mut tags = b"OpusTags".to_vec();
    tags.extend((vendor.len() as u32).to_le_bytes());
    tags.extend(vendor);
    tags.extend(0_u32.to_le_bytes());
    tags
}
