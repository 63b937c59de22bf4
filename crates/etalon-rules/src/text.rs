//! The words of a call, prepared once for all rules, and what of a pack is found in them.

pub(crate) mod company;
pub(crate) mod distance;
pub(crate) mod matcher;
pub(crate) mod phonetic_stream;
pub(crate) mod spelled_name;
pub(crate) mod tokens;
pub(crate) mod transcript;
pub(crate) mod vocabulary;
pub(crate) mod words;
