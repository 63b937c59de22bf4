//! Tells the program which revision it is built from, where that is known.
//!
//! Whoever builds from an archive says it in `ETALON_REVISION`. A release build in a checkout asks
//! git. A debug build does not: it would be made again with every commit.

use std::process::Command;

/// The variable that holds the revision.
const REVISION: &str = "ETALON_REVISION";

fn main() {
    println!("cargo:rerun-if-env-changed={REVISION}");
    let version = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let version = match revision() {
        Some(revision) => format!("{version} (rev {revision})"),
        None => version,
    };
    println!("cargo:rustc-env=ETALON_VERSION={version}");
}

fn revision() -> Option<String> {
    let given = std::env::var(REVISION).ok().filter(|revision| !revision.is_empty());
    let is_debug = std::env::var("PROFILE").is_ok_and(|profile| profile == "debug");
    match given {
        Some(given) => Some(given),
        None if is_debug => None,
        None => revision_of_checkout(),
    }
}

fn revision_of_checkout() -> Option<String> {
    // The log of HEAD grows with every commit and checkout.
    if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]) {
        println!("cargo:rerun-if-changed={log}");
    }
    git(&["rev-parse", "--short=10", "HEAD"])
}

/// What git says; none outside of a checkout, or without git.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    let said = said.trim();
    (output.status.success() && !said.is_empty()).then(|| said.to_owned())
}
