//! Diarization, and a defined result on every input.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use etalon_audio::{Limits, SpeechResampler};
use etalon_call::Span;
use etalon_diarize::{Diarization, VoiceSettings, diarize};
use etalon_eval::Truth;
use etalon_eval::diarization::{DiarizationErrors, OverlappedSpeech, SpeakerSegment, diarization_errors};
use etalon_vad::{ActivitySettings, ChannelSamples, analyse};
use etalon_voice::VoiceNetwork;
use proptest::prelude::*;
use std::path::{Path, PathBuf};

const RATE_HZ: f64 = 16_000.0;

/// A buzz through two resonances.
struct Buzz {
    pitch_hz: f64,
    formants_hz: [f64; 2],
    gain: f64,
}

const LOW: Buzz = Buzz { pitch_hz: 95.0, formants_hz: [520.0, 1_150.0], gain: 1.0 };
const HIGH: Buzz = Buzz { pitch_hz: 215.0, formants_hz: [830.0, 2_450.0], gain: 1.0 };

impl Buzz {
    fn at(&self, time_s: f64) -> f32 {
        // Syllables, four a second, with another vowel each.
        let vowel = 1.0 + 0.25 * (time_s * 4.0).floor().sin();
        let loudness = 0.2 + 0.8 * (std::f64::consts::PI * time_s * 4.0).sin().abs();
        let pitch_hz = self.pitch_hz * (1.0 + 0.04 * (time_s * 2.3).sin());
        let harmonics = (1..=(3_800.0 / pitch_hz) as usize).map(|harmonic| {
            let hz = pitch_hz * harmonic as f64;
            let near = |formant_hz: f64| 1.0 / (1.0 + ((hz - formant_hz * vowel) / 120.0).powi(2));
            let strength: f64 = self.formants_hz.iter().map(|&formant_hz| near(formant_hz)).sum();
            (strength + 0.02) * (std::f64::consts::TAU * self.pitch_hz * harmonic as f64 * time_s).sin()
        });
        (0.05 * self.gain * loudness * harmonics.sum::<f64>()) as f32
    }
}

const CHILD: Buzz = Buzz { pitch_hz: 500.0, formants_hz: [1_500.0, 1_700.0], gain: 1.0 };

/// Who speaks from when to when; the regions and the sound that follow.
fn listened(timeline: &[(&Buzz, f64, f64)], settings: &VoiceSettings) -> Diarization {
    let regions: Vec<Span> = timeline.iter().map(|&(_, start_s, end_s)| Span::new(start_s, end_s)).collect();
    let mut sound = |span: Span| {
        let first = (span.start_s * RATE_HZ) as usize;
        (first..(span.end_s * RATE_HZ) as usize)
            .map(|place| {
                let time_s = place as f64 / RATE_HZ;
                let who = timeline.iter().find(|(_, start_s, end_s)| (*start_s..*end_s).contains(&time_s));
                who.map_or(0.0, |(buzz, _, _)| buzz.at(time_s))
            })
            .collect()
    };
    diarize(&regions, &mut sound, VoiceNetwork::embedded().unwrap(), settings)
}

fn check(timeline: &[(&Buzz, f64, f64)], expected: &[usize]) {
    let voices = listened(timeline, &VoiceSettings::default());
    let found: Vec<usize> = voices.segments.iter().map(|segment| segment.speaker).collect();
    assert_eq!(found, expected, "{voices:?}");
    assert_eq!(voices.speakers, expected.iter().max().map_or(0, |highest| highest + 1));
}

/// The channels of a sample call, and its rate.
fn sides(name: &str) -> (Vec<Vec<f32>>, u32) {
    let path = sample(name).with_extension("wav");
    let recording = etalon_audio::read(&path, &Limits::default()).unwrap().recording;
    (recording.channels.iter().map(etalon_audio::Samples::to_f32).collect(), recording.rate_hz)
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(name)
}

/// The voices of a channel by what they sound like and by its pauses, without words.
fn heard(mono: &[f32], rate_hz: u32) -> Diarization {
    let activity = analyse(&[ChannelSamples::F32(mono)], rate_hz, &ActivitySettings::default()).remove(0);
    let mut resampler = SpeechResampler::new(rate_hz).unwrap();
    let mut sound = |span: Span| {
        let place = |time_s: f64| ((time_s * f64::from(rate_hz)).round() as usize).min(mono.len());
        resampler.resample(&mono[place(span.start_s)..place(span.end_s)])
    };
    let (network, settings) = (VoiceNetwork::embedded().unwrap(), VoiceSettings::default());
    let voices = diarize(&activity.regions, &mut sound, network, &settings);
    voices.merged_if_one_person(0.0)
}

/// A sample call as one channel, and the seconds of speech that went to the right speaker, the
/// wrong one, or anywhere else.
fn mixed_sample(name: &str) -> DiarizationErrors {
    let (sides, rate_hz) = sides(name);
    let mono: Vec<f32> =
        sides[0].iter().zip(&sides[1]).map(|(left, right)| f32::midpoint(*left, *right)).collect();
    let truth: Truth =
        serde_json::from_slice(&std::fs::read(sample(name).with_extension("truth.json")).unwrap()).unwrap();
    let segment = |span: Span, speaker: String| SpeakerSegment { span, speaker };
    let truth: Vec<SpeakerSegment> = truth
        .turns
        .iter()
        .flat_map(|turn| turn.speech.iter().map(|&span| segment(span, turn.speaker.name().to_owned())))
        .collect();
    let found: Vec<SpeakerSegment> = heard(&mono, rate_hz)
        .segments
        .iter()
        .map(|found| segment(found.span, found.speaker.to_string()))
        .collect();
    diarization_errors(&truth, &found, OverlappedSpeech::Excluded)
}

/// One side of sample calls, one after the other: one person at several levels.
fn one_side(names: &[&str], channel: usize, gains: &[f32]) -> Diarization {
    let (mut all, mut rate_hz) = (Vec::new(), 0);
    for (name, gain) in names.iter().zip(gains.iter().cycle()) {
        let (sides, rate) = sides(name);
        all.extend(sides[channel].iter().map(|sample| gain * sample));
        rate_hz = rate;
    }
    heard(&all, rate_hz)
}

#[test]
fn two_voices_are_told_apart() {
    for name in ["03-look-at-the-website", "06-fast-talker"] {
        let errors = mixed_sample(name);
        assert!(errors.rate().unwrap() < 0.05, "{name}: {errors:?}");
    }
}

#[test]
fn one_side_alone_is_one_voice_loud_or_quiet() {
    for (name, channel) in
        [("03-look-at-the-website", 0), ("03-look-at-the-website", 1), ("01-proper-hold", 0)]
    {
        assert_eq!(one_side(&[name], channel, &[1.0]).speakers, 1, "{name}, channel {channel}");
        assert_eq!(
            one_side(&[name; 3], channel, &[1.0, 0.1, 0.5]).speakers,
            1,
            "{name}, channel {channel}, thrice"
        );
    }
}

#[test]
fn one_voice_stays_one() {
    check(&[(&LOW, 0.0, 3.0), (&LOW, 4.0, 8.0), (&LOW, 8.5, 8.9)], &[0, 0, 0]);
}

#[test]
fn a_told_number_of_speakers_is_kept() {
    let settings = VoiceSettings { speakers: Some(1), ..VoiceSettings::default() };
    let voices = listened(&[(&LOW, 0.0, 3.0), (&HIGH, 3.5, 6.0)], &settings);
    assert_eq!(voices.speakers, 1);
}

#[test]
fn no_speech_has_no_speakers() {
    check(&[], &[]);
}

#[test]
fn silence_that_was_taken_for_speech_is_one_speaker() {
    let network = VoiceNetwork::embedded().unwrap();
    let regions = [Span::new(0.0, 2.0), Span::new(3.0, 3.01)];
    let voices = diarize(&regions, &mut |_| Vec::new(), network, &VoiceSettings::default());
    assert_eq!((voices.speakers, voices.segments.len()), (1, 2));
}

/// Turns without a pause between two voices or, from a turn on, between three.
fn turns(count: usize, turn_s: f64, third: &Buzz, third_from: usize) -> Vec<(&Buzz, f64, f64)> {
    let voice = |turn: usize| match (turn >= third_from, turn % 2) {
        (true, 0) => third,
        (_, 0) => &LOW,
        _ => &HIGH,
    };
    let start_s = |turn: usize| turn as f64 * (turn_s + 0.5);
    (0..count).map(|turn| (voice(turn), start_s(turn), start_s(turn) + turn_s)).collect()
}

#[test]
fn a_voice_keeps_its_number_over_any_number_of_parts() {
    for (third_from, expected) in [(usize::MAX, [0, 1]), (30, [2, 1])] {
        let speakers = Some(if third_from < 42 { 3 } else { 2 });
        let settings = VoiceSettings { held_speech_s: 20.0, speakers, ..VoiceSettings::default() };
        let voices = listened(&turns(42, 2.6, &CHILD, third_from), &settings);
        let found: Vec<usize> = voices.segments.iter().map(|segment| segment.speaker).collect();
        let before = (0..42.min(third_from)).map(|turn| turn % 2);
        let after = (42.min(third_from)..42).map(|turn| expected[turn % 2]);
        assert_eq!(found, before.chain(after).collect::<Vec<usize>>(), "third from {third_from}");
    }
}

#[test]
fn a_further_voice_is_somebody_else_unless_somebody_shouts() {
    let settings = VoiceSettings { third_voice_min_log_odds: -4.8, ..VoiceSettings::default() };
    for (gain, speakers) in [(0.25, 3), (1.0, 3), (4.0, 2)] {
        let third = Buzz { gain, ..CHILD };
        assert_eq!(listened(&turns(42, 2.6, &third, 30), &settings).speakers, speakers, "gain {gain}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn segments_cover_the_regions_whatever_is_heard(
        lengths in prop::collection::vec((0.02_f64..2.5, 0.1_f64..1.0), 0..5),
        noise in prop::collection::vec(-1.0_f32..1.0, 50..400),
    ) {
        let mut regions = Vec::new();
        let mut end_s = 0.0;
        for (length_s, pause_s) in lengths {
            regions.push(Span::new(end_s + pause_s, end_s + pause_s + length_s));
            end_s += pause_s + length_s;
        }
        let mut sound = |span: Span| noise.iter().copied().cycle().take((span.duration_s() * RATE_HZ) as usize).collect();
        let voices = diarize(&regions, &mut sound, VoiceNetwork::embedded().unwrap(), &VoiceSettings::default());
        let total_s = |spans: &mut dyn Iterator<Item = Span>| spans.map(|span| span.duration_s()).sum::<f64>();
        let covered_s = total_s(&mut voices.segments.iter().map(|segment| segment.span));
        prop_assert!((covered_s - total_s(&mut regions.iter().copied())).abs() < 0.01);
        prop_assert!(voices.segments.iter().all(|segment| segment.speaker < voices.speakers));
    }
}
