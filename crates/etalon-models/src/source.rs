//! Resolves a user's choice to the bytes of a model.

use crate::folders::model_folders;
use crate::{ModelEntry, ModelError, embedded, registry, sha256_hex_of_file};
use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

/// The location of a model's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelSource {
    /// The embedded model.
    Embedded,
    /// A file.
    File(PathBuf),
}

impl ModelSource {
    /// The model's name in the registry, or the file's name if the registry does not have it.
    pub fn name(&self) -> &str {
        match self {
            Self::Embedded => embedded().name,
            Self::File(path) => {
                let file = path.file_name().and_then(|name| name.to_str()).unwrap_or("model");
                file.strip_prefix("ggml-").and_then(|name| name.strip_suffix(".bin")).unwrap_or(file)
            }
        }
    }

    /// Length of the model file, bytes.
    ///
    /// # Errors
    ///
    /// [`ModelError::Read`] when the file's metadata can't be read.
    pub fn size(&self) -> Result<u64, ModelError> {
        match self {
            Self::Embedded => Ok(embedded().bytes.len() as u64),
            Self::File(path) => file_size(path),
        }
    }

    /// The whole model file: borrowed for the embedded model, otherwise read into memory.
    ///
    /// # Errors
    ///
    /// [`ModelError::Read`] when the file can't be read.
    pub fn bytes(&self) -> Result<Cow<'static, [u8]>, ModelError> {
        match self {
            Self::Embedded => Ok(Cow::Borrowed(embedded().bytes)),
            Self::File(path) => fs::read(path)
                .map(Cow::Owned)
                .map_err(|source| ModelError::Read { path: path.clone(), source }),
        }
    }

    /// SHA-256 of the model file, 64 hexadecimal digits; computed from the bytes of a file, stored
    /// for the embedded model.
    ///
    /// # Errors
    ///
    /// [`ModelError::Read`] when the file can't be read.
    pub fn sha256(&self) -> Result<String, ModelError> {
        match self {
            Self::Embedded => Ok(embedded().sha256.to_owned()),
            Self::File(path) => sha256_hex_of_file(path),
        }
    }
}

/// Finds a model by its name in the registry or by the path of its file.
///
/// A registry name takes precedence over a file of the same name in the current folder. The folders
/// are those of [`model_folders`]. A file found by name must have the registry's length; [`verify`]
/// compares the bytes.
///
/// # Errors
///
/// [`ModelError::Absent`] with the download address when a registered model is in none of the
/// folders, [`ModelError::Unknown`] when there is neither such a model nor such a file,
/// [`ModelError::WrongSize`] after an interrupted download.
pub fn resolve(name_or_path: &str) -> Result<ModelSource, ModelError> {
    resolve_in(name_or_path, &model_folders())
}

/// Compares a file with its entry in the registry: first its length, then its SHA-256.
///
/// # Errors
///
/// [`ModelError::WrongSize`] or [`ModelError::WrongDigest`] if they differ, [`ModelError::Read`]
/// when the file can't be read.
pub fn verify(entry: &ModelEntry, path: &Path) -> Result<(), ModelError> {
    check_size(entry, path)?;
    let found = sha256_hex_of_file(path)?;
    if found == entry.sha256 {
        return Ok(());
    }
    Err(ModelError::WrongDigest { path: path.to_owned(), expected: entry.sha256.clone(), found })
}

fn resolve_in(name_or_path: &str, folders: &[PathBuf]) -> Result<ModelSource, ModelError> {
    if name_or_path == embedded().name {
        return Ok(ModelSource::Embedded);
    }
    let entries = registry()?;
    if let Some(entry) = entries.iter().find(|entry| entry.name == name_or_path) {
        return resolve_entry(entry, folders);
    }
    let path = Path::new(name_or_path);
    if path.is_file() {
        return Ok(ModelSource::File(path.to_owned()));
    }
    let known = entries.into_iter().map(|entry| entry.name).collect();
    Err(ModelError::Unknown { name: name_or_path.to_owned(), known })
}

fn resolve_entry(entry: &ModelEntry, folders: &[PathBuf]) -> Result<ModelSource, ModelError> {
    let Some(path) = entry.find_in(folders) else {
        return Err(ModelError::Absent {
            name: entry.name.clone(),
            file: entry.file.clone(),
            size: entry.size,
            url: entry.urls.first().cloned().unwrap_or_default(),
            folder: folders.last().cloned().unwrap_or_default(),
        });
    };
    check_size(entry, &path)?;
    Ok(ModelSource::File(path))
}

fn check_size(entry: &ModelEntry, path: &Path) -> Result<(), ModelError> {
    let found = file_size(path)?;
    if found == entry.size {
        return Ok(());
    }
    Err(ModelError::WrongSize { path: path.to_owned(), expected: entry.size, found })
}

fn file_size(path: &Path) -> Result<u64, ModelError> {
    fs::metadata(path)
        .map(|metadata| metadata.len())
        .map_err(|source| ModelError::Read { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sha256_hex;

    #[test]
    fn the_embedded_model_is_found_by_its_name() {
        let source = resolve_in("base-q5_1", &[]).unwrap();
        assert_eq!(source, ModelSource::Embedded);
        assert_eq!(source.name(), "base-q5_1");
        assert_eq!(source.size().unwrap(), 59_707_625);
        assert_eq!(source.sha256().unwrap(), sha256_hex(&source.bytes().unwrap()));
    }

    #[test]
    fn a_file_is_found_by_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let check = |file: &str, name: &str| {
            let path = folder.path().join(file);
            fs::write(&path, b"abc").unwrap();
            let source = resolve_in(path.to_str().unwrap(), &[]).unwrap();
            assert_eq!(source.name(), name);
            assert_eq!(source.size().unwrap(), 3);
            assert_eq!(source.bytes().unwrap().as_ref(), b"abc");
            assert_eq!(source.sha256().unwrap(), sha256_hex(b"abc"));
        };
        check("ggml-large-v3-turbo.bin", "large-v3-turbo");
        check("mine.bin", "mine.bin");
    }

    #[test]
    fn an_absent_model_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let error = resolve_in("large-v3-turbo", &[folder.path().to_owned()]).unwrap_err();
        let message = error.to_string();
        let url = "https://huggingface.co/ggerganov/whisper.cpp/resolve/main/ggml-large-v3-turbo.bin";
        for part in [url, "1624 MB", folder.path().to_str().unwrap(), "ETALON_MODELS"] {
            assert!(message.contains(part), "{message}");
        }
        assert!(error.is_permanent());
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        let message = resolve_in("enormous", &[]).unwrap_err().to_string();
        assert!(message.contains("enormous") && message.contains("base-q5_1, tiny"), "{message}");
    }

    #[test]
    fn a_download_cut_short_is_refused_in_whichever_folder_it_lies() {
        let (empty, full) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(full.path().join("ggml-tiny.bin"), b"abc").unwrap();
        let folders = [empty.path().to_owned(), full.path().to_owned()];
        let error = resolve_in("tiny", &folders).unwrap_err();
        assert!(matches!(error, ModelError::WrongSize { expected: 77_691_713, found: 3, .. }), "{error}");
    }

    #[test]
    fn a_file_is_compared_with_its_entry() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ggml-tiny.bin");
        let mut entry = registry().unwrap().remove(1);
        entry.size = 3;
        entry.sha256 = sha256_hex(b"abc");
        fs::write(&path, b"abc").unwrap();
        assert!(resolve_entry(&entry, &[folder.path().to_owned()]).is_ok());
        assert!(verify(&entry, &path).is_ok());
        fs::write(&path, b"abd").unwrap();
        assert!(matches!(verify(&entry, &path), Err(ModelError::WrongDigest { .. })));
        fs::remove_file(&path).unwrap();
        assert!(matches!(verify(&entry, &path), Err(ModelError::Read { .. })));
    }
}
