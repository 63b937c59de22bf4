//! Which calls are searched.

use crate::days::Days;
use chrono::{DateTime, FixedOffset};
use rusqlite::types::Value;
use std::collections::BTreeSet;

/// Which calls are searched; what is empty or not given excludes none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CallFilter {
    /// Only these calls, by their ids.
    pub calls: Option<BTreeSet<String>>,
    /// Only calls of these agents, by their identifiers or names.
    pub agents: Vec<String>,
    /// Only calls of these teams.
    pub teams: Vec<String>,
    /// Only calls of these managers' teams.
    pub managers: Vec<String>,
    /// Only calls that began at this time or later.
    pub from: Option<DateTime<FixedOffset>>,
    /// Only calls that began before this time.
    pub until: Option<DateTime<FixedOffset>>,
    /// Only calls of these days, by the clock of the agent. Calls without a date have none.
    pub days: Days,
}

impl CallFilter {
    /// Whether it excludes no call.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The condition of an SQL statement over the table of calls, and its values. The ids of calls
    /// are not part of it.
    pub(crate) fn condition(&self) -> (String, Vec<Value>) {
        let (mut conditions, mut values) = (vec!["1".to_owned()], Vec::new());
        let mut one_of = |columns: &[&str], wanted: &[String]| {
            if wanted.is_empty() {
                return;
            }
            let marks = vec!["?"; wanted.len()].join(", ");
            let columns: Vec<String> =
                columns.iter().map(|column| format!("{column} IN ({marks})")).collect();
            for _ in &columns {
                values.extend(wanted.iter().cloned().map(Value::Text));
            }
            conditions.push(format!("({})", columns.join(" OR ")));
        };
        one_of(&["agent_id", "agent_name"], &self.agents);
        one_of(&["team"], &self.teams);
        one_of(&["manager"], &self.managers);
        for (comparison, time) in [(">=", self.from), ("<", self.until)] {
            if let Some(time) = time {
                conditions.push(format!("started_s {comparison} ?"));
                values.push(Value::Integer(time.timestamp()));
            }
        }
        for (comparison, bound) in [">=", "<"].into_iter().zip(self.days.bounds()) {
            if let Some(bound) = bound {
                conditions.push(format!("started_at {comparison} ?"));
                values.push(Value::Text(bound));
            }
        }
        (conditions.join(" AND "), values)
    }
}
