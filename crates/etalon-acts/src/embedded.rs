//! The embedded model: the only module that holds its bytes.

/// `models/README.md` describes its origin; `scripts/dev models acts` trains it.
pub(crate) static BYTES: &[u8] = include_bytes!("../../../models/acts-e5.bin");

#[cfg(test)]
mod tests {
    use super::BYTES;
    use sha2::{Digest, Sha256};

    #[test]
    fn the_bytes_are_those_that_the_page_names() {
        let readme = include_str!("../../../models/README.md");
        let sha256 =
            Sha256::digest(BYTES).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        assert!(readme.contains(&sha256), "{sha256}");
    }
}
