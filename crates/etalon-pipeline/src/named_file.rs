//! Files of settings and rules that somebody names.

use std::io;
use std::path::Path;

/// The largest file of settings or rules, bytes: a hundred times what anybody writes.
const BYTES_MAX: u64 = 64 << 20;

/// The text of a file of settings or rules.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] for a folder, a pipe or a device, which could keep the reader waiting
/// or never end, and for more than 64 MiB; [`io::ErrorKind::InvalidData`] for what is not UTF-8; else
/// what the system says.
pub fn read_named_file(path: &Path) -> io::Result<String> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
    }
    if metadata.len() > BYTES_MAX {
        let reason = format!("it has {} bytes, and {BYTES_MAX} are the most", metadata.len());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    }
    std::fs::read_to_string(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &Path, expected: Result<&str, io::ErrorKind>) {
        assert_eq!(read_named_file(path).as_deref().map_err(io::Error::kind), expected, "{}", path.display());
    }

    #[test]
    fn only_regular_files_of_reasonable_size_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, content: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            path
        };
        check(&file("good.toml", "пакет".as_bytes()), Ok("пакет"));
        check(&file("other.toml", b"\xff"), Err(io::ErrorKind::InvalidData));
        let huge = file("huge.toml", b"");
        std::fs::File::options().write(true).open(&huge).unwrap().set_len(BYTES_MAX + 1).unwrap();
        check(&huge, Err(io::ErrorKind::InvalidInput));
        check(folder.path(), Err(io::ErrorKind::InvalidInput));
        check(&folder.path().join("none.toml"), Err(io::ErrorKind::NotFound));
        #[cfg(unix)]
        check(Path::new("/dev/zero"), Err(io::ErrorKind::InvalidInput));
    }
}
