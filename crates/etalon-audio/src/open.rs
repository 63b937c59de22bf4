//! What kind of recording some bytes are.

use crate::adts::AdtsStream;
use crate::file_format::CONVERSION;
use crate::inner_codec;
use crate::joined;
use crate::mp4::{self, Edit};
use crate::mpeg::{FrameHeader, Header as _, MpegStream};
use crate::riff::{self, Wave, WaveFormat};
use crate::source::{Data, Source};
use crate::{AudioError, FileFormat, UseOfFormat, aiff, au, raw};
use etalon_call::Defect;

/// How far the start of a WAVE file is searched for behind leading garbage.
const SEARCH_BYTES: usize = 4096;

/// Extensions that stand for a compressed format even where no signature is found.
const COMPRESSED: [&str; 7] = ["flac", "ogg", "oga", "opus", "m4a", "mp4", "aac"];

/// A recording whose kind is known.
pub(crate) enum Found<'s> {
    Wave {
        data: Data<'s>,
        format: WaveFormat,
        defects: Vec<Defect>,
        end: u64,
    },
    Mpeg(Box<MpegStream<'s>>),
    Adts(Box<AdtsStream<'s>>),
    /// A container that symphonia takes apart, with what of it is sound if it says so.
    Compressed {
        data: Data<'s>,
        edit: Option<Edit>,
        end: u64,
    },
}

/// Decides by the first bytes, and by the extension where the bytes leave it open.
pub(crate) fn find<'s>(mut source: Source<'s>, extension: Option<&str>) -> Result<Found<'s>, AudioError> {
    let mut head = [0; SEARCH_BYTES];
    let count = source.read_at(0, &mut head)?;
    let head = &head[..count];
    let extension = extension.map(str::to_ascii_lowercase);
    let extension = extension.as_deref().unwrap_or_default();
    if riff::recognises(head) {
        return wave(source, 0);
    }
    if au::recognises(head) {
        let end = source.len();
        let (data, format, defects) = au::parse(source)?;
        return Ok(Found::Wave { data, format, defects, end });
    }
    if aiff::recognises(head) {
        let Wave { format, data, defects, end } = aiff::parse(&mut source)?;
        return Ok(Found::Wave { data: Data::new(source, data), format, defects, end });
    }
    if let Some(format) = FileFormat::of_signature(head).filter(|format| !format.is_decoded()) {
        return Err(not_decoded(format));
    }
    if has_compressed_signature(head) {
        return compressed(source);
    }
    if let Some(format) = raw::format_of(extension) {
        let end = source.len();
        let defects = raw::assumptions(extension);
        return Ok(Found::Wave { data: Data::whole(source), format, defects, end });
    }
    if let Some(start) = (1..head.len()).find(|start| riff::recognises(&head[*start..])) {
        return wave(source, start as u64);
    }
    let may_be_mpeg = extension == "mp3" || head.starts_with(b"ID3") || has_layer_3_sync(head);
    if may_be_mpeg && let Some(stream) = MpegStream::open(Data::whole(source.clone()))? {
        return Ok(Found::Mpeg(Box::new(stream)));
    }
    let may_be_adts = extension == "aac" || head.starts_with(b"ID3") || has_adts_sync(head);
    if may_be_adts && let Some(stream) = AdtsStream::open(Data::whole(source.clone()))? {
        return Ok(Found::Adts(Box::new(stream)));
    }
    if COMPRESSED.contains(&extension) || head.starts_with(b"ID3") || has_adts_sync(head) {
        return compressed(source);
    }
    Err(unknown(head, extension))
}

fn wave(mut source: Source<'_>, start: u64) -> Result<Found<'_>, AudioError> {
    let wave = riff::walk(&mut source, start)?;
    let mut defects = wave.defects;
    if start > 0 {
        let detail = format!("{start} bytes before the header; skipped");
        defects.insert(0, Defect::new("garbage_before_header", detail));
    }
    let (format, end) = (wave.format, wave.end);
    Ok(Found::Wave { data: Data::new(source, wave.data), format, defects, end })
}

fn compressed(mut source: Source<'_>) -> Result<Found<'_>, AudioError> {
    let end = joined::end_of_first(&mut source)?;
    let mut first = source.until(end);
    if let Some(codec) = inner_codec::undecoded(&mut first)? {
        let mut head = [0; 64];
        let count = first.read_at(0, &mut head)?;
        let container =
            FileFormat::of_bytes(&head[..count]).map_or("its container", |format| format.english());
        return Err(AudioError::Unsupported(format!(
            "it is {codec} inside {container}, which has no decoder here; convert it with `{CONVERSION}`"
        )));
    }
    check_index(&mut first)?;
    let edit = mp4::edit(&mut first)?;
    Ok(Found::Compressed { data: Data::whole(first), edit, end })
}

/// The samples of MP4 can't be told apart without the index that most writers put last.
fn check_index(source: &mut Source<'_>) -> Result<(), AudioError> {
    let mut head = [0; 64];
    let count = source.read_at(0, &mut head)?;
    if head.get(4..8) != Some(b"ftyp") || mp4::has_description(source)? {
        return Ok(());
    }
    let name = FileFormat::of_bytes(&head[..count]).map_or("MP4", |format| format.english());
    Err(AudioError::Corrupt(format!(
        "it is {name} without its index (moov), which is written when a recording ends: it was cut off or is still \
         being written, and nothing of it can be decoded; fetch the file again"
    )))
}

fn has_compressed_signature(head: &[u8]) -> bool {
    let signatures = [b"fLaC".as_slice(), b"OggS", b"\x1a\x45\xdf\xa3"];
    signatures.iter().any(|signature| head.starts_with(signature)) || head.get(4..8) == Some(b"ftyp")
}

/// The first bits of a frame of MPEG audio layer III.
fn has_layer_3_sync(head: &[u8]) -> bool {
    FrameHeader::parse(head).is_some()
}

/// The first bits of a frame of AAC in ADTS.
fn has_adts_sync(head: &[u8]) -> bool {
    matches!(head, [0xff, second, ..] if second & 0xf6 == 0xf0)
}

/// Why a file of a known format is not decoded.
fn not_decoded(format: FileFormat) -> AudioError {
    let remedy = format.remedy().unwrap_or_default();
    let name = format.english();
    if format.use_of_it() == UseOfFormat::NoRecording {
        AudioError::NotARecording(format!("it is {name}; {remedy}"))
    } else {
        AudioError::Unsupported(format!("it is {name}, which has no decoder here; {remedy}"))
    }
}

fn unknown(head: &[u8], extension: &str) -> AudioError {
    let is_riff = head.starts_with(b"RIFF") || head.starts_with(b"RIFX");
    if is_riff && head.len() < 12 {
        return AudioError::NotARecording("it stops inside the RIFF header; fetch the file again".into());
    }
    let format = FileFormat::of_bytes(head).or_else(|| FileFormat::of_extension(extension));
    if let Some(format) = format.filter(|format| !format.is_decoded()) {
        return not_decoded(format);
    }
    AudioError::NotARecording(if is_riff {
        "its RIFF header is not that of a WAVE file; convert it to WAVE first".into()
    } else if head.iter().all(|&byte| byte == 0) {
        "no known audio format begins there: its first bytes are zeros; fetch the file again".into()
    } else {
        "no known audio format begins there; only samples of a telephone without a header may be named .ulaw, .alaw or .sln".into()
    })
}
