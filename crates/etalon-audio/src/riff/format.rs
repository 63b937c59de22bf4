use crate::{AudioError, Codec};
use etalon_call::Defect;

/// How the bytes of the data chunk become samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Unsigned, one byte.
    Unsigned8,
    /// Two's complement, left-justified in this many bytes (1 to 8).
    Signed {
        bytes: usize,
    },
    /// IEEE 754, four bytes.
    Float32,
    /// IEEE 754, eight bytes.
    Float64,
    Alaw,
    Mulaw,
}

/// What the format chunk says, repaired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WaveFormat {
    pub(crate) encoding: Encoding,
    pub(crate) big_endian: bool,
    pub(crate) channels: u64,
    pub(crate) rate_hz: u32,
}

impl Encoding {
    /// Bytes of one sample of one channel.
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::Unsigned8 | Self::Alaw | Self::Mulaw => 1,
            Self::Signed { bytes } => bytes,
            Self::Float32 => 4,
            Self::Float64 => 8,
        }
    }

    pub(crate) fn codec(self) -> Codec {
        match self {
            Self::Unsigned8 | Self::Signed { bytes: 1 } => Codec::Pcm8,
            Self::Signed { bytes: 2 } => Codec::Pcm16,
            Self::Signed { bytes: 3 } => Codec::Pcm24,
            Self::Signed { bytes: 4 } => Codec::Pcm32,
            Self::Signed { .. } => Codec::Pcm64,
            Self::Float32 => Codec::Float32,
            Self::Float64 => Codec::Float64,
            Self::Alaw => Codec::Alaw,
            Self::Mulaw => Codec::Mulaw,
        }
    }
}

/// Format tags (RFC 2361 and Microsoft's `mmreg.h`).
mod tag {
    pub(super) const PCM: u16 = 0x0001;
    pub(super) const FLOAT: u16 = 0x0003;
    pub(super) const ALAW: u16 = 0x0006;
    pub(super) const MULAW: u16 = 0x0007;
    pub(super) const IBM_MULAW: u16 = 0x0101;
    pub(super) const IBM_ALAW: u16 = 0x0102;
    pub(super) const EXTENSIBLE: u16 = 0xfffe;
}

/// The last 14 bytes of every sub-format GUID that stands for a format tag.
const SUB_FORMAT_TAIL: [u8; 14] =
    [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71];

/// The rate of a telephone, taken where the header has none.
const TELEPHONE_RATE_HZ: u32 = 8_000;

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
            "its format chunk has {} of at least 14 bytes; name the file .ulaw, .alaw or .sln to read it as raw samples",
            body.len()
        )));
    };
    let bits = fields.u16(14).unwrap_or(0);
    let tag = if stored_tag == tag::EXTENSIBLE { sub_format(&fields, bits, defects) } else { stored_tag };
    let channels = repaired_channels(channels, bits, block_bytes, defects);
    let encoding = encoding(tag, bits, channels, block_bytes, rate_hz, byte_rate, defects)?;
    let frame_bytes = encoding.bytes() as u64 * u64::from(channels);
    let rate_hz = repaired_rate(rate_hz, byte_rate, frame_bytes, defects);
    note_contradictions(rate_hz, byte_rate, block_bytes, frame_bytes, defects);
    Ok(WaveFormat { encoding, big_endian, channels: u64::from(channels), rate_hz })
}

fn sub_format(fields: &Fields<'_>, bits: u16, defects: &mut Vec<Defect>) -> u16 {
    if let Some(tag) = fields.u16(24)
        && fields.body.get(26..40) == Some(&SUB_FORMAT_TAIL)
    {
        return tag;
    }
    // Of a sub-format that is cut off or private only the width is known, and linear samples are what it means most.
    defects.push(Defect::new(
        "sub_format_unknown",
        format!("the extensible format names no known sub-format; {bits} bits are read as linear samples"),
    ));
    tag::PCM
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

fn encoding(
    tag: u16,
    bits: u16,
    channels: u16,
    block_bytes: u16,
    rate_hz: u32,
    byte_rate: u32,
    defects: &mut Vec<Defect>,
) -> Result<Encoding, AudioError> {
    match tag {
        tag::PCM => {
            let rates_agree = u64::from(rate_hz) * u64::from(block_bytes) == u64::from(byte_rate);
            linear(bits, channels, block_bytes, rates_agree, defects)
        }
        tag::FLOAT if bits == 64 => Ok(Encoding::Float64),
        tag::FLOAT => Ok(Encoding::Float32),
        tag::ALAW | tag::IBM_ALAW => Ok(Encoding::Alaw),
        tag::MULAW | tag::IBM_MULAW => Ok(Encoding::Mulaw),
        other => Err(AudioError::Unsupported(format!(
            "WAVE format {other:#06x}{} has no decoder here; convert the recording to PCM first",
            name_of(other)
        ))),
    }
}

/// The container of linear samples. The bits decide; the block size only where bits alone leave it open.
fn linear(
    bits: u16,
    channels: u16,
    block_bytes: u16,
    rates_agree: bool,
    defects: &mut Vec<Defect>,
) -> Result<Encoding, AudioError> {
    let by_bits = usize::from(bits.div_ceil(8));
    let by_block = usize::from(block_bytes / channels);
    let is_plain = matches!(bits, 8 | 16 | 32 | 64);
    let bytes = if bits == 0 {
        defects.push(Defect::new(
            "bits_zero",
            format!("the header has 0 bits per sample; {by_block} bytes assumed"),
        ));
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
            "linear samples of {bits} bits are none; name the file .sln to read it as raw 16-bit samples"
        ))),
    }
}

fn repaired_rate(rate_hz: u32, byte_rate: u32, frame_bytes: u64, defects: &mut Vec<Defect>) -> u32 {
    if rate_hz != 0 {
        return rate_hz;
    }
    let derived = u64::from(byte_rate) / frame_bytes.max(1);
    let repaired = u32::try_from(derived).ok().filter(|rate| *rate > 0).unwrap_or(TELEPHONE_RATE_HZ);
    defects.push(Defect::new("rate_zero", format!("the header has a rate of 0 Hz; {repaired} Hz assumed")));
    repaired
}

fn note_contradictions(
    rate_hz: u32,
    byte_rate: u32,
    block_bytes: u16,
    frame_bytes: u64,
    defects: &mut Vec<Defect>,
) {
    if u64::from(block_bytes) != frame_bytes {
        defects.push(Defect::new(
            "block_size_wrong",
            format!("the header has frames of {block_bytes} bytes, the samples make {frame_bytes}"),
        ));
    }
    let expected = u64::from(rate_hz) * frame_bytes;
    if u64::from(byte_rate) != expected {
        defects.push(Defect::new(
            "byte_rate_wrong",
            format!("the header has {byte_rate} bytes per second, rate and samples make {expected}"),
        ));
    }
}

/// What an undecodable format tag is called, to help whoever has to convert the recording.
fn name_of(tag: u16) -> &'static str {
    match tag {
        0x0010 => " (OKI ADPCM)",
        0x0014 | 0x0042 | 0x0111 => " (G.723)",
        0x0022 => " (TrueSpeech)",
        0x0040 | 0x0045 | 0x0064 | 0x0085 | 0x0140 => " (G.726)",
        0x0041 | 0x0135 => " (G.728)",
        0x0065 | 0x028f => " (G.722)",
        0x0083 | 0x0133 => " (G.729)",
        0x0160..=0x0163 => " (Windows Media Audio)",
        0xa109 => " (Speex)",
        _ => "",
    }
}
