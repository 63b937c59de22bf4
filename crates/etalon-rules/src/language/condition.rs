//! The conditions that rules are made of.

use crate::language::intent::Intent;
use crate::language::phrase::Phrase;
use crate::language::window::Window;
use crate::text::matcher::MatchOptions;
use etalon_call::{Act, OverlapClass, Role};
use std::sync::Arc;

/// A condition and what to tell when it does not hold. The default has no parts and always holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Node {
    pub(crate) condition: Condition,
    /// The reason shown when exactly this part was not met.
    pub(crate) otherwise: Option<String>,
    /// How the pack writes the condition, and on which line.
    pub(crate) notation: String,
    pub(crate) line: usize,
}

impl Node {
    /// Whether it, or a part of it, looks for intents.
    pub(crate) fn has_intents(&self) -> bool {
        match &self.condition {
            Condition::Says(says) => !says.intents.is_empty(),
            Condition::All(parts) | Condition::Any(parts) | Condition::FirstMeasured(parts) => {
                parts.iter().any(Self::has_intents)
            }
            Condition::Not(part) => part.has_intents(),
            Condition::Each { of, must: around } | Condition::Some { of, has: around } => {
                of.has_intents() || around.has_intents()
            }
            Condition::Earlier { earlier, later } => earlier.has_intents() || later.has_intents(),
            _ => false,
        }
    }

    /// Whether only other calls can decide it, or a part of it.
    pub(crate) fn asks_for_history(&self) -> bool {
        match &self.condition {
            Condition::AcrossCalls(_) => true,
            Condition::All(parts) | Condition::Any(parts) | Condition::FirstMeasured(parts) => {
                parts.iter().any(Self::asks_for_history)
            }
            Condition::Named(part) => part.asks_for_history(),
            Condition::Not(part) => part.asks_for_history(),
            Condition::Each { of, must: around } | Condition::Some { of, has: around } => {
                of.asks_for_history() || around.asks_for_history()
            }
            Condition::Earlier { earlier, later } => earlier.asks_for_history() || later.asks_for_history(),
            _ => false,
        }
    }
}

impl Default for Condition {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

/// Something that holds in a call, does not hold, or cannot be told from its recording.
#[derive(Debug, Clone)]
pub(crate) enum Condition {
    /// All of the parts hold.
    All(Vec<Node>),
    /// One of the parts holds.
    Any(Vec<Node>),
    /// The first part that can be measured holds.
    FirstMeasured(Vec<Node>),
    /// A named condition, shared by all that use it.
    Named(Arc<Node>),
    /// The part does not hold.
    Not(Box<Node>),
    /// One side says one of the phrases.
    Says(Says),
    /// One side speaks at all.
    Speaks(Speaks),
    /// So many events of a kind.
    Events(Events),
    /// A measure lies in a band.
    Metric(MetricBand),
    /// Wherever the first is found, the second holds around it.
    Each { of: Box<Node>, must: Box<Node> },
    /// There is a place where the first is found and the second holds around it.
    Some { of: Box<Node>, has: Box<Node> },
    /// The first is found before the second, or without it.
    Earlier { earlier: Box<Node>, later: Box<Node> },
    /// The call began between two times of day.
    Clock(Clock),
    /// A fact about the call is known.
    Known(Fact),
    /// Both sides speak the same language.
    SameLanguage(SameLanguage),
    /// The stages are there, in this order.
    Stages(Vec<String>),
    /// Something that only the other calls of the same client can show.
    AcrossCalls(AcrossCalls),
}

/// Phrases of one side.
#[derive(Debug, Clone)]
pub(crate) struct Says {
    /// Conditions of a pack that ask for the same have the same number.
    pub(crate) number: usize,
    pub(crate) by: Role,
    pub(crate) phrases: Arc<[Phrase]>,
    /// What may be meant instead, asked for where the phrases are not found often enough.
    pub(crate) intents: Vec<Arc<Intent>>,
    /// Acts that are asked for, too, where phrases and intents are not found often enough.
    pub(crate) acts: Option<Acts>,
    /// A phrase next to one of these does not count.
    pub(crate) unless: Arc<[Phrase]>,
    pub(crate) window: Window,
    pub(crate) options: MatchOptions,
    /// Only phrases inside a question, or only those outside.
    pub(crate) in_question: Option<bool>,
    pub(crate) at_least: usize,
    /// Least mean confidence of the words found.
    pub(crate) confidence: f64,
    /// Only the first place of each phrase counts.
    pub(crate) first_of_each: bool,
    /// Only what is said to the other side as the speaker's own counts.
    pub(crate) is_addressed: bool,
}

/// Dialogue acts, and how probable one of them must be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Acts {
    pub(crate) any_of: Vec<Act>,
    /// An act that is less probable was not performed, 0 to 1.
    pub(crate) at_least: f64,
    /// From here on up to `at_least` a person has to listen.
    pub(crate) doubtful_from: f64,
}

/// Speech of one side.
#[derive(Debug, Clone)]
pub(crate) struct Speaks {
    pub(crate) by: Role,
    pub(crate) window: Window,
    pub(crate) at_least_words: usize,
}

/// Events of one kind.
#[derive(Debug, Clone)]
pub(crate) struct Events {
    pub(crate) kind: EventName,
    /// The interrupter of an overlap, the speaker of a farewell or a shout.
    pub(crate) by: Option<Role>,
    pub(crate) class: Option<OverlapClass>,
    pub(crate) in_hold: Option<bool>,
    /// Whether a hold was announced.
    pub(crate) announced: Option<bool>,
    pub(crate) lasting_s: f64,
    pub(crate) window: Window,
    pub(crate) at_least: Option<usize>,
    pub(crate) at_most: Option<usize>,
}

/// The kinds of events that conditions can count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventName {
    Overlap,
    Silence,
    Hold,
    Farewell,
    Shouting,
}

/// A measure and the band it must lie in.
#[derive(Debug, Clone)]
pub(crate) struct MetricBand {
    pub(crate) metric: MetricName,
    /// The measure's path as the pack writes it.
    pub(crate) path: String,
    /// The measure is taken relative to this one.
    pub(crate) over: Option<MetricName>,
    pub(crate) at_least: Option<f64>,
    pub(crate) at_most: Option<f64>,
}

/// The measures that conditions can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MetricName {
    Speaker(Role, SpeakerMetric),
    SilenceTotal,
    SilenceRatio,
    SilenceLongest,
    SilenceCount,
    HoldTotal,
    HoldLongest,
    HoldCount,
    OverlapTotal,
    OverlapRatio,
    InterruptionsByAgent,
    InterruptionsByClient,
    AttemptsByAgent,
    AttemptsByClient,
    Duration,
}

/// The measures of one speaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SpeakerMetric {
    TalkSeconds,
    TalkRatio,
    Turns,
    Words,
    WordsPerMinute,
    SyllablesPerSecond,
    Loudness,
    LoudnessRange,
    ClippedRatio,
    LongestTurn,
    LatencyMedian,
    LatencyHigh,
}

/// Minutes of the day between which the call begins; `from` after `until` goes over midnight.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    pub(crate) from_minute: u32,
    pub(crate) until_minute: u32,
    /// Days of the week on which it holds; empty: on all.
    pub(crate) days: DaySet,
    /// Whose clock is meant.
    pub(crate) zone: Zone,
}

/// Whose clock a time of day is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    /// The clock of the call's start as it was recorded.
    Agent,
    /// The client's own, which a tag of the call must give.
    Client,
}

/// Which days of the week count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DaySet {
    Every,
    /// Monday to Friday, whatever the calendar says.
    Weekdays,
    /// Saturday and Sunday, whatever the calendar says.
    Weekend,
    /// Working days of the pack's calendar.
    Workdays,
    /// Weekends and holidays of the pack's calendar.
    DaysOff,
}

/// A fact about the call that may be unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fact {
    StartedAt,
    Company,
    AgentName,
    HungUpByAgent,
    HungUpByClient,
    CalledByClient,
    ClientRef,
    Transcript,
    /// The centre said that the call is one of collection.
    Collection,
    /// The company's name tells that it collects debts.
    Collector,
}

/// What other calls are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AcrossCalls {
    /// A call back that was agreed in this call was made in time.
    CallbackKept,
    /// The client is not called more often than the law allows.
    ContactFrequency(ContactLimits),
}

/// How often a client may be called, this call included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ContactLimits {
    /// On one day.
    pub(crate) day: usize,
    /// In 7 days.
    pub(crate) week: Option<usize>,
    /// In 30 days.
    pub(crate) month: Option<usize>,
}

/// How much of another language the client may speak.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SameLanguage {
    /// Turns of the client in a language in which the agent does not answer.
    pub(crate) at_most_turns: usize,
}
