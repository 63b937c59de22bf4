//! The table of acts: one row an act that a sentence of a call performs.

use super::columns::{OfCall, keys};
use super::writer::Column;
use etalon_call::{Call, CallFacts, Role, Turn, TurnAct};

/// The acts of one call, in order of time.
pub(super) struct ActsOfCall {
    call: CallFacts,
    rows: Vec<ActRow>,
}

/// An act with its place in the call.
struct ActRow {
    turn: usize,
    speaker: Role,
    /// The sentence that performs it, seconds from the start of the recording; nothing where the
    /// words have no times.
    sentence_s: Option<(f64, f64)>,
    act: TurnAct,
}

impl ActsOfCall {
    pub(super) fn of(call: &Call) -> Self {
        let turns = call.turns.iter().enumerate();
        let rows = turns.flat_map(|(number, turn)| acts_of_turn(number, turn)).collect();
        Self { call: call.call.clone(), rows }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }
}

fn acts_of_turn(number: usize, turn: &Turn) -> impl Iterator<Item = ActRow> + '_ {
    turn.acts.iter().flatten().map(move |act| ActRow {
        turn: number,
        speaker: turn.speaker,
        sentence_s: sentence_s(turn, act),
        act: act.clone(),
    })
}

fn sentence_s(turn: &Turn, act: &TurnAct) -> Option<(f64, f64)> {
    let words = turn.words.get(act.from_word as usize..act.to_word as usize)?;
    Some((words.first()?.start_s, words.last()?.end_s))
}

impl OfCall for ActsOfCall {
    fn facts(&self) -> &CallFacts {
        &self.call
    }
}

/// The columns of the table.
pub(super) fn columns() -> Vec<Column<ActsOfCall>> {
    let mut columns = keys();
    columns.extend([
        Column::integer("turn", |acts: &ActsOfCall, index| i64::try_from(row(acts, index)?.turn).ok()),
        Column::text("speaker", |acts: &ActsOfCall, index| Some(row(acts, index)?.speaker.name().to_owned())),
        Column::text("act", |acts: &ActsOfCall, index| Some(row(acts, index)?.act.act.name().to_owned())),
        Column::real("probability", |acts: &ActsOfCall, index| Some(row(acts, index)?.act.probability)),
        Column::real("start_s", |acts: &ActsOfCall, index| Some(row(acts, index)?.sentence_s?.0)),
        Column::real("end_s", |acts: &ActsOfCall, index| Some(row(acts, index)?.sentence_s?.1)),
        Column::integer("from_word", |acts: &ActsOfCall, index| Some(row(acts, index)?.act.from_word.into())),
        Column::integer("to_word", |acts: &ActsOfCall, index| Some(row(acts, index)?.act.to_word.into())),
    ]);
    columns
}

fn row(acts: &ActsOfCall, index: usize) -> Option<&ActRow> {
    acts.rows.get(index)
}
