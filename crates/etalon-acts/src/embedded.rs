//! The embedded model: the only module that holds its bytes.

/// `models/README.md` describes its origin; `scripts/dev models acts` trains it.
pub(crate) static BYTES: &[u8] = include_bytes!("../../../models/acts-e5.bin");

/// The SHA-256 of [`BYTES`], which takes too long to be computed at every start.
pub(crate) const SHA256: [u8; 32] = [
    0x04, 0x2b, 0xf9, 0xff, 0x10, 0x14, 0x0a, 0xad, 0xe5, 0x40, 0x73, 0x0d, 0x3a, 0x98, 0x07, 0x33, 0xd5,
    0xb2, 0xea, 0x45, 0xed, 0x17, 0xd5, 0x01, 0xcd, 0x11, 0x08, 0x17, 0x13, 0x41, 0x09, 0xad,
];

#[cfg(test)]
mod tests {
    use super::{BYTES, SHA256};
    use sha2::{Digest, Sha256};

    #[test]
    fn the_bytes_are_those_that_the_page_names() {
        let readme = include_str!("../../../models/README.md");
        assert_eq!(Sha256::digest(BYTES).as_slice(), SHA256);
        let sha256 = SHA256.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        assert!(readme.contains(&sha256), "{sha256}");
    }
}
