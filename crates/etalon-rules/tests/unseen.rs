//! How well the rules do on conversations whose words no pack has, as they were said and as a speech model damages them.
//!
//! `cargo test -p etalon-rules --test unseen -- --nocapture` prints the table and every wrong verdict.

#![expect(clippy::print_stdout, reason = "the table is what a person runs this for")]

use etalon_call::{Turn, Verdict, Word};
use etalon_rules::{CallView, Example, Pack, built_in, built_in_ids, evaluate};
use std::collections::BTreeMap;

/// Per rule and verdict, conversations in the notation of examples.
const UNSEEN: &str = include_str!("unseen.toml");

/// Per rule, conversations in which nothing is said that breaks it, however it sounds.
const WHOSE_WORDS: &str = include_str!("whose-words.toml");

/// Whole conversations in which nothing is wrong.
const EXEMPLARY: &str = include_str!("exemplary.toml");

/// The packs of standards; those of law ask for more than a conversation shows.
const STANDARDS: [&str; 3] = ["kcg-service", "collection-ethics", "conversation-skills"];

/// What the calls are known by.
const FACTS: &str =
    "company = [\"Опора\", \"Агентство Опора\"]\nstarted_at = \"2026-11-20T18:30:00+05:00\"\n";

/// Fewer conversations than this say little of one rule alone.
const ENOUGH_CALLS: usize = 4;

/// Per rule: how many verdicts were right, of how many.
#[derive(Debug, Default)]
struct Counts {
    right: usize,
    all: usize,
    fails: usize,
    fails_claimed: usize,
    fails_found: usize,
    wrong: Vec<String>,
}

impl Counts {
    fn add(&mut self, expected: Verdict, found: Verdict, call: &CallView<'_>) {
        self.all += 1;
        self.right += usize::from(expected == found);
        self.fails += usize::from(expected == Verdict::Fail);
        self.fails_claimed += usize::from(found == Verdict::Fail);
        self.fails_found += usize::from(expected == found && found == Verdict::Fail);
        if expected != found {
            let said: Vec<String> = call.turns.iter().map(quote).collect();
            self.wrong.push(format!("{} for {}: {}", found.name(), expected.name(), said.join(" / ")));
        }
    }
}

fn quote(turn: &Turn) -> String {
    turn.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// The conversations of one rule as the examples of a pack, which is what reads their notation.
fn examples(rule: &str, by_verdict: &toml::Table) -> Pack {
    let mut source = format!(
        "id = \"unseen\"\nversion = \"1\"\ntitle = \"\"\n[[rules]]\nid = \"{rule}\"\ntitle = \"\"\ntext = \"\"\n\
         source = {{ document = \"\" }}\nseverity = \"minor\"\npoints = 1\ncondition = {{ known = \"transcript\" }}\n\
         reasons = {{ pass = \"\", fail = \"\" }}\n"
    );
    for (verdict, scripts) in by_verdict {
        for script in scripts.as_array().expect("a list") {
            let example = format!(
                "[[rules.examples]]\nkind = \"positive\"\nexpect = \"{verdict}\"\ncall = {script}\n{FACTS}"
            );
            source.push_str(&example);
        }
    }
    Pack::parse(&source, rule).unwrap_or_else(|error| panic!("{error}"))
}

/// The verdict of the built-in pack that has the rule.
fn verdict(packs: &[Pack], rule: &str, call: &CallView<'_>) -> Verdict {
    let pack = packs.iter().filter(|pack| pack.rules().iter().any(|known| known.id() == rule));
    let pack = pack.take(1).collect::<Vec<_>>();
    let evaluation = evaluate(std::slice::from_ref(pack[0]), call);
    evaluation.rules.iter().find(|result| result.id == rule).expect("the rule is on").verdict
}

fn built_in_packs() -> Vec<Pack> {
    let sources = built_in_ids().iter().filter_map(|id| Some((id, built_in(id)?)));
    sources.map(|(id, source)| Pack::parse(source, id).expect(id)).collect()
}

/// Counts the verdicts on all conversations after their turns were changed.
fn counts(change: fn(&[Turn]) -> Vec<Turn>) -> BTreeMap<String, Counts> {
    let packs = built_in_packs();
    let unseen: toml::Table = UNSEEN.parse().expect("TOML");
    let mut by_rule: BTreeMap<String, Counts> = BTreeMap::new();
    for (rule, by_verdict) in &unseen {
        let pack = examples(rule, by_verdict.as_table().expect("a table"));
        for example in pack.rules()[0].examples() {
            let turns = change(example.view().turns);
            let call = CallView { turns: &turns, ..Example::view(example) };
            let found = verdict(&packs, rule, &call);
            by_rule.entry(rule.clone()).or_default().add(example.expected(), found, &call);
        }
    }
    by_rule
}

/// Fails where the share of right verdicts, or precision or recall of `fail`, is below the least, or a rule gives
/// more wrong verdicts than right ones.
fn check(change: fn(&[Turn]) -> Vec<Turn>, least_accuracy: f64, least_of_fails: f64) {
    let by_rule = counts(change);
    for (rule, counts) in &by_rule {
        println!("{rule:<32} {:>2} of {:>2}", counts.right, counts.all);
        counts.wrong.iter().for_each(|wrong| println!("    {wrong}"));
    }
    let sum = |of: fn(&Counts) -> usize| by_rule.values().map(of).sum::<usize>() as f64;
    let accuracy = sum(|counts| counts.right) / sum(|counts| counts.all);
    let precision = sum(|counts| counts.fails_found) / sum(|counts| counts.fails_claimed);
    let recall = sum(|counts| counts.fails_found) / sum(|counts| counts.fails);
    println!("accuracy {accuracy:.3}; fail: precision {precision:.3}, recall {recall:.3}");
    assert!(accuracy >= least_accuracy, "accuracy {accuracy:.3}");
    assert!(precision.min(recall) >= least_of_fails, "fail: precision {precision:.3}, recall {recall:.3}");
    for (rule, counts) in by_rule.iter().filter(|(_, counts)| counts.all >= ENOUGH_CALLS) {
        assert!(2 * counts.right >= counts.all, "{rule}: {:?}", counts.wrong);
    }
}

#[test]
fn as_they_were_said() {
    check(<[Turn]>::to_vec, 0.95, 0.95);
}

#[test]
fn as_a_speech_model_damages_them() {
    check(damaged, 0.85, 0.85);
}

#[test]
fn nothing_that_others_say_or_that_is_denied_or_reported_breaks_a_rule() {
    let packs = built_in_packs();
    let harmless: toml::Table = WHOSE_WORDS.parse().expect("TOML");
    let mut broken = Vec::new();
    for (rule, scripts) in harmless {
        let pack = examples(&rule, &toml::Table::from_iter([("pass".to_owned(), scripts)]));
        for call in pack.rules()[0].examples().iter().map(Example::view) {
            if verdict(&packs, &rule, &call) == Verdict::Fail {
                broken.push(format!(
                    "{rule}: {}",
                    call.turns.iter().map(quote).collect::<Vec<_>>().join(" / ")
                ));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn nothing_is_found_wrong_with_exemplary_conversations() {
    let mut packs = built_in_packs();
    packs.retain(|pack| STANDARDS.contains(&pack.id()));
    let exemplary: toml::Table = EXEMPLARY.parse().expect("TOML");
    let calls =
        examples("exemplary", &toml::Table::from_iter([("pass".to_owned(), exemplary["calls"].clone())]));
    let mut failed = Vec::new();
    for (number, call) in (1..).zip(calls.rules()[0].examples()) {
        let results = evaluate(&packs, &call.view()).rules.into_iter();
        let fails = results.filter(|result| result.verdict == Verdict::Fail);
        failed.extend(fails.map(|result| {
            let quotes: Vec<&str> = result.evidence.iter().map(|place| place.quote.as_str()).collect();
            format!("call {number}: {}: {} {quotes:?}", result.id, result.reason)
        }));
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// The turns with every fifth word or so misheard: unstressed vowels and voiced consonants confused, endings lost,
/// little words glued to the next one.
fn damaged(turns: &[Turn]) -> Vec<Turn> {
    let mut number = 0x9e37_79b9_u32;
    turns
        .iter()
        .map(|turn| {
            let mut words: Vec<Word> = Vec::new();
            for word in &turn.words {
                // Numerical Recipes' generator: the same damage on every machine.
                number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                match (words.last_mut(), number >> 28) {
                    (Some(last), 0) if last.text.as_str().chars().count() <= 2 => {
                        last.text =
                            format!("{}{}", last.text.as_str(), word.text.as_str().to_lowercase()).into();
                        last.end_s = word.end_s;
                    }
                    (_, 1 | 2) => words.push(misheard(word, confused)),
                    (_, 3 | 4) => words.push(misheard(word, cut_short)),
                    _ => words.push(word.clone()),
                }
            }
            Turn { words, ..turn.clone() }
        })
        .collect()
}

fn misheard(word: &Word, damage: fn(&str) -> String) -> Word {
    Word { text: damage(word.text.as_str()).into(), ..word.clone() }
}

/// Another spelling of nearly the same sounds.
fn confused(word: &str) -> String {
    const SOUNDS: [(char, char); 8] =
        [('о', 'а'), ('е', 'и'), ('я', 'е'), ('б', 'п'), ('д', 'т'), ('г', 'к'), ('з', 'с'), ('ж', 'ш')];
    let mut changes = 0;
    let confuse = |letter: char| match SOUNDS.iter().find(|(from, _)| *from == letter) {
        Some((_, to)) if changes < 2 => {
            changes += 1;
            *to
        }
        _ => letter,
    };
    word.chars().map(confuse).collect()
}

/// A long word without its last letter; punctuation stays.
fn cut_short(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let end = letters.iter().rposition(|letter| letter.is_alphabetic()).map_or(0, |last| last + 1);
    if end < 5 {
        return word.to_owned();
    }
    letters[..end - 1].iter().chain(&letters[end..]).collect()
}
