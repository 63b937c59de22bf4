//! Forgets calls: out of every file of a result folder, for good.
//!
//! 1. [`select`] says which calls are meant, and [`add_sides`] which files hold one side of them.
//! 2. [`remove`] writes down what it is about to do (`.forgetting.json`) and the tombstones
//!    (`forgotten.jsonl`), and then deletes. Whatever is killed on the way is finished by
//!    [`remove`] with what [`interrupted`] finds.
//! 3. The caller makes the ledger, the tables and the pages anew from the calls that are left.
//! 4. [`check`] searches every file for what is left of them, and [`finish`] forgets that anything
//!    was forgotten, whatever the search found: all that can be deleted is.
//!
//! A tombstone names a recording by a digest of the id of its bytes. Whoever has the recording can
//! tell that it was forgotten; nobody can tell from the tombstone which recording it was.

#![forbid(unsafe_code)]

mod check;
mod client;
mod error;
mod needles;
mod remove;
mod select;
mod sides;
mod stored;

pub use check::{Checked, Leftover, check};
pub use error::ForgetError;
pub use remove::{Removed, finish, interrupted, remove};
pub use select::{Forgetting, KnownBy, Selected, Wanted, select};
pub use sides::add_sides;
