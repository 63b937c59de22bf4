//! Signalling tones, music, noise and silence are no speech.

mod support;

use etalon_call::Span;
use etalon_vad::{ActivitySettings, ChannelSamples, analyse};
use std::f64::consts::TAU;
use support::{noise, signal};

const SECONDS: f64 = 20.0;

fn total_s(spans: &[Span]) -> f64 {
    spans.iter().map(Span::duration_s).sum()
}

/// Seconds of speech and of music that are found.
fn found_s(samples: &[i16]) -> (f64, f64) {
    let analysis = analyse(&[ChannelSamples::I16(samples)], 8_000, &ActivitySettings::default()).remove(0);
    (total_s(&analysis.regions), total_s(&analysis.music))
}

/// Hardly any of it is speech.
fn check_no_speech(name: &str, samples: &[i16]) {
    let (speech_s, _) = found_s(samples);
    assert!(speech_s < 0.02 * samples.len() as f64 / 8_000.0, "{name}: {speech_s} s of speech");
}

/// No speech, and music for most of the time.
fn check_music(name: &str, samples: &[i16]) {
    check_no_speech(name, samples);
    let (_, music_s) = found_s(samples);
    assert!(music_s > 0.8 * samples.len() as f64 / 8_000.0, "{name}: {music_s} s of music");
}

fn sine(frequency_hz: f64, time_s: f64) -> f64 {
    (TAU * frequency_hz * time_s).sin()
}

#[test]
fn silence_noise_and_hum_are_no_speech() {
    check_no_speech("silence", &signal(8_000, SECONDS, |_| 0.0));
    check_no_speech("noise", &noise(SECONDS, 0.1));
    check_no_speech("loud noise", &noise(SECONDS, 1.0));
    let hum = |time_s: f64| 0.02 * (sine(50.0, time_s) + sine(150.0, time_s));
    check_no_speech("mains hum", &signal(8_000, SECONDS, hum));
    let square = |time_s: f64| sine(200.0, time_s).signum();
    check_no_speech("clipped square wave", &signal(8_000, SECONDS, square));
}

/// Tones that sound together, in a cadence of seconds with and without them.
struct Signalling {
    name: &'static str,
    tones_hz: &'static [f64],
    cadence_s: &'static [f64],
}

const SIGNALLING: &[Signalling] = &[
    Signalling { name: "ringing, Russia", tones_hz: &[425.0], cadence_s: &[0.8, 3.2] },
    Signalling { name: "ringing, Europe", tones_hz: &[425.0], cadence_s: &[1.0, 4.0] },
    Signalling { name: "ringing, France", tones_hz: &[440.0], cadence_s: &[1.5, 3.5] },
    Signalling { name: "ringing, North America", tones_hz: &[440.0, 480.0], cadence_s: &[2.0, 4.0] },
    Signalling {
        name: "ringing, United Kingdom",
        tones_hz: &[400.0, 450.0],
        cadence_s: &[0.4, 0.2, 0.4, 2.0],
    },
    Signalling { name: "busy, Russia", tones_hz: &[425.0], cadence_s: &[0.35, 0.35] },
    Signalling { name: "busy, North America", tones_hz: &[480.0, 620.0], cadence_s: &[0.5, 0.5] },
    Signalling { name: "congestion", tones_hz: &[480.0, 620.0], cadence_s: &[0.25, 0.25] },
    Signalling { name: "dialling", tones_hz: &[350.0, 440.0], cadence_s: &[20.0] },
    Signalling { name: "call waiting", tones_hz: &[440.0], cadence_s: &[0.3, 9.7] },
    Signalling { name: "recording", tones_hz: &[1_400.0], cadence_s: &[0.4, 14.6] },
    Signalling { name: "fax calls", tones_hz: &[1_100.0], cadence_s: &[0.5, 3.0] },
    Signalling { name: "fax answers", tones_hz: &[2_100.0], cadence_s: &[3.0, 0.1] },
];

/// Whether a cadence sounds at a time: it begins with a tone.
fn sounds(cadence_s: &[f64], time_s: f64) -> bool {
    let mut rest_s = time_s % cadence_s.iter().sum::<f64>();
    let part = cadence_s.iter().position(|part_s| {
        rest_s -= part_s;
        rest_s < 0.0
    });
    part.is_some_and(|part| part % 2 == 0)
}

#[test]
fn signalling_tones_are_no_speech() {
    for Signalling { name, tones_hz, cadence_s } in SIGNALLING {
        for (gain, noise_gain) in [(0.3, 0.0), (0.1, 0.001), (0.02, 0.001)] {
            let tones = signal(8_000, SECONDS, |time_s| {
                let tone = tones_hz.iter().map(|&tone_hz| sine(tone_hz, time_s)).sum::<f64>();
                if sounds(cadence_s, time_s) { gain * tone } else { 0.0 }
            });
            let noise = noise(SECONDS, noise_gain);
            let samples: Vec<i16> = tones.iter().zip(noise).map(|(tone, noise)| tone + noise).collect();
            check_no_speech(&format!("{name}, {gain} in noise of {noise_gain}"), &samples);
        }
    }
}

#[test]
fn steady_tones_are_found_where_they_sound() {
    for Signalling { name, tones_hz, cadence_s } in SIGNALLING {
        // Two tones beat: parts of them are no steady tone.
        let ([tone_hz], [on_s, off_s]) = (tones_hz, cadence_s) else { continue };
        if *off_s < 0.2 {
            // Over so short a rest a tone goes on.
            continue;
        }
        let tones = signal(8_000, SECONDS, |time_s| {
            if sounds(cadence_s, time_s) { 0.1 * sine(*tone_hz, time_s) } else { 0.0 }
        });
        let samples: Vec<i16> =
            tones.iter().zip(noise(SECONDS, 0.001)).map(|(tone, noise)| tone + noise).collect();
        let analysis =
            analyse(&[ChannelSamples::I16(&samples)], 8_000, &ActivitySettings::default()).remove(0);
        let period_s = on_s + off_s;
        assert_eq!(
            analysis.tones.len(),
            (SECONDS / period_s).ceil() as usize,
            "{name}: {:?}",
            analysis.tones
        );
        for (number, tone) in (0..).map(f64::from).zip(&analysis.tones) {
            let (start_s, end_s) = (number * period_s, (number * period_s + on_s).min(SECONDS));
            let error_s = (tone.start_s - start_s).abs().max((tone.end_s - end_s).abs());
            assert!(error_s <= 0.06, "{name}: {tone:?} for {start_s} to {end_s}");
        }
    }
}

#[test]
fn keys_and_information_tones_are_no_speech() {
    for (on_s, off_s) in [(0.06, 0.06), (0.1, 0.15), (0.3, 0.3)] {
        let keys = signal(8_000, SECONDS, |time_s| {
            let key = (time_s / (on_s + off_s)) as usize * 7;
            let (low_hz, high_hz) =
                ([697.0, 770.0, 852.0, 941.0][key % 4], [1_209.0, 1_336.0, 1_477.0][key % 3]);
            let is_on = time_s % (on_s + off_s) < on_s;
            if is_on { 0.2 * (sine(low_hz, time_s) + sine(high_hz, time_s)) } else { 0.0 }
        });
        check_no_speech(&format!("keys of {on_s} s"), &keys);
    }
    let information = signal(8_000, SECONDS, |time_s| {
        let tone = (time_s % 4.0 / 0.33) as usize;
        [950.0, 1_400.0, 1_800.0].get(tone).map_or(0.0, |&tone_hz| 0.2 * sine(tone_hz, time_s))
    });
    check_no_speech("special information tones", &information);
}

/// How an instrument sounds.
struct Instrument {
    /// Strength of the harmonic with a number from 1 on.
    harmonic: fn(f64) -> f64,
    /// Loudness at a time since the beginning of a note that lasts so long, seconds.
    envelope: fn(f64, f64) -> f64,
    /// Depth of the vibrato of 5.5 Hz, a share of the frequency.
    vibrato: f64,
}

const PAD: Instrument = Instrument {
    harmonic: |number| number.powf(-1.5),
    envelope: |time_s, note_s| (time_s / 0.6).min((note_s - time_s) / 0.6).min(1.0),
    vibrato: 0.0,
};
const STRINGS: Instrument = Instrument {
    harmonic: |number| 1.0 / number,
    envelope: |time_s, note_s| (time_s / 0.12).min((note_s - time_s) / 0.1).min(1.0),
    vibrato: 0.012,
};
const FLUTE: Instrument = Instrument {
    harmonic: |number| 0.3_f64.powf(number - 1.0),
    envelope: |time_s, note_s| (time_s / 0.06).min((note_s - time_s) / 0.06).min(1.0),
    vibrato: 0.015,
};
const PIANO: Instrument = Instrument {
    harmonic: |number| 1.0 / number,
    envelope: |time_s, note_s| {
        (time_s / 0.005).min((note_s - time_s) / 0.03).min(1.0) * (-2.0 * time_s).exp()
    },
    vibrato: 0.0,
};

/// Four chords again and again, all notes of a chord together or one after the other.
fn chords(instrument: &Instrument, chord_s: f64, notes_at_once: usize) -> Vec<i16> {
    const CHORDS_HZ: [[f64; 3]; 4] =
        [[220.0, 261.6, 329.6], [174.6, 220.0, 261.6], [261.6, 329.6, 392.0], [196.0, 246.9, 293.7]];
    let note_s = chord_s * notes_at_once as f64 / 3.0;
    signal(8_000, SECONDS, |time_s| {
        let chord = &CHORDS_HZ[(time_s / chord_s) as usize % 4];
        let first = (time_s % chord_s / note_s) as usize * notes_at_once;
        let sounding_hz = &chord[first.min(3 - notes_at_once)..][..notes_at_once];
        let loudness = (instrument.envelope)(time_s % note_s, note_s);
        let note = |&note_hz: &f64| {
            let note_hz = if notes_at_once == 1 { 2.0 * note_hz } else { note_hz };
            let wavering = instrument.vibrato * (TAU * 5.5 * time_s).sin() / (TAU * 5.5);
            (1..9)
                .map(f64::from)
                .map(|number| (instrument.harmonic)(number) * sine(number * note_hz, time_s + wavering))
                .sum::<f64>()
        };
        0.05 * loudness * sounding_hz.iter().map(note).sum::<f64>()
    })
}

#[test]
fn music_is_no_speech() {
    for (name, instrument, chord_s, notes_at_once) in [
        ("pads", &PAD, 4.0, 3),
        ("short pads", &PAD, 2.0, 3),
        ("strings with vibrato", &STRINGS, 2.0, 3),
        ("a violin", &STRINGS, 3.0, 1),
        ("a flute", &FLUTE, 2.4, 1),
        ("a piano", &PIANO, 1.5, 3),
        ("a piano's arpeggios", &PIANO, 1.2, 1),
    ] {
        check_music(name, &chords(instrument, chord_s, notes_at_once));
    }
}

/// Plucked strings in fast arpeggios, with and without drums, as much music on hold has them.
#[test]
fn plucked_strings_and_drums_are_no_speech() {
    const NOTES_HZ: [f64; 8] = [329.6, 392.0, 493.9, 587.3, 659.3, 587.3, 493.9, 392.0];
    let plucked = |time_s: f64| {
        let since_s = time_s % 0.14;
        let note_hz = NOTES_HZ[(time_s / 0.14) as usize % NOTES_HZ.len()];
        let partial =
            |number: f64| (-since_s * (3.0 + 4.0 * number)).exp() / number * sine(number * note_hz, since_s);
        0.12 * (1..9).map(f64::from).map(partial).sum::<f64>()
    };
    let hiss = noise(SECONDS, 1.0);
    let drum = |time_s: f64| {
        let (kick_s, snare_s, hat_s) = (time_s % 0.56, (time_s + 0.28) % 0.56, time_s % 0.14);
        let hiss = f64::from(hiss[((time_s * 8_000.0) as usize).min(hiss.len() - 1)]) / 32_768.0;
        0.3 * (-kick_s * 18.0).exp() * sine(60.0 + 60.0 * (-kick_s * 30.0).exp(), kick_s)
            + 0.12 * (-snare_s * 22.0).exp() * hiss
            + 0.05 * (-hat_s * 60.0).exp() * hiss
    };
    check_no_speech("plucked strings", &signal(8_000, SECONDS, plucked));
    check_no_speech("drums", &signal(8_000, SECONDS, drum));
    for gain in [1.0, 0.3, 0.05] {
        let band = signal(8_000, SECONDS, |time_s| gain * (plucked(time_s) + drum(time_s)));
        check_no_speech(&format!("strings and drums, {gain}"), &band);
    }
}

/// Japanese ringing: its loudness swings 16 times a second, as that of many a voice does.
#[test]
fn swinging_tones_are_hardly_ever_speech() {
    let ringing = signal(8_000, SECONDS, |time_s| {
        let swing = 0.5 + 0.5 * sine(16.0, time_s);
        if time_s % 3.0 < 1.0 { 0.2 * swing * sine(400.0, time_s) } else { 0.0 }
    });
    let (speech_s, _) = found_s(&ringing);
    assert!(speech_s < 0.1 * SECONDS / 3.0, "{speech_s} s of speech");
}

/// Keys of a keyboard on a desk that stands in a room: two clicks each, with the sound of the wood
/// after them.
#[test]
fn keyboards_are_no_speech() {
    for (gain, floor) in [(0.1, 0.001), (0.3, 0.003), (0.03, 0.0)] {
        let hiss = noise(SECONDS, 1.0);
        let keys = signal(8_000, SECONDS, |time_s| {
            let number = (time_s / 0.19) as usize;
            let since_s = time_s - 0.19 * number as f64 - 0.04 * ((number * 7 % 5) as f64 / 5.0);
            let hiss = f64::from(hiss[((time_s * 8_000.0) as usize).min(hiss.len() - 1)]) / 32_768.0;
            let click = |since_s: f64| {
                let wood = (-since_s * 120.0).exp() * sine(210.0, since_s);
                if since_s < 0.0 { 0.0 } else { (-since_s * 400.0).exp() * hiss + 0.4 * wood }
            };
            gain * (click(since_s) + 0.5 * click(since_s - 0.07)) + floor * hiss
        });
        check_no_speech(&format!("a keyboard, {gain}"), &keys);
    }
}
