//! The language of packs: TOML text into rules, conditions and phrases, with errors that their
//! author can mend.

pub(crate) mod builtin;
pub(crate) mod calendar;
pub(crate) mod condition;
pub(crate) mod describe;
pub(crate) mod document;
pub(crate) mod error;
pub(crate) mod example;
pub(crate) mod intent;
pub(crate) mod kept_text;
pub(crate) mod pack;
pub(crate) mod parser;
pub(crate) mod phrase;
pub(crate) mod window;
