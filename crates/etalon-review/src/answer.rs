//! What a person says of one rule in one call.

use crate::comment::Comment;
use etalon_call::{Evaluation, PackReference, RuleResult, Verdict, named_enum};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest id of a pack, of its version or of a rule, bytes.
const ID_MAX_BYTES: usize = 200;

/// A rule: the pack's id and the rule's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct RuleKey {
    /// The pack's id.
    pub pack: String,
    /// The rule's id.
    pub rule: String,
}

impl RuleKey {
    /// The rule of a pack.
    pub fn new(pack: impl Into<String>, rule: impl Into<String>) -> Self {
        Self { pack: pack.into(), rule: rule.into() }
    }

    /// Whether both ids can be those of a rule: not empty, in one line, and not longer than any id is.
    pub(crate) fn is_valid(&self) -> bool {
        let is_id = |id: &str| (1..=ID_MAX_BYTES).contains(&id.len()) && !id.chars().any(char::is_control);
        is_id(&self.pack) && is_id(&self.rule)
    }

    /// The rule that gave a result.
    pub fn of(result: &RuleResult) -> Self {
        Self::new(&result.pack, &result.id)
    }
}

named_enum! {
    /// What a person says of a rule.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
    pub enum HumanVerdict {
        /// The standard was kept.
        Pass = "pass",
        /// The standard was broken.
        Fail = "fail",
        /// The rule does not apply to this call.
        Na = "na",
        /// The recording does not show it.
        CannotTell = "cannot_tell",
    }
}

impl HumanVerdict {
    /// The same in the words of the machine.
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Pass => Verdict::Pass,
            Self::Fail => Verdict::Fail,
            Self::Na => Verdict::Na,
            Self::CannotTell => Verdict::Unmeasurable,
        }
    }
}

named_enum! {
    /// Whether a person saw the machine's verdict before answering.
    #[derive(
        Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema
    )]
    pub enum ReviewMode {
        /// The machine's verdict was visible.
        #[default]
        Open = "open",
        /// The machine's verdict was hidden until the answer was given.
        Blind = "blind",
    }
}

/// A person's answer to one rule in one call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The rule.
    #[serde(flatten)]
    pub rule: RuleKey,
    /// The version of the pack in which the rule was read; empty where it is not known.
    #[serde(default)]
    pub pack_version: String,
    /// The answer.
    pub verdict: HumanVerdict,
    /// What the person has to say; required where an open answer contradicts the machine.
    #[serde(default, skip_serializing_if = "Comment::is_empty")]
    pub comment: Comment,
    /// What the machine said then; none where the packs had no such rule.
    #[serde(default)]
    pub machine: Option<Verdict>,
    /// Whether the machine's verdict was visible.
    #[serde(default)]
    pub mode: ReviewMode,
    /// Whether the machine's verdict stood there already and was accepted. Such an answer says
    /// nothing independent of the machine.
    #[serde(default)]
    pub prefilled: bool,
}

/// Why an answer can't be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// It names no rule.
    #[error("the answer names no rule; name its pack and the rule as the pack does")]
    NoRule,
    /// It contradicts the machine and does not say why.
    #[error("the answer is another one than the machine's; say why in a comment")]
    CommentMissing,
    /// It is said to be the machine's, and is not.
    #[error("only the machine's verdict, shown before, can be accepted as it stands; give the answer itself")]
    NotPrefilled,
}

impl Answer {
    /// An open answer to a rule of a call's evaluation, without a comment.
    ///
    /// `packs` are those of the call (`pipeline.packs`), which give the version.
    pub fn new(
        rule: RuleKey,
        verdict: HumanVerdict,
        evaluation: &Evaluation,
        packs: &[PackReference],
    ) -> Self {
        let version = packs.iter().find(|pack| pack.id == rule.pack).map(|pack| pack.version.clone());
        let is_asked = |result: &&RuleResult| result.pack == rule.pack && result.id == rule.rule;
        let machine = evaluation.rules.iter().find(is_asked).map(|result| result.verdict);
        Self {
            rule,
            pack_version: version.unwrap_or_default(),
            verdict,
            comment: Comment::default(),
            machine,
            mode: ReviewMode::Open,
            prefilled: false,
        }
    }

    /// The answer with a comment.
    #[must_use]
    pub fn with_comment(self, comment: Comment) -> Self {
        Self { comment, ..self }
    }

    /// The answer in another mode.
    #[must_use]
    pub fn in_mode(self, mode: ReviewMode) -> Self {
        Self { mode, ..self }
    }

    /// The answer as one that the machine had filled in and the person accepted.
    #[must_use]
    pub fn accepted(self) -> Self {
        Self { prefilled: true, ..self }
    }

    /// The answer with its comment [redacted](Comment::redacted).
    #[must_use]
    pub fn redacted(&self) -> Self {
        Self { comment: self.comment.redacted(), ..self.clone() }
    }

    /// Whether the machine judged the rule, and otherwise than the person.
    pub fn contradicts_machine(&self) -> bool {
        let judged = self.machine.filter(|machine| *machine != Verdict::Unmeasurable);
        judged.is_some_and(|machine| machine != self.verdict.verdict())
    }

    /// Whether the answer was given without taking over the machine's.
    pub fn is_independent(&self) -> bool {
        !self.prefilled
    }

    /// Whether the answer names a rule.
    pub(crate) fn check_rule(&self) -> Result<(), AnswerError> {
        let is_valid = self.rule.is_valid() && self.pack_version.len() <= ID_MAX_BYTES;
        if is_valid { Ok(()) } else { Err(AnswerError::NoRule) }
    }

    /// Whether the answer can be taken. A blind answer needs no comment: asking for one would tell
    /// what the machine said.
    ///
    /// # Errors
    ///
    /// [`AnswerError`].
    pub fn check(&self) -> Result<(), AnswerError> {
        self.check_rule()?;
        let is_open = self.mode == ReviewMode::Open;
        if self.prefilled && !(is_open && self.machine == Some(self.verdict.verdict())) {
            return Err(AnswerError::NotPrefilled);
        }
        if is_open && self.contradicts_machine() && self.comment.is_empty() {
            return Err(AnswerError::CommentMissing);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use HumanVerdict::{CannotTell, Fail, Pass};

    fn answer(verdict: HumanVerdict, machine: Option<Verdict>) -> Answer {
        let rule = RuleKey::new("p", "r");
        Answer { machine, ..Answer::new(rule, verdict, &Evaluation::default(), &[]) }
    }

    #[test]
    fn a_comment_is_asked_for_where_an_open_answer_contradicts() {
        let missing = Err(AnswerError::CommentMissing);
        for (answer, expected) in [
            (answer(Pass, Some(Verdict::Pass)), Ok(())),
            (answer(Pass, Some(Verdict::Fail)), missing),
            (answer(CannotTell, Some(Verdict::Fail)), missing),
            (answer(Fail, Some(Verdict::Unmeasurable)), Ok(())),
            (answer(Fail, None), Ok(())),
            (Answer { rule: RuleKey::new("p", ""), ..answer(Fail, None) }, Err(AnswerError::NoRule)),
            (
                Answer { rule: RuleKey::new("p", "r".repeat(201)), ..answer(Fail, None) },
                Err(AnswerError::NoRule),
            ),
            (answer(Pass, Some(Verdict::Fail)).in_mode(ReviewMode::Blind), Ok(())),
            (answer(Pass, Some(Verdict::Fail)).with_comment(Comment::new("нет").unwrap()), Ok(())),
        ] {
            assert_eq!(answer.check(), expected, "{answer:?}");
        }
    }

    #[test]
    fn only_a_visible_verdict_of_the_machine_can_be_accepted() {
        let wrong = Err(AnswerError::NotPrefilled);
        for (answer, expected) in [
            (answer(Pass, Some(Verdict::Pass)).accepted(), Ok(())),
            (answer(CannotTell, Some(Verdict::Unmeasurable)).accepted(), Ok(())),
            (answer(Pass, Some(Verdict::Fail)).accepted(), wrong),
            (answer(Pass, None).accepted(), wrong),
            (answer(Pass, Some(Verdict::Pass)).accepted().in_mode(ReviewMode::Blind), wrong),
        ] {
            assert_eq!(answer.check(), expected, "{answer:?}");
        }
    }
}
