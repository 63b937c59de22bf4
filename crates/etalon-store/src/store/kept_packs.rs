//! The rule packs that judged the calls of a result folder, as they were then.

use super::Store;
use super::folder::read;
use crate::error::Error;

/// The folder's name below the result folder.
pub(super) const PACKS: &str = "packs";

/// Digits of a SHA-256 in hexadecimal.
const SHA256_DIGITS: usize = 64;

/// A rule pack as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPack {
    /// The pack's TOML text.
    pub source: String,
    /// The days that a configuration added to those of the text, one a line; empty without any.
    pub added_days: String,
}

impl Store {
    /// Keeps a pack under its SHA-256 in hexadecimal; a pack that is kept already stays as it is.
    ///
    /// # Errors
    /// [`Error::InvalidId`] where it is no SHA-256, [`Error::Io`].
    pub fn keep_pack(&self, sha256: &str, pack: &KeptPack) -> Result<(), Error> {
        if self.kept_pack(sha256).ok().flatten().as_ref() == Some(pack) {
            return Ok(());
        }
        // The text comes last: a pack is kept when its text is there.
        if !pack.added_days.is_empty() {
            self.write_file(&days_file(sha256)?, pack.added_days.as_bytes())?;
        }
        self.write_file(&pack_file(sha256)?, pack.source.as_bytes())
    }

    /// The pack that is kept under a SHA-256; nothing where there is none. Whoever reads it compares
    /// its hash.
    ///
    /// # Errors
    /// [`Error::InvalidId`], [`Error::Corrupt`] where it is no text, [`Error::Io`].
    pub fn kept_pack(&self, sha256: &str) -> Result<Option<KeptPack>, Error> {
        let Some(source) = self.text_of(&pack_file(sha256)?)? else { return Ok(None) };
        let added_days = self.text_of(&days_file(sha256)?)?.unwrap_or_default();
        Ok(Some(KeptPack { source, added_days }))
    }

    fn text_of(&self, name: &str) -> Result<Option<String>, Error> {
        let path = self.directory().join(name);
        let Some(content) = read(&path)? else { return Ok(None) };
        let text = String::from_utf8(content);
        text.map(Some).map_err(|_| Error::Corrupt { path, detail: "it is no text".to_owned() })
    }

    /// The SHA-256 of each pack that is kept, sorted.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn kept_packs(&self) -> Result<Vec<String>, Error> {
        let names = self.names_in(PACKS)?;
        let digests = names.iter().filter_map(|name| name.strip_suffix(".toml"));
        Ok(digests.filter(|digest| check_sha256(digest).is_ok()).map(str::to_owned).collect())
    }

    /// Forgets a pack; nothing happens where it is not kept. The caller holds the folder's lock.
    ///
    /// # Errors
    /// [`Error::InvalidId`], [`Error::Io`].
    pub fn forget_pack(&self, sha256: &str) -> Result<(), Error> {
        self.remove_file_if_there(&pack_file(sha256)?)?;
        self.remove_file_if_there(&days_file(sha256)?)
    }
}

/// Where the text of the pack with this SHA-256 is kept.
fn pack_file(sha256: &str) -> Result<String, Error> {
    Ok(format!("{PACKS}/{}.toml", check_sha256(sha256)?))
}

fn days_file(sha256: &str) -> Result<String, Error> {
    Ok(format!("{PACKS}/{}.days", check_sha256(sha256)?))
}

fn check_sha256(sha256: &str) -> Result<&str, Error> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let is_sha256 = sha256.len() == SHA256_DIGITS && sha256.bytes().all(is_digit);
    if is_sha256 { Ok(sha256) } else { Err(Error::InvalidId) }
}
