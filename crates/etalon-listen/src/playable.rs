//! Which originals every browser plays on the clock of the call.

use crate::{ListenError, Original};
use etalon_audio::{AudioError, CallFiles, Codec, FileFormat, Limits};
use etalon_call::{Defect, Span, named_enum};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Defects that leave the samples and their times as every other program finds them. A defect that
/// is not known here counts as a repair.
const WITHOUT_REPAIR: &[&str] = &[
    // What was declared, and who speaks.
    "channels_swapped",
    "fact_not_understood",
    "facts_contradict",
    "layout_contradicted",
    "roles_swapped",
    "side_missing",
    // The signal.
    "clipping",
    "crosstalk",
    "dc_offset",
    "dead_channel",
    "dual_mono",
    "hum",
    "level_difference",
    "rate_suspect",
    "silent",
];

/// Transcripts from elsewhere have defects that begin so; they say nothing of the recording.
const OF_TRANSCRIPT: &str = "transcript_";

/// How the recording of a call is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Playback {
    /// Every browser plays the original, on the clock of the call.
    Link {
        /// Its media type, for instance `audio/wav`.
        media_type: &'static str,
    },
    /// It has to be converted.
    Convert(ConversionReason),
}

named_enum! {
    /// Why an original is not played as it is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    pub enum ConversionReason {
        /// Not every browser plays its format or its codec.
        Format = "format",
        /// The sides of the call lie in two files.
        TwoFiles = "two_files",
        /// It has more than two channels.
        Channels = "channels",
        /// It is damaged, joined, or has a wrong header: a player would show other times, or stop.
        Repaired = "repaired",
        /// It does not tell what its encoder put before the sound: a player would show later times.
        EncoderDelay = "encoder_delay",
        /// Parts of it must not be heard.
        Muted = "muted",
    }
}

/// Whether the recording of a call can be played as it is, and otherwise why not.
///
/// What browsers play is taken from what Chromium, Firefox and Safari have in common. G.711 in WAVE
/// is part of it: `ffmpeg_common.cc` of Chromium, `WaveDecoder` of Firefox, and the table of Core
/// Audio, with which Safari plays, name both laws. The bytes are not compared with those that were
/// heard; [`copy`](crate::copy) and [`convert`](crate::convert)
/// do that.
///
/// # Errors
///
/// [`ListenError::Recording`] where the recording is gone or cannot be read.
pub fn playable(original: &Original<'_>, muted: &[Span], limits: &Limits) -> Result<Playback, ListenError> {
    let CallFiles::One(path) = original.files else {
        return Ok(Playback::Convert(ConversionReason::TwoFiles));
    };
    let decoder = etalon_audio::open(path, limits)?;
    Ok(if !muted.is_empty() {
        Playback::Convert(ConversionReason::Muted)
    } else if original.audio.defects.iter().any(is_repair) {
        Playback::Convert(ConversionReason::Repaired)
    } else if decoder.channels() > 2 {
        Playback::Convert(ConversionReason::Channels)
    } else if let Some(media_type) = media_type(path, decoder.codec())? {
        if decoder.tells_encoder_delay() {
            Playback::Link { media_type }
        } else {
            Playback::Convert(ConversionReason::EncoderDelay)
        }
    } else {
        Playback::Convert(ConversionReason::Format)
    })
}

/// Whether the samples were not read as another program would read them.
fn is_repair(defect: &Defect) -> bool {
    !WITHOUT_REPAIR.contains(&defect.kind.as_str()) && !defect.kind.starts_with(OF_TRANSCRIPT)
}

/// The media type of a file that every browser plays; none for others.
fn media_type(path: &Path, codec: Codec) -> Result<Option<&'static str>, ListenError> {
    let mut head = Vec::with_capacity(etalon_audio::FIRST_BYTES);
    let file = File::open(path).map_err(AudioError::from)?;
    file.take(etalon_audio::FIRST_BYTES as u64).read_to_end(&mut head).map_err(AudioError::from)?;
    let Some(format) = FileFormat::of_bytes(&head) else { return Ok(None) };
    Ok(match (format.english(), codec) {
        // Not RF64, RIFX or Wave64.
        ("WAVE", codec) if head.starts_with(b"RIFF") && is_played_in_wave(codec) => Some("audio/wav"),
        ("MP3", Codec::Mp3) => Some("audio/mpeg"),
        ("FLAC", Codec::Flac | Codec::Flac24) => Some("audio/flac"),
        ("Ogg Opus", Codec::Opus) | ("Ogg Vorbis", Codec::Vorbis) => Some("audio/ogg"),
        ("M4A" | "MP4" | "3GPP", Codec::Aac) => Some("audio/mp4"),
        ("WebM", Codec::Opus | Codec::Vorbis) => Some("audio/webm"),
        _ => None,
    })
}

/// Whether every browser plays a codec in WAVE.
fn is_played_in_wave(codec: Codec) -> bool {
    use Codec::{Alaw, Float32, Mulaw, Pcm8, Pcm16, Pcm24};
    matches!(codec, Pcm8 | Pcm16 | Pcm24 | Float32 | Alaw | Mulaw)
}
