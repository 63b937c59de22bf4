//! ITU-T G.711: one table look-up per sample.

/// The 16-bit value of every A-law byte (G.711, table 1a, scaled to 16 bits as every common decoder does).
pub(crate) static ALAW: [i16; 256] = alaw_table();

/// The 16-bit value of every µ-law byte (G.711, table 2a, scaled to 16 bits as every common decoder does).
pub(crate) static MULAW: [i16; 256] = mulaw_table();

const fn alaw_table() -> [i16; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = alaw(byte as u8);
        byte += 1;
    }
    table
}

const fn mulaw_table() -> [i16; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = mulaw(byte as u8);
        byte += 1;
    }
    table
}

/// Even bits are inverted on the line; then sign, three bits of segment, four bits of step.
const fn alaw(byte: u8) -> i16 {
    let bits = byte ^ 0x55;
    let segment = (bits >> 4) & 7;
    let step = ((bits & 0x0f) as i16) << 4;
    let magnitude = if segment == 0 { step + 8 } else { (step + 0x108) << (segment - 1) };
    if bits & 0x80 != 0 { magnitude } else { -magnitude }
}

/// All bits are inverted on the line; then sign, three bits of segment, four bits of step, with a bias of 33 steps.
const fn mulaw(byte: u8) -> i16 {
    const BIAS: i16 = 0x84;
    let bits = !byte;
    let segment = (bits >> 4) & 7;
    let magnitude = (((((bits & 0x0f) as i16) << 3) + BIAS) << segment) - BIAS;
    if bits & 0x80 != 0 { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_hold_the_values_of_the_recommendation() {
        // (byte, A-law, µ-law): ends of the scale, the smallest steps, and one value in the middle.
        for (byte, expected_alaw, expected_mulaw) in [
            (0x00, -5504, -32124),
            (0x80, 5504, 32124),
            (0x7f, -848, 0),
            (0xff, 848, 0),
            (0x55, -8, -716),
            (0xd5, 8, 716),
            (0x2a, -32256, -5372),
            (0xaa, 32256, 5372),
        ] {
            assert_eq!((ALAW[byte], MULAW[byte]), (expected_alaw, expected_mulaw), "byte {byte:#04x}");
        }
    }
}
