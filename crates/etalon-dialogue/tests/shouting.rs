//! Shouting has a high level, far above the speaker's own, and vocal effort.

mod support;

use etalon_call::{Event, EventKind, Role, Span, Word};
use etalon_dialogue::{DialogueSettings, measure};
use etalon_vad::{ChannelAnalysis, SyllableNucleus};
use support::{DURATION_S, track, words};

/// The vocal effort of a voice.
#[derive(Clone, Copy)]
struct Voice {
    level_dbfs: f32,
    tilt_db: f32,
    pitch_hz: f32,
}

const USUAL: Voice = Voice { level_dbfs: -22.0, tilt_db: -8.0, pitch_hz: 200.0 };

/// Twenty seconds of the usual voice, and two seconds of another from 30 s on.
fn analysis(usual: Voice, other: Voice) -> ChannelAnalysis {
    let nuclei = |from_s: f64, until_s: f64, voice: Voice| {
        (0..)
            .map(move |index| from_s + 0.1 + 0.2 * f64::from(index))
            .take_while(move |&time_s| time_s < until_s)
            .map(move |time_s| SyllableNucleus {
                time_s,
                level_dbfs: voice.level_dbfs,
                tilt_db: voice.tilt_db,
                pitch_hz: voice.pitch_hz,
            })
    };
    ChannelAnalysis {
        regions: vec![Span::new(0.0, 20.0), Span::new(30.0, 31.2)],
        syllable_nuclei: nuclei(0.0, 20.0, usual).chain(nuclei(30.0, 31.2, other)).collect(),
        ..ChannelAnalysis::default()
    }
}

fn shouts(analysis: &ChannelAnalysis, said: Option<&[Word]>) -> Vec<Event> {
    let is_shout = |event: &Event| matches!(event.kind, EventKind::Shouting { .. });
    let tracks = [track(Role::Client, analysis, said)];
    measure(&tracks, DURATION_S, &DialogueSettings::default()).events.into_iter().filter(is_shout).collect()
}

fn check(usual: Voice, other: Voice, expected: bool) {
    let found = shouts(&analysis(usual, other), None);
    let shout = Event::new(EventKind::Shouting { speaker: Role::Client }, 30.0, 31.2);
    assert_eq!(found, if expected { vec![shout] } else { vec![] }, "{}", other.level_dbfs);
}

#[test]
fn a_raised_voice_is_shouting() {
    check(USUAL, Voice { level_dbfs: -13.0, tilt_db: -4.0, ..USUAL }, true);
    check(USUAL, Voice { level_dbfs: -13.5, pitch_hz: 250.0, ..USUAL }, true);
    check(USUAL, Voice { level_dbfs: -10.0, pitch_hz: 212.0, ..USUAL }, true);
}

#[test]
fn loudness_without_effort_is_not() {
    check(USUAL, Voice { level_dbfs: -13.5, ..USUAL }, false);
    check(USUAL, Voice { level_dbfs: -10.0, ..USUAL }, false);
    check(USUAL, Voice { level_dbfs: -16.0, tilt_db: -1.0, pitch_hz: 280.0 }, false);
}

#[test]
fn what_is_quiet_on_the_line_is_not() {
    let quiet = Voice { level_dbfs: -46.0, ..USUAL };
    check(quiet, Voice { level_dbfs: -34.0, tilt_db: -2.0, pitch_hz: 280.0 }, false);
}

#[test]
fn a_laugh_is_not() {
    let loud = analysis(USUAL, Voice { level_dbfs: -10.0, tilt_db: -1.0, pitch_hz: 300.0 });
    let calm = words("да я вас слушаю говорите", 0.0, 20.0);
    assert_eq!(shouts(&loud, Some(&calm)), []);
    let shouted = [calm, words("сколько можно звонить", 30.0, 31.2)].concat();
    assert_eq!(shouts(&loud, Some(&shouted)).len(), 1);
}

#[test]
fn the_louder_line_of_a_mixed_recording_is_not() {
    let both = analysis(USUAL, Voice { level_dbfs: -10.0, tilt_db: -1.0, pitch_hz: 300.0 });
    let events =
        measure(&[track(Role::Unknown, &both, None)], DURATION_S, &DialogueSettings::default()).events;
    assert!(events.iter().all(|event| !matches!(event.kind, EventKind::Shouting { .. })));
}

#[test]
fn a_few_syllables_show_nothing_usual() {
    let mut short = analysis(USUAL, Voice { level_dbfs: -10.0, tilt_db: -1.0, pitch_hz: 300.0 });
    short.syllable_nuclei.drain(..short.syllable_nuclei.len() - 8);
    assert_eq!(shouts(&short, None), []);
}
