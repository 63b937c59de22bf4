//! Which stretches of a recording must not be heard.

use crate::finding::{Finding, Place};
use etalon_call::{Call, MutedRange, PersonalDataKind, Role, Span, Turn, Word, round3};

/// What is muted before the first word and behind the last one of a finding, seconds: the times of
/// words are not exact.
const PADDING_S: f64 = 0.25;
/// Below this confidence a word beside a finding may be a part of it that was misheard.
const DOUBTFUL: f64 = 0.4;
/// Most doubtful words on each side.
const DOUBTFUL_MAX: usize = 2;
/// Longest time to a doubtful word, seconds.
const DOUBTFUL_REACH_S: f64 = 1.0;
/// Longest time from a finding to speech without words that may belong to it, seconds: whoever
/// dictates waits for the other side.
const WORDLESS_REACH_S: f64 = 20.0;
/// The shortest such speech, seconds: words often begin a little after their speech.
const WORDLESS_MIN_S: f64 = 0.3;

/// The stretches that hold findings, in order of time, joined where they touch.
///
/// A stretch ends where a word ends or a pause is: a word that the padding would cut is muted
/// wholly. So are words beside the finding of which the recognizer is not sure, and all speech of
/// the side in which no word was recognised, up to its next word: digits get lost. Where words have
/// no times of their own, or impossible ones, the whole turn is muted.
pub(crate) fn muted_ranges(call: &Call, findings: &[Finding]) -> Vec<MutedRange> {
    let has_exact_times =
        call.pipeline.transcription.import.as_ref().is_none_or(|import| import.words_time_estimated == 0);
    let mut ranges: Vec<MutedRange> = Vec::new();
    for finding in findings {
        for place in &finding.places {
            let turn = &call.turns[place.turn];
            let words = turn.words.get(place.words.clone()).filter(|_| has_exact_times);
            let placed =
                words.and_then(|words| span_of(turn, words)).map(|said| around(call, turn.speaker, said));
            let whole_turn = placed.is_none();
            let range = |span: Span| MutedRange {
                start_s: round3(span.start_s.max(0.0)),
                end_s: round3(span.end_s),
                speaker: turn.speaker,
                kinds: vec![finding.kind],
                whole_turn,
            };
            let span = placed.unwrap_or_else(|| Span::new(turn.start_s - PADDING_S, turn.end_s + PADDING_S));
            ranges.push(range(span));
            if !whole_turn {
                ranges.extend(wordless_beside(call, turn.speaker, span).into_iter().map(range));
            }
        }
    }
    joined(ranges)
}

/// The time of words, where it can be theirs.
fn span_of(turn: &Turn, words: &[Word]) -> Option<Span> {
    let start_s = words.iter().map(|word| word.start_s).reduce(f64::min)?;
    let end_s = words.iter().map(|word| word.end_s).reduce(f64::max)?;
    let is_possible = words.iter().all(|word| word.start_s <= word.end_s) && start_s < end_s;
    let is_in_turn = start_s >= turn.start_s - PADDING_S && end_s <= turn.end_s + PADDING_S;
    (is_possible && is_in_turn).then_some(Span { start_s, end_s })
}

/// The words of a side, in order of time.
fn words_of(call: &Call, speaker: Role) -> Vec<&Word> {
    call.turns.iter().filter(|turn| turn.speaker == speaker).flat_map(|turn| &turn.words).collect()
}

/// A stretch with the doubtful words beside it.
fn with_doubtful(words: &[&Word], said: Span) -> Span {
    let mut span = said;
    let before = words.iter().rev().filter(|word| word.end_s <= said.start_s);
    for word in before.take(DOUBTFUL_MAX) {
        if word.confidence >= DOUBTFUL || span.start_s - word.end_s > DOUBTFUL_REACH_S {
            break;
        }
        span.start_s = span.start_s.min(word.start_s);
    }
    let behind = words.iter().filter(|word| word.start_s >= said.end_s);
    for word in behind.take(DOUBTFUL_MAX) {
        if word.confidence >= DOUBTFUL || word.start_s - span.end_s > DOUBTFUL_REACH_S {
            break;
        }
        span.end_s = span.end_s.max(word.end_s);
    }
    span
}

/// The speech of a side between a stretch and its next words in which no word was recognised.
fn wordless_beside(call: &Call, speaker: Role, muted: Span) -> Vec<Span> {
    let said = spans_with_words(call, speaker);
    let of_finding = said.iter().filter(|span| span.intersection(&muted).is_some());
    let (first_s, last_s) = of_finding.fold((muted.end_s, muted.start_s), |(first, last), span| {
        (first.min(span.start_s), last.max(span.end_s))
    });
    let ends_s = said.iter().map(|span| span.end_s).filter(|end_s| *end_s <= first_s);
    let starts_s = said.iter().map(|span| span.start_s).filter(|start_s| *start_s >= last_s);
    let before =
        Span { start_s: ends_s.fold((muted.start_s - WORDLESS_REACH_S).max(0.0), f64::max), end_s: first_s };
    let behind = Span { start_s: last_s, end_s: starts_s.fold(muted.end_s + WORDLESS_REACH_S, f64::min) };
    let regions = call.activity.of(speaker);
    let parts =
        regions.iter().flat_map(|region| [region.intersection(&before), region.intersection(&behind)]);
    parts.flatten().filter(|part| part.duration_s() >= WORDLESS_MIN_S).collect()
}

/// When a side says its words; turns whose words have no times are spans themselves.
fn spans_with_words(call: &Call, speaker: Role) -> Vec<Span> {
    let of_speaker = call.turns.iter().filter(|turn| turn.speaker == speaker);
    let spans = |turn: &Turn| -> Vec<Span> {
        let is_untimed = turn.words.is_empty() && !turn.text.is_empty();
        let words = turn.words.iter().map(|word| Span { start_s: word.start_s, end_s: word.end_s });
        if is_untimed { vec![Span { start_s: turn.start_s, end_s: turn.end_s }] } else { words.collect() }
    };
    of_speaker.flat_map(spans).collect()
}

/// A stretch with its padding, up to the edges of words and of speech.
fn around(call: &Call, speaker: Role, said: Span) -> Span {
    let words = words_of(call, speaker);
    let said = with_doubtful(&words, said);
    let mut span = Span { start_s: said.start_s - PADDING_S, end_s: said.end_s + PADDING_S };
    for word in &words {
        let is_cut = |time_s: f64| word.start_s < time_s && time_s < word.end_s;
        if is_cut(span.start_s) && word.end_s <= said.start_s {
            span.start_s = word.start_s;
        }
        if is_cut(span.end_s) && word.start_s >= said.end_s {
            span.end_s = word.end_s;
        }
    }
    // Speech without words beside the finding may belong to it.
    let is_without_words =
        |start_s: f64, end_s: f64| !words.iter().any(|word| word.start_s < end_s && word.end_s > start_s);
    for region in call.activity.of(speaker) {
        let holds = |time_s: f64| region.start_s < time_s && time_s < region.end_s;
        if holds(span.start_s) && is_without_words(region.start_s, span.start_s) {
            span.start_s = region.start_s;
        }
        if holds(span.end_s) && is_without_words(span.end_s, region.end_s) {
            span.end_s = region.end_s;
        }
    }
    span
}

/// Ranges in order of time; of each speaker none touches another.
fn joined(mut ranges: Vec<MutedRange>) -> Vec<MutedRange> {
    ranges.sort_by(|left, right| {
        left.start_s.total_cmp(&right.start_s).then(left.end_s.total_cmp(&right.end_s))
    });
    let mut joined: Vec<MutedRange> = Vec::new();
    for range in ranges {
        let before = joined.iter_mut().rev().find(|before| before.speaker == range.speaker);
        match before.filter(|before| range.start_s <= before.end_s) {
            Some(before) => {
                before.end_s = before.end_s.max(range.end_s);
                before.whole_turn |= range.whole_turn;
                add_kinds(&mut before.kinds, &range.kinds);
            }
            None => joined.push(range),
        }
    }
    joined
}

fn add_kinds(kinds: &mut Vec<PersonalDataKind>, more: &[PersonalDataKind]) {
    kinds.extend(more);
    kinds.sort_unstable();
    kinds.dedup();
}

/// The words of a place, without their padding: what is left of a quote is decided by it.
pub(crate) fn time_of(call: &Call, place: &Place) -> Span {
    let turn = &call.turns[place.turn];
    let words = turn.words.get(place.words.clone());
    words.and_then(|words| span_of(turn, words)).unwrap_or(Span { start_s: turn.start_s, end_s: turn.end_s })
}
