//! Values that nobody can guess.

use data_encoding::HEXLOWER;

/// Bytes of a value: nobody finds one of 2^256 by trying.
const BYTES: usize = 32;

/// A new value in hexadecimal digits.
///
/// # Errors
/// Where the system has no random numbers.
pub(crate) fn unguessable() -> std::io::Result<String> {
    let mut bytes = [0u8; BYTES];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(HEXLOWER.encode(&bytes))
}

/// Whether two secrets are the same. The time it takes does not tell where they differ.
pub(crate) fn is_same_secret(left: &str, right: &str) -> bool {
    left.len() == right.len()
        && left.bytes().zip(right.bytes()).fold(0, |found, (left, right)| found | (left ^ right)) == 0
}
