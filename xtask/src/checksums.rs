//! The checksums of a release, as `sha256sum --check` reads them.

use anyhow::Context as _;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use std::path::Path;

/// The file of the checksums.
const FILE: &str = "SHA256SUMS";

/// Writes the checksums of all files in a folder, in order of their names; each line.
///
/// # Errors
///
/// When a file can't be read, or the folder can't be written.
pub(crate) fn write(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut lines = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name != FILE {
            lines.push(format!("{}  {name}", sha256(&path)?));
        }
    }
    lines.sort_by(|left, right| left.get(64..).cmp(&right.get(64..)));
    std::fs::write(folder.join(FILE), lines.join("\n") + "\n")?;
    Ok(lines)
}

/// The SHA-256 of a file, in hexadecimal.
///
/// # Errors
///
/// When it can't be read.
pub(crate) fn sha256(path: &Path) -> anyhow::Result<String> {
    let bytes = std::fs::read(path).with_context(|| format!("{} can't be read", path.display()))?;
    Ok(HEXLOWER.encode(&Sha256::digest(&bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_sha256sum() {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in [("b", ""), ("a", "abc")] {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        // FIPS 180-2, appendix B.1, and the hash of nothing.
        let expected = [
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b",
        ];
        assert_eq!(write(folder.path()).unwrap(), expected);
        assert_eq!(write(folder.path()).unwrap(), expected, "its own file is left out");
    }
}
