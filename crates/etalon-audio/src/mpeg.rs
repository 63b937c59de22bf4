//! The frames of MPEG audio layer III in any bytes (ISO/IEC 11172-3 and 13818-3, and the lower rates
//! that everybody calls version 2.5).
//!
//! A stream of frames has no beginning and no end: a file may be cut anywhere, hold tags and
//! garbage between frames, or several streams one after the other. Each of these is an [`Event`],
//! so that nothing is lost without a word.

mod header;
mod info;
mod stream;

pub(crate) use header::FrameHeader;
pub(crate) use info::USUAL_DELAY;
pub(crate) use stream::MpegStream;

use crate::source::Data;
use std::io::{self, Seek, SeekFrom};

/// Bytes that are read at once.
const READ_BYTES: usize = 1 << 16;
/// A frame that nothing follows must not be taken for one by chance: so many must follow each other
/// before the first of them is believed.
const FRAMES_TO_BELIEVE: usize = 3;
/// Bytes of a tag of version 1.
const FIRST_VERSION_BYTES: u64 = 128;
/// The head of a tag of version 2.
const TAG_HEAD_BYTES: usize = 10;

/// What begins a frame. The frames of AAC in ADTS follow each other as those of layer III do.
pub(crate) trait Header: Copy {
    /// Bytes of the header that are needed to understand it.
    const BYTES: usize;

    /// The header in these bytes; none where they are no header.
    fn parse(head: &[u8]) -> Option<Self>;

    /// Whether a stream can go from a frame of this kind to the other.
    fn is_like(self, other: Self) -> bool;

    /// Bytes of the whole frame.
    fn bytes(self) -> usize;
}

/// What comes next in the bytes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event<H> {
    /// A whole frame, and where it stands.
    Frame {
        header: H,
        bytes: Vec<u8>,
        place: u64,
    },
    /// Bytes between frames that are none.
    Garbage {
        place: u64,
        length: u64,
    },
    /// The last frame is cut: so many of its bytes are there.
    Cut {
        present: usize,
        length: usize,
    },
    End,
}

/// Reads one frame after the other.
#[derive(Debug)]
pub(crate) struct Frames<'s, H = FrameHeader> {
    data: Data<'s>,
    /// Bytes that were read, and the place of the first of them.
    buffer: Vec<u8>,
    buffered_from: u64,
    /// Where the next frame is expected.
    position: u64,
    /// The header of the last frame, where the bytes behind it were reached without garbage.
    last: Option<H>,
}

impl<'s, H: Header> Frames<'s, H> {
    pub(crate) fn new(data: Data<'s>) -> Self {
        Self { data, buffer: Vec::new(), buffered_from: 0, position: 0, last: None }
    }

    /// Bytes in all.
    pub(crate) fn len(&self) -> u64 {
        self.data.len()
    }

    /// What comes next.
    pub(crate) fn next(&mut self) -> io::Result<Event<H>> {
        loop {
            let tag = self.tag_length(self.position)?;
            if tag == 0 {
                break;
            }
            self.position = (self.position + tag).min(self.len());
        }
        if self.position >= self.len() {
            return Ok(Event::End);
        }
        if let Some(header) = self.frame_at(self.position)? {
            return self.take(header);
        }
        let place = self.position;
        self.last = None;
        while self.position < self.len() {
            self.position += 1;
            if self.tag_length(self.position)? > 0 || self.frame_at(self.position)?.is_some() {
                break;
            }
        }
        Ok(Event::Garbage { place, length: self.position - place })
    }

    fn take(&mut self, header: H) -> io::Result<Event<H>> {
        let (place, length) = (self.position, header.bytes());
        let bytes = self.at(place, length)?.to_vec();
        self.position = place + bytes.len() as u64;
        if bytes.len() < length {
            return Ok(Event::Cut { present: bytes.len(), length });
        }
        self.last = Some(header);
        Ok(Event::Frame { header, bytes, place })
    }

    /// The frame that begins here. Behind a frame its header is enough; elsewhere others must
    /// follow it.
    fn frame_at(&mut self, place: u64) -> io::Result<Option<H>> {
        let Some(header) = self.header_at(place)? else { return Ok(None) };
        if self.last.is_some_and(|last| last.is_like(header)) {
            return Ok(Some(header));
        }
        let mut next = place + header.bytes() as u64;
        for _ in 1..FRAMES_TO_BELIEVE {
            if next == self.len() || self.tag_length(next)? > 0 {
                break;
            }
            match self.header_at(next)? {
                Some(following) if following.is_like(header) => next += following.bytes() as u64,
                _ => return Ok(None),
            }
        }
        Ok((next <= self.len()).then_some(header))
    }

    fn header_at(&mut self, place: u64) -> io::Result<Option<H>> {
        Ok(H::parse(self.at(place, H::BYTES)?))
    }

    /// Bytes of the tag that begins here; 0 where there is none.
    fn tag_length(&mut self, place: u64) -> io::Result<u64> {
        let rest = self.len().saturating_sub(place);
        let head = self.at(place, 32)?;
        match head {
            [b'T', b'A', b'G', ..] => self.first_version_length(place, rest),
            [b'I', b'D', b'3', version, _, flags, size @ ..] if *version < 0x10 => {
                Ok(id3_length(*flags, size).filter(|length| *length <= rest).unwrap_or(0))
            }
            [b'A', b'P', b'E', b'T', b'A', b'G', b'E', b'X', _, _, _, _, size @ ..] => {
                let size = size.first_chunk::<4>().map_or(0, |size| u32::from_le_bytes(*size));
                // A header at the start is not counted, a footer at the end is all that is met.
                Ok((32 + u64::from(size)).min(rest))
            }
            _ => Ok(0),
        }
    }

    /// Bytes of a tag of version 1 that may begin here: at the end, or between recordings that were
    /// joined.
    fn first_version_length(&mut self, place: u64, rest: u64) -> io::Result<u64> {
        let end = place + FIRST_VERSION_BYTES;
        let is_tag =
            rest == FIRST_VERSION_BYTES || self.header_at(end)?.is_some() || self.at(end, 3)? == b"ID3";
        Ok(if is_tag { FIRST_VERSION_BYTES } else { 0 })
    }

    /// So many bytes from a place on; fewer at the end.
    fn at(&mut self, place: u64, count: usize) -> io::Result<&[u8]> {
        let begin = place.checked_sub(self.buffered_from).map(|begin| begin as usize);
        let is_there = begin.is_some_and(|begin| begin + count <= self.buffer.len());
        if !is_there {
            if let Some(begin) = begin.filter(|begin| *begin <= self.buffer.len()) {
                self.buffer.drain(..begin);
            } else {
                self.buffer.clear();
                self.data.seek(SeekFrom::Start(place))?;
            }
            self.buffered_from = place;
            let held = self.buffer.len();
            self.buffer.resize(held + count.max(READ_BYTES), 0);
            let read = self.data.read(&mut self.buffer[held..])?;
            self.buffer.truncate(held + read);
        }
        let begin = (place - self.buffered_from) as usize;
        Ok(&self.buffer[begin..self.buffer.len().min(begin + count)])
    }
}

/// Bytes of a whole tag of version 2 by the flags and the size in its header.
fn id3_length(flags: u8, size: &[u8]) -> Option<u64> {
    let size = size.first_chunk::<4>()?;
    if size.iter().any(|byte| byte & 0x80 != 0) {
        return None;
    }
    let body = size.iter().fold(0, |sum, &byte| sum << 7 | u64::from(byte));
    let footer = if flags & 0x10 != 0 { TAG_HEAD_BYTES as u64 } else { 0 };
    Some(TAG_HEAD_BYTES as u64 + body + footer)
}
