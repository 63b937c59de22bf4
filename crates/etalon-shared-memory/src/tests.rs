//! The parent's and the child's side in one process, which holds its own memory under the same
//! number.

use super::*;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::process::Command;

fn path_of(memory: &SharedMemory) -> String {
    format!("/proc/self/fd/{}", memory.inherited().descriptor)
}

fn write(memory: &SharedMemory, content: &[u8]) -> io::Result<()> {
    memory.inherited().write(|output| output.write_all(content))
}

#[test]
fn what_is_written_is_read_and_never_changes_again() {
    let memory = SharedMemory::create("etalon-test").unwrap();
    assert_eq!(memory.inherited().sealed().unwrap(), None);
    write(&memory, b"weights").unwrap();
    let read = memory.inherited().sealed().unwrap().unwrap();
    assert_eq!(read, &b"weights"[..]);
    // Nobody can write, shorten or extend it, not even its owner.
    assert!(write(&memory, b"others!").is_err());
    let file = OpenOptions::new().write(true).open(path_of(&memory)).unwrap();
    assert!((&file).write_all(b"x").is_err());
    assert!(file.set_len(0).is_err() && file.set_len(1 << 20).is_err());
    // It outlives the one who has made it.
    drop((memory, file));
    assert_eq!(read, &b"weights"[..]);
}

#[test]
fn half_of_it_is_never_read_and_is_replaced() {
    let memory = SharedMemory::create("etalon-test").unwrap();
    let failed: io::Result<()> = memory.inherited().write(|output| {
        output.write_all(&vec![7; 3 << 20])?;
        Err(io::ErrorKind::InvalidData.into())
    });
    assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::InvalidData);
    assert_eq!(memory.inherited().sealed().unwrap(), None);
    assert_eq!(std::fs::metadata(path_of(&memory)).unwrap().len(), 0);
    // A writer that was killed leaves something behind.
    std::fs::write(path_of(&memory), b"the half of something longer").unwrap();
    write(&memory, b"whole").unwrap();
    assert_eq!(memory.inherited().sealed().unwrap().unwrap(), &b"whole"[..]);
}

#[test]
fn a_number_that_means_something_else_is_no_memory() {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"a result").unwrap();
    for descriptor in [-1, i32::MAX, std::os::fd::AsRawFd::as_raw_fd(&file)] {
        let inherited = InheritedMemory { descriptor };
        assert!(inherited.sealed().is_err(), "{descriptor}");
        assert!(inherited.write(|_| io::Result::Ok(())).is_err(), "{descriptor}");
    }
    assert_eq!(file.metadata().unwrap().len(), 8);
}

#[test]
fn children_inherit_it() {
    let memory = SharedMemory::create("etalon-test").unwrap();
    write(&memory, b"for children").unwrap();
    let child = Command::new("cat").arg(path_of(&memory)).output().unwrap();
    assert_eq!(child.stdout, b"for children");
}
