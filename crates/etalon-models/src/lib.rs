//! The embedded model, and the registry of available models.
//!
//! [`resolve`] turns a user's choice (`base-q5_1`, `large-v3-turbo`, `/models/mine.bin`) into a
//! [`ModelSource`]. Nothing is downloaded implicitly. If a model is absent, the error names the
//! file, its address, and the folder for it; [`pull`] downloads it on request. Every model of the
//! registry is pinned by its SHA-256.

#![forbid(unsafe_code)]

mod digest;
mod embedded;
mod error;
mod folders;
pub mod pull;
mod registry;
mod source;

pub use digest::{sha256_hex, sha256_hex_of_file};
pub use embedded::{EmbeddedModel, embedded};
pub use error::ModelError;
pub use folders::{download_folder, model_folders};
pub use registry::{ModelEntry, registered, registry};
pub use source::{ModelSource, resolve, verify};
