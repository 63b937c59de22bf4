//! The stages of a conversation and their order.

use super::Evaluator;
use crate::evaluate::finding::{Finding, Place, Truth};
use crate::evaluate::wording;
use crate::language::pack::Category;

/// How a stage stands to those that are expected before it.
pub(crate) enum StageStatus {
    InOrder(Place),
    /// It is found only before the last stage that was in order.
    Misordered(Place),
    Missing,
    Unmeasurable(String),
}

impl Evaluator<'_> {
    /// Whether these stages, named by their ids, are all there in this order.
    pub(crate) fn stages_in_order(&self, order: &[String]) -> Finding {
        let known = |id: &String| self.stages.iter().find(|stage| stage.id == *id);
        let stages: Vec<&Category> = order.iter().filter_map(known).collect();
        let mut finding = Finding::of(true);
        for (stage, status) in self.statuses_of_stages(&stages) {
            match status {
                StageStatus::Unmeasurable(cause) => return Finding::unmeasurable(cause),
                StageStatus::Missing => {
                    finding.truth = Truth::Fails;
                    finding.reasons.push(wording::stage_missing(&stage.title));
                }
                StageStatus::Misordered(place) => {
                    finding.truth = Truth::Fails;
                    finding.reasons.push(wording::stage_misordered(&stage.title));
                    finding.places.push(place);
                }
                StageStatus::InOrder(place) => finding.places.push(place),
            }
        }
        finding
    }

    /// How each of some stages stands, in the order in which they are expected.
    pub(crate) fn statuses_of_stages<'p>(&self, stages: &[&'p Category]) -> Vec<(&'p Category, StageStatus)> {
        let mut previous_s = f64::NEG_INFINITY;
        let mut statuses = Vec::new();
        for stage in stages {
            let status = status(self.find(&stage.shown_by, None), previous_s);
            if let StageStatus::InOrder(place) = &status {
                previous_s = place.start_s;
            }
            statuses.push((*stage, status));
        }
        statuses
    }
}

fn status(shown: Finding, previous_s: f64) -> StageStatus {
    if let Truth::Unmeasurable(cause) = shown.truth {
        return StageStatus::Unmeasurable(cause);
    }
    if !shown.holds() {
        return StageStatus::Missing;
    }
    // A stage may come again; it is in order when one of its places follows the stage before.
    let following = shown.places.iter().find(|place| place.start_s >= previous_s);
    match (following, shown.places.first()) {
        (Some(place), _) => StageStatus::InOrder(place.clone()),
        (None, Some(place)) => StageStatus::Misordered(place.clone()),
        (None, None) => StageStatus::Missing,
    }
}
