//! Microsoft ADPCM (format tag 2; Microsoft, "New Multimedia Data Types and Data Techniques",
//! 1994).

use super::nibble;

/// Bytes of the state that begins a block, per channel.
const STATE_BYTES: usize = 7;

/// The predictors that every file has, in 1/256.
pub(crate) const STANDARD_COEFFICIENTS: [(i16, i16); 7] =
    [(256, 0), (512, -256), (0, 0), (192, 64), (240, 0), (460, -208), (392, -232)];

const ADAPTATION: [i32; 16] =
    [230, 230, 230, 230, 307, 409, 512, 614, 768, 614, 512, 409, 307, 230, 230, 230];
const LEAST_STEP: i32 = 16;
/// A damaged block must not make the step grow until it overflows.
const LARGEST_STEP: i32 = i32::MAX / 768;

/// Samples per channel that so many bytes of a block hold.
pub(crate) fn samples_in(bytes: usize, channels: usize) -> usize {
    bytes.checked_sub(STATE_BYTES * channels).map_or(0, |rest| 2 + 2 * rest / channels)
}

/// Appends one channel of a block, which may be cut short; false when the block names a predictor
/// that does not exist.
pub(crate) fn append(
    block: &[u8],
    coefficients: &[(i16, i16)],
    channels: usize,
    channel: usize,
    into: &mut Vec<i16>,
) -> bool {
    let samples = samples_in(block.len(), channels);
    if samples < 2 {
        return true;
    }
    let word = |index: usize| {
        let at = channels + 2 * (index * channels + channel);
        i16::from_le_bytes([block[at], block[at + 1]])
    };
    let predictor = coefficients.get(usize::from(block[channel]));
    let (first, second) = predictor.copied().unwrap_or(STANDARD_COEFFICIENTS[0]);
    let (first, second) = (i64::from(first), i64::from(second));
    let mut step = i32::from(word(0));
    let (mut last, mut before) = (word(1), word(2));
    into.push(before);
    into.push(last);
    let codes = &block[STATE_BYTES * channels..];
    for index in 0..samples - 2 {
        let at = index * channels + channel;
        let code = nibble(codes[at / 2], 1 - at % 2);
        let prediction = (i64::from(last) * first + i64::from(before) * second) >> 8;
        let signed = i64::from(code) - if code & 8 != 0 { 16 } else { 0 };
        let sample = prediction + signed * i64::from(step);
        before = last;
        last = sample.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
        into.push(last);
        step = ((ADAPTATION[usize::from(code)] * step) >> 8).clamp(LEAST_STEP, LARGEST_STEP);
    }
    predictor.is_some()
}
