//! A query answered from the index.

use crate::error::SearchError;
use crate::expression::MatchExpression;
use crate::filter::CallFilter;
use crate::index::{Corrections, SearchIndex, StoredCall, TurnRow, database_error};
use crate::matcher;
use crate::query::{Part, Query};
use crate::snippet::Snippet;
use crate::words::SpokenWords;
use etalon_call::{Role, named_enum, round3};
use rayon::prelude::*;
use rusqlite::{OptionalExtension as _, params_from_iter};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

/// Most turns that are put in order of relevance: of more, none stands out.
const RANKED_TURNS_AT_MOST: usize = 20_000;

named_enum! {
    /// In which order hits come.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
    pub enum SearchOrder {
        /// The turns first in which the rarest of the words stand closest (BM25); the newest calls
        /// first where more than 20,000 turns are found.
        #[default]
        Relevance = "relevance",
        /// The newest calls first, those without a date last.
        Newest = "newest",
        /// The oldest calls first, those without a date last.
        Oldest = "oldest",
    }
}

/// A query, where it is asked, and which of its hits are wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchRequest {
    /// What is looked for.
    pub query: Query,
    /// Which calls are searched.
    pub filter: CallFilter,
    /// In which order hits come.
    pub order: SearchOrder,
    /// Hits to leave out at the beginning.
    pub offset: usize,
    /// Most hits to return.
    pub limit: usize,
}

impl SearchRequest {
    /// The first twenty hits of a query in all calls.
    pub fn new(query: Query) -> Self {
        Self { query, filter: CallFilter::default(), order: SearchOrder::default(), offset: 0, limit: 20 }
    }
}

/// Some of the hits of a query, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SearchPage {
    /// Turns that were found.
    pub turns: usize,
    /// Calls in which they are.
    pub calls: usize,
    /// The order in which the hits come.
    pub order: SearchOrder,
    /// The hits that were wanted.
    pub hits: Vec<Hit>,
}

/// A turn that was found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Hit {
    /// The call's id.
    pub call: String,
    /// The recording's path as it was given.
    pub source: String,
    /// When the call began, RFC 3339.
    pub started_at: Option<String>,
    /// The agent's identifier.
    pub agent_id: Option<String>,
    /// The agent's name.
    pub agent_name: Option<String>,
    /// The place of the turn in its call, from 0.
    pub turn: usize,
    /// Who speaks.
    pub role: Role,
    /// When the first word that was found begins, seconds from the start of the recording.
    pub start_s: f64,
    /// When the turn begins, seconds.
    pub turn_start_s: f64,
    /// When the turn ends, seconds.
    pub turn_end_s: f64,
    /// What was said around it.
    pub snippet: Snippet,
    /// Whether the stored call still says so; otherwise the index needs an update, and `start_s` is
    /// that of the turn.
    pub is_current: bool,
}

impl SearchIndex {
    /// Answers a query.
    ///
    /// # Errors
    /// [`SearchError::Damaged`], [`SearchError::Database`].
    pub fn search(&self, request: &SearchRequest) -> Result<SearchPage, SearchError> {
        let found = self.found(&request.query, &request.filter).map_err(database_error(&self.path))?;
        let calls = call_groups(&found);
        let (turns, call_count) = (found.len(), calls.len());
        let order = match request.order {
            SearchOrder::Relevance if turns > RANKED_TURNS_AT_MOST => SearchOrder::Newest,
            order => order,
        };
        let shown = match order {
            SearchOrder::Relevance => self.most_relevant(&request.query, found),
            SearchOrder::Newest | SearchOrder::Oldest => self.by_date(&found, calls, order, request),
        };
        let shown = shown.map_err(database_error(&self.path))?;
        let shown = if order == SearchOrder::Relevance { page(&shown, request) } else { &shown };
        Ok(SearchPage { turns, calls: call_count, order, hits: self.hits(shown, &request.query)? })
    }

    /// The turns of the most relevant hits, or of the newest where there are too many, in order of
    /// their calls.
    pub(crate) fn turns_found(
        &self,
        query: &Query,
        filter: &CallFilter,
        at_most: usize,
    ) -> Result<Vec<FoundTurn>, SearchError> {
        let read = || -> rusqlite::Result<Vec<FoundTurn>> {
            let mut rows = self.found(query, filter)?;
            if rows.len() <= RANKED_TURNS_AT_MOST && query.parts.len() == 1 {
                rows = self.most_relevant(query, rows)?;
            } else {
                // The calls that were indexed last.
                rows.reverse();
            }
            rows.truncate(at_most);
            rows.sort_unstable();
            rows.into_iter().filter_map(|row| self.turn(row).transpose()).collect()
        };
        read().map_err(database_error(&self.path))
    }

    fn turn(&self, row: TurnRow) -> rusqlite::Result<Option<FoundTurn>> {
        let mut statement = self.connection.prepare_cached("SELECT text FROM turns WHERE row = ?")?;
        let text = statement.query_row([row.0], |stored| stored.get(0)).optional()?;
        Ok(text.map(|text| FoundTurn { call: row.call(), role: row.role(), text }))
    }

    /// The rows of all turns that a query finds, in order.
    fn found(&self, query: &Query, filter: &CallFilter) -> rusqlite::Result<Vec<TurnRow>> {
        let days = filter.days.within(query.days());
        let allowed = self.allowed_calls(&CallFilter { days, ..filter.clone() })?;
        let is_allowed = |row: &TurnRow| allowed.as_ref().is_none_or(|calls| calls.has(row.call()));
        let mut of_parts: Vec<Vec<TurnRow>> = Vec::new();
        for part in &query.parts {
            let mut rows = self.rows_of(part)?;
            rows.retain(is_allowed);
            of_parts.push(rows);
        }
        if let [_] = of_parts.as_slice() {
            return Ok(of_parts.pop().unwrap_or_default());
        }
        let sets: Vec<CallSet> =
            of_parts.iter().map(|rows| rows.iter().map(|row| row.call()).collect()).collect();
        let mut rows: Vec<TurnRow> = of_parts.into_iter().flatten().collect();
        rows.retain(|row| sets.iter().all(|calls| calls.has(row.call())));
        rows.sort_unstable();
        rows.dedup();
        Ok(rows)
    }

    /// The rows of the turns that hold what a part of a query asks for, in order.
    fn rows_of(&self, part: &Part) -> rusqlite::Result<Vec<TurnRow>> {
        let expression = MatchExpression::of(&part.asked);
        let is_asked = |row: &TurnRow| part.role.is_none_or(|role| row.role() == role);
        if expression.is_exact {
            let mut statement =
                self.connection.prepare_cached("SELECT rowid FROM spoken WHERE spoken MATCH ?")?;
            let rows = statement.query_map([&expression.text], |row| row.get(0).map(TurnRow))?;
            return rows.filter(|row| row.as_ref().map_or(true, is_asked)).collect();
        }
        let mut statement = self.connection.prepare_cached(
            "SELECT turns.row, turns.text FROM spoken JOIN turns ON turns.row = spoken.rowid WHERE spoken MATCH ?",
        )?;
        let rows = statement.query_map([&expression.text], |row| Ok((TurnRow(row.get(0)?), row.get(1)?)))?;
        let may_hold: Vec<(TurnRow, String)> = rows
            .filter(|row| row.as_ref().map_or(true, |(row, _)| is_asked(row)))
            .collect::<Result<_, _>>()?;
        let holds =
            |(_, text): &(TurnRow, String)| matcher::find(&part.asked, &SpokenWords::of(text)).is_some();
        Ok(may_hold.into_par_iter().filter(holds).map(|(row, _)| row).collect())
    }

    /// The calls that a filter leaves; nothing where it leaves all.
    fn allowed_calls(&self, filter: &CallFilter) -> rusqlite::Result<Option<CallSet>> {
        if filter.is_empty() {
            return Ok(None);
        }
        let (condition, values) = filter.condition();
        let mut statement =
            self.connection.prepare(&format!("SELECT number, id FROM calls WHERE {condition}"))?;
        let calls = statement.query_map(params_from_iter(values), |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })?;
        let mut allowed = CallSet::default();
        for call in calls {
            let (number, id) = call?;
            if filter.calls.as_ref().is_none_or(|ids| ids.contains(&id)) {
                allowed.add(number);
            }
        }
        Ok(Some(allowed))
    }

    /// Rows in order of relevance.
    fn most_relevant(&self, query: &Query, found: Vec<TurnRow>) -> rusqlite::Result<Vec<TurnRow>> {
        let mut ranks: HashMap<i64, f64> = HashMap::new();
        for part in &query.parts {
            let mut statement =
                self.connection.prepare_cached("SELECT rowid, rank FROM spoken WHERE spoken MATCH ?")?;
            let ranked = statement.query_map([MatchExpression::of(&part.asked).text], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, f64>(1)?))
            })?;
            for row in ranked {
                let (row, rank) = row?;
                if found.binary_search(&TurnRow(row)).is_ok() {
                    ranks.entry(row).and_modify(|best| *best = best.min(rank)).or_insert(rank);
                }
            }
        }
        let mut found = found;
        let rank = |row: &TurnRow| ranks.get(&row.0).copied().unwrap_or(0.0);
        // The best rank is the lowest one; of equal ones the later call is likely the newer one.
        found.sort_by(|left, right| {
            let by_call = right.call().cmp(&left.call());
            rank(left).total_cmp(&rank(right)).then(by_call).then(left.cmp(right))
        });
        Ok(found)
    }

    /// The rows that a request wants, by the dates of their calls.
    fn by_date(
        &self,
        found: &[TurnRow],
        mut calls: Vec<CallRows>,
        order: SearchOrder,
        request: &SearchRequest,
    ) -> rusqlite::Result<Vec<TurnRow>> {
        let starts = self.starts_of_calls()?;
        calls.sort_by_cached_key(|call| {
            let began_s = starts.get(&call.number).copied();
            let by_date =
                began_s.map(|began_s| if order == SearchOrder::Newest { -began_s } else { began_s });
            (by_date.is_none(), by_date, call.number)
        });
        let rows = calls.iter().flat_map(|call| &found[call.first..call.end]);
        Ok(rows.skip(request.offset).take(request.limit).copied().collect())
    }

    /// When calls began, in seconds, by their numbers.
    fn starts_of_calls(&self) -> rusqlite::Result<HashMap<i64, i64>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT number, started_s FROM calls WHERE started_s IS NOT NULL")?;
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    }

    /// The hits of some rows, with the times of their words from the stored calls.
    fn hits(&self, rows: &[TurnRow], query: &Query) -> Result<Vec<Hit>, SearchError> {
        let failed = database_error(&self.path);
        let mut hits = Vec::new();
        for row in rows {
            // A row that vanished meanwhile belongs to a call that is being read again.
            hits.extend(self.hit(*row, query).map_err(&failed)?);
        }
        let ids: BTreeSet<&str> = hits.iter().map(|(hit, _)| hit.call.as_str()).collect();
        let store = &self.store;
        let is_corrected = hits.iter().any(|(_, first)| first.is_corrected);
        let corrections = if is_corrected { Corrections::of(store) } else { Corrections::none() };
        let read = |id: &str| (id.to_owned(), corrections.read(store, id).ok().flatten());
        let stored: HashMap<String, Option<StoredCall>> = ids.into_par_iter().map(read).collect();
        for (hit, first) in &mut hits {
            let call = stored.get(&hit.call).and_then(Option::as_ref);
            let turn = call.and_then(|call| call.turns.get(hit.turn));
            if let Some(turn) =
                turn.filter(|turn| turn.speaker == hit.role && turn.searched_text() == first.text)
            {
                hit.start_s = round3(turn.start_of_piece_s(first.piece));
                hit.is_current = true;
            }
        }
        Ok(hits.into_iter().map(|(hit, _)| hit).collect())
    }

    /// The hit of one row, without the time of its word, and where that word stands.
    fn hit(&self, row: TurnRow, query: &Query) -> rusqlite::Result<Option<(Hit, FirstWord)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, source, started_at, agent_id, agent_name, start_s, end_s, text, corrections
             FROM turns JOIN calls ON calls.number = ? WHERE turns.row = ?",
        )?;
        let found = statement.query_row([row.call(), row.0], |stored| {
            let text: String = stored.get(7)?;
            let spoken = SpokenWords::of(&text);
            let found = spans(query, row.role(), &spoken);
            let first = found.iter().map(|span| span.start).min().and_then(|first| spoken.words.get(first));
            let hit = Hit {
                call: stored.get(0)?,
                source: stored.get(1)?,
                started_at: stored.get(2)?,
                agent_id: stored.get(3)?,
                agent_name: stored.get(4)?,
                turn: row.turn(),
                role: row.role(),
                start_s: stored.get(5)?,
                turn_start_s: stored.get(5)?,
                turn_end_s: stored.get(6)?,
                snippet: Snippet::of(&text, &spoken, &found),
                is_current: false,
            };
            let piece = first.map_or(0, |word| word.piece);
            let is_corrected = stored.get::<_, i64>(8)? > 0;
            Ok((hit, FirstWord { text, piece, is_corrected }))
        });
        found.optional()
    }
}

/// The words of a turn that was found.
pub(crate) struct FoundTurn {
    /// The number of its call.
    pub(crate) call: i64,
    pub(crate) role: Role,
    pub(crate) text: String,
}

/// The word that a hit begins with.
struct FirstWord {
    /// The text of its turn.
    text: String,
    /// Which piece of the text it is.
    piece: usize,
    /// Whether people put something right in its call.
    is_corrected: bool,
}

/// Everything in a turn that a query asks for.
fn spans(query: &Query, role: Role, spoken: &SpokenWords) -> Vec<std::ops::Range<usize>> {
    let parts = query.parts.iter().filter(|part| part.role.is_none_or(|asked| asked == role));
    parts.filter_map(|part| matcher::find(&part.asked, spoken)).flatten().collect()
}

fn page<'a>(rows: &'a [TurnRow], request: &SearchRequest) -> &'a [TurnRow] {
    let first = request.offset.min(rows.len());
    &rows[first..rows.len().min(first.saturating_add(request.limit))]
}

/// The rows of one call among those that were found.
struct CallRows {
    number: i64,
    first: usize,
    end: usize,
}

/// The calls of rows that are in order.
fn call_groups(rows: &[TurnRow]) -> Vec<CallRows> {
    let mut calls: Vec<CallRows> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        match calls.last_mut() {
            Some(call) if call.number == row.call() => call.end = index + 1,
            _ => calls.push(CallRows { number: row.call(), first: index, end: index + 1 }),
        }
    }
    calls
}

/// A set of calls, by their numbers.
#[derive(Debug, Default)]
struct CallSet(Vec<bool>);

impl CallSet {
    fn add(&mut self, number: i64) {
        let number = usize::try_from(number).unwrap_or(0);
        if self.0.len() <= number {
            self.0.resize(number + 1, false);
        }
        self.0[number] = true;
    }

    fn has(&self, number: i64) -> bool {
        usize::try_from(number).is_ok_and(|number| self.0.get(number).copied().unwrap_or(false))
    }
}

impl FromIterator<i64> for CallSet {
    fn from_iter<I: IntoIterator<Item = i64>>(numbers: I) -> Self {
        let mut set = Self::default();
        numbers.into_iter().for_each(|number| set.add(number));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::update;
    use etalon_store::Store;
    use proptest::prelude::*;
    use std::sync::atomic::AtomicBool;
    use tempfile::TempDir;

    /// Few words, so that they meet often: forms of one stem, numbers in both writings, signs.
    const SPOKEN: [&str; 14] = [
        "кредит",
        "кредиты",
        "Кредитом,",
        "долг",
        "долгу",
        "из-за",
        "не",
        "сорок",
        "две",
        "42",
        "000",
        "тысячи",
        "—",
        "да.нет",
    ];

    const ASKED: [&str; 20] = [
        "кредит",
        "=кредиты",
        "кред*",
        "долг",
        "до*",
        "=долгу",
        "из-за",
        "не",
        "42",
        "сорок две",
        "тысячи",
        "\"кредит долг\"",
        "\"кредиты дол*\"",
        "\"кред* долгу\"",
        "(кредит | долг)",
        "OR",
        "NEAR/1",
        "-",
        "оператор:",
        "(не -долг)",
    ];

    /// A folder with one call of these turns; every second one is the agent's.
    fn folder(turns: &[Vec<&str>]) -> (TempDir, SearchIndex) {
        let turn = |(index, words): (usize, &Vec<&str>)| {
            let speaker = if index.is_multiple_of(2) { "agent" } else { "client" };
            serde_json::json!({
                "speaker": speaker, "start_s": 0.0, "end_s": 1.0, "text": words.join(" "), "language": "ru", "words": [],
            })
        };
        let turns: Vec<serde_json::Value> = turns.iter().enumerate().map(turn).collect();
        let call = serde_json::json!({ "id": "0123456789abcdef", "source": "a.wav", "audio_sha256": "" });
        let document = serde_json::to_vec(&serde_json::json!({ "call": call, "turns": turns })).unwrap();
        let directory = tempfile::tempdir().unwrap();
        let store = Store::create(directory.path()).unwrap();
        store.write_call_document("0123456789abcdef", &document).unwrap();
        update(&store, &AtomicBool::new(false)).unwrap();
        let index = SearchIndex::open(&store).unwrap();
        (directory, index)
    }

    fn turns() -> impl Strategy<Value = Vec<Vec<&'static str>>> {
        let turn = proptest::collection::vec(proptest::sample::select(&SPOKEN[..]), 0..9);
        proptest::collection::vec(turn, 1..6)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// The index finds the turns that the words themselves say it should.
        #[test]
        fn the_index_agrees_with_the_words(
            turns in turns(),
            asked in proptest::collection::vec(proptest::sample::select(&ASKED[..]), 1..7),
            glue in proptest::sample::select(&[" ", ""][..]),
        ) {
            let text = asked.join(" ").replace("- ", &format!("-{glue}"));
            let Ok(query) = text.parse::<Query>() else { return Ok(()) };
            let (_directory, index) = folder(&turns);
            let page = index.search(&SearchRequest::new(query.clone())).unwrap();
            let holds = |part: &Part, turn: usize| {
                let role = if turn.is_multiple_of(2) { Role::Agent } else { Role::Client };
                let spoken = SpokenWords::of(&turns[turn].join(" "));
                part.role.is_none_or(|asked| asked == role) && matcher::find(&part.asked, &spoken).is_some()
            };
            let is_found = |part: &Part| (0..turns.len()).any(|turn| holds(part, turn));
            let all_parts = query.parts.iter().all(is_found);
            let expected: Vec<usize> = (0..turns.len())
                .filter(|turn| all_parts && query.parts.iter().any(|part| holds(part, *turn)))
                .collect();
            let mut found: Vec<usize> = page.hits.iter().map(|hit| hit.turn).collect();
            found.sort_unstable();
            prop_assert_eq!(found, expected, "{}", text);
            prop_assert!(page.hits.iter().all(|hit| hit.is_current && !hit.snippet.highlights.is_empty()));
        }

        /// No query is an error of the database, and none is a panic.
        #[test]
        fn no_query_reaches_the_database_as_it_is(text in "[ \"*()|=:{}^+а-яa-zA-Z0-9/«»'.,;\\-]{0,40}|.{0,40}") {
            let Ok(query) = text.parse::<Query>() else { return Ok(()) };
            let (_directory, index) = folder(&[vec!["кредит", "или", "долг"]]);
            prop_assert!(index.search(&SearchRequest::new(query)).is_ok(), "{}", text);
        }
    }
}
