//! The checksum that ends every stored call, so that a changed byte is noticed.
//!
//! The last field of the JSON is `"checksum"`: SHA-256, in hexadecimal, of all bytes before the comma
//! that precedes it. A file that another program has written again has the field, but not its value.

use crate::digest::{HEX_DIGITS, sha256};
use serde::Deserialize;

const BEFORE: &str = ",\"checksum\":\"";
const BEHIND: &str = "\"}\n";

/// The document of a call, a JSON object in one line, with its checksum as the last field.
pub(super) fn with_checksum(document: &[u8]) -> Vec<u8> {
    let Some(open) = document.trim_ascii_end().strip_suffix(b"}") else { return document.to_vec() };
    let mut sealed = Vec::with_capacity(open.len() + BEFORE.len() + HEX_DIGITS + BEHIND.len());
    sealed.extend_from_slice(open);
    sealed.extend_from_slice(BEFORE.as_bytes());
    sealed.extend_from_slice(sha256(open).as_bytes());
    sealed.extend_from_slice(BEHIND.as_bytes());
    sealed
}

/// Whether a stored call holds the bytes that were written. One of a version that wrote no checksum
/// is taken for whole.
pub(super) fn is_whole(stored: &[u8]) -> bool {
    let parts = stored
        .strip_suffix(BEHIND.as_bytes())
        .and_then(|rest| rest.split_at_checked(rest.len().checked_sub(HEX_DIGITS)?));
    if let Some((rest, written)) = parts
        && let Some(open) = rest.strip_suffix(BEFORE.as_bytes())
    {
        return sha256(open).as_bytes() == written;
    }
    // The field elsewhere, or written otherwise: another program has changed the file.
    serde_json::from_slice::<ChecksumField>(stored).is_ok_and(|field| field.checksum.is_none())
}

/// The field, wherever it stands.
#[derive(Deserialize)]
struct ChecksumField {
    checksum: Option<serde::de::IgnoredAny>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_byte_is_noticed() {
        let sealed = with_checksum(b"{\"schema\":\"a\",\"score\":96.0}\n");
        assert!(is_whole(&sealed));
        assert!(serde_json::from_slice::<serde_json::Value>(&sealed).is_ok());
        // A changed name of the field itself changes nothing that is read.
        let name = sealed.len() - HEX_DIGITS - BEFORE.len() - BEHIND.len()..sealed.len() - HEX_DIGITS;
        for place in (0..sealed.len()).filter(|place| !name.contains(place)) {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(!is_whole(&changed), "byte {place}");
            assert!(!is_whole(&sealed[..place]), "cut at {place}");
        }
        let text = String::from_utf8(sealed).unwrap();
        assert!(!is_whole(text.replace(',', ", ").as_bytes()), "written by another program");
        assert!(is_whole(b"{\"schema\":\"a\"}\n"), "of a version without checksums");
    }
}
