//! What a conversation is about, what kind of conversation it is, how the client grades, and which stages it lacks.

use etalon_acts::Recognizer;
use etalon_call::{Activity, AudioFacts, CallFacts, Evaluation, Metrics, Role, Turn, Utterance};
use etalon_rules::{CallView, Pack, built_in, evaluate};
use serde::Deserialize;
use std::collections::BTreeSet;

/// Conversations with what they are.
const CALLS: &str = include_str!("voice-of-client.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Labelled {
    calls: Vec<LabelledCall>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelledCall {
    /// By agent and client in turn, the agent first.
    lines: Vec<String>,
    #[serde(default)]
    topics: Vec<String>,
    call_type: Option<String>,
    nps: Option<u8>,
}

fn evaluated<Line: AsRef<str>>(pack: &str, lines: &[Line]) -> Evaluation {
    let mut turns: Vec<Turn> = lines
        .iter()
        .zip(0_u32..)
        .map(|(line, number)| {
            let speaker = if number.is_multiple_of(2) { Role::Agent } else { Role::Client };
            let start_s = f64::from(number) * 6.0;
            let text = Utterance::from(line.as_ref());
            Turn::new(speaker, start_s, start_s + 5.0, text, "ru".to_owned(), vec![])
        })
        .collect();
    let audio = AudioFacts::declared_stereo(6.0 * turns.len() as f64);
    let (facts, activity, metrics) = (CallFacts::default(), Activity::default(), Metrics::default());
    Recognizer::embedded().expect("the model").recognize(&mut turns);
    let view = CallView {
        call: &facts,
        audio: &audio,
        turns: &turns,
        activity: &activity,
        metrics: &metrics,
        events: &[],
        transcribed: true,
    };
    let pack = Pack::parse(built_in(pack).expect("a pack"), pack).unwrap_or_else(|error| panic!("{error}"));
    evaluate(&[pack], &view)
}

#[test]
fn topics_type_and_grade_are_heard_from_the_side_that_matters() {
    let labelled: Labelled = toml::from_str(CALLS).expect("TOML");
    let mut wrong = Vec::new();
    for call in labelled.calls {
        let found = evaluated("voice-of-client", &call.lines);
        assert_eq!((found.score, found.rules.len()), (None, 0), "the pack gives no points");
        let topics = |topics: &[String]| topics.iter().cloned().collect::<BTreeSet<String>>();
        let heard = (topics(found.topics.as_deref().unwrap_or_default()), found.call_type, found.nps);
        let expected = (topics(&call.topics), call.call_type, call.nps);
        if heard != expected {
            wrong.push(format!("{:?}\n  heard {heard:?}\n  not {expected:?}", call.lines));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check_stages(lines: &[&str], found: &[&str], missing: &[&str], misordered: &[&str]) {
    let evaluation = evaluated("collection-ethics", lines);
    let stages = evaluation.stages.unwrap_or_default();
    assert_eq!(
        (
            stages.iter().map(|stage| stage.id.as_str()).collect(),
            evaluation.stages_missing,
            evaluation.stages_misordered
        ),
        (
            found.to_vec(),
            Some(missing.iter().map(ToString::to_string).collect()),
            Some(misordered.iter().map(ToString::to_string).collect())
        ),
        "{lines:?}"
    );
    assert!(stages.windows(2).all(|pair| pair[0].end_s <= pair[1].start_s), "{lines:?}");
}

#[test]
fn stages_that_are_missing_or_come_too_early_are_named() {
    check_stages(
        &[
            "Добрый день.",
            "Здравствуйте.",
            "Назовите, пожалуйста, дату рождения.",
            "Пятое мая.",
            "До свидания.",
            "До свидания.",
        ],
        &["greeting", "identity", "closing"],
        &["purpose", "debt", "reason", "solution", "agreement"],
        &[],
    );
    check_stages(
        &["У вас просрочка.", "Какая?", "Назовите, пожалуйста, дату рождения.", "Пятое мая."],
        &["purpose", "debt", "identity"],
        &["greeting", "reason", "solution", "agreement", "closing"],
        &["purpose", "debt"],
    );
}

#[test]
fn without_a_transcript_no_stage_is_said_to_be_missing() {
    let evaluation = evaluated::<&str>("collection-ethics", &[]);
    assert!(evaluation.stages.is_none() && evaluation.stages_missing.is_none(), "{evaluation:?}");
}
