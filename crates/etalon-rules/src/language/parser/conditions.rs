//! The conditions of a pack's rules.

use super::values::{
    choice, read_act, read_clock, read_fact, read_metric_band, read_probability, read_role, read_window,
};
use super::{PackParser, Stance, check_placeholders};
use crate::language::condition::{
    AcrossCalls, Acts, Condition, ContactLimits, EventName, Events, Node, SameLanguage, Says, Speaks,
};
use crate::language::document::{Table, Value};
use crate::language::error::{PackError, PackErrorKind, help_for_unknown};
use crate::language::window::Window;
use crate::text::matcher::{Hearing, MatchOptions, Order};
use etalon_call::{Act, OverlapClass, Role};
use std::sync::Arc;

/// Words that may stand between two items of a phrase unless the pack says otherwise.
const DEFAULT_SLACK: usize = 1;

/// An act that is less probable was not performed unless the pack says otherwise.
const DEFAULT_PROBABILITY: f64 = 0.5;

/// Words within which the items of a phrase in free order must lie unless the pack says otherwise.
const DEFAULT_DISTANCE: usize = 8;

/// Conditions that may use each other in a row.
const LONGEST_CHAIN: usize = 32;

/// Parts that all conditions of a pack may have, each `use` counted as what it stands for.
const PARTS_AT_MOST: usize = 50_000;

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
    acts: Option<Acts>,
    by: Role,
    window: Window,
    options: MatchOptions,
    in_question: Option<bool>,
    at_least: usize,
    confidence: f64,
    first_of_each: bool,
    is_addressed: bool,
}

/// A named condition that was read, and what it adds to whoever uses it.
#[derive(Debug)]
pub(super) struct SharedCondition {
    node: Arc<Node>,
    /// Its parts, each `use` written out.
    parts: usize,
    /// How many conditions use each other in a row from it on, itself included.
    chain: usize,
}

/// What a named condition means depends on where it is used: its name, whether it looks around a
/// found place, and for or against whom it speaks.
pub(super) type ConditionUse = (String, bool, Stance);

impl PackParser<'_> {
    /// A condition. After an error was reported, one without parts stands in for it.
    pub(super) fn node(&mut self, value: Value<'_>, stages: &[&str], has_found: bool) -> Node {
        self.count_parts(value, 1);
        if self.parts_read > PARTS_AT_MOST {
            return Node::default();
        }
        let origin = value.origin;
        let Some(table) = origin.reported(value.table()) else { return Node::default() };
        let otherwise = table.read("otherwise", |value| {
            check_placeholders(value)?;
            value.text().map(str::to_owned)
        });
        let Some(condition) = origin.reported(self.condition(&table, stages, has_found)) else {
            return Node::default();
        };
        table.finish();
        let (notation, line) = origin.excerpt(value.span());
        Node { condition, otherwise, notation, line }
    }

    /// Counts parts of conditions, and reports the first that is too many.
    fn count_parts(&mut self, value: Value<'_>, parts: usize) {
        let before = self.parts_read;
        self.parts_read = before.saturating_add(parts);
        if before <= PARTS_AT_MOST && self.parts_read > PARTS_AT_MOST {
            value.origin.report(value.invalid(
                format!(
                    "the conditions of the pack have more than {PARTS_AT_MOST} parts, each `use` written out"
                ),
                "use named conditions less often inside each other",
            ));
        }
    }

    fn nodes(&mut self, value: Value<'_>, stages: &[&str], has_found: bool) -> Result<Vec<Node>, PackError> {
        let elements = value.elements();
        if elements.is_empty() {
            return Err(value.invalid("the list of conditions is empty", "put a condition into it"));
        }
        Ok(elements.into_iter().map(|value| self.node(value, stages, has_found)).collect())
    }

    fn boxed(&mut self, value: Value<'_>, stages: &[&str], has_found: bool) -> Box<Node> {
        Box::new(self.node(value, stages, has_found))
    }

    fn condition(
        &mut self,
        table: &Table<'_>,
        stages: &[&str],
        has_found: bool,
    ) -> Result<Condition, PackError> {
        let asked = CONDITION_KEYS.into_iter().find_map(|key| Some((key, table.get(key)?)));
        let Some((key, value)) = asked else {
            table.finish();
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
            "not" => Ok(Condition::Not(self.against(|parser| parser.boxed(value, stages, has_found)))),
            "use" => self.named_condition(value, stages, has_found),
            "says" => self.says(value, table, has_found).map(Condition::Says),
            "speaks" => self.speaks(value, table, has_found).map(Condition::Speaks),
            "event" => self.events(value, table, has_found).map(Condition::Events),
            "metric" => read_metric_band(value, table).map(Condition::Metric),
            "each" => {
                let of = self.against(|parser| parser.boxed(value, stages, has_found));
                let must = self.boxed(table.require("must")?, stages, true);
                Ok(Condition::Each { of, must })
            }
            "some" => {
                let of = self.boxed(value, stages, has_found);
                let has = self.boxed(table.require("has")?, stages, true);
                Ok(Condition::Some { of, has })
            }
            "earlier" => {
                let earlier = self.boxed(value, stages, has_found);
                let later = table.require("later")?;
                let later = self.against(|parser| parser.boxed(later, stages, has_found));
                Ok(Condition::Earlier { earlier, later })
            }
            "clock" => read_clock(&value.table()?).map(Condition::Clock),
            "known" => read_fact(value).map(Condition::Known),
            "same_language" => Ok(Condition::SameLanguage(read_same_language(&value.table()?))),
            "stages" => Ok(Condition::Stages(read_stage_order(value, stages))),
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
        let window = self.window(table, has_found);
        let at_least_words = table.count("at_least_words").unwrap_or(1);
        Ok(Speaks { by: read_role(by)?, window, at_least_words })
    }

    fn named_condition(
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
        let conditions = self.root.read("conditions", Value::table);
        let Some(definition) = conditions.as_ref().and_then(|table| table.named(name)) else {
            let known = names_in(conditions.as_ref());
            return Err(value.origin.error(
                PackErrorKind::UnknownName,
                value.span(),
                format!("no condition has the name `{name}`"),
                help_for_unknown(name, known, format!("define it: [conditions.{name}]")),
            ));
        };
        let place = (name.to_owned(), has_found, self.stance);
        if !self.shared.contains_key(&place) {
            if self.using.len() >= LONGEST_CHAIN {
                return Err(too_long_a_chain(value));
            }
            let shared = self.read_shared(name, definition, stages, has_found);
            self.shared.insert(place, shared);
        } else if let Some(SharedCondition { parts, chain, .. }) = self.shared.get(&place) {
            let (parts, deepest) = (*parts, self.using.len() + chain);
            if deepest > LONGEST_CHAIN {
                return Err(too_long_a_chain(value));
            }
            self.longest_chain = self.longest_chain.max(deepest);
            self.count_parts(value, parts);
        }
        let (name, has_found, stance) = (name.to_owned(), has_found, self.stance);
        let node = self.shared.get(&(name, has_found, stance)).map(|shared| Arc::clone(&shared.node));
        Ok(Condition::Named(node.unwrap_or_default()))
    }

    /// Reads the definition of a named condition and counts what it adds.
    fn read_shared(
        &mut self,
        name: &str,
        definition: Value<'_>,
        stages: &[&str],
        has_found: bool,
    ) -> SharedCondition {
        let (parts_before, chain_before) = (self.parts_read, self.longest_chain);
        let users = self.using.len();
        self.used.insert(name.to_owned());
        self.using.push(name.to_owned());
        self.longest_chain = self.using.len();
        let node = Arc::new(self.node(definition, stages, has_found));
        self.using.pop();
        let shared = SharedCondition {
            node,
            parts: self.parts_read - parts_before,
            chain: self.longest_chain - users,
        };
        self.longest_chain = self.longest_chain.max(chain_before);
        shared
    }

    fn says(&mut self, by: Value<'_>, table: &Table<'_>, has_found: bool) -> Result<Says, PackError> {
        let is_addressed = table.flag("addressed").unwrap_or(false);
        let options = MatchOptions {
            order: read_order(table),
            slack: table.count("slack").unwrap_or(DEFAULT_SLACK),
            hearing: if is_addressed { Hearing::AsWritten } else { self.stance.hearing() },
            counts_negated: table.flag("negated_counts").unwrap_or(false),
            counts_quoted: table.flag("quoted_counts").unwrap_or(false),
        };
        let in_question = table.flag("question");
        let named = table.get("intents");
        let intents = named.map(|value| self.intents_named(value)).unwrap_or_default();
        let acts = read_acts(table);
        let phrases = match table.get("phrases") {
            Some(value) => self.shared_phrases(value),
            None if in_question.is_some() || named.is_some() || acts.is_some() => Arc::default(),
            None => return Err(table.require("phrases").err().unwrap_or_else(|| by.invalid("", ""))),
        };
        let unless = table.get("unless").filter(|value| !value.elements().is_empty());
        let mut says = Says {
            number: 0,
            by: table.origin.reported(read_role(by)).unwrap_or(Role::Agent),
            phrases,
            intents,
            at_least: if acts.is_some() { 1 } else { table.count("at_least").unwrap_or(1) },
            acts,
            unless: unless.map(|value| self.shared_phrases(value)).unwrap_or_default(),
            window: self.window(table, has_found),
            options,
            in_question,
            confidence: table.number("confidence").unwrap_or(0.0),
            first_of_each: table.flag("first_of_each").unwrap_or(false),
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
            acts: says.acts.clone(),
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

    fn events(&self, kind: Value<'_>, table: &Table<'_>, has_found: bool) -> Result<Events, PackError> {
        let at_most = table.count("at_most");
        let at_least = table.count("at_least").or((at_most.is_none()).then_some(1));
        if at_least.zip(at_most).is_some_and(|(least, most)| least > most) {
            return Err(kind.invalid("no number of events can be both", "make at_most greater than at_least"));
        }
        Ok(Events {
            by: table.read("by", read_role),
            class: table.read("class", read_overlap_class),
            in_hold: table.flag("in_hold"),
            announced: table.flag("announced"),
            lasting_s: table.number("lasting_s").unwrap_or(0.0),
            window: self.window(table, has_found),
            at_least,
            at_most,
            kind: read_event_name(kind)?,
        })
    }

    /// Reads the windows and conditions that nothing uses: a mistake in them is one all the same.
    pub(super) fn check_unused(&mut self, stages: &[&str]) {
        if let Some(windows) = self.root.read("windows", Value::table) {
            for (_, _, window) in windows.own_names() {
                windows.origin.reported(window.table().and_then(|table| read_window(&table)));
            }
        }
        let Some(conditions) = self.root.read("conditions", Value::table) else { return };
        for (name, _, condition) in conditions.own_names() {
            if !self.used.contains(name) {
                self.using.push(name.to_owned());
                self.node(condition, stages, true);
                self.using.pop();
            }
        }
    }

    /// The window of a condition: by name, written out, or the whole call.
    fn window(&self, table: &Table<'_>, has_found: bool) -> Window {
        let window = table.read("in", |value| {
            let window =
                if value.is_text() { self.named_window(value)? } else { read_window(&value.table()?)? };
            if window.needs_trigger() && !has_found {
                return Err(value.invalid(
                    "this window lies around a found place, and nothing was found before it",
                    "use it inside `must` or `has`, or write another anchor",
                ));
            }
            Ok(window)
        });
        window.unwrap_or_default()
    }

    fn named_window(&self, value: Value<'_>) -> Result<Window, PackError> {
        let name = value.text()?;
        let windows = self.root.read("windows", Value::table);
        match windows.as_ref().and_then(|table| table.named(name)) {
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

/// The dialogue acts that a condition asks for. Beside acts, `at_least` is a probability.
fn read_acts(table: &Table<'_>) -> Option<Acts> {
    let named = table.get("acts")?;
    let any_of: Vec<Act> =
        named.elements().into_iter().filter_map(|name| named.origin.reported(read_act(name))).collect();
    if any_of.is_empty() && named.elements().is_empty() {
        named.origin.report(named.invalid("the list of acts is empty", "name an act: docs/acts.md"));
    }
    let at_least = table.read("at_least", read_probability).unwrap_or(DEFAULT_PROBABILITY);
    let doubtful_from = table.read("doubtful_from", read_probability).unwrap_or(at_least);
    Some(Acts { any_of, at_least, doubtful_from: doubtful_from.min(at_least) })
}

fn too_long_a_chain(value: Value<'_>) -> PackError {
    value.invalid(
        format!("more than {LONGEST_CHAIN} conditions use each other in a row here"),
        "write some of them out",
    )
}

/// The order of a phrase's items.
fn read_order(table: &Table<'_>) -> Order {
    let distance = table.count("distance").unwrap_or(DEFAULT_DISTANCE);
    let orders = [("fixed", Order::Fixed), ("free", Order::Free { distance })];
    table.read("order", |value| choice(value, &orders)).unwrap_or(Order::Fixed)
}

fn read_event_name(value: Value<'_>) -> Result<EventName, PackError> {
    choice(
        value,
        &[
            ("overlap", EventName::Overlap),
            ("silence", EventName::Silence),
            ("hold", EventName::Hold),
            ("farewell", EventName::Farewell),
            ("shouting", EventName::Shouting),
        ],
    )
}

fn read_overlap_class(value: Value<'_>) -> Result<OverlapClass, PackError> {
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
}

fn names_in<'a>(table: Option<&Table<'a>>) -> Vec<&'a str> {
    table.into_iter().flat_map(Table::own_names).map(|(name, _, _)| name).collect()
}

fn read_same_language(table: &Table<'_>) -> SameLanguage {
    let at_most_turns = table.count("at_most_turns").unwrap_or(0);
    table.finish();
    SameLanguage { at_most_turns }
}

fn read_stage_order(value: Value<'_>, stages: &[&str]) -> Vec<String> {
    let stage = |element: Value<'_>| {
        let id = element.text()?;
        if stages.contains(&id) {
            return Ok(id.to_owned());
        }
        Err(element.origin.error(
            PackErrorKind::UnknownName,
            element.span(),
            format!("no stage has the id `{id}`"),
            help_for_unknown(id, stages.iter().copied(), "define it under [[stages]]"),
        ))
    };
    value.elements().into_iter().filter_map(|element| value.origin.reported(stage(element))).collect()
}

fn read_across_calls(value: Value<'_>, table: &Table<'_>) -> Result<AcrossCalls, PackError> {
    let asks_for_callback = choice(value, &[("callback_kept", true), ("contact_frequency", false)])?;
    if asks_for_callback {
        return Ok(AcrossCalls::CallbackKept);
    }
    Ok(AcrossCalls::ContactFrequency(ContactLimits {
        day: table.require("per_day")?.count()?,
        week: table.count("per_week"),
        month: table.count("per_month"),
    }))
}
