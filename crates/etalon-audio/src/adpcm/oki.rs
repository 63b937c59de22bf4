//! The ADPCM of OKI and Dialogic (VOX files; Dialogic application note 00-1366-001): twelve bits
//! out of four, without blocks.

/// What the decoder remembers from one sample to the next.
#[derive(Debug, Clone, Default)]
pub(crate) struct Decoder {
    /// The last sample, of twelve bits.
    predictor: i32,
    step_index: usize,
}

const INDEX_STEPS: [isize; 8] = [-1, -1, -1, -1, 2, 4, 6, 8];

const STEPS: [i32; 49] = [
    16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118, 130, 143, 157,
    173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060,
    1166, 1282, 1411, 1552,
];

/// The last place of the table of steps.
const LAST_STEP: usize = STEPS.len() - 1;

impl Decoder {
    /// Appends the two samples of each byte; the high four bits come first.
    pub(crate) fn append(&mut self, bytes: &[u8], into: &mut Vec<i16>) {
        for &byte in bytes {
            into.extend([byte >> 4, byte & 0x0f].map(|code| self.expand(code)));
        }
    }

    fn expand(&mut self, code: u8) -> i16 {
        let step = STEPS[self.step_index];
        let magnitude = i32::from(code & 7);
        let difference = ((2 * magnitude + 1) * step) >> 3;
        let next = if code & 8 != 0 { self.predictor - difference } else { self.predictor + difference };
        self.predictor = next.clamp(-2_048, 2_047);
        let change = INDEX_STEPS[usize::from(code & 7)];
        self.step_index = self.step_index.saturating_add_signed(change).min(LAST_STEP);
        (self.predictor << 4) as i16
    }
}
