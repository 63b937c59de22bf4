//! What an MP4 file says about the samples that its encoder put before and behind the sound
//! (ISO/IEC 14496-12, section 8.6.6, and the comment that Apple's encoders leave).

use crate::source::Source;
use std::io;

/// The part of the track that is to be heard, seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Edit {
    /// Where it begins.
    pub(crate) start_s: f64,
    /// How long it is, if that is known.
    pub(crate) length_s: Option<f64>,
}

/// The description of an MP4 file takes less than this, bytes.
const MAX_DESCRIPTION: u64 = 64 << 20;
const MAX_BOXES: usize = 100_000;

/// The edit of the first track of sound; none where the file tells none.
pub(crate) fn edit(source: &mut Source<'_>) -> io::Result<Option<Edit>> {
    Ok(description(source)?.as_deref().and_then(edit_in))
}

/// How the samples of the first track of sound are stored: the four letters of its codec; none
/// where the file is no MP4 or holds no sound.
pub(crate) fn sample_entry(source: &mut Source<'_>) -> io::Result<Option<[u8; 4]>> {
    let Some(description) = description(source)? else { return Ok(None) };
    let table =
        track_of_sound(&description).and_then(|track| child(track, &[b"mdia", b"minf", b"stbl", b"stsd"]));
    // Eight bytes of version and count, then the length of the first entry.
    Ok(table.and_then(|table| table.get(12..)?.first_chunk::<4>().copied()))
}

/// Whether the tracks are described at all.
pub(crate) fn has_description(source: &mut Source<'_>) -> io::Result<bool> {
    Ok(description(source)?.is_some())
}

/// The contents of the box that describes the tracks.
fn description(source: &mut Source<'_>) -> io::Result<Option<Vec<u8>>> {
    let mut position = 0;
    for _ in 0..MAX_BOXES {
        let mut header = [0; 16];
        if source.read_at(position, &mut header)? < header.len() {
            return Ok(None);
        }
        let Some((kind, header_bytes, length)) = box_header(&header) else { return Ok(None) };
        if &kind == b"moov" && length < MAX_DESCRIPTION {
            let mut description = vec![0; length.saturating_sub(header_bytes) as usize];
            let count = source.read_at(position + header_bytes, &mut description)?;
            description.truncate(count);
            return Ok(Some(description));
        }
        position = position.saturating_add(length);
    }
    Ok(None)
}

/// Name, bytes of the header and of the whole box.
fn box_header(bytes: &[u8]) -> Option<([u8; 4], u64, u64)> {
    let kind = *bytes.get(4..)?.first_chunk::<4>()?;
    let (header, length) = match u32_at(bytes, 0)? {
        1 => (16, u64::from(u32_at(bytes, 8)?) << 32 | u64::from(u32_at(bytes, 12)?)),
        short => (8, u64::from(short)),
    };
    (length >= header).then_some((kind, header, length))
}

fn u32_at(bytes: &[u8], place: usize) -> Option<u32> {
    bytes.get(place..)?.first_chunk::<4>().map(|bytes| u32::from_be_bytes(*bytes))
}

/// The contents of the boxes of one kind inside a box.
fn children(mut content: &[u8], kind: [u8; 4]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    while let Some((name, header, length)) = box_header(content) {
        let length = usize::try_from(length).unwrap_or(usize::MAX).min(content.len());
        if name == kind {
            found.extend(content.get(header as usize..length));
        }
        content = &content[length..];
    }
    found
}

/// The box at the end of a path of names.
fn child<'b>(content: &'b [u8], path: &[&[u8; 4]]) -> Option<&'b [u8]> {
    path.iter().try_fold(content, |content, kind| children(content, **kind).first().copied())
}

fn track_of_sound(description: &[u8]) -> Option<&[u8]> {
    let is_sound = |track: &&[u8]| {
        child(track, &[b"mdia", b"hdlr"]).and_then(|handler| handler.get(8..12)) == Some(b"soun")
    };
    children(description, *b"trak").into_iter().find(is_sound)
}

fn edit_in(description: &[u8]) -> Option<Edit> {
    let track = track_of_sound(description)?;
    let rate = timescale(child(track, &[b"mdia", b"mdhd"])?)?;
    let from_list = child(track, &[b"edts", b"elst"]).and_then(|list| {
        let (duration, media_time) = first_edit(list)?;
        let movie_rate = timescale(child(description, &[b"mvhd"])?)?;
        let length_s = (duration > 0).then(|| duration as f64 / movie_rate);
        Some(Edit { start_s: media_time as f64 / rate, length_s })
    });
    from_list.filter(|edit| edit.start_s > 0.0).or_else(|| apple_comment(description, rate))
}

/// Ticks per second in a header of a movie or of a medium.
fn timescale(header: &[u8]) -> Option<f64> {
    let place = if header.first()? == &1 { 20 } else { 12 };
    u32_at(header, place).filter(|ticks| *ticks > 0).map(f64::from)
}

/// Duration and start of the first edit that shows a part of the medium.
fn first_edit(list: &[u8]) -> Option<(u64, u64)> {
    let wide = list.first()? == &1;
    let entry = if wide { 20 } else { 12 };
    list.get(8..)?.chunks_exact(entry).find_map(|entry| {
        let (duration, media_time) = if wide {
            let pair =
                |place| Some(u64::from(u32_at(entry, place)?) << 32 | u64::from(u32_at(entry, place + 4)?));
            (pair(0)?, pair(8)?.cast_signed())
        } else {
            (u64::from(u32_at(entry, 0)?), i64::from(u32_at(entry, 4)?.cast_signed()))
        };
        // A negative start is an empty edit: a pause before the sound.
        Some((duration, u64::try_from(media_time).ok()?))
    })
}

/// `iTunSMPB`: four numbers in hexadecimal, the second and the fourth of which are the samples
/// before the sound and those of the sound.
fn apple_comment(description: &[u8], rate: f64) -> Option<Edit> {
    let place = description.windows(8).position(|name| name == b"iTunSMPB")?;
    let text: String = description[place + 8..]
        .iter()
        .skip_while(|byte| **byte != b' ')
        .take(128)
        .map(|byte| char::from(*byte))
        .collect();
    let mut words = text.split_ascii_whitespace();
    let delay = u64::from_str_radix(words.nth(1)?, 16).ok()?;
    let sound = u64::from_str_radix(words.nth(1)?, 16).ok().filter(|sound| *sound > 0);
    let edit = Edit { start_s: delay as f64 / rate, length_s: sound.map(|sound| sound as f64 / rate) };
    (edit.start_s < 1.0).then_some(edit)
}
