//! The text of a pack that is kept with results: without what only its author needs.
//!
//! Examples are often words of calls, and comments may name people. Neither decides a verdict.

use std::ops::Range;
use toml::{Table, Value};
use toml_parser::Source;
use toml_parser::lexer::Token;
use toml_parser::parser::{Event, EventKind, RecursionGuard, parse_document};

/// The keys in the header of an example.
const EXAMPLES: [&str; 2] = ["rules", "examples"];
/// How deep values may be nested, as in the crate `toml`.
const DEPTH_MAX: u32 = 80;

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
    let mut kept = String::with_capacity(text.len());
    let mut end = 0;
    for range in comments_and_examples(text) {
        kept.push_str(&text[end..range.start]);
        end = range.end;
        kept.extend(text[range].chars().filter(|letter| matches!(letter, '\n' | '\r')));
    }
    kept.push_str(&text[end..]);
    kept
}

/// The bytes of comments and of whole tables of examples, in order.
fn comments_and_examples(text: &str) -> Vec<Range<usize>> {
    let source = Source::new(text);
    let tokens: Vec<Token> = source.lex().collect();
    let mut events: Vec<Event> = Vec::new();
    parse_document(&tokens, &mut RecursionGuard::new(&mut events, DEPTH_MAX), &mut ());
    let mut found = Vec::new();
    // Where the example begins that is not yet at its end.
    let mut example: Option<usize> = None;
    for (place, event) in events.iter().enumerate() {
        let span = event.span();
        match event.kind() {
            EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                found.extend(example.map(|start| start..span.start()));
                example = names_examples(source, &events[place + 1..]).then_some(span.start());
            }
            EventKind::Comment if example.is_none() => found.push(span.start()..span.end()),
            _ => {}
        }
    }
    found.extend(example.map(|start| start..text.len()));
    found
}

/// Whether the header of a table, behind its bracket, is that of an example or of a part of one.
fn names_examples(source: Source<'_>, header: &[Event]) -> bool {
    let is_inside = |kind: EventKind| !matches!(kind, EventKind::StdTableClose | EventKind::ArrayTableClose);
    let inside = header.iter().take_while(|event| is_inside(event.kind()));
    let keys = inside.filter(|event| event.kind() == EventKind::SimpleKey).filter_map(|key| source.get(key));
    let names = keys.take(EXAMPLES.len()).map(|key| {
        let mut name = String::new();
        key.decode_key(&mut name, &mut ());
        name
    });
    names.eq(EXAMPLES)
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
