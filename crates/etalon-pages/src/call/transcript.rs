//! The transcript in two columns by side; each word knows its second.

use super::{data_name, role_class, role_name};
use crate::format::script_seconds;
use crate::site::Site;
use etalon_call::{Call, PersonalDataKind, RemovalReason, RemovedWords, Turn, Word, clock};
use maud::{Markup, html};

pub(super) fn transcript(site: &Site<'_>, call: &Call) -> Markup {
    let interface = site.interface;
    html! {
        section.transcript aria-label=(interface.text("transcript-heading")) {
            h2 { (interface.text("transcript-heading")) }
            @if call.redaction.is_some() { p.quiet { (interface.text("redacted-note")) } }
            @if call.turns.is_empty() {
                p.quiet { (interface.text(if call.pipeline.model.is_none() { "no-words-heard" } else { "no-words-found" })) }
            }
            ol.turns { @for (index, turn) in call.turns.iter().enumerate() { (one_turn(site, index, turn)) } }
        }
    }
}

fn one_turn(site: &Site<'_>, index: usize, turn: &Turn) -> Markup {
    html! {
        li class={ "turn " (role_class(turn.speaker)) } data-turn=(index) data-words=(word_times(&turn.words)) {
            p.who {
                span.side { (turn.unknown_speaker.clone().unwrap_or_else(|| role_name(site, turn.speaker))) } " "
                a.time href={ "#t=" (script_seconds(turn.start_s)) } data-t=(script_seconds(turn.start_s)) {
                    (clock(turn.start_s))
                }
            }
            p.words lang=[(!turn.language.is_empty() && turn.language != "und").then_some(&turn.language)] {
                @if turn.words.is_empty() { (turn.text.as_str()) }
                @for word in &turn.words { (one_word(site, word)) " " }
                @for removed in &turn.removed { (removed_words(site, removed)) }
            }
        }
    }
}

/// A word; a mark of personal data is named in the language of the page.
fn one_word(site: &Site<'_>, word: &Word) -> Markup {
    let text = word.text.as_str();
    if let Some(kind) = PersonalDataKind::of_mark(text) {
        html! { span.redacted { "[" (data_name(site, kind)) "]" } }
    } else {
        html! { span { (text) } }
    }
}

/// Start and end of each word in hundredths of a second, each from the one before: short, because
/// every word has two.
fn word_times(words: &[Word]) -> String {
    let hundredths = |time_s: f64| (time_s.max(0.0) * 100.0).round() as u64;
    let mut written = Vec::with_capacity(words.len());
    let mut before = 0;
    for word in words {
        let (start, end) = (hundredths(word.start_s), hundredths(word.end_s));
        written.push(format!("{},{}", start.saturating_sub(before), end.saturating_sub(start)));
        before = start.max(before);
    }
    written.join(" ")
}

/// A mark where words were removed because nobody said them.
fn removed_words(site: &Site<'_>, removed: &RemovedWords) -> Markup {
    let reason = site.interface.text(match removed.reason {
        RemovalReason::Repeated => "removed-repeated",
        RemovalReason::Invented => "removed-invented",
        RemovalReason::WithoutSpeech => "removed-without-speech",
        RemovalReason::FromGlossary => "removed-from-glossary",
    });
    html! {
        a.removed href={ "#t=" (script_seconds(removed.start_s)) } data-t=(script_seconds(removed.start_s))
            title=(reason) {
            "−" (removed.words) span.for-readers { " " (reason) ", " (clock(removed.start_s)) }
        }
    }
}
