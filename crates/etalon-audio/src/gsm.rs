//! GSM 06.10 full rate (ETSI EN 300 961): 160 samples in 260 bits, bit-exact by definition.

/// Samples of one frame.
pub(crate) const FRAME_SAMPLES: usize = 160;
/// Bytes of a plain frame: four bits of signature and 260 of content.
pub(crate) const FRAME_BYTES: usize = 33;
/// Bytes of Microsoft's block of two frames, without signatures.
pub(crate) const BLOCK_BYTES: usize = 65;

const SUBFRAME_SAMPLES: usize = 40;
/// The long-term predictor looks this far back.
const LONGEST_LAG: usize = 120;

/// Offsets, smallest values and reciprocals of the eight log-area ratios (tables 3.1 and 3.2 of the
/// standard).
const RATIO_OFFSETS: [i16; 8] = [0, 0, 2048, -2560, 94, -1792, -341, -1144];
const RATIO_MINIMA: [i16; 8] = [-32, -32, -16, -16, -8, -8, -4, -4];
const RATIO_RECIPROCALS: [i16; 8] = [13107, 13107, 13107, 13107, 19223, 17476, 31454, 29708];
const RATIO_BITS: [u32; 8] = [6, 6, 5, 5, 4, 4, 3, 3];
/// Long-term gains (table 3.4a).
const GAINS: [i16; 4] = [3277, 11469, 21299, 32767];
/// Normalised inverse mantissas (table 3.6).
const MANTISSAS: [i16; 8] = [18431, 20479, 22527, 24575, 26623, 28671, 30719, 32767];
/// The de-emphasis filter's coefficient.
const DEEMPHASIS: i16 = 28180;

/// What the decoder remembers from one frame to the next.
#[derive(Debug, Clone)]
pub(crate) struct Decoder {
    excitation: [i16; LONGEST_LAG + SUBFRAME_SAMPLES],
    lag: usize,
    ratios: [i16; 8],
    lattice: [i16; 9],
    emphasis: i16,
}

/// The order in which a container packs bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BitOrder {
    HighFirst,
    LowFirst,
}

/// How the last frame's ratio and this one's make the ratio of a segment.
type Mix = fn(i16, i16) -> i16;

struct Bits<'a> {
    bytes: &'a [u8],
    position: usize,
    order: BitOrder,
}

impl Bits<'_> {
    fn take(&mut self, count: u32) -> i16 {
        let mut value = 0;
        for index in 0..count {
            let byte = self.bytes.get(self.position / 8).copied().unwrap_or(0);
            let within = self.position % 8;
            self.position += 1;
            match self.order {
                BitOrder::HighFirst => value = (value << 1) | i16::from((byte >> (7 - within)) & 1),
                BitOrder::LowFirst => value |= i16::from((byte >> within) & 1) << index,
            }
        }
        value
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self {
            excitation: [0; LONGEST_LAG + SUBFRAME_SAMPLES],
            lag: SUBFRAME_SAMPLES,
            ratios: [0; 8],
            lattice: [0; 9],
            emphasis: 0,
        }
    }
}

impl Decoder {
    /// Appends the 160 samples of a plain frame; false when its signature is wrong.
    pub(crate) fn append_frame(&mut self, frame: &[u8], into: &mut Vec<i16>) -> bool {
        let mut bits = Bits { bytes: frame, position: 0, order: BitOrder::HighFirst };
        let is_signed = bits.take(4) == 0x0d;
        self.append(&mut bits, into);
        is_signed
    }

    /// Appends the 320 samples of Microsoft's block, or the 160 of its first half when it is cut
    /// short.
    pub(crate) fn append_block(&mut self, block: &[u8], into: &mut Vec<i16>) {
        let mut bits = Bits { bytes: block, position: 0, order: BitOrder::LowFirst };
        self.append(&mut bits, into);
        if block.len() >= BLOCK_BYTES {
            self.append(&mut bits, into);
        }
    }

    fn append(&mut self, bits: &mut Bits<'_>, into: &mut Vec<i16>) {
        let coded_ratios = RATIO_BITS.map(|count| bits.take(count));
        let mut residual = [0; FRAME_SAMPLES];
        for subframe in residual.as_chunks_mut::<SUBFRAME_SAMPLES>().0 {
            let pulses = self.long_term(bits);
            subframe.copy_from_slice(&pulses);
        }
        let ratios = decoded_ratios(coded_ratios);
        self.short_term(ratios, &mut residual);
        into.extend(residual.map(|sample| self.deemphasise(sample)));
    }

    /// Reads one subframe and adds what the long-term predictor takes from the past.
    fn long_term(&mut self, bits: &mut Bits<'_>) -> [i16; SUBFRAME_SAMPLES] {
        let lag = bits.take(7) as usize;
        let gain = GAINS[bits.take(2) as usize];
        let pulses = pulses(bits);
        if (SUBFRAME_SAMPLES..=LONGEST_LAG).contains(&lag) {
            self.lag = lag;
        }
        let mut subframe = [0; SUBFRAME_SAMPLES];
        for (index, pulse) in pulses.into_iter().enumerate() {
            let past = self.excitation[LONGEST_LAG + index - self.lag];
            let sample = pulse.saturating_add(multiply(gain, past));
            self.excitation[LONGEST_LAG + index] = sample;
            subframe[index] = sample;
        }
        self.excitation.copy_within(SUBFRAME_SAMPLES.., 0);
        subframe
    }

    /// The lattice filter of the vocal tract, whose coefficients glide from the last frame's to
    /// this one's.
    fn short_term(&mut self, ratios: [i16; 8], residual: &mut [i16; FRAME_SAMPLES]) {
        let before = std::mem::replace(&mut self.ratios, ratios);
        let blend = |mix: Mix| {
            let mut blended = [0; 8];
            for (index, value) in blended.iter_mut().enumerate() {
                *value = reflection(mix(before[index], ratios[index]));
            }
            blended
        };
        let segments: [(usize, Mix); 4] = [
            (13, |old, new| (old >> 2).saturating_add(new >> 2).saturating_add(old >> 1)),
            (27, |old, new| (old >> 1).saturating_add(new >> 1)),
            (40, |old, new| (old >> 2).saturating_add(new >> 2).saturating_add(new >> 1)),
            (FRAME_SAMPLES, |_, new| new),
        ];
        let mut start = 0;
        for (end, mix) in segments {
            let coefficients = blend(mix);
            for sample in &mut residual[start..end] {
                *sample = self.lattice_step(&coefficients, *sample);
            }
            start = end;
        }
    }

    fn lattice_step(&mut self, coefficients: &[i16; 8], residual: i16) -> i16 {
        let mut sample = residual;
        for index in (0..8).rev() {
            let coefficient = coefficients[index];
            sample = sample.saturating_sub(multiply(coefficient, self.lattice[index]));
            self.lattice[index + 1] = self.lattice[index].saturating_add(multiply(coefficient, sample));
        }
        self.lattice[0] = sample;
        sample
    }

    fn deemphasise(&mut self, sample: i16) -> i16 {
        self.emphasis = sample.saturating_add(multiply(self.emphasis, DEEMPHASIS));
        self.emphasis.saturating_add(self.emphasis) & !7
    }
}

/// The standard's multiplication of fractions with rounding.
fn multiply(left: i16, right: i16) -> i16 {
    if left == i16::MIN && right == i16::MIN {
        return i16::MAX;
    }
    ((i32::from(left) * i32::from(right) + 16_384) >> 15) as i16
}

fn decoded_ratios(coded: [i16; 8]) -> [i16; 8] {
    let mut ratios = [0; 8];
    for (index, ratio) in ratios.iter_mut().enumerate() {
        let scaled = (coded[index] + RATIO_MINIMA[index]) << 10;
        let centred = scaled.saturating_sub(RATIO_OFFSETS[index] << 1);
        let value = multiply(RATIO_RECIPROCALS[index], centred);
        *ratio = value.saturating_add(value);
    }
    ratios
}

/// A log-area ratio as a reflection coefficient.
fn reflection(ratio: i16) -> i16 {
    let magnitude = ratio.saturating_abs();
    let value = match magnitude {
        ..11_059 => magnitude << 1,
        11_059..20_070 => magnitude + 11_059,
        _ => (magnitude >> 2).saturating_add(26_112),
    };
    if ratio < 0 { -value } else { value }
}

/// The regular pulses of one subframe on their grid.
fn pulses(bits: &mut Bits<'_>) -> [i16; SUBFRAME_SAMPLES] {
    let grid = bits.take(2) as usize;
    let (exponent, mantissa) = exponent_and_mantissa(bits.take(6));
    let shift = 6 - exponent;
    let rounding = if shift > 0 { 1 << (shift - 1) } else { 0 };
    let mut subframe = [0; SUBFRAME_SAMPLES];
    for index in 0..13 {
        let code = ((bits.take(3) << 1) - 7) << 12;
        let pulse = multiply(MANTISSAS[mantissa], code).saturating_add(rounding);
        subframe[grid + 3 * index] = pulse >> shift;
    }
    subframe
}

/// The block's maximum as an exponent from -4 to 6 and a mantissa from 0 to 7.
fn exponent_and_mantissa(coded: i16) -> (i16, usize) {
    let mut exponent = if coded > 15 { (coded >> 3) - 1 } else { 0 };
    let mut mantissa = coded - (exponent << 3);
    if mantissa == 0 {
        return (-4, 7);
    }
    while mantissa <= 7 {
        mantissa = (mantissa << 1) | 1;
        exponent -= 1;
    }
    (exponent, (mantissa - 8) as usize)
}
