//! A call without the personal data that was said in it.

use crate::find::find;
use crate::finding::Finding;
use crate::muted::{muted_ranges, time_of};
use crate::text::redacted_text;
use etalon_call::{
    Call, Evidence, PersonalDataKind, Role, Span, Turn, TurnAct, Utterance, Word, mean_confidence, round3,
};
use std::collections::BTreeMap;
use std::ops::Range;

/// The version of the detector: raised when it finds something else in the same words.
pub const VERSION: u32 = 3;

/// What stands where all words of a quote were taken out.
const NOTHING_LEFT: &str = "[…]";

/// How far the times of a quote and of its words may differ, seconds: both are rounded.
const ROUNDING_S: f64 = 0.002;

/// Takes personal data out of what was said: words, texts, quotes and reasons. A mark such as
/// `[card]` stands where it was. The call says what has to be muted ([`Call::redaction`]).
///
/// Measures, events and verdicts stay; so does what the centre knew of the call before (`call`).
/// Doing it twice changes nothing more.
pub fn redact(call: &mut Call) {
    let findings = find(&call.turns);
    let mut redaction = call.redaction.take().unwrap_or_default();
    redaction.version = VERSION;
    for finding in &findings {
        *redaction.found.entry(finding.kind.name().to_owned()).or_default() += 1;
    }
    let mut muted = std::mem::take(&mut redaction.muted);
    muted.extend(muted_ranges(call, &findings));
    redaction.muted = muted;
    let times: Vec<(Role, Span)> = findings
        .iter()
        .flat_map(|finding| &finding.places)
        .map(|place| (call.turns[place.turn].speaker, time_of(call, place)))
        .collect();
    redact_turns(&mut call.turns, &findings);
    redact_evaluation(call, &times);
    call.redaction = Some(redaction);
}

fn redact_turns(turns: &mut [Turn], findings: &[Finding]) {
    let mut by_turn: BTreeMap<usize, Vec<(Range<usize>, PersonalDataKind)>> = BTreeMap::new();
    for finding in findings {
        for place in &finding.places {
            by_turn.entry(place.turn).or_default().push((place.words.clone(), finding.kind));
        }
    }
    for (turn, mut marked) in by_turn {
        marked.sort_by_key(|(words, _)| (words.start, std::cmp::Reverse(words.end)));
        redact_turn(&mut turns[turn], &marked);
    }
}

/// Puts one mark in the place of the words of each finding.
fn redact_turn(turn: &mut Turn, marked: &[(Range<usize>, PersonalDataKind)]) {
    if turn.words.is_empty() {
        turn.text = Utterance::from(redacted_words(turn.text.as_str(), marked));
        return;
    }
    let (words, places) = redacted_times(&turn.words, marked);
    let place = |word: u32| places.get(word as usize).map_or(words.len(), |place| *place) as u32;
    if let Some(acts) = &mut turn.acts {
        for act in acts {
            *act = TurnAct {
                from_word: place(act.from_word),
                to_word: place(act.to_word).max(place(act.from_word) + 1),
                ..act.clone()
            };
        }
    }
    let text: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    turn.text = Utterance::from(text.join(" "));
    turn.confidence = mean_confidence(&words);
    turn.words = words;
}

/// The words of a turn whose words have no times.
fn redacted_words(text: &str, marked: &[(Range<usize>, PersonalDataKind)]) -> String {
    let kept = text.split_whitespace().enumerate().filter_map(|(index, word)| match kind_at(marked, index) {
        None => Some(word.to_owned()),
        Some((kind, true)) => Some(kind.mark()),
        Some((_, false)) => None,
    });
    kept.collect::<Vec<_>>().join(" ")
}

/// Words with their times, and the new index of each word, for the acts that count them. A mark
/// takes the time of all words in whose place it stands.
fn redacted_times(said: &[Word], marked: &[(Range<usize>, PersonalDataKind)]) -> (Vec<Word>, Vec<usize>) {
    let mut places = Vec::with_capacity(said.len() + 1);
    let mut words: Vec<Word> = Vec::with_capacity(said.len());
    for (index, word) in said.iter().enumerate() {
        match kind_at(marked, index) {
            None => {
                places.push(words.len());
                words.push(word.clone());
            }
            Some((kind, true)) => {
                places.push(words.len());
                words.push(Word { text: Utterance::from(kind.mark()), ..word.clone() });
            }
            Some((_, false)) => {
                places.push(words.len().saturating_sub(1));
                if let Some(last) = words.last_mut() {
                    last.end_s = last.end_s.max(word.end_s);
                    last.confidence = round3(last.confidence.min(word.confidence));
                }
            }
        }
    }
    places.push(words.len());
    (words, places)
}

/// The kind of the finding that a word belongs to, and whether it is its first word.
fn kind_at(marked: &[(Range<usize>, PersonalDataKind)], index: usize) -> Option<(PersonalDataKind, bool)> {
    let (words, kind) = marked.iter().find(|(words, _)| words.contains(&index))?;
    // Where findings overlap, the words of the second one follow those of the first.
    let is_first = words.start == index || !marked.iter().any(|(other, _)| other.contains(&(index - 1)));
    Some((*kind, is_first))
}

/// Quotes are made anew of the words that are left; reasons and labels are looked through.
fn redact_evaluation(call: &mut Call, times: &[(Role, Span)]) {
    let turns = &call.turns;
    let evaluation = &mut call.evaluation;
    for rule in &mut evaluation.rules {
        rule.reason = redacted_text(&rule.reason);
        rule.evidence.iter_mut().for_each(|evidence| redact_evidence(turns, evidence, times));
    }
    let agreements = &mut evaluation.agreements;
    let promise = agreements.promise_to_pay.iter_mut().map(|promise| &mut promise.evidence);
    let callback = agreements.callback.iter_mut().map(|callback| &mut callback.evidence);
    promise.chain(callback).for_each(|evidence| redact_evidence(turns, evidence, times));
}

fn redact_evidence(turns: &[Turn], evidence: &mut Evidence, times: &[(Role, Span)]) {
    evidence.label = evidence.label.as_deref().map(redacted_text);
    if evidence.quote.is_empty() {
        return;
    }
    let quoted = Span { start_s: evidence.start_s - ROUNDING_S, end_s: evidence.end_s + ROUNDING_S };
    let is_of = |speaker: Role| evidence.speaker.is_none_or(|of| of == speaker);
    let is_touched =
        times.iter().any(|(speaker, time)| is_of(*speaker) && time.intersection(&quoted).is_some());
    let left =
        if is_touched { words_within(turns, quoted, is_of) } else { redacted_text(evidence.quote.as_str()) };
    evidence.quote = Utterance::from(if left.is_empty() { NOTHING_LEFT.to_owned() } else { left });
}

/// The words of the turns that lie in a stretch of time. Turns without times of words give nothing.
fn words_within(turns: &[Turn], stretch: Span, is_of: impl Fn(Role) -> bool) -> String {
    let said = turns.iter().filter(|turn| is_of(turn.speaker)).flat_map(|turn| &turn.words);
    let within = said.filter(|word| {
        // A mark that reaches into the quote belongs to it.
        word.start_s < stretch.end_s && word.end_s > stretch.start_s
    });
    within.map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}
