//! Small dialogues with their expected events and numbers.

mod support;

use etalon_call::{Event, EventKind, OverlapClass, Role};
use etalon_dialogue::{Dialogue, DialogueSettings, SpeakerTrack, measure};
use etalon_vad::ChannelAnalysis;
use support::{DURATION_S, analysis, overlaps, track, words};

/// A dialogue of agent and client without a transcript.
fn without_words(agent: &[(f64, f64)], client: &[(f64, f64)]) -> Dialogue {
    let (agent, client) = (analysis(agent, &[]), analysis(client, &[]));
    let tracks = [track(Role::Agent, &agent, None), track(Role::Client, &client, None)];
    measure(&tracks, DURATION_S, &DialogueSettings::default())
}

fn check_overlap(agent: &[(f64, f64)], client: &[(f64, f64)], expected: &[(OverlapClass, Role)]) {
    assert_eq!(overlaps(&without_words(agent, client)), expected, "agent {agent:?}, client {client:?}");
}

#[test]
fn an_overlap_has_its_class() {
    use OverlapClass::{Attempt, Backchannel, Collaborative, FloorTaken, Terminal};
    let agent = &[(0.0, 5.0)];
    check_overlap(agent, &[(4.2, 8.0)], &[(FloorTaken, Role::Client)]);
    check_overlap(agent, &[(2.0, 2.3)], &[(Backchannel, Role::Client)]);
    check_overlap(agent, &[(2.0, 3.0)], &[(Attempt, Role::Client)]);
    check_overlap(agent, &[(4.8, 8.0)], &[(Terminal, Role::Client)]);
    check_overlap(&[(0.0, 5.0), (9.0, 10.0)], &[(4.5, 5.2), (7.0, 8.0)], &[(Collaborative, Role::Client)]);
    check_overlap(&[(0.0, 5.0), (5.8, 10.0)], &[(4.3, 5.2)], &[(Attempt, Role::Client)]);
    check_overlap(&[(4.2, 9.0)], &[(0.0, 5.0)], &[(FloorTaken, Role::Agent)]);
    check_overlap(agent, &[(5.0, 8.0)], &[]);
}

#[test]
fn words_decide_what_is_a_backchannel() {
    let (agent, client) = (analysis(&[(0.0, 5.0)], &[]), analysis(&[(2.0, 2.4)], &[]));
    let said = words("вам нужно внести платёж до пятницы", 0.0, 5.0);
    for (text, expected) in [("угу", OverlapClass::Backchannel), ("нет", OverlapClass::Attempt)] {
        let answer = words(text, 2.0, 2.4);
        let tracks = [track(Role::Agent, &agent, Some(&said)), track(Role::Client, &client, Some(&answer))];
        let dialogue = measure(&tracks, DURATION_S, &DialogueSettings::default());
        assert_eq!(overlaps(&dialogue), [(expected, Role::Client)], "{text}");
    }
}

#[test]
fn interruptions_are_floor_takings_by_who_began_them() {
    let dialogue = without_words(&[(0.0, 5.0), (12.3, 20.0)], &[(4.2, 13.0)]);
    assert_eq!(dialogue.metrics.interruptions.by_agent, Some(1));
    assert_eq!(dialogue.metrics.interruptions.by_client, Some(1));
    assert_eq!(dialogue.metrics.overlap.total_s, Some(1.5));
}

#[test]
fn regions_become_turns_unless_the_other_side_begins_in_the_pause() {
    let turns = |agent: &[(f64, f64)], client: &[(f64, f64)]| -> Vec<(Role, f64, f64)> {
        let dialogue = without_words(agent, client);
        dialogue.turns.iter().map(|turn| (turn.speaker, turn.start_s, turn.end_s)).collect()
    };
    assert_eq!(turns(&[(0.0, 1.0), (1.9, 3.0)], &[]), [(Role::Agent, 0.0, 3.0)]);
    assert_eq!(turns(&[(0.0, 1.0), (2.0, 3.0)], &[]), [(Role::Agent, 0.0, 1.0), (Role::Agent, 2.0, 3.0)]);
    assert_eq!(
        turns(&[(0.0, 1.0), (1.9, 3.0)], &[(1.1, 1.8)]),
        [(Role::Agent, 0.0, 1.0), (Role::Client, 1.1, 1.8), (Role::Agent, 1.9, 3.0)]
    );
}

#[test]
fn a_turn_holds_its_words() {
    let agent = analysis(&[(0.0, 1.0), (5.0, 6.0)], &[]);
    let said = [words("Добрый день", 0.0, 1.1), words("Всего доброго.", 4.9, 6.0)].concat();
    let dialogue =
        measure(&[track(Role::Agent, &agent, Some(&said))], DURATION_S, &DialogueSettings::default());
    let texts: Vec<&str> = dialogue.turns.iter().map(|turn| turn.text.as_str()).collect();
    assert_eq!(texts, ["Добрый день", "Всего доброго."]);
    assert!(dialogue.events.contains(&Event::new(EventKind::Farewell { speaker: Role::Agent }, 4.9, 6.0)));
    assert_eq!(dialogue.metrics.speakers["agent"].words, Some(4));
    assert_eq!(dialogue.metrics.speakers["agent"].words_per_min, Some(120.0));
}

#[test]
fn silence_inside_a_hold_is_listed_but_not_counted() {
    let dialogue = without_words(&[(0.0, 5.0), (30.0, 40.0)], &[(44.0, 45.0)]);
    let silence = |in_hold, start_s, end_s| Event::new(EventKind::Silence { in_hold }, start_s, end_s);
    assert!(dialogue.events.contains(&silence(true, 5.0, 30.0)));
    assert!(dialogue.events.contains(&silence(false, 40.0, 44.0)));
    assert_eq!((dialogue.metrics.silence.count, dialogue.metrics.hold.count), (1, 1));
    assert!((dialogue.metrics.silence.total_s - 4.0).abs() < 1e-9);
    assert!((dialogue.metrics.hold.total_s - 25.0).abs() < 1e-9);
}

#[test]
fn the_latency_of_an_answer_is_never_below_zero_and_leaves_out_holds() {
    let dialogue = without_words(&[(0.0, 5.0), (30.0, 40.0)], &[(5.4, 9.0), (39.9, 41.0)]);
    let latency = &dialogue.metrics.speakers["client"].response_latency_s;
    assert_eq!((latency.p50, latency.p95), (Some(0.0), Some(0.4)));
    assert_eq!(dialogue.metrics.speakers["agent"].response_latency_s.p50, None);
}

#[test]
fn what_one_channel_cannot_show_is_unmeasurable_and_null() {
    let both = analysis(&[(0.0, 5.0), (6.0, 8.0)], &[]);
    let dialogue = measure(&[track(Role::Unknown, &both, None)], DURATION_S, &DialogueSettings::default());
    let metrics = &dialogue.metrics;
    assert_eq!(metrics.overlap.total_s, None);
    assert_eq!(metrics.interruptions.by_agent, None);
    let listed = |metric: &str| {
        metrics.unmeasurable.iter().any(|entry| entry.metric == metric && !entry.reason.is_empty())
    };
    assert!(listed("overlap") && listed("interruptions") && listed("speakers.unknown.words"));
    assert_eq!(metrics.speakers.keys().collect::<Vec<_>>(), ["unknown"]);
    assert_eq!(dialogue.activity.unknown.len(), 2);
}

#[test]
fn two_speakers_without_a_role_are_called_by_their_names() {
    let (one, other) = (analysis(&[(0.0, 2.0)], &[]), analysis(&[(3.0, 5.0)], &[]));
    let check = |roles: [Role; 2], names: [Option<&str>; 2], keys: [&str; 2]| {
        let tracks = [
            SpeakerTrack { name: "voice_1", ..track(roles[0], &one, None) },
            SpeakerTrack { name: "voice_2", ..track(roles[1], &other, None) },
        ];
        let dialogue = measure(&tracks, DURATION_S, &DialogueSettings::default());
        let found: Vec<_> = dialogue.turns.iter().map(|turn| turn.unknown_speaker.as_deref()).collect();
        assert_eq!(found, names, "{roles:?}");
        assert_eq!(dialogue.metrics.speakers.keys().collect::<Vec<_>>(), keys, "{roles:?}");
    };
    check([Role::Unknown; 2], [Some("voice_1"), Some("voice_2")], ["voice_1", "voice_2"]);
    check([Role::Agent, Role::Unknown], [None, None], ["agent", "unknown"]);
    check([Role::Agent, Role::Client], [None, None], ["agent", "client"]);
}

#[test]
fn strange_casts_do_not_panic() {
    let analysis = analysis(&[(0.0, 5.0)], &[]);
    let empty = ChannelAnalysis::default();
    for roles in
        [vec![], vec![Role::Unknown; 2], vec![Role::Agent], vec![Role::Agent, Role::Agent, Role::Client]]
    {
        for analysis in [&analysis, &empty] {
            let tracks: Vec<_> = roles
                .iter()
                .enumerate()
                .map(|(channel, &role)| SpeakerTrack {
                    channel,
                    name: ["channel_1", "channel_2", "channel_3"][channel],
                    ..track(role, analysis, None)
                })
                .collect();
            let dialogue = measure(&tracks, DURATION_S, &DialogueSettings::default());
            assert_eq!(dialogue.metrics.speakers.len(), roles.len());
        }
    }
}

#[test]
fn words_a_minute_are_null_where_much_of_the_speech_has_no_words() {
    let check = |said: &str, until_s: f64, is_measured: bool| {
        let said = words(said, 0.5, until_s);
        let (agent, client) = (analysis(&[(0.5, 20.5)], &[]), analysis(&[(22.0, 24.0)], &[]));
        let answer = words("да да", 22.0, 24.0);
        let tracks = [track(Role::Agent, &agent, Some(&said)), track(Role::Client, &client, Some(&answer))];
        let dialogue = measure(&tracks, DURATION_S, &DialogueSettings::default());
        assert_eq!(
            dialogue.metrics.speakers["agent"].words_per_min.is_some(),
            is_measured,
            "until {until_s}"
        );
        assert!(dialogue.metrics.speakers["client"].words_per_min.is_some());
        let reason = dialogue
            .metrics
            .unmeasurable
            .iter()
            .find(|missing| missing.metric == "speakers.agent.words_per_min");
        assert_eq!(reason.is_none(), is_measured);
        let kind = EventKind::Unrecognized { speaker: Role::Agent };
        let lost = dialogue.events.iter().filter(|event| event.kind == kind);
        assert_eq!(lost.count(), usize::from(!is_measured));
    };
    check("алло слушаю вас говорите что у вас случилось сегодня утром на работе", 20.0, true);
    check("алло", 1.0, false);
    check("алло слушаю вас", 12.0, false);
}
