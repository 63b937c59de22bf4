//! Whatever is given to the analysis, it gives a defined result without a single number that is not
//! one.

mod support;

use etalon_call::Span;
use etalon_vad::{ActivitySettings, ChannelAnalysis, ChannelSamples, analyse, frame_features, loudness};
use proptest::prelude::*;
use support::{noise, signal, voice_of};

/// Samples of a voice of a loudness of 1.
const LOUD: f64 = 5_000.0;

fn check(channels: &[ChannelSamples<'_>], rate_hz: u32) -> Vec<ChannelAnalysis> {
    let analyses = analyse(channels, rate_hz, &ActivitySettings::default());
    assert_eq!(analyses.len(), channels.len());
    for (analysis, channel) in analyses.iter().zip(channels) {
        let frames = frame_features(*channel, rate_hz);
        for feature in [&frames.level_dbfs, &frames.peak, &frames.periodicity, &frames.pitch_hz] {
            assert_eq!(feature.len(), frames.len());
            assert!(feature.iter().all(|value| value.is_finite()));
        }
        assert!(analysis.loudness_blocks.iter().all(|block| block.is_finite() && *block >= 0.0));
        for nucleus in &analysis.syllable_nuclei {
            assert!(nucleus.time_s.is_finite() && nucleus.level_dbfs.is_finite());
            assert!(nucleus.tilt_db.is_finite() && (0.0..=400.0).contains(&nucleus.pitch_hz));
        }
        assert!(frames.periodicity.iter().all(|strength| (0.0..=1.0).contains(strength)));
        for loudness in [
            loudness::integrated_lufs(&analysis.loudness_blocks, |_| true),
            loudness::range_lu(&analysis.loudness_blocks, |_| true),
        ] {
            assert!(loudness.is_none_or(f64::is_finite));
        }
        for region in &analysis.region_features {
            assert!(region.power.is_finite() && (0.0..=1.0).contains(&region.peak), "{region:?}");
        }
        assert_eq!(analysis.region_features.len(), analysis.regions.len());
        check_spans(&analysis.regions, analysis.duration_s);
        check_spans(&analysis.music, analysis.duration_s);
    }
    analyses
}

/// Spans are in order, apart, not empty and inside the recording.
fn check_spans(spans: &[Span], duration_s: f64) {
    let mut end_s = -1.0;
    for span in spans {
        assert!(
            end_s < span.start_s && span.start_s < span.end_s && span.end_s <= duration_s + 0.001,
            "{spans:?}"
        );
        end_s = span.end_s;
    }
}

fn rates() -> impl Strategy<Value = u32> {
    prop_oneof![
        Just(0_u32),
        Just(4_000),
        Just(8_000),
        Just(11_025),
        Just(16_000),
        Just(22_050),
        Just(44_100),
        Just(48_000),
        Just(192_000),
        4_000_u32..60_000
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_integers(left in prop::collection::vec(any::<i16>(), 0..9_000), right in prop::collection::vec(any::<i16>(), 0..3_000), rate_hz in rates()) {
        check(&[ChannelSamples::I16(&left), ChannelSamples::I16(&right)], rate_hz);
    }

    #[test]
    fn any_floats(samples in prop::collection::vec(any::<f32>(), 0..6_000), rate_hz in rates()) {
        check(&[ChannelSamples::F32(&samples)], rate_hz);
    }
}

/// A voice that a telephone would carry.
fn voice(rate_hz: u32, seconds: f64, speaks: impl Fn(f64) -> bool) -> Vec<i16> {
    voice_of(140.0, 0.0, rate_hz, seconds, speaks).into_iter().map(|sample| (LOUD * sample) as i16).collect()
}

/// The regions of a voice that speaks from 2 s to 5 s and from 7 s to 9 s lie there, give or take
/// 0.1 s.
fn check_regions(name: &str, found: &[Span]) {
    assert_eq!(found.len(), 2, "{name}: {found:?}");
    for (found, (start_s, end_s)) in found.iter().zip([(2.0, 5.0), (7.0, 9.0)]) {
        assert!(
            (found.start_s - start_s).abs() < 0.1 && (found.end_s - end_s).abs() < 0.1,
            "{name}: {found:?}"
        );
    }
}

fn speaks(time_s: f64) -> bool {
    (2.0..5.0).contains(&time_s) || (7.0..9.0).contains(&time_s)
}

#[test]
fn a_voice_is_found_at_every_rate() {
    for rate_hz in [8_000, 11_025, 16_000, 44_100, 48_000] {
        let samples = voice(rate_hz, 12.0, speaks);
        check_regions(&format!("{rate_hz} Hz"), &check(&[ChannelSamples::I16(&samples)], rate_hz)[0].regions);
    }
}

/// The sum of several voices of different pitch that talk at the same time, each in its own rhythm,
/// never all silent.
fn people_behind(seconds: f64, gain: f64) -> Vec<f64> {
    (0..6)
        .map(|person| {
            let start_s = 0.37 * f64::from(person);
            let pace = 0.8 + 0.07 * f64::from(person);
            let talks = move |time_s: f64| (pace * time_s) % 1.9 < 1.5;
            voice_of(110.0 + 23.0 * f64::from(person), start_s, 8_000, seconds, talks)
        })
        .reduce(|sum, person| sum.iter().zip(person).map(|(sum, sample)| sum + sample).collect())
        .unwrap_or_default()
        .into_iter()
        .map(|sample| LOUD * gain * sample)
        .collect()
}

/// How much of the found speech is true and how much of the true speech is found.
fn precision_and_recall(found: &[Span], seconds: f64, is_speech: impl Fn(f64) -> bool) -> (f64, f64) {
    let times: Vec<f64> = (0..(100.0 * seconds) as usize).map(|frame| (frame as f64 + 0.5) / 100.0).collect();
    let is_found = |time_s: f64| found.iter().any(|span| span.start_s <= time_s && time_s < span.end_s);
    let count =
        |is_counted: &dyn Fn(f64) -> bool| times.iter().filter(|&&time_s| is_counted(time_s)).count() as f64;
    let hits = count(&|time_s| is_found(time_s) && is_speech(time_s));
    (hits / count(&is_found).max(1.0), hits / count(&is_speech).max(1.0))
}

#[test]
fn the_speaker_is_told_from_people_behind() {
    let speaks = |time_s: f64| (time_s % 9.0) < 3.0;
    let speaker = voice(8_000, 60.0, speaks);
    for gain in [0.05, 0.1, 0.15] {
        let behind = people_behind(60.0, gain);
        let mixed: Vec<i16> =
            speaker.iter().zip(behind).map(|(&sample, behind)| sample + behind as i16).collect();
        let regions = check(&[ChannelSamples::I16(&mixed)], 8_000).remove(0).regions;
        let (precision, recall) = precision_and_recall(&regions, 60.0, speaks);
        assert!(
            precision > 0.85 && recall > 0.9,
            "{gain}: precision {precision:.2}, recall {recall:.2}, {regions:?}"
        );
    }
}

#[test]
fn the_quieter_of_two_who_talk_with_short_pauses_is_not_somebody_behind() {
    let gain = |time_s: f64| if time_s % 12.0 < 6.0 { 1.0 } else { 0.3 };
    let speaks = |time_s: f64| time_s % 3.0 < 2.7;
    let mut talk = voice(8_000, 60.0, speaks);
    for (index, sample) in talk.iter_mut().enumerate() {
        *sample = (f64::from(*sample) * gain(index as f64 / 8_000.0)) as i16;
    }
    let noise = noise(60.0, 0.001);
    let talk: Vec<i16> = talk.iter().zip(noise).map(|(sample, noise)| sample + noise).collect();
    let regions = check(&[ChannelSamples::I16(&talk)], 8_000).remove(0).regions;
    let (_, recall) = precision_and_recall(&regions, 60.0, speaks);
    assert!(recall > 0.95, "recall {recall:.2}, {regions:?}");
}

#[test]
fn noise_and_silence_of_any_loudness_have_results() {
    for gain in [0.0, 0.000_03, 0.1, 1.0] {
        check(&[ChannelSamples::I16(&noise(3.0, gain))], 8_000);
    }
    check(&[ChannelSamples::I16(&[1]), ChannelSamples::I16(&[i16::MIN])], 8_000);
    check(&[ChannelSamples::F32(&[f32::NAN])], 8_000);
    check(
        &[ChannelSamples::I16(&signal(8_000, 3.0, |time_s| (time_s * 400.0).fract().round() * 2.0 - 1.0))],
        8_000,
    );
}

#[test]
fn the_echo_of_the_other_side_is_no_speech() {
    let voice = voice(8_000, 12.0, speaks);
    let echo: Vec<i16> = voice.iter().map(|sample| sample / 30).collect();
    let analyses = check(&[ChannelSamples::I16(&voice), ChannelSamples::I16(&echo)], 8_000);
    check_regions("source", &analyses[0].regions);
    assert_eq!(analyses[1].regions, []);
}

#[test]
fn integers_and_floats_give_the_same_regions() {
    let integers = voice(8_000, 12.0, speaks);
    let floats: Vec<f32> = integers.iter().map(|&sample| f32::from(sample) / 32_768.0).collect();
    let of = |channel: ChannelSamples<'_>| check(&[channel], 8_000).remove(0).regions;
    assert_eq!(of(ChannelSamples::I16(&integers)), of(ChannelSamples::F32(&floats)));
}

#[test]
fn a_voice_has_its_syllables() {
    let analysis = check(&[ChannelSamples::I16(&voice(8_000, 12.0, speaks))], 8_000).remove(0);
    let syllables = analysis.syllable_nuclei.len();
    assert!((22..=28).contains(&syllables), "{syllables} nuclei where 25 syllables were made");
}
