//! Personal data in the turns of a call.

use crate::conversation::{Conversation, Line};
use crate::finding::{Finding, Place};
use crate::found::Found;
use crate::{addresses, birth_dates, dictated, emails, numbers, surnames};
use etalon_call::{Role, Turn};

/// Personal data in the turns of a call, in order of its first word.
///
/// The turns are in order of time. Nothing is found twice: of two kinds in the same words the more
/// certain one stays. Parts of two findings may overlap.
pub fn find(turns: &[Turn]) -> Vec<Finding> {
    let mut speakers: Vec<(Role, Option<&str>)> = Vec::new();
    let lines: Vec<Line<'_>> = turns
        .iter()
        .map(|turn| {
            let speaker = (turn.speaker, turn.unknown_speaker.as_deref());
            let side = speakers.iter().position(|known| *known == speaker).unwrap_or_else(|| {
                speakers.push(speaker);
                speakers.len() - 1
            });
            let (words, confidences) = words_of(turn);
            Line { side, start_s: turn.start_s, end_s: turn.end_s, words, confidences }
        })
        .collect();
    find_in(&lines)
}

/// The words of a turn, as findings count them, and how sure each of them is.
fn words_of(turn: &Turn) -> (Vec<&str>, Vec<f64>) {
    if turn.words.is_empty() {
        turn.text.as_str().split_whitespace().map(|word| (word, 1.0)).unzip()
    } else {
        turn.words.iter().map(|word| (word.text.as_str(), word.confidence)).unzip()
    }
}

/// Personal data in lines; `turn` of a place is the index of the line.
pub(crate) fn find_in(lines: &[Line<'_>]) -> Vec<Finding> {
    let conversation = Conversation::new(lines);
    // In order of certainty.
    let mut found = emails::find(&conversation);
    let mut known = numbers::find(&conversation);
    dictated::complete(&conversation, &mut known);
    found.extend(known);
    found.extend(birth_dates::find(&conversation));
    found.extend(addresses::find(&conversation));
    found.extend(surnames::find(&conversation));
    let mut findings: Vec<Finding> =
        without_contained(found).iter().map(|found| placed(&conversation, found)).collect();
    findings.sort_by_key(|finding| finding.places.first().map(|place| (place.turn, place.words.start)));
    findings
}

/// Drops what lies in a finding before it.
fn without_contained(found: Vec<Found>) -> Vec<Found> {
    let mut kept: Vec<Found> = Vec::new();
    for next in found {
        let is_in = |known: &Found| {
            known.side == next.side
                && known.words.start <= next.words.start
                && next.words.end <= known.words.end
        };
        if !kept.iter().any(is_in) {
            kept.push(next);
        }
    }
    kept
}

fn placed(conversation: &Conversation<'_>, found: &Found) -> Finding {
    let words = &conversation.sides[found.side].words[found.words.clone()];
    let places = words.chunk_by(|left, right| left.line == right.line).map(|words| {
        let (first, last) = (&words[0], &words[words.len() - 1]);
        Place { turn: first.line, words: first.position..last.position + 1 }
    });
    Finding { kind: found.kind, places: places.collect() }
}
