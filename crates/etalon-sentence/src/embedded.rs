//! The embedded model: the only module that holds its bytes.

/// `models/README.md` describes its origin; `scripts/dev models sentence` rebuilds it.
pub(crate) static BYTES: &[u8] = include_bytes!("../../../models/meaning-use3-ru.bin");

/// The SHA-256 of [`BYTES`], which takes too long to be computed at every start.
pub(crate) const SHA256: [u8; 32] = [
    0x3c, 0xb6, 0x04, 0x10, 0x62, 0x36, 0xb0, 0x15, 0xc2, 0x1d, 0x63, 0xd0, 0xa5, 0x11, 0x76, 0x14, 0x81,
    0x52, 0x83, 0x04, 0xec, 0x38, 0x46, 0x73, 0xa3, 0x95, 0x3c, 0x82, 0x0b, 0x20, 0x1f, 0x97,
];

#[cfg(test)]
mod tests {
    use super::{BYTES, SHA256};
    use sha2::{Digest, Sha256};

    #[test]
    fn the_bytes_are_those_that_the_script_makes() {
        let script = include_str!("../../../scripts/models/sentence.py");
        let readme = include_str!("../../../models/README.md");
        assert_eq!(Sha256::digest(BYTES).as_slice(), SHA256);
        let sha256 = SHA256.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        assert!(script.contains(&format!("\nSHA256 = \"{sha256}\"")));
        assert!(readme.contains(&sha256));
    }
}
