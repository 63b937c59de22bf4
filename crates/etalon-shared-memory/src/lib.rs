//! Bytes that one process writes once and others then read from the same pages of memory.
//!
//! A parent makes a [`SharedMemory`] and its children inherit it: [`InheritedMemory`] says which it
//! is. One child writes it ([`InheritedMemory::write`]), which seals it. From then on everybody
//! reads it ([`InheritedMemory::sealed`]), and the system keeps one copy.
//!
//! It is an anonymous file in memory (`memfd_create`) and not a file in a folder:
//!
//! - It has no name, so nothing has to be trusted, found stale, checked against damage, or cleaned
//!   up. It is gone with the last process that holds it, whatever ends that process.
//! - It can be sealed: nobody, not even its owner, can change or shorten it any more. A mapped file
//!   of a folder can be, and then bytes change under a reader, or reading them ends the process
//!   (SIGBUS).
//! - It needs no folder that can be written to and no room on a disk.
//!
//! The price is that every run writes it anew, and that its pages can go to swap but can't be
//! dropped and read again. Only Linux has it. Elsewhere [`SharedMemory::create`] fails, and
//! everybody keeps a copy.

#![deny(unsafe_code)]

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "elsewhere.rs")]
mod system;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::io;
use system::Owned;

/// Memory that the children of this process inherit, for as long as this value lives.
#[derive(Debug)]
pub struct SharedMemory(Owned);

/// Memory that a parent has made, as its children know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InheritedMemory {
    /// The number under which the child holds it open.
    descriptor: i32,
}

impl SharedMemory {
    /// Memory without content. `name` is what the system shows for it; it need not be unique.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::Unsupported`] where the system has no such memory, another error where it
    /// refuses it.
    pub fn create(name: &str) -> io::Result<Self> {
        Owned::create(name).map(Self)
    }

    /// What a child that is started from now on has to be told.
    pub fn inherited(&self) -> InheritedMemory {
        InheritedMemory { descriptor: self.0.descriptor() }
    }
}

impl InheritedMemory {
    /// The content, where it has been written whole: read-only, and the same pages for everybody.
    /// None where it has not.
    ///
    /// # Errors
    ///
    /// When the memory is not there or can't be mapped.
    pub fn sealed(self) -> io::Result<Option<Bytes>> {
        system::sealed(self.descriptor)
    }

    /// Writes the content and seals it. What an earlier try has left is replaced. Only one process
    /// may write at a time.
    ///
    /// # Errors
    ///
    /// What `content` returns, or when the memory is not there, is sealed already, or is not
    /// granted. Nobody then takes it for whole.
    pub fn write<E: From<io::Error>>(
        self,
        content: impl FnOnce(&mut dyn io::Write) -> Result<(), E>,
    ) -> Result<(), E> {
        system::write(self.descriptor, content)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
