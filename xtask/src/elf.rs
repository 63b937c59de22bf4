//! What a program needs of the system that runs it, read from the program itself.

use anyhow::Context as _;
use object::Endianness;
use object::elf::{DT_NEEDED, FileHeader64};
use object::read::elf::{Dyn as _, FileHeader as _};
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

/// How symbol versions of glibc begin.
const GLIBC: &str = "GLIBC_";

/// The libraries that a program loads, and the newest symbol version of glibc that it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Needs {
    pub(crate) libraries: BTreeSet<String>,
    pub(crate) glibc: Option<Version>,
}

/// A version of glibc, part by part, so that 2.9 comes before 2.28.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(Vec<u32>);

impl Needs {
    /// Reads a program.
    ///
    /// # Errors
    ///
    /// When it can't be read or is no 64-bit ELF file.
    pub(crate) fn of_file(path: &Path) -> anyhow::Result<Self> {
        let bytes = std::fs::read(path).with_context(|| format!("{} can't be read", path.display()))?;
        Self::of(&bytes).with_context(|| format!("{} is no 64-bit ELF file", path.display()))
    }

    fn of(bytes: &[u8]) -> object::read::Result<Self> {
        let header = FileHeader64::<Endianness>::parse(bytes)?;
        let endian = header.endian()?;
        let sections = header.sections(endian, bytes)?;
        let mut needs = Self { libraries: BTreeSet::new(), glibc: None };
        if let Some((entries, strings)) = sections.dynamic(endian, bytes)? {
            let strings = sections.strings(endian, bytes, strings)?;
            for entry in entries.iter().filter(|entry| entry.tag(endian) == DT_NEEDED) {
                needs.libraries.insert(text(entry.string(endian, strings)?));
            }
        }
        if let Some((mut files, strings)) = sections.gnu_verneed(endian, bytes)? {
            let strings = sections.strings(endian, bytes, strings)?;
            while let Some((_, mut versions)) = files.next()? {
                while let Some(version) = versions.next()? {
                    let name = text(version.name(endian, strings)?);
                    needs.glibc = needs.glibc.max(name.strip_prefix(GLIBC).and_then(Version::parse));
                }
            }
        }
        Ok(needs)
    }
}

impl Version {
    fn parse(text: &str) -> Option<Self> {
        text.split('.').map(|part| part.parse().ok()).collect::<Option<_>>().map(Self)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        formatter.write_str(&parts.join("."))
    }
}

impl fmt::Display for Needs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.glibc {
            Some(glibc) => write!(formatter, "needs glibc {glibc} or newer")?,
            None => formatter.write_str("needs no glibc")?,
        }
        let libraries: Vec<&str> = self.libraries.iter().map(String::as_str).collect();
        write!(
            formatter,
            "; loads {}",
            if libraries.is_empty() { "nothing".to_owned() } else { libraries.join(", ") }
        )
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_part_by_part() {
        let version = |text| Version::parse(text).unwrap();
        assert!(version("2.9") < version("2.28") && version("2.2.5") < version("2.28"));
        assert_eq!(version("2.2.5").to_string(), "2.2.5");
        assert_eq!(Version::parse("PRIVATE"), None);
    }

    #[test]
    fn a_program_tells_what_it_needs_and_a_text_does_not() {
        // The program of this test is linked with glibc.
        let needs = Needs::of_file(&std::env::current_exe().unwrap()).unwrap();
        assert!(needs.libraries.contains("libc.so.6"), "{needs}");
        assert!(needs.glibc >= Version::parse("2.2.5"), "{needs}");
        assert!(Needs::of_file(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))).is_err());
    }
}
