//! Writes the vector of each line of the standard input to the standard output, 32-bit floats one
//! after the other, little endian. `scripts/models/acts.py compare` reads them.

use etalon_sentence::Encoder;
use std::io::{self, BufRead, BufWriter, Write};

/// Lines that are encoded together.
const LINES: usize = 256;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let encoder = Encoder::embedded()?;
    let lines: Vec<String> = io::stdin().lock().lines().collect::<Result<_, _>>()?;
    let mut output = BufWriter::new(io::stdout().lock());
    for together in lines.chunks(LINES) {
        for vector in encoder.encode(together) {
            for value in vector.values() {
                output.write_all(&value.to_le_bytes())?;
            }
        }
    }
    output.flush()?;
    Ok(())
}
