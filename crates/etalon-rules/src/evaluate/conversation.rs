//! Whether a recording holds a conversation at all.

use crate::call_view::CallView;
use crate::evaluate::wording;
use etalon_call::{ConversationKind, Role, Turn};

/// A side of which no word is known is heard when it speaks for this long, seconds.
const HEARD_MIN_S: f64 = 1.0;

/// The same where the call was transcribed: what a recognizer finds no word in is more often noise.
const HEARD_WITHOUT_WORDS_MIN_S: f64 = 3.0;

/// Words by which somebody is known to talk where the sides can't be told apart.
const TALK_MIN_WORDS: usize = 10;

/// Why a call can't be judged by the standard of a conversation; none where people talk with each
/// other.
pub(crate) fn no_conversation(view: &CallView<'_>) -> Option<&'static str> {
    if view.turns.is_empty() {
        return Some(wording::NOBODY_SPEAKS);
    }
    let kind = view.call.kind.as_ref().map(|kind| kind.name);
    match kind {
        Some(ConversationKind::Voicemail) => Some(wording::VOICEMAIL),
        Some(ConversationKind::Unavailable) => Some(wording::UNAVAILABLE),
        Some(ConversationKind::Ivr) => Some(wording::IVR),
        Some(ConversationKind::Dialogue | ConversationKind::ThirdPerson) | None => only_side(view),
    }
}

/// Whether anybody answered the agent. A client who is heard alone has answered an agent whose
/// channel is lost.
pub(crate) fn is_answered(view: &CallView<'_>) -> bool {
    no_conversation(view).is_none_or(|cause| cause == wording::ONLY_CLIENT)
}

/// Whether somebody is known to be there whom a silence could keep waiting: a side that has a role,
/// or several speakers or a conversation's words where roles are not known.
pub(crate) fn somebody_talks(view: &CallView<'_>) -> bool {
    let mut speakers: Vec<(Role, Option<&str>)> =
        view.turns.iter().map(|turn| (turn.speaker, turn.unknown_speaker.as_deref())).collect();
    speakers.sort_unstable();
    speakers.dedup();
    let is_heard = |speaker: &(Role, Option<&str>)| {
        let is_theirs = |turn: &&Turn| (turn.speaker, turn.unknown_speaker.as_deref()) == *speaker;
        is_heard(view, view.turns.iter().filter(is_theirs))
    };
    let words: usize = view.turns.iter().map(words_of).sum();
    let has_role = |turn: &Turn| turn.speaker != Role::Unknown;
    view.turns.iter().any(has_role)
        || words >= TALK_MIN_WORDS
        || speakers.iter().filter(|speaker| is_heard(speaker)).count() >= 2
}

/// What to tell where one side alone is heard. Nothing is known of speakers without a role.
fn only_side(view: &CallView<'_>) -> Option<&'static str> {
    let is_heard = |role: Role| is_heard(view, view.turns.iter().filter(|turn| turn.speaker == role));
    match [Role::Agent, Role::Client, Role::Unknown].map(is_heard) {
        [true, false, false] => Some(wording::ONLY_AGENT),
        [false, true, false] => Some(wording::ONLY_CLIENT),
        _ => None,
    }
}

/// How many words a turn has, with times or without.
fn words_of(turn: &Turn) -> usize {
    turn.words.len().max(turn.text.as_str().split_whitespace().count())
}

fn is_heard<'a>(view: &CallView<'_>, turns: impl Iterator<Item = &'a Turn>) -> bool {
    let (mut words, mut spoken_s) = (0, 0.0);
    for turn in turns {
        words += words_of(turn);
        spoken_s += turn.duration_s();
    }
    let least_s = if view.transcribed { HEARD_WITHOUT_WORDS_MIN_S } else { HEARD_MIN_S };
    words > 0 || spoken_s >= least_s
}
