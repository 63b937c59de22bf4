//! The rule packs that judged the calls of a result folder, as they were then.

use super::Store;
use super::folder::read;
use crate::digest::{HEX_DIGITS, sha256 as sha256_of};
use crate::error::Error;

/// The folder's name below the result folder.
pub(super) const PACKS: &str = "packs";

/// A rule pack as it is kept: its text may be another one than that whose SHA-256 names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPack {
    /// The pack's TOML text, as far as verdicts need it.
    pub source: String,
    /// The days that a configuration added to those of the text, one a line; empty without any.
    pub added_days: String,
}

impl KeptPack {
    /// What shows that nobody has changed it since it was kept.
    fn digest(&self) -> String {
        sha256_of(format!("{}\n{}", self.source, self.added_days).as_bytes())
    }
}

impl Store {
    /// Keeps a pack under the SHA-256 in hexadecimal by which calls name it; a pack that is kept
    /// already stays as it is.
    ///
    /// # Errors
    /// [`Error::InvalidId`] where it is no SHA-256, [`Error::Io`].
    pub fn keep_pack(&self, sha256: &str, pack: &KeptPack) -> Result<(), Error> {
        let is_kept = self.kept_pack(sha256).ok().flatten().as_ref() == Some(pack);
        if is_kept && self.is_as_kept(sha256, pack).unwrap_or(false) {
            return Ok(());
        }
        // The text comes last: a pack is kept when its text is there.
        if !pack.added_days.is_empty() {
            self.write_file(&days_file(sha256)?, pack.added_days.as_bytes())?;
        }
        self.write_file(&digest_file(sha256)?, pack.digest().as_bytes())?;
        self.write_file(&pack_file(sha256)?, pack.source.as_bytes())
    }

    /// The pack that is kept under a SHA-256; nothing where there is none. Whoever reads it looks
    /// whether it is still [as it was kept](Self::is_as_kept), or has this very SHA-256, as those
    /// have that earlier versions kept.
    ///
    /// # Errors
    /// [`Error::InvalidId`], [`Error::Corrupt`] where it is no text, [`Error::Io`].
    pub fn kept_pack(&self, sha256: &str) -> Result<Option<KeptPack>, Error> {
        let Some(source) = self.text_of(&pack_file(sha256)?)? else { return Ok(None) };
        let added_days = self.text_of(&days_file(sha256)?)?.unwrap_or_default();
        Ok(Some(KeptPack { source, added_days }))
    }

    /// Whether a pack has the bytes with which it was kept. Nobody knows it of those that earlier
    /// versions kept.
    ///
    /// # Errors
    /// [`Error::InvalidId`], [`Error::Corrupt`] where its digest is no text, [`Error::Io`].
    pub fn is_as_kept(&self, sha256: &str, pack: &KeptPack) -> Result<bool, Error> {
        Ok(self.text_of(&digest_file(sha256)?)?.is_some_and(|digest| digest == pack.digest()))
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
        self.remove_file_if_there(&digest_file(sha256)?)?;
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

/// Where the digest of what is kept under this SHA-256 lies.
fn digest_file(sha256: &str) -> Result<String, Error> {
    Ok(format!("{PACKS}/{}.digest", check_sha256(sha256)?))
}

fn check_sha256(sha256: &str) -> Result<&str, Error> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let is_sha256 = sha256.len() == HEX_DIGITS && sha256.bytes().all(is_digit);
    if is_sha256 { Ok(sha256) } else { Err(Error::InvalidId) }
}
