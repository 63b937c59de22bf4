//! Searching in result folders that the tests make.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

#[path = "../../../etalon-store/tests/fixture/mod.rs"]
mod whole;

mod corrections;
mod fixture;
mod query;
mod rule;
mod search;
mod update;
