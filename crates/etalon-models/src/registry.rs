//! The registry of models by name.

use crate::ModelError;
use serde::Deserialize;
use std::path::PathBuf;

/// A model of the registry.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelEntry {
    /// The name that users give.
    pub name: String,
    /// The name of its file.
    pub file: String,
    /// Length of the file, bytes.
    pub size: u64,
    /// SHA-256 of the file, 64 hexadecimal digits in lower case.
    pub sha256: String,
    /// SHA-1 from whisper.cpp's list of models, if it has one; for information only.
    pub sha1: Option<String>,
    /// The licence of the weights, as an SPDX identifier.
    pub licence: String,
    /// The supported languages.
    pub languages: String,
    /// The use that the model suits.
    pub purpose: String,
    /// Download addresses, the preferred one first; empty for the embedded model.
    pub urls: Vec<String>,
}

impl ModelEntry {
    /// The path of the file in the first of the folders that has it.
    pub fn find_in(&self, folders: &[PathBuf]) -> Option<PathBuf> {
        folders.iter().map(|folder| folder.join(&self.file)).find(|path| path.is_file())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Registry {
    models: Vec<ModelEntry>,
}

/// The models of `models/registry.toml`, the default first.
///
/// # Errors
///
/// [`ModelError::Registry`] when the registry of this build can't be parsed.
pub fn registry() -> Result<Vec<ModelEntry>, ModelError> {
    let registry: Registry = toml::from_str(include_str!("../../../models/registry.toml"))
        .map_err(|error| ModelError::Registry(error.to_string()))?;
    Ok(registry.models)
}

/// The model of the registry with this name; nothing where it knows none.
///
/// # Errors
///
/// As [`registry`].
pub fn registered(name: &str) -> Result<Option<ModelEntry>, ModelError> {
    Ok(registry()?.into_iter().find(|entry| entry.name == name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded;
    use std::collections::BTreeSet;

    fn is_hexadecimal(text: &str, digits: usize) -> bool {
        text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    }

    #[test]
    fn every_entry_is_complete() {
        for entry in registry().unwrap() {
            assert!(is_hexadecimal(&entry.sha256, 64), "{}", entry.name);
            assert!(entry.sha1.as_ref().is_none_or(|sha1| is_hexadecimal(sha1, 40)), "{}", entry.name);
            assert_eq!(entry.file, format!("ggml-{}.bin", entry.name));
            assert!(entry.size > 1_000_000 && !entry.purpose.is_empty() && !entry.languages.is_empty());
            assert_eq!(entry.licence, "MIT");
            assert_eq!(entry.urls.is_empty(), entry.name == embedded().name, "{}", entry.name);
            for url in &entry.urls {
                assert!(url.starts_with("https://") && url.ends_with(&format!("/{}", entry.file)), "{url}");
            }
        }
    }

    #[test]
    fn names_and_digests_are_unique_and_the_default_comes_first() {
        let entries = registry().unwrap();
        let names: BTreeSet<_> = entries.iter().map(|entry| &entry.name).collect();
        let digests: BTreeSet<_> = entries.iter().map(|entry| &entry.sha256).collect();
        assert_eq!((names.len(), digests.len()), (entries.len(), entries.len()));
        assert_eq!(entries[0].name, embedded().name);
    }
}
