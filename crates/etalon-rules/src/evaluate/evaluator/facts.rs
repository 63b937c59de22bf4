//! Conditions over events, times, facts and languages.

use super::Evaluator;
use crate::evaluate::client_time::{ClientTimeUnknown, client_time};
use crate::evaluate::conversation::somebody_talks;
use crate::evaluate::finding::{Finding, Place};
use crate::evaluate::turn_language::foreign_turns;
use crate::evaluate::wording;
use crate::language::condition::{Clock, DaySet, EventName, Events, Fact, SameLanguage, Zone};
use crate::lexicon::COLLECTORS;
use chrono::{Datelike, Timelike, Weekday};
use etalon_call::{CallFacts, Direction, Event, EventKind, Role};
use etalon_text::normalize_word;

/// The words that show whether a hold was announced are looked for this long before it, seconds.
const ANNOUNCED_BEFORE_S: f64 = 25.0;

/// The languages of the farewells that become events (`lexicons/farewell.txt` of etalon-dialogue).
const FAREWELL_LANGUAGES: [&str; 3] = ["ru", "kk", "en"];

/// The column of a manifest that tells what kind of call it is.
const CALL_TYPE_TAG: &str = "call_type";

/// What such a column says of a call about a debt.
const COLLECTION_TYPES: [&str; 2] = ["collection", "взыскание"];

impl Evaluator<'_> {
    pub(super) fn events(&self, events: &Events, found: Option<&Place>) -> Finding {
        if let Some(cause) = self.events_unmeasurable(events) {
            return Finding::unmeasurable(cause);
        }
        let Some((from_s, until_s)) = self.window(&events.window, found) else { return Finding::of(false) };
        let in_window: Vec<&Event> =
            self.view.events.iter().filter(|event| event.start_s < until_s && event.end_s > from_s).collect();
        if let Some(cause) = in_window.iter().find_map(|event| self.unsure_of_hold(event, events)) {
            return Finding::unmeasurable(cause);
        }
        let wanted: Vec<&Event> =
            in_window.iter().copied().filter(|event| is_wanted(event, events)).collect();
        if wanted.is_empty()
            && let Some(cause) = self.told_in_other_words(events, (from_s, until_s))
        {
            return Finding::unmeasurable(cause);
        }
        let is_enough = events.at_least.is_none_or(|least| wanted.len() >= least);
        let is_not_too_much = events.at_most.is_none_or(|most| wanted.len() <= most);
        let places = wanted.iter().flat_map(|event| self.places_of(event, events)).collect();
        let mut finding = Finding::of(is_enough && is_not_too_much).with_places(places);
        if events.announced == Some(true) && wanted.is_empty() {
            finding.searched = in_window.iter().flat_map(|event| self.said_before(event)).collect();
        }
        finding.with_value(wanted.len() as f64)
    }

    /// Why nothing can be said of whether a hold was announced: nobody knows, or what was not heard
    /// may have been said in words that were recognised with low confidence.
    fn unsure_of_hold(&self, event: &Event, wanted: &Events) -> Option<String> {
        wanted.announced?;
        match event.kind {
            EventKind::Hold { announced: None, .. } => Some(wording::NOT_TRANSCRIBED.to_owned()),
            EventKind::Hold { announced: Some(false), .. } => {
                self.low_confidence_of(Role::Agent, before(event)).filter(|_| is_long_enough(event, wanted))
            }
            _ => None,
        }
    }

    /// Why an event that only words show may be there all the same: they are of another language.
    fn told_in_other_words(&self, events: &Events, window: (f64, f64)) -> Option<String> {
        match events.kind {
            EventName::Farewell => {
                let speaker = events.by.unwrap_or(Role::Agent);
                let foreign = self.foreign_between(speaker, window);
                foreign.filter(|_| !self.speaks_only(speaker, &FAREWELL_LANGUAGES))
            }
            EventName::Hold if events.announced.is_some() => self.foreign_between(Role::Agent, window),
            _ => None,
        }
    }

    /// What shows an event: its own time, or the words that announced it.
    fn places_of(&self, event: &Event, wanted: &Events) -> Vec<Place> {
        if wanted.announced == Some(true) { self.said_before(event) } else { vec![self.event_place(event)] }
    }

    fn said_before(&self, event: &Event) -> Vec<Place> {
        self.spoken(Role::Agent, before(event))
    }

    /// Why events of a kind cannot be told from this recording.
    pub(super) fn events_unmeasurable(&self, events: &Events) -> Option<String> {
        let metrics = self.view.metrics;
        match events.kind {
            EventName::Overlap if metrics.interruptions.by_agent.is_none() => {
                Some(crate::evaluate::measures::cause(self.view, "interruptions"))
            }
            EventName::Shouting => {
                let speaker = metrics.speakers.get(events.by.unwrap_or(Role::Agent).name());
                let is_measured = speaker.is_some_and(|speaker| speaker.loudness_lufs.is_some());
                (!is_measured).then(|| crate::evaluate::measures::cause(self.view, "speakers"))
            }
            EventName::Farewell => self.speech_unmeasurable(events.by.unwrap_or(Role::Agent)),
            EventName::Hold if events.announced.is_some() => self.speech_unmeasurable(Role::Agent),
            EventName::Hold | EventName::Silence => {
                (!somebody_talks(self.view)).then(|| wording::NOBODY_WAITS.to_owned())
            }
            EventName::Overlap => None,
        }
    }

    pub(super) fn clock(&self, clock: Clock) -> Finding {
        let started_at = match clock.zone {
            Zone::Agent => self.view.call.started_at.ok_or(ClientTimeUnknown::Start),
            Zone::Client => client_time(self.view.call),
        };
        let started_at = match started_at {
            Ok(started_at) => started_at,
            Err(unknown) => return Finding::unmeasurable(unknown.to_string()),
        };
        let minute = started_at.hour() * 60 + started_at.minute();
        let is_weekend = matches!(started_at.weekday(), Weekday::Sat | Weekday::Sun);
        let is_workday = || self.calendar.is_workday(started_at.date_naive());
        let is_day = match clock.days {
            DaySet::Every => true,
            DaySet::Weekdays => !is_weekend,
            DaySet::Weekend => is_weekend,
            DaySet::Workdays => is_workday(),
            DaySet::DaysOff => !is_workday(),
        };
        let is_time = if clock.from_minute <= clock.until_minute {
            (clock.from_minute..clock.until_minute).contains(&minute)
        } else {
            minute >= clock.from_minute || minute < clock.until_minute
        };
        Finding::of(is_day && is_time)
    }

    pub(super) fn knows(&self, fact: Fact) -> bool {
        let call = self.view.call;
        match fact {
            Fact::StartedAt => call.started_at.is_some(),
            Fact::Company => !call.company.is_empty(),
            Fact::AgentName => call.agent_name.is_some(),
            Fact::ClientRef => call.client_ref.is_some(),
            Fact::Transcript => self.view.transcribed,
            Fact::Collection => is_told_to_be_collection(call),
            Fact::Collector => call.company.iter().any(|name| is_name_of_collector(name)),
            Fact::HungUpByAgent => call.hung_up_by == Some(Role::Agent),
            Fact::HungUpByClient => call.hung_up_by == Some(Role::Client),
            Fact::CalledByClient => call.direction == Some(Direction::Inbound),
        }
    }

    pub(super) fn same_language(&self, language: SameLanguage) -> Finding {
        for role in [Role::Agent, Role::Client] {
            if let Some(cause) = self.speech_unmeasurable(role) {
                return Finding::unmeasurable(cause);
            }
        }
        let foreign = foreign_turns(self.transcript);
        let places = foreign.iter().map(|turn| self.place(turn.first, turn.end)).collect();
        Finding::of(foreign.len() <= language.at_most_turns).with_places(places)
    }

    pub(super) fn event_place(&self, event: &Event) -> Place {
        let speaker = match event.kind {
            EventKind::Overlap { interrupter, .. } => Some(interrupter),
            EventKind::Farewell { speaker }
            | EventKind::Shouting { speaker }
            | EventKind::Unrecognized { speaker } => Some(speaker),
            EventKind::Silence { .. } | EventKind::Hold { .. } => None,
        };
        let said = speaker.map(|speaker| self.spoken(speaker, (event.start_s, event.end_s)));
        let quote = said.and_then(|places| places.into_iter().next()).map(|place| place.quote);
        Place {
            start_s: event.start_s,
            end_s: event.end_s,
            speaker,
            tokens: None,
            quote: quote.unwrap_or_default(),
            label: Some(wording::event_label(event.kind, event.duration_s())),
            similarity: None,
            act: None,
        }
    }
}

/// Whether the column `call_type` of the manifest says that a debt is collected.
fn is_told_to_be_collection(call: &CallFacts) -> bool {
    let told = call.tags.get(CALL_TYPE_TAG).map(|told| told.trim().to_lowercase());
    told.is_some_and(|told| COLLECTION_TYPES.contains(&told.as_str()))
}

fn is_name_of_collector(name: &str) -> bool {
    name.split_whitespace().any(|word| COLLECTORS.contains(&normalize_word(word)))
}

/// When the agent may have announced what begins here.
fn before(event: &Event) -> (f64, f64) {
    (event.start_s - ANNOUNCED_BEFORE_S, event.start_s)
}

fn is_long_enough(event: &Event, wanted: &Events) -> bool {
    event.duration_s() >= wanted.lasting_s
}

fn is_wanted(event: &Event, wanted: &Events) -> bool {
    let announced = match event.kind {
        EventKind::Hold { announced, .. } => announced,
        _ => None,
    };
    let (kind, by, class, in_hold) = match event.kind {
        EventKind::Overlap { class, interrupter, .. } => {
            (EventName::Overlap, Some(interrupter), Some(class), None)
        }
        EventKind::Silence { in_hold } => (EventName::Silence, None, None, Some(in_hold)),
        EventKind::Hold { .. } => (EventName::Hold, None, None, None),
        EventKind::Farewell { speaker } => (EventName::Farewell, Some(speaker), None, None),
        EventKind::Shouting { speaker } => (EventName::Shouting, Some(speaker), None, None),
        // No rule can ask for what is lost: its conditions are unmeasurable there.
        EventKind::Unrecognized { .. } => return false,
    };
    kind == wanted.kind
        && (wanted.by.is_none() || wanted.by == by)
        && (wanted.class.is_none() || wanted.class == class)
        && (wanted.in_hold.is_none() || wanted.in_hold == in_hold)
        && (wanted.announced.is_none() || wanted.announced == announced)
        && is_long_enough(event, wanted)
}
