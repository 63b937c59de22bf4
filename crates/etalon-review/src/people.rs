//! Who takes part in reviews: `people.toml`.

use etalon_call::{CallFacts, named_enum};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use toml::Spanned;

/// The largest file of people, bytes: far more than a table of ten thousand.
const PEOPLE_MAX_BYTES: usize = 4 << 20;

/// The longest name, characters.
const NAME_MAX_CHARS: usize = 100;

named_enum! {
    /// What a person is in the review of calls. See [`permission`](crate::permission) for what each
    /// may do.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
    pub enum PersonRole {
        /// Judges calls and shares what was found.
        Reviewer = "reviewer",
        /// Answers for quality: decides disputes and closes sheets.
        Lead = "lead",
        /// Is heard in calls, and answers to what was found there.
        Agent = "agent",
        /// Reads.
        Reader = "reader",
    }
}

/// Somebody who takes part in reviews.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The name, by which people sign in and by which their sheets are kept.
    pub name: String,
    /// What the person may do.
    pub role: PersonRole,
    /// The identifier of an agent in the centre.
    pub agent_id: Option<String>,
}

impl Person {
    /// Whether this is the person's name; letter case and spaces do not matter.
    pub fn is_named(&self, name: &str) -> bool {
        key(&self.name) == key(name)
    }

    /// Whether the person is the agent who is heard in a call: by the identifier, or by the name
    /// where the person has none.
    pub fn is_agent_of(&self, call: &CallFacts) -> bool {
        let (own, of_call) = match &self.agent_id {
            Some(agent_id) => (agent_id, &call.agent_id),
            None => (&self.name, &call.agent_name),
        };
        self.role == PersonRole::Agent && of_call.as_ref() == Some(own)
    }
}

/// Everybody who takes part in reviews.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// By the name as it is compared.
    by_name: BTreeMap<String, Person>,
}

/// Why a file of people can't be used. Messages do not repeat names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PeopleError {
    /// It is no TOML, or has a key or a value that the file can't have.
    #[error("line {line}: {message}")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// What is wrong there, in one line.
        message: String,
    },
    /// It is too large.
    #[error("the file has {bytes} bytes, more than a list of people may have; name a file of people")]
    TooLarge {
        /// Its length, bytes.
        bytes: usize,
    },
    /// It names nobody.
    #[error("the file names nobody; add a table [[people]] with name and role")]
    Nobody,
    /// A name can't be used.
    #[error("line {line}: a name has to have 1 to {NAME_MAX_CHARS} characters in one line; change it")]
    Name {
        /// The line, from 1.
        line: usize,
    },
    /// A role is none.
    #[error("line {line}: the role should be {}", etalon_call::alternatives(PersonRole::NAMES))]
    Role {
        /// The line, from 1.
        line: usize,
    },
    /// Two people have one name.
    #[error("line {line}: the name stands in line {first} already; make the names differ")]
    SameName {
        /// The line of the second one, from 1.
        line: usize,
        /// The line of the first one.
        first: usize,
    },
    /// An identifier of an agent is empty, or belongs to no agent.
    #[error("line {line}: agent_id belongs to people of the role agent and can't be empty; delete it")]
    AgentId {
        /// The line, from 1.
        line: usize,
    },
    /// Two agents have one identifier.
    #[error("line {line}: the agent_id stands in line {first} already; give each agent its own")]
    SameAgentId {
        /// The line of the second one, from 1.
        line: usize,
        /// The line of the first one.
        first: usize,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    people: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: Spanned<String>,
    role: Spanned<String>,
    agent_id: Option<Spanned<String>>,
}

impl People {
    /// Reads the text of a `people.toml`:
    ///
    /// ```toml
    /// [[people]]
    /// name = "Анна Смирнова"
    /// role = "reviewer"        # reviewer, lead, agent or reader
    ///
    /// [[people]]
    /// name = "Ольга Ким"
    /// role = "agent"
    /// agent_id = "k17"         # without it, calls are theirs by agent_name
    /// ```
    ///
    /// # Errors
    ///
    /// [`PeopleError`], which names the line and the remedy.
    pub fn parse(text: &str) -> Result<Self, PeopleError> {
        if text.len() > PEOPLE_MAX_BYTES {
            return Err(PeopleError::TooLarge { bytes: text.len() });
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let document: Document = toml::from_str(text).map_err(|error| PeopleError::Syntax {
            line: line_of(text, error.span().map_or(0, |span| span.start)),
            message: first_line(error.message()),
        })?;
        if document.people.is_empty() {
            return Err(PeopleError::Nobody);
        }
        let mut reader = Reader { text, names: BTreeMap::new(), agent_ids: BTreeMap::new() };
        let people = document.people.iter().map(|entry| reader.person(entry));
        let by_name = people.map(|person| Ok((key(&person.as_ref().map_err(Clone::clone)?.name), person?)));
        Ok(Self { by_name: by_name.collect::<Result<_, _>>()? })
    }

    /// The person with this name; letter case and spaces around and between words do not matter.
    pub fn named(&self, name: &str) -> Option<&Person> {
        self.by_name.get(&key(name))
    }

    /// Everybody, in order of name.
    pub fn iter(&self) -> impl Iterator<Item = &Person> {
        self.by_name.values()
    }
}

/// Checks people one after the other.
struct Reader<'t> {
    text: &'t str,
    /// The line of each name so far.
    names: BTreeMap<String, usize>,
    /// The line of each agent's identifier so far.
    agent_ids: BTreeMap<String, usize>,
}

impl Reader<'_> {
    fn person(&mut self, entry: &Entry) -> Result<Person, PeopleError> {
        let line = |span: std::ops::Range<usize>| line_of(self.text, span.start);
        let (name_line, role_line) = (line(entry.name.span()), line(entry.role.span()));
        let name = in_one_spelling(entry.name.get_ref());
        if !is_name(&name) {
            return Err(PeopleError::Name { line: name_line });
        }
        let role = entry.role.get_ref().trim().to_lowercase();
        let role: PersonRole = role.parse().map_err(|_| PeopleError::Role { line: role_line })?;
        if let Some(first) = self.names.insert(key(&name), name_line) {
            return Err(PeopleError::SameName { line: name_line, first });
        }
        let agent_id = entry.agent_id.as_ref().map(|id| (id.get_ref().trim(), line(id.span())));
        let agent_id = agent_id.map(|(id, line)| self.agent_id(id, role, line)).transpose()?;
        Ok(Person { name, role, agent_id })
    }

    fn agent_id(&mut self, agent_id: &str, role: PersonRole, line: usize) -> Result<String, PeopleError> {
        if agent_id.is_empty() || role != PersonRole::Agent {
            return Err(PeopleError::AgentId { line });
        }
        match self.agent_ids.insert(agent_id.to_owned(), line) {
            Some(first) => Err(PeopleError::SameAgentId { line, first }),
            None => Ok(agent_id.to_owned()),
        }
    }
}

/// Whether a name can be that of a person, of a file's row or of a sheet.
pub(crate) fn is_name(name: &str) -> bool {
    let length = name.chars().count();
    (1..=NAME_MAX_CHARS).contains(&length) && name.trim() == name && !name.chars().any(char::is_control)
}

/// One space between words, none around them.
fn in_one_spelling(name: &str) -> String {
    name.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn key(name: &str) -> String {
    in_one_spelling(name).to_lowercase()
}

/// The line of a place in a text, from 1.
fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "[[people]]\nname = \"Анна  Смирнова \"\nrole = \"Lead\"\n\n\
                       [[people]]\nname = \"Ольга Ким\"\nrole = \"agent\"\nagent_id = \"k17\"\n";

    #[test]
    fn people_are_found_by_name() {
        let people = People::parse(TWO).unwrap();
        assert_eq!(people.named("анна смирнова").unwrap().role, PersonRole::Lead);
        assert_eq!(people.named(" Ольга  Ким").unwrap().agent_id.as_deref(), Some("k17"));
        assert_eq!((people.named("Ольга"), people.iter().count()), (None, 2));
    }

    #[test]
    fn calls_belong_to_agents_by_identifier_or_by_name() {
        let call = |agent_id: &str, agent_name: &str| CallFacts {
            agent_id: Some(agent_id.into()),
            agent_name: Some(agent_name.into()),
            ..CallFacts::default()
        };
        let person = |role, agent_id: Option<&str>| Person {
            name: "Ольга".into(),
            role,
            agent_id: agent_id.map(str::to_owned),
        };
        let agent = PersonRole::Agent;
        for (person, call, expected) in [
            (person(agent, Some("k1")), call("k1", ""), true),
            (person(agent, Some("k1")), call("k2", "Ольга"), false),
            (person(agent, None), call("k2", "Ольга"), true),
            (person(PersonRole::Reviewer, None), call("k2", "Ольга"), false),
            (person(agent, None), CallFacts::default(), false),
        ] {
            assert_eq!(person.is_agent_of(&call), expected, "{person:?}");
        }
    }

    fn check(text: &str, expected: &str) {
        let message = People::parse(text).unwrap_err().to_string();
        assert!(message.contains(expected), "{text:?}: {message}");
        assert!(!message.contains("Анна"), "{message}");
    }

    #[test]
    fn a_mistake_is_told_with_its_line_and_remedy() {
        let person = |rest: &str| format!("[[people]]\nname = \"Анна\"\n{rest}\n");
        check("", "names nobody");
        check("people = 3", "line 1");
        check("[[people]]\nname = \"Анна\nrole = \"lead\"", "line 2");
        check(&person("role = \"boss\""), "line 3: the role should be reviewer, lead, agent or reader");
        check(&person("role = \"lead\"\npassword = \"1\""), "line 4: unknown field");
        check(&person(""), "line 1: missing field `role`");
        check(&person("role = \"lead\"\nagent_id = \"7\""), "line 4: agent_id belongs to");
        check(&person("role = \"agent\"\nagent_id = \" \""), "line 4: agent_id");
        check("[[people]]\nname = \" \"\nrole = \"lead\"", "line 2: a name has to have");
        check("[[people]]\nname = \"a\\nb\"\nrole = \"lead\"", "line 2: a name has to have");
        let twice = person("role = \"lead\"").repeat(2).replacen("Анна", "анна", 1);
        check(&twice, "line 5: the name stands in line 2 already");
        let agent =
            |name: &str| format!("[[people]]\nname = \"{name}\"\nrole = \"agent\"\nagent_id = \"7\"\n");
        check(&(agent("a") + &agent("b")), "line 8: the agent_id stands in line 4 already");
    }
}
