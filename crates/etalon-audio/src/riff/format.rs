use crate::AudioError;
use crate::adpcm::microsoft;
use crate::adpcm::oki;
use crate::blocks::{BlockCodec, G729_FRAME_BYTES, STREAM_BLOCK_BYTES};
use crate::file_format::CONVERSION;
use crate::gsm;
use crate::linear::Encoding;
use etalon_call::Defect;

/// How the audio of a WAVE file is stored.
#[derive(Debug)]
pub(crate) enum Stored {
    Interleaved {
        encoding: Encoding,
        big_endian: bool,
    },
    Blocks {
        codec: BlockCodec,
        block_bytes: usize,
    },
    /// A whole stream of MPEG audio inside the data chunk.
    Mpeg,
}

/// What the format chunk says, repaired.
#[derive(Debug)]
pub(crate) struct WaveFormat {
    pub(crate) stored: Stored,
    pub(crate) channels: u64,
    pub(crate) rate_hz: u32,
}

/// Format tags (RFC 2361 and Microsoft's `mmreg.h`).
mod tag {
    pub(super) const PCM: u16 = 0x0001;
    pub(super) const MS_ADPCM: u16 = 0x0002;
    pub(super) const FLOAT: u16 = 0x0003;
    pub(super) const ALAW: u16 = 0x0006;
    pub(super) const MULAW: u16 = 0x0007;
    pub(super) const OKI_ADPCM: u16 = 0x0010;
    pub(super) const IMA_ADPCM: u16 = 0x0011;
    pub(super) const DIALOGIC_ADPCM: u16 = 0x0017;
    pub(super) const GSM: u16 = 0x0031;
    pub(super) const MPEG: u16 = 0x0050;
    pub(super) const G722: u16 = 0x0065;
    pub(super) const G722_OF_FFMPEG: u16 = 0x028f;
    pub(super) const MP3: u16 = 0x0055;
    pub(super) const G729: u16 = 0x0083;
    pub(super) const IBM_MULAW: u16 = 0x0101;
    pub(super) const IBM_ALAW: u16 = 0x0102;
    pub(super) const G729_OF_FFMPEG: u16 = 0x0133;
    pub(super) const EXTENSIBLE: u16 = 0xfffe;
}

/// The last 8 bytes of every sub-format GUID that stands for a format tag.
const SUB_FORMAT_TAIL: [u8; 8] = [0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71];

/// A shorter format chunk says too little.
pub(super) const LEAST_BYTES: usize = 14;

/// The rate of a telephone, taken where the header has none.
const TELEPHONE_RATE_HZ: u32 = 8_000;

/// The rate that G.722 decodes to.
const G722_RATE_HZ: u32 = 16_000;

/// The numbers of the chunk as they stand there.
struct Fields<'a> {
    body: &'a [u8],
    big_endian: bool,
}

impl Fields<'_> {
    fn u16(&self, offset: usize) -> Option<u16> {
        let bytes = self.body.get(offset..offset + 2)?.try_into().ok()?;
        Some(if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn u32(&self, offset: usize) -> Option<u32> {
        let bytes = self.body.get(offset..offset + 4)?.try_into().ok()?;
        Some(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }
}

/// Reads a format chunk of at least 14 bytes and repairs what contradicts itself.
pub(crate) fn parse(
    body: &[u8],
    big_endian: bool,
    defects: &mut Vec<Defect>,
) -> Result<WaveFormat, AudioError> {
    let fields = Fields { body, big_endian };
    let (Some(stored_tag), Some(channels), Some(rate_hz), Some(byte_rate), Some(block_bytes)) =
        (fields.u16(0), fields.u16(2), fields.u32(4), fields.u32(8), fields.u16(12))
    else {
        return Err(AudioError::Corrupt(format!(
            "its format chunk has {} of at least {LEAST_BYTES} bytes; fetch the file again",
            body.len()
        )));
    };
    let bits = fields.u16(14).unwrap_or(0);
    let tag = if stored_tag == tag::EXTENSIBLE { sub_format(&fields, bits, defects) } else { stored_tag };
    let header = Header { tag, channels, rate_hz, byte_rate, block_bytes, bits };
    match tag {
        tag::MPEG | tag::MP3 => Ok(header.with(Stored::Mpeg)),
        tag::GSM => Ok(header.gsm(defects)),
        tag::OKI_ADPCM | tag::DIALOGIC_ADPCM => {
            Ok(header.stream(BlockCodec::Oki(oki::Decoder::default()), defects))
        }
        tag::G729 | tag::G729_OF_FFMPEG => Ok(header.g729(defects)),
        tag::G722 | tag::G722_OF_FFMPEG => {
            // Its clock runs at 8,000 in RTP, and some writers put that here.
            let header = Header { rate_hz: G722_RATE_HZ, ..header };
            Ok(header.stream(BlockCodec::G722(Box::default()), defects))
        }
        tag::IMA_ADPCM | tag::MS_ADPCM => header.adpcm(&fields, defects),
        _ => header.interleaved(big_endian, defects),
    }
}

/// The fixed part of the chunk.
struct Header {
    tag: u16,
    channels: u16,
    rate_hz: u32,
    byte_rate: u32,
    block_bytes: u16,
    bits: u16,
}

impl Header {
    fn with(&self, stored: Stored) -> WaveFormat {
        WaveFormat { stored, channels: u64::from(self.channels), rate_hz: self.rate_hz }
    }

    /// A codec that gives two samples of its one channel for every byte.
    fn stream(mut self, codec: BlockCodec, defects: &mut Vec<Defect>) -> WaveFormat {
        self.channels = one_channel(self.channels, codec.codec().name(), defects);
        self.rate_hz = repaired_rate(self.rate_hz, self.byte_rate, 1, 2, defects);
        self.with(Stored::Blocks { codec, block_bytes: STREAM_BLOCK_BYTES })
    }

    fn g729(mut self, defects: &mut Vec<Defect>) -> WaveFormat {
        self.channels = one_channel(self.channels, "G.729", defects);
        self.rate_hz = repaired_rate(self.rate_hz, self.byte_rate, 10, 80, defects);
        let codec = BlockCodec::G729(Box::default());
        self.with(Stored::Blocks { codec, block_bytes: G729_FRAME_BYTES })
    }

    fn gsm(mut self, defects: &mut Vec<Defect>) -> WaveFormat {
        self.channels = one_channel(self.channels, "GSM 06.10", defects);
        // 65 bytes for every 320 samples.
        self.rate_hz = repaired_rate(self.rate_hz, self.byte_rate, 65, 320, defects);
        let codec = BlockCodec::GsmBlocks(Box::default());
        self.with(Stored::Blocks { codec, block_bytes: gsm::BLOCK_BYTES })
    }

    fn adpcm(mut self, fields: &Fields<'_>, defects: &mut Vec<Defect>) -> Result<WaveFormat, AudioError> {
        if self.bits == 3 {
            return Err(AudioError::Unsupported(
                "ADPCM of 3 bits has no decoder here; convert the recording to PCM first".into(),
            ));
        }
        self.channels = repaired_channels(self.channels, 0, 0, defects);
        let channels = usize::from(self.channels);
        let (codec, least_bytes) = if self.tag == tag::IMA_ADPCM {
            (BlockCodec::Ima, 4 * channels + 1)
        } else {
            (BlockCodec::Microsoft { coefficients: coefficients(fields) }, 7 * channels)
        };
        let mut block_bytes = usize::from(self.block_bytes);
        if block_bytes < least_bytes {
            block_bytes = 256 * channels;
            defects.push(Defect::new(
                "block_size_wrong",
                format!("the header has blocks of {} bytes; {block_bytes} assumed", self.block_bytes),
            ));
        }
        let samples = codec.samples_in(block_bytes, channels) as u64;
        self.rate_hz = repaired_rate(self.rate_hz, self.byte_rate, block_bytes as u64, samples, defects);
        Ok(self.with(Stored::Blocks { codec, block_bytes }))
    }

    fn interleaved(mut self, big_endian: bool, defects: &mut Vec<Defect>) -> Result<WaveFormat, AudioError> {
        self.channels = repaired_channels(self.channels, self.bits, self.block_bytes, defects);
        let encoding = self.encoding(defects)?;
        let frame_bytes = encoding.bytes() as u64 * u64::from(self.channels);
        self.rate_hz = repaired_rate(self.rate_hz, self.byte_rate, frame_bytes, 1, defects);
        self.note_contradictions(frame_bytes, defects);
        Ok(self.with(Stored::Interleaved { encoding, big_endian }))
    }

    fn encoding(&self, defects: &mut Vec<Defect>) -> Result<Encoding, AudioError> {
        match self.tag {
            tag::PCM => self.linear(defects),
            tag::FLOAT if self.bits == 64 => Ok(Encoding::Float64),
            tag::FLOAT => Ok(Encoding::Float32),
            tag::ALAW | tag::IBM_ALAW => Ok(Encoding::Alaw),
            tag::MULAW | tag::IBM_MULAW => Ok(Encoding::Mulaw),
            other => Err(AudioError::Unsupported(format!(
                "WAVE format {other:#06x}{} has no decoder here; convert it with `{CONVERSION}`",
                name_of(other)
            ))),
        }
    }

    /// The container of linear samples. The bits decide; the block size only where bits alone leave
    /// it open.
    fn linear(&self, defects: &mut Vec<Defect>) -> Result<Encoding, AudioError> {
        let by_bits = usize::from(self.bits.div_ceil(8));
        let by_block = usize::from(self.block_bytes / self.channels.max(1));
        let rates_agree = u64::from(self.rate_hz) * u64::from(self.block_bytes) == u64::from(self.byte_rate);
        let is_plain = matches!(self.bits, 8 | 16 | 32 | 64);
        let bytes = if self.bits == 0 {
            let detail = format!("the header has 0 bits per sample; {by_block} bytes assumed");
            defects.push(Defect::new("bits_zero", detail));
            by_block
        } else if !is_plain && rates_agree && by_block > by_bits {
            by_block
        } else {
            by_bits
        };
        match bytes {
            1 => Ok(Encoding::Unsigned8),
            2..=8 => Ok(Encoding::Signed { bytes }),
            _ => Err(AudioError::Corrupt(format!(
                "linear samples of {} bits are none; fetch the file again",
                self.bits
            ))),
        }
    }

    fn note_contradictions(&self, frame_bytes: u64, defects: &mut Vec<Defect>) {
        if u64::from(self.block_bytes) != frame_bytes {
            defects.push(Defect::new(
                "block_size_wrong",
                format!(
                    "the header has frames of {} bytes, the samples make {frame_bytes}",
                    self.block_bytes
                ),
            ));
        }
        let expected = u64::from(self.rate_hz) * frame_bytes;
        if u64::from(self.byte_rate) != expected {
            defects.push(Defect::new(
                "byte_rate_wrong",
                format!(
                    "the header has {} bytes per second, rate and samples make {expected}",
                    self.byte_rate
                ),
            ));
        }
    }
}

/// The predictors that the file brings along; the standard ones when it brings none.
fn coefficients(fields: &Fields<'_>) -> Vec<(i16, i16)> {
    let count = usize::from(fields.u16(20).unwrap_or(0)).min(256);
    let brought: Vec<(i16, i16)> = (0..count)
        .map_while(|index| {
            let at = 22 + 4 * index;
            Some((fields.u16(at)?.cast_signed(), fields.u16(at + 2)?.cast_signed()))
        })
        .collect();
    if brought.is_empty() { microsoft::STANDARD_COEFFICIENTS.to_vec() } else { brought }
}

fn sub_format(fields: &Fields<'_>, bits: u16, defects: &mut Vec<Defect>) -> u16 {
    if let Some(tag) = fields.u32(24).and_then(|tag| u16::try_from(tag).ok())
        && (fields.u16(28), fields.u16(30)) == (Some(0x0000), Some(0x0010))
        && fields.body.get(32..40) == Some(&SUB_FORMAT_TAIL)
    {
        return tag;
    }
    // Of a sub-format that is cut off or private only the width is known, and linear samples are
    // what it means most.
    defects.push(Defect::new(
        "sub_format_unknown",
        format!("the extensible format names no known sub-format; {bits} bits are read as linear samples"),
    ));
    tag::PCM
}

fn one_channel(channels: u16, codec: &str, defects: &mut Vec<Defect>) -> u16 {
    if channels != 1 {
        let detail = format!("the header has {channels} channels, {codec} has one");
        defects.push(Defect::new("channels_wrong", detail));
    }
    1
}

fn repaired_channels(channels: u16, bits: u16, block_bytes: u16, defects: &mut Vec<Defect>) -> u16 {
    if channels != 0 {
        return channels;
    }
    let sample_bytes = bits.div_ceil(8).max(1);
    let repaired = (block_bytes / sample_bytes).max(1);
    defects.push(Defect::new("channels_zero", format!("the header has 0 channels; {repaired} assumed")));
    repaired
}

/// The rate of the header, or the one that the bytes per second and the samples per block make.
fn repaired_rate(
    rate_hz: u32,
    byte_rate: u32,
    block_bytes: u64,
    block_samples: u64,
    defects: &mut Vec<Defect>,
) -> u32 {
    if rate_hz != 0 {
        return rate_hz;
    }
    let derived = u64::from(byte_rate) * block_samples / block_bytes.max(1);
    let repaired = u32::try_from(derived).ok().filter(|rate| *rate > 0).unwrap_or(TELEPHONE_RATE_HZ);
    defects.push(Defect::new("rate_zero", format!("the header has a rate of 0 Hz; {repaired} Hz assumed")));
    repaired
}

/// What an undecodable format tag is called, to help whoever has to convert the recording.
fn name_of(tag: u16) -> &'static str {
    match tag {
        0x0014 | 0x0042 | 0x0111 => " (G.723)",
        0x0022 => " (TrueSpeech)",
        0x0040 | 0x0045 | 0x0064 | 0x0085 | 0x0140 => " (G.726)",
        0x0041 | 0x0135 => " (G.728)",
        0x0057 | 0x7361 => " (AMR-NB)",
        0x0058 => " (AMR-WB)",
        0x0160..=0x0163 => " (Windows Media Audio)",
        0xa109 => " (Speex)",
        _ => "",
    }
}
