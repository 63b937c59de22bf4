//! Links to exactly the calls that a figure counts.

use crate::address::Address;
use std::fmt::Write as _;

/// A selection of the list: filters as they stand in its address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallQuery(Vec<(&'static str, String)>);

impl CallQuery {
    /// All calls.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only calls where `filter` is `value`.
    #[must_use]
    pub fn with(mut self, filter: &'static str, value: impl Into<String>) -> Self {
        self.0.push((filter, value.into()));
        self
    }

    /// Only calls of which a rule says what `filter` asks for.
    #[must_use]
    pub fn with_rule(self, filter: &'static str, pack: &str, rule: &str) -> Self {
        self.with(filter, rule_name(pack, rule))
    }

    /// The address of these calls, seen from a page whose way to the root is `to_root`.
    pub fn link(&self, to_root: &str) -> String {
        let mut link = format!("{to_root}{}", Address::calls().path());
        for (index, (filter, value)) in self.0.iter().enumerate() {
            let separator = if index == 0 { '#' } else { '&' };
            // Writing into a string cannot fail.
            let _ = write!(link, "{separator}{filter}={}", percent_encoded(value.as_bytes()));
        }
        link
    }
}

/// How the list's filters name a rule: packs may have rules of one id.
pub(crate) fn rule_name(pack: &str, rule: &str) -> String {
    format!("{pack}/{rule}")
}

/// A value as addresses hold it (RFC 3986): all but unreserved characters are encoded.
pub fn percent_encoded(value: &[u8]) -> String {
    let mut encoded = String::with_capacity(value.len());
    for &byte in value {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_stand_in_the_address_whatever_they_hold() {
        let query =
            CallQuery::all().with_rule("fail", "service", "hold.thanks").with("agent", "Айгуль & Co#1");
        assert_eq!(
            query.link("../"),
            "../calls.html#fail=service%2Fhold.thanks&agent=%D0%90%D0%B9%D0%B3%D1%83%D0%BB%D1%8C%20%26%20Co%231"
        );
        assert_eq!(CallQuery::all().link(""), "calls.html");
    }
}
