/// How the samples of a recording were stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Codec {
    /// Linear, unsigned, 8 bits.
    Pcm8,
    /// Linear, 16 bits.
    Pcm16,
    /// Linear, 24 bits.
    Pcm24,
    /// Linear, 32 bits.
    Pcm32,
    /// Linear, more than 32 bits.
    Pcm64,
    /// IEEE 754 single precision.
    Float32,
    /// IEEE 754 double precision.
    Float64,
    /// ITU-T G.711 A-law.
    Alaw,
    /// ITU-T G.711 µ-law.
    Mulaw,
    /// IMA ADPCM in Microsoft's blocks (format tag 0x11).
    ImaAdpcm,
    /// Microsoft ADPCM (format tag 2).
    MsAdpcm,
    /// GSM 06.10 full rate, in Microsoft's blocks of 65 bytes or in plain frames of 33.
    Gsm,
    /// ADPCM of OKI and Dialogic (VOX).
    OkiAdpcm,
    /// ITU-T G.722 at 64 kbit/s.
    G722,
    /// ITU-T G.729.
    G729,
    /// MPEG audio layer III.
    Mp3,
    /// Free Lossless Audio Codec, at most 16 bits.
    Flac,
    /// Free Lossless Audio Codec, more than 16 bits.
    Flac24,
    /// Vorbis.
    Vorbis,
    /// Opus (RFC 6716).
    Opus,
    /// Advanced Audio Coding.
    Aac,
}

impl Codec {
    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pcm8 => "pcm8",
            Self::Pcm16 => "pcm16",
            Self::Pcm24 => "pcm24",
            Self::Pcm32 => "pcm32",
            Self::Pcm64 => "pcm64",
            Self::Float32 => "float32",
            Self::Float64 => "float64",
            Self::Alaw => "alaw",
            Self::Mulaw => "mulaw",
            Self::ImaAdpcm => "ima_adpcm",
            Self::MsAdpcm => "ms_adpcm",
            Self::Gsm => "gsm",
            Self::OkiAdpcm => "oki_adpcm",
            Self::G722 => "g722",
            Self::G729 => "g729",
            Self::Mp3 => "mp3",
            Self::Flac | Self::Flac24 => "flac",
            Self::Vorbis => "vorbis",
            Self::Opus => "opus",
            Self::Aac => "aac",
        }
    }

    /// Whether every sample fits into 16 bits, so that it is kept as an integer.
    pub fn is_at_most_16_bits(self) -> bool {
        matches!(
            self,
            Self::Pcm8
                | Self::Pcm16
                | Self::Alaw
                | Self::Mulaw
                | Self::ImaAdpcm
                | Self::MsAdpcm
                | Self::Gsm
                | Self::OkiAdpcm
                | Self::G722
                | Self::G729
                | Self::Flac
        )
    }
}
