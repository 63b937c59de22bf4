//! Reads a pack from its TOML text and checks everything that can be checked without a call.

mod conditions;
mod intents;
mod phrases;
mod values;

use crate::language::calendar::Calendar;
use crate::language::condition::Node;
use crate::language::document::{Origin, Table, Value, line_ends};
use crate::language::error::{ErrorList, PackError, PackErrors, PackWarning, help_for_unknown};
use crate::language::example::{Example, ExampleFacts, ExampleHeader, ExampleKind};
use crate::language::intent::Intent;
use crate::language::pack::{
    AgreementDefinitions, Category, Glossary, Pack, PackText, Reasons, Rule, Source, Survey,
};
use crate::language::phrase::{List, Phrase};
use crate::text::matcher::Hearing;
use crate::text::vocabulary::Vocabulary;
use chrono::{DateTime, FixedOffset};
use conditions::{ConditionUse, SaysIdentity, SharedCondition};
use etalon_call::{Direction, Severity, Verdict};
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;
use values::choice;

/// The most points of a rule. Only how they are divided among rules counts, and sums of greater ones
/// can't be computed.
const POINTS_MAX: f64 = 1e6;

impl Pack {
    /// Reads a pack from its TOML text.
    ///
    /// `origin` is what errors call the pack: usually its path.
    ///
    /// # Errors
    ///
    /// All mistakes in the pack, each with its line and what to do. Unknown keys are mistakes.
    pub fn parse(source: &str, origin: &str) -> Result<Self, PackErrors> {
        let errors = ErrorList::default();
        let line_ends = line_ends(source);
        let pack = parse(Origin { name: origin, source, line_ends: &line_ends, errors: &errors });
        match errors.into_errors() {
            None => Ok(pack),
            Some(errors) => Err(errors),
        }
    }
}

/// The pack as far as it can be read, without errors the whole of it.
fn parse(origin: Origin<'_>) -> Pack {
    let Some(document) = origin.parse() else { return Pack::default() };
    let root = Table::new(origin, document.get_ref(), document.span());
    let mut parser = PackParser::new(&root);
    parser.read_lists();
    parser.read_intents();
    let stages = parser.read_categories("stages");
    let stage_ids: Vec<&str> = stages.iter().map(|stage| stage.id.as_str()).collect();
    let rules = parser.read_rules(&stage_ids);
    let topics = parser.read_categories("topics");
    let call_types = parser.read_categories("call_types");
    let survey = parser.read_survey();
    let agreements = parser.read_agreements();
    parser.check_unused(&stage_ids);
    let pack = Pack {
        id: root.required_name("id"),
        version: root.required_name("version"),
        title: root.required_text("title"),
        languages: read_languages(&root),
        sha256: crate::language::pack::sha256_of(origin.source),
        text: PackText {
            origin: origin.name.to_owned(),
            source: origin.source.to_owned(),
            days: Calendar::default(),
        },
        glossary: root.read("glossary", read_glossary).unwrap_or_default(),
        rules,
        stages,
        topics,
        call_types,
        survey,
        agreements,
        calendar: root.read("calendar", read_calendar).unwrap_or_default(),
        intents: parser.intents,
        vocabulary: parser.vocabulary,
        warnings: parser.warnings,
    };
    root.finish();
    pack
}

/// The days that the pack knows beside weekends.
fn read_calendar(value: Value<'_>) -> Result<Calendar, PackError> {
    let table = value.table()?;
    let (days_off, workdays) = (texts(&table, "days_off"), texts(&table, "workdays"));
    table.finish();
    Calendar::read(&days_off, &workdays)
        .map_err(|error| value.invalid(error.to_string(), "mend the date in [calendar]"))
}

/// The languages of the pack's words; Russian where it names none.
fn read_languages(root: &Table<'_>) -> Vec<String> {
    let values = root.get("language").map(Value::elements).unwrap_or_default();
    let code = |value: Value<'_>| match value.text()? {
        code if (2..=3).contains(&code.len()) && code.bytes().all(|letter| letter.is_ascii_lowercase()) => {
            Ok(code.to_owned())
        }
        text => Err(value.invalid(
            format!("`{text}` is the code of no language, so no rule can be judged"),
            "write the codes of ISO 639, for instance \"ru\" or [\"ru\", \"kk\"]",
        )),
    };
    let codes = values.into_iter().filter_map(|value| root.origin.reported(code(value)));
    let languages: Vec<String> = codes.collect();
    if languages.is_empty() { vec!["ru".to_owned()] } else { languages }
}

fn read_glossary(value: Value<'_>) -> Result<Glossary, PackError> {
    let table = value.table()?;
    let glossary = Glossary { companies: texts(&table, "companies"), terms: texts(&table, "terms") };
    table.finish();
    Ok(glossary)
}

fn texts(table: &Table<'_>, key: &'static str) -> Vec<String> {
    let values = table.get(key).map(Value::elements).unwrap_or_default().into_iter();
    values.filter_map(|value| table.origin.reported(value.text())).map(str::to_owned).collect()
}

struct PackParser<'a> {
    lists: HashMap<String, List>,
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
    /// Named conditions that have been read, by how they are used.
    shared: HashMap<ConditionUse, SharedCondition>,
    /// Conditions that used each other in a row at the deepest place read so far.
    longest_chain: usize,
    /// Parts of conditions read so far, each `use` written out.
    parts_read: usize,
    /// Items of different phrases read so far, lists written out.
    items_read: usize,
    warnings: Vec<PackWarning>,
    /// What it means for the rule that the condition which is being read holds.
    stance: Stance,
}

/// What a condition says for or against a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

impl<'a> PackParser<'a> {
    fn new(root: &'a Table<'a>) -> Self {
        Self {
            lists: HashMap::new(),
            intents: vec![],
            vocabulary: Vocabulary::default(),
            phrases: HashMap::new(),
            different_says: vec![],
            root,
            using: vec![],
            used: BTreeSet::new(),
            shared: HashMap::new(),
            longest_chain: 0,
            parts_read: 0,
            items_read: 0,
            warnings: vec![],
            stance: Stance::Neutral,
        }
    }

    /// The tables of a list of tables.
    fn tables(&self, key: &'static str) -> Vec<Table<'a>> {
        let values = self.root.get(key).map(Value::elements).unwrap_or_default().into_iter();
        values.filter_map(|value| self.root.origin.reported(value.table())).collect()
    }

    /// The stages, topics or call types of the pack.
    fn read_categories(&mut self, key: &'static str) -> Vec<Category> {
        let mut categories: Vec<Category> = Vec::new();
        let mut lines = HashMap::new();
        for table in self.tables(key) {
            let shown_by = self.required_node(&table, "shown_by", &[]);
            let id = table.required_name("id");
            check_unique(&table, &id, &mut lines, key);
            categories.push(Category { id, title: table.required_text("title"), shown_by });
            table.finish();
        }
        categories
    }

    fn read_survey(&mut self) -> Option<Survey> {
        let table = self.root.read("survey", Value::table)?;
        let survey = Survey {
            question: self.required_node(&table, "question", &[]),
            answer_within_s: table
                .origin
                .or_default(table.require("answer_within_s").and_then(Value::number)),
        };
        table.finish();
        Some(survey)
    }

    fn read_agreements(&mut self) -> AgreementDefinitions {
        let Some(table) = self.root.read("agreements", Value::table) else {
            return AgreementDefinitions::default();
        };
        let definitions = AgreementDefinitions {
            promise_to_pay: self.optional_node(&table, "promise_to_pay", &[]),
            callback: self.optional_node(&table, "callback", &[]),
        };
        table.finish();
        definitions
    }

    fn required_node(&mut self, table: &Table<'_>, key: &'static str, stages: &[&str]) -> Node {
        let value = table.origin.reported(table.require(key));
        value.map(|value| self.node(value, stages, false)).unwrap_or_default()
    }

    fn optional_node(&mut self, table: &Table<'_>, key: &'static str, stages: &[&str]) -> Option<Node> {
        table.get(key).map(|value| self.node(value, stages, false))
    }

    fn read_rules(&mut self, stages: &[&str]) -> Vec<Rule> {
        let mut lines = HashMap::new();
        let mut rules = Vec::new();
        for table in self.tables("rules") {
            let rule = self.rule(&table, stages);
            check_unique(&table, &rule.id, &mut lines, "rules");
            self.warn_of_missing_examples(&table, &rule);
            rules.push(rule);
        }
        rules
    }

    fn rule(&mut self, table: &Table<'_>, stages: &[&str]) -> Rule {
        let origin = table.origin;
        let severity = table.require("severity").and_then(read_severity);
        let severity = origin.reported(severity).unwrap_or(Severity::Minor);
        let is_manual = table.flag("manual").unwrap_or(false);
        self.stance = if severity == Severity::Critical { Stance::Accuses } else { Stance::Neutral };
        let when = self.optional_node(table, "when", stages);
        self.stance = self.stance.reversed();
        let condition = match table.get("condition") {
            None if is_manual => None,
            _ => Some(self.required_node(table, "condition", stages)),
        };
        self.stance = Stance::Neutral;
        let examples = table.get("examples").map(Value::elements).unwrap_or_default().into_iter();
        let rule = Rule {
            id: table.required_name("id"),
            title: table.required_text("title"),
            text: table.required_text("text"),
            source: origin.reported(table.require("source").and_then(read_source)).unwrap_or_default(),
            severity,
            max_points: origin.or_default(table.require("points").and_then(read_points)),
            is_enabled: table.flag("enabled").unwrap_or(true),
            when,
            condition,
            reasons: origin.or_default(table.require("reasons").and_then(read_reasons)),
            examples: examples.filter_map(|value| origin.reported(read_example(value))).collect(),
        };
        table.finish();
        rule
    }

    /// A rule that nobody has shown to work may be one that never matches.
    fn warn_of_missing_examples(&mut self, table: &Table<'_>, rule: &Rule) {
        if rule.examples.is_empty() && rule.is_enabled && !rule.is_manual() {
            let place = table.get("id").map_or_else(|| table.span(), Value::span);
            self.warnings.push(PackWarning::new(
                table.origin.place(place),
                format!("the rule `{}` has no examples, so nothing shows that it works", rule.id),
                "add [[rules.examples]] under it: a call that keeps it and one that breaks it",
            ));
        }
    }
}

/// Reports an id that stands there twice. `lines` are the lines of those before.
fn check_unique(table: &Table<'_>, id: &str, lines: &mut HashMap<String, usize>, of: &str) {
    let span = table.get("id").map_or_else(|| table.span(), Value::span);
    let first = *lines.entry(id.to_owned()).or_insert_with(|| table.origin.line_of(&span));
    if !id.is_empty() && first != table.origin.line_of(&span) {
        table.origin.report(table.origin.invalid(
            span,
            format!("`{id}` stands twice among the {of}; the first is in line {first}"),
            "give each an id of its own",
        ));
    }
}

fn read_severity(value: Value<'_>) -> Result<Severity, PackError> {
    choice(value, &Severity::ALL.map(|severity| (severity.name(), severity)))
}

fn read_points(value: Value<'_>) -> Result<f64, PackError> {
    match value.number()? {
        points if points < 0.0 => Err(value.invalid("points are negative", "write 0 or more")),
        points if points > POINTS_MAX => Err(value.invalid(
            "so many points leave no room for those of other rules",
            format!("write at most {POINTS_MAX}"),
        )),
        points => Ok(points),
    }
}

fn read_source(value: Value<'_>) -> Result<Source, PackError> {
    let table = value.table()?;
    let source = Source {
        document: table.required_text("document"),
        section: table.text("section"),
        article: table.text("article"),
        edition: table.text("edition"),
        is_verified: table.flag("verified").unwrap_or(true),
    };
    table.finish();
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
            let written = &rest[start..end];
            let help = format!("write one of {}", PLACEHOLDERS.join(", "));
            return Err(reason.invalid(
                format!("nothing is filled in for `{written}`"),
                help_for_unknown(&written.to_lowercase(), PLACEHOLDERS, help),
            ));
        };
        rest = &rest[start + known.len()..];
    }
    Ok(())
}

fn read_reasons(value: Value<'_>) -> Result<Reasons, PackError> {
    let table = value.table()?;
    for key in ["pass", "fail", "na", "unmeasurable"] {
        table.read(key, check_placeholders);
    }
    let reasons = Reasons {
        pass: table.required_text("pass"),
        fail: table.required_text("fail"),
        na: table.text("na"),
        unmeasurable: table.text("unmeasurable"),
    };
    table.finish();
    Ok(reasons)
}

/// What is to do about an example that is not understood.
const HELP_FOR_EXAMPLES: &str = "begin it with `О:` or `К:`, or write what happens: [тишина 5], [удержание 40], \
                                 [музыка 40], [перебил клиент], [кричит клиент], [неразборчиво клиент], [моно], \
                                 [без расшифровки], [темп 230]";

fn read_example(value: Value<'_>) -> Result<Example, PackError> {
    let table = value.table()?;
    let origin = value.origin;
    let kinds = [
        ("positive", ExampleKind::Positive),
        ("negative", ExampleKind::Negative),
        ("near_miss", ExampleKind::NearMiss),
        ("asr_damaged", ExampleKind::AsrDamaged),
    ];
    let kind = origin.reported(table.require("kind").and_then(|value| choice(value, &kinds)));
    let verdicts = Verdict::ALL.map(|verdict| (verdict.name(), verdict));
    let expect = table.require("expect")?;
    let facts = ExampleFacts {
        company: texts(&table, "company"),
        agent_name: table.text("agent_name"),
        client_ref: table.text("client_ref"),
        client_utc_offset: table.text("client_utc_offset"),
        started_at: table.read("started_at", read_start),
        direction: table.read("direction", |value| {
            let known = [Direction::Inbound, Direction::Outbound];
            choice(value, &known.map(|direction| (direction.name(), direction)))
        }),
    };
    let script = table.require("call")?;
    let header = ExampleHeader {
        kind: kind.unwrap_or(ExampleKind::Positive),
        expect: origin.reported(choice(expect, &verdicts)).unwrap_or(Verdict::Pass),
        place: origin.place(expect.span()),
    };
    let (example, mistakes) = Example::read(header, script.text()?, &facts);
    for line in mistakes {
        let message = format!("the line `{line}` of the example is not understood");
        origin.report(origin.invalid(span_of_line(script, line), message, HELP_FOR_EXAMPLES));
    }
    table.finish();
    Ok(example)
}

fn read_start(value: Value<'_>) -> Result<DateTime<FixedOffset>, PackError> {
    let text = value.text()?;
    DateTime::parse_from_rfc3339(text).map_err(|_| {
        value.invalid(format!("`{text}` is no RFC 3339 time"), "write for instance 2026-11-17T16:40:00+05:00")
    })
}

/// Where the line of an example's call stands; the whole call where it is written otherwise than it
/// reads.
fn span_of_line(script: Value<'_>, line: &str) -> Range<usize> {
    let span = script.span();
    let mut start = span.start;
    for written in script.written().split_inclusive('\n') {
        let is_line =
            written.trim_matches(|letter: char| letter.is_whitespace() || "\"'".contains(letter)) == line;
        if is_line {
            let first = start + written.find(line).unwrap_or_default();
            return first..first + line.len();
        }
        start += written.len();
    }
    span
}
