//! End to end: the real binary on the samples, and on input that nobody would wish for.

mod bad_input;
mod command_line;
mod harness;
mod samples;
