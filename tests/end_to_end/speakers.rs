//! Who is heard where there are not two sides: one voice, three, five, none, or next to nothing.

use crate::harness::Workspace;
use crate::recordings::{RATE_HZ, Recording};
use serde_json::{Value, json};

/// The roles of the speakers, in order of first appearance.
fn roles(call: &Value) -> Vec<&str> {
    let hypotheses = call.pointer("/audio/roles/hypotheses").unwrap().as_array().unwrap();
    hypotheses.iter().map(|speaker| speaker["role"].as_str().unwrap()).collect()
}

/// How many rules came to a verdict about what somebody did.
fn decided(call: &Value) -> usize {
    let rules = call.pointer("/evaluation/rules").unwrap().as_array().unwrap();
    rules.iter().filter(|rule| rule["verdict"] == "pass" || rule["verdict"] == "fail").count()
}

const BOTH: [&str; 2] = ["agent", "client"];
const WEBSITE: &str = "03-look-at-the-website";

#[test]
fn one_voice_is_one_speaker() {
    for (sample, side, role) in [
        ("01-proper-hold", "agent", "agent"),
        (WEBSITE, "agent", "agent"),
        (WEBSITE, "client", "client"),
        ("05-busy-client", "client", "client"),
        ("01-proper-hold", "client", "client"),
    ] {
        let recording = Recording::default().lines(sample, &[side], 0..99);
        for channels in [1, 2] {
            let call = recording.call(channels);
            let found = roles(&call);
            assert_eq!(found.len(), 1, "{sample}, {side}: {found:?}");
            assert!([role, "unknown"].contains(&found[0]), "{sample}, {side}: {found:?}");
            let other = if role == "agent" { "client" } else { "agent" };
            assert!(
                call["turns"].as_array().unwrap().iter().all(|turn| turn["speaker"] != other),
                "{sample}"
            );
            assert_eq!(call["audio"]["layout"], "mono", "{sample}");
            let is_dead = call.to_string().contains("\"dead_channel\"");
            assert_eq!(is_dead, channels == 2, "{sample}");
        }
    }
}

#[test]
fn a_third_voice_takes_no_role_twice_and_the_other_two_are_judged_without_it() {
    let recording = Recording::default().lines(WEBSITE, &BOTH, 0..99).voice_of(
        "04-silent-hold",
        "agent",
        8.0,
        "Там дождь пошёл, закройте окно.",
    );
    let call = recording.call(1);
    for role in BOTH {
        assert!(roles(&call).iter().filter(|found| **found == role).count() <= 1, "{:?}", roles(&call));
    }
    let without = Recording::default().lines(WEBSITE, &BOTH, 0..99).call(1);
    assert_eq!(roles(&without), ["agent", "client"]);
    assert!(decided(&without) > 10, "{}", decided(&without));
}

/// Who says the turns of a call, in order of time.
fn speakers(call: &Value) -> Vec<&str> {
    call["turns"].as_array().unwrap().iter().map(|turn| turn["speaker"].as_str().unwrap()).collect()
}

fn defects(call: &Value) -> Vec<&str> {
    call["audio"]["defects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|defect| defect["kind"].as_str().unwrap())
        .collect()
}

#[test]
fn names_in_a_transcript_give_those_who_share_a_channel_their_roles() {
    let recording = || Recording::default().lines(WEBSITE, &BOTH, 0..6);
    let sides = ["agent", "client", "agent", "client", "agent", "client"];
    let call = recording().named(&["Оператор", "Клиент"].repeat(3)).call(1);
    assert_eq!(speakers(&call), sides);
    assert_eq!(call.pointer("/audio/roles/told_by"), Some(&json!("transcript")));
    // Names that a person gave a role to; one is enough.
    let names = ["SPEAKER_07", "SPEAKER_00"].repeat(3);
    let told = "[transcripts.speakers]\nSPEAKER_07 = \"agent\"\n";
    assert_eq!(speakers(&recording().named(&names).configured(1, told)), sides);
    // What is said contradicts the names: they are kept, and that is reported.
    let swapped = recording().named(&["client", "agent"].repeat(3)).call(1);
    assert_eq!(speakers(&swapped), ["client", "agent", "client", "agent", "client", "agent"]);
    assert!(defects(&swapped).contains(&"roles_swapped"), "{:?}", defects(&swapped));
    assert!(!defects(&call).contains(&"roles_swapped"), "{:?}", defects(&call));
    // Names that mean nothing leave it to what is said.
    let unnamed = recording().named(&["S0", "S1"].repeat(3)).call(1);
    assert_eq!(unnamed.pointer("/audio/roles/told_by"), None);
}

#[test]
fn who_is_rude_may_be_the_agent() {
    let lines = [
        ("agent", "Алло, бестолочь! Долг когда гасить будешь? Срок вышел, завтра подаём в суд."),
        ("client", "Добрый день, извините, пожалуйста. У меня сейчас нет денег, меня уволили."),
        ("agent", "Мне плевать. Тридцать тысяч за тобой числится. Дату назови."),
        ("client", "Будьте добры, не кричите. Я заплачу в среду, мне зарплату дадут."),
    ];
    let mut recording = Recording::default();
    for (side, words) in lines {
        recording = recording.voice_of(WEBSITE, side, 5.0, words);
    }
    let call = recording.named(&["S0", "S1", "S0", "S1"]).call(1);
    let mut spoken = speakers(&call);
    // A pause may part what one of them says.
    spoken.dedup();
    assert_eq!(spoken, ["agent", "client", "agent", "client"]);
}

#[test]
fn of_five_voices_two_at_most_have_a_role() {
    let recording = Recording::default()
        .lines(WEBSITE, &BOTH, 0..99)
        .voice_of("02-rude-collector", "agent", 6.0, "Передайте сюда папку, она на столе.")
        .voice_of("06-fast-talker", "client", 3.0, "Сейчас принесу.")
        .voice_of("04-silent-hold", "client", 6.0, "И закройте окно, там дождь пошёл.");
    let call = recording.call(1);
    for role in BOTH {
        assert!(roles(&call).iter().filter(|found| **found == role).count() <= 1, "{:?}", roles(&call));
    }
    assert!(roles(&call).contains(&"unknown"), "{:?}", roles(&call));
    let said: usize = call["turns"].as_array().unwrap().iter().map(words).sum();
    assert_eq!(said, recording.turns.iter().map(words).sum::<usize>(), "words went missing");
}

fn words(turn: &Value) -> usize {
    turn["text"].as_str().unwrap().split_whitespace().count()
}

/// The second voice of a chord in a minor key, never standing still for long.
fn chord(time_s: f64) -> f64 {
    let note = [1.0, 1.122, 1.189, 1.335][(time_s * 1.5) as usize % 4];
    let tone = |hz: f64| (std::f64::consts::TAU * hz * note * time_s).sin();
    0.05 * (tone(262.0) + tone(311.1) + tone(392.0))
}

#[test]
fn what_holds_no_voice_has_no_speaker_and_no_kind() {
    for (what, recording) in [
        ("music", Recording::default().sound(20.0, chord)),
        ("silence", Recording::default().silence(5.0)),
        ("a moment", Recording::default().silence(0.2)),
    ] {
        let call = recording.call(1);
        assert_eq!(call["turns"], json!([]), "{what}");
        assert!(call["call"].get("kind").is_none(), "{what}: {}", call["call"]);
        assert_eq!(roles(&call), ["unknown"], "{what}");
        assert_eq!(decided(&call), 0, "{what}");
        assert_eq!(call["evaluation"]["score"], Value::Null, "{what}");
    }
}

#[test]
fn a_beep_after_a_greeting_that_was_badly_heard_is_an_answering_machine() {
    let greeting = "Здравствуйте, не могу ответить на ваш звонок, ставьте со общение";
    let beep = |time_s: f64| 0.2 * (std::f64::consts::TAU * 1_000.0 * time_s).sin();
    let check = |after: &dyn Fn(Recording) -> Recording, expected: Option<&str>| {
        let recording = after(Recording::default().voice_of(WEBSITE, "client", 4.0, greeting));
        let call = recording.voice_of(WEBSITE, "agent", 3.0, "Позвоните нам, пожалуйста.").call(1);
        assert_eq!(call["call"]["kind"]["name"].as_str(), expected, "{}", call["call"]["kind"]);
    };
    check(&|recording| recording.sound(0.5, beep), Some("voicemail"));
    check(&|recording| recording.silence(0.5), None);
    check(&|recording| recording.sound(0.5, beep).silence(0.5).sound(0.5, beep), None);
}

#[test]
fn nothing_is_said_of_the_kind_of_a_moment() {
    let moment = Recording::default().voice_of(WEBSITE, "client", 1.0, "Алло.").call(1);
    assert_eq!(moment["call"].get("kind"), None, "{}", moment["call"]);
    assert_eq!(roles(&moment), ["unknown"]);
}

#[test]
fn a_call_of_three_seconds_has_a_speaker() {
    let mut recording = Recording::default().lines(WEBSITE, &["agent"], 0..1);
    recording.samples.truncate(3 * RATE_HZ as usize);
    let call = recording.call(1);
    assert_eq!(roles(&call).len(), 1);
    assert_eq!(call["audio"]["duration_s"], 3.0);
    assert!(!call["turns"].as_array().unwrap().is_empty());
}

#[test]
fn a_recording_without_samples_is_one_line_in_the_failures() {
    let workspace = Workspace::new();
    workspace.write("call.wav", Recording::default().wav(1));
    let ended = workspace.run("call.wav").without_asr().ended_with(3);
    assert_eq!(
        ended.stderr.lines().filter(|line| line.starts_with("failed: ")).count(),
        1,
        "{}",
        ended.stderr
    );
}
