//! The recording of a call as it lies on the disk.

use crate::ListenError;
use data_encoding::HEXLOWER;
use etalon_audio::{AudioError, CallFiles};
use etalon_call::AudioFacts;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

/// Bytes that are read at once.
const BLOCK_BYTES: usize = 1 << 18;

/// The recording of a call, and what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Original<'a> {
    /// Its file, or the files of both sides.
    pub files: &'a CallFiles,
    /// `audio` of the call.
    pub audio: &'a AudioFacts,
    /// `call.audio_sha256` of the call: SHA-256 of the bytes that were heard, in hexadecimal.
    pub sha256: &'a str,
}

impl Original<'_> {
    /// Sees to it that the files have the bytes that were heard.
    pub(crate) fn check_bytes(&self) -> Result<(), ListenError> {
        self.each_block(|_| Ok(()))
    }

    /// Gives the bytes of all files one after the other, and sees to it that they are those that
    /// were heard.
    fn each_block(&self, mut take: impl FnMut(&[u8]) -> Result<(), ListenError>) -> Result<(), ListenError> {
        let mut hash = Sha256::new();
        for path in self.files.paths() {
            each_block_of(path, |block| {
                hash.update(block);
                take(block)
            })?;
        }
        if HEXLOWER.encode(&hash.finalize()) == self.sha256 { Ok(()) } else { Err(ListenError::Changed) }
    }
}

/// Copies an original of one file as it is. Where it has other bytes than those that were heard,
/// what was written is to be thrown away.
///
/// # Errors
///
/// [`ListenError::Recording`] when it cannot be read, [`ListenError::Changed`],
/// [`ListenError::Write`].
pub fn copy(original: &Original<'_>, output: &mut impl Write) -> Result<(), ListenError> {
    original.each_block(|block| output.write_all(block).map_err(ListenError::Write))?;
    output.flush().map_err(ListenError::Write)
}

fn each_block_of(
    path: &Path,
    mut take: impl FnMut(&[u8]) -> Result<(), ListenError>,
) -> Result<(), ListenError> {
    let mut file = File::open(path).map_err(AudioError::from)?;
    let mut block = vec![0; BLOCK_BYTES];
    loop {
        match file.read(&mut block).map_err(AudioError::from)? {
            0 => return Ok(()),
            read => take(&block[..read])?,
        }
    }
}
