use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

/// Bytes that can be read anywhere, and whose number is known.
#[derive(Debug)]
pub(crate) struct Source<R> {
    reader: R,
    length: u64,
}

impl<R: Read + Seek> Source<R> {
    pub(crate) fn new(mut reader: R) -> io::Result<Self> {
        let length = reader.seek(SeekFrom::End(0))?;
        Ok(Self { reader, length })
    }

    /// Number of bytes when the source was opened.
    pub(crate) fn len(&self) -> u64 {
        self.length
    }

    /// Fills `into` from a place on, and gives how many bytes there were.
    pub(crate) fn read_at(&mut self, position: u64, into: &mut [u8]) -> io::Result<usize> {
        self.reader.seek(SeekFrom::Start(position))?;
        let mut count = 0;
        while count < into.len() {
            match self.reader.read(&mut into[count..]) {
                Ok(0) => break,
                Ok(read) => count += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(count)
    }
}

/// The parts of a source that hold audio, read one after the other.
#[derive(Debug)]
pub(crate) struct Data<R> {
    source: Source<R>,
    /// What is still to be read, the next part last.
    parts: Vec<Range<u64>>,
}

impl<R: Read + Seek> Data<R> {
    pub(crate) fn new(source: Source<R>, mut parts: Vec<Range<u64>>) -> Self {
        parts.reverse();
        Self { source, parts }
    }

    /// Bytes that are still to be read.
    pub(crate) fn remaining(&self) -> u64 {
        self.parts.iter().map(|part| part.end - part.start).sum()
    }

    /// Fills `into` as far as there is audio, and gives how many bytes there were.
    pub(crate) fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut count = 0;
        while count < into.len() {
            let Some(part) = self.parts.last_mut() else { break };
            let wanted = (part.end - part.start).min((into.len() - count) as u64) as usize;
            let read = self.source.read_at(part.start, &mut into[count..count + wanted])?;
            count += read;
            part.start += read as u64;
            // A source that ends early was cut while it was being read: nothing more will come from this part.
            if read < wanted || part.start >= part.end {
                self.parts.pop();
            }
        }
        Ok(count)
    }
}
