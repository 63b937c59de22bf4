//! Installs a model on this machine, by download or from a local file.
//!
//! A download goes into `FILE.part` beside its final path and resumes an interrupted one (RFC 9110,
//! range requests). A file gets its final name only with the expected SHA-256, so a file with that
//! name can be trusted.

use crate::{ModelEntry, ModelError, sha256_hex_of_file};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use ureq::Body;
use ureq::http::{Response, StatusCode};

/// Bytes of one write.
const CHUNK_BYTES: usize = 1 << 18;

/// Most connections for one file; each resumes where the previous one broke.
const CONNECTIONS_MAX: usize = 5;

/// Bytes of a file whose length nobody knows, at most: several times the largest speech model.
const UNKNOWN_LENGTH_MAX: u64 = 16 << 30;

/// How long a server is waited for, and how much it may send.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DownloadLimits {
    /// The longest wait for a connection, for the beginning of an answer, and for its next bytes.
    pub wait_max: Duration,
    /// The fewest bytes a second, over a time of twice [`wait_max`](Self::wait_max).
    pub bytes_per_s_min: f64,
}

impl Default for DownloadLimits {
    /// 30 s, and 1,000 bytes a second, at which a small model would take a day.
    fn default() -> Self {
        Self { wait_max: Duration::from_secs(30), bytes_per_s_min: 1000.0 }
    }
}

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
/// is another one; [`ModelError::NotAFile`], [`ModelError::Read`] or [`ModelError::Write`] when it
/// can't be copied.
pub fn take_from(file: &Path, wanted: &Wanted) -> Result<(), ModelError> {
    wanted.verify(file)?;
    make_folder(&wanted.path)?;
    let part = wanted.part();
    remove_link(&part)?;
    fs::copy(file, &part).map_err(|source| unwritable(&part, source))?;
    wanted.verify(&part)?;
    wanted.finish(&part)
}

/// Downloads a model. `progress` gets the stored bytes and, if known, the total.
///
/// # Errors
///
/// [`ModelError::Unreachable`] without a network, [`ModelError::Refused`] when the server has no
/// such file, [`ModelError::CutOff`] when the connection broke, stood still or crept too often (the
/// stored part is kept, and the same call resumes it), [`ModelError::TooLong`],
/// [`ModelError::WrongSize`] and [`ModelError::WrongDigest`] when the server sent another file,
/// [`ModelError::Write`] when it can't be stored.
pub fn download(
    url: &str,
    wanted: &Wanted,
    limits: &DownloadLimits,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<(), ModelError> {
    make_folder(&wanted.path)?;
    let part = wanted.part();
    remove_link(&part)?;
    let agent = ureq::Agent::config_builder()
        .timeout_connect(Some(limits.wait_max))
        .timeout_recv_response(Some(limits.wait_max))
        .timeout_per_read(Some(limits.wait_max))
        .http_status_as_error(false)
        .user_agent(concat!("etalon/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent();
    let file = RemoteFile { url, wanted, part: &part };
    for connection in 1..=CONNECTIONS_MAX {
        let before = length(&part);
        match file.fetch_rest(&agent, limits, progress) {
            Ok(()) => break,
            Err(ModelError::CutOff { .. }) if connection < CONNECTIONS_MAX && length(&part) > before => {}
            Err(error) => {
                if matches!(error, ModelError::TooLong { .. }) {
                    // It is the beginning of another file.
                    let _ = fs::remove_file(&part);
                }
                return Err(error);
            }
        }
    }
    if let Err(error) = wanted.verify(&part) {
        // Appending can't correct it.
        let _ = fs::remove_file(&part);
        return Err(error);
    }
    wanted.finish(&part)
}

/// A file on a server, of which a part may be stored already.
struct RemoteFile<'a> {
    url: &'a str,
    wanted: &'a Wanted,
    part: &'a Path,
}

impl RemoteFile<'_> {
    /// One connection: requests the missing bytes and stores them.
    fn fetch_rest(
        &self,
        agent: &ureq::Agent,
        limits: &DownloadLimits,
        progress: &mut dyn FnMut(u64, Option<u64>),
    ) -> Result<(), ModelError> {
        let here = length(self.part);
        if here > 0 && self.wanted.size == Some(here) {
            return Ok(());
        }
        let response = self.request_from(agent, here)?;
        match response.status() {
            StatusCode::PARTIAL_CONTENT if starts_at(&response, here) => {
                self.store(response, here, limits, progress)
            }
            StatusCode::OK => self.store(response, 0, limits, progress),
            StatusCode::RANGE_NOT_SATISFIABLE | StatusCode::PARTIAL_CONTENT if here > 0 => {
                // The stored part is no prefix of the server's file.
                fs::remove_file(self.part).map_err(|source| unwritable(self.part, source))?;
                self.fetch_rest(agent, limits, progress)
            }
            status => Err(ModelError::Refused { url: self.url.to_owned(), status: status.as_u16() }),
        }
    }

    /// The server's answer to a request for all bytes from `start` on.
    fn request_from(&self, agent: &ureq::Agent, start: u64) -> Result<Response<Body>, ModelError> {
        let mut request = agent.get(self.url);
        if start > 0 {
            request = request.header("Range", format!("bytes={start}-"));
        }
        request.call().map_err(|error| ModelError::Unreachable {
            url: self.url.to_owned(),
            detail: error.to_string(),
            name: self.wanted.name.clone(),
            path: self.wanted.path.clone(),
        })
    }

    /// Stores an answer behind the first `start` bytes of the part, as long as it is fast enough
    /// and not longer than the file.
    fn store(
        &self,
        mut response: Response<Body>,
        start: u64,
        limits: &DownloadLimits,
        progress: &mut dyn FnMut(u64, Option<u64>),
    ) -> Result<(), ModelError> {
        let total = response.body().content_length().map(|length| start.saturating_add(length));
        let max_bytes = self.wanted.size.unwrap_or(UNKNOWN_LENGTH_MAX);
        let too_long = || ModelError::TooLong { url: self.url.to_owned(), max_bytes };
        if total.is_some_and(|total| total > max_bytes) {
            return Err(too_long());
        }
        let mut file = self.open_part(start)?;
        let mut body = response.body_mut().with_config().limit(u64::MAX).reader();
        let mut stored = start;
        let mut speed = Speed::of(limits);
        let mut chunk = vec![0_u8; CHUNK_BYTES];
        progress(stored, total);
        loop {
            let cut_off = ModelError::CutOff { url: self.url.to_owned(), stored, total };
            match body.read(&mut chunk) {
                Ok(0) if total.is_none_or(|total| stored >= total) => return Ok(()),
                Ok(0) | Err(_) => return Err(cut_off),
                Ok(read) if stored + read as u64 > max_bytes => return Err(too_long()),
                Ok(read) => {
                    file.write_all(&chunk[..read]).map_err(|source| unwritable(self.part, source))?;
                    stored += read as u64;
                    progress(stored, total);
                    if speed.is_too_slow_after(read) {
                        return Err(cut_off);
                    }
                }
            }
        }
    }

    /// The part, open for bytes behind its first `start`: from the beginning, or at its end.
    fn open_part(&self, start: u64) -> Result<File, ModelError> {
        let mut options = OpenOptions::new();
        options.create(true).write(true).truncate(start == 0).append(start > 0);
        options.open(self.part).map_err(|source| unwritable(self.part, source))
    }
}

/// How fast bytes come, over one stretch of time after the other.
struct Speed {
    stretch: Duration,
    bytes_min: f64,
    since: Instant,
    bytes: usize,
}

impl Speed {
    fn of(limits: &DownloadLimits) -> Self {
        let stretch = limits.wait_max * 2;
        let bytes_min = limits.bytes_per_s_min * stretch.as_secs_f64();
        Self { stretch, bytes_min, since: Instant::now(), bytes: 0 }
    }

    fn is_too_slow_after(&mut self, read: usize) -> bool {
        self.bytes += read;
        if self.since.elapsed() < self.stretch {
            return false;
        }
        let is_too_slow = (self.bytes as f64) < self.bytes_min;
        (self.since, self.bytes) = (Instant::now(), 0);
        is_too_slow
    }
}

/// Whether a partial answer continues at the end of the stored part (`Content-Range: bytes
/// START-…`).
fn starts_at(response: &Response<Body>, start: u64) -> bool {
    let range = response.headers().get("Content-Range").and_then(|range| range.to_str().ok());
    let first = range.and_then(|range| range.strip_prefix("bytes ")?.split('-').next()?.trim().parse().ok());
    start > 0 && first == Some(start)
}

/// A link in the place of the incomplete file would have another file written.
fn remove_link(part: &Path) -> Result<(), ModelError> {
    if fs::symlink_metadata(part).is_ok_and(|metadata| metadata.is_symlink()) {
        fs::remove_file(part).map_err(|source| unwritable(part, source))?;
    }
    Ok(())
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
