//! What people write beside their verdicts.

use etalon_redact::redacted_text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest comment, characters.
pub const COMMENT_MAX_CHARS: usize = 4000;

/// The most lines of a comment: more is a text that was pasted by mistake, and a table of reviews
/// could not be read back.
pub const COMMENT_MAX_LINES: usize = 40;

/// A comment: lines without spaces around the whole and without control characters.
///
/// A comment quotes calls and names people, so that `Debug` shows a length, and there is no
/// `Display`.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Comment(String);

/// A comment is longer than one may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a comment may have {COMMENT_MAX_CHARS} characters and {COMMENT_MAX_LINES} lines; this one has {chars} and \
     {lines}: make it shorter"
)]
pub struct CommentTooLong {
    /// How many characters it has.
    pub chars: usize,
    /// How many lines it has.
    pub lines: usize,
}

impl Comment {
    /// A comment as somebody wrote it; line ends of every system become one kind.
    ///
    /// # Errors
    ///
    /// [`CommentTooLong`].
    pub fn new(written: &str) -> Result<Self, CommentTooLong> {
        let lines = written.replace("\r\n", "\n").replace('\r', "\n");
        let is_kept = |character: &char| *character == '\n' || !character.is_control();
        let text: String = lines.chars().map(|c| if c == '\t' { ' ' } else { c }).filter(is_kept).collect();
        let text = text.trim();
        let (chars, lines) = (text.chars().count(), text.lines().count());
        if chars > COMMENT_MAX_CHARS || lines > COMMENT_MAX_LINES {
            return Err(CommentTooLong { chars, lines });
        }
        Ok(Self(text.to_owned()))
    }

    /// The comment with marks such as `[card]` in the place of personal data. Where they are longer
    /// than what they stand for, the end of a very long comment is cut off.
    #[must_use]
    pub fn redacted(&self) -> Self {
        Self::marked(&redacted_text(&self.0))
    }

    /// The comment as `blanked` gives it; as it is where that gives nothing.
    #[must_use]
    pub(crate) fn blanked(&self, blanked: &impl Fn(&str) -> Option<String>) -> Self {
        blanked(&self.0).map_or_else(|| self.clone(), |text| Self::marked(&text))
    }

    /// What a comment has become with marks in the place of other words.
    fn marked(text: &str) -> Self {
        let text: String = text.chars().take(COMMENT_MAX_CHARS).collect();
        Self(text.trim().to_owned())
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<String> for Comment {
    type Error = CommentTooLong;

    fn try_from(written: String) -> Result<Self, Self::Error> {
        Self::new(&written)
    }
}

impl From<Comment> for String {
    fn from(comment: Comment) -> Self {
        comment.0
    }
}

impl fmt::Debug for Comment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Comment({} characters)", self.0.chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_cleaned_and_bounded() {
        for (written, expected) in
            [("  нет \r\n паузы\t\n", "нет \n паузы"), ("a\u{0}\u{1b}[31mb", "a[31mb"), (" \n", "")]
        {
            assert_eq!(Comment::new(written).unwrap().as_str(), expected);
        }
        assert!(Comment::new(&"я".repeat(COMMENT_MAX_CHARS)).is_ok());
        assert!(Comment::new(&"я".repeat(COMMENT_MAX_CHARS + 1)).is_err());
        assert!(Comment::new(&"я\n".repeat(COMMENT_MAX_LINES + 1)).is_err());
    }

    #[test]
    fn what_a_browser_sends_is_cleaned_and_bounded_too() {
        let read = |text: &str| serde_json::from_value::<Comment>(serde_json::json!(text));
        assert_eq!(read(" да\u{0} ").unwrap().as_str(), "да");
        assert!(read(&"я".repeat(COMMENT_MAX_CHARS + 1)).is_err());
    }

    #[test]
    fn a_redacted_comment_is_one_that_can_be_stored() {
        let check = |written: &str, expected: &str| {
            let redacted = Comment::new(written).unwrap().redacted();
            assert_eq!(redacted.as_str(), expected);
            assert_eq!(redacted.redacted(), redacted, "twice");
        };
        check(
            "Клиент назвал карту 4111 1111 1111 1111,\nи телефон +7 900 555-44-33.",
            "Клиент назвал карту [card]\nи телефон [telephone]",
        );
        check("Пауза 40 секунд, сумма 14 550 рублей", "Пауза 40 секунд, сумма 14 550 рублей");
        check("", "");
        let long = format!("{} {}", "я".repeat(COMMENT_MAX_CHARS - 7), "a@b.ru");
        let redacted = Comment::new(&long).unwrap().redacted();
        assert!(redacted.as_str().chars().count() <= COMMENT_MAX_CHARS && !redacted.as_str().contains("a@b"));
        assert!(Comment::new(redacted.as_str()).is_ok());
    }

    #[test]
    fn debug_output_holds_no_text() {
        assert_eq!(format!("{:?}", Comment::new("Анна").unwrap()), "Comment(4 characters)");
    }
}
