//! The embedded model: the only module that holds its bytes.

/// `models/README.md` describes its origin; `scripts/dev models acts` trains it.
pub(crate) static BYTES: &[u8] = include_bytes!("../../../models/acts-e5.bin");

/// The SHA-256 of [`BYTES`], which takes too long to be computed at every start.
pub(crate) const SHA256: [u8; 32] = [
    0x83, 0xd6, 0xdc, 0x9e, 0x7b, 0xd1, 0xf8, 0xa5, 0x4f, 0xc7, 0x93, 0x1e, 0x87, 0x17, 0x61, 0x12, 0x55,
    0x2c, 0xc7, 0xde, 0x8d, 0x8c, 0x75, 0x83, 0x9e, 0xa8, 0xa0, 0x10, 0x6f, 0x48, 0x8f, 0x95,
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
