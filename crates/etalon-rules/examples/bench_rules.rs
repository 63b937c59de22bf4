//! How long a thousand rules on thousands of calls take.
//!
//! `cargo run --release -p etalon-rules --example bench_rules -- [RULES] [CALLS]`
//!
//! The rules are those of the built-in packs again and again, under other ids; the calls are the packs' examples put
//! one after another in many orders, some 500 words each, with their holds and silences.

use etalon_call::{Event, Turn};
use etalon_rules::{CallView, Example, Pack, Rule, built_in, built_in_ids, evaluate};
use rayon::prelude::*;
use std::error::Error;
use std::io::Write;
use std::time::Instant;

/// Words of a call, some four minutes of talk.
const WORDS_PER_CALL: usize = 500;

/// Different calls; a night has more, and this many already hold every sentence in many surroundings.
const DIFFERENT_CALLS: usize = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<usize>());
    let rules = arguments.next().transpose()?.unwrap_or(1000);
    let calls = arguments.next().transpose()?.unwrap_or(10_000);
    let mut out = std::io::stdout().lock();

    let started = Instant::now();
    let packs = packs_of(rules)?;
    let rules: usize = packs.iter().map(|pack| pack.rules().len()).sum();
    writeln!(out, "{rules} rules read in {:.1} s", started.elapsed().as_secs_f64())?;

    let examples: Vec<&Example> = packs.iter().flat_map(Pack::rules).flat_map(Rule::examples).collect();
    let different: Vec<Conversation> =
        (0..DIFFERENT_CALLS).map(|seed| conversation(&examples, seed)).collect();
    let words: usize =
        different.iter().flat_map(|call| &call.turns).map(|turn| turn.words.len()).sum::<usize>()
            / different.len();

    let started = Instant::now();
    let verdicts: usize = (0..calls)
        .into_par_iter()
        .map(|number| {
            let call = &different[number % different.len()];
            let view = CallView { turns: &call.turns, events: &call.events, ..call.example.view() };
            evaluate(&packs, &view).rules.len()
        })
        .sum();
    let elapsed_s = started.elapsed().as_secs_f64();
    let threads = rayon::current_num_threads();
    writeln!(
        out,
        "{calls} calls of {words} words, {verdicts} verdicts on {threads} threads: {elapsed_s:.1} s, {:.2} ms a call, \
         {:.2} us a verdict",
        elapsed_s * 1e3 * threads as f64 / calls as f64,
        elapsed_s * 1e6 * threads as f64 / verdicts as f64
    )?;
    Ok(())
}

/// The built-in packs, with as many copies of their rules as make the number asked for.
fn packs_of(rules: usize) -> Result<Vec<Pack>, Box<dyn Error>> {
    let sources: Vec<(&str, &str)> =
        built_in_ids().iter().filter_map(|id| built_in(id).map(|source| (*id, source))).collect();
    let once: usize = sources.iter().map(|(_, source)| source.matches("[[rules]]").count()).sum();
    let copies = rules.div_ceil(once.max(1));
    let repeated = |source: &str| -> String {
        let Some(first) = source.find("[[rules]]\n") else { return source.to_owned() };
        let (head, tail) = source.split_at(first);
        let copy =
            |number: usize| tail.replace("[[rules]]\nid = \"", &format!("[[rules]]\nid = \"copy{number}."));
        head.to_owned() + &(0..copies).map(copy).collect::<Vec<_>>().join("\n")
    };
    sources.into_iter().map(|(id, source)| Ok(Pack::parse(&repeated(source), id)?)).collect()
}

struct Conversation<'a> {
    example: &'a Example,
    turns: Vec<Turn>,
    events: Vec<Event>,
}

fn conversation<'a>(examples: &[&'a Example], seed: usize) -> Conversation<'a> {
    let mut number = seed as u64 + 1;
    let mut pick = || {
        // Knuth's MMIX generator: the same calls on every machine.
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        examples[(number >> 33) as usize % examples.len()]
    };
    let mut conversation = Conversation { example: pick(), turns: vec![], events: vec![] };
    let mut words = 0;
    while words < WORDS_PER_CALL {
        let view = pick().view();
        let offset_s = conversation.turns.last().map_or(0.0, |turn| turn.end_s + 1.0);
        words += view.turns.iter().map(|turn| turn.words.len()).sum::<usize>();
        conversation.turns.extend(view.turns.iter().map(|turn| turn.later(offset_s)));
        let events = view.events.iter().map(|event| Event {
            start_s: event.start_s + offset_s,
            end_s: event.end_s + offset_s,
            ..event.clone()
        });
        conversation.events.extend(events);
    }
    conversation
}
