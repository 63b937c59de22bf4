//! All calls as columns, for the script that filters and sorts the list.
//!
//! One text a property, with numbers for whatever repeats: a call takes about a hundred bytes,
//! verdicts of fifty rules among them. `assets/list.js` makes arrays of them again.

mod packing;

use crate::accuracy::cell_name;
use crate::query::rule_name;
use crate::site::Site;
use crate::summary::{CallSummary, agent_label};
use etalon_call::{Direction, Verdict};
use etalon_review::{ConfusionCell, RuleAgreement, RuleKey, SheetState};
use packing::{FileNames, ListColumn, NumberColumn, VerdictColumn};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// The path of the columns below the report's folder.
pub const CALLS_DATA_PATH: &str = "data/calls.js";

/// The columns, one entry a call, as the script reads them.
#[derive(Debug, Default, Serialize)]
pub struct CallColumns {
    count: usize,
    /// Separated by commas.
    ids: String,
    folder: NumberColumn,
    file: FileNames,
    /// Minutes of the agent's clock since the call before that has a date; the first one's since
    /// 1970-01-01 00:00.
    minute: NumberColumn,
    duration: NumberColumn,
    score: NumberColumn,
    coverage: NumberColumn,
    critical: NumberColumn,
    agent: NumberColumn,
    team: NumberColumn,
    manager: NumberColumn,
    direction: NumberColumn,
    call_type: NumberColumn,
    kind: NumberColumn,
    review: NumberColumn,
    /// Whether a review counts.
    reviewed: NumberColumn,
    /// Share of silence, thousandths.
    silence: NumberColumn,
    interruptions: NumberColumn,
    hold: NumberColumn,
    topics: ListColumn,
    tags: ListColumn,
    /// The rules by which a call was judged, whatever they say of it: packs differ.
    asked: ListColumn,
    /// By the rule's number; rules that apply to no call are not there.
    verdicts: BTreeMap<u32, VerdictColumn>,
    names: Names,
    answers: AnswerCells,
    #[serde(skip)]
    last_minute: i64,
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
    /// Adds a call. Calls that come by source take the least space.
    pub fn add(&mut self, site: &Site<'_>, call: &CallSummary<'_>) {
        self.add_source(call);
        self.add_figures(call);
        self.add_names(site, call);
        self.add_verdicts(site, call);
        self.count += 1;
    }

    fn add_source(&mut self, call: &CallSummary<'_>) {
        let facts = call.facts;
        let (folder, file) = facts.source.rsplit_once('/').unwrap_or(("", &facts.source));
        if self.count > 0 {
            self.ids.push(',');
        }
        self.ids.push_str(&facts.id);
        self.folder.push_name(self.names.folder.number_or_none(Some(folder), str::to_owned));
        self.file.push(file);
        let minute = facts.started_at.map(|moment| moment.naive_local().and_utc().timestamp().div_euclid(60));
        self.minute.push(minute.map(|minute| minute - self.last_minute));
        self.last_minute = minute.unwrap_or(self.last_minute);
    }

    fn add_figures(&mut self, call: &CallSummary<'_>) {
        let evaluation = call.evaluation;
        // As clocks show it: a second counts when it is over.
        self.duration.push(Some(call.audio.duration_s.floor()));
        self.score.push(evaluation.score);
        self.coverage.push(evaluation.score_coverage);
        self.critical.push_name(evaluation.critical.into());
        self.reviewed.push_name(call.review.counts.into());
        self.silence.push(Some((1000.0 * call.metrics.silence.ratio).round()));
        self.interruptions.push(call.metrics.interruptions.by_agent);
        self.hold.push(Some(call.metrics.hold.total_s.round()));
    }

    fn add_names(&mut self, site: &Site<'_>, call: &CallSummary<'_>) {
        let (facts, evaluation, names) = (call.facts, call.evaluation, &mut self.names);
        let owned = |key: &str| key.to_owned();
        let category = |key: &str| site.rule_book.category_title(key).to_owned();
        let titled = |prefix: &str, key: &str| site.interface.text(&format!("{prefix}-{key}"));
        self.agent.push_name(names.agent.number_or_none(call.agent(), |_| agent_label(facts)));
        self.team.push_name(names.team.number_or_none(facts.team.as_deref(), owned));
        self.manager.push_name(names.manager.number_or_none(facts.manager.as_deref(), owned));
        let direction = facts.direction.map(Direction::name);
        self.direction.push_name(names.direction.number_or_none(direction, |key| titled("direction", key)));
        self.call_type.push_name(names.call_type.number_or_none(evaluation.call_type.as_deref(), category));
        let kind = facts.kind.as_ref().map(|kind| kind.name.name());
        self.kind.push_name(names.kind.number_or_none(kind, |key| titled("kind", key)));
        self.review.push_name(names.review.number_or_none(call.review.state.map(SheetState::name), owned));
        let topics = evaluation.topics.iter().flatten();
        self.topics.push(topics.map(|topic| names.topics.number_or_none(Some(topic), category)).collect());
        let tags = facts.tags.iter().map(|(name, value)| format!("{name}={value}"));
        self.tags.push(tags.map(|tag| names.tags.number_or_none(Some(&tag), owned)).collect());
    }

    fn add_verdicts(&mut self, site: &Site<'_>, call: &CallSummary<'_>) {
        let mut asked = Vec::with_capacity(call.evaluation.rules.len());
        for rule in &call.evaluation.rules {
            let title = || site.rule_book.rule_title(&rule.id).to_owned();
            let number = self.names.rules.number(&rule_name(&rule.pack, &rule.id), title);
            asked.push(number);
            if rule.verdict != Verdict::Na {
                self.verdicts.entry(number).or_default().set(self.count, rule.verdict);
            }
        }
        self.asked.push(asked);
    }

    /// Adds what people and the machine say of rules, after all calls.
    pub fn add_agreements(&mut self, site: &Site<'_>, agreements: &[RuleAgreement]) {
        let places: HashMap<&str, usize> =
            self.ids.split(',').enumerate().map(|(place, id)| (id, place)).collect();
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
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
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
