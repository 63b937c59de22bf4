//! What each role may do: one table, [`PERMISSIONS`], and one function, [`may`].

use crate::people::{Person, PersonRole};
use etalon_call::{CallFacts, named_enum};
use serde::{Deserialize, Serialize};

named_enum! {
    /// What somebody does with a call or with a sheet.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    pub enum Action {
        /// Hear a call and read what the machine says of it.
        ReadCall = "read_call",
        /// Read a sheet that is shared.
        ReadSheet = "read_sheet",
        /// Read a sheet that is not shared yet.
        ReadDraft = "read_draft",
        /// Answer the rules of a sheet.
        Answer = "answer",
        /// Show a sheet to the agent.
        Share = "share",
        /// Say that a sheet was read and accepted.
        Acknowledge = "acknowledge",
        /// Contest a sheet.
        Dispute = "dispute",
        /// Decide a dispute.
        Resolve = "resolve",
        /// Close a sheet.
        Close = "close",
        /// Put words and speakers of a call right.
        Correct = "correct",
        /// Read how far people and rules agree.
        ReadAgreement = "read_agreement",
        /// Read and write tables of all reviews.
        Exchange = "exchange",
    }
}

/// On what a permission depends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// On nothing.
    Always,
    /// The person is the agent who is heard in the call.
    OwnCall,
    /// The person is the author of the sheet.
    OwnSheet,
    /// Somebody else is the author of the sheet.
    OthersSheet,
    /// Never.
    Never,
}

/// What each role may do: reviewer, lead, agent, reader.
///
/// A lead may also speak for an agent who has no access. Nobody decides the dispute of a sheet that
/// is one's own.
pub const PERMISSIONS: [(Action, [Condition; 4]); 12] = {
    use Action::{
        Acknowledge, Answer, Close, Correct, Dispute, Exchange, ReadAgreement, ReadCall, ReadDraft,
        ReadSheet, Resolve, Share,
    };
    use Condition::{Always, Never, OthersSheet, OwnCall, OwnSheet};
    [
        (ReadCall, [Always, Always, OwnCall, Always]),
        (ReadSheet, [Always, Always, OwnCall, Always]),
        (ReadDraft, [OwnSheet, Always, Never, Never]),
        (Answer, [OwnSheet, OwnSheet, Never, Never]),
        (Share, [OwnSheet, OwnSheet, Never, Never]),
        (Acknowledge, [Never, OthersSheet, OwnCall, Never]),
        (Dispute, [Never, OthersSheet, OwnCall, Never]),
        (Resolve, [Never, OthersSheet, Never, Never]),
        (Close, [Never, Always, Never, Never]),
        (Correct, [Always, Always, Never, Never]),
        (ReadAgreement, [Always, Always, Never, Always]),
        (Exchange, [Never, Always, Never, Never]),
    ]
};

/// Somebody may not do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a person of the role {role} may not {what}{why}", role = .role.name(), what = .action.name(), why = self.why())]
pub struct Refusal {
    /// The person's role.
    pub role: PersonRole,
    /// What was to be done.
    pub action: Action,
    /// When the role may do it.
    pub condition: Condition,
}

impl Refusal {
    fn why(self) -> &'static str {
        match self.condition {
            Condition::OwnCall => " in a call of somebody else",
            Condition::OwnSheet => " in a sheet of somebody else",
            Condition::OthersSheet => " in a sheet of one's own; ask another lead",
            Condition::Always | Condition::Never => "; ask a person who may",
        }
    }
}

/// When a role may do something.
pub fn condition(role: PersonRole, action: Action) -> Condition {
    let column = PersonRole::ALL.iter().position(|known| *known == role);
    let row = PERMISSIONS.iter().find(|(known, _)| *known == action);
    column.zip(row).and_then(|(column, (_, row))| row.get(column).copied()).unwrap_or(Condition::Never)
}

/// Whether a person may do something with a call, or with the sheet of `reviewer` on it. What
/// concerns no sheet has no reviewer.
///
/// # Errors
///
/// [`Refusal`].
pub fn may(person: &Person, action: Action, call: &CallFacts, reviewer: Option<&str>) -> Result<(), Refusal> {
    let condition = condition(person.role, action);
    let is_met = match condition {
        Condition::Always => true,
        Condition::OwnCall => person.is_agent_of(call),
        Condition::OwnSheet => reviewer.is_some_and(|reviewer| person.is_named(reviewer)),
        Condition::OthersSheet => reviewer.is_some_and(|reviewer| !person.is_named(reviewer)),
        Condition::Never => false,
    };
    if is_met { Ok(()) } else { Err(Refusal { role: person.role, action, condition }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, role: PersonRole) -> Person {
        Person { name: name.into(), role, agent_id: None }
    }

    #[test]
    fn every_action_has_one_row() {
        let rows = PERMISSIONS.map(|(action, _)| action);
        assert_eq!(rows, Action::ALL);
    }

    #[test]
    fn the_table_is_followed() {
        use PersonRole::{Agent, Lead, Reader, Reviewer};
        let call = CallFacts { agent_name: Some("Ольга".into()), ..CallFacts::default() };
        for (name, role, action, expected) in [
            ("Анна", Reviewer, Action::Answer, true),
            ("анна ", Reviewer, Action::Share, true),
            ("Пётр", Reviewer, Action::Answer, false),
            ("Пётр", Reviewer, Action::ReadDraft, false),
            ("Анна", Reviewer, Action::Resolve, false),
            ("Ольга", Agent, Action::Dispute, true),
            ("Ольга", Agent, Action::ReadDraft, false),
            ("Олег", Agent, Action::ReadCall, false),
            ("Олег", Agent, Action::Acknowledge, false),
            ("Мария", Lead, Action::Resolve, true),
            ("Анна", Lead, Action::Resolve, false),
            ("Мария", Lead, Action::Answer, false),
            ("Глеб", Reader, Action::ReadSheet, true),
            ("Глеб", Reader, Action::Correct, false),
        ] {
            let found = may(&person(name, role), action, &call, Some("Анна"));
            assert_eq!(found.is_ok(), expected, "{name} {role:?} {action:?}: {found:?}");
        }
        assert!(may(&person("Анна", Reviewer), Action::Answer, &call, None).is_err());
    }

    #[test]
    fn a_refusal_says_whom_to_ask() {
        let refused =
            may(&person("Анна", PersonRole::Lead), Action::Resolve, &CallFacts::default(), Some("Анна"));
        assert!(refused.unwrap_err().to_string().contains("ask another lead"));
    }
}
