//! Reads a pack from its TOML text and checks everything that can be checked without a call.

use crate::condition::{
    AcrossCalls, Clock, Condition, DaySet, EventName, Events, Fact, MetricBand, MetricName, Node,
    SameLanguage, Says, SpeakerMetric, Speaks, Zone,
};
use crate::document::{Origin, Table, Value};
use crate::error::{PackError, PackErrorKind};
use crate::example::{Example, ExampleFacts, ExampleKind};
use crate::matcher::{MatchOptions, Order};
use crate::pack::{AgreementDefinitions, Glossary, Pack, Reasons, Rule, Source, StageDefinition};
use crate::phrase::{Item, Phrase, PhraseCompiler, PhraseError, lists_in};
use crate::vocabulary::Vocabulary;
use crate::window::{Anchor, Window};
use etalon_call::{OverlapClass, Role, Severity, Verdict};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

/// Words that may stand between two items of a phrase unless the pack says otherwise.
const DEFAULT_SLACK: usize = 1;

/// Words within which the items of a phrase in free order must lie unless the pack says otherwise.
const DEFAULT_DISTANCE: usize = 8;

pub(crate) fn parse(source: &str, origin_name: &str) -> Result<Pack, PackError> {
    let origin = Origin { name: origin_name, source };
    let document = origin.parse()?;
    let root = Table::new(origin, document.get_ref(), document.span());
    let mut parser =
        PackParser { lists: HashMap::new(), vocabulary: Vocabulary::default(), root: &root, using: vec![] };
    parser.read_lists()?;
    let id = root.require("id")?.text()?.to_owned();
    let stages = parser.read_stages()?;
    let stage_ids: Vec<&str> = stages.iter().map(|stage| stage.id.as_str()).collect();
    let rules = parser.read_rules(&stage_ids)?;
    let agreements = parser.read_agreements()?;
    let pack = Pack {
        id,
        version: root.require("version")?.text()?.to_owned(),
        title: root.require("title")?.text()?.to_owned(),
        language: root.text("language")?.unwrap_or_else(|| "ru".to_owned()),
        sha256: sha256_of(source),
        glossary: read_glossary(&root)?,
        rules,
        stages,
        agreements,
        vocabulary: parser.vocabulary,
    };
    root.get("windows");
    root.get("conditions");
    root.finish()?;
    Ok(pack)
}

fn sha256_of(source: &str) -> String {
    Sha256::digest(source.as_bytes()).iter().fold(String::new(), |mut text, byte| {
        // Writing into a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn read_glossary(root: &Table<'_>) -> Result<Glossary, PackError> {
    let Some(value) = root.get("glossary") else { return Ok(Glossary::default()) };
    let table = value.table()?;
    let glossary = Glossary { companies: texts(&table, "companies")?, terms: texts(&table, "terms")? };
    table.finish()?;
    Ok(glossary)
}

fn texts(table: &Table<'_>, key: &'static str) -> Result<Vec<String>, PackError> {
    let values = table.get(key).map(Value::elements).unwrap_or_default();
    values.into_iter().map(|value| value.text().map(str::to_owned)).collect()
}

struct PackParser<'a> {
    lists: HashMap<String, Vec<Vec<Item>>>,
    vocabulary: Vocabulary,
    root: &'a Table<'a>,
    /// Named conditions that are being read, to notice one that contains itself.
    using: Vec<String>,
}

impl PackParser<'_> {
    /// Compiles the lists, each after those that it contains.
    fn read_lists(&mut self) -> Result<(), PackError> {
        let Some(value) = self.root.get("lists") else { return Ok(()) };
        let table = value.table()?;
        let mut waiting: BTreeMap<&str, (std::ops::Range<usize>, Vec<Value<'_>>)> =
            table.own_names().map(|(name, span, value)| (name, (span, value.elements()))).collect();
        while !waiting.is_empty() {
            let mut ready = None;
            for (name, (_, entries)) in &waiting {
                if !is_waiting_for(entries, &waiting)? {
                    ready = Some(*name);
                    break;
                }
            }
            let Some(name) = ready else { return Err(self.cycle(&waiting)) };
            let (_, entries) = waiting.remove(name).unwrap_or_default();
            let mut phrases = Vec::new();
            for entry in entries {
                phrases.push(self.items(entry)?);
            }
            self.lists.insert(name.to_owned(), phrases);
        }
        Ok(())
    }

    fn cycle(&self, waiting: &BTreeMap<&str, (std::ops::Range<usize>, Vec<Value<'_>>)>) -> PackError {
        let names: Vec<&str> = waiting.keys().copied().collect();
        let span = waiting.values().map(|(span, _)| span.clone()).min_by_key(|span| span.start);
        self.root.origin.error(
            PackErrorKind::Cycle,
            span.unwrap_or_default(),
            format!("these lists contain each other: {}", names.join(", ")),
            "take one of the references (`@name`) out",
        )
    }

    fn items(&mut self, value: Value<'_>) -> Result<Vec<Item>, PackError> {
        let notation = value.text()?;
        let mut compiler = PhraseCompiler { lists: &self.lists, vocabulary: &mut self.vocabulary };
        compiler.items(notation).map_err(|error| phrase_error(value, &error))
    }

    fn phrases(&mut self, values: &[Value<'_>]) -> Result<Vec<Phrase>, PackError> {
        values.iter().map(|&value| self.phrase(value)).collect()
    }

    fn phrase(&mut self, value: Value<'_>) -> Result<Phrase, PackError> {
        let notation = value.text()?;
        let mut compiler = PhraseCompiler { lists: &self.lists, vocabulary: &mut self.vocabulary };
        compiler.compile(notation).map_err(|error| phrase_error(value, &error))
    }

    fn read_stages(&mut self) -> Result<Vec<StageDefinition>, PackError> {
        let mut stages: Vec<StageDefinition> = Vec::new();
        for value in self.root.get("stages").map(Value::elements).unwrap_or_default() {
            let table = value.table()?;
            let id = table.require("id")?.text()?.to_owned();
            let title = table.require("title")?.text()?.to_owned();
            let shown_by = self.node(table.require("shown_by")?, &[], false)?;
            table.finish()?;
            stages.push(StageDefinition { id, title, shown_by });
        }
        Ok(stages)
    }

    fn read_agreements(&mut self) -> Result<AgreementDefinitions, PackError> {
        let Some(value) = self.root.get("agreements") else { return Ok(AgreementDefinitions::default()) };
        let table = value.table()?;
        let definitions = AgreementDefinitions {
            promise_to_pay: table
                .get("promise_to_pay")
                .map(|value| self.node(value, &[], false))
                .transpose()?,
            callback: table.get("callback").map(|value| self.node(value, &[], false)).transpose()?,
        };
        table.finish()?;
        Ok(definitions)
    }

    fn read_rules(&mut self, stages: &[&str]) -> Result<Vec<Rule>, PackError> {
        let mut rules: Vec<Rule> = Vec::new();
        for value in self.root.require("rules")?.elements() {
            let rule = self.rule(value, stages)?;
            if rules.iter().any(|known| known.id == rule.id) {
                return Err(value.invalid(
                    format!("there are two rules with the id `{}`", rule.id),
                    "give each rule an id of its own",
                ));
            }
            rules.push(rule);
        }
        Ok(rules)
    }

    fn rule(&mut self, value: Value<'_>, stages: &[&str]) -> Result<Rule, PackError> {
        let table = value.table()?;
        let points = table.require("points")?;
        let max_points = points.number()?;
        if max_points < 0.0 {
            return Err(points.invalid("points are negative", "write 0 or more"));
        }
        let when = table.get("when").map(|value| self.node(value, stages, false)).transpose()?;
        let is_manual = table.flag("manual")?.unwrap_or(false);
        let condition = match table.get("condition") {
            Some(value) => Some(self.node(value, stages, false)?),
            None if is_manual => None,
            None => return Err(table.require("condition").err().unwrap_or_else(|| value.invalid("", ""))),
        };
        let rule = Rule {
            id: table.require("id")?.text()?.to_owned(),
            title: table.require("title")?.text()?.to_owned(),
            text: table.require("text")?.text()?.to_owned(),
            source: read_source(&table.require("source")?.table()?)?,
            severity: read_severity(table.require("severity")?)?,
            max_points,
            is_enabled: table.flag("enabled")?.unwrap_or(true),
            when,
            condition,
            reasons: read_reasons(&table.require("reasons")?.table()?)?,
            examples: table
                .get("examples")
                .map(Value::elements)
                .unwrap_or_default()
                .into_iter()
                .map(read_example)
                .collect::<Result<_, _>>()?,
        };
        table.finish()?;
        Ok(rule)
    }

    fn node(&mut self, value: Value<'_>, stages: &[&str], has_found: bool) -> Result<Node, PackError> {
        let table = value.table()?;
        let otherwise = table.text("otherwise")?;
        let condition = self.condition(&table, stages, has_found)?;
        table.finish()?;
        let (notation, line) = value.origin.excerpt(value.span());
        Ok(Node { condition, otherwise, notation, line })
    }

    fn nodes(&mut self, value: Value<'_>, stages: &[&str], has_found: bool) -> Result<Vec<Node>, PackError> {
        let elements = value.elements();
        if elements.is_empty() {
            return Err(value.invalid("the list of conditions is empty", "put a condition into it"));
        }
        elements.into_iter().map(|value| self.node(value, stages, has_found)).collect()
    }

    fn condition(
        &mut self,
        table: &Table<'_>,
        stages: &[&str],
        has_found: bool,
    ) -> Result<Condition, PackError> {
        if let Some(value) = table.get("all") {
            return self.nodes(value, stages, has_found).map(Condition::All);
        }
        if let Some(value) = table.get("any") {
            return self.nodes(value, stages, has_found).map(Condition::Any);
        }
        if let Some(value) = table.get("first_measured") {
            return self.nodes(value, stages, has_found).map(Condition::FirstMeasured);
        }
        if let Some(value) = table.get("not") {
            return Ok(Condition::Not(Box::new(self.node(value, stages, has_found)?)));
        }
        if let Some(value) = table.get("use") {
            return self.named_condition(value, stages, has_found);
        }
        if let Some(value) = table.get("says") {
            return self.says(value, table, has_found).map(Condition::Says);
        }
        if let Some(value) = table.get("speaks") {
            let by = read_role(value)?;
            let window = self.window(table, has_found)?;
            let at_least_words = table.count("at_least_words")?.unwrap_or(1);
            return Ok(Condition::Speaks(Speaks { by, window, at_least_words }));
        }
        if let Some(value) = table.get("event") {
            return self.events(value, table, has_found).map(Condition::Events);
        }
        if let Some(value) = table.get("metric") {
            return read_metric_band(value, table).map(Condition::Metric);
        }
        if let Some(value) = table.get("each") {
            let of = Box::new(self.node(value, stages, has_found)?);
            let must = Box::new(self.node(table.require("must")?, stages, true)?);
            return Ok(Condition::Each { of, must });
        }
        if let Some(value) = table.get("some") {
            let of = Box::new(self.node(value, stages, has_found)?);
            let has = Box::new(self.node(table.require("has")?, stages, true)?);
            return Ok(Condition::Some { of, has });
        }
        if let Some(value) = table.get("earlier") {
            let earlier = Box::new(self.node(value, stages, has_found)?);
            let later = Box::new(self.node(table.require("later")?, stages, has_found)?);
            return Ok(Condition::Earlier { earlier, later });
        }
        if let Some(value) = table.get("clock") {
            return read_clock(&value.table()?).map(Condition::Clock);
        }
        if let Some(value) = table.get("known") {
            return read_fact(value).map(Condition::Known);
        }
        if let Some(value) = table.get("same_language") {
            let inner = value.table()?;
            let at_most_turns = inner.count("at_most_turns")?.unwrap_or(0);
            inner.finish()?;
            return Ok(Condition::SameLanguage(SameLanguage { at_most_turns }));
        }
        if let Some(value) = table.get("stages") {
            return read_stage_order(value, stages).map(Condition::Stages);
        }
        if let Some(value) = table.get("across_calls") {
            return choice(
                value,
                &[
                    ("callback_kept", AcrossCalls::CallbackKept),
                    ("contact_frequency", AcrossCalls::ContactFrequency),
                ],
            )
            .map(Condition::AcrossCalls);
        }
        table.finish()?;
        Err(table.origin.error(
            PackErrorKind::MissingKey,
            table.span().start..table.span().start + 1,
            "this condition says nothing",
            "write one of all, any, first_measured, not, use, says, speaks, event, metric, each, some, earlier, clock, known, \
             same_language, stages, across_calls",
        ))
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
                format!("define it: [conditions.{name}]"),
            )
        })?;
        self.using.push(name.to_owned());
        let node = self.node(definition, stages, has_found)?;
        self.using.pop();
        Ok(Condition::All(vec![node]))
    }

    fn says(&mut self, by: Value<'_>, table: &Table<'_>, has_found: bool) -> Result<Says, PackError> {
        let order = match table.text("order")?.as_deref() {
            None | Some("fixed") => Order::Fixed,
            Some("free") => Order::Free { distance: table.count("distance")?.unwrap_or(DEFAULT_DISTANCE) },
            Some(_) => {
                return Err(table.require("order")?.invalid("unknown order", "write \"fixed\" or \"free\""));
            }
        };
        let options = MatchOptions {
            order,
            slack: table.count("slack")?.unwrap_or(DEFAULT_SLACK),
            counts_negated: table.flag("negated_counts")?.unwrap_or(false),
            counts_quoted: table.flag("quoted_counts")?.unwrap_or(false),
        };
        let in_question = table.flag("question")?;
        let phrases = match table.get("phrases") {
            Some(value) => self.phrases(&value.elements())?,
            None if in_question.is_some() => Vec::new(),
            None => return Err(table.require("phrases").err().unwrap_or_else(|| by.invalid("", ""))),
        };
        Ok(Says {
            by: read_role(by)?,
            phrases,
            unless: table
                .get("unless")
                .map(|value| self.phrases(&value.elements()))
                .transpose()?
                .unwrap_or_default(),
            window: self.window(table, has_found)?,
            options,
            in_question,
            at_least: table.count("at_least")?.unwrap_or(1),
            confidence: table.number("confidence")?.unwrap_or(0.0),
            first_of_each: table.flag("first_of_each")?.unwrap_or(false),
        })
    }

    fn events(&mut self, kind: Value<'_>, table: &Table<'_>, has_found: bool) -> Result<Events, PackError> {
        let at_most = table.count("at_most")?;
        let at_least = table.count("at_least")?.or((at_most.is_none()).then_some(1));
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
            lasting_s: table.number("lasting_s")?.unwrap_or(0.0),
            window: self.window(table, has_found)?,
            at_least,
            at_most,
        })
    }

    /// The window of a condition: by name, written out, or the whole call.
    fn window(&self, table: &Table<'_>, has_found: bool) -> Result<Window, PackError> {
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

    fn named_window(&self, value: Value<'_>) -> Result<Window, PackError> {
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
                format!("define it: [windows.{name}]"),
            )),
        }
    }
}

/// Whether a list refers to one that is not compiled yet.
fn is_waiting_for(
    entries: &[Value<'_>],
    waiting: &BTreeMap<&str, (std::ops::Range<usize>, Vec<Value<'_>>)>,
) -> Result<bool, PackError> {
    for entry in entries {
        if lists_in(entry.text()?).iter().any(|name| waiting.contains_key(name.as_str())) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn phrase_error(value: Value<'_>, error: &PhraseError) -> PackError {
    let (kind, message, help) = match error {
        PhraseError::Unexpected(text) => (
            PackErrorKind::InvalidValue,
            format!("`{text}` is out of place in the phrase"),
            "write words, (a|b), word?, .., @list or #class",
        ),
        PhraseError::Unclosed => {
            (PackErrorKind::InvalidValue, "a bracket is not closed".to_owned(), "add the missing `)`")
        }
        PhraseError::Empty => (
            PackErrorKind::InvalidValue,
            "the phrase holds no word".to_owned(),
            "write at least one word that must be said",
        ),
        PhraseError::UnknownList(name) => {
            (PackErrorKind::UnknownName, format!("no list has the name `{name}`"), "define it under [lists]")
        }
        PhraseError::UnknownClass(name) => (
            PackErrorKind::UnknownName,
            format!("no class of words has the name `{name}`"),
            "write #number, #name, #company, #agent_name or #agent_full_name",
        ),
    };
    value.origin.error(kind, value.span(), message, help)
}

/// The value that a name stands for.
fn choice<T: Copy>(value: Value<'_>, names: &[(&str, T)]) -> Result<T, PackError> {
    let name = value.text()?;
    names.iter().find(|(known, _)| *known == name).map(|&(_, meaning)| meaning).ok_or_else(|| {
        let known: Vec<&str> = names.iter().map(|(known, _)| *known).collect();
        value.invalid(format!("`{name}` is not known here"), format!("write one of {}", known.join(", ")))
    })
}

fn read_role(value: Value<'_>) -> Result<Role, PackError> {
    choice(value, &[("agent", Role::Agent), ("client", Role::Client)])
}

fn read_severity(value: Value<'_>) -> Result<Severity, PackError> {
    choice(value, &[("minor", Severity::Minor), ("major", Severity::Major), ("critical", Severity::Critical)])
}

fn read_source(table: &Table<'_>) -> Result<Source, PackError> {
    let source = Source {
        document: table.require("document")?.text()?.to_owned(),
        section: table.text("section")?,
        article: table.text("article")?,
        edition: table.text("edition")?,
        is_verified: table.flag("verified")?.unwrap_or(true),
    };
    table.finish()?;
    Ok(source)
}

fn read_reasons(table: &Table<'_>) -> Result<Reasons, PackError> {
    let reasons = Reasons {
        pass: table.require("pass")?.text()?.to_owned(),
        fail: table.require("fail")?.text()?.to_owned(),
        na: table.text("na")?,
        unmeasurable: table.text("unmeasurable")?,
    };
    table.finish()?;
    Ok(reasons)
}

fn read_example(value: Value<'_>) -> Result<Example, PackError> {
    let table = value.table()?;
    let kind = choice(
        table.require("kind")?,
        &[
            ("positive", ExampleKind::Positive),
            ("negative", ExampleKind::Negative),
            ("near_miss", ExampleKind::NearMiss),
            ("asr_damaged", ExampleKind::AsrDamaged),
        ],
    )?;
    let expect = choice(
        table.require("expect")?,
        &[
            ("pass", Verdict::Pass),
            ("fail", Verdict::Fail),
            ("na", Verdict::Na),
            ("unmeasurable", Verdict::Unmeasurable),
        ],
    )?;
    let script = table.require("call")?;
    let example = Example::read(
        kind,
        expect,
        script.text()?,
        &ExampleFacts {
            company: texts(&table, "company")?,
            agent_name: table.text("agent_name")?,
            client_ref: table.text("client_ref")?,
            client_utc_offset: table.text("client_utc_offset")?,
            started_at: table.text("started_at")?,
        },
    )
    .map_err(|problem| value.invalid(problem, "see the notation of examples in docs/packs.md"))?;
    table.finish()?;
    Ok(example)
}

fn read_window(table: &Table<'_>) -> Result<Window, PackError> {
    let from_name = table.get("from");
    let until_name = table.get("until");
    let until_s = table.number("until_s")?;
    let from_s = table.number("from_s")?.unwrap_or(0.0);
    let from = from_name.map(read_anchor).transpose()?.unwrap_or(Anchor::CallStart);
    let until = match (until_name, until_s) {
        (Some(value), _) => read_anchor(value)?,
        (None, Some(_)) => from,
        (None, None) => Anchor::CallEnd,
    };
    let window = Window { from, from_s, until, until_s: until_s.unwrap_or(0.0) };
    if window.from == window.until && window.until_s <= window.from_s {
        return Err(table.origin.invalid(
            table.span(),
            "this window ends before it begins",
            "make until_s greater than from_s",
        ));
    }
    table.finish()?;
    Ok(window)
}

fn read_anchor(value: Value<'_>) -> Result<Anchor, PackError> {
    Anchor::named(value.text()?).ok_or_else(|| {
        let known: Vec<&str> = Anchor::NAMES.iter().map(|(name, _)| *name).collect();
        value.invalid("unknown anchor", format!("write one of {}", known.join(", ")))
    })
}

fn read_clock(table: &Table<'_>) -> Result<Clock, PackError> {
    let clock = Clock {
        from_minute: read_minute(table.require("from")?)?,
        until_minute: read_minute(table.require("until")?)?,
        days: table
            .get("days")
            .map(|value| {
                choice(
                    value,
                    &[("every", DaySet::Every), ("weekdays", DaySet::Weekdays), ("weekend", DaySet::Weekend)],
                )
            })
            .transpose()?
            .unwrap_or(DaySet::Every),
        zone: table
            .get("zone")
            .map(|value| choice(value, &[("agent", Zone::Agent), ("client", Zone::Client)]))
            .transpose()?
            .unwrap_or(Zone::Agent),
    };
    table.finish()?;
    Ok(clock)
}

fn read_minute(value: Value<'_>) -> Result<u32, PackError> {
    let text = value.text()?;
    let parts = text
        .split_once(':')
        .and_then(|(hours, minutes)| Some((hours.parse::<u32>().ok()?, minutes.parse::<u32>().ok()?)));
    match parts {
        Some((hours, minutes)) if hours <= 24 && minutes < 60 => Ok(hours * 60 + minutes),
        _ => Err(value.invalid("this is no time of day", "write hours and minutes, for instance \"09:30\"")),
    }
}

fn read_fact(value: Value<'_>) -> Result<Fact, PackError> {
    choice(
        value,
        &[
            ("started_at", Fact::StartedAt),
            ("company", Fact::Company),
            ("agent_name", Fact::AgentName),
            ("hung_up_by_agent", Fact::HungUpByAgent),
            ("hung_up_by_client", Fact::HungUpByClient),
            ("client_ref", Fact::ClientRef),
            ("transcript", Fact::Transcript),
        ],
    )
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
                "define it under [[stages]]",
            ));
        }
        order.push(id.to_owned());
    }
    Ok(order)
}

fn read_metric_band(name: Value<'_>, table: &Table<'_>) -> Result<MetricBand, PackError> {
    let band = MetricBand {
        metric: read_metric(name)?,
        path: name.text()?.to_owned(),
        over: table.get("over").map(read_metric).transpose()?,
        at_least: table.number("at_least")?,
        at_most: table.number("at_most")?,
    };
    if band.at_least.is_none() && band.at_most.is_none() {
        return Err(name.invalid("this measure has no limit", "add at_least or at_most"));
    }
    Ok(band)
}

fn read_metric(value: Value<'_>) -> Result<MetricName, PackError> {
    let name = value.text()?;
    let named = match name {
        "silence.total_s" => Some(MetricName::SilenceTotal),
        "silence.ratio" => Some(MetricName::SilenceRatio),
        "silence.longest_s" => Some(MetricName::SilenceLongest),
        "silence.count" => Some(MetricName::SilenceCount),
        "hold.total_s" => Some(MetricName::HoldTotal),
        "hold.longest_s" => Some(MetricName::HoldLongest),
        "hold.count" => Some(MetricName::HoldCount),
        "overlap.total_s" => Some(MetricName::OverlapTotal),
        "overlap.ratio" => Some(MetricName::OverlapRatio),
        "interruptions.by_agent" => Some(MetricName::InterruptionsByAgent),
        "interruptions.by_client" => Some(MetricName::InterruptionsByClient),
        "duration_s" => Some(MetricName::Duration),
        _ => speaker_metric(name),
    };
    named.ok_or_else(|| {
        value.invalid(
            format!("no measure has the name `{name}`"),
            "write a path of the contract's metrics, for instance speakers.agent.words_per_min",
        )
    })
}

fn speaker_metric(name: &str) -> Option<MetricName> {
    let (role, measure) = name.strip_prefix("speakers.")?.split_once('.')?;
    let role = match role {
        "agent" => Role::Agent,
        "client" => Role::Client,
        _ => return None,
    };
    let measure = match measure {
        "talk_s" => SpeakerMetric::TalkSeconds,
        "talk_ratio" => SpeakerMetric::TalkRatio,
        "turns" => SpeakerMetric::Turns,
        "words" => SpeakerMetric::Words,
        "words_per_min" => SpeakerMetric::WordsPerMinute,
        "syllables_per_s" => SpeakerMetric::SyllablesPerSecond,
        "loudness_lufs" => SpeakerMetric::Loudness,
        "loudness_range_lu" => SpeakerMetric::LoudnessRange,
        "clipped_ratio" => SpeakerMetric::ClippedRatio,
        "longest_turn_s" => SpeakerMetric::LongestTurn,
        "response_latency_s.p50" => SpeakerMetric::LatencyMedian,
        "response_latency_s.p95" => SpeakerMetric::LatencyHigh,
        _ => return None,
    };
    Some(MetricName::Speaker(role, measure))
}
