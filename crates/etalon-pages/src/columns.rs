//! All calls as columns, for the script that filters and sorts the list.
//!
//! One text a property, with numbers for whatever repeats: a call takes about a hundred bytes,
//! verdicts of fifty rules among them. `assets/list.js` makes arrays of them again.

use crate::accuracy::cell_name;
use crate::query::rule_name;
use crate::site::Site;
use crate::summary::{CallSummary, agent_label};
use etalon_call::{Direction, Verdict};
use etalon_review::{ConfusionCell, RuleAgreement, RuleKey, SheetState};
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;

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

/// Signs that stand for the numbers from 0 to 63.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Calls whose verdicts share a sign.
const CALLS_OF_SIGN: usize = 3;

/// Numbers with a comma behind each, and `-` for one that is not known. One that is as the one before
/// takes only the comma.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
struct NumberColumn {
    numbers: String,
    #[serde(skip)]
    last: String,
}

impl NumberColumn {
    fn push(&mut self, number: Option<impl Display>) {
        let number = number.map_or_else(|| "-".to_owned(), |number| number.to_string());
        if number != self.last {
            self.numbers.push_str(&number);
        }
        self.numbers.push(',');
        self.last = number;
    }

    /// Adds the number of a name, 0 for none, or a mark, 0 or 1.
    fn push_name(&mut self, number: u32) {
        self.push(Some(number));
    }
}

/// Names of files with a slash behind each, which no name has. A sign of the alphabet says how many
/// letters (in UTF-16, as scripts count them) are those of the name before.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
struct FileNames {
    names: String,
    #[serde(skip)]
    last: String,
}

impl FileNames {
    fn push(&mut self, name: &str) {
        let (mut shared, mut bytes) = (0, 0);
        for (letter, before) in name.chars().zip(self.last.chars()) {
            if letter != before || shared + letter.len_utf16() >= ALPHABET.len() {
                break;
            }
            shared += letter.len_utf16();
            bytes += letter.len_utf8();
        }
        self.names.push(char::from(ALPHABET[shared]));
        self.names.push_str(&name[bytes..]);
        self.names.push('/');
        name.clone_into(&mut self.last);
    }
}

/// Lists of numbers, each list by its place among those that are there.
#[derive(Debug, Serialize)]
struct ListColumn {
    numbers: NumberColumn,
    /// The first one is empty.
    lists: Vec<Vec<u32>>,
    #[serde(skip)]
    places: HashMap<Vec<u32>, u32>,
}

impl Default for ListColumn {
    fn default() -> Self {
        Self { numbers: NumberColumn::default(), lists: vec![vec![]], places: HashMap::from([(vec![], 0)]) }
    }
}

impl ListColumn {
    fn push(&mut self, list: Vec<u32>) {
        let next = self.lists.len() as u32;
        let place = *self.places.entry(list).or_insert_with_key(|list| {
            self.lists.push(list.clone());
            next
        });
        self.numbers.push_name(place);
    }
}

/// What one rule says of every call: 0 that it does not apply, or nothing where the call was not judged
/// by it, 1 pass, 2 unmeasurable, 3 fail. Three calls share a sign of the alphabet, the first of them
/// counting once, the second four and the third sixteen times. Calls behind the last sign have 0.
#[derive(Debug, Default)]
struct VerdictColumn(Vec<u8>);

impl VerdictColumn {
    fn set(&mut self, call: usize, verdict: Verdict) {
        let code = match verdict {
            Verdict::Na => 0,
            Verdict::Pass => 1,
            Verdict::Unmeasurable => 2,
            Verdict::Fail => 3,
        };
        let shift = 2 * (call % CALLS_OF_SIGN);
        let sign = call / CALLS_OF_SIGN;
        if self.0.len() <= sign {
            self.0.resize(sign + 1, 0);
        }
        self.0[sign] = self.0[sign] & !(3 << shift) | code << shift;
    }
}

impl Serialize for VerdictColumn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let signs = self.0.iter().map(|number| char::from(ALPHABET[usize::from(*number)]));
        serializer.serialize_str(&signs.collect::<String>())
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn json(column: &impl Serialize) -> String {
        serde_json::to_string(column).unwrap()
    }

    #[test]
    fn a_number_that_repeats_takes_one_sign() {
        let mut column = NumberColumn::default();
        for number in [Some(87.5), None, Some(0.0), Some(100.0)] {
            column.push(number);
        }
        for number in [100, 0, 0, 7] {
            column.push_name(number);
        }
        assert_eq!(json(&column), r#""87.5,-,0,100,,0,,7,""#);
    }

    #[test]
    fn a_file_name_says_only_what_the_one_before_did_not() {
        let mut names = FileNames::default();
        for name in ["call-09.wav", "call-10.wav", "call-10.wav", "звонок.wav", "звон𝕏.wav", "звон𝕐", ""]
        {
            names.push(name);
        }
        assert_eq!(json(&names), r#""Acall-09.wav/F10.wav/L/Aзвонок.wav/E𝕏.wav/E𝕐/A/""#);
        // What is shared is counted in one sign of the alphabet.
        let long = "a".repeat(70);
        let mut names = FileNames::default();
        names.push(&long);
        names.push(&long);
        assert!(json(&names).ends_with(&format!("_{}/\"", "a".repeat(7))));
    }

    #[test]
    fn lists_that_repeat_are_named_by_a_number() {
        let mut column = ListColumn::default();
        for list in [vec![], vec![3, 1], vec![], vec![3, 1], vec![2]] {
            column.push(list);
        }
        assert_eq!(json(&column), r#"{"numbers":"0,1,0,1,2,","lists":[[],[3,1],[2]]}"#);
    }

    #[test]
    fn three_verdicts_share_a_sign() {
        let mut column = VerdictColumn::default();
        column.set(1, Verdict::Pass);
        column.set(2, Verdict::Fail);
        column.set(3, Verdict::Unmeasurable);
        // 0 + 4·1 + 16·3 is «0» of the alphabet, 2 alone is «C».
        assert_eq!(json(&column), r#""0C""#);
    }
}
