//! How fast calls are indexed and searched, on made-up calls.
//!
//!     cargo run --release -p etalon-search --example synthetic_calls -- DIR [CALLS]
//!
//! Writes so many calls (100,000) into the result folder `DIR`, unless it has them already: 24 turns
//! of 12 words each, words by Zipf's law out of 30,000. Prints the rate of indexing, the size of the
//! index, and the median time of every kind of query.

#![expect(clippy::print_stdout, reason = "it prints what it measures")]

use etalon_search::{INDEX_FILE, Query, SearchIndex, SearchOrder, SearchRequest, update};
use etalon_store::Store;
use serde_json::json;
use std::error::Error;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

const TURNS: usize = 24;
const WORDS_OF_TURN: usize = 12;
const VOCABULARY: usize = 30_000;
const REPETITIONS: usize = 9;

/// Words that queries ask for, at these places of Zipf's order.
const KNOWN_WORDS: [(usize, &str); 14] = [
    (0, "да"),
    (1, "не"),
    (2, "вы"),
    (3, "на"),
    (10, "хорошо"),
    (40, "завтра"),
    (60, "кредит"),
    (90, "перезвоню"),
    (120, "перезвоните"),
    (150, "рублей"),
    (200, "доброго"),
    (220, "всего"),
    (400, "сорок"),
    (900, "рассрочка"),
];

/// One query of each kind.
const QUERIES: [(&str, &str); 16] = [
    ("the commonest word", "да"),
    ("a common word", "кредит"),
    ("a rare word", "рассрочка"),
    ("of one side", "оператор: кредит"),
    ("the commonest of one side", "клиент: да"),
    ("several words", "кредит завтра перезвоню"),
    ("common words together", "да не"),
    ("an exact form", "=перезвоните"),
    ("the beginning of a word", "пере*"),
    ("a phrase", "\"всего доброго\""),
    ("near words", "перезвоню NEAR/3 завтра"),
    ("near beginnings of words", "перезв* NEAR/3 завтра"),
    ("one of several", "рассрочка OR кредит OR перезвоню"),
    ("without a word", "кредит -да"),
    ("a number", "40 рублей"),
    ("both sides", "клиент: рассрочка оператор: кредит"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().ok_or("name the folder to write calls into")?;
    let calls: usize = arguments.next().map_or(Ok(100_000), |calls| calls.parse())?;
    let store = Store::create(&directory)?;
    if store.call_ids()?.len() != calls {
        write_calls(Path::new(&directory), calls)?;
    }
    let began = Instant::now();
    let updated = update(&store, &AtomicBool::new(false))?;
    let took_s = began.elapsed().as_secs_f64();
    let bytes = std::fs::metadata(Path::new(&directory).join(INDEX_FILE))?.len();
    println!(
        "{} calls indexed in {took_s:.1} s: {:.0} calls/s",
        updated.indexed,
        updated.indexed as f64 / took_s
    );
    println!("{:.1} MB, {} bytes a call", bytes as f64 / 1e6, bytes / calls.max(1) as u64);
    let began = Instant::now();
    update(&store, &AtomicBool::new(false))?;
    println!("nothing new: {:.0} ms\n", began.elapsed().as_secs_f64() * 1000.0);
    let index = SearchIndex::open(&store)?;
    println!("{:<28}{:>12}{:>12}{:>12}", "query", "turns", "relevance", "newest");
    for (kind, query) in QUERIES {
        let query: Query = query.parse()?;
        let (turns, relevance_ms) = median_ms(&index, &query, SearchOrder::Relevance)?;
        let (_, newest_ms) = median_ms(&index, &query, SearchOrder::Newest)?;
        println!("{kind:<28}{turns:>12}{relevance_ms:>9.0} ms{newest_ms:>9.0} ms");
    }
    Ok(())
}

fn median_ms(index: &SearchIndex, query: &Query, order: SearchOrder) -> Result<(usize, f64), Box<dyn Error>> {
    let request = SearchRequest { order, ..SearchRequest::new(query.clone()) };
    let mut times_ms = Vec::new();
    let mut turns = 0;
    for _ in 0..REPETITIONS {
        let began = Instant::now();
        turns = index.search(&request)?.turns;
        times_ms.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    times_ms.sort_by(f64::total_cmp);
    Ok((turns, times_ms[REPETITIONS / 2]))
}

/// Writes the files of calls as they are, without waiting for the disk as a store would.
fn write_calls(directory: &Path, calls: usize) -> Result<(), Box<dyn Error>> {
    let vocabulary: Vec<String> = (0..VOCABULARY).map(word).collect();
    let mut random = Random(1);
    for number in 0..calls {
        let id = format!("{:016x}", (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let folder = directory.join("calls").join(&id[..2]);
        std::fs::create_dir_all(&folder)?;
        let turns: Vec<serde_json::Value> =
            (0..TURNS).map(|turn| turn_of(turn, &vocabulary, &mut random)).collect();
        let day = number % 28 + 1;
        let call = json!({
            "id": id, "source": format!("2026-11-{day:02}/{number}.wav"), "audio_sha256": "",
            "started_at": format!("2026-11-{day:02}T09:00:00+05:00"), "agent_id": format!("a{}", number % 200),
        });
        std::fs::write(
            folder.join(format!("{id}.json")),
            json!({ "call": call, "turns": turns }).to_string(),
        )?;
    }
    Ok(())
}

fn turn_of(turn: usize, vocabulary: &[String], random: &mut Random) -> serde_json::Value {
    let start_s = turn as f64 * 6.0;
    let words: Vec<&str> = (0..WORDS_OF_TURN).map(|_| vocabulary[random.zipf()].as_str()).collect();
    let timed: Vec<serde_json::Value> = words
        .iter()
        .enumerate()
        .map(|(word, text)| {
            let start_s = start_s + word as f64 * 0.5;
            json!({ "text": text, "start_s": start_s, "end_s": start_s + 0.4, "confidence": 0.9 })
        })
        .collect();
    let speaker = if turn.is_multiple_of(2) { "agent" } else { "client" };
    json!({
        "speaker": speaker, "start_s": start_s, "end_s": start_s + 6.0, "text": words.join(" "),
        "language": "ru", "words": timed,
    })
}

/// The word at a place of Zipf's order: a known one, or syllables with an ending.
fn word(place: usize) -> String {
    const SYLLABLES: [&str; 16] =
        ["ко", "ми", "ра", "зу", "не", "то", "ли", "ва", "пе", "сто", "до", "гри", "ма", "ба", "чи", "ле"];
    const ENDINGS: [&str; 8] = ["л", "ть", "ом", "ами", "ы", "а", "ого", "ет"];
    if let Some((_, known)) = KNOWN_WORDS.iter().find(|(known, _)| *known == place) {
        return (*known).to_owned();
    }
    let mut text = String::new();
    let mut rest = place;
    while rest > 0 || text.is_empty() {
        text.push_str(SYLLABLES[rest % SYLLABLES.len()]);
        rest /= SYLLABLES.len();
    }
    text + ENDINGS[place % ENDINGS.len()]
}

/// The generator `SplitMix64`: equal calls on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A place of the vocabulary, nearly in proportion to 1 / (place + 3).
    fn zipf(&mut self) -> usize {
        let share = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        let place = 3.0 * ((VOCABULARY as f64 + 3.0) / 3.0).powf(share) - 3.0;
        (place as usize).min(VOCABULARY - 1)
    }
}
