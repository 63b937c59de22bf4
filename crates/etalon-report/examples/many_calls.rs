//! Writes a result folder with so many made-up calls, to measure reports and pages with:
//! `cargo run --example many_calls -- DIR 10000`.

#[path = "../../etalon-store/tests/fixture/mod.rs"]
mod fixture;

use etalon_call::{Role, Turn, Utterance, Word};
use etalon_store::Store;

/// Turns of each call: as many as a conversation of three minutes has.
const TURNS: usize = 40;

/// Words of each turn.
const WORDS: usize = 10;

/// Calls that are stored together.
const CALLS_AT_ONCE: u32 = 200;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("the result folder is missing")?;
    let count: u32 = arguments.next().ok_or("the number of calls is missing")?.parse()?;
    let store = Store::create(folder)?;
    for start in (0..count).step_by(CALLS_AT_ONCE as usize) {
        let numbers = start..count.min(start + CALLS_AT_ONCE);
        store.write_calls(&numbers.map(call).collect::<Vec<_>>())?;
    }
    Ok(())
}

fn call(number: u32) -> etalon_call::Call {
    let mut call = fixture::call(number);
    call.turns = (0..TURNS).map(turn).collect();
    call.audio.duration_s = 5.0 * TURNS as f64;
    call.call.started_at =
        call.call.started_at.map(|time| time + chrono::Duration::minutes(37 * i64::from(number)));
    call
}

fn turn(number: usize) -> Turn {
    let start_s = 5.0 * number as f64;
    let words: Vec<Word> = (0..WORDS)
        .map(|word| Word::new("слово", start_s + 0.4 * word as f64, start_s + 0.4 * word as f64 + 0.3, 0.9))
        .collect();
    let role = if number.is_multiple_of(2) { Role::Agent } else { Role::Client };
    let text = ["слово"; WORDS].join(" ");
    Turn::new(role, start_s, start_s + 4.0, Utterance::from(text), "ru".to_owned(), words)
}
