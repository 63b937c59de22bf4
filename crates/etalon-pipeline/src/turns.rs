//! What a transcript says of each turn beside its words: its language, and what was removed from
//! it.

use etalon_asr::SpeakerTranscript;
use etalon_call::{RemovedWords, Span, Turn};

/// Gives each turn the language in which its speaker was transcribed there, and marks the words
/// that were removed from it because nobody said them.
///
/// `speaker_of` is the number of a turn's speaker in `transcripts`.
pub(crate) fn take_transcripts(
    turns: &mut [Turn],
    speaker_of: impl Fn(&Turn) -> Option<usize>,
    transcripts: &[&SpeakerTranscript],
) {
    for turn in turns.iter_mut() {
        let transcript = speaker_of(turn).and_then(|speaker| transcripts.get(speaker));
        let span = Span { start_s: turn.start_s, end_s: turn.end_s };
        if let Some(language) = transcript.and_then(|transcript| transcript.language_in(span)) {
            language.clone_into(&mut turn.language);
        }
    }
    for (speaker, transcript) in transcripts.iter().enumerate() {
        for removed in &transcript.removed {
            let of_speaker = turns.iter_mut().filter(|turn| speaker_of(turn) == Some(speaker));
            let nearest = of_speaker
                .min_by(|one, other| distance_s(one, removed).total_cmp(&distance_s(other, removed)));
            if let Some(turn) = nearest {
                turn.removed.push(removed.clone());
            }
        }
    }
}

/// How far the middle of removed words lies outside of a turn, seconds; 0 inside.
fn distance_s(turn: &Turn, removed: &RemovedWords) -> f64 {
    let middle_s = f64::midpoint(removed.start_s, removed.end_s);
    (turn.start_s - middle_s).max(middle_s - turn.end_s).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use etalon_asr::LanguageSpan;
    use etalon_call::{RemovalReason, Role};

    fn turn(speaker: Role, [start_s, end_s]: [f64; 2]) -> Turn {
        Turn::new(speaker, start_s, end_s, "".into(), "ru".to_owned(), Vec::new())
    }

    fn transcript(language: &str, removed: &[[f64; 2]]) -> SpeakerTranscript {
        let removed_words = |&[start_s, end_s]: &[f64; 2]| RemovedWords {
            reason: RemovalReason::Repeated,
            words: 3,
            start_s,
            end_s,
        };
        SpeakerTranscript {
            languages: vec![LanguageSpan { span: Span::new(0.0, 100.0), language: language.to_owned() }],
            removed: removed.iter().map(removed_words).collect(),
            ..SpeakerTranscript::default()
        }
    }

    /// The agent is the first speaker, the client the second.
    fn check(removed: [&[[f64; 2]]; 2], expected: [&[f64]; 3]) {
        let mut turns =
            [turn(Role::Agent, [1.0, 5.0]), turn(Role::Client, [4.5, 9.0]), turn(Role::Agent, [10.0, 12.0])];
        let transcripts = [transcript("ru", removed[0]), transcript("kk", removed[1])];
        take_transcripts(
            &mut turns,
            |turn| Some(usize::from(turn.speaker == Role::Client)),
            &transcripts.each_ref(),
        );
        let marks: Vec<Vec<f64>> =
            turns.iter().map(|turn| turn.removed.iter().map(|removed| removed.start_s).collect()).collect();
        assert_eq!(marks, expected, "{removed:?}");
        assert_eq!(turns.each_ref().map(|turn| turn.language.as_str()), ["ru", "kk", "ru"]);
    }

    #[test]
    fn removed_words_are_marked_in_their_turn() {
        check([&[], &[]], [&[], &[], &[]]);
        check([&[[4.6, 4.9]], &[]], [&[4.6], &[], &[]]);
        check([&[], &[[4.6, 4.9]]], [&[], &[4.6], &[]]);
        // Several in one turn stay in order; one between two turns goes with the nearer one.
        check([&[[10.1, 10.4], [11.0, 11.2]], &[]], [&[], &[], &[10.1, 11.0]]);
        check([&[[5.2, 5.6], [9.0, 9.8]], &[[9.5, 9.9]]], [&[5.2], &[9.5], &[9.0]]);
    }
}
