//! The model that travels with etalon, and the registry of those that can be had.
//!
//! [`resolve`] turns what a person wrote (`base-q5_1`, `large-v3-turbo`, `/models/mine.bin`) into a
//! [`ModelSource`]. Nothing is downloaded unasked: where a model is absent, the error says which
//! file to get, from where, and in which folder to put it; [`pull`] gets it when a person asks for
//! it. Every model of the registry is pinned by its SHA-256.

#![forbid(unsafe_code)]

mod digest;
mod embedded;
mod error;
mod folders;
pub mod pull;
mod registry;
mod source;

pub use digest::{hexadecimal, sha256_hex, sha256_hex_of_file};
pub use embedded::{EmbeddedModel, embedded};
pub use error::ModelError;
pub use folders::{download_folder, model_folders};
pub use registry::{ModelEntry, registry};
pub use source::{ModelSource, resolve, verify};
