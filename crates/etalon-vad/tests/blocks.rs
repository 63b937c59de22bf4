//! However the samples are divided into blocks, the analysis is the same to the last bit.

use etalon_call::Span;
use etalon_vad::{
    ActivitySettings, Analyser, ChannelAnalysis, ChannelSamples, RegionFeatures, SyllableNucleus, analyse,
};
use proptest::prelude::*;

/// All numbers of an analysis, bit by bit.
fn bits(analysis: &ChannelAnalysis) -> Vec<u64> {
    let spans = analysis.regions.iter().chain(&analysis.music).flat_map(|span| [span.start_s, span.end_s]);
    let ChannelAnalysis { region_features, syllable_nuclei, loudness_blocks, rate_hz, duration_s, .. } =
        analysis;
    let of_regions = region_features.iter().flat_map(|region| {
        let RegionFeatures { frames, power, peak, clipped } = *region;
        [frames as u64, power.to_bits(), u64::from(peak.to_bits()), clipped]
    });
    let of_nuclei = syllable_nuclei.iter().flat_map(|nucleus| {
        let SyllableNucleus { time_s, level_dbfs, tilt_db, pitch_hz } = *nucleus;
        let features = [level_dbfs, tilt_db, pitch_hz].map(|feature| u64::from(feature.to_bits()));
        [time_s.to_bits()].into_iter().chain(features)
    });
    spans
        .map(f64::to_bits)
        .chain(of_nuclei)
        .chain(of_regions)
        .chain(loudness_blocks.iter().map(|block| u64::from(block.to_bits())))
        .chain([u64::from(*rate_hz), duration_s.to_bits()])
        .collect()
}

fn check(expected: &[ChannelAnalysis], found: &[ChannelAnalysis]) {
    assert_eq!(expected.len(), found.len());
    for (expected, found) in expected.iter().zip(found) {
        assert_eq!(bits(expected), bits(found));
    }
}

/// A voice on one side, its echo and a held note on the other, with noise on both.
fn signals(rate_hz: u32, seconds: f64, seed: u32) -> [Vec<f32>; 2] {
    let mut signals = [Vec::new(), Vec::new()];
    let mut state = seed;
    let mut noise = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (f64::from(state >> 16) / 32_768.0 - 1.0) * 0.001
    };
    for index in 0..(seconds * f64::from(rate_hz)) as usize {
        let time_s = index as f64 / f64::from(rate_hz);
        let sine = |frequency_hz: f64| (std::f64::consts::TAU * frequency_hz * time_s).sin();
        let speaks = time_s % 3.0 < 1.7 && time_s * 4.0 % 1.0 < 0.8;
        let voice: f64 = (1..12).map(|harmonic| 0.03 * sine(140.0 * f64::from(harmonic))).sum();
        let voice = if speaks { voice } else { 0.0 };
        let music = if time_s % 20.0 > 12.0 { 0.1 * sine(660.0) + 0.1 * sine(990.0) } else { 0.0 };
        signals[0].push((voice + noise()) as f32);
        signals[1].push((0.05 * voice + music + noise()) as f32);
    }
    signals
}

/// Gives the channels block by block, in blocks of the lengths in turn.
fn divided(
    channels: &[ChannelSamples<'_>],
    rate_hz: u32,
    lengths: &[usize],
    settings: &ActivitySettings,
) -> Analyser {
    let mut analyser = Analyser::new(channels.len(), rate_hz, settings);
    let samples = channels.first().map_or(0, ChannelSamples::len);
    let mut start = 0;
    for &length in lengths.iter().cycle() {
        if start >= samples {
            return analyser;
        }
        let end = (start + length).min(samples);
        let block: Vec<_> = channels
            .iter()
            .map(|channel| match channel {
                ChannelSamples::I16(samples) => ChannelSamples::I16(&samples[start..end]),
                ChannelSamples::F32(samples) => ChannelSamples::F32(&samples[start..end]),
            })
            .collect();
        analyser.push(&block);
        start = end;
    }
    analyser
}

/// Lengths of blocks, of which at least one is not zero.
fn lengths() -> impl Strategy<Value = Vec<usize>> {
    let any_length = prop_oneof![Just(0_usize), 1_usize..200, 1_usize..20_000];
    (prop::collection::vec(any_length, 0..4), 1_usize..10_000).prop_map(|(mut lengths, last)| {
        lengths.push(last);
        lengths
    })
}

/// So short that a recording of some seconds has several parts.
fn short_parts() -> ActivitySettings {
    ActivitySettings { part_s: 10.0, noise_half_window_s: 2.0, ..ActivitySettings::default() }
}

fn check_divided(
    channels: &[ChannelSamples<'_>],
    rate_hz: u32,
    lengths: &[usize],
    settings: &ActivitySettings,
) {
    check(&analyse(channels, rate_hz, settings), &divided(channels, rate_hz, lengths, settings).finish());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_division_gives_the_same(
        rate_hz in prop_oneof![Just(8_000_u32), Just(4_000), Just(11_025), Just(16_000), Just(44_100)],
        seconds in 0.0_f64..14.0,
        seed in any::<u32>(),
        lengths in lengths(),
    ) {
        let settings = ActivitySettings::default();
        let signals = signals(rate_hz, seconds, seed);
        let floats = signals.each_ref().map(|signal| ChannelSamples::F32(signal));
        check_divided(&floats, rate_hz, &lengths, &settings);
        let integers = signals.each_ref().map(|signal| signal.iter().map(|sample| (sample * 32_767.0) as i16).collect::<Vec<_>>());
        let integers = integers.each_ref().map(|signal| ChannelSamples::I16(signal));
        check_divided(&integers, rate_hz, &lengths, &settings);
    }

    #[test]
    fn any_division_of_a_recording_in_parts_gives_the_same(
        seconds in 18.0_f64..45.0,
        seed in any::<u32>(),
        lengths in lengths(),
    ) {
        let signals = signals(8_000, seconds, seed);
        let channels = signals.each_ref().map(|signal| ChannelSamples::F32(signal));
        check_divided(&channels, 8_000, &lengths, &short_parts());
    }
}

#[test]
fn speech_and_music_are_found_in_blocks_too() {
    let settings = ActivitySettings::default();
    let signals = signals(8_000, 40.0, 7);
    let channels = signals.each_ref().map(|signal| ChannelSamples::F32(signal));
    let expected = analyse(&channels, 8_000, &settings);
    assert!(!expected[0].regions.is_empty() && !expected[1].music.is_empty());
    check(&expected, &divided(&channels, 8_000, &[1], &settings).finish());
    check(&expected, &divided(&channels, 8_000, &[4_096], &settings).finish());
}

/// Spans lie where they are expected, give or take 20 ms.
fn check_spans(expected: &[Span], found: &[Span]) {
    assert_eq!(expected.len(), found.len(), "{expected:?} {found:?}");
    for (expected, found) in expected.iter().zip(found) {
        let distance_s = (expected.start_s - found.start_s).abs().max((expected.end_s - found.end_s).abs());
        assert!(distance_s < 0.021, "{expected:?} {found:?}");
    }
}

#[test]
fn in_parts_the_same_is_found_as_in_one() {
    // What is learnt is the same from any of the parts, because the signals repeat themselves after
    // a minute.
    let [whole, parts] = [600.0, 60.0].map(|part_s| ActivitySettings { part_s, ..short_parts() });
    let signals = signals(8_000, 237.3, 7);
    let channels = signals.each_ref().map(|signal| ChannelSamples::F32(signal));
    let (expected, found) = (analyse(&channels, 8_000, &whole), analyse(&channels, 8_000, &parts));
    for (expected, found) in expected.iter().zip(&found) {
        check_spans(&expected.regions, &found.regions);
        check_spans(&expected.music, &found.music);
        assert_eq!(found.regions.len(), found.region_features.len());
        for (region, features) in found.regions.iter().zip(&found.region_features) {
            assert_eq!(features.frames, (region.duration_s() * 100.0).round() as usize);
        }
        assert_eq!(expected.loudness_blocks, found.loudness_blocks);
        let (syllables, expected) = (found.syllable_nuclei.len(), expected.syllable_nuclei.len());
        assert!(syllables.abs_diff(expected) <= expected / 20, "{syllables} nuclei, {expected} in one");
    }
    assert!(found[0].regions.len() > 30 && !found[1].music.is_empty(), "{found:?}");
}

#[test]
fn a_channel_alone_is_analysed_as_if_there_were_no_other() {
    let signals = signals(8_000, 60.0, 7);
    let channels = signals.each_ref().map(|signal| ChannelSamples::F32(signal));
    for settings in [ActivitySettings::default(), short_parts()] {
        for chosen in [vec![], vec![0], vec![1], vec![1, 0]] {
            let alone: Vec<_> = chosen.iter().map(|&channel: &usize| channels[channel]).collect();
            let found = divided(&channels, 8_000, &[1_600], &settings).finish_channels(&chosen);
            check(&analyse(&alone, 8_000, &settings), &found);
        }
        let absent = divided(&channels, 8_000, &[1_600], &settings).finish_channels(&[2]);
        assert_eq!(absent, [ChannelAnalysis::default()]);
    }
}
