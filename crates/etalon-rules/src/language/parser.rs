//! Reads a pack from its TOML text and checks everything that can be checked without a call.

mod conditions;
mod intents;
mod phrases;
mod values;

use crate::language::calendar::Calendar;
use crate::language::document::{Origin, Table, Value, line_ends};
use crate::language::error::PackError;
use crate::language::example::{Example, ExampleFacts, ExampleKind};
use crate::language::intent::Intent;
use crate::language::pack::{AgreementDefinitions, Category, Glossary, Pack, Reasons, Rule, Source, Survey};
use crate::language::phrase::{Item, Phrase};
use crate::text::matcher::Hearing;
use crate::text::vocabulary::Vocabulary;
use conditions::SaysIdentity;
use etalon_call::{Direction, Severity, Verdict};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use values::choice;

impl Pack {
    /// Reads a pack from its TOML text.
    ///
    /// `origin` is what errors call the pack: usually its path.
    ///
    /// # Errors
    ///
    /// Any mistake in the pack, with its line and what to do. Unknown keys are mistakes.
    pub fn parse(source: &str, origin: &str) -> Result<Self, PackError> {
        parse(source, origin)
    }
}

fn parse(source: &str, origin_name: &str) -> Result<Pack, PackError> {
    let line_ends = line_ends(source);
    let origin = Origin { name: origin_name, source, line_ends: &line_ends };
    let document = origin.parse()?;
    let root = Table::new(origin, document.get_ref(), document.span());
    let mut parser = PackParser {
        lists: HashMap::new(),
        intents: vec![],
        vocabulary: Vocabulary::default(),
        phrases: HashMap::new(),
        different_says: vec![],
        root: &root,
        using: vec![],
        used: BTreeSet::new(),
        nodes_read: 0,
        stance: Stance::Neutral,
    };
    parser.read_lists()?;
    parser.read_intents()?;
    let id = root.require("id")?.text()?.to_owned();
    let stages = parser.read_categories("stages")?;
    let stage_ids: Vec<&str> = stages.iter().map(|stage| stage.id.as_str()).collect();
    let rules = parser.read_rules(&stage_ids)?;
    let topics = parser.read_categories("topics")?;
    let call_types = parser.read_categories("call_types")?;
    let survey = parser.read_survey()?;
    let agreements = parser.read_agreements()?;
    parser.check_unused(&stage_ids)?;
    let pack = Pack {
        id,
        version: root.require("version")?.text()?.to_owned(),
        title: root.require("title")?.text()?.to_owned(),
        languages: read_languages(&root)?,
        sha256: crate::language::pack::sha256_of(source),
        glossary: read_glossary(&root)?,
        rules,
        stages,
        topics,
        call_types,
        survey,
        agreements,
        calendar: read_calendar(&root)?,
        intents: parser.intents,
        vocabulary: parser.vocabulary,
    };
    root.finish()?;
    Ok(pack)
}

/// The days that the pack knows beside weekends.
fn read_calendar(root: &Table<'_>) -> Result<Calendar, PackError> {
    let Some(value) = root.get("calendar") else { return Ok(Calendar::default()) };
    let table = value.table()?;
    let (days_off, workdays) = (texts(&table, "days_off")?, texts(&table, "workdays")?);
    table.finish()?;
    Calendar::read(&days_off, &workdays)
        .map_err(|error| value.invalid(error.to_string(), "mend the date in [calendar]"))
}

/// The languages of the pack's words; Russian where it names none.
fn read_languages(root: &Table<'_>) -> Result<Vec<String>, PackError> {
    let languages = texts(root, "language")?;
    Ok(if languages.is_empty() { vec!["ru".to_owned()] } else { languages })
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
    intents: Vec<Arc<Intent>>,
    vocabulary: Vocabulary,
    /// Phrases that are compiled already, by how the pack writes them: rules share most of theirs.
    phrases: HashMap<String, Arc<[Phrase]>>,
    /// All different conditions over what is said; the place of one is its number.
    different_says: Vec<SaysIdentity>,
    root: &'a Table<'a>,
    /// Named conditions that are being read, to notice one that contains itself.
    using: Vec<String>,
    /// Named conditions that have been read.
    used: BTreeSet<String>,
    /// Parts of conditions read so far.
    nodes_read: usize,
    /// What it means for the rule that the condition which is being read holds.
    stance: Stance,
}

/// What a condition says for or against a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stance {
    /// It belongs to no critical rule.
    Neutral,
    /// A critical rule is kept where it holds.
    Excuses,
    /// A critical rule is broken, or asked for, where it holds.
    Accuses,
}

impl Stance {
    /// The stance of what must not hold.
    fn reversed(self) -> Self {
        match self {
            Self::Neutral => Self::Neutral,
            Self::Excuses => Self::Accuses,
            Self::Accuses => Self::Excuses,
        }
    }

    /// What counts as a word: nobody is accused by a word that only sounds like another.
    fn hearing(self) -> Hearing {
        match self {
            Self::Accuses => Hearing::AsWritten,
            Self::Neutral | Self::Excuses => Hearing::Tolerant,
        }
    }
}

impl PackParser<'_> {
    /// The stages, topics or call types of the pack.
    fn read_categories(&mut self, key: &'static str) -> Result<Vec<Category>, PackError> {
        let mut categories: Vec<Category> = Vec::new();
        for value in self.root.get(key).map(Value::elements).unwrap_or_default() {
            let table = value.table()?;
            let id = table.require("id")?;
            let category = Category {
                id: id.text()?.to_owned(),
                title: table.require("title")?.text()?.to_owned(),
                shown_by: self.node(table.require("shown_by")?, &[], false)?,
            };
            table.finish()?;
            if categories.iter().any(|known| known.id == category.id) {
                return Err(id.invalid(
                    format!("`{}` stands twice among the {key}", category.id),
                    "give each an id of its own",
                ));
            }
            categories.push(category);
        }
        Ok(categories)
    }

    fn read_survey(&mut self) -> Result<Option<Survey>, PackError> {
        let Some(value) = self.root.get("survey") else { return Ok(None) };
        let table = value.table()?;
        let survey = Survey {
            question: self.node(table.require("question")?, &[], false)?,
            answer_within_s: table.require("answer_within_s")?.number()?,
        };
        table.finish()?;
        Ok(Some(survey))
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
        let mut ids: HashSet<String> = HashSet::new();
        for value in self.root.get("rules").map(Value::elements).unwrap_or_default() {
            let rule = self.rule(value, stages)?;
            if !ids.insert(rule.id.clone()) {
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
        let severity = read_severity(table.require("severity")?)?;
        let is_critical = severity == Severity::Critical;
        self.stance = if is_critical { Stance::Accuses } else { Stance::Neutral };
        let when = table.get("when").map(|value| self.node(value, stages, false)).transpose()?;
        self.stance = self.stance.reversed();
        let is_manual = table.flag("manual")?.unwrap_or(false);
        let condition = match table.get("condition") {
            Some(value) => Some(self.node(value, stages, false)?),
            None if is_manual => None,
            None => return Err(table.require("condition").err().unwrap_or_else(|| value.invalid("", ""))),
        };
        self.stance = Stance::Neutral;
        let rule = Rule {
            id: table.require("id")?.text()?.to_owned(),
            title: table.require("title")?.text()?.to_owned(),
            text: table.require("text")?.text()?.to_owned(),
            source: read_source(&table.require("source")?.table()?)?,
            severity,
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
}

fn read_severity(value: Value<'_>) -> Result<Severity, PackError> {
    choice(value, &Severity::ALL.map(|severity| (severity.name(), severity)))
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

/// What a reason can have filled in.
const PLACEHOLDERS: [&str; 3] = ["{at}", "{count}", "{value}"];

/// Refuses a reason with something in braces that nothing is filled in for.
fn check_placeholders(reason: Value<'_>) -> Result<(), PackError> {
    let mut rest = reason.text()?;
    while let Some(start) = rest.find('{') {
        let known = PLACEHOLDERS.iter().find(|placeholder| rest[start..].starts_with(**placeholder));
        let Some(known) = known else {
            let end = rest[start..].find('}').map_or(rest.len(), |length| start + length + 1);
            return Err(reason.invalid(
                format!("nothing is filled in for `{}`", &rest[start..end]),
                format!("write one of {}", PLACEHOLDERS.join(", ")),
            ));
        };
        rest = &rest[start + known.len()..];
    }
    Ok(())
}

fn read_reasons(table: &Table<'_>) -> Result<Reasons, PackError> {
    for key in ["pass", "fail", "na", "unmeasurable"] {
        table.get(key).map_or(Ok(()), check_placeholders)?;
    }
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
    let expect = choice(table.require("expect")?, &Verdict::ALL.map(|verdict| (verdict.name(), verdict)))?;
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
            direction: table
                .get("direction")
                .map(|value| {
                    let known = [Direction::Inbound, Direction::Outbound];
                    choice(value, &known.map(|direction| (direction.name(), direction)))
                })
                .transpose()?,
        },
    )
    .map_err(|problem| value.invalid(problem, "the README of etalon-rules has the notation of examples"))?;
    table.finish()?;
    Ok(example)
}
