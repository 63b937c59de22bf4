//! Labelled calls without sound: what their truth says, as a call that rules can judge.
//!
//! Words lie evenly over the speech of their turn, by their letters. Events are those of the truth.
//! What only sound shows (loudness, the pitch of a voice, what a recogniser mishears) is not
//! measured, so rules that need it are `unmeasurable`.

use crate::truth::{TrueEvent, TrueEventKind, TrueTurn, Truth};
use chrono::DateTime;
use etalon_call::{
    Activity, AudioFacts, CALL_SCHEMA, Call, CallFacts, Evaluation, Event, EventKind, HoldMetrics,
    InterruptionMetrics, Metrics, OverlapClass, Pipeline, Role, SilenceMetrics, Span, SpeakerMetrics,
    TranscriptionCounts, Turn, Word, round3,
};
use etalon_dialogue::{DialogueSettings, is_hold_announced};
use std::collections::BTreeMap;

/// The confidence of a word that was read, not heard.
const CONFIDENCE: f64 = 0.95;

/// The language of a turn whose truth names none.
const LANGUAGE: &str = "ru";

/// The model that a call made of text names.
const MODEL: &str = "import:truth";

/// The call that a truth describes, not judged yet; `name` stands for its recording.
pub fn call_of(name: &str, truth: &Truth) -> Call {
    let turns: Vec<Turn> = truth.turns.iter().map(turn).collect();
    let mut activity = Activity::default();
    for turn in &truth.turns {
        activity.of_mut(turn.speaker).extend(speech(turn));
    }
    let ends = truth.turns.iter().map(|turn| turn.end_s).chain(truth.events.iter().map(|event| event.end_s));
    let duration_s = round3(ends.fold(0.0, f64::max));
    let agent_words: Vec<Word> = words_of(&turns, Role::Agent);
    let events: Vec<Event> =
        truth.events.iter().filter_map(|labelled| event(labelled, &agent_words)).collect();
    let metrics = metrics(&turns, &activity, &events);
    Call {
        schema: CALL_SCHEMA.to_owned(),
        call: facts(name, &truth.call),
        audio: AudioFacts { layout: truth.layout, ..AudioFacts::declared_stereo(duration_s) },
        pipeline: pipeline(&turns),
        turns,
        activity,
        metrics,
        events,
        evaluation: Evaluation::default(),
        redaction: None,
    }
}

fn facts(name: &str, known: &BTreeMap<String, String>) -> CallFacts {
    let text = |key: &str| known.get(key).cloned();
    let names = |list: String| list.split(';').map(|name| name.trim().to_owned()).collect();
    CallFacts {
        id: name.to_owned(),
        source: name.to_owned(),
        started_at: text("started_at").and_then(|time| DateTime::parse_from_rfc3339(&time).ok()),
        direction: text("direction").and_then(|direction| direction.parse().ok()),
        agent_id: text("agent_id"),
        agent_name: text("agent_name"),
        client_ref: text("client_ref"),
        hung_up_by: text("hung_up_by").and_then(|side| side.parse().ok()),
        company: text("company").map(names).unwrap_or_default(),
        ..CallFacts::default()
    }
}

fn pipeline(turns: &[Turn]) -> Pipeline {
    let words = turns.iter().map(|turn| turn.words.len() as u32).sum();
    Pipeline {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        model: Some(MODEL.to_owned()),
        model_sha256: None,
        language: LANGUAGE.to_owned(),
        packs: Vec::new(),
        fingerprint: String::new(),
        listening_fingerprint: String::new(),
        transcription: TranscriptionCounts { words, ..TranscriptionCounts::default() },
    }
}

fn speech(turn: &TrueTurn) -> Vec<Span> {
    if turn.speech.is_empty() { vec![Span::new(turn.start_s, turn.end_s)] } else { turn.speech.clone() }
}

fn turn(labelled: &TrueTurn) -> Turn {
    let spans = speech(labelled);
    let total_s: f64 = spans.iter().map(Span::duration_s).sum();
    let words: Vec<&str> = labelled.text.as_str().split_whitespace().collect();
    let letters: usize = words.iter().map(|word| word.chars().count()).sum();
    let mut spoken_s = 0.0;
    let timed = words.into_iter().map(|word| {
        let start_s = moment_s(&spans, spoken_s);
        spoken_s += total_s * word.chars().count() as f64 / letters.max(1) as f64;
        Word::new(word, start_s, moment_s(&spans, spoken_s), CONFIDENCE)
    });
    Turn::new(
        labelled.speaker,
        labelled.start_s,
        labelled.end_s,
        labelled.text.clone(),
        labelled.language.clone().unwrap_or_else(|| LANGUAGE.to_owned()),
        timed.collect(),
    )
}

/// The moment of the call at which so many seconds of the speech are over.
fn moment_s(speech: &[Span], spoken_s: f64) -> f64 {
    let mut left_s = spoken_s;
    for span in speech {
        if left_s <= span.duration_s() {
            return span.start_s + left_s;
        }
        left_s -= span.duration_s();
    }
    speech.last().map_or(spoken_s, |span| span.end_s)
}

fn event(labelled: &TrueEvent, agent_words: &[Word]) -> Option<Event> {
    let kind = match labelled.kind {
        TrueEventKind::Overlap => {
            let interrupter = labelled.interrupter?;
            let class = labelled.class.unwrap_or(OverlapClass::FloorTaken);
            EventKind::Overlap { class, interrupter, interrupted: interrupter.other() }
        }
        TrueEventKind::Silence => EventKind::Silence { in_hold: labelled.in_hold },
        TrueEventKind::Hold => {
            let window_s = DialogueSettings::default().hold_announcement_window_s;
            let announced = is_hold_announced(agent_words, labelled.start_s, window_s);
            EventKind::Hold { music: labelled.music, announced: Some(announced) }
        }
        TrueEventKind::Farewell => EventKind::Farewell { speaker: labelled.speaker? },
        TrueEventKind::Other => return None,
    };
    Some(Event::new(kind, labelled.start_s, labelled.end_s))
}

fn words_of(turns: &[Turn], role: Role) -> Vec<Word> {
    turns.iter().filter(|turn| turn.speaker == role).flat_map(|turn| turn.words.iter().cloned()).collect()
}

fn metrics(turns: &[Turn], activity: &Activity, events: &[Event]) -> Metrics {
    let mut metrics = Metrics::default();
    for role in [Role::Agent, Role::Client] {
        metrics.speakers.insert(role.name().to_owned(), speaker(turns, activity, role));
    }
    let lengths = |wanted: fn(&EventKind) -> bool| -> Vec<f64> {
        events.iter().filter(|event| wanted(&event.kind)).map(Event::duration_s).collect()
    };
    let longest = |lengths: &[f64]| lengths.iter().copied().fold(0.0, f64::max);
    let silences = lengths(|kind| matches!(kind, EventKind::Silence { in_hold: false }));
    let holds = lengths(|kind| matches!(kind, EventKind::Hold { .. }));
    metrics.silence = SilenceMetrics {
        total_s: silences.iter().sum(),
        longest_s: longest(&silences),
        count: silences.len() as u32,
        ratio: 0.0,
    };
    metrics.hold =
        HoldMetrics { total_s: holds.iter().sum(), longest_s: longest(&holds), count: holds.len() as u32 };
    metrics.interruptions = InterruptionMetrics {
        by_agent: Some(interruptions(events, Role::Agent)),
        by_client: Some(interruptions(events, Role::Client)),
    };
    metrics
}

fn speaker(turns: &[Turn], activity: &Activity, role: Role) -> SpeakerMetrics {
    let talk_s: f64 = activity.of(role).iter().map(Span::duration_s).sum();
    let words = words_of(turns, role).len();
    SpeakerMetrics {
        talk_s,
        turns: turns.iter().filter(|turn| turn.speaker == role).count() as u32,
        words: Some(words as u32),
        words_per_min: (talk_s > 0.0).then(|| round3(words as f64 / talk_s * 60.0)),
        ..SpeakerMetrics::default()
    }
}

fn interruptions(events: &[Event], by: Role) -> u32 {
    let is_by = |event: &&Event| {
        matches!(event.kind, EventKind::Overlap { class: OverlapClass::FloorTaken, interrupter, .. }
            if interrupter == by)
    };
    events.iter().filter(is_by).count() as u32
}
