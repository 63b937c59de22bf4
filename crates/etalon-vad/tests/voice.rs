//! A voice is found whatever else is heard, and nothing but the voice.

mod support;

use etalon_call::Span;
use etalon_vad::{ActivitySettings, ChannelAnalysis, ChannelSamples, analyse};
use support::{signal, voice_of};

const RATE_HZ: u32 = 8_000;
const SECONDS: f64 = 40.0;

fn speaks(time_s: f64) -> bool {
    time_s % 8.0 < 3.0
}

/// The voice of one who speaks for 3 s out of 8, its loud parts at some level, dB relative to full
/// scale.
fn voice(pitch_hz: f64, loud_dbfs: f64, speaks: impl Fn(f64) -> bool) -> Vec<f64> {
    let samples = voice_of(pitch_hz, 0.0, RATE_HZ, SECONDS, speaks);
    let loudest = samples.chunks(200).map(power).fold(0.0, f64::max);
    let gain = (10_f64.powf(loud_dbfs / 10.0) / loudest).sqrt();
    samples.into_iter().map(|sample| gain * sample).collect()
}

fn power(samples: &[f64]) -> f64 {
    samples.iter().map(|sample| sample * sample).sum::<f64>() / samples.len() as f64
}

/// White noise of some level, dB relative to full scale.
fn hiss(dbfs: f64) -> Vec<f64> {
    // Evenly spread numbers have a third of the power of the highest.
    let gain = 10_f64.powf(dbfs / 20.0) * 3.0_f64.sqrt();
    support::noise(SECONDS, 1.0).into_iter().map(|sample| gain * f64::from(sample) / 32_768.0).collect()
}

fn sum(one: &[f64], other: &[f64]) -> Vec<f64> {
    one.iter().zip(other).map(|(one, other)| one + other).collect()
}

fn integers(samples: &[f64]) -> Vec<i16> {
    samples.iter().map(|sample| (sample * 32_767.0) as i16).collect()
}

fn analysed(channels: &[Vec<f64>]) -> Vec<ChannelAnalysis> {
    let channels: Vec<_> = channels.iter().map(|channel| integers(channel)).collect();
    let channels: Vec<_> = channels.iter().map(|channel| ChannelSamples::I16(channel)).collect();
    analyse(&channels, RATE_HZ, &ActivitySettings::default())
}

/// The share of the frames at which `found` and the truth agree to within 0.1 s of its borders.
fn check_speech(name: &str, found: &[Span], is_speech: impl Fn(f64) -> bool) {
    let frames: Vec<f64> =
        (0..(SECONDS * 100.0) as usize).map(|frame| (frame as f64 + 0.5) / 100.0).collect();
    let is_found = |time_s: f64| found.iter().any(|span| span.start_s <= time_s && time_s < span.end_s);
    let is_border = |time_s: f64| is_speech(time_s - 0.15) != is_speech(time_s + 0.15);
    let inside: Vec<f64> = frames.into_iter().filter(|&time_s| !is_border(time_s)).collect();
    let wrong = inside.iter().filter(|&&time_s| is_found(time_s) != is_speech(time_s)).count();
    assert!(wrong * 50 < inside.len(), "{name}: {wrong} of {} frames are wrong, {found:?}", inside.len());
}

#[test]
fn a_quiet_sentence_is_speech_and_no_music() {
    for loud_dbfs in [-12.0, -28.0, -40.0, -48.0] {
        let channel = sum(&voice(140.0, loud_dbfs, speaks), &hiss(loud_dbfs - 35.0));
        let analysis = analysed(&[channel]).remove(0);
        check_speech(&format!("{loud_dbfs} dBFS"), &analysis.regions, speaks);
        assert_eq!(analysis.music, [], "{loud_dbfs} dBFS");
    }
}

/// A chord that never ends.
fn music(dbfs: f64) -> Vec<f64> {
    let gain = 10_f64.powf(dbfs / 20.0) / 1.5_f64.sqrt();
    signal(RATE_HZ, SECONDS, |time_s| {
        let note = |frequency_hz: f64| (std::f64::consts::TAU * frequency_hz * time_s).sin();
        0.3 * (note(440.0) + note(554.4) + note(659.3))
    })
    .into_iter()
    .map(|sample| gain * f64::from(sample) / 32_768.0 / 0.3)
    .collect()
}

#[test]
fn speech_over_music_is_speech_and_the_music_is_not() {
    for below_db in [10.0, 20.0] {
        let channel = sum(&voice(140.0, -15.0, speaks), &music(-15.0 - below_db));
        let analysis = analysed(&[channel]).remove(0);
        check_speech(&format!("music {below_db} dB below"), &analysis.regions, speaks);
    }
}

#[test]
fn comfort_noise_that_comes_and_goes_is_no_speech() {
    let second = |number: usize| number * 2_654_435_761 % 7 < 3;
    let mut noise = hiss(-46.0);
    for (number, part) in noise.chunks_mut(RATE_HZ as usize).enumerate() {
        if !second(number) {
            part.fill(0.0);
        }
    }
    let channel = sum(&sum(&voice(140.0, -20.0, speaks), &hiss(-75.0)), &noise);
    check_speech("with a voice", &analysed(&[channel])[0].regions, speaks);
    check_speech("alone", &analysed(&[sum(&noise, &hiss(-75.0))])[0].regions, |_| false);
}

#[test]
fn a_quiet_voice_is_heard_off_centre() {
    for offset in [0.0, 0.1, 0.2, 0.3, -0.5] {
        let channel = sum(&voice(140.0, -44.0, speaks), &hiss(-75.0));
        let channel: Vec<f64> = channel.into_iter().map(|sample| sample + offset).collect();
        check_speech(&format!("off centre by {offset}"), &analysed(&[channel])[0].regions, speaks);
    }
}

#[test]
fn the_echo_of_a_mobile_is_no_speech() {
    let answers = |time_s: f64| (4.5..6.5).contains(&(time_s % 8.0));
    for (delay_s, gain) in [(0.02, 0.05), (0.25, 0.35), (0.6, 0.25), (0.9, 0.3), (1.0, 0.3), (1.3, 0.25)] {
        let (agent, client) = (voice(120.0, -18.0, speaks), voice(210.0, -18.0, answers));
        let delay = (delay_s * f64::from(RATE_HZ)) as usize;
        let echo: Vec<f64> =
            std::iter::repeat_n(0.0, delay).chain(agent.iter().map(|sample| gain * sample)).collect();
        let channels = [sum(&agent, &hiss(-60.0)), sum(&sum(&client, &echo), &hiss(-60.0))];
        let analyses = analysed(&channels);
        check_speech(&format!("the source, {delay_s} s"), &analyses[0].regions, speaks);
        check_speech(&format!("what comes back after {delay_s} s"), &analyses[1].regions, answers);
    }
}

#[test]
fn a_hum_of_agreement_is_speech() {
    // Half a second of one steady vowel that rises, as «угу» does: no word to a network, and a turn
    // to whoever listens.
    let channel = sum(&voice(140.0, -18.0, speaks), &hiss(-65.0));
    let hums = |time_s: f64| (5.0..5.45).contains(&(time_s % 16.0));
    let hum = voice_of(140.0, 0.0, RATE_HZ, SECONDS, |_| true);
    let mut phase = 0.0;
    let hum: Vec<f64> = (0..hum.len())
        .map(|index| {
            let time_s = index as f64 / f64::from(RATE_HZ);
            phase += (130.0 + 60.0 * (time_s % 16.0 - 5.0)) / f64::from(RATE_HZ);
            let harmonic = |number: f64| (std::f64::consts::TAU * number * phase).sin() / number.powi(2);
            if hums(time_s) { 0.08 * (1..8).map(f64::from).map(harmonic).sum::<f64>() } else { 0.0 }
        })
        .collect();
    let analysis = analysed(&[sum(&channel, &hum)]).remove(0);
    check_speech("hums", &analysis.regions, |time_s| speaks(time_s) || hums(time_s));
}
