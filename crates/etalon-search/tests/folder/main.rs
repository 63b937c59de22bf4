//! Searching in result folders that the tests make.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod fixture;
mod query;
mod rule;
mod search;
mod update;
