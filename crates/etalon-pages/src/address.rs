//! Where each page lies, and how one links to another.

use crate::tallies::GroupKind;
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// The place of a page below the folder of the report: the same from a disk and from a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// The first page.
    pub fn overview() -> Self {
        Self("index.html".to_owned())
    }

    /// The list of calls.
    pub fn calls() -> Self {
        Self("calls.html".to_owned())
    }

    /// The page of one call; `id` is 16 hexadecimal digits.
    pub fn call(id: &str) -> Self {
        let folder = id.get(..2).unwrap_or_default();
        Self(format!("calls/{folder}/{id}.html"))
    }

    /// The rules.
    pub fn rules() -> Self {
        Self("rules.html".to_owned())
    }

    /// The page of one rule.
    pub fn rule(pack: &str, id: &str) -> Self {
        Self(format!("rules/{}.html", file_name(&format!("{pack}.{id}"))))
    }

    /// Agents, teams and managers.
    pub fn people() -> Self {
        Self("people.html".to_owned())
    }

    /// The page of one agent, team or manager.
    pub fn group(kind: GroupKind, name: &str) -> Self {
        Self(format!("people/{}-{}.html", kind.name(), file_name(name)))
    }

    /// What could not be processed or was passed over.
    pub fn failures() -> Self {
        Self("failures.html".to_owned())
    }

    /// A page of the server alone: `queue`, `search`, `sign-in`.
    pub fn served(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// The page's path with `/`, below the report's folder.
    pub fn path(&self) -> &str {
        &self.0
    }

    /// What a page at this address puts before a path of the report: `../../`. A page of a server that
    /// answers at any address names the root itself.
    pub fn to_root(&self) -> String {
        if self.0.starts_with('/') {
            return "/".to_owned();
        }
        "../".repeat(self.0.matches('/').count())
    }
}

/// The longest name of a file, bytes: file systems take 255, and an ending and a kind come to it.
const FILE_NAME_MAX_BYTES: usize = 200;

/// Bytes of the hash that tells two long names apart.
const DIGEST_BYTES: usize = 8;

/// A name that every file system takes and that two different names never share. A long one is cut,
/// and the hash of the whole follows behind `~~`, which no other name has.
fn file_name(name: &str) -> String {
    let mut written = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.') {
            written.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(written, "~{byte:02x}");
        }
    }
    if written.len() > FILE_NAME_MAX_BYTES {
        // Every byte is a character of ASCII, so that it can be cut anywhere.
        written.truncate(FILE_NAME_MAX_BYTES - 2 - 2 * DIGEST_BYTES);
        written.push_str("~~");
        written.push_str(&HEXLOWER.encode(&Sha256::digest(name)[..DIGEST_BYTES]));
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_finds_the_root() {
        for (address, to_root) in [
            (Address::overview(), ""),
            (Address::call("0a1b2c3d4e5f6071"), "../../"),
            (Address::rule("kcg-service", "hold.thanks"), "../"),
        ] {
            assert_eq!(address.to_root(), to_root, "{}", address.path());
        }
    }

    #[test]
    fn names_of_packs_and_rules_make_safe_and_different_files() {
        assert_eq!(file_name("kcg-service.hold.thanks"), "kcg-service.hold.thanks");
        assert_eq!(file_name("../A"), "..~2f~41");
        assert_ne!(file_name("a/b"), file_name("a~2fb"));
        // The longest that stays as it is, and longer ones that begin alike.
        assert_eq!(file_name(&"a".repeat(FILE_NAME_MAX_BYTES)), "a".repeat(FILE_NAME_MAX_BYTES));
        let long = |end: &str| file_name(&format!("{}{end}", "пакет".repeat(60)));
        assert_ne!(long("1"), long("2"));
        assert_eq!(long("1").len(), FILE_NAME_MAX_BYTES);
    }
}
