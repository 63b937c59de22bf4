//! The examples inside a pack: short calls written as text.
//!
//! ```text
//! О: Добрый день, агентство «Вектор», Инна Громова.     what the agent says
//! К: Здравствуйте.                                      what the client says
//! [тишина 5]                  nobody speaks for 5 seconds
//! [удержание 40]              the agent is away for 40 seconds ([музыка 40]: with music)
//! [перебил оператор]          the turn that follows takes the floor ([перебил клиент])
//! [кричит оператор]           the turn that follows is shouted ([кричит клиент])
//! [неразборчиво оператор]     the turn that follows is recognised with little confidence ([неразборчиво клиент])
//! [моно]                      both sides share a channel
//! [без расшифровки]           the call was not transcribed
//! [темп 230]                  the agent's words per minute
//! ```

use chrono::{DateTime, FixedOffset};
use etalon_call::{
    Activity, AudioFacts, CallFacts, Direction, Event, EventKind, HoldMetrics, InterruptionMetrics, Layout,
    Metrics, OverlapClass, Role, SilenceMetrics, Span, SpeakerMetrics, Turn, Unmeasurable, Verdict, Word,
};

use crate::call_view::CallView;
use crate::language::error::PackPlace;
use etalon_acts::Recognizer;
use etalon_dialogue::{DialogueSettings, is_hold_announced};
use std::sync::OnceLock;

/// A short call with the verdict that its rule must give.
#[derive(Debug)]
pub struct Example {
    pub(crate) kind: ExampleKind,
    pub(crate) expect: Verdict,
    /// Where the pack says which verdict it expects.
    pub(crate) place: PackPlace,
    call: ExampleCall,
}

/// What an example is to show.
#[derive(Debug)]
pub(crate) struct ExampleHeader {
    pub(crate) kind: ExampleKind,
    pub(crate) expect: Verdict,
    pub(crate) place: PackPlace,
}

/// What is known of an example's call.
#[derive(Debug, Default)]
pub(crate) struct ExampleFacts {
    pub(crate) company: Vec<String>,
    pub(crate) agent_name: Option<String>,
    pub(crate) client_ref: Option<String>,
    pub(crate) client_utc_offset: Option<String>,
    pub(crate) started_at: Option<DateTime<FixedOffset>>,
    pub(crate) direction: Option<Direction>,
}

/// What an example shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExampleKind {
    /// The standard is kept.
    Positive,
    /// The standard is broken.
    Negative,
    /// Something that looks like the other verdict and is not.
    NearMiss,
    /// The words are damaged as a speech model damages them.
    AsrDamaged,
}

impl Example {
    /// What the example shows.
    pub fn kind(&self) -> ExampleKind {
        self.kind
    }

    /// The verdict that the rule must give.
    pub fn expected(&self) -> Verdict {
        self.expect
    }

    /// The example's call as an evaluation takes it.
    pub fn view(&self) -> CallView<'_> {
        self.call.view()
    }

    /// Where the pack says which verdict it expects.
    pub fn place(&self) -> &PackPlace {
        &self.place
    }

    /// The example with the lines of its script that are not understood.
    pub(crate) fn read<'s>(
        header: ExampleHeader,
        script: &'s str,
        facts: &ExampleFacts,
    ) -> (Self, Vec<&'s str>) {
        let mut stage = Stage::new(facts);
        let lines = script.lines().map(str::trim).filter(|line| !line.is_empty());
        let mistakes = lines.filter(|line| stage.play(line).is_none()).collect();
        let ExampleHeader { kind, expect, place } = header;
        (Self { kind, expect, place, call: stage.finish() }, mistakes)
    }
}

#[derive(Debug)]
struct ExampleCall {
    facts: CallFacts,
    audio: AudioFacts,
    turns: Vec<Turn>,
    activity: Activity,
    metrics: Metrics,
    events: Vec<Event>,
    transcribed: bool,
    /// The turns with their acts, recognised when somebody asks for them.
    turns_with_acts: OnceLock<Vec<Turn>>,
}

impl ExampleCall {
    /// The turns with what the model of acts says of them; without acts where it can't be read.
    fn turns_with_acts(&self) -> &[Turn] {
        self.turns_with_acts.get_or_init(|| {
            let mut turns = self.turns.clone();
            if let Ok(recognizer) = Recognizer::embedded() {
                recognizer.recognize(&mut turns);
            }
            turns
        })
    }

    fn view(&self) -> CallView<'_> {
        CallView {
            call: &self.facts,
            audio: &self.audio,
            turns: self.turns_with_acts(),
            activity: &self.activity,
            metrics: &self.metrics,
            events: &self.events,
            transcribed: self.transcribed,
        }
    }
}

/// Length of a word in an example: 150 words a minute.
const WORD_S: f64 = 0.4;

/// Pause between two turns of an example.
const GAP_S: f64 = 0.5;

/// Length of the overlap where an example says that somebody interrupts.
const OVERLAP_S: f64 = 0.8;

/// Confidence of a word in an example.
const CONFIDENCE: f64 = 0.85;

/// The same where an example says that the words are hard to make out.
const CONFIDENCE_MUMBLED: f64 = 0.2;

/// Confidence that an example's call demands of its words.
const CONFIDENCE_MIN: f64 = 0.45;

/// Silence shorter than this is a pause.
const SILENCE_MIN_S: f64 = 3.0;

/// Plays the lines of a script on a clock.
struct Stage {
    call: ExampleCall,
    now_s: f64,
    interrupter: Option<Role>,
    shouter: Option<Role>,
    mumbler: Option<Role>,
    agent_words_per_min: Option<f64>,
}

impl Stage {
    fn new(facts: &ExampleFacts) -> Self {
        let offset = facts.client_utc_offset.iter();
        let call = ExampleCall {
            facts: CallFacts {
                company: facts.company.clone(),
                agent_name: facts.agent_name.clone(),
                client_ref: facts.client_ref.clone(),
                tags: offset.map(|offset| ("client_utc_offset".to_owned(), offset.clone())).collect(),
                started_at: facts.started_at,
                direction: facts.direction,
                ..CallFacts::default()
            },
            audio: AudioFacts::declared_stereo(0.0),
            turns: vec![],
            activity: Activity::default(),
            metrics: Metrics::default(),
            events: vec![],
            transcribed: true,
            turns_with_acts: OnceLock::new(),
        };
        Self {
            call,
            now_s: GAP_S,
            interrupter: None,
            shouter: None,
            mumbler: None,
            agent_words_per_min: None,
        }
    }

    /// Plays a line; nothing where it is not understood.
    fn play(&mut self, line: &str) -> Option<()> {
        if let Some(text) = line.strip_prefix("О:") {
            self.speak(Role::Agent, text);
            return Some(());
        }
        if let Some(text) = line.strip_prefix("К:") {
            self.speak(Role::Client, text);
            return Some(());
        }
        self.direct(line.strip_prefix('[')?.strip_suffix(']')?)
    }

    fn direct(&mut self, direction: &str) -> Option<()> {
        let (name, argument) = direction.split_once(' ').unwrap_or((direction, ""));
        match name {
            "тишина" => self.silence(argument.parse().ok()?, None),
            "удержание" => self.silence(argument.parse().ok()?, Some(false)),
            "музыка" => self.silence(argument.parse().ok()?, Some(true)),
            "перебил" => self.interrupter = Some(role_named(argument)?),
            "кричит" => self.shouter = Some(role_named(argument)?),
            "неразборчиво" => self.mumbler = Some(role_named(argument)?),
            "темп" => self.agent_words_per_min = Some(argument.parse().ok()?),
            "моно" => self.call.audio.layout = Layout::Mono,
            "без" => self.call.transcribed = false,
            _ => return None,
        }
        Some(())
    }

    fn speak(&mut self, speaker: Role, text: &str) {
        let overlap_s = if self.interrupter == Some(speaker) { OVERLAP_S } else { 0.0 };
        let start_s = (self.now_s - GAP_S.min(self.now_s) - overlap_s
            + if overlap_s > 0.0 { 0.0 } else { GAP_S })
        .max(0.0);
        if overlap_s > 0.0 {
            self.interrupter = None;
            self.overlap(speaker, start_s, start_s + overlap_s);
        }
        let confidence = if self.mumbler == Some(speaker) { CONFIDENCE_MUMBLED } else { CONFIDENCE };
        self.mumbler = self.mumbler.filter(|mumbler| *mumbler != speaker);
        let words: Vec<Word> = text
            .split_whitespace()
            .enumerate()
            .map(|(index, word)| {
                let word_start_s = start_s + WORD_S * index as f64;
                Word::new(word, word_start_s, word_start_s + WORD_S, confidence)
            })
            .collect();
        let end_s = start_s + WORD_S * words.len() as f64;
        if self.shouter == Some(speaker) {
            self.shouter = None;
            self.call.events.push(Event::new(EventKind::Shouting { speaker }, start_s, end_s));
        }
        self.call.activity.of_mut(speaker).push(Span::new(start_s, end_s));
        self.call.turns.push(Turn::new(speaker, start_s, end_s, text.trim().into(), "ru".into(), words));
        self.now_s = end_s + GAP_S;
    }

    fn overlap(&mut self, interrupter: Role, start_s: f64, end_s: f64) {
        let kind = EventKind::Overlap {
            class: OverlapClass::FloorTaken,
            interrupter,
            interrupted: interrupter.other(),
        };
        self.call.events.push(Event::new(kind, start_s, end_s));
    }

    /// `music` is None where nobody left: a silence that is no hold.
    fn silence(&mut self, length_s: f64, music: Option<bool>) {
        let start_s = (self.now_s - GAP_S).max(0.0);
        let end_s = start_s + length_s;
        if let Some(music) = music {
            let window_s = DialogueSettings::default().hold_announcement_window_s;
            let announced = Some(is_hold_announced(&self.agent_words(), start_s, window_s));
            let kind = EventKind::Hold { music, announced };
            self.call.events.push(Event::new(kind, start_s, end_s));
        }
        if length_s >= SILENCE_MIN_S {
            let kind = EventKind::Silence { in_hold: music.is_some() };
            self.call.events.push(Event::new(kind, start_s, end_s));
        }
        self.now_s = end_s;
    }

    fn agent_words(&self) -> Vec<Word> {
        let turns = self.call.turns.iter().filter(|turn| turn.speaker == Role::Agent);
        turns.flat_map(|turn| turn.words.iter().cloned()).collect()
    }

    fn finish(mut self) -> ExampleCall {
        self.call.audio.duration_s = self.now_s;
        self.call.metrics = self.metrics();
        if !self.call.transcribed {
            for turn in &mut self.call.turns {
                turn.words.clear();
                turn.text = "".into();
            }
        }
        if self.call.audio.layout == Layout::Mono {
            self.lose_roles();
        }
        self.call
    }

    fn lose_roles(&mut self) {
        for turn in &mut self.call.turns {
            turn.speaker = Role::Unknown;
        }
        self.call.metrics.speakers.clear();
        self.call.metrics.interruptions = InterruptionMetrics::default();
        self.call.metrics.unmeasurable.push(Unmeasurable {
            metric: "interruptions".to_owned(),
            reason: "обе стороны записаны на один канал".to_owned(),
        });
        self.call.events.retain(|event| !matches!(event.kind, EventKind::Overlap { .. }));
    }

    fn metrics(&self) -> Metrics {
        let mut metrics = Metrics::default();
        metrics.definitions.insert("confidence_min".to_owned(), CONFIDENCE_MIN);
        for role in [Role::Agent, Role::Client] {
            metrics.speakers.insert(role.name().to_owned(), self.speaker_metrics(role));
        }
        let lengths = |wanted: fn(&EventKind) -> bool| -> Vec<f64> {
            self.call.events.iter().filter(|event| wanted(&event.kind)).map(Event::duration_s).collect()
        };
        let silences = lengths(|kind| matches!(kind, EventKind::Silence { in_hold: false }));
        let holds = lengths(|kind| matches!(kind, EventKind::Hold { .. }));
        let longest = |lengths: &[f64]| lengths.iter().copied().fold(0.0, f64::max);
        metrics.silence = SilenceMetrics {
            total_s: silences.iter().sum(),
            ratio: silences.iter().sum::<f64>() / self.now_s,
            longest_s: longest(&silences),
            count: silences.len() as u32,
        };
        metrics.hold = HoldMetrics {
            total_s: holds.iter().sum(),
            longest_s: longest(&holds),
            count: holds.len() as u32,
        };
        metrics.interruptions = InterruptionMetrics {
            by_agent: Some(self.interruptions(Role::Agent)),
            by_client: Some(self.interruptions(Role::Client)),
        };
        metrics
    }

    fn interruptions(&self, by: Role) -> u32 {
        let is_theirs = |event: &&Event| matches!(event.kind, EventKind::Overlap { interrupter, .. } if interrupter == by);
        self.call.events.iter().filter(is_theirs).count() as u32
    }

    fn speaker_metrics(&self, role: Role) -> SpeakerMetrics {
        let turns: Vec<&Turn> = self.call.turns.iter().filter(|turn| turn.speaker == role).collect();
        let talk_s: f64 = turns.iter().map(|turn| turn.duration_s()).sum();
        let words: usize = turns.iter().map(|turn| turn.words.len()).sum();
        let words_per_min =
            if role == Role::Agent { self.agent_words_per_min.unwrap_or(150.0) } else { 150.0 };
        SpeakerMetrics {
            talk_s,
            turns: turns.len() as u32,
            words: self.call.transcribed.then_some(words as u32),
            words_per_min: (self.call.transcribed && words > 0).then_some(words_per_min),
            syllables_per_s: (words > 0).then_some(words_per_min / 30.0),
            loudness_lufs: (words > 0).then_some(-23.0),
            loudness_range_lu: (words > 0).then_some(5.0),
            ..SpeakerMetrics::default()
        }
    }
}

fn role_named(name: &str) -> Option<Role> {
    match name {
        "оператор" => Some(Role::Agent),
        "клиент" => Some(Role::Client),
        _ => None,
    }
}
