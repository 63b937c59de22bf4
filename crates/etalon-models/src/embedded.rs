//! The embedded model: the only module that holds its bytes.

/// The embedded model.
#[derive(Clone, Copy)]
pub struct EmbeddedModel {
    /// Its name in the registry.
    pub name: &'static str,
    /// The whole model file, in whisper.cpp's ggml format.
    pub bytes: &'static [u8],
    /// SHA-256 of `bytes`, 64 hexadecimal digits; a test compares it with the bytes and with the
    /// registry.
    pub sha256: &'static str,
}

impl std::fmt::Debug for EmbeddedModel {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("EmbeddedModel")
            .field("name", &self.name)
            .field("len", &self.bytes.len())
            .field("sha256", &self.sha256)
            .finish()
    }
}

static BYTES: &[u8] = include_bytes!("../../../models/ggml-base-q5_1.bin");

/// The embedded model: Whisper base, multilingual, quantised to `q5_1`.
pub fn embedded() -> EmbeddedModel {
    EmbeddedModel {
        name: "base-q5_1",
        bytes: BYTES,
        sha256: "80147c665f9ac54ab8c3c7f55da90ac030ea40610495ba4dd0aa6304fd49d731",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{registry, sha256_hex};

    #[test]
    fn the_embedded_bytes_are_those_of_the_registry() {
        let model = embedded();
        let entry = registry().unwrap().into_iter().find(|entry| entry.name == model.name).unwrap();
        assert_eq!(model.bytes.len() as u64, entry.size);
        assert_eq!(sha256_hex(model.bytes), entry.sha256);
        assert_eq!(model.sha256, entry.sha256);
    }

    #[test]
    fn the_debug_form_holds_no_bytes() {
        assert!(format!("{:?}", embedded()).len() < 200);
    }
}
