//! Who may read the results beside the user that runs etalon.

#[cfg(unix)]
use anyhow::Context as _;
use etalon_store::{Lock, Store};

/// The number of a group by its name, for the command line.
#[cfg(unix)]
pub(crate) fn group_number(name: &str) -> Result<u32, &'static str> {
    let group = uzers::get_group_by_name(name);
    group.map(|group| group.gid()).ok_or("there is no such group; `getent group` lists them")
}

/// Elsewhere folders have other rights.
#[cfg(not(unix))]
pub(crate) fn group_number(_name: &str) -> Result<u32, &'static str> {
    Err("this system has no groups; set the rights of the result folder instead")
}

/// Lets a group read a result folder.
///
/// # Errors
///
/// When the system refuses, as it does where this user is not in the group.
#[cfg(unix)]
pub(crate) fn share(store: &Store, lock: &Lock, group: u32) -> anyhow::Result<()> {
    store
        .share_with_group(lock, group)
        .context("--group: the user who runs etalon has to be in the group, and to own the results")
}

/// Elsewhere no group has a number.
#[cfg(not(unix))]
pub(crate) fn share(_store: &Store, _lock: &Lock, _group: u32) -> anyhow::Result<()> {
    anyhow::bail!("--group: this system has no groups")
}
