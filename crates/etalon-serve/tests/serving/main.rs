//! A real server on a free port, asked by a client that can also break the rules.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails the test that called it")]

#[path = "../../../etalon-store/tests/fixture/mod.rs"]
mod fixture;
#[path = "../../../etalon-store/tests/fixture/older.rs"]
mod older;

mod access;
mod audio;
mod client;
mod harness;
mod malformed;
mod newer_folder;
mod older_folder;
mod pages;
mod review;
mod search;
mod trial;
