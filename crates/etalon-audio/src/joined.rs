//! Where a recording ends in a file that holds several, one after the other.
//!
//! A call that was held back and gone on with, or recorded in pieces, is often joined by nothing
//! but `cat`. A decoder that knows one recording per file loses the others, or loses its way in
//! them. MP3 has no beginning of its own and is looked at frame by frame instead (`mpeg`).

use crate::source::Source;
use std::io;

/// The beginnings of FLAC's first block, which is not the last one or is: 34 bytes of stream
/// information.
const FLAC_STARTS: [&[u8]; 2] = [b"fLaC\x00\x00\x00\x22", b"fLaC\x80\x00\x00\x22"];

/// Boxes of an MP4 file that are looked at; a fragmented one has one for every few seconds.
const MAX_BOXES: usize = 100_000;

/// Where the recording at the start of the source ends: the place where another begins, or the end
/// of the source.
pub(crate) fn end_of_first(source: &mut Source<'_>) -> io::Result<u64> {
    let mut head = [0; 8];
    let count = source.read_at(0, &mut head)?;
    let next = match &head[..count] {
        [b'f', b'L', b'a', b'C', ..] => next_flac(source)?,
        [b'O', b'g', b'g', b'S', ..] => next_ogg(source)?,
        [_, _, _, _, b'f', b't', b'y', b'p'] => next_mp4(source)?,
        [0x1a, 0x45, 0xdf, 0xa3, ..] => next_matroska(source)?,
        _ => None,
    };
    Ok(next.unwrap_or(source.len()))
}

fn next_flac(source: &mut Source<'_>) -> io::Result<Option<u64>> {
    let mut places = Vec::new();
    for start in FLAC_STARTS {
        places.extend(source.find(start, 1)?);
    }
    Ok(places.into_iter().min())
}

/// The next page that begins a stream after one that did not: the streams of one recording all
/// begin before anything else comes (RFC 3533, section 4).
fn next_ogg(source: &mut Source<'_>) -> io::Result<Option<u64>> {
    let (mut position, mut has_content) = (0, false);
    while let Some(place) = source.find(b"OggS\0", position)? {
        let mut header = [0; 27];
        if source.read_at(place, &mut header)? < header.len() {
            return Ok(None);
        }
        if header[5] >= 8 {
            // No page has such flags: it is chance.
            position = place + 4;
            continue;
        }
        let is_first = header[5] & 2 != 0;
        if is_first && has_content {
            return Ok(Some(place));
        }
        has_content |= !is_first;
        let mut lengths = [0; 255];
        let segments = usize::from(header[26]);
        let count = source.read_at(place + 27, &mut lengths[..segments])?;
        let body: u64 = lengths[..count].iter().map(|&length| u64::from(length)).sum();
        let end = place + 27 + segments as u64 + body;
        let mut next = [0; 5];
        let is_whole = source.read_at(end, &mut next)? == next.len() && &next == b"OggS\0";
        // Behind a damaged page the next one is searched for.
        position = if is_whole { end } else { place + 4 };
    }
    Ok(None)
}

/// The next `ftyp` box behind the audio.
fn next_mp4(source: &mut Source<'_>) -> io::Result<Option<u64>> {
    let mut position = 0;
    for _ in 0..MAX_BOXES {
        let mut header = [0; 16];
        if source.read_at(position, &mut header)? < 8 {
            return Ok(None);
        }
        if position > 0 && &header[4..8] == b"ftyp" {
            return Ok(Some(position));
        }
        let [short, _, long, last] = std::array::from_fn(|word| {
            header.as_chunks::<4>().0.get(word).map_or(0, |bytes| u32::from_be_bytes(*bytes))
        });
        let length = match short {
            1 => u64::from(long) << 32 | u64::from(last),
            short => u64::from(short),
        };
        // Zero means «to the end of the file».
        if length < 8 {
            return Ok(None);
        }
        position = position.saturating_add(length);
    }
    Ok(None)
}

/// The next header of Matroska, by its mark and by the name of its kind: a recording that was cut
/// off is longer by its own account than it is.
fn next_matroska(source: &mut Source<'_>) -> io::Result<Option<u64>> {
    let mut position = 1;
    while let Some(place) = source.find(b"\x1a\x45\xdf\xa3", position)? {
        let mut head = [0; 64];
        let count = source.read_at(place, &mut head)?;
        let names = |name: &[u8]| head[..count].windows(name.len()).any(|bytes| bytes == name);
        if names(b"\x42\x82") && (names(b"webm") || names(b"matroska")) {
            return Ok(Some(place));
        }
        position = place + 1;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn check(name: &str, first: &[u8], second: &[u8]) {
        let joined = [first, second].concat();
        let mut source = Source::new(Cursor::new(joined)).unwrap();
        assert_eq!(end_of_first(&mut source).unwrap(), first.len() as u64, "{name}");
    }

    #[test]
    fn the_end_of_a_recording_is_where_the_next_one_begins() {
        let seeds = "../../tests/hostile/seeds";
        for extension in ["flac", "ogg", "opus", "m4a", "webm"] {
            let bytes = std::fs::read(format!("{seeds}/chirp.{extension}")).unwrap();
            check(extension, &bytes, b"");
            check(extension, &bytes, &bytes);
            // A recording that was cut off before the next one was written behind it.
            if extension != "m4a" {
                check(extension, &bytes[..bytes.len() * 2 / 3], &bytes);
            }
        }
    }
}
