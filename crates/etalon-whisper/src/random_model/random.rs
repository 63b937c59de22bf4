//! Random numbers that are the same in every version and on every machine.

/// `SplitMix64` (Steele, Lea and Flood 2014).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn of(name: &str) -> Self {
        // FNV-1a.
        let mix = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, mix))
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number around 0 with the standard deviation 1.
    pub(crate) fn next(&mut self) -> f32 {
        evenly((self.bits() >> 40) as f32 / (1_u32 << 24) as f32)
    }
}

/// A number from 0 to 1 as one of a flat distribution around 0 with the standard deviation 1.
pub(crate) fn evenly(share: f32) -> f32 {
    (share - 0.5) * 12.0_f32.sqrt()
}
