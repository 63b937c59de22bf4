//! SHA-256 in hexadecimal.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// Digits of a SHA-256 in hexadecimal.
pub(crate) const HEX_DIGITS: usize = 64;

/// The SHA-256 of bytes, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}
