//! IMA ADPCM as WAVE files carry it (format tag 0x11; IMA Digital Audio Focus Group, 1992, section
//! 6).

use super::nibble;

/// Bytes of the state that begins a block, per channel.
const STATE_BYTES: usize = 4;
/// The channels take turns in words of this many bytes.
const WORD_BYTES: usize = 4;

const INDEX_STEPS: [i8; 8] = [-1, -1, -1, -1, 2, 4, 6, 8];

const STEPS: [i32; 89] = [
    7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88,
    97, 107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658,
    724, 796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660,
    4026, 4428, 4871, 5358, 5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818,
    18500, 20350, 22385, 24623, 27086, 29794, 32767,
];

/// Samples per channel that so many bytes of a block hold.
pub(crate) fn samples_in(bytes: usize, channels: usize) -> usize {
    match bytes.checked_sub(STATE_BYTES * channels) {
        None => 0,
        Some(rest) if channels == 1 => 1 + 2 * rest,
        Some(rest) => 1 + rest / (WORD_BYTES * channels) * 2 * WORD_BYTES,
    }
}

/// Appends one channel of a block, which may be cut short; false when the block's state is
/// impossible.
pub(crate) fn append(block: &[u8], channels: usize, channel: usize, into: &mut Vec<i16>) -> bool {
    let Some(&[low, high, index, _]) =
        block.get(STATE_BYTES * channel..).and_then(<[u8]>::first_chunk::<STATE_BYTES>)
    else {
        return true;
    };
    let end = into.len() + samples_in(block.len(), channels);
    let mut predictor = i32::from(i16::from_le_bytes([low, high]));
    let last = STEPS.len() - 1;
    let mut step_index = usize::from(index).min(last);
    if into.len() < end {
        into.push(predictor as i16);
    }
    let mut position = STATE_BYTES * channels + WORD_BYTES * channel;
    while into.len() < end && position < block.len() {
        for &byte in &block[position..block.len().min(position + WORD_BYTES)] {
            for half in 0..2 {
                let code = nibble(byte, half);
                predictor = expand(predictor, STEPS[step_index], code);
                step_index =
                    step_index.saturating_add_signed(INDEX_STEPS[usize::from(code & 7)].into()).min(last);
                into.push(predictor as i16);
            }
        }
        position += WORD_BYTES * channels;
    }
    usize::from(index) <= last
}

/// The standard's sum of halves of the step. A multiplication and one shift round differently.
fn expand(predictor: i32, step: i32, code: u8) -> i32 {
    let mut difference = step >> 3;
    if code & 1 != 0 {
        difference += step >> 2;
    }
    if code & 2 != 0 {
        difference += step >> 1;
    }
    if code & 4 != 0 {
        difference += step;
    }
    let next = if code & 8 != 0 { predictor - difference } else { predictor + difference };
    next.clamp(i16::MIN.into(), i16::MAX.into())
}
