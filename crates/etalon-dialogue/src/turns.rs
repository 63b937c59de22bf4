//! Turns: the speech of one side until it stops or the other side takes over.

use crate::backchannel::is_backchannel;
use crate::settings::DialogueSettings;
use crate::track::{SpeakerTrack, Utterance, are_mixed, in_order, utterances};
use etalon_call::{Role, Turn, Word};

/// The turns of all tracks as spans of speech, in order of start time.
pub(crate) fn turn_spans(tracks: &[SpeakerTrack<'_>], settings: &DialogueSettings) -> Vec<Utterance> {
    if are_mixed(tracks) {
        // The other side may have begun in any pause, so a turn ends where an utterance does.
        return utterances(tracks, settings.utterance_gap_s);
    }
    let regions = utterances(tracks, 0.0);
    let starts = Starts::of(&regions, tracks, settings);
    let mut turns: Vec<Utterance> = Vec::new();
    for track in 0..tracks.len() {
        let first = turns.len();
        for &next in regions.iter().filter(|region| region.track == track) {
            match turns[first..].last_mut() {
                Some(turn) if starts.goes_on(turn, &next, settings) => turn.span.end_s = next.span.end_s,
                _ => turns.push(next),
            }
        }
    }
    in_order(&mut turns);
    turns
}

/// When each track begins to speak: bids for the floor and backchannels.
struct Starts {
    bids: Vec<(f64, usize)>,
    backchannels: Vec<(f64, usize)>,
}

impl Starts {
    fn of(regions: &[Utterance], tracks: &[SpeakerTrack<'_>], settings: &DialogueSettings) -> Self {
        let backchannels: Vec<Utterance> = utterances(tracks, settings.utterance_gap_s)
            .into_iter()
            .filter(|utterance| is_backchannel(utterance, tracks, settings))
            .collect();
        let is_bid = |region: &&Utterance| !backchannels.iter().any(|listening| listening.contains(region));
        let start = |one: &Utterance| (one.span.start_s, one.track);
        Self {
            bids: regions.iter().filter(is_bid).map(start).collect(),
            backchannels: backchannels.iter().map(start).collect(),
        }
    }

    /// Whether `next` continues `turn`: the pause is short and nobody else began in it.
    fn goes_on(&self, turn: &Utterance, next: &Utterance, settings: &DialogueSettings) -> bool {
        let pause = turn.span.end_s..next.span.start_s;
        let pause_s = pause.end - pause.start;
        let begins = |starts: &[(f64, usize)]| {
            let from = starts.partition_point(|&(start_s, _)| start_s < pause.start);
            starts[from..]
                .iter()
                .take_while(|&&(start_s, _)| start_s < pause.end)
                .any(|&(_, track)| track != turn.track)
        };
        let longest_s = if begins(&self.backchannels) {
            settings.turn_gap_across_backchannel_s
        } else {
            settings.turn_gap_s
        };
        pause_s < longest_s && !begins(&self.bids)
    }
}

/// Makes turns of the spans and adds their words.
pub(crate) fn with_words(spans: &[Utterance], tracks: &[SpeakerTrack<'_>]) -> Vec<Turn> {
    let mut words: Vec<Vec<Word>> = vec![Vec::new(); spans.len()];
    for (index, track) in tracks.iter().enumerate() {
        let turns: Vec<usize> = (0..spans.len()).filter(|&turn| spans[turn].track == index).collect();
        let mut at = 0;
        for word in track.words.unwrap_or_default() {
            let middle_s = f64::midpoint(word.start_s, word.end_s);
            // Words are sorted, so the nearest turn is this one or a later one.
            while at + 1 < turns.len()
                && distance_s(&spans[turns[at + 1]], middle_s) <= distance_s(&spans[turns[at]], middle_s)
            {
                at += 1;
            }
            if let Some(&turn) = turns.get(at) {
                words[turn].push(word.clone());
            }
        }
    }
    spans.iter().zip(words).map(|(turn, words)| make_turn(turn, tracks, words)).collect()
}

fn make_turn(turn: &Utterance, tracks: &[SpeakerTrack<'_>], words: Vec<Word>) -> Turn {
    let track = &tracks[turn.track];
    let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    let is_ambiguous = track.role == Role::Unknown && track.shares_role(tracks);
    Turn {
        unknown_speaker: is_ambiguous.then(|| track.name.to_owned()),
        ..Turn::new(
            track.role,
            turn.span.start_s,
            turn.span.end_s,
            text.into(),
            track.language.to_owned(),
            words,
        )
    }
}

/// Distance of a time from a turn, seconds; 0 inside.
fn distance_s(turn: &Utterance, time_s: f64) -> f64 {
    (turn.span.start_s - time_s).max(time_s - turn.span.end_s).max(0.0)
}
