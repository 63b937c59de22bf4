//! Compares the network and its features with reference values, and checks arbitrary input.

use etalon_voice::{BANDS, FeatureExtractor, Features, VoiceError, VoiceNetwork};
use proptest::prelude::*;

/// The features of `golden_features` in `scripts/models/speaker.py`.
fn golden_features(frames: usize) -> Features {
    let value = |frame: usize, band: usize| {
        let (frame, band) = (frame as f64, band as f64);
        2.0 * (0.37 * frame + 0.11 * band).sin()
            + 1.5 * (0.053 * frame * (1.0 + band / 40.0)).sin()
            + (0.9 * band + 0.021 * frame * frame / 10.0).cos()
    };
    let rows = (0..frames).map(|frame| std::array::from_fn(|band| value(frame, band) as f32)).collect();
    let mut features = Features::from_frames(rows);
    features.subtract_mean();
    features
}

/// `scripts/dev models speaker --check` prints these: the same network in 64-bit floats, with
/// weights as published.
#[rustfmt::skip]
const EXPECTED: [f32; 24] = [
    0.00599, -0.05011, 0.00727, -0.04160, -0.02173, -0.09060, -0.00344, 0.09957, 0.05665, 0.01401, -0.06894, 0.16184,
    -0.02009, 0.03967, 0.06343, -0.05354, 0.04566, -0.05233, -0.01431, 0.02411, 0.06882, -0.07149, 0.10500, 0.11468,
];

#[test]
fn the_network_is_the_published_one_but_for_its_rounded_weights() {
    let network = VoiceNetwork::embedded().unwrap();
    let frames = network.listen(&golden_features(250));
    assert_eq!(frames.len(), 125);
    let embedding = network.embeddings(&frames, std::slice::from_ref(&(0..125)))[0].clone().unwrap();
    let (mut product, mut found_square, mut expected_square) = (0.0, 0.0, 0.0);
    for (place, expected) in EXPECTED.iter().enumerate() {
        let found = embedding.component(place).unwrap();
        assert!((found - expected).abs() < 0.02, "{place}: {found}, expected {expected}");
        product += found * expected;
        found_square += found * found;
        expected_square += expected * expected;
    }
    let similarity = product / (found_square * expected_square).sqrt();
    println!("similarity to the published network {similarity:.5}");
    assert!(similarity > 0.99, "{similarity}");
}

/// Two tones and a sawtooth over an offset; the expected numbers are those of Kaldi's formulas in
/// 64-bit floats.
#[test]
fn features_are_those_of_kaldi() {
    let sound: Vec<f32> = (0..1_600)
        .map(|place| {
            let time_s = f64::from(place) / 16_000.0;
            let tone = |hz: f64, phase: f64| (std::f64::consts::TAU * hz * time_s + phase).sin();
            let sawtooth = f64::from(place * 7_919 % 1_000) / 500.0 - 1.0;
            (0.3 * tone(220.0, 0.0) + 0.1 * tone(1_730.0, 0.5) + 0.02 * sawtooth + 0.05) as f32
        })
        .collect();
    let features = FeatureExtractor::default().features(&sound);
    assert_eq!(features.len(), 8);
    for (frame, expected) in [
        (3, [-6.3341, -0.4279, -4.1495, -10.3894, -0.2762, -2.0144, -1.1064]),
        (7, [-6.9605, -0.4256, -4.2229, -10.0699, -0.3886, -2.0126, -1.1066]),
    ] {
        for (band, expected) in [0, 5, 10, 20, 40, 60, 79].into_iter().zip(expected) {
            let found = features.frames()[frame][band];
            assert!((found - expected).abs() < 0.01, "{frame}, {band}: {found}, expected {expected}");
        }
    }
}

#[test]
fn short_and_silent_stretches_have_no_voice() {
    let network = VoiceNetwork::embedded().unwrap();
    let mut extractor = FeatureExtractor::default();
    assert!(extractor.features(&[0.1; 399]).is_empty());
    assert!(network.listen(&Features::default()).is_empty());
    let frames = network.listen(&extractor.features(&[0.0; 560]));
    assert_eq!(frames.len(), 1);
    let nothing = [0..1, 5..9, std::ops::Range { start: 9, end: 5 }];
    assert!(network.embeddings(&frames, &nothing).iter().all(Option::is_none));
    assert!(network.embeddings(&frames, &[]).is_empty());
}

#[test]
fn a_damaged_network_is_refused() {
    for bytes in [&b""[..], b"ETALSPK2", b"ETALSPK1", b"ETALSPK1\x20\0\0\0\x09\0\0\0\0\0"] {
        assert!(matches!(VoiceNetwork::parse(bytes), Err(VoiceError::Damaged(_))));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_sound_has_features_and_voices_without_a_nan(
        sound in prop::collection::vec(prop_oneof![-1.0_f32..1.0, Just(0.0), Just(1e30), Just(f32::NAN)], 0..4_000),
    ) {
        let mut features = FeatureExtractor::default().features(&sound);
        features.subtract_mean();
        prop_assert!(features.frames().iter().flatten().all(|value| value.is_finite()));
        let network = VoiceNetwork::embedded().unwrap();
        let frames = network.listen(&features);
        for embedding in network.embeddings(&frames, &[0..frames.len(), 0..2]).into_iter().flatten() {
            prop_assert!((embedding.similarity(&embedding) - 1.0).abs() < 1e-4);
        }
        prop_assert_eq!(features.frames().first().map_or(BANDS, |frame| frame.len()), BANDS);
    }
}
