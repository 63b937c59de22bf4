//! A worker: a process of its own that works on one recording at a time and tells what came out of
//! it.
//!
//! ggml ends the process on a failed assertion, a decoder may crash, and the system may end whoever
//! takes too much memory. None of that may end a run. The parent ([`crate::supervisor`]) therefore
//! hands each recording to a worker over the worker's standard input and reads what came out of it
//! from the worker's standard output, in frames (`frame`) that hold messages (`message`).
//! [`serve`] is the worker's side.

#[cfg(feature = "fault-injection")]
mod fault;
pub(crate) mod frame;
pub(crate) mod message;
mod serve;

pub use serve::{disable_core_dumps, serve};
