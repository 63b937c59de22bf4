use crate::source::Source;
use std::io;

/// How far the next chunk is searched for behind garbage.
const SEARCH_BYTES: u64 = 1 << 20;

/// Chunks that are met in recordings. An unknown one is walked over too, but only these are
/// believed in a search.
const KNOWN: [&[u8; 4]; 33] = [
    b"fmt ", b"data", b"ds64", b"LIST", b"fact", b"bext", b"cue ", b"smpl", b"inst", b"id3 ", b"ID3 ",
    b"PEAK", b"iXML", b"JUNK", b"junk", b"PAD ", b"FLLR", b"afsp", b"DISP", b"levl", b"umid", b"_PMX",
    b"axml", b"cart", b"minf", b"regn", b"acid", b"strc", b"note", b"plst", b"RIFF", b"RIFX", b"RF64",
];

/// The kinds of container; they differ in the width of their lengths and in their alignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Riff,
    /// Big-endian RIFF.
    Rifx,
    /// EBU Tech 3306 and its successor BW64 (ITU-R BS.2088).
    Rf64,
    /// Sony Wave64: GUIDs for names and 64-bit lengths that count their own header.
    Wave64,
}

/// The header of one chunk.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) id: [u8; 4],
    /// Where the content begins.
    pub(super) body: u64,
    /// Length of the content as the header has it, bytes.
    pub(super) length: u64,
}

/// The last 12 bytes of every Wave64 name but the first.
const WAVE64_TAIL: [u8; 12] = [0xf3, 0xac, 0xd3, 0x11, 0x8c, 0xd1, 0x00, 0xc0, 0x4f, 0x8e, 0xdb, 0x8a];
const WAVE64_RIFF: &[u8; 16] = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00";

impl Container {
    /// The container that begins with these bytes.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        if head.starts_with(WAVE64_RIFF) {
            return Some(Self::Wave64);
        }
        if head.get(8..12)? != b"WAVE" {
            return None;
        }
        match head.get(..4)? {
            b"RIFF" => Some(Self::Riff),
            b"RIFX" => Some(Self::Rifx),
            b"RF64" | b"BW64" => Some(Self::Rf64),
            _ => None,
        }
    }

    pub(super) fn is_big_endian(self) -> bool {
        self == Self::Rifx
    }

    /// Bytes before the first chunk.
    pub(super) fn header_bytes(self) -> u64 {
        if self == Self::Wave64 { 40 } else { 12 }
    }

    pub(super) fn chunk_header_bytes(self) -> u64 {
        if self == Self::Wave64 { 24 } else { 8 }
    }

    /// The end of a chunk's content with its padding.
    pub(super) fn padded(self, body: u64, length: u64) -> u64 {
        let end = body.saturating_add(length);
        if self == Self::Wave64 {
            end.saturating_add((8 - length % 8) % 8)
        } else {
            end.saturating_add(length % 2)
        }
    }

    /// Length of the whole file as its header has it, if it has it there.
    pub(super) fn declared_length(self, head: &[u8]) -> Option<u64> {
        match self {
            Self::Riff => Some(u64::from(u32::from_le_bytes(head.get(4..8)?.try_into().ok()?)) + 8),
            Self::Rifx => Some(u64::from(u32::from_be_bytes(head.get(4..8)?.try_into().ok()?)) + 8),
            Self::Rf64 => None,
            Self::Wave64 => Some(u64::from_le_bytes(head.get(16..24)?.try_into().ok()?)),
        }
    }

    /// The chunk header at a place, if what stands there can be one.
    pub(super) fn chunk_at(self, source: &mut Source<'_>, position: u64) -> io::Result<Option<Chunk>> {
        let mut header = [0; 24];
        let wanted = self.chunk_header_bytes() as usize;
        let count = source.read_at(position, &mut header[..wanted])?;
        Ok(if count == wanted { self.chunk_in(&header, position) } else { None })
    }

    fn chunk_in(self, header: &[u8], position: u64) -> Option<Chunk> {
        let id: [u8; 4] = header.get(..4)?.try_into().ok()?;
        let is_name = id.iter().all(|byte| (0x20..0x7f).contains(byte));
        let short = header.get(4..8)?.try_into().ok()?;
        let length = match self {
            Self::Riff | Self::Rf64 => u64::from(u32::from_le_bytes(short)),
            Self::Rifx => u64::from(u32::from_be_bytes(short)),
            Self::Wave64 => {
                if header.get(4..16)? != WAVE64_TAIL {
                    return None;
                }
                let with_header = u64::from_le_bytes(header.get(16..24)?.try_into().ok()?);
                with_header.saturating_sub(24)
            }
        };
        is_name.then_some(Chunk { id, body: position + self.chunk_header_bytes(), length })
    }

    /// How much what stands at a place looks like a chunk: 0 not at all, 1 by its shape, 2 by a
    /// known name.
    pub(super) fn standing_at(self, source: &mut Source<'_>, position: u64) -> io::Result<u8> {
        Ok(match self.chunk_at(source, position)? {
            Some(chunk) if KNOWN.contains(&&chunk.id) => 2,
            Some(_) => 1,
            None => 0,
        })
    }

    /// Whether a chunk with a known name that fits into the file begins here.
    pub(super) fn is_known_chunk(self, source: &mut Source<'_>, position: u64) -> io::Result<bool> {
        let length = source.len();
        Ok(self.chunk_at(source, position)?.is_some_and(|chunk| {
            KNOWN.contains(&&chunk.id) && chunk.body.saturating_add(chunk.length) <= length
        }))
    }

    /// Searches for the next chunk: one with a known name that fits into the file, or a data chunk
    /// of any length.
    pub(super) fn find_chunk(self, source: &mut Source<'_>, from: u64) -> io::Result<Option<u64>> {
        const BLOCK: usize = 1 << 16;
        const OVERLAP: usize = 23;
        let end = source.len();
        let mut block = vec![0; BLOCK];
        let mut position = from;
        while position < end && position - from < SEARCH_BYTES {
            let count = source.read_at(position, &mut block)?;
            for offset in 0..count.min(BLOCK - OVERLAP) {
                let header = &block[offset..count.min(offset + 24)];
                if header.len() < self.chunk_header_bytes() as usize {
                    break;
                }
                let at = position + offset as u64;
                if let Some(chunk) = self.chunk_in(header, at)
                    && KNOWN.contains(&&chunk.id)
                    && (&chunk.id == b"data" || chunk.body.saturating_add(chunk.length) <= end)
                {
                    return Ok(Some(at));
                }
            }
            position += (BLOCK - OVERLAP) as u64;
        }
        Ok(None)
    }
}
