//! Installs a model on this machine, by download or from a local file.
//!
//! A download goes into `FILE.part` beside its final path and resumes an interrupted one (RFC 9110,
//! range requests). A file gets its final name only with the expected SHA-256, so a file with that
//! name can be trusted.

use crate::{ModelEntry, ModelError, sha256_hex_of_file};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use ureq::http::StatusCode;

/// Bytes of one write.
const CHUNK_BYTES: usize = 1 << 18;

/// Most connections for one file; each resumes where the previous one broke.
const CONNECTIONS_MAX: usize = 5;

/// Time limit for a server to accept a connection, and to begin an answer.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// A model file to install: its identity and its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The model's name.
    pub name: String,
    /// The expected SHA-256, 64 hexadecimal digits in lower case.
    pub sha256: String,
    /// The expected length, bytes, if it is known.
    pub size: Option<u64>,
    /// The final path.
    pub path: PathBuf,
}

impl Wanted {
    /// A model of the registry, in `folder`.
    pub fn of_registry(entry: &ModelEntry, folder: &Path) -> Self {
        Self {
            name: entry.name.clone(),
            sha256: entry.sha256.clone(),
            size: Some(entry.size),
            path: folder.join(&entry.file),
        }
    }

    /// A model outside of the registry, in `folder` as `ggml-NAME.bin`.
    ///
    /// # Errors
    ///
    /// [`ModelError::Wanted`] for a name that would leave the folder, or an invalid hash.
    pub fn of_user(name: &str, sha256: &str, folder: &Path) -> Result<Self, ModelError> {
        let is_plain = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
        if name.is_empty() || !name.chars().all(is_plain) {
            return Err(ModelError::Wanted("a model's name consists of letters, digits, dots and dashes"));
        }
        let sha256 = sha256.to_ascii_lowercase();
        if sha256.len() != 64 || !sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(ModelError::Wanted("a SHA-256 has 64 hexadecimal digits"));
        }
        Ok(Self { name: name.to_owned(), sha256, size: None, path: folder.join(format!("ggml-{name}.bin")) })
    }

    /// Whether the file is in place with the right bytes.
    pub fn is_here(&self) -> bool {
        self.path.is_file() && self.verify(&self.path).is_ok()
    }

    /// The path of the incomplete file.
    pub fn part(&self) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".part");
        PathBuf::from(name)
    }

    /// Compares a file's length and bytes with the expected ones.
    fn verify(&self, path: &Path) -> Result<(), ModelError> {
        let unreadable = |source| ModelError::Read { path: path.to_owned(), source };
        let found = fs::metadata(path).map_err(unreadable)?.len();
        if let Some(expected) = self.size.filter(|expected| *expected != found) {
            return Err(ModelError::WrongSize { path: path.to_owned(), expected, found });
        }
        let found = sha256_hex_of_file(path)?;
        if found == self.sha256 {
            return Ok(());
        }
        Err(ModelError::WrongDigest { path: path.to_owned(), expected: self.sha256.clone(), found })
    }

    /// Renames the verified file.
    fn finish(&self, part: &Path) -> Result<(), ModelError> {
        File::open(part).and_then(|file| file.sync_all()).map_err(|source| unwritable(part, source))?;
        fs::rename(part, &self.path).map_err(|source| unwritable(&self.path, source))
    }
}

/// Installs a model from a local file: copies it, verifies the copy, and renames it.
///
/// # Errors
///
/// [`ModelError::WrongSize`] or [`ModelError::WrongDigest`] with the path of the local file if it
/// is another one; [`ModelError::Read`] or [`ModelError::Write`] when it can't be copied.
pub fn take_from(file: &Path, wanted: &Wanted) -> Result<(), ModelError> {
    wanted.verify(file)?;
    make_folder(&wanted.path)?;
    let part = wanted.part();
    fs::copy(file, &part).map_err(|source| unwritable(&part, source))?;
    wanted.verify(&part)?;
    wanted.finish(&part)
}

/// Downloads a model. `progress` gets the stored bytes and, if known, the total.
///
/// # Errors
///
/// [`ModelError::Unreachable`] without a network, [`ModelError::Refused`] when the server has no
/// such file, [`ModelError::CutOff`] when the connection broke too often (the stored part is kept,
/// and the same call resumes it), [`ModelError::WrongDigest`] when the server sent another file,
/// [`ModelError::Write`] when it can't be stored.
pub fn download(
    url: &str,
    wanted: &Wanted,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<(), ModelError> {
    make_folder(&wanted.path)?;
    let part = wanted.part();
    let agent = ureq::Agent::config_builder()
        .timeout_connect(Some(ANSWER_MAX))
        .timeout_recv_response(Some(ANSWER_MAX))
        .http_status_as_error(false)
        .user_agent(concat!("etalon/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent();
    for connection in 1..=CONNECTIONS_MAX {
        let before = length(&part);
        match fetch(&agent, url, wanted, &part, progress) {
            Ok(()) => break,
            Err(ModelError::CutOff { .. }) if connection < CONNECTIONS_MAX && length(&part) > before => {}
            Err(error) => return Err(error),
        }
    }
    if let Err(error) = wanted.verify(&part) {
        // Appending can't correct it.
        let _ = fs::remove_file(&part);
        return Err(error);
    }
    wanted.finish(&part)
}

/// One connection: requests the missing bytes and stores them.
fn fetch(
    agent: &ureq::Agent,
    url: &str,
    wanted: &Wanted,
    part: &Path,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<(), ModelError> {
    let here = length(part);
    if here > 0 && wanted.size == Some(here) {
        return Ok(());
    }
    let unreachable = |error: &ureq::Error| ModelError::Unreachable {
        url: url.to_owned(),
        detail: error.to_string(),
        name: wanted.name.clone(),
        path: wanted.path.clone(),
    };
    let mut request = agent.get(url);
    if here > 0 {
        request = request.header("Range", format!("bytes={here}-"));
    }
    let mut response = request.call().map_err(|error| unreachable(&error))?;
    let start = match response.status() {
        StatusCode::PARTIAL_CONTENT if starts_at(&response, here) => here,
        StatusCode::OK => 0,
        StatusCode::RANGE_NOT_SATISFIABLE | StatusCode::PARTIAL_CONTENT => {
            // The stored part is no prefix of the server's file.
            fs::remove_file(part).map_err(|source| unwritable(part, source))?;
            return fetch(agent, url, wanted, part, progress);
        }
        status => return Err(ModelError::Refused { url: url.to_owned(), status: status.as_u16() }),
    };
    let total = response.body().content_length().map(|length| start + length);
    let mut file = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(start == 0)
        .append(start > 0)
        .open(part)
        .map_err(|source| unwritable(part, source))?;
    let mut body = response.body_mut().with_config().limit(u64::MAX).reader();
    store(&mut body, &mut file, start, total, part, url, progress)
}

/// Whether a partial answer continues at the end of the stored part (`Content-Range: bytes
/// START-…`).
fn starts_at(response: &ureq::http::Response<ureq::Body>, start: u64) -> bool {
    let range = response.headers().get("Content-Range").and_then(|range| range.to_str().ok());
    let first = range.and_then(|range| range.strip_prefix("bytes ")?.split('-').next()?.trim().parse().ok());
    start > 0 && first == Some(start)
}

fn store(
    body: &mut impl Read,
    file: &mut File,
    start: u64,
    total: Option<u64>,
    part: &Path,
    url: &str,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<(), ModelError> {
    let mut stored = start;
    let mut chunk = vec![0_u8; CHUNK_BYTES];
    progress(stored, total);
    loop {
        match body.read(&mut chunk) {
            Ok(0) if total.is_none_or(|total| stored >= total) => return Ok(()),
            Ok(0) | Err(_) => return Err(ModelError::CutOff { url: url.to_owned(), stored, total }),
            Ok(read) => {
                file.write_all(&chunk[..read]).map_err(|source| unwritable(part, source))?;
                stored += read as u64;
                progress(stored, total);
            }
        }
    }
}

fn make_folder(path: &Path) -> Result<(), ModelError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|source| unwritable(folder, source))
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

fn unwritable(path: &Path, source: io::Error) -> ModelError {
    ModelError::Write { path: path.to_owned(), source }
}
