//! SHA-256 in hexadecimal.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Digits of a SHA-256 in hexadecimal.
pub(crate) const HEX_DIGITS: usize = 64;

/// The SHA-256 of bytes, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(HEX_DIGITS);
    for byte in Sha256::digest(bytes) {
        // A string takes everything.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
