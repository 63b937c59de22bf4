//! Who may read the results beside the user that runs etalon.

use anyhow::{Context as _, bail};
use etalon_store::{Lock, Store};

/// Lets a group read a result folder.
///
/// # Errors
///
/// When there is no such group, or the system refuses, as it does where this user is not in the group.
#[cfg(unix)]
pub(crate) fn share(store: &Store, lock: &Lock, group: &str) -> anyhow::Result<()> {
    let Some(found) = uzers::get_group_by_name(group) else {
        bail!("--group {group}: there is no such group; `getent group` lists them");
    };
    store
        .share_with_group(lock, found.gid())
        .with_context(|| format!("--group {group}: the user who runs etalon has to be in the group"))
}

/// Elsewhere folders have other rights.
#[cfg(not(unix))]
pub(crate) fn share(_store: &Store, _lock: &Lock, _group: &str) -> anyhow::Result<()> {
    bail!("--group: this system has no groups; set the rights of the result folder instead");
}
