//! SHA-256 (FIPS 180-4) as text.

use crate::ModelError;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Large files are hashed in pieces of this size, so that they need not fit into memory.
const CHUNK_BYTES: usize = 1 << 20;

/// The SHA-256 of some bytes: 64 hexadecimal digits in lower case.
pub fn sha256_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// The SHA-256 of a file, read in pieces: 64 hexadecimal digits in lower case.
///
/// # Errors
///
/// [`ModelError::Read`] when the file can't be read, [`ModelError::NotAFile`] where it is none: a
/// device may never end, and a pipe would keep the reader waiting.
pub fn sha256_hex_of_file(path: &Path) -> Result<String, ModelError> {
    let unreadable = |source| ModelError::Read { path: path.to_owned(), source };
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(ModelError::NotAFile { path: path.to_owned() });
    }
    let mut file = File::open(path).map_err(unreadable)?;
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = file.read(&mut chunk).map_err(unreadable)?;
        if read == 0 {
            return Ok(HEXLOWER.encode(&hasher.finalize()));
        }
        hasher.update(&chunk[..read]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_equal_the_examples_of_the_standard() {
        let check = |bytes: &[u8], expected: &str| {
            assert_eq!(sha256_hex(bytes), expected);
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("model.bin");
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(sha256_hex_of_file(&path).unwrap(), expected);
        };
        check(b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        check(b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let million = vec![b'a'; 1_000_000];
        check(&million, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
        check(&vec![b'a'; 2 * CHUNK_BYTES], &sha256_hex(&vec![b'a'; 2 * CHUNK_BYTES]));
    }
}
