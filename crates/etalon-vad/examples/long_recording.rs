//! How much memory the analysis of a long recording needs (Linux).
//!
//!     cargo run --release -p etalon-vad --example long_recording -- HOURS
//!
//! Two channels at 8 kHz, on which two synthetic voices take turns in noise, are given block by
//! block. Prints the most memory that was resident.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use etalon_vad::{ActivitySettings, Analyser, ChannelSamples};

const RATE_HZ: u32 = 8_000;
const BLOCK: usize = 4_096;

fn main() {
    let hours: f64 = std::env::args().nth(1).map_or(1.0, |hours| hours.parse().unwrap());
    let mut analyser = Analyser::new(2, RATE_HZ, &ActivitySettings::default());
    let minute: [Vec<i16>; 2] = [voice(0), voice(1)];
    let blocks = (hours * 3_600.0 * f64::from(RATE_HZ)) as usize / BLOCK;
    for block in 0..blocks {
        let start = block % (minute[0].len() / BLOCK) * BLOCK;
        let samples = minute.each_ref().map(|channel| ChannelSamples::I16(&channel[start..start + BLOCK]));
        analyser.push(&samples);
    }
    let found = analyser.finish();
    let regions: usize = found.iter().map(|analysis| analysis.regions.len()).sum();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM unknown");
    println!("{hours} h, {regions} regions, {peak}");
}

/// A minute of pulses of a gliding pitch through a resonance, every other four seconds, in noise.
fn voice(speaker: usize) -> Vec<i16> {
    let (mut first, mut second, mut phase) = (0.0, 0.0, 0.0);
    (0..60 * RATE_HZ as usize)
        .map(|index| {
            let time_s = index as f64 / f64::from(RATE_HZ);
            let speaks =
                (time_s / 4.0) as usize % 2 == speaker && time_s % 4.0 < 3.4 && time_s * 5.0 % 1.0 < 0.8;
            phase += (140.0 + 40.0 * (time_s * 7.0).sin()) / f64::from(RATE_HZ);
            let pulse = if phase >= 1.0 && speaks { 5_000.0 } else { 0.0 };
            phase %= 1.0;
            let now = 1.6 * first - 0.85 * second + pulse;
            (second, first) = (first, now);
            (now + 8.0 * ((index * 7_919 % 127) as f64 / 64.0 - 1.0)) as i16
        })
        .collect()
}
