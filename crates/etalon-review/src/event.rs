//! What happened: the only thing that is stored.

use crate::answer::{Answer, RuleKey};
use crate::comment::Comment;
use crate::correction::Correction;
use crate::people::PersonRole;
use chrono::{DateTime, FixedOffset};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that a person did, with author and time.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its place among all events, from 1.
    pub id: i64,
    /// The call's id.
    pub call_id: String,
    /// What it belongs to.
    pub subject: Subject,
    /// Its place among the events of its subject, from 1, without gaps.
    pub sequence: u32,
    /// Who did it.
    pub author: String,
    /// The author's role then.
    pub role: PersonRole,
    /// When, by the clock of the machine that stored it.
    pub at: DateTime<FixedOffset>,
    /// What was done.
    pub change: Change,
}

/// What the events of a call belong to. Each has its own sequence, so that two people who work on
/// different sheets of a call never meet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The corrections of the call.
    Corrections,
    /// The sheet of a reviewer.
    Sheet {
        /// Whose sheet it is.
        reviewer: String,
    },
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// A rule was answered, for the first time or again.
    Answered(Answer),
    /// An answer was taken back.
    Withdrawn(RuleKey),
    /// The sheet was shown to the agent.
    Shared {
        /// What the reviewer says of the whole call.
        #[serde(default)]
        comment: Comment,
    },
    /// The agent read and accepted the sheet.
    Acknowledged {
        /// What the agent says.
        #[serde(default)]
        comment: Comment,
    },
    /// The sheet was contested.
    Disputed {
        /// Why.
        comment: Comment,
        /// The answers that are contested; none for the whole sheet.
        #[serde(default)]
        rules: Vec<RuleKey>,
    },
    /// The dispute was decided.
    Resolved {
        /// Why so.
        comment: Comment,
        /// Answers in place of those of the sheet; the others stand.
        #[serde(default)]
        decisions: Vec<Answer>,
    },
    /// Nothing more is to be said.
    Closed {
        /// A last word.
        #[serde(default)]
        comment: Comment,
    },
    /// A word or a speaker was put right.
    Corrected(Correction),
}

impl Change {
    /// The comment, where the change can have one.
    pub fn comment(&self) -> Option<&Comment> {
        match self {
            Self::Answered(answer) => Some(&answer.comment),
            Self::Shared { comment }
            | Self::Acknowledged { comment }
            | Self::Disputed { comment, .. }
            | Self::Resolved { comment, .. }
            | Self::Closed { comment } => Some(comment),
            Self::Withdrawn(_) | Self::Corrected(_) => None,
        }
    }

    /// The change with its comments [redacted](Comment::redacted). A correction stays as it is:
    /// what is personal data in it depends on the words around it.
    #[must_use]
    pub(crate) fn redacted(&self) -> Self {
        self.with_comments(&Comment::redacted)
    }

    /// The change with other comments and other corrected words, where `blanked` gives any.
    #[must_use]
    pub(crate) fn blanked(&self, blanked: &impl Fn(&str) -> Option<String>) -> Self {
        match self {
            Self::Corrected(correction) => Self::Corrected(correction.blanked(blanked)),
            commented => commented.with_comments(&|comment: &Comment| comment.blanked(blanked)),
        }
    }

    fn with_comments(&self, changed: &impl Fn(&Comment) -> Comment) -> Self {
        let answered = |answer: &Answer| Answer { comment: changed(&answer.comment), ..answer.clone() };
        match self.clone() {
            Self::Answered(answer) => Self::Answered(answered(&answer)),
            Self::Shared { comment } => Self::Shared { comment: changed(&comment) },
            Self::Acknowledged { comment } => Self::Acknowledged { comment: changed(&comment) },
            Self::Disputed { comment, rules } => Self::Disputed { comment: changed(&comment), rules },
            Self::Resolved { comment, decisions } => Self::Resolved {
                comment: changed(&comment),
                decisions: decisions.iter().map(answered).collect(),
            },
            Self::Closed { comment } => Self::Closed { comment: changed(&comment) },
            unchanged @ (Self::Withdrawn(_) | Self::Corrected(_)) => unchanged,
        }
    }
}
