//! The four bytes that begin every frame.

use super::Header;

/// What the header of a frame of layer III says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    is_version_1: bool,
    has_checksum: bool,
    rate_hz: u32,
    bitrate: u32,
    channels: usize,
    bytes: usize,
}

/// Kilobits per second by the header's four bits, of version 1 and of the later ones.
const BITRATES: [[u32; 14]; 2] = [
    [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];
/// Rates of version 1, hertz.
const RATES_HZ: [u32; 3] = [44_100, 48_000, 32_000];

impl Header for FrameHeader {
    const BYTES: usize = 4;

    fn parse(head: &[u8]) -> Option<Self> {
        let [first, second, third, fourth] = *head.first_chunk::<4>()?;
        if first != 0xff || second & 0xe6 != 0xe2 {
            return None;
        }
        let (is_version_1, divisor) = match (second >> 3) & 3 {
            3 => (true, 1),
            2 => (false, 2),
            0 => (false, 4),
            _ => return None,
        };
        let rate_hz = RATES_HZ.get(usize::from((third >> 2) & 3))? / divisor;
        let by_bits = usize::from(third >> 4).checked_sub(1)?;
        let bitrate = 1_000 * BITRATES[usize::from(!is_version_1)].get(by_bits)?;
        let slots = if is_version_1 { 144 } else { 72 };
        let padding = u32::from((third >> 1) & 1);
        Some(Self {
            is_version_1,
            has_checksum: second & 1 == 0,
            rate_hz,
            bitrate,
            channels: if fourth >> 6 == 3 { 1 } else { 2 },
            bytes: (slots * bitrate / rate_hz + padding) as usize,
        })
    }

    fn is_like(self, other: Self) -> bool {
        (self.is_version_1, self.rate_hz, self.channels)
            == (other.is_version_1, other.rate_hz, other.channels)
    }

    fn bytes(self) -> usize {
        self.bytes
    }
}

impl FrameHeader {
    /// Samples per channel.
    pub(crate) fn samples(self) -> usize {
        if self.is_version_1 { 1_152 } else { 576 }
    }

    pub(crate) fn rate_hz(self) -> u32 {
        self.rate_hz
    }

    pub(crate) fn channels(self) -> usize {
        self.channels
    }

    /// Where the side information begins, and how long it is.
    pub(super) fn side_information(self) -> (usize, usize) {
        let length = match (self.is_version_1, self.channels) {
            (true, 1) | (false, 2) => 17,
            (true, _) => 32,
            (false, _) => 9,
        };
        (if self.has_checksum { 6 } else { 4 }, length)
    }

    /// How far back in the stream the frame's content begins, bytes; 0 for the first frame that an
    /// encoder writes.
    pub(super) fn content_begins_before(self, frame: &[u8]) -> usize {
        let (start, _) = self.side_information();
        let [first, second] = [0, 1].map(|byte| usize::from(frame.get(start + byte).copied().unwrap_or(0)));
        if self.is_version_1 { first << 1 | second >> 7 } else { first }
    }
}
