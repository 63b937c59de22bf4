//! `memfd_create(2)` and its seals.

#![expect(unsafe_code, reason = "a file can only be mapped so; see `mapped`")]

use bytes::Bytes;
use memmap2::Mmap;
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, fcntl_get_seals, memfd_create};
use rustix::io::Errno;
use rustix::process::{Resource, getrlimit};
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::os::fd::AsRawFd as _;

/// Nothing can be written or shortened any more, nor can this be undone.
const SEALED: SealFlags =
    SealFlags::WRITE.union(SealFlags::SHRINK).union(SealFlags::GROW).union(SealFlags::SEAL);

/// Bytes that are handed to the system at once.
const BLOCK_BYTES: usize = 1 << 20;

#[derive(Debug)]
pub(crate) struct Owned(File);

impl Owned {
    /// Without `MFD_CLOEXEC`: children are to inherit it.
    pub(crate) fn create(name: &str) -> io::Result<Self> {
        // A system may refuse memory that could be executed; one before Linux 6.3 does not know the
        // flag.
        let of = |more: MemfdFlags| memfd_create(name, MemfdFlags::ALLOW_SEALING | more);
        let file = match of(MemfdFlags::NOEXEC_SEAL) {
            Err(Errno::INVAL) => of(MemfdFlags::empty())?,
            other => other?,
        };
        Ok(Self(file.into()))
    }

    pub(crate) fn descriptor(&self) -> i32 {
        self.0.as_raw_fd()
    }
}

pub(crate) fn sealed(descriptor: i32) -> io::Result<Option<Bytes>> {
    // Open for reading only: Linux before 6.7 maps sealed memory in no other way.
    let file = File::open(path(descriptor))?;
    if fcntl_get_seals(&file)?.contains(SEALED) { mapped(&file).map(Some) } else { Ok(None) }
}

/// Maps sealed memory.
fn mapped(file: &File) -> io::Result<Bytes> {
    // SAFETY: a mapping is only sound while nobody changes or shortens the file. The caller has
    // found the seals by which Linux refuses both, to every process and for ever.
    let map = unsafe { Mmap::map(file)? };
    Ok(Bytes::from_owner(map))
}

pub(crate) fn write<E: From<io::Error>>(
    descriptor: i32,
    content: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    let file = OpenOptions::new().write(true).open(path(descriptor))?;
    // What has no seals is another file, whose content is not to be lost.
    fcntl_get_seals(&file).map_err(io::Error::from)?;
    file.set_len(0)?;
    let limited = LimitedFile { file: &file, left: getrlimit(Resource::Fsize).current.unwrap_or(u64::MAX) };
    let mut output = BufWriter::with_capacity(BLOCK_BYTES, limited);
    let written = content(&mut output).and_then(|()| output.flush().map_err(E::from));
    if let Err(error) = written {
        // What is left of it would stay in memory as long as the parent lives.
        let (_, _) = output.into_parts();
        let _ = file.set_len(0);
        return Err(error);
    }
    drop(output);
    fcntl_add_seals(&file, SEALED).map_err(io::Error::from)?;
    Ok(())
}

/// The file as this process sees it. Opening it by this name gives a file of its own mode and
/// position, and fails where the number means nothing.
fn path(descriptor: i32) -> String {
    format!("/proc/self/fd/{descriptor}")
}

/// Linux ends a process that writes more than its limit for files (`ulimit -f`), which counts here
/// too.
struct LimitedFile<'f> {
    file: &'f File,
    left: u64,
}

impl Write for LimitedFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() as u64 > self.left {
            return Err(io::Error::new(
                ErrorKind::FileTooLarge,
                "this process may not write files of that size (ulimit -f)",
            ));
        }
        let written = self.file.write(bytes)?;
        self.left -= written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
