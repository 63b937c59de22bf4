//! What every visitor from elsewhere must know.

use crate::random::{is_same_secret, unguessable};
use std::fmt;

/// The fewest characters of a token: with fewer, somebody could try them all.
const CHARACTERS_MIN: usize = 16;

/// The token of a server. It stands in the address that opens the pages for the first time.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken(String);

/// Why a text can't be a token. Messages do not repeat it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a token needs at least {CHARACTERS_MIN} characters, and only Latin letters, digits and -._~; change the file"
)]
pub struct AccessTokenError;

impl AccessToken {
    /// A new one, which nobody can guess.
    ///
    /// # Errors
    /// Where the system has no random numbers.
    pub fn generate() -> std::io::Result<Self> {
        unguessable().map(Self)
    }

    /// The token that a file holds; spaces and line ends around it do not count.
    ///
    /// # Errors
    /// [`AccessTokenError`].
    pub fn parse(text: &str) -> Result<Self, AccessTokenError> {
        let text = text.trim();
        let is_unreserved =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        let is_token = text.len() >= CHARACTERS_MIN && text.bytes().all(is_unreserved);
        if is_token { Ok(Self(text.to_owned())) } else { Err(AccessTokenError) }
    }

    /// The token itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn is(&self, text: &str) -> bool {
        is_same_secret(&self.0, text)
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AccessToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_and_stand_in_addresses_as_they_are() {
        for (text, is_token) in [
            ("0123456789abcdef\n", true),
            ("0123456789abcde", false),
            ("0123456789 abcdef", false),
            ("пароль-пароль-пароль", false),
            ("a/b?c=0123456789abcdef", false),
        ] {
            assert_eq!(AccessToken::parse(text).is_ok(), is_token, "{text}");
        }
        let token = AccessToken::generate().unwrap();
        assert!(AccessToken::parse(token.as_str()).is_ok() && token.is(token.as_str()) && !token.is(""));
        assert!(!format!("{token:?}").contains(token.as_str()));
    }
}
