//! A walker over RIFF/WAVE, RIFX, RF64/BW64 and Sony Wave64 that takes headers for what they are:
//! hints.
//!
//! Telephone systems write the sizes when a call ends, so the header of a call that was cut off
//! promises nothing. The walker therefore clamps every size to the file, tries both readings of the
//! pad byte after an odd chunk, searches for the next chunk where there is garbage, and records
//! every repair as a [`Defect`].

mod chunk;
mod format;

pub(crate) use format::{Stored, WaveFormat};

use crate::AudioError;
use crate::source::Source;
use chunk::{Chunk, Container};
use etalon_call::Defect;
use std::ops::Range;

/// How many chunks are looked at; a sane recording has fewer than twenty.
pub(crate) const MAX_CHUNKS: usize = 16_384;
/// Bytes after the audio that are taken for garbage rather than for audio whose length the header
/// does not know: 32 ms of G.711.
const MAX_GARBAGE_AFTER_DATA: u64 = 256;
/// How far another recording is searched for in audio whose length is not known, bytes: hours of a
/// call.
const MAX_SEARCH_FOR_NEXT: u64 = 256 << 20;
/// Sizes from here on are what writers put when they do not know the length yet.
pub(crate) const PLACEHOLDER_LENGTH: u64 = 0x7fff_0000;

/// A WAVE or AIFF file as far as it is needed to decode it.
#[derive(Debug)]
pub(crate) struct Wave {
    pub(crate) format: WaveFormat,
    /// Where the audio lies, in order.
    pub(crate) data: Vec<Range<u64>>,
    pub(crate) defects: Vec<Defect>,
    /// Where another recording begins, or the end of the source.
    pub(crate) end: u64,
}

/// Whether a file with these first bytes is for this walker.
pub(crate) fn recognises(head: &[u8]) -> bool {
    Container::of(head).is_some()
}

/// Walks over the chunks of a file whose first byte of the container lies at `start`.
pub(crate) fn walk(source: &mut Source<'_>, start: u64) -> Result<Wave, AudioError> {
    let mut head = [0; 40];
    let count = source.read_at(start, &mut head)?;
    let Some(container) = Container::of(&head[..count]) else {
        return Err(AudioError::NotARecording(
            "it has no RIFF header; check where the file comes from".into(),
        ));
    };
    let source_length = source.len();
    let mut walk = Walk {
        source,
        container,
        start,
        long_data_length: None,
        format: None,
        data: Vec::new(),
        defects: Vec::new(),
        end: source_length,
    };
    walk.chunks()?;
    walk.compare_container_length(&head[..count]);
    walk.finish()
}

struct Walk<'a, 's> {
    source: &'a mut Source<'s>,
    container: Container,
    start: u64,
    /// The length of the data chunk as `ds64` has it.
    long_data_length: Option<u64>,
    format: Option<WaveFormat>,
    data: Vec<Range<u64>>,
    defects: Vec<Defect>,
    end: u64,
}

impl Walk<'_, '_> {
    fn chunks(&mut self) -> Result<(), AudioError> {
        let mut position = self.start + self.container.header_bytes();
        for _ in 0..MAX_CHUNKS {
            if self.format.is_some() && self.is_container(position)? {
                self.end = position;
                return Ok(());
            }
            if self.is_tag(position)? {
                self.note("tag_after_data", format!("a tag of another format at {position}; left unread"));
                return Ok(());
            }
            let Some(chunk) = self.container.chunk_at(self.source, position)? else {
                match self.after_garbage(position)? {
                    Some(next) => position = next,
                    None => return Ok(()),
                }
                continue;
            };
            position = match &chunk.id {
                b"fmt " => self.read_format(&chunk)?,
                b"data" => self.place_data(&chunk)?,
                b"ds64" => self.read_long_lengths(&chunk)?,
                _ => self.skip(&chunk)?,
            };
        }
        self.note("chunks_too_many", format!("more than {MAX_CHUNKS} chunks; the rest is left unread"));
        Ok(())
    }

    fn note(&mut self, kind: &str, detail: String) {
        self.defects.push(Defect::new(kind, detail));
    }

    /// Where the next chunk begins when there is none at `position`; the end of the file gives
    /// none.
    fn after_garbage(&mut self, position: u64) -> Result<Option<u64>, AudioError> {
        let rest = self.source.len().saturating_sub(position);
        if rest == 0 {
            return Ok(None);
        }
        let next = self.container.find_chunk(self.source, position)?;
        let garbage = next.unwrap_or(self.source.len()) - position;
        if self.data_ended_at(position) && self.is_more_data(position, garbage)? {
            if let Some(last) = self.data.last_mut() {
                last.end = position + garbage;
            }
            self.note(
                "data_longer_than_declared",
                format!(
                    "{garbage} bytes after the declared end of the audio are no chunk; they are read as audio"
                ),
            );
        } else if next.is_some() || garbage >= self.container.chunk_header_bytes() {
            self.note(
                "garbage_between_chunks",
                format!("{garbage} bytes at {position} are no chunk; skipped"),
            );
        }
        Ok(next)
    }

    /// Whether the audio's last byte, or its pad byte, lies before `position`.
    fn data_ended_at(&self, position: u64) -> bool {
        self.data.last().is_some_and(|data| position >= data.end && position - data.end < 8)
    }

    /// Whether another recording begins here.
    fn is_container(&mut self, position: u64) -> Result<bool, AudioError> {
        let mut head = [0; 40];
        let count = self.source.read_at(position, &mut head)?;
        Ok(recognises(&head[..count]))
    }

    /// Where another recording begins in audio whose length the header does not tell.
    fn next_container(&mut self, from: u64) -> Result<Option<u64>, AudioError> {
        let mut position = from;
        let mut near = self.source.until(from.saturating_add(MAX_SEARCH_FOR_NEXT));
        while let Some(place) = near.find(b"WAVEfmt ", position)? {
            let start = place.saturating_sub(8);
            if start >= from && self.is_container(start)? {
                return Ok(Some(start));
            }
            position = place + 1;
        }
        Ok(None)
    }

    /// Whether the audio is followed by a tag of MP3 players, whose name looks like that of a
    /// chunk.
    fn is_tag(&mut self, position: u64) -> Result<bool, AudioError> {
        if !self.data_ended_at(position) {
            return Ok(false);
        }
        let mut head = [0; 8];
        let count = self.source.read_at(position, &mut head)?;
        let rest = self.source.len().saturating_sub(position);
        let is_first_version = head.starts_with(b"TAG") && rest == 128;
        let is_second_version = head.starts_with(b"ID3") && head[3] < 0x20;
        Ok(count == head.len() && (is_first_version || is_second_version || &head == b"APETAGEX"))
    }

    /// Whether bytes behind the audio are audio that the header does not know of, and no padding.
    fn is_more_data(&mut self, position: u64, bytes: u64) -> Result<bool, AudioError> {
        if bytes <= MAX_GARBAGE_AFTER_DATA {
            return Ok(false);
        }
        let mut head = [0; 4096];
        let count = self.source.read_at(position, &mut head)?;
        Ok(head[..count].iter().any(|&byte| byte != 0))
    }

    fn read_format(&mut self, chunk: &Chunk) -> Result<u64, AudioError> {
        if self.format.is_some() {
            self.note("format_repeated", "a second format chunk; the first one is used".into());
            return self.skip(chunk);
        }
        let mut body = [0; 1024];
        let wanted = chunk.length.min(body.len() as u64) as usize;
        let count = self.source.read_at(chunk.body, &mut body[..wanted])?;
        if count < wanted && count < format::LEAST_BYTES {
            return Err(AudioError::Empty(
                "it stops inside its header, before any audio; nothing was recorded".into(),
            ));
        }
        self.format = Some(format::parse(&body[..count], self.container.is_big_endian(), &mut self.defects)?);
        self.skip(chunk)
    }

    fn read_long_lengths(&mut self, chunk: &Chunk) -> Result<u64, AudioError> {
        let mut body = [0; 16];
        if self.source.read_at(chunk.body, &mut body)? == body.len() {
            let length = body[8..].try_into().map_or(0, u64::from_le_bytes);
            self.long_data_length = Some(length);
        }
        self.skip(chunk)
    }

    /// Decides where the audio ends, and gives the place of the next chunk.
    fn place_data(&mut self, chunk: &Chunk) -> Result<u64, AudioError> {
        let mut rest = self.source.len() - chunk.body;
        let declared = self.declared_data_length(chunk);
        // A recording that was cut off is not as long as its header says, and the promised end then
        // lies somewhere in the next one.
        if (declared == 0 || declared > rest || !self.is_end_of_chunk(chunk.body + declared)?)
            && let Some(next) = self.next_container(chunk.body)?
        {
            rest = next - chunk.body;
        }
        let length = self.believable_data_length(chunk, declared, rest)?;
        if length > 0 {
            if !self.data.is_empty() {
                self.note("data_chunks_joined", format!("another data chunk of {length} bytes; joined"));
            }
            self.data.push(chunk.body..chunk.body + length);
        }
        self.next_after(chunk.body, length)
    }

    /// Whether the file ends here, or another chunk begins.
    fn is_end_of_chunk(&mut self, position: u64) -> Result<bool, AudioError> {
        let is_near_end = self.source.len().saturating_sub(position) <= 1;
        Ok(is_near_end
            || self.container.is_known_chunk(self.source, position)?
            || self.container.is_known_chunk(self.source, position + 1)?)
    }

    fn declared_data_length(&self, chunk: &Chunk) -> u64 {
        match self.long_data_length {
            Some(long) if chunk.length == 0xffff_ffff && long > 0 => long,
            _ => chunk.length,
        }
    }

    fn believable_data_length(&mut self, chunk: &Chunk, declared: u64, rest: u64) -> Result<u64, AudioError> {
        const WRAP: u64 = 1 << 32;
        if declared == 0 && rest > 0 {
            if self.container.is_known_chunk(self.source, chunk.body)? {
                return Ok(0);
            }
            self.note("data_length_zero", format!("the header promises 0 bytes, {rest} follow and are read"));
            return Ok(rest);
        }
        if declared > rest {
            if declared >= PLACEHOLDER_LENGTH {
                self.note(
                    "data_length_unknown",
                    format!(
                        "the header holds a placeholder for the length; {rest} bytes follow and are read"
                    ),
                );
            } else {
                self.note(
                    "data_truncated",
                    format!("the header promises {declared} bytes, {rest} are there"),
                );
            }
            return Ok(rest);
        }
        // A 32-bit length runs over in a recording of more than 4 GiB.
        if rest > declared && (rest - declared) % WRAP <= 1 && rest - declared >= WRAP {
            self.note("data_length_wrapped", format!("the header promises {declared} bytes, {rest} follow"));
            return Ok(rest);
        }
        Ok(declared)
    }

    fn skip(&mut self, chunk: &Chunk) -> Result<u64, AudioError> {
        let end = chunk.body.saturating_add(chunk.length);
        if end <= self.source.len() {
            return self.next_after(chunk.body, chunk.length);
        }
        let name = chunk.id.escape_ascii();
        self.note(
            "chunk_length_wrong",
            format!("chunk {name} promises {} bytes, beyond the file's end", chunk.length),
        );
        let next = self.container.find_chunk(self.source, chunk.body)?;
        Ok(next.unwrap_or(self.source.len()))
    }

    /// The place of the next chunk: behind a pad byte as the standard wants it, or where a careless
    /// writer puts it.
    fn next_after(&mut self, body: u64, length: u64) -> Result<u64, AudioError> {
        let unpadded = body + length;
        let padded = self.container.padded(body, length);
        if padded == unpadded || padded >= self.source.len() {
            return Ok(padded.min(self.source.len()));
        }
        let standing = self.container.standing_at(self.source, padded)?;
        if self.container.standing_at(self.source, unpadded)? > standing {
            self.note("chunk_not_padded", format!("a chunk of {length} bytes has no pad byte"));
            return Ok(unpadded);
        }
        Ok(padded)
    }

    /// The container's own length decides nothing, so it is only mentioned when nothing else was
    /// wrong with lengths.
    fn compare_container_length(&mut self, head: &[u8]) {
        let Some(declared) = self.container.declared_length(head) else { return };
        let found = self.end - self.start;
        let about_data = |defect: &Defect| defect.kind.starts_with("data_");
        if declared.abs_diff(found) > 1 && !self.defects.iter().any(about_data) {
            self.note(
                "container_length_wrong",
                format!("the header promises {declared} bytes in all, {found} are there"),
            );
        }
    }

    fn finish(self) -> Result<Wave, AudioError> {
        let Some(format) = self.format else {
            return Err(if self.data.is_empty() {
                AudioError::Empty("the header is cut off before any audio; nothing was recorded".into())
            } else {
                AudioError::Corrupt("it has audio but no format chunk; fetch the file again".into())
            });
        };
        Ok(Wave { format, data: self.data, defects: self.defects, end: self.end })
    }
}
