//! End to end: the real binary on the samples, and on input that nobody would wish for.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod across_calls;
mod bad_input;
mod bench;
mod canaries;
mod changing_files;
mod command_line;
mod earlier_version;
mod forget;
mod golden;
mod harness;
mod intake;
mod interruption;
mod later_version;
mod listening;
mod no_telephones;
mod odd_transcripts;
mod operators;
mod packs;
mod recordings;
mod redaction;
mod reviews;
mod sample_results;
mod samples;
mod scores;
mod search;
mod shards;
mod sound;
mod speakers;
mod spoken;
#[cfg(target_os = "linux")]
mod survival;
mod transcripts;
mod watch;
mod workers;
