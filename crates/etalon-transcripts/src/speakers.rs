//! Which role a speaker's name stands for.

use etalon_call::Role;
use std::collections::BTreeMap;

/// Names that stand for the agent, in lower case with ё as е.
const AGENT: [&str; 17] = [
    "agent",
    "operator",
    "employee",
    "representative",
    "rep",
    "csr",
    "advisor",
    "consultant",
    "manager",
    "агент",
    "оператор",
    "менеджер",
    "сотрудник",
    "сотрудница",
    "консультант",
    "специалист",
    "взыскатель",
];

/// Names that stand for the client, in lower case with ё as е.
const CLIENT: [&str; 14] = [
    "client",
    "customer",
    "caller",
    "debtor",
    "subscriber",
    "user",
    "клиент",
    "клиентка",
    "абонент",
    "должник",
    "покупатель",
    "заемщик",
    "заказчик",
    "пользователь",
];

/// Roles that a person gave to speakers' names; names such as `agent` or «клиент» need none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpeakerNames {
    roles: BTreeMap<String, Role>,
}

impl SpeakerNames {
    /// The roles of these names. Letter case, ё and spaces around do not matter.
    pub fn new(roles: impl IntoIterator<Item = (String, Role)>) -> Self {
        Self { roles: roles.into_iter().map(|(name, role)| (plain(&name), role)).collect() }
    }

    /// The role that a name stands for: what a person said, else what the name means; none where it
    /// means nothing.
    pub fn role_of(&self, name: &str) -> Option<Role> {
        let name = plain(name);
        if let Some(role) = self.roles.get(&name) {
            return Some(*role);
        }
        let known = name.as_str();
        if AGENT.contains(&known) {
            Some(Role::Agent)
        } else if CLIENT.contains(&known) {
            Some(Role::Client)
        } else {
            None
        }
    }
}

fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace('ё', "е")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_mean_roles_and_what_a_person_said_comes_first() {
        let names = SpeakerNames::new([
            ("SPEAKER_00".to_owned(), Role::Client),
            ("Operator".to_owned(), Role::Unknown),
        ]);
        for (name, role) in [
            ("AGENT", Some(Role::Agent)),
            (" Оператор ", Some(Role::Agent)),
            ("Заёмщик", Some(Role::Client)),
            ("customer", Some(Role::Client)),
            ("speaker_00", Some(Role::Client)),
            ("operator", Some(Role::Unknown)),
            ("SPEAKER_01", None),
            ("", None),
        ] {
            assert_eq!(names.role_of(name), role, "{name}");
        }
    }
}
