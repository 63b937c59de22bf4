//! Signals for tests.

/// A signal of `seconds` at `rate_hz` as integers.
pub(crate) fn signal(rate_hz: u32, seconds: f64, value: impl Fn(f64) -> f64) -> Vec<i16> {
    let samples = (f64::from(rate_hz) * seconds) as usize;
    (0..samples).map(|index| (value(index as f64 / f64::from(rate_hz)) * 32_767.0) as i16).collect()
}

/// White noise at 8 kHz.
pub(crate) fn noise(seconds: f64, gain: f64) -> Vec<i16> {
    let state = std::cell::Cell::new(1_u32);
    signal(8_000, seconds, |_| {
        state.set(state.get().wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
        gain * (f64::from(state.get() >> 8) / f64::from(1 << 23) - 1.0)
    })
}
