//! How the recording of each call is heard from its page.

use data_encoding::HEXLOWER;
use etalon_audio::{CallFiles, Limits};
use etalon_call::{Call, Redaction, Span, named_enum};
use etalon_listen::{ListenError, Original, Playback};
use etalon_pages::{Interface, Sound, percent_encoded};
use etalon_store::{RecordingFiles, RecordingPlaces, Store};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

named_enum! {
    /// What pages play.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
    pub enum SoundMode {
        /// The originals where every browser plays them, and Opus beside the pages for the others.
        #[default]
        Link = "link",
        /// Copies of the originals beside the pages, and Opus where browsers do not play them.
        Copy = "copy",
        /// Opus beside the pages, for all calls.
        Opus = "opus",
        /// Nothing.
        None = "none",
    }
}

/// The folder of the pages, below the result folder.
pub const REPORT_FOLDER: &str = "report";

/// The folder of sounds, below that of the pages.
const SOUND_FOLDER: &str = "audio";

/// Bytes of the digest in the name of a muted sound.
const MUTED_DIGEST_BYTES: usize = 8;

/// From the page of a call to the folder of the pages.
const FROM_CALL_PAGE: &str = "../../";

/// Finds, copies or converts the recordings of calls.
pub struct Listening {
    store: Store,
    places: RecordingPlaces,
    mode: SoundMode,
    interface: &'static Interface,
}

impl Listening {
    /// Recordings of a result folder, which knows where they lie.
    ///
    /// # Errors
    /// Where `recordings.jsonl` cannot be read.
    pub fn new(
        store: &Store,
        mode: SoundMode,
        interface: &'static Interface,
    ) -> Result<Self, etalon_store::Error> {
        Ok(Self { places: store.read_recordings()?, store: store.clone(), mode, interface })
    }

    /// How a call is heard. What a page plays from beside itself is written, unless it is there
    /// already.
    pub fn sound_of(&self, call: &Call) -> Sound {
        match self.place_of(call) {
            Ok(PlayedFile::Original(path)) => Sound::Playable {
                address: link_from(&self.pages_folder(call), &path),
                place: path.display().to_string(),
            },
            Ok(PlayedFile::BesidePages(path)) => Sound::Playable {
                place: format!("{REPORT_FOLDER}/{path}"),
                address: format!("{FROM_CALL_PAGE}{path}"),
            },
            Err(sound) => sound,
        }
    }

    /// The file that is played for a call, written first where browsers don't play the original.
    ///
    /// # Errors
    /// Why there is none, as a page shows it.
    pub fn file_of(&self, call: &Call) -> Result<PathBuf, Sound> {
        Ok(match self.place_of(call)? {
            PlayedFile::Original(path) => path,
            PlayedFile::BesidePages(path) => self.below_pages(&path),
        })
    }

    /// How a call is heard from `address`, at which somebody serves its [file](Self::file_of).
    /// Nothing is written.
    pub fn served_sound_of(&self, call: &Call, address: String) -> Sound {
        match self.found(call) {
            Ok(files) => {
                let paths = files.paths();
                let places: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
                Sound::Playable { address, place: places.join(", ") }
            }
            Err(Sound::Moved { places }) if self.moved_away(call).is_some() => {
                Sound::Playable { address, place: places.join(", ") }
            }
            Err(sound) => sound,
        }
    }

    /// Deletes the sounds beside the pages where pages play nothing. The pages come first: until
    /// they are written anew, they play what is there.
    ///
    /// # Errors
    /// Where a file can't be deleted.
    pub fn remove_unwanted(&self) -> Result<(), etalon_store::Error> {
        if self.mode != SoundMode::None {
            return Ok(());
        }
        self.store.remove_files(REPORT_FOLDER, |path| call_of_sound(path).is_some())
    }

    fn place_of(&self, call: &Call) -> Result<PlayedFile, Sound> {
        if call.redaction.is_some() {
            self.remove_wrongly_muted(call).map_err(|error| self.failed(&error.into()))?;
        }
        match self.found(call) {
            Ok(files) => self.of_files(call, &call_files(files)).map_err(|error| self.failed(&error)),
            Err(Sound::Moved { places }) => self.moved_away(call).ok_or(Sound::Moved { places }),
            Err(sound) => Err(sound),
        }
    }

    /// The recording where it was found, or why it can't be played.
    fn found(&self, call: &Call) -> Result<&RecordingFiles, Sound> {
        if self.mode == SoundMode::None {
            return Err(self.absent("sound-not-wanted"));
        }
        let Some(found) = self.places.get(&call.call.id) else {
            // A folder that was made by `etalon redact` has sounds of its own.
            return Err(match self.moved_away(call) {
                Some(_) => Sound::Moved { places: Vec::new() },
                None => self.absent("sound-place-unknown"),
            });
        };
        still_there(found).ok_or_else(|| {
            let paths = found.iter().flat_map(RecordingFiles::paths);
            Sound::Moved { places: paths.map(|path| path.display().to_string()).collect() }
        })
    }

    fn of_files(&self, call: &Call, files: &CallFiles) -> Result<PlayedFile, Failed> {
        let original = Original { files, audio: &call.audio, sha256: &call.call.audio_sha256 };
        let limits = Limits::default();
        let muted = muted_spans(call);
        let playback = etalon_listen::playable(&original, &muted, &limits)?;
        match (playback, files, self.mode) {
            (Playback::Link { .. }, CallFiles::One(path), SoundMode::Link) => {
                Ok(PlayedFile::Original(path.clone()))
            }
            (Playback::Link { .. }, CallFiles::One(path), SoundMode::Copy) => {
                let extension = path.extension().and_then(OsStr::to_str).unwrap_or("audio").to_lowercase();
                self.beside_pages(call, &extension, |file| Ok(etalon_listen::copy(&original, file)?))
            }
            _ => self.beside_pages(call, &opus_extension(call), |file| {
                etalon_listen::convert(&original, &muted, &limits, file)?;
                Ok(())
            }),
        }
    }

    /// A sound beside the pages: as it is there, or as `write` makes it.
    fn beside_pages(
        &self,
        call: &Call,
        extension: &str,
        write: impl FnOnce(&mut etalon_store::AtomicFile) -> Result<(), Failed>,
    ) -> Result<PlayedFile, Failed> {
        let path = sound_path(&call.call.id, extension);
        if !self.below_pages(&path).exists() {
            let mut file = self.store.create_file(&format!("{REPORT_FOLDER}/{path}"))?;
            write(&mut file)?;
            file.commit()?;
        }
        Ok(PlayedFile::BesidePages(path))
    }

    /// What plays of a recording that is at none of its places: a sound beside the pages, in which
    /// just that is muted which must not be heard.
    fn moved_away(&self, call: &Call) -> Option<PlayedFile> {
        let path = opus_path(call);
        self.below_pages(&path).exists().then_some(PlayedFile::BesidePages(path))
    }

    /// Deletes what was beside the pages before the call was redacted, or was redacted otherwise.
    fn remove_wrongly_muted(&self, call: &Call) -> Result<(), etalon_store::Error> {
        if muted_spans(call).is_empty() {
            return Ok(());
        }
        let (id, kept) = (&call.call.id, opus_path(call));
        let folder = format!("{SOUND_FOLDER}/{}", id.get(..2).unwrap_or_default());
        for name in self.store.names_in(&format!("{REPORT_FOLDER}/{folder}"))? {
            let path = format!("{folder}/{name}");
            if call_of_sound(&path) == Some(id.as_str()) && path != kept {
                self.store.remove_file(&format!("{REPORT_FOLDER}/{path}"))?;
            }
        }
        Ok(())
    }

    fn below_pages(&self, path: &str) -> PathBuf {
        self.store.directory().join(REPORT_FOLDER).join(path)
    }

    fn absent(&self, key: &str) -> Sound {
        Sound::Absent { reason: self.interface.text(key) }
    }

    fn failed(&self, failed: &Failed) -> Sound {
        let key = match failed {
            Failed::Listen(ListenError::Changed) => "sound-changed",
            Failed::Listen(ListenError::Recording(_)) => "sound-unreadable",
            Failed::Listen(_) | Failed::Store(_) => "sound-not-written",
        };
        self.absent(key)
    }

    fn pages_folder(&self, call: &Call) -> PathBuf {
        let folder = call.call.id.get(..2).unwrap_or_default();
        let folder = self.store.directory().join(REPORT_FOLDER).join("calls").join(folder);
        std::path::absolute(&folder).unwrap_or(folder)
    }
}

/// The file that is played for a call.
enum PlayedFile {
    /// The recording itself.
    Original(PathBuf),
    /// A file at this path below the folder of the pages.
    BesidePages(String),
}

/// Why a recording cannot be heard from its page.
enum Failed {
    Listen(ListenError),
    Store(
        #[expect(dead_code, reason = "the page says in its own language what went wrong")]
        etalon_store::Error,
    ),
}

impl From<ListenError> for Failed {
    fn from(error: ListenError) -> Self {
        Self::Listen(error)
    }
}

impl From<etalon_store::Error> for Failed {
    fn from(error: etalon_store::Error) -> Self {
        Self::Store(error)
    }
}

/// The path of a sound below the folder of the pages.
fn sound_path(id: &str, extension: &str) -> String {
    format!("{SOUND_FOLDER}/{}/{id}.{extension}", id.get(..2).unwrap_or_default())
}

/// The path of the Opus file that the page of a call may play, below the folder of the pages.
pub(crate) fn opus_path(call: &Call) -> String {
    sound_path(&call.call.id, &opus_extension(call))
}

/// The id of the call to which a sound belongs, by its path below the folder of the pages; none
/// where it is no sound of a call.
pub(crate) fn call_of_sound(path: &str) -> Option<&str> {
    let name = path.strip_prefix(SOUND_FOLDER)?.strip_prefix('/')?.split('/').nth(1)?;
    name.split('.').next().filter(|id| etalon_store::is_call_id(id))
}

/// A muted sound is named by what is muted in it, so that no other one is taken for it: neither one
/// that was made before anything was muted, nor one in which something else is.
fn opus_extension(call: &Call) -> String {
    let muted = muted_spans(call);
    if muted.is_empty() {
        return "opus".to_owned();
    }
    let mut hash = Sha256::new();
    hash.update(call.audio.layout.name());
    for span in muted {
        hash.update(span.start_s.to_le_bytes());
        hash.update(span.end_s.to_le_bytes());
    }
    format!("muted-{}.opus", HEXLOWER.encode(&hash.finalize()[..MUTED_DIGEST_BYTES]))
}

/// What must not be heard of a call.
pub(crate) fn muted_spans(call: &Call) -> Vec<Span> {
    call.redaction.as_ref().map(Redaction::spans).unwrap_or_default()
}

/// The first place of a recording at which all of its files are.
pub(crate) fn still_there(found: &[RecordingFiles]) -> Option<&RecordingFiles> {
    found.iter().find(|files| files.paths().into_iter().all(Path::exists))
}

pub(crate) fn call_files(files: &RecordingFiles) -> CallFiles {
    match files {
        RecordingFiles::One { file } => CallFiles::One(file.clone()),
        RecordingFiles::Sides { agent, client } => {
            CallFiles::Sides { agent: agent.clone(), client: client.clone() }
        }
    }
}

/// The address of a file as a page in `folder` has it: relative, with every part encoded. Where
/// there is no way from one to the other, as between the drives of Windows, it is absolute.
fn link_from(folder: &Path, file: &Path) -> String {
    match pathdiff::diff_paths(file, folder) {
        Some(relative) => encoded(&relative),
        None => format!("file:///{}", encoded(file)),
    }
}

fn encoded(path: &Path) -> String {
    let part = |component: Component<'_>| match component {
        Component::RootDir => String::new(),
        Component::ParentDir => "..".to_owned(),
        other => percent_encoded(other.as_os_str().as_encoded_bytes()),
    };
    path.components().map(part).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_relative_and_encoded() {
        let check = |folder: &str, file: &str, expected: &str| {
            assert_eq!(link_from(Path::new(folder), Path::new(file)), expected);
        };
        check("/o/report/calls/ab", "/o/in/a.wav", "../../../in/a.wav");
        check(
            "/o/report/calls/ab",
            "/data/ночь 1/#a?.wav",
            "../../../../data/%D0%BD%D0%BE%D1%87%D1%8C%201/%23a%3F.wav",
        );
    }
}
