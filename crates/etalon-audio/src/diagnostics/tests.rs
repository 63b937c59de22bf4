use super::*;
use crate::{Codec, Samples};
use proptest::prelude::*;
use std::f32::consts::TAU;

const RATE_HZ: u32 = 8_000;
const SECONDS: usize = 20;

/// Something like a voice: a pulse train of a wavering pitch through two resonances, in phrases
/// with pauses between.
fn voice(pitch_hz: f32, phase_s: f32, loudness: f32) -> Vec<f32> {
    let (mut first, mut second) = ([0.0_f32; 2], [0.0_f32; 2]);
    let mut cycle = 0.0;
    (0..SECONDS * RATE_HZ as usize)
        .map(|index| {
            let time_s = index as f32 / RATE_HZ as f32 + phase_s;
            cycle += pitch_hz * (1.0 + 0.1 * (TAU * 0.7 * time_s).sin()) / RATE_HZ as f32;
            let is_pulse = cycle >= 1.0;
            cycle -= cycle.floor();
            let speaks = time_s.rem_euclid(4.0) < 1.6;
            let pulse = if is_pulse && speaks { 1.0 } else { 0.0 };
            loudness * (resonance(&mut first, 500.0, pulse) + 0.6 * resonance(&mut second, 1_500.0, pulse))
        })
        .collect()
}

fn resonance(state: &mut [f32; 2], frequency_hz: f32, input: f32) -> f32 {
    const DECAY: f32 = 0.96;
    let angle = TAU * frequency_hz / RATE_HZ as f32;
    let output = input + 2.0 * DECAY * angle.cos() * state[0] - DECAY * DECAY * state[1];
    *state = [output, state[0]];
    output
}

/// Noise of a line at about -72 dBFS.
fn line(seed: u32) -> Vec<f32> {
    let mut state = seed;
    (0..SECONDS * RATE_HZ as usize)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (f32::from((state >> 16) as u16) / 32_768.0 - 1.0) * 0.000_4
        })
        .collect()
}

fn mix(left: &[f32], right: &[f32], gain: f32, delay: usize) -> Vec<f32> {
    let delayed = std::iter::repeat_n(&0.0, delay).chain(right);
    left.iter().zip(delayed).map(|(left, right)| left + gain * right).collect()
}

fn recording(channels: Vec<Vec<f32>>) -> Recording {
    let channels = channels.into_iter().map(|samples| {
        Samples::I16(
            samples.into_iter().map(|sample| (sample * 32_768.0).clamp(-32_768.0, 32_767.0) as i16).collect(),
        )
    });
    Recording { rate_hz: RATE_HZ, codec: Codec::Pcm16, channels: channels.collect() }
}

fn agent() -> Vec<f32> {
    mix(&line(1), &voice(110.0, 0.0, 0.1), 1.0, 0)
}

fn client() -> Vec<f32> {
    mix(&line(2), &voice(210.0, 2.0, 0.1), 1.0, 0)
}

fn hum(level: f32) -> Vec<f32> {
    (0..SECONDS * RATE_HZ as usize)
        .map(|index| {
            let time_s = index as f32 / RATE_HZ as f32;
            level * ((TAU * 350.0 * time_s).sin() + 0.5 * (TAU * 450.0 * time_s).sin())
        })
        .collect()
}

/// The same half a sample later, in noise of this amplitude.
fn between_samples(samples: &[f32], noise: f32) -> Vec<f32> {
    let middles = samples.windows(2).map(|pair| f32::midpoint(pair[0], pair[1])).chain([0.0]);
    middles.zip(line(11)).map(|(middle, hiss)| middle + noise / 0.000_4 * hiss).collect()
}

/// The same quieter or louder, and off centre.
fn off(samples: &[f32], gain: f32, offset: f32) -> Vec<f32> {
    samples.iter().map(|sample| gain * sample + offset).collect()
}

/// A side at a quarter of its loudness, after ten seconds of a loud announcement.
fn announced(side: &[f32], delay: usize, gain: f32) -> Vec<f32> {
    let announcement = voice(160.0, 0.0, 0.15);
    let early = |index: usize| index.checked_sub(delay).map_or(0.0, |index| gain * announcement[index]);
    let is_early = |index: usize| index < SECONDS / 2 * RATE_HZ as usize;
    let sides = side.iter().enumerate();
    sides.map(|(index, sample)| if is_early(index) { early(index) } else { 0.25 * sample }).collect()
}

/// The same without 60 ms of speech.
fn lost(samples: &[f32]) -> Vec<f32> {
    let mut samples = samples.to_vec();
    samples[4_000..4_480].fill(0.0);
    samples
}

/// The same after a codec whose steps grow with the loudness, as those of G.711 do.
fn coded(samples: &[f32]) -> Vec<f32> {
    let steps = |sample: f32| (sample.abs().max(1e-4).log2() * 16.0).round() / 16.0;
    samples.iter().map(|sample| steps(*sample).exp2().copysign(*sample)).collect()
}

/// Tones of these frequencies, each of this amplitude.
fn tones(frequencies_hz: &[f32], amplitude: f32) -> Vec<f32> {
    let tone = |index: usize, hertz: &f32| (TAU * hertz * index as f32 / RATE_HZ as f32).sin();
    (0..SECONDS * RATE_HZ as usize)
        .map(|index| amplitude * frequencies_hz.iter().map(|hertz| tone(index, hertz)).sum::<f32>())
        .collect()
}

/// The names of the findings with their channels.
fn names(diagnostics: &Diagnostics) -> Vec<(&'static str, Option<usize>)> {
    diagnostics.findings.iter().map(|finding| (finding.kind.name(), finding.channel)).collect()
}

#[test]
fn each_fault_is_found_and_nothing_else() {
    let silence = || vec![0.0; SECONDS * RATE_HZ as usize];
    let clicks =
        || (0..SECONDS * RATE_HZ as usize).map(|index| if index % 40_000 == 7 { 0.5 } else { 0.0 }).collect();
    let copy = |gain: f32| agent().iter().map(|sample| gain * sample).collect::<Vec<f32>>();
    let later = |delay: usize, gain: f32| mix(&line(5), &agent(), gain, delay);
    let clipped = || agent().iter().map(|sample| (sample * 20.0).clamp(-1.0, 1.0)).collect();
    for (name, channels, expected) in [
        ("a good call", vec![agent(), client()], vec![]),
        ("one good channel", vec![agent()], vec![]),
        ("copies", vec![agent(), agent()], vec![("dual_mono", None)]),
        ("a quieter copy", vec![agent(), copy(0.4)], vec![("dual_mono", None)]),
        ("a copy upside down", vec![agent(), copy(-1.0)], vec![("dual_mono", None)]),
        ("a copy in other noise", vec![agent(), mix(&agent(), &line(9), 1.0, 0)], vec![("dual_mono", None)]),
        ("a copy 20 ms later", vec![agent(), later(160, 0.5)], vec![("dual_mono", None)]),
        ("a copy 5 ms earlier", vec![later(40, 1.0), agent()], vec![("dual_mono", None)]),
        (
            "a copy later by half a sample, in the noise of a codec",
            vec![agent(), between_samples(&later(33, 0.7), 0.003)],
            vec![("dual_mono", None)],
        ),
        (
            "both off centre",
            vec![off(&agent(), 0.2, 0.05), off(&client(), 0.2, 0.05)],
            vec![("dc_offset", Some(0)), ("dc_offset", Some(1))],
        ),
        (
            "copies off centre",
            vec![off(&agent(), 0.2, 0.05), off(&agent(), 0.2, -0.03)],
            vec![("dc_offset", Some(0)), ("dc_offset", Some(1)), ("dual_mono", None)],
        ),
        (
            "an announcement on both, far louder than they are",
            vec![announced(&agent(), 0, 1.0), announced(&client(), 0, 1.0)],
            vec![],
        ),
        (
            "an announcement on both, a little later on the second",
            vec![announced(&agent(), 0, 1.0), announced(&client(), 37, 0.7)],
            vec![],
        ),
        ("copies one of which lost a packet", vec![agent(), lost(&agent())], vec![("dual_mono", None)]),
        ("digital silence on the second", vec![agent(), silence()], vec![("dead_channel", Some(1))]),
        ("a line without a voice on the first", vec![line(3), client()], vec![("dead_channel", Some(0))]),
        ("a click now and then on the second", vec![agent(), clicks()], vec![("dead_channel", Some(1))]),
        ("nobody", vec![line(3), line(4)], vec![("silent", None)]),
        ("no samples", vec![vec![], vec![]], vec![("silent", None)]),
        ("a leak", vec![agent(), mix(&client(), &agent(), 0.03, 0)], vec![("crosstalk", Some(1))]),
        ("an echo", vec![mix(&agent(), &client(), 0.03, 240), client()], vec![("crosstalk", Some(0))]),
        (
            "off centre",
            vec![agent().iter().map(|sample| sample + 0.05).collect(), client()],
            vec![("dc_offset", Some(0))],
        ),
        // The voice is not symmetrical, so clipping moves its mean too.
        ("clipped", vec![clipped()], vec![("dc_offset", Some(0)), ("clipping", Some(0))]),
        (
            "far quieter",
            vec![agent(), client().iter().map(|sample| 0.1 * sample).collect()],
            vec![("level_difference", Some(0))],
        ),
        ("hum", vec![agent(), mix(&client(), &hum(0.003), 1.0, 0)], vec![("hum", Some(1))]),
    ] {
        let diagnostics = examine(&recording(channels));
        assert_eq!(names(&diagnostics), expected, "{name}: {:?}", diagnostics.findings);
        assert_eq!(diagnostics.dual_mono, expected.contains(&("dual_mono", None)), "{name}");
        for finding in &diagnostics.findings {
            assert!(finding.value.is_finite() && finding.threshold.is_finite(), "{name}");
            assert!(finding.defect().detail.contains("threshold"), "{name}: {:?}", finding.defect());
        }
    }
}

#[test]
fn what_is_steady_on_both_channels_makes_no_copies() {
    let mains: Vec<f32> = (1..=12).map(|multiple| 50.0 * multiple as f32).collect();
    for (name, steady) in [
        ("hum of 50 Hz", tones(&[50.0], 0.3)),
        ("hum of 60 Hz", tones(&[60.0], 0.3)),
        ("hum with its multiples", tones(&mains, 0.03)),
        ("a tone", tones(&[400.0], 0.1)),
        ("a high tone", tones(&[1_003.0], 0.1)),
        ("the tone of a free line", tones(&[350.0, 440.0], 0.1)),
        ("hum off centre", off(&tones(&[50.0], 0.2), 1.0, 0.3)),
    ] {
        let on = |voice: &[f32], gain: f32, delay: usize| mix(&steady, voice, gain, delay);
        for gain in [0.03, 0.1, 0.3] {
            let (agent, client) = (on(&agent(), gain, 0), on(&client(), gain, 0));
            let copies = [("copies", agent.clone()), ("a quieter copy", off(&agent, 0.6, 0.0))];
            let rough = [("a coded copy", coded(&agent)), ("a later copy", mix(&line(5), &agent, 0.7, 37))];
            // What a codec makes of the hum hides a voice that is far quieter.
            let rough = rough.into_iter().filter(|_| gain > 0.2);
            let copies = copies.into_iter().chain(rough);
            let copies = copies.map(|(what, copy)| (what, vec![agent.clone(), copy], true));
            let sides = [
                ("sides", vec![agent.clone(), client.clone()], false),
                ("sides of three", vec![agent.clone(), client, line(5)], false),
            ];
            for (what, channels, is_dual_mono) in sides.into_iter().chain(copies) {
                let diagnostics = examine(&recording(channels));
                let found = &diagnostics.findings;
                assert_eq!(diagnostics.dual_mono, is_dual_mono, "{name}, {what}, {gain}: {found:?}");
                let is_suspect = names(&diagnostics).iter().any(|(name, _)| *name == "rate_suspect");
                assert!(!is_suspect, "{name}, {what}, {gain}: {found:?}");
            }
        }
    }
}

#[test]
fn of_many_channels_two_are_found_that_have_the_least_in_common() {
    let both = mix(&agent(), &client(), 1.0, 0);
    for (channels, alive, least_alike) in [
        (vec![agent(), client(), both.clone()], vec![0, 1, 2], Some([0, 1])),
        (vec![both.clone(), agent(), client(), line(5)], vec![0, 1, 2], Some([1, 2])),
        (vec![line(5), agent(), line(6), client()], vec![1, 3], Some([1, 3])),
        (vec![line(5), agent(), line(6)], vec![1], None),
    ] {
        let diagnostics = examine(&recording(channels));
        assert_eq!((diagnostics.alive, diagnostics.least_alike), (alive, least_alike));
        assert!(!diagnostics.dual_mono);
    }
    assert!(examine(&recording(vec![agent(), agent(), line(5)])).dual_mono);
}

#[test]
fn a_leak_is_measured_with_its_level_and_delay() {
    for (gain, delay) in [(0.1_f32, 0), (0.03, 16), (0.01, 400)] {
        let diagnostics = examine(&recording(vec![agent(), mix(&client(), &agent(), gain, delay)]));
        let leak = diagnostics.crosstalk.iter().find(|crosstalk| crosstalk.onto == 1).unwrap();
        let level_db = 20.0 * f64::from(gain).log10();
        assert!((leak.level_db - level_db).abs() < 1.0, "{gain}: {leak:?}");
        assert!((leak.delay_s - delay as f64 / f64::from(RATE_HZ)).abs() < 0.000_2, "{delay}: {leak:?}");
        let back = diagnostics.crosstalk.iter().find(|crosstalk| crosstalk.onto == 0).unwrap();
        assert!(back.explained < threshold::CROSSTALK_EXPLAINED, "{back:?}");
    }
}

#[test]
fn a_recording_at_a_wrong_rate_is_suspect() {
    // What was sampled at 8 kHz and is labelled otherwise: at three eighths, twice and three times
    // the rate.
    for (pitch_hz, labelled_hz, is_suspect) in
        [(160.0, 8_000, false), (120.0, 3_000, true), (160.0, 16_000, false), (165.0, 24_000, true)]
    {
        let mut labelled = recording(vec![mix(&line(2), &voice(pitch_hz, 0.0, 0.1), 1.0, 0)]);
        labelled.rate_hz = labelled_hz;
        let diagnostics = examine(&labelled);
        let found = names(&diagnostics).contains(&("rate_suspect", Some(0)));
        assert_eq!(found, is_suspect, "{labelled_hz} Hz: {:?}", diagnostics.channels);
    }
}

/// Gives the meter the recording in blocks of some lengths in turn, one of which is not zero.
fn examine_divided(recording: &Recording, lengths: &[usize]) -> Diagnostics {
    let mut meter = DiagnosticsMeter::new(recording.channels.len(), recording.rate_hz, recording.codec);
    let mut start = 0;
    for length in lengths.iter().cycle() {
        if start >= recording.frames() {
            break;
        }
        let end = recording.frames().min(start + length);
        let block = recording.channels.iter().map(|channel| match channel {
            Samples::I16(samples) => Samples::I16(samples[start..end].to_vec()),
            Samples::F32(samples) => Samples::F32(samples[start..end].to_vec()),
        });
        meter.push(&block.collect::<Vec<_>>());
        start = end;
    }
    meter.finish()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_division_into_blocks_gives_the_same(
        rate_hz in prop_oneof![Just(0_u32), Just(8_000), Just(11_025), Just(16_000), 1_u32..50_000],
        samples in 0..SECONDS * RATE_HZ as usize,
        channels in 0_usize..4,
        lengths in prop::collection::vec(0_usize..20_000, 0..4),
        last_length in 1_usize..10_000,
    ) {
        let voices = [mix(&agent(), &hum(0.003), 1.0, 0), mix(&client(), &agent(), 0.03, 16), line(3)];
        let channels = voices[..channels].iter().map(|voice| voice[..samples].to_vec()).collect();
        let recording = Recording { rate_hz, ..recording(channels) };
        let lengths: Vec<usize> = lengths.into_iter().chain([last_length]).collect();
        assert_eq!(examine(&recording), examine_divided(&recording, &lengths));
    }
}

#[test]
fn what_is_wrong_with_a_long_recording_is_found_in_it_too() {
    // Twelve minutes, of which only parts are kept for the leak and the pitch.
    let long = |voice: Vec<f32>| voice.iter().copied().cycle().take(36 * voice.len()).collect::<Vec<f32>>();
    let leak = recording(vec![long(agent()), long(mix(&client(), &agent(), 0.03, 16))]);
    let diagnostics = examine(&leak);
    assert_eq!(names(&diagnostics), [("crosstalk", Some(1))], "{:?}", diagnostics.findings);
    assert!(diagnostics.channels.iter().all(|facts| facts.median_pitch_hz.is_some()));
}
