//! Who interrupts whom, judged by the words as a person would judge.

mod support;

use etalon_call::{OverlapClass, Role};
use etalon_dialogue::Dialogue;
use support::{Said, overlaps, said};

use OverlapClass::{Attempt, Backchannel, Collaborative, FloorTaken, Terminal};

fn check(agent: &[Said<'_>], client: &[Said<'_>], expected: &[(OverlapClass, Role)]) -> Dialogue {
    let dialogue = said(agent, client);
    assert_eq!(overlaps(&dialogue), expected, "agent {agent:?}, client {client:?}");
    dialogue
}

#[test]
fn who_takes_the_floor_interrupts_and_who_does_not_get_it_attempts() {
    let client = (0.0, 5.0, "у меня вчера жена попала в больницу и я");
    let taken = check(&[(4.3, 8.0, "меня это не волнует платите")], &[client], &[(FloorTaken, Role::Agent)]);
    assert_eq!(taken.metrics.interruptions.by_agent, Some(1));
    assert_eq!(taken.metrics.attempts.by_agent, Some(0));
    let tried = check(&[(2.0, 3.2, "когда вы заплатите")], &[client], &[(Attempt, Role::Agent)]);
    assert_eq!(tried.metrics.interruptions.by_agent, Some(0));
    assert_eq!(tried.metrics.attempts.by_agent, Some(1));
}

#[test]
fn who_says_so_was_interrupted() {
    let agent = &[(2.0, 3.2, "когда вы заплатите")];
    for complaint in [
        "больше не перебивайте меня",
        "дайте договорить",
        "позвольте я закончу",
        "я ещё не договорил",
        "let me finish",
        "please don't interrupt me",
        "сөзімді бөлмеңіз",
    ] {
        let client = &[(0.0, 5.0, "у меня вчера жена попала в больницу"), (5.6, 7.0, complaint)];
        check(agent, client, &[(FloorTaken, Role::Agent)]);
    }
    // Without an overlap, the complaint refers to the last time that the other began.
    let client = &[(0.0, 2.0, "я хотел сказать что"), (6.2, 8.0, "не перебивайте меня")];
    check(&[(2.5, 6.0, "платить надо вовремя")], client, &[(FloorTaken, Role::Agent)]);
    // Neither a refusal to interrupt nor a similar sentence is a complaint.
    for other in [
        "не хочу вас перебивать но мне пора",
        "я вас не перебивал",
        "let me finish up this form for you",
        "I don't want to interrupt",
        "можно закончить оформление завтра",
        "дайте мне отсрочку",
        "they cut me off last month",
    ] {
        let client = &[(0.0, 5.0, "у меня вчера жена попала в больницу"), (5.6, 7.0, other)];
        check(agent, client, &[(Attempt, Role::Agent)]);
    }
    // Too late.
    let late = &[(0.0, 5.0, "у меня вчера жена попала в больницу"), (30.0, 32.0, "не перебивайте меня")];
    check(agent, late, &[(Attempt, Role::Agent)]);
}

#[test]
fn who_admits_it_interrupts() {
    let client = (0.0, 5.0, "у меня вчера жена попала в больницу");
    check(&[(2.0, 3.5, "извините что перебиваю вас")], &[client], &[(FloorTaken, Role::Agent)]);
    check(&[(5.6, 7.0, "извините что перебиваю вас")], &[client], &[]);
}

#[test]
fn a_sound_without_words_is_no_speech() {
    let client = (0.0, 5.0, "так я только что пришла домой");
    check(&[(4.2, 4.8, ""), (5.1, 9.0, "вы знаете это бывает часто")], &[client], &[]);
    check(&[(4.2, 4.9, "[смеётся]"), (5.6, 9.0, "вы знаете")], &[client], &[]);
    check(&[(2.0, 3.0, "ха-ха-ха")], &[client], &[]);
    // A long region may be speech whose words were lost.
    check(&[(4.2, 8.0, ""), (9.0, 10.0, "да")], &[client], &[(FloorTaken, Role::Agent)]);
}

#[test]
fn reading_back_what_is_dictated_is_no_interruption() {
    let client = (0.0, 5.0, "записывайте восемь семьсот один двести тридцать четыре");
    check(&[(4.4, 7.0, "двести тридцать четыре")], &[client], &[(Collaborative, Role::Agent)]);
    check(&[(2.5, 3.5, "восемь семьсот один")], &[client], &[(Collaborative, Role::Agent)]);
    check(&[(4.4, 7.0, "а почему вы не платите")], &[client], &[(FloorTaken, Role::Agent)]);
    let spelling = (0.0, 5.0, "Sitilli that is S-I-T-I-L-L-E");
    check(&[(4.0, 6.0, "S-I-T-I")], &[spelling], &[(Collaborative, Role::Agent)]);
}

#[test]
fn agreement_is_no_interruption() {
    let client = (0.0, 5.0, "я приду к вам и принесу все документы");
    check(&[(4.4, 6.0, "да-да, хорошо.")], &[client], &[(Collaborative, Role::Agent)]);
    check(&[(2.0, 3.8, "понятно, отлично, спасибо")], &[client], &[(Backchannel, Role::Agent)]);
    check(
        &[(4.4, 9.0, "Perfect. Then give me just one second please")],
        &[client],
        &[(Collaborative, Role::Agent)],
    );
    // An objection also begins with agreement, and an immediate «да» is not separated from the
    // rest.
    check(&[(4.4, 6.4, "да, но срок прошёл давно")], &[client], &[(FloorTaken, Role::Agent)]);
    check(&[(4.4, 9.0, "да знаю я всё это давно")], &[client], &[(FloorTaken, Role::Agent)]);
    // One word in seven seconds: other words were not recognised.
    check(&[(6.0, 9.0, "меня это не волнует платите")], &[(0.0, 7.0, "да")], &[(FloorTaken, Role::Agent)]);
    // A speaker who only agrees has no floor to lose.
    let agrees = (0.0, 4.0, "oh, okay, okay, that makes sense");
    check(&[(3.0, 9.0, "let's get that fixed for you")], &[agrees], &[(Collaborative, Role::Agent)]);
}

#[test]
fn who_begins_at_the_same_moment_and_yields_attempts_nothing() {
    check(
        &[(0.2, 1.4, "вам это удобно")],
        &[(0.0, 4.0, "да подождите секунду")],
        &[(Collaborative, Role::Agent)],
    );
}

#[test]
fn an_unfinished_sentence_shows_a_cut_off_without_an_overlap() {
    let agent = &[(3.1, 8.0, "меня это не волнует платите")];
    for (text, expected) in [
        ("я хотел заплатить но", &[(FloorTaken, Role::Agent)][..]),
        ("я хотел заплатить по —", &[(FloorTaken, Role::Agent)]),
        ("я хотел заплатить вчера", &[]),
        ("я хотел заплатить но…", &[]),
    ] {
        check(agent, &[(0.0, 3.0, text)], expected);
    }
    // Spelt letters are not words.
    check(agent, &[(0.0, 3.0, "серия паспорта ка с")], &[(FloorTaken, Role::Agent)]);
    check(agent, &[(0.0, 3.0, "my plate is K C A")], &[]);
    // A pause: the speaker trailed off.
    check(&[(3.5, 8.0, "меня это не волнует платите")], &[(0.0, 3.0, "я хотел заплатить но")], &[]);
    // A short overlap at the end is terminal only if the sentence was complete.
    let early = &[(2.8, 8.0, "меня это не волнует платите")];
    check(early, &[(0.0, 3.0, "я хотел заплатить вчера")], &[(Terminal, Role::Agent)]);
    check(early, &[(0.0, 3.0, "я хотел заплатить но")], &[(FloorTaken, Role::Agent)]);
}
