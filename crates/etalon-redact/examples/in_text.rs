//! Prints what is found in the lines of text files, to see what is found where nothing is to be
//! found.
//!
//! `cargo run --release -p etalon-redact --example in_text -- FILE…`

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement that people run")]

fn main() {
    let (mut lines, mut found) = (0, 0);
    for file in std::env::args().skip(1) {
        for line in std::fs::read_to_string(&file).unwrap().lines().filter(|line| !line.starts_with('#')) {
            lines += 1;
            for finding in etalon_redact::find_in_text(line) {
                found += 1;
                println!("{}\t{}\t{line}", finding.kind.name(), &line[finding.bytes]);
            }
        }
    }
    println!("{found} findings in {lines} lines");
}
