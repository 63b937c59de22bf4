//! Recordings into samples, whatever a PBX wrote.
//!
//! [`decode`] takes bytes and knows no paths; [`read`] and [`open`] take a file; [`Decoder`] gives the
//! same samples block by block, and [`CallDecoder`] those of a call whose sides may lie in two files.
//! [`SampleReader`] gives samples by ranges. Decoding never fails on what can be repaired:
//! it gives a [`Recording`] together with a list of [`Defect`]s. Only what holds no audio, is no
//! recording, or exceeds [`Limits`] is an [`AudioError`].
//!
//! | container | codecs |
//! | --- | --- |
//! | RIFF/WAVE, RIFX, RF64/BW64, Wave64 | linear 8 to 64 bits, float, A-law, µ-law (also extensible), IMA, Microsoft and OKI ADPCM, GSM 06.10, G.722, G.729, MP3 |
//! | AU, AIFF, AIFF-C | linear, float, A-law, µ-law |
//! | MP3, FLAC, Ogg, MP4, ADTS, Matroska, `WebM` | MP3, FLAC, Vorbis, Opus, AAC-LC |
//! | none, by extension | µ-law, A-law, 16-bit linear (`.sln…`), GSM 06.10, G.722, G.729, OKI ADPCM (`.vox`) |
//!
//! Integer codecs are bit-exact. What an encoder put before the sound is taken off: as much as the
//! file tells, and where it tells nothing, what LAME (MP3) and every decoder (AAC) need.
//!
//! A file may hold several recordings, one after the other; they are read as one. What lies between
//! and cannot be read becomes silence where the time that it took is known, and a defect.

#![deny(unsafe_code)]

mod adpcm;
mod adts;
mod au;
mod blocks;
mod call_decoder;
mod codec;
mod compressed;
mod decoder;
pub mod diagnostics;
mod error;
mod file_format;
mod fit;
mod g711;
mod gsm;
mod inner_codec;
mod joined;
mod limits;
mod linear;
mod mp4;
mod mpeg;
mod open;
mod opus;
mod part;
mod peaks;
mod raw;
mod recording;
mod resample;
mod riff;
mod sample_reader;
mod scrub;
mod sides;
mod sides_decoder;
mod source;
mod trim;

pub use call_decoder::CallDecoder;
pub use codec::Codec;
pub use decoder::Decoder;
pub use error::{AudioError, ErrorKind};
pub use file_format::{FIRST_BYTES, FileFormat, UseOfFormat};
pub use fit::Fit;
pub use limits::Limits;
pub use peaks::PeakMeter;
pub use recording::{Recording, Samples};
pub use resample::{SPEECH_RATE_HZ, SpeechResampler};
pub use sample_reader::SampleReader;
pub use sides::{CallFiles, SidePattern, SidePatternError, pair_sides};
pub use sides_decoder::SidesDecoder;

use etalon_call::Defect;
use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::Path;

/// The version of decoding and diagnostics: raised by every change that gives other results for the
/// same input, so that stored results of an earlier version are made again.
pub const VERSION: u32 = 4;

/// Extensions of files that are taken from a folder, in lower case.
const EXTENSIONS: [&str; 44] = [
    "wav", "wave", "wav49", "w64", "rf64", "bw64", "mp3", "flac", "ogg", "oga", "opus", "m4a", "mp4", "aac",
    "au", "snd", "aif", "aiff", "aifc", "webm", "mka", "mkv", "3gp", "g722", "g729", "vox", "ulaw", "ul",
    "mulaw", "pcmu", "mu", "alaw", "al", "pcma", "sln", "sln8", "slin", "sln12", "sln16", "sln24", "sln32",
    "sln44", "sln48", "gsm",
];

/// A recording and what was wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The samples.
    pub recording: Recording,
    /// What was repaired or left out, in the order in which it was met.
    pub defects: Vec<Defect>,
}

/// Decodes a recording that lies in memory.
///
/// `extension` is the one of its file name, without the dot and in any case; it decides only about
/// files that have no header.
///
/// # Errors
///
/// Any [`AudioError`] but [`AudioError::InFile`] and [`AudioError::Io`].
pub fn decode(bytes: &[u8], extension: Option<&str>, limits: &Limits) -> Result<Decoded, AudioError> {
    decode_from(Cursor::new(bytes), extension, limits)
}

/// Reads and decodes a recording from a file.
///
/// # Errors
///
/// [`AudioError::InFile`] around any other [`AudioError`].
pub fn read(path: &Path, limits: &Limits) -> Result<Decoded, AudioError> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    open_file(path).and_then(|file| decode_from(file, extension, limits)).map_err(|error| error.in_file(path))
}

/// Opens a recording for decoding block by block.
///
/// # Errors
///
/// [`AudioError::InFile`] around any other [`AudioError`].
pub fn open(path: &Path, limits: &Limits) -> Result<Decoder<'static>, AudioError> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    open_file(path)
        .and_then(|file| Decoder::new(file, extension, limits))
        .map_err(|error| error.in_file(path))
}

/// Opens a regular file; a folder opens too, and would then claim to be the largest of files.
fn open_file(path: &Path) -> Result<File, AudioError> {
    let file = File::open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(AudioError::NotARecording("it is no regular file; give the files inside it".into()))
    }
}

/// Whether a file has a name under which recordings are stored, so that a walk over a folder takes
/// it.
pub fn is_recording_name(path: &Path) -> bool {
    path.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str()))
}

fn decode_from(
    reader: impl Read + Seek + Send + Sync,
    extension: Option<&str>,
    limits: &Limits,
) -> Result<Decoded, AudioError> {
    let mut decoder = Decoder::new(reader, extension, limits)?;
    let mut channels = vec![Samples::empty_like(decoder.codec()); decoder.channels()];
    reserve(&mut channels, decoder.frames_present(), limits)?;
    while decoder.append_block(&mut channels)? {
        limits.check_decoded_bytes(channels.iter().map(Samples::bytes).sum())?;
    }
    let recording = Recording { rate_hz: decoder.rate_hz(), codec: decoder.codec(), channels };
    if recording.frames() == 0 {
        return Err(AudioError::no_samples());
    }
    Ok(Decoded { recording, defects: decoder.into_defects() })
}

fn reserve(channels: &mut [Samples], frames: Option<u64>, limits: &Limits) -> Result<(), AudioError> {
    let Some(frames) = frames else { return Ok(()) };
    let sample_bytes = if matches!(channels.first(), Some(Samples::I16(_))) { 2 } else { 4 };
    limits.check_decoded_bytes(frames.saturating_mul(sample_bytes * channels.len() as u64))?;
    for channel in channels {
        channel.reserve(frames as usize);
    }
    Ok(())
}
