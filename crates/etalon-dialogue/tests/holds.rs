//! When the agent is away, and when there is only silence.

mod support;

use etalon_call::{Event, EventKind, Role, Word};
use etalon_dialogue::{DialogueSettings, SpeakerTrack, measure};
use support::{DURATION_S, analysis, track, words};

fn hold(music: bool, announced: Option<bool>, start_s: f64, end_s: f64) -> Event {
    Event::new(EventKind::Hold { music, announced }, start_s, end_s)
}

fn holds_of(tracks: &[SpeakerTrack<'_>]) -> Vec<Event> {
    let is_hold = |event: &Event| matches!(event.kind, EventKind::Hold { .. });
    measure(tracks, DURATION_S, &DialogueSettings::default()).events.into_iter().filter(is_hold).collect()
}

/// Checks the holds; the client also speaks at the end of the call.
fn check(
    agent: &[(f64, f64)],
    client: &[(f64, f64)],
    music: &[(f64, f64)],
    said: Option<&[Word]>,
    expected: &[Event],
) {
    let client: Vec<(f64, f64)> = client.iter().copied().chain([(110.0, 112.0)]).collect();
    let answer = words("всё понятно спасибо", 110.0, 112.0);
    let (agent, client) = (analysis(agent, music), analysis(&client, &[]));
    let tracks =
        [track(Role::Agent, &agent, said), track(Role::Client, &client, said.map(|_| answer.as_slice()))];
    assert_eq!(holds_of(&tracks), expected, "{agent:?}");
}

#[test]
fn a_hold_lasts_from_the_last_speech_to_the_return_of_the_agent() {
    let agent = &[(0.0, 5.0), (30.0, 40.0)];
    check(agent, &[(5.5, 6.0)], &[], None, &[hold(false, None, 6.0, 30.0)]);
    check(agent, &[(5.5, 6.0), (15.0, 16.0)], &[], None, &[hold(false, None, 6.0, 30.0)]);
    check(agent, &[], &[(7.0, 29.0)], None, &[hold(true, None, 5.0, 30.0)]);
    check(agent, &[(5.5, 29.0)], &[], None, &[]);
}

#[test]
fn an_announced_hold_is_one_from_the_fifth_second_on() {
    let (long, short) = (&[(0.0, 5.0), (30.0, 40.0)], &[(0.0, 5.0), (12.0, 20.0)]);
    let told = words("подождите минутку пожалуйста", 2.0, 5.0);
    check(long, &[], &[], Some(&told), &[hold(false, Some(true), 5.0, 30.0)]);
    check(short, &[], &[], Some(&told), &[hold(false, Some(true), 5.0, 12.0)]);
    let other = words("какой у вас вопрос", 2.0, 5.0);
    check(long, &[], &[], Some(&other), &[hold(false, Some(false), 5.0, 30.0)]);
    check(short, &[], &[], Some(&other), &[]);
    // What the client says after the announcement does not matter.
    let later = &[(0.0, 5.0), (60.0, 70.0)];
    check(later, &[(5.5, 30.0)], &[], Some(&told), &[hold(false, Some(true), 30.0, 60.0)]);
}

#[test]
fn nobody_is_put_on_hold_by_an_agent_who_has_not_spoken() {
    check(&[(0.2, 0.5), (30.0, 40.0)], &[(1.0, 3.0)], &[], None, &[]);
    check(&[(30.0, 40.0)], &[(1.0, 3.0)], &[(3.0, 30.0)], None, &[]);
}

#[test]
fn a_hold_in_which_the_agent_has_words_is_none() {
    let agent = &[(0.0, 5.0), (30.0, 40.0)];
    let told = [words("слушаю вас", 0.0, 5.0), words("смотрите вот", 14.0, 16.0)].concat();
    check(agent, &[], &[], Some(&told), &[]);
}

#[test]
fn the_silences_of_a_one_sided_recording_are_no_holds() {
    let agent = analysis(&[(0.0, 5.0), (59.0, 65.0)], &[]);
    let told = words("подождите минутку пожалуйста", 2.0, 5.0);
    let (dead, noise) = (analysis(&[], &[]), analysis(&[(20.0, 20.3)], &[]));
    let blip = analysis(&[(20.0, 22.0)], &[]);
    for role in [Role::Agent, Role::Client] {
        assert_eq!(holds_of(&[track(role, &agent, None)]), [], "{role:?} alone");
    }
    for (client, client_words) in [(&dead, None), (&noise, None), (&blip, Some(&[][..]))] {
        let said = client_words.map(|_| told.as_slice());
        let tracks = [track(Role::Agent, &agent, said), track(Role::Client, client, client_words)];
        assert_eq!(holds_of(&tracks), [], "{client:?}");
    }
}

#[test]
fn in_a_mixed_recording_only_music_or_an_announcement_shows_a_hold() {
    let alone = |music: &[(f64, f64)], said: Option<&[Word]>| {
        let both = analysis(&[(0.0, 5.0), (30.0, 40.0)], music);
        holds_of(&[track(Role::Unknown, &both, said)])
    };
    assert_eq!(alone(&[], None), []);
    assert_eq!(alone(&[(7.0, 29.0)], None), [hold(true, None, 5.0, 30.0)]);
    assert_eq!(alone(&[(7.0, 12.0)], None), []);
    let told = words("подождите минутку пожалуйста", 2.0, 5.0);
    assert_eq!(alone(&[], Some(&told)), [hold(false, Some(true), 5.0, 30.0)]);
}

#[test]
fn voices_that_share_a_channel_may_have_been_confused() {
    let agent = analysis(&[(0.0, 5.0), (60.0, 70.0)], &[]);
    let at_hold = |client: &[(f64, f64)]| {
        let client = analysis(client, &[]);
        let tracks = [Role::Agent, Role::Client].map(|role| SpeakerTrack {
            channel: 0,
            ..track(role, if role == Role::Agent { &agent } else { &client }, None)
        });
        holds_of(&tracks)
    };
    assert_eq!(at_hold(&[(5.5, 8.0), (30.0, 34.0)]), [hold(false, None, 8.0, 60.0)]);
    assert_eq!(at_hold(&[(5.5, 8.0), (30.0, 46.0)]), []);
}
