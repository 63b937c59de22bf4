//! The tables for analysts: `calls`, `turns`, `acts`, `events`, `rules`, `reviews` and
//! `passed_over` as Parquet files.

mod act_rows;
mod columns;
mod review_row;
mod text;
mod writer;

use crate::error::Error;
use act_rows::ActsOfCall;
use etalon_call::Call;
use etalon_review::Judged;
use etalon_store::{PassedOver, Store};
use review_row::ReviewRow;
pub use text::table_text;
use writer::TableWriter;

/// The tables about calls while they are being written. Memory holds one row group a table,
/// whatever the number of calls.
pub(crate) struct Tables {
    calls: TableWriter,
    turns: TableWriter,
    acts: TableWriter<ActsOfCall>,
    events: TableWriter,
    rules: TableWriter,
    reviews: TableWriter<ReviewRow>,
}

impl Tables {
    pub(crate) fn create(store: &Store) -> Result<Self, Error> {
        Ok(Self {
            calls: TableWriter::create(store, "calls", columns::calls())?,
            turns: TableWriter::create(store, "turns", columns::turns())?,
            acts: TableWriter::create(store, "acts", act_rows::columns())?,
            events: TableWriter::create(store, "events", columns::events())?,
            rules: TableWriter::create(store, "rules", columns::rules())?,
            reviews: TableWriter::create(store, "reviews", review_row::columns())?,
        })
    }

    pub(crate) fn append(&mut self, call: &Call) -> Result<(), Error> {
        self.calls.append(call, 1)?;
        self.turns.append(call, call.turns.len())?;
        let acts = ActsOfCall::of(call);
        self.acts.append(&acts, acts.len())?;
        self.events.append(call, call.events.len())?;
        self.rules.append(call, call.evaluation.rules.len())
    }

    /// What people say of a call; no drafts.
    pub(crate) fn append_reviews(&mut self, judged: &Judged) -> Result<(), Error> {
        ReviewRow::of_call(judged).iter().try_for_each(|row| self.reviews.append(row, 1))
    }

    pub(crate) fn commit(self) -> Result<(), Error> {
        self.reviews.commit()?;
        self.acts.commit()?;
        [self.calls, self.turns, self.events, self.rules].into_iter().try_for_each(TableWriter::commit)
    }
}

/// Writes the table of the files that were not taken for recordings.
pub(crate) fn write_passed_over(store: &Store, passed_over: &[PassedOver]) -> Result<(), Error> {
    let mut table = TableWriter::create(store, "passed_over", columns::passed_over())?;
    passed_over.iter().try_for_each(|file| table.append(file, 1))?;
    table.commit()
}
