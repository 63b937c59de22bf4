//! What all pages share.

use crate::interface::Interface;
use crate::rule_book::RuleBook;

/// For whom and with what the pages are made.
pub struct Site<'a> {
    /// The texts of the interface.
    pub interface: &'static Interface,
    /// What rules, stages, topics and call types are called.
    pub rule_book: &'a RuleBook,
    /// Who looks at the pages; nobody signs in to the pages of a folder.
    pub visitor: Option<Visitor<'a>>,
}

/// Who looks at the pages of a server.
#[derive(Debug, Clone, Copy)]
pub struct Visitor<'a> {
    /// The name under which the visitor signed in.
    pub name: &'a str,
    /// What every request that changes something must carry.
    pub token: &'a str,
}
