//! Decodes a million spoiled recordings, and fails at the first panic and at memory beyond the limits.
//!
//! `cargo test -p etalon-audio --bench audio_mutation -- 1000000` runs it with overflow checks and debug assertions,
//! `cargo bench -p etalon-audio --bench audio_mutation` without. The inputs are the same in every run.

#[path = "../../tests/hostile/wave.rs"]
#[expect(dead_code, reason = "the tests build more files than are spoiled here")]
mod wave;

use etalon_audio::{Limits, decode, diagnostics};
use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::BTreeMap;
use std::panic;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

const MEBIBYTE: usize = 1 << 20;
/// Decoded samples that a recording may have here.
const MAX_DECODED_BYTES: usize = 16 * MEBIBYTE;
/// All memory while one recording is decoded: its samples, twice while their vectors grow, and the decoder's own.
const MAX_BYTES: usize = 2 * MAX_DECODED_BYTES + 8 * MEBIBYTE;

const SEEDS: [(&str, &[u8]); 10] = [
    ("wav", include_bytes!("../../tests/hostile/seeds/chirp-gsm.wav")),
    ("wav", include_bytes!("../../tests/hostile/seeds/chirp-ima.wav")),
    ("wav", include_bytes!("../../tests/hostile/seeds/chirp-ms.wav")),
    ("wav", include_bytes!("../../tests/hostile/seeds/chirp-mulaw.wav")),
    ("mp3", include_bytes!("../../tests/hostile/seeds/chirp.mp3")),
    ("flac", include_bytes!("../../tests/hostile/seeds/chirp.flac")),
    ("ogg", include_bytes!("../../tests/hostile/seeds/chirp.ogg")),
    ("opus", include_bytes!("../../tests/hostile/seeds/chirp.opus")),
    ("m4a", include_bytes!("../../tests/hostile/seeds/chirp.m4a")),
    ("aac", include_bytes!("../../tests/hostile/seeds/chirp.aac")),
];

/// Counts the bytes in use, and the most that there ever were.
struct Counting;

static IN_USE: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is handed on to the system's allocator unchanged; only counters are kept beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let in_use = IN_USE.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(in_use, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `GlobalAlloc`, which is the system allocator's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the pointer came from `alloc` above with the same layout, so from the system's allocator.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Where panics happened, and how often.
static PANICS: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());

/// Numbers that are the same in every run (Marsaglia's xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % limit.max(1) as u64) as usize
    }

    /// A place in the bytes; three times of four near the start, where the headers are.
    fn place(&mut self, length: usize) -> usize {
        let limit = if self.below(4) > 0 { length.min(128) } else { length };
        self.below(limit)
    }
}

fn main() {
    let count = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000_u64);
    panic::set_hook(Box::new(|information| {
        let place = information.location().map(ToString::to_string).unwrap_or_default();
        if let Ok(mut panics) = PANICS.lock() {
            *panics.entry(place).or_default() += 1;
        }
    }));
    let seeds = seeds();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut decoded, mut most) = (0_u64, 0);
    let start = Instant::now();
    for _ in 0..count {
        let (extension, seed) = &seeds[random.below(seeds.len())];
        let mut bytes = seed.clone();
        for _ in 0..=random.below(6) {
            spoil(&mut bytes, &mut random);
        }
        let extension = if random.below(8) == 0 { "ulaw" } else { extension };
        let (is_decoded, used) = measured(&bytes, extension);
        decoded += u64::from(is_decoded);
        most = most.max(used);
        assert!(used <= MAX_BYTES, "{used} bytes of memory for {} bytes of input", bytes.len());
    }
    report(count, decoded, most, start.elapsed().as_secs_f64());
}

/// Small files of every format, three times as many uncompressed ones.
fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let mut seeds: Vec<(&str, Vec<u8>)> = SEEDS.iter().map(|(name, bytes)| (*name, bytes.to_vec())).collect();
    for tag in [1, 3, 6, 7, 0x11, 2, 0x31, 0x55] {
        for bits in [8, 16, 24, 32, 64] {
            let format = wave::Format::new(tag, 2, bits);
            let data = wave::chunk(b"data", &wave::companded()[..1_000]);
            let list = wave::chunk(b"LIST", b"INFOISFT\x0e\0\0\0Lavf59.27.100\0");
            seeds.push(("wav", wave::riff(&[format.chunk(), list.clone(), data.clone()])));
            seeds.push(("wav", wave::riff(&[format.extensible(), data, list])));
        }
    }
    seeds
}

fn spoil(bytes: &mut Vec<u8>, random: &mut Random) {
    const TELLING: [u32; 8] = [0, 1, 0xffff_ffff, 0x7fff_ffff, 0x8000_0000, 0xffff, 0x100, 0x7f];
    let length = bytes.len();
    let at = random.place(length);
    match random.below(6) {
        0 if at < length => bytes[at] = random.below(256) as u8,
        1 if at < length => bytes[at] ^= 1 << random.below(8),
        2 if at + 4 <= length => {
            bytes[at..at + 4].copy_from_slice(&TELLING[random.below(TELLING.len())].to_le_bytes());
        }
        3 => {
            let end = (at + 1 + random.below(64)).min(length);
            bytes.drain(at..end);
        }
        4 => {
            let end = (at + 1 + random.below(64)).min(length);
            let part = bytes[at..end].to_vec();
            let to = random.place(length);
            bytes.splice(to..to, part);
        }
        _ => bytes.truncate(length - at.min(length / 2)),
    }
}

/// Whether the recording decodes, and how much memory that took at most.
fn measured(bytes: &[u8], extension: &str) -> (bool, usize) {
    let limits = Limits {
        max_seconds: 3_600.0,
        max_bytes: MEBIBYTE as u64,
        max_decoded_bytes: MAX_DECODED_BYTES as u64,
        ..Limits::default()
    };
    let before = IN_USE.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    let decoded = decode(bytes, Some(extension), &limits);
    if let Ok(decoded) = &decoded
        && decoded.recording.frames() < 100_000
    {
        std::hint::black_box(diagnostics::examine(&decoded.recording));
    }
    (decoded.is_ok(), MOST.load(Ordering::Relaxed) - before)
}

#[expect(clippy::print_stdout, reason = "a benchmark's result is its output")]
fn report(count: u64, decoded: u64, most: usize, seconds: f64) {
    let panics = PANICS.lock().map(|panics| panics.clone()).unwrap_or_default();
    println!(
        "{count} spoiled recordings in {seconds:.0} s, {decoded} of them decoded; most memory {most} bytes"
    );
    for (place, times) in &panics {
        println!("panic at {place}, {times} times, caught");
    }
    let is_own = |place: &&String| place.contains("etalon");
    assert_eq!(panics.keys().filter(is_own).count(), 0, "panics in etalon's own code");
}
