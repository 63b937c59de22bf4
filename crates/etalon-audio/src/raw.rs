//! Recordings without a header, which only their names explain.

use crate::adpcm::oki;
use crate::blocks::{BlockCodec, G729_FRAME_BYTES, STREAM_BLOCK_BYTES};
use crate::gsm;
use crate::linear::Encoding;
use crate::riff::{Stored, WaveFormat};
use etalon_call::Defect;

/// What had to be assumed of a recording that nothing tells.
///
/// Dialogic's boards write VOX at 6 or at 8 kHz, and the file does not say which.
pub(crate) fn assumptions(extension: &str) -> Vec<Defect> {
    let is_vox = extension.eq_ignore_ascii_case("vox");
    let detail = "a VOX file does not tell its rate; it is read with 8000 Hz, and some are of 6000 Hz: if the voices \
                  are too fast, convert it with `sox -t vox -r 6000 FILE FILE.wav`";
    is_vox.then(|| Defect::new("rate_assumed", detail)).into_iter().collect()
}

/// How a file with this extension is stored, if the extension stands for one format: the names that
/// Asterisk, other telephone systems use.
pub(crate) fn format_of(extension: &str) -> Option<WaveFormat> {
    let interleaved = |encoding, rate_hz| WaveFormat {
        stored: Stored::Interleaved { encoding, big_endian: false },
        channels: 1,
        rate_hz,
    };
    let stream = |codec, rate_hz| WaveFormat {
        stored: Stored::Blocks { codec, block_bytes: STREAM_BLOCK_BYTES },
        channels: 1,
        rate_hz,
    };
    let linear = |rate_hz| interleaved(Encoding::Signed { bytes: 2 }, rate_hz);
    Some(match extension.to_ascii_lowercase().as_str() {
        "ulaw" | "ul" | "mulaw" | "pcmu" | "mu" => interleaved(Encoding::Mulaw, 8_000),
        "alaw" | "al" | "pcma" => interleaved(Encoding::Alaw, 8_000),
        "sln" | "sln8" | "slin" => linear(8_000),
        "sln12" => linear(12_000),
        "sln16" => linear(16_000),
        "sln24" => linear(24_000),
        "sln32" => linear(32_000),
        "sln44" => linear(44_100),
        "sln48" => linear(48_000),
        "g722" => stream(BlockCodec::G722(Box::default()), 16_000),
        "g729" => WaveFormat {
            stored: Stored::Blocks { codec: BlockCodec::G729(Box::default()), block_bytes: G729_FRAME_BYTES },
            channels: 1,
            rate_hz: 8_000,
        },
        "vox" => stream(BlockCodec::Oki(oki::Decoder::default()), 8_000),
        "gsm" => WaveFormat {
            stored: Stored::Blocks {
                codec: BlockCodec::GsmFrames(Box::default()),
                block_bytes: gsm::FRAME_BYTES,
            },
            channels: 1,
            rate_hz: 8_000,
        },
        _ => return None,
    })
}
