//! Whether recordings or the machine end workers.
//!
//! A recording that ends its worker twice is left alone. Where the machine lacks memory, or the speech
//! model is broken, every recording ends its worker, and none of them is to blame. What tells the two
//! apart is that recordings that differ end their workers in a row, and none gets through between
//! them.

use std::collections::BTreeSet;

/// So many recordings that end their workers in a row are not to blame for it.
const IN_A_ROW: usize = 5;

/// The deaths of workers in a run, in the order in which they happen.
#[derive(Debug, Default)]
pub(crate) struct Deaths {
    /// The ids of the recordings that have ended a worker since one got through last.
    in_a_row: BTreeSet<String>,
    /// The ids of those that ended a worker when all others did so as well.
    not_to_blame: BTreeSet<String>,
    /// Whether no recording has got through since the last [`IN_A_ROW`] ended their workers.
    is_going_on: bool,
    /// How often [`IN_A_ROW`] recordings have ended their workers in a row.
    times: usize,
}

/// What follows from a death.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consequence {
    /// Nothing.
    GoOn,
    /// One worker alone goes on: memory may be too little for several.
    OneWorker,
    /// One worker alone has not helped: nothing that follows would succeed.
    Stop,
}

impl Deaths {
    /// A recording got through a worker, with or without a result.
    pub(crate) fn finished(&mut self) {
        self.in_a_row.clear();
        self.is_going_on = false;
    }

    /// A recording ended its worker.
    pub(crate) fn died(&mut self, id: &str) -> Consequence {
        self.in_a_row.insert(id.to_owned());
        if self.in_a_row.len() >= IN_A_ROW {
            self.not_to_blame.append(&mut self.in_a_row);
            self.is_going_on = true;
            self.times += 1;
            return if self.times == 1 { Consequence::OneWorker } else { Consequence::Stop };
        }
        if self.is_going_on {
            self.not_to_blame.insert(id.to_owned());
        }
        Consequence::GoOn
    }

    /// Whether a recording may be left alone for its deaths.
    pub(crate) fn is_to_blame(&self, id: &str) -> bool {
        !self.not_to_blame.contains(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters are recordings that end their workers; a dot is one that gets through.
    fn check(course: &str, consequence: Consequence, not_to_blame: &str) {
        let mut deaths = Deaths::default();
        let mut last = Consequence::GoOn;
        for recording in course.chars() {
            if recording == '.' {
                deaths.finished();
            } else {
                last = deaths.died(&recording.to_string());
            }
        }
        let spared: String = deaths.not_to_blame.iter().map(String::as_str).collect();
        assert_eq!((last, spared.as_str()), (consequence, not_to_blame), "{course}");
        assert!(not_to_blame.chars().all(|id| !deaths.is_to_blame(&id.to_string())), "{course}");
    }

    #[test]
    fn recordings_that_die_in_a_row_are_not_to_blame() {
        use Consequence::{GoOn, OneWorker, Stop};
        check("ab.c.d.e.f", GoOn, "");
        check("aaaaaaa", GoOn, "");
        check("abcd", GoOn, "");
        check("abcde", OneWorker, "abcde");
        check("abcdef", GoOn, "abcdef");
        check("abcde.f", GoOn, "abcde");
        check("abcdefghij", Stop, "abcdefghij");
        check("abcde.abcde", Stop, "abcde");
    }
}
