//! The conditions of a pack's rules.

use super::values::{choice, read_clock, read_fact, read_metric_band, read_role, read_window};
use super::{PackParser, check_placeholders};
use crate::language::condition::{
    AcrossCalls, Condition, ContactLimits, EventName, Events, Node, SameLanguage, Says, Speaks,
};
use crate::language::document::{Table, Value};
use crate::language::error::{PackError, PackErrorKind, help_for_unknown};
use crate::language::window::Window;
use crate::text::matcher::{Hearing, MatchOptions, Order};
use etalon_call::{OverlapClass, Role};
use std::sync::Arc;

/// Words that may stand between two items of a phrase unless the pack says otherwise.
const DEFAULT_SLACK: usize = 1;

/// Words within which the items of a phrase in free order must lie unless the pack says otherwise.
const DEFAULT_DISTANCE: usize = 8;

/// Conditions that may use each other in a row.
const LONGEST_CHAIN: usize = 32;

/// Parts that all conditions of a pack may have, each `use` counted as what it stands for.
const NODES_AT_MOST: usize = 50_000;

/// The keys of conditions: one of them says what a condition asks for, the others of its table say
/// more of it.
const CONDITION_KEYS: [&str; 17] = [
    "all",
    "any",
    "first_measured",
    "not",
    "use",
    "says",
    "speaks",
    "event",
    "metric",
    "each",
    "some",
    "earlier",
    "clock",
    "known",
    "same_language",
    "stages",
    "across_calls",
];

/// Everything that makes a condition over what is said different from others, phrases as the pack
/// writes them.
#[derive(PartialEq)]
pub(super) struct SaysIdentity {
    phrases: String,
    unless: String,
    intents: String,
    by: Role,
    window: Window,
    options: MatchOptions,
    in_question: Option<bool>,
    at_least: usize,
    confidence: f64,
    first_of_each: bool,
    is_addressed: bool,
}

impl PackParser<'_> {
    pub(super) fn node(
        &mut self,
        value: Value<'_>,
        stages: &[&str],
        has_found: bool,
    ) -> Result<Node, PackError> {
        self.nodes_read += 1;
        if self.nodes_read > NODES_AT_MOST {
            return Err(value.invalid(
                format!(
                    "the conditions of the pack have more than {NODES_AT_MOST} parts, each `use` written out"
                ),
                "use named conditions less often inside each other",
            ));
        }
        let table = value.table()?;
        table.get("otherwise").map_or(Ok(()), check_placeholders)?;
        let otherwise = table.text("otherwise")?;
        let condition = self.condition(&table, stages, has_found)?;
        table.finish()?;
        let (notation, line) = value.origin.excerpt(value.span());
        Ok(Node { condition, otherwise, notation, line })
    }

    pub(super) fn nodes(
        &mut self,
        value: Value<'_>,
        stages: &[&str],
        has_found: bool,
    ) -> Result<Vec<Node>, PackError> {
        let elements = value.elements();
        if elements.is_empty() {
            return Err(value.invalid("the list of conditions is empty", "put a condition into it"));
        }
        elements.into_iter().map(|value| self.node(value, stages, has_found)).collect()
    }

    pub(super) fn condition(
        &mut self,
        table: &Table<'_>,
        stages: &[&str],
        has_found: bool,
    ) -> Result<Condition, PackError> {
        let asked = CONDITION_KEYS.into_iter().find_map(|key| Some((key, table.get(key)?)));
        let Some((key, value)) = asked else {
            table.finish()?;
            return Err(table.origin.error(
                PackErrorKind::MissingKey,
                table.span().start..table.span().start + 1,
                "this condition says nothing",
                format!("write one of {}", CONDITION_KEYS.join(", ")),
            ));
        };
        match key {
            "all" => self.nodes(value, stages, has_found).map(Condition::All),
            "any" => self.nodes(value, stages, has_found).map(Condition::Any),
            "first_measured" => self.nodes(value, stages, has_found).map(Condition::FirstMeasured),
            "not" => {
                self.against(|parser| parser.node(value, stages, has_found)).map(Box::new).map(Condition::Not)
            }
            "use" => self.named_condition(value, stages, has_found),
            "says" => self.says(value, table, has_found).map(Condition::Says),
            "speaks" => self.speaks(value, table, has_found).map(Condition::Speaks),
            "event" => self.events(value, table, has_found).map(Condition::Events),
            "metric" => read_metric_band(value, table).map(Condition::Metric),
            "each" => {
                let of = Box::new(self.against(|parser| parser.node(value, stages, has_found))?);
                let must = Box::new(self.node(table.require("must")?, stages, true)?);
                Ok(Condition::Each { of, must })
            }
            "some" => {
                let of = Box::new(self.node(value, stages, has_found)?);
                let has = Box::new(self.node(table.require("has")?, stages, true)?);
                Ok(Condition::Some { of, has })
            }
            "earlier" => {
                let earlier = Box::new(self.node(value, stages, has_found)?);
                let later = table.require("later")?;
                let later = Box::new(self.against(|parser| parser.node(later, stages, has_found))?);
                Ok(Condition::Earlier { earlier, later })
            }
            "clock" => read_clock(&value.table()?).map(Condition::Clock),
            "known" => read_fact(value).map(Condition::Known),
            "same_language" => read_same_language(&value.table()?).map(Condition::SameLanguage),
            "stages" => read_stage_order(value, stages).map(Condition::Stages),
            // The last of the keys.
            _ => read_across_calls(value, table).map(Condition::AcrossCalls),
        }
    }

    /// Reads what speaks against the rule where the condition around it speaks for it.
    fn against<Read>(&mut self, read: impl FnOnce(&mut Self) -> Read) -> Read {
        self.stance = self.stance.reversed();
        let result = read(self);
        self.stance = self.stance.reversed();
        result
    }

    fn speaks(&self, by: Value<'_>, table: &Table<'_>, has_found: bool) -> Result<Speaks, PackError> {
        let by = read_role(by)?;
        let window = self.window(table, has_found)?;
        let at_least_words = table.count("at_least_words")?.unwrap_or(1);
        Ok(Speaks { by, window, at_least_words })
    }

    pub(super) fn named_condition(
        &mut self,
        value: Value<'_>,
        stages: &[&str],
        has_found: bool,
    ) -> Result<Condition, PackError> {
        let name = value.text()?;
        if self.using.iter().any(|using| using == name) {
            return Err(value.origin.error(
                PackErrorKind::Cycle,
                value.span(),
                format!("the condition `{name}` contains itself"),
                "take the reference out",
            ));
        }
        let conditions = self.root.get("conditions").map(Value::table).transpose()?;
        let found = conditions
            .as_ref()
            .and_then(|table| table.own_names().find(|(known, _, _)| *known == name))
            .map(|(_, _, definition)| definition);
        let definition = found.ok_or_else(|| {
            value.origin.error(
                PackErrorKind::UnknownName,
                value.span(),
                format!("no condition has the name `{name}`"),
                help_for_unknown(
                    name,
                    names_in(conditions.as_ref()),
                    format!("define it: [conditions.{name}]"),
                ),
            )
        })?;
        if self.using.len() >= LONGEST_CHAIN {
            return Err(value.origin.error(
                PackErrorKind::InvalidValue,
                value.span(),
                format!("more than {LONGEST_CHAIN} conditions use each other in a row here"),
                "write some of them out",
            ));
        }
        self.used.insert(name.to_owned());
        self.using.push(name.to_owned());
        let node = self.node(definition, stages, has_found)?;
        self.using.pop();
        Ok(Condition::All(vec![node]))
    }

    pub(super) fn says(
        &mut self,
        by: Value<'_>,
        table: &Table<'_>,
        has_found: bool,
    ) -> Result<Says, PackError> {
        let order = match table.text("order")?.as_deref() {
            None | Some("fixed") => Order::Fixed,
            Some("free") => Order::Free { distance: table.count("distance")?.unwrap_or(DEFAULT_DISTANCE) },
            Some(_) => {
                return Err(table.require("order")?.invalid("unknown order", "write \"fixed\" or \"free\""));
            }
        };
        let is_addressed = table.flag("addressed")?.unwrap_or(false);
        let options = MatchOptions {
            order,
            slack: table.count("slack")?.unwrap_or(DEFAULT_SLACK),
            hearing: if is_addressed { Hearing::AsWritten } else { self.stance.hearing() },
            counts_negated: table.flag("negated_counts")?.unwrap_or(false),
            counts_quoted: table.flag("quoted_counts")?.unwrap_or(false),
        };
        let in_question = table.flag("question")?;
        let intents = match table.get("intents") {
            Some(value) => self.intents_named(value)?,
            None => Vec::new(),
        };
        let phrases = match table.get("phrases") {
            Some(value) => self.shared_phrases(value)?,
            None if in_question.is_some() || !intents.is_empty() => Arc::default(),
            None => return Err(table.require("phrases").err().unwrap_or_else(|| by.invalid("", ""))),
        };
        let unless = table.get("unless").map(|value| self.shared_phrases(value)).transpose()?;
        let mut says = Says {
            number: 0,
            by: read_role(by)?,
            phrases,
            intents,
            unless: unless.unwrap_or_default(),
            window: self.window(table, has_found)?,
            options,
            in_question,
            at_least: table.count("at_least")?.unwrap_or(1),
            confidence: table.number("confidence")?.unwrap_or(0.0),
            first_of_each: table.flag("first_of_each")?.unwrap_or(false),
            is_addressed,
        };
        says.number = self.number_of(&says, table);
        Ok(says)
    }

    /// The number of a condition over what is said; conditions that ask for the same have the same
    /// one.
    fn number_of(&mut self, says: &Says, table: &Table<'_>) -> usize {
        let written = |key| table.get(key).map_or("", Value::written).to_owned();
        let identity = SaysIdentity {
            phrases: written("phrases"),
            unless: written("unless"),
            intents: written("intents"),
            by: says.by,
            window: says.window,
            options: says.options,
            in_question: says.in_question,
            at_least: says.at_least,
            confidence: says.confidence,
            first_of_each: says.first_of_each,
            is_addressed: says.is_addressed,
        };
        let known = self.different_says.iter().position(|known| *known == identity);
        known.unwrap_or_else(|| {
            self.different_says.push(identity);
            self.different_says.len() - 1
        })
    }

    pub(super) fn events(
        &mut self,
        kind: Value<'_>,
        table: &Table<'_>,
        has_found: bool,
    ) -> Result<Events, PackError> {
        let at_most = table.count("at_most")?;
        let at_least = table.count("at_least")?.or((at_most.is_none()).then_some(1));
        if at_least.zip(at_most).is_some_and(|(least, most)| least > most) {
            return Err(kind.invalid("no number of events can be both", "make at_most greater than at_least"));
        }
        Ok(Events {
            kind: choice(
                kind,
                &[
                    ("overlap", EventName::Overlap),
                    ("silence", EventName::Silence),
                    ("hold", EventName::Hold),
                    ("farewell", EventName::Farewell),
                    ("shouting", EventName::Shouting),
                ],
            )?,
            by: table.get("by").map(read_role).transpose()?,
            class: table
                .get("class")
                .map(|value| {
                    choice(
                        value,
                        &[
                            ("backchannel", OverlapClass::Backchannel),
                            ("terminal", OverlapClass::Terminal),
                            ("collaborative", OverlapClass::Collaborative),
                            ("attempt", OverlapClass::Attempt),
                            ("floor_taken", OverlapClass::FloorTaken),
                        ],
                    )
                })
                .transpose()?,
            in_hold: table.flag("in_hold")?,
            announced: table.flag("announced")?,
            lasting_s: table.number("lasting_s")?.unwrap_or(0.0),
            window: self.window(table, has_found)?,
            at_least,
            at_most,
        })
    }

    /// Reads the windows and conditions that nothing uses: a mistake in them is one all the same.
    pub(super) fn check_unused(&mut self, stages: &[&str]) -> Result<(), PackError> {
        if let Some(windows) = self.root.get("windows").map(Value::table).transpose()? {
            for (_, _, window) in windows.own_names() {
                read_window(&window.table()?)?;
            }
        }
        let Some(conditions) = self.root.get("conditions").map(Value::table).transpose()? else {
            return Ok(());
        };
        for (name, _, condition) in conditions.own_names() {
            if !self.used.contains(name) {
                self.using.push(name.to_owned());
                self.node(condition, stages, true)?;
                self.using.pop();
            }
        }
        Ok(())
    }

    /// The window of a condition: by name, written out, or the whole call.
    pub(super) fn window(&self, table: &Table<'_>, has_found: bool) -> Result<Window, PackError> {
        let Some(value) = table.get("in") else { return Ok(Window::CALL) };
        let window = if value.is_text() { self.named_window(value)? } else { read_window(&value.table()?)? };
        if window.needs_trigger() && !has_found {
            return Err(value.invalid(
                "this window lies around a found place, and nothing was found before it",
                "use it inside `must` or `has`, or write another anchor",
            ));
        }
        Ok(window)
    }

    pub(super) fn named_window(&self, value: Value<'_>) -> Result<Window, PackError> {
        let name = value.text()?;
        let windows = self.root.get("windows").map(Value::table).transpose()?;
        let found = windows
            .as_ref()
            .and_then(|table| table.own_names().find(|(known, _, _)| *known == name))
            .map(|(_, _, definition)| definition);
        match found {
            Some(definition) => read_window(&definition.table()?),
            None => Err(value.origin.error(
                PackErrorKind::UnknownName,
                value.span(),
                format!("no window has the name `{name}`"),
                help_for_unknown(name, names_in(windows.as_ref()), format!("define it: [windows.{name}]")),
            )),
        }
    }
}

fn names_in<'a>(table: Option<&Table<'a>>) -> Vec<&'a str> {
    table.into_iter().flat_map(Table::own_names).map(|(name, _, _)| name).collect()
}

fn read_same_language(table: &Table<'_>) -> Result<SameLanguage, PackError> {
    let at_most_turns = table.count("at_most_turns")?.unwrap_or(0);
    table.finish()?;
    Ok(SameLanguage { at_most_turns })
}

fn read_stage_order(value: Value<'_>, stages: &[&str]) -> Result<Vec<String>, PackError> {
    let mut order = Vec::new();
    for element in value.elements() {
        let id = element.text()?;
        if !stages.contains(&id) {
            return Err(element.origin.error(
                PackErrorKind::UnknownName,
                element.span(),
                format!("no stage has the id `{id}`"),
                help_for_unknown(id, stages.iter().copied(), "define it under [[stages]]"),
            ));
        }
        order.push(id.to_owned());
    }
    Ok(order)
}

fn read_across_calls(value: Value<'_>, table: &Table<'_>) -> Result<AcrossCalls, PackError> {
    let asks_for_callback = choice(value, &[("callback_kept", true), ("contact_frequency", false)])?;
    if asks_for_callback {
        return Ok(AcrossCalls::CallbackKept);
    }
    Ok(AcrossCalls::ContactFrequency(ContactLimits {
        day: table.require("per_day")?.count()?,
        week: table.count("per_week")?,
        month: table.count("per_month")?,
    }))
}
