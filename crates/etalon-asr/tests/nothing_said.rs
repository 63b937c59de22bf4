//! Sounds of a telephone line give no words, neither through activity and recognition nor if
//! recognition takes them for speech.

use etalon_asr::{EngineChoice, Request, SpeakerAudio, SpeechModel, TranscriptionSettings, transcribe_call};
use etalon_audio::{Samples, SpeechResampler};
use etalon_call::Span;
use etalon_vad::{ActivitySettings, ChannelSamples, analyse};
use std::f64::consts::TAU;

const RATE_HZ: u32 = 8000;
const LENGTH_S: f64 = 12.0;

/// The samples of a sound, from its value at each time, scaled to a peak of 0.2.
fn sound(mut value: impl FnMut(f64) -> f64) -> Vec<i16> {
    let values: Vec<f64> = (0..(LENGTH_S * f64::from(RATE_HZ)) as usize)
        .map(|index| value(index as f64 / f64::from(RATE_HZ)))
        .collect();
    let peak = values.iter().fold(1e-9_f64, |peak, value| peak.max(value.abs()));
    values.into_iter().map(|value| (value / peak * 0.2 * 32767.0) as i16).collect()
}

/// White noise (Knuth's linear congruential generator).
fn noise() -> impl FnMut() -> f64 {
    let mut state = 20_261_122_u64;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    }
}

fn sounds() -> Vec<(&'static str, Vec<i16>)> {
    let (mut white, mut rumble, mut traffic, mut level) = (noise(), noise(), noise(), 0.0);
    let mut brown = move || {
        level = 0.995 * level + rumble();
        level
    };
    let mut cars = 0.0;
    let tone = |pitch_hz: f64, time_s: f64| (TAU * pitch_hz * time_s).sin();
    vec![
        ("silence", sound(|_| 0.0)),
        ("white noise", sound(move |_| white())),
        ("brown noise", sound(move |_| brown())),
        (
            "street",
            sound(move |time_s| {
                cars = 0.9 * cars + traffic();
                cars * (-((time_s - 6.0) / 2.0).powi(2)).exp() + 0.02 * traffic()
            }),
        ),
        (
            "music",
            sound(move |time_s| {
                let beat = (time_s / 0.4).floor();
                let pitch_hz = 220.0 * 2_f64.powf((beat * 7.0 % 12.0) / 12.0);
                let fading = (-4.0 * (time_s / 0.4 - beat)).exp();
                (1..6)
                    .map(|harmonic| tone(pitch_hz * f64::from(harmonic), time_s) / f64::from(harmonic))
                    .sum::<f64>()
                    * fading
            }),
        ),
        ("ringback", sound(move |time_s| if time_s % 5.0 < 1.0 { tone(425.0, time_s) } else { 0.0 })),
        ("busy", sound(move |time_s| if time_s % 0.7 < 0.35 { tone(425.0, time_s) } else { 0.0 })),
    ]
}

#[test]
fn nothing_is_heard_where_nobody_speaks() {
    let embedded = etalon_models::resolve(etalon_models::embedded().name).unwrap();
    let model = SpeechModel::load(embedded.name(), &embedded.bytes().unwrap(), EngineChoice::Auto).unwrap();
    let mut transcriber = model.transcriber().unwrap();
    let mut resampler = SpeechResampler::new(RATE_HZ).unwrap();
    let mut words_in = |samples: &[i16], regions: &[Span]| {
        let samples = Samples::I16(samples.to_vec());
        let languages = ["ru".to_owned()];
        let transcript = transcribe_call(
            transcriber.as_mut(),
            &mut resampler,
            &[SpeakerAudio { samples: &samples, regions, excluded: &[] }],
            RATE_HZ,
            &Request {
                languages: &languages,
                prompt: "Цессия, пеня, неустойка. Компания «Вектор».",
                beam_size: 5,
            },
            &TranscriptionSettings::default(),
        )
        .unwrap();
        (transcript.speakers[0].words.len(), transcript.counts())
    };
    for (name, samples) in sounds() {
        let activity = analyse(&[ChannelSamples::I16(&samples)], RATE_HZ, &ActivitySettings::default());
        let (words, counts) = words_in(&samples, &activity[0].regions);
        assert_eq!(words, 0, "{name}: {counts:?}");
        let (words, counts) = words_in(&samples, &[Span::new(0.5, LENGTH_S - 0.5)]);
        assert_eq!(words, 0, "{name} taken for speech: {counts:?}");
    }
}
