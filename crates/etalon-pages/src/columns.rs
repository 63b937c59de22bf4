//! All calls as columns, for the script that filters and sorts the list.
//!
//! One array a property, with numbers for whatever repeats: a call takes about a hundred bytes.

use crate::accuracy::cell_name;
use crate::rule_book::RuleBook;
use crate::site::Site;
use crate::summary::{CallSummary, agent_label};
use etalon_call::{Direction, Verdict};
use etalon_review::{ConfusionCell, RuleAgreement, RuleKey};
use serde::Serialize;
use std::collections::HashMap;

/// The path of the columns below the report's folder.
pub const CALLS_DATA_PATH: &str = "data/calls.js";

/// What reviewers say of a call in the list.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ReviewMark<'a> {
    /// The state of its latest sheet, as reviews name it; none where nobody reviewed it.
    pub state: Option<&'a str>,
    /// The score after reviewers' verdicts; none where they change nothing.
    pub final_score: Option<f64>,
}

/// The columns, one entry a call.
#[derive(Debug, Default, Serialize)]
pub struct CallColumns {
    ids: Vec<String>,
    folder: Vec<u32>,
    file: Vec<String>,
    /// Minutes of the agent's clock since 1970-01-01 00:00.
    minute: Vec<Option<i64>>,
    duration: Vec<f64>,
    score: Vec<Option<f64>>,
    final_score: Vec<Option<f64>>,
    coverage: Vec<Option<f64>>,
    critical: Vec<u8>,
    agent: Vec<u32>,
    team: Vec<u32>,
    manager: Vec<u32>,
    direction: Vec<u32>,
    call_type: Vec<u32>,
    kind: Vec<u32>,
    review: Vec<u32>,
    /// Share of silence, thousandths.
    silence: Vec<u32>,
    interruptions: Vec<Option<u32>>,
    hold: Vec<u32>,
    topics: Vec<Vec<u32>>,
    failed: Vec<Vec<u32>>,
    unmeasurable: Vec<Vec<u32>>,
    passed: Vec<Vec<u32>>,
    tags: Vec<Vec<u32>>,
    names: Names,
    answers: AnswerCells,
}

/// The calls of every cell of the rules' confusion tables: few calls are reviewed, so that this takes
/// less room than a column would.
#[derive(Debug, Default, Serialize)]
struct AnswerCells {
    keys: Vec<String>,
    labels: Vec<String>,
    /// Places of the calls in the columns.
    calls: Vec<Vec<usize>>,
}

/// What the numbers in the columns stand for. Number 0 is nothing.
#[derive(Debug, Default, Serialize)]
struct Names {
    folder: NameList,
    agent: NameList,
    team: NameList,
    manager: NameList,
    direction: NameList,
    call_type: NameList,
    kind: NameList,
    review: NameList,
    topics: NameList,
    rules: NameList,
    tags: NameList,
}

/// Names by number, each with what people call it.
#[derive(Debug, Serialize)]
struct NameList {
    keys: Vec<String>,
    labels: Vec<String>,
    #[serde(skip)]
    numbers: HashMap<String, u32>,
}

impl Default for NameList {
    fn default() -> Self {
        Self { keys: vec![String::new()], labels: vec![String::new()], numbers: HashMap::new() }
    }
}

impl NameList {
    fn number(&mut self, key: &str, label: impl FnOnce() -> String) -> u32 {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        let number = self.keys.len() as u32;
        self.keys.push(key.to_owned());
        self.labels.push(label());
        self.numbers.insert(key.to_owned(), number);
        number
    }

    fn number_or_none(&mut self, key: Option<&str>, label: impl FnOnce(&str) -> String) -> u32 {
        key.map_or(0, |key| self.number(key, || label(key)))
    }
}

impl CallColumns {
    /// Adds a call.
    pub fn add(&mut self, call: &CallSummary<'_>, review: &ReviewMark<'_>, book: &RuleBook) {
        let (facts, evaluation, names) = (call.facts, call.evaluation, &mut self.names);
        let (folder, file) = facts.source.rsplit_once('/').unwrap_or(("", &facts.source));
        let owned = |key: &str| key.to_owned();
        let category = |key: &str| book.category_title(key).to_owned();
        self.ids.push(facts.id.clone());
        self.folder.push(names.folder.number_or_none(Some(folder), owned));
        self.file.push(file.to_owned());
        let minute = |moment: chrono::DateTime<chrono::FixedOffset>| {
            moment.naive_local().and_utc().timestamp().div_euclid(60)
        };
        self.minute.push(facts.started_at.map(minute));
        // As clocks show it: a second counts when it is over.
        self.duration.push(call.audio.duration_s.floor());
        self.score.push(evaluation.score);
        self.final_score.push(review.final_score);
        self.coverage.push(evaluation.score_coverage);
        self.critical.push(evaluation.critical.into());
        self.agent.push(names.agent.number_or_none(call.agent(), |_| agent_label(facts)));
        self.team.push(names.team.number_or_none(facts.team.as_deref(), owned));
        self.manager.push(names.manager.number_or_none(facts.manager.as_deref(), owned));
        self.direction.push(names.direction.number_or_none(facts.direction.map(Direction::name), owned));
        self.call_type.push(names.call_type.number_or_none(evaluation.call_type.as_deref(), category));
        self.kind.push(names.kind.number_or_none(facts.kind.as_ref().map(|kind| kind.name.name()), owned));
        self.review.push(names.review.number_or_none(review.state, owned));
        self.silence.push((1000.0 * call.metrics.silence.ratio).round() as u32);
        self.interruptions.push(call.metrics.interruptions.by_agent);
        self.hold.push(call.metrics.hold.total_s.round() as u32);
        let topics = evaluation.topics.iter().flatten();
        self.topics.push(topics.map(|topic| names.topics.number_or_none(Some(topic), category)).collect());
        let mut rules = |verdict: Verdict| {
            let title = |id: &str| book.rule_title(id).to_owned();
            call.with_verdict(verdict).map(|rule| names.rules.number_or_none(Some(&rule.id), title)).collect()
        };
        self.failed.push(rules(Verdict::Fail));
        self.unmeasurable.push(rules(Verdict::Unmeasurable));
        self.passed.push(rules(Verdict::Pass));
        let tags = facts.tags.iter().map(|(name, value)| format!("{name}={value}"));
        self.tags.push(tags.map(|tag| names.tags.number_or_none(Some(&tag), owned)).collect());
    }

    /// Adds what people and the machine say of rules, after all calls.
    pub fn add_agreements(&mut self, site: &Site<'_>, agreements: &[RuleAgreement]) {
        let places: HashMap<&str, usize> =
            self.ids.iter().enumerate().map(|(place, id)| (id.as_str(), place)).collect();
        for RuleAgreement { rule, all, .. } in agreements {
            for cell in &all.cells {
                let calls = cell.calls.iter().filter_map(|id| places.get(id.as_str()).copied());
                self.answers.keys.push(cell_name(rule, cell.human, cell.machine));
                self.answers.labels.push(cell_label(site, rule, cell));
                self.answers.calls.push(calls.collect());
            }
        }
    }

    /// How many calls there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The data file: a script, because browsers let a page read nothing else from a disk.
    ///
    /// # Errors
    /// Where the columns cannot be written as JSON, which numbers and texts always can.
    pub fn to_script(&self) -> Result<String, serde_json::Error> {
        Ok(format!("\"use strict\";\nconst etalonCalls = {};\n", serde_json::to_string(self)?))
    }
}

/// A cell as people read it: «Приветствие: программа — нарушено, люди — соблюдено».
fn cell_label(site: &Site<'_>, rule: &RuleKey, cell: &ConfusionCell) -> String {
    let text = |key: String| site.interface.text(&key);
    let (machine, human) =
        (text(format!("verdict-{}", cell.machine.name())), text(format!("answer-{}", cell.human.name())));
    let title = site.rule_book.rule_title(&rule.rule);
    site.interface.filled("confusion-cell", &[("rule", title), ("machine", &machine), ("human", &human)])
}
