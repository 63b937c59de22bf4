//! Sounds that are no voice are found as what they are, and are no speech.

mod support;

use etalon_call::Span;
use etalon_vad::{ActivitySettings, ChannelAnalysis, ChannelSamples, analyse};
use std::f64::consts::TAU;
use support::{noise, signal, voice_of};

const SECONDS: f64 = 40.0;
const RATE_HZ: u32 = 8_000;

fn total_s(spans: &[Span]) -> f64 {
    spans.iter().map(Span::duration_s).sum()
}

/// Somebody speaks for 3 s, and pauses for 2 s.
fn speaks(time_s: f64) -> bool {
    time_s % 5.0 < 3.0
}

/// A made voice on a quiet line, of an amplitude of about 0.3.
fn voice() -> Vec<f64> {
    let voice = voice_of(120.0, 0.0, RATE_HZ, SECONDS, speaks);
    let peak = voice.iter().fold(0.0_f64, |peak, sample| peak.max(sample.abs()));
    let line = noise(SECONDS, 0.0005);
    voice.iter().zip(line).map(|(sample, line)| 0.3 * sample / peak + f64::from(line) / 32_768.0).collect()
}

fn integers(samples: &[f64]) -> Vec<i16> {
    samples.iter().map(|sample| (sample * 32_767.0) as i16).collect()
}

fn analysed(channels: &[Vec<f64>]) -> Vec<ChannelAnalysis> {
    let channels: Vec<Vec<i16>> = channels.iter().map(|channel| integers(channel)).collect();
    let borrowed: Vec<ChannelSamples<'_>> =
        channels.iter().map(|channel| ChannelSamples::I16(channel)).collect();
    analyse(&borrowed, RATE_HZ, &ActivitySettings::default())
}

/// The voice with a sound, given by its samples from -1 to 1.
fn with(sound: &[f64]) -> ChannelAnalysis {
    let mixed: Vec<f64> = voice().iter().zip(sound).map(|(voice, sound)| voice + sound).collect();
    analysed(&[mixed]).remove(0)
}

/// A sound adds no more than this to the speech of the voice, and takes no more of it, s.
fn check_speech(name: &str, found: &ChannelAnalysis, most_s: f64) {
    let alone = analysed(&[voice()]).remove(0);
    let change_s = total_s(&found.regions) - total_s(&alone.regions);
    assert!(change_s.abs() <= most_s, "{name}: {change_s} s of {} s", total_s(&alone.regions));
}

fn sine(frequency_hz: f64, time_s: f64) -> f64 {
    (TAU * frequency_hz * time_s).sin()
}

fn sound(value: impl Fn(f64) -> f64) -> Vec<f64> {
    signal(RATE_HZ, SECONDS, value).iter().map(|&sample| f64::from(sample) / 32_767.0).collect()
}

#[test]
fn a_voice_alone_has_no_disturbances() {
    let found = analysed(&[voice()]).remove(0).disturbances;
    assert_eq!(found, etalon_vad::Disturbances::default());
}

#[test]
fn comfort_noise_that_comes_and_goes_is_no_speech() {
    for amplitude in [0.02, 0.01, 0.005] {
        for on_s in [0.5, 1.3] {
            let noise = noise(SECONDS, amplitude);
            let is_on =
                |index: usize| ((index as f64 / f64::from(RATE_HZ) / on_s) as usize).is_multiple_of(2);
            let gated = noise
                .iter()
                .enumerate()
                .map(|(index, &sample)| if is_on(index) { f64::from(sample) / 32_768.0 } else { 0.0 });
            let found = with(&gated.collect::<Vec<f64>>());
            let noise_s = total_s(&found.disturbances.comfort_noise);
            let name = format!("noise of {amplitude}, {on_s} s on and off, {noise_s} s found");
            check_speech(&name, &found, 0.8);
            assert!((3.0..20.0).contains(&noise_s), "{name}: {noise_s} s");
        }
    }
}

#[test]
fn keys_are_counted_and_are_no_speech() {
    const PAIRS_HZ: [[f64; 2]; 4] = [[697.0, 1_209.0], [941.0, 1_336.0], [770.0, 1_477.0], [852.0, 1_209.0]];
    let keys = sound(|time_s| {
        let is_on = time_s % 5.0 > 3.6 && time_s % 0.5 < 0.12;
        let pair = PAIRS_HZ[(time_s / 0.5) as usize % PAIRS_HZ.len()];
        if is_on { 0.1 * (sine(pair[0], time_s) + sine(pair[1], time_s)) } else { 0.0 }
    });
    let found = with(&keys);
    check_speech("keys", &found, 0.4);
    let count = found.disturbances.keys.len();
    assert!((14..=24).contains(&count), "{count} keys: {:?}", found.disturbances.keys);
}

#[test]
fn a_fax_is_found_and_is_no_speech() {
    let random = noise(SECONDS, 1.0);
    let fax = sound(|time_s| {
        let bit = random[(300.0 * time_s) as usize * 26] > 0;
        match time_s {
            ..20.0 if time_s % 3.5 < 0.5 => 0.2 * sine(1_100.0, time_s),
            22.0..25.0 => 0.2 * sine(2_100.0, time_s),
            25.1..28.0 => 0.2 * sine(if bit { 1_650.0 } else { 1_850.0 }, time_s),
            _ => 0.0,
        }
    });
    let found = analysed(&[fax]).remove(0);
    assert!(found.regions.is_empty(), "{:?}", found.regions);
    let data_s = total_s(&found.disturbances.data);
    assert!((6.0..12.0).contains(&data_s), "{data_s} s: {:?}", found.disturbances.data);
}

#[test]
fn clicks_are_counted_and_are_no_speech() {
    let clicks = sound(|time_s| {
        let since_s = time_s % 0.31;
        let sign = if ((time_s * f64::from(RATE_HZ)) as usize).is_multiple_of(3) { 1.0 } else { -0.8 };
        if time_s % 5.0 > 3.3 { 0.3 * sign * (-since_s / 0.002).exp() } else { 0.0 }
    });
    let found = with(&clicks);
    check_speech("clicks", &found, 0.8);
    let count = found.disturbances.clicks.len();
    assert!((20..=50).contains(&count), "{count} clicks");
}

#[test]
fn an_echo_has_its_delay_and_its_loss() {
    for (delay_s, loss_db) in [(0.1, 20.0), (0.25, 26.0), (1.2, 10.0)] {
        let source = voice();
        let delay = (delay_s * f64::from(RATE_HZ)) as usize;
        let line = noise(SECONDS, 0.0005);
        let gain = 10_f64.powf(-loss_db / 20.0);
        let echo = line.iter().enumerate().map(|(index, &line)| {
            let before = index.checked_sub(delay).map_or(0.0, |index| source[index]);
            f64::from(line) / 32_768.0 + gain * before
        });
        let echo: Vec<f64> = echo.collect();
        let found = analysed(&[source.clone(), echo]).remove(1);
        assert!(total_s(&found.regions) < 0.3, "{:?}", found.regions);
        let path = found.disturbances.echo.unwrap_or_default();
        assert!((path.delay_s - delay_s).abs() < 0.05, "{path:?} for {delay_s} s");
        assert!((f64::from(path.loss_db) - loss_db).abs() < 3.0, "{path:?} for {loss_db} dB");
    }
}
