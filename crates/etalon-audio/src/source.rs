use memchr::memmem::Finder;
use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// What a recording can be read from.
pub(crate) trait ReadSeek: Read + Seek + Send + Sync {}
impl<R: Read + Seek + Send + Sync> ReadSeek for R {}

/// Bytes that can be read anywhere, and whose number is known: all of a file, or a part of it.
#[derive(Clone)]
pub(crate) struct Source<'s> {
    reader: Arc<Mutex<Box<dyn ReadSeek + 's>>>,
    start: u64,
    length: u64,
}

impl fmt::Debug for Source<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Source")
            .field("start", &self.start)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

impl<'s> Source<'s> {
    pub(crate) fn new(mut reader: impl ReadSeek + 's) -> io::Result<Self> {
        let length = reader.seek(SeekFrom::End(0))?;
        Ok(Self { reader: Arc::new(Mutex::new(Box::new(reader))), start: 0, length })
    }

    /// Number of bytes when the source was opened.
    pub(crate) fn len(&self) -> u64 {
        self.length
    }

    /// The bytes from a place on.
    pub(crate) fn from(&self, place: u64) -> Self {
        let skipped = place.min(self.length);
        Self { start: self.start + skipped, length: self.length - skipped, ..self.clone() }
    }

    /// The bytes before a place.
    pub(crate) fn until(&self, place: u64) -> Self {
        Self { length: place.min(self.length), ..self.clone() }
    }

    /// Fills `into` from a place on, and gives how many bytes there were.
    pub(crate) fn read_at(&mut self, position: u64, into: &mut [u8]) -> io::Result<usize> {
        let rest = self.length.saturating_sub(position).min(into.len() as u64) as usize;
        let into = &mut into[..rest];
        // A reader that panicked leaves no half-done state here: every reading begins with a seek.
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        reader.seek(SeekFrom::Start(self.start + position))?;
        let mut count = 0;
        while count < into.len() {
            match reader.read(&mut into[count..]) {
                Ok(0) => break,
                Ok(read) => count += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(count)
    }

    /// Where a pattern of at least two bytes next stands from a place on.
    pub(crate) fn find(&mut self, pattern: &[u8], from: u64) -> io::Result<Option<u64>> {
        const BLOCK: usize = 1 << 18;
        let finder = Finder::new(pattern);
        let mut block = vec![0; BLOCK];
        let mut position = from;
        loop {
            let count = self.read_at(position, &mut block)?;
            if let Some(place) = finder.find(&block[..count]) {
                return Ok(Some(position + place as u64));
            }
            if count < BLOCK {
                return Ok(None);
            }
            position += (BLOCK + 1 - pattern.len()) as u64;
        }
    }
}

/// The parts of a source that hold audio, read one after the other as if there were nothing between
/// them.
#[derive(Debug, Clone)]
pub(crate) struct Data<'s> {
    source: Source<'s>,
    parts: Vec<Range<u64>>,
    /// Where reading goes on, counted from the start of the first part.
    position: u64,
    length: u64,
}

impl<'s> Data<'s> {
    pub(crate) fn new(source: Source<'s>, parts: Vec<Range<u64>>) -> Self {
        let length = parts.iter().map(|part| part.end - part.start).sum();
        Self { source, parts, position: 0, length }
    }

    /// The whole of a source.
    pub(crate) fn whole(source: Source<'s>) -> Self {
        let whole = 0..source.len();
        Self::new(source, vec![whole])
    }

    /// Bytes of audio in all.
    pub(crate) fn len(&self) -> u64 {
        self.length
    }

    /// Bytes that are still to be read.
    pub(crate) fn remaining(&self) -> u64 {
        self.length.saturating_sub(self.position)
    }

    /// Fills `into` as far as there is audio, and gives how many bytes there were.
    pub(crate) fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut count = 0;
        while count < into.len() {
            let Some(next) = self.place_of(self.position) else { break };
            let wanted = (next.end - next.start).min((into.len() - count) as u64) as usize;
            let read = self.source.read_at(next.start, &mut into[count..count + wanted])?;
            count += read;
            self.position += read as u64;
            if read < wanted {
                // The source was cut while it was being read: nothing more will come.
                self.position = self.length;
                break;
            }
        }
        Ok(count)
    }

    /// What is left of the part that holds this position, in places of the source.
    fn place_of(&self, position: u64) -> Option<Range<u64>> {
        let mut offset = position;
        for part in &self.parts {
            let length = part.end - part.start;
            if offset < length {
                return Some(part.start + offset..part.end);
            }
            offset -= length;
        }
        None
    }
}

impl Read for Data<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        Data::read(self, into)
    }
}

impl Seek for Data<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
        };
        self.position = target.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}
