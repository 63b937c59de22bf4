//! The text of a pack that is kept with results: without what only its author needs.
//!
//! Examples are often words of calls, and comments may name people. Neither decides a verdict.

use toml::{Table, Value};
use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};

/// The header of an example.
const EXAMPLES: &str = "rules.examples";

/// The text of a pack without examples and comments, which gives the same verdicts.
///
/// Empty lines stand in their place, so that every rule stays on its line. Only where examples are
/// the value of a key (`examples = [ … ]`), the whole text is written anew.
pub fn without_examples(text: &str) -> String {
    let emptied = emptied(text);
    if emptied.parse::<Table>().is_ok_and(|mut document| !take_examples(&mut document)) {
        return emptied;
    }
    let mut document: Table = text.parse().unwrap_or_default();
    take_examples(&mut document);
    document.to_string()
}

/// Takes the examples out of all rules, and says whether there were any.
fn take_examples(document: &mut Table) -> bool {
    let rules: Vec<&mut Value> = match document.get_mut("rules") {
        Some(Value::Array(rules)) => rules.iter_mut().collect(),
        Some(rule) => vec![rule],
        None => Vec::new(),
    };
    let tables = rules.into_iter().filter_map(Value::as_table_mut);
    tables.filter_map(|rule| rule.remove("examples")).count() > 0
}

/// The text with nothing but ends of lines where comments and tables of examples stood.
fn emptied(text: &str) -> String {
    let tokens: Vec<Token> = Source::new(text).lex().collect();
    let mut kept = String::with_capacity(text.len());
    // Brackets that are open, whether an expression may begin, and whether it is one of an example.
    let (mut open, mut begins, mut is_example) = (0_usize, true, false);
    for (place, token) in tokens.iter().enumerate() {
        let kind = token.kind();
        if begins && kind == TokenKind::LeftSquareBracket {
            is_example = names_examples(&header(text, &tokens[place..]));
        }
        begins = match kind {
            TokenKind::Newline => open == 0,
            TokenKind::Whitespace | TokenKind::Comment => begins,
            _ => false,
        };
        match kind {
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => open += 1,
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => open = open.saturating_sub(1),
            _ => {}
        }
        let written = written(text, token);
        if is_example || kind == TokenKind::Comment {
            kept.extend(written.chars().filter(|letter| matches!(letter, '\n' | '\r')));
        } else {
            kept.push_str(written);
        }
    }
    kept
}

/// The name in the header of a table, which the tokens begin with.
fn header(text: &str, tokens: &[Token]) -> String {
    let line = tokens.iter().take_while(|token| token.kind() != TokenKind::Newline);
    let names = line.filter(|token| {
        use TokenKind::{Atom, BasicString, Dot, LiteralString};
        matches!(token.kind(), Atom | BasicString | Dot | LiteralString)
    });
    names.map(|token| written(text, token).trim_matches(['"', '\''])).collect()
}

fn names_examples(header: &str) -> bool {
    header.strip_prefix(EXAMPLES).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn written<'t>(text: &'t str, token: &Token) -> &'t str {
    let span = token.span();
    text.get(span.start()..span.end()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::builtin::{built_in, built_in_ids};
    use crate::language::pack::Pack;

    const RULE: &str = "id = \"a\"\nversion = \"1\"\ntitle = \"A # no comment\" # Зверобоев\n\n[[rules]]\n\
        id = \"a.b\"\ntitle = \"\"\"\n# no comment\n[[rules.examples]]\"\"\"\ntext = \"T\"\nsource = { document = \"D\" }\n\
        severity = \"minor\"\npoints = 1\ncondition = { event = \"hold\", lasting_s = 10, at_most = 0 }\n\
        reasons = { pass = \"P\", fail = \"F\" }\n";

    fn check(examples: &str, more: &str) {
        let text = format!("{RULE}{examples}{more}");
        Pack::parse(&text, "whole").unwrap();
        let kept = without_examples(&text);
        assert!(!kept.contains("Зверобоев") && !kept.contains("Громова"), "{kept}");
        let pack = Pack::parse(&kept, "kept").unwrap();
        assert!(pack.rules().iter().all(|rule| rule.examples().is_empty()), "{kept}");
        assert_eq!(pack.title(), "A # no comment");
        assert_eq!(pack.rules()[0].title(), "# no comment\n[[rules.examples]]");
        assert_eq!(pack.rules().len(), 1 + usize::from(!more.is_empty()));
        assert_eq!(without_examples(&kept), kept, "done twice, it changes more");
    }

    #[test]
    fn examples_and_comments_go_in_every_notation() {
        let call = "kind = \"positive\"\nexpect = \"pass\"\ncall = \"\"\"\nО: Громова. # да\nК: Да.\"\"\"\n";
        let inline = "{ kind = \"positive\", expect = \"pass\", call = \"О: Громова.\" }";
        let rule = &RULE[RULE.find("[[rules]]").unwrap()..];
        let other = format!("# Громова\r\n{}", rule.replace("a.b", "a.c"));
        for more in ["", other.as_str()] {
            check("", more);
            check(&format!("[[rules.examples]] # Громова\n{call}\n"), more);
            check(&format!("  [[ rules . \"examples\" ]]\n{call}[[rules.examples]]\n{call}"), more);
            check(&format!("[[rules.'examples']]\r\n{}", call.replace('\n', "\r\n")), more);
            check(&format!("[[rules.\"exam\\u0070les\"]]\n{call}"), more);
            check(&format!("[rules.examples]\n{call}"), more);
            check(&format!("examples = [\n  {inline}, # Громова\n]\n"), more);
            check(&format!("examples = {inline}\n"), more);
        }
    }

    #[test]
    fn rules_stay_on_their_lines() {
        let mut compared = 0;
        for id in built_in_ids() {
            let text = built_in(id).unwrap();
            let kept = without_examples(text);
            assert!(kept.len() < text.len() && kept.lines().count() == text.lines().count(), "{id}");
            let heads = |text: &str| -> Vec<(usize, String)> {
                let lines = text.lines().enumerate().map(|(number, line)| (number, line.to_owned()));
                lines.filter(|(_, line)| line == "[[rules]]" || line.starts_with("condition = ")).collect()
            };
            compared += heads(text).len();
            let kept_lines: Vec<&str> = kept.lines().collect();
            for (number, line) in heads(text) {
                assert!(line.starts_with(kept_lines[number].trim_end()), "{id}, line {}", number + 1);
                assert!(!kept_lines[number].is_empty(), "{id}, line {}", number + 1);
            }
        }
        assert!(compared > 100, "{compared}");
    }
}
