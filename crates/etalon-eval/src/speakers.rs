//! Compares speakers: the diarization error rate, the speakers of words, and the roles.

use crate::LabelledCall;
use crate::diarization::{
    DiarizationErrors, OverlappedSpeech, RatedDiarization, SpeakerSegment, diarization_errors,
    speaker_mapping,
};
use etalon_call::{Activity, Role, Span, Turn, round3};
use etalon_text::tokens;
use serde::Serialize;

/// Transcripts that need a larger alignment table than this are not aligned, cells.
const ALIGNMENT_CELLS_AT_MOST: usize = 40_000_000;

/// How speakers compare with the truth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SpeakerComparison {
    /// All calls, without overlapped speech.
    pub diarization: RatedDiarization,
    /// All calls, with overlapped speech.
    pub diarization_with_overlap: RatedDiarization,
    /// Share of the correct words that have the right speaker; null if no call was transcribed.
    pub word_speaker_accuracy: Option<f64>,
    /// Calls with the right agent.
    pub roles_right: usize,
    /// Calls with the wrong agent.
    pub roles_wrong: usize,
    /// Calls whose agent is unknown.
    pub roles_unknown: usize,
    /// Call by call.
    pub calls: Vec<CallSpeakers>,
}

/// Speakers of one call.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallSpeakers {
    /// The call's name.
    pub call: String,
    /// Without overlapped speech.
    pub diarization: RatedDiarization,
    /// With overlapped speech.
    pub diarization_with_overlap: RatedDiarization,
    /// Share of the correct words that have the right speaker.
    pub word_speaker_accuracy: Option<f64>,
    /// Whether the agent is right; null if the agent is unknown in the result or in the truth.
    pub roles_right: Option<bool>,
}

/// Correct words, and how many of them have the right speaker.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct WordSpeakers {
    right: usize,
    compared: usize,
}

impl WordSpeakers {
    fn accuracy(self) -> Option<f64> {
        (self.compared > 0).then(|| round3(self.right as f64 / self.compared as f64))
    }
}

/// Compares the speakers of every call.
pub fn compare(labelled: &[LabelledCall]) -> SpeakerComparison {
    let mut totals = [DiarizationErrors::default(); 2];
    let mut words = WordSpeakers::default();
    let mut calls = Vec::new();
    for call in labelled {
        let (truth, found) = (true_segments(call), found_segments(&call.call.turns, &call.call.activity));
        let errors = [OverlappedSpeech::Excluded, OverlappedSpeech::Included]
            .map(|overlapped| diarization_errors(&truth, &found, overlapped));
        totals = [totals[0].plus(&errors[0]), totals[1].plus(&errors[1])];
        let mapping = speaker_mapping(&truth, &found);
        let heard = word_speakers(call, &mapping);
        words.right += heard.right;
        words.compared += heard.compared;
        calls.push(CallSpeakers {
            call: call.name.clone(),
            diarization: errors[0].into(),
            diarization_with_overlap: errors[1].into(),
            word_speaker_accuracy: heard.accuracy(),
            roles_right: roles_right(call, &mapping),
        });
    }
    let with_roles = || calls.iter().zip(labelled).filter(|(_, call)| !call.truth.turns.is_empty());
    let count = |right: Option<bool>| with_roles().filter(|(call, _)| call.roles_right == right).count();
    SpeakerComparison {
        diarization: totals[0].into(),
        diarization_with_overlap: totals[1].into(),
        word_speaker_accuracy: words.accuracy(),
        roles_right: count(Some(true)),
        roles_wrong: count(Some(false)),
        roles_unknown: count(None),
        calls,
    }
}

/// The true segments: those of an RTTM file, or the speech of the turns.
fn true_segments(call: &LabelledCall) -> Vec<SpeakerSegment> {
    let of_turns = call.truth.turns.iter().flat_map(|turn| {
        let speaker = turn.speaker.name();
        turn.speech.iter().map(|&span| SpeakerSegment { span, speaker: speaker.to_owned() })
    });
    call.truth.segments.iter().cloned().chain(of_turns).collect()
}

fn found_segments(turns: &[Turn], activity: &Activity) -> Vec<SpeakerSegment> {
    let of_role = |role: Role| {
        activity.of(role).iter().map(move |&span| SpeakerSegment { span, speaker: role.name().to_owned() })
    };
    let with_roles = [Role::Agent, Role::Client].into_iter().flat_map(of_role);
    with_roles.chain(unknown_segments(turns, &activity.unknown)).collect()
}

/// Speech of unknown role, by speaker if there are several.
fn unknown_segments(turns: &[Turn], regions: &[Span]) -> Vec<SpeakerSegment> {
    let turns = || turns.iter().filter(|turn| turn.speaker == Role::Unknown);
    let segment = |span: Span, speaker: &str| SpeakerSegment { span, speaker: speaker.to_owned() };
    if turns().all(|turn| turn.unknown_speaker.is_none()) {
        return regions.iter().map(|&region| segment(region, Role::Unknown.name())).collect();
    }
    let in_turn = |turn: &Turn| {
        let span = Span { start_s: turn.start_s, end_s: turn.end_s };
        let parts = regions.iter().filter_map(move |region| region.intersection(&span));
        parts.map(|part| segment(part, name_in(turn))).collect::<Vec<_>>()
    };
    turns().flat_map(in_turn).collect()
}

/// The name of a turn's speaker.
fn name_in(turn: &Turn) -> &str {
    turn.unknown_speaker.as_deref().unwrap_or(turn.speaker.name())
}

/// Whether the true agent's speech has the agent's role.
fn roles_right(call: &LabelledCall, mapping: &[(String, Option<String>)]) -> Option<bool> {
    let found = &call.call.activity;
    if call.truth.turns.is_empty() || (found.agent.is_empty() && found.client.is_empty()) {
        return None;
    }
    let of =
        |role: Role| mapping.iter().find(|(name, _)| name == role.name()).and_then(|(_, to)| to.as_deref());
    let is_wrong =
        of(Role::Agent) == Some(Role::Client.name()) || of(Role::Client) == Some(Role::Agent.name());
    let is_right =
        of(Role::Agent) == Some(Role::Agent.name()) || of(Role::Client) == Some(Role::Client.name());
    if is_wrong { Some(false) } else { is_right.then_some(true) }
}

/// Aligns all recognized words with all true ones, regardless of the speaker, and compares the
/// speakers of equal words.
fn word_speakers(call: &LabelledCall, mapping: &[(String, Option<String>)]) -> WordSpeakers {
    let said = in_order(call.truth.turns.iter().map(|turn| {
        let words = tokens(turn.text.as_str());
        let step_s = (turn.end_s - turn.start_s) / words.len().max(1) as f64;
        let timed = words.into_iter().enumerate();
        timed.map(|(place, word)| (turn.start_s + step_s * place as f64, word, turn.speaker.name())).collect()
    }));
    let heard = in_order(call.call.turns.iter().map(|turn| {
        let words = turn.words.iter().flat_map(|word| {
            tokens(word.text.as_str()).into_iter().map(|token| (word.start_s, token, name_in(turn)))
        });
        words.collect()
    }));
    if said.len().saturating_mul(heard.len()) > ALIGNMENT_CELLS_AT_MOST {
        return WordSpeakers::default();
    }
    let mut result = WordSpeakers::default();
    for (one, other) in equal_pairs(&said, &heard) {
        let expected = mapping.iter().find(|(name, _)| name == said[one].2);
        result.compared += 1;
        let found = heard[other].2;
        result.right += usize::from(expected.and_then(|(_, to)| to.as_deref()) == Some(found));
    }
    result
}

/// Start of a word, seconds; the word; its speaker.
type TimedWord<'a> = (f64, String, &'a str);

fn in_order<'a>(turns: impl Iterator<Item = Vec<TimedWord<'a>>>) -> Vec<TimedWord<'a>> {
    let mut words: Vec<TimedWord<'a>> = turns.flatten().collect();
    words.sort_by(|left, right| left.0.total_cmp(&right.0));
    words
}

/// The pairs of equal words in the alignment with the most pairs. A substitution costs as much as a
/// deletion and an insertion, so that no pair is lost to a shorter path.
fn equal_pairs(said: &[TimedWord<'_>], heard: &[TimedWord<'_>]) -> Vec<(usize, usize)> {
    let width = heard.len() + 1;
    let mut costs = vec![0_u32; (said.len() + 1) * width];
    for row in 0..=said.len() {
        for column in 0..=heard.len() {
            costs[row * width + column] = match (row, column) {
                (0, column) => column as u32,
                (row, 0) => row as u32,
                (row, column) => {
                    let differs = 2 * u32::from(said[row - 1].1 != heard[column - 1].1);
                    (costs[(row - 1) * width + column - 1] + differs)
                        .min(costs[(row - 1) * width + column] + 1)
                        .min(costs[row * width + column - 1] + 1)
                }
            };
        }
    }
    let (mut row, mut column) = (said.len(), heard.len());
    let mut pairs = Vec::new();
    while row > 0 && column > 0 {
        let cost = costs[row * width + column];
        let differs = said[row - 1].1 != heard[column - 1].1;
        if cost == costs[(row - 1) * width + column - 1] + 2 * u32::from(differs) {
            (row, column) = (row - 1, column - 1);
            if !differs {
                pairs.push((row, column));
            }
        } else if cost == costs[(row - 1) * width + column] + 1 {
            row -= 1;
        } else {
            column -= 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(all: &[(&str, Role)]) -> Vec<TimedWord<'static>> {
        all.iter()
            .enumerate()
            .map(|(place, (word, role))| (place as f64, (*word).to_owned(), role.name()))
            .collect()
    }

    #[test]
    fn equal_words_are_paired_around_what_was_misheard() {
        let said = words(&[("да", Role::Client), ("слушаю", Role::Client), ("вас", Role::Client)]);
        let heard = words(&[("ну", Role::Client), ("да", Role::Client), ("вас", Role::Agent)]);
        let mut pairs = equal_pairs(&said, &heard);
        pairs.sort_unstable();
        assert_eq!(pairs, [(0, 1), (2, 2)]);
        assert!(equal_pairs(&said, &[]).is_empty());
    }

    /// Two speakers without roles, with turns that do or do not name them.
    fn check(unknown_speakers: [Option<&str>; 2], expected: &[(&str, f64, f64)]) {
        let unknown = vec![Span::new(1.0, 2.0), Span::new(3.0, 4.0), Span::new(4.5, 5.0)];
        let activity = Activity { unknown, ..Activity::default() };
        let turn = |((start_s, end_s), name): ((f64, f64), Option<&str>)| Turn {
            unknown_speaker: name.map(str::to_owned),
            ..Turn::new(Role::Unknown, start_s, end_s, "".into(), "ru".to_owned(), vec![])
        };
        let turns: Vec<Turn> = [(1.0, 2.0), (3.0, 5.0)].into_iter().zip(unknown_speakers).map(turn).collect();
        let found = found_segments(&turns, &activity);
        let found: Vec<(&str, f64, f64)> = found
            .iter()
            .map(|segment| (segment.speaker.as_str(), segment.span.start_s, segment.span.end_s))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn speakers_without_a_role_are_kept_apart() {
        check([None, None], &[("unknown", 1.0, 2.0), ("unknown", 3.0, 4.0), ("unknown", 4.5, 5.0)]);
        check(
            [Some("voice_1"), Some("voice_2")],
            &[("voice_1", 1.0, 2.0), ("voice_2", 3.0, 4.0), ("voice_2", 4.5, 5.0)],
        );
    }
}
