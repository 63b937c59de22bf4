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

/// Formants of the vowels that a made voice speaks in turn, Hz, and how wide they are.
const VOWELS_HZ: [[f64; 3]; 5] = [
    [700.0, 1_100.0, 2_500.0],
    [300.0, 2_200.0, 2_900.0],
    [500.0, 1_700.0, 2_500.0],
    [320.0, 800.0, 2_300.0],
    [450.0, 1_900.0, 2_500.0],
];
const WIDTHS_HZ: [f64; 3] = [60.0, 80.0, 100.0];
/// Syllables a second, and the share of each that sounds.
const SYLLABLES: f64 = 5.0;
const SOUNDING: f64 = 0.8;

/// A made voice of such a mean pitch, which has spoken for `start_s` before: pulses of a gliding
/// pitch through the resonances of one vowel after the other, of a loudness of about 1. To human
/// ears it is a robot; to a detector it is a voice.
#[allow(dead_code, reason = "not every test needs a voice")]
pub(crate) fn voice_of(
    pitch_hz: f64,
    start_s: f64,
    rate_hz: u32,
    seconds: f64,
    speaks: impl Fn(f64) -> bool,
) -> Vec<f64> {
    use std::f64::consts::{PI, TAU};
    let rate = f64::from(rate_hz);
    let (mut phase, mut tilted, mut resonances) = (0.0, 0.0, [[0.0; 2]; 3]);
    (0..(rate * seconds) as usize)
        .map(|index| {
            let time_s = start_s + index as f64 / rate;
            phase += (pitch_hz + 0.3 * pitch_hz * (time_s * 7.0).sin()) / rate;
            let within = time_s * SYLLABLES % 1.0;
            let sounds = speaks(time_s) && within < SOUNDING;
            let envelope = if sounds { (PI * within / SOUNDING).sin().max(0.0).sqrt() } else { 0.0 };
            let pulse = if phase >= 1.0 { envelope } else { 0.0 };
            phase %= 1.0;
            tilted = pulse + (-1_000.0 / rate).exp() * tilted;
            let syllable = (time_s * SYLLABLES) as usize;
            let [vowel, next] = [syllable, syllable + 1].map(|number| VOWELS_HZ[number % VOWELS_HZ.len()]);
            let glide = ((within - 0.6) / 0.4).max(0.0);
            let mut sound = tilted;
            for (formant, before) in resonances.iter_mut().enumerate() {
                let formant_hz = vowel[formant] + (next[formant] - vowel[formant]) * glide;
                let radius = (-PI * WIDTHS_HZ[formant] / rate).exp();
                let turn = 2.0 * radius * (TAU * formant_hz / rate).cos();
                let now =
                    sound * (1.0 - turn + radius * radius) + turn * before[0] - radius * radius * before[1];
                *before = [now, before[0]];
                sound = now;
            }
            sound
        })
        .collect()
}
