//! The speakers of a shared channel as an imported transcript declares them.
//!
//! Declared speakers are taken as they are. A word without one gets the role of the diarized voice
//! at its time, if most of that voice's words have one declared role.

use etalon_call::{Role, Span, Word};
use etalon_diarize::{Diarization, SpeakerSegment};

/// Who speaks when on a channel, and which role each has.
#[derive(Debug, Clone, PartialEq)]
pub struct DeclaredSpeakers {
    /// When each speaker speaks.
    pub diarization: Diarization,
    /// The role of each.
    pub roles: Vec<Role>,
    /// For each word the index of its speaker.
    pub speaker_of_words: Vec<usize>,
    /// The share of the speech, 0 to 1, in which two diarized voices agree with the declared
    /// speakers; none unless exactly two were diarized and declared.
    pub agreement: Option<f64>,
}

/// The speakers of a channel from the declared roles of its words.
///
/// `regions` are the channel's speech, sorted and disjoint; `words` lie in them in order of time,
/// and `declared` has a role for each. None if no role is declared.
pub fn declared_speakers(
    regions: &[Span],
    words: &[Word],
    declared: &[Role],
    heard: Option<&Diarization>,
) -> Option<DeclaredSpeakers> {
    if declared.iter().all(|role| *role == Role::Unknown) {
        return None;
    }
    let by_voice = heard.map(|voices| roles_of_voices(voices, words, declared)).unwrap_or_default();
    let role_at = |time_s: f64| {
        let voice = heard.and_then(|voices| voices.speaker_at(time_s))?;
        by_voice.get(voice).copied()
    };
    let spoken: Vec<(Span, Role)> = words
        .iter()
        .zip(declared)
        .map(|(word, role)| {
            let span = Span { start_s: word.start_s, end_s: word.end_s };
            let role = if *role == Role::Unknown { role_at(middle_s(span)).unwrap_or(*role) } else { *role };
            (span, role)
        })
        .collect();
    let mut roles: Vec<Role> = Vec::new();
    let mut segments = Vec::new();
    for region in regions {
        for (span, role) in pieces(*region, &spoken, &role_at) {
            let known = roles.iter().position(|known| *known == role);
            let speaker = known.unwrap_or_else(|| {
                roles.push(role);
                roles.len() - 1
            });
            segments.push(SpeakerSegment { span, speaker });
        }
    }
    let diarization = Diarization { speakers: roles.len(), segments, difference: None };
    let speaker_of = |(span, role): &(Span, Role)| {
        let declared = roles.iter().position(|known| known == role);
        declared.or_else(|| diarization.speaker_at(middle_s(*span))).unwrap_or_default()
    };
    let speaker_of_words = spoken.iter().map(speaker_of).collect();
    let agreement = heard.and_then(|heard| agreement(heard, &diarization));
    Some(DeclaredSpeakers { diarization, roles, speaker_of_words, agreement })
}

/// The declared role of most of each voice's words.
fn roles_of_voices(voices: &Diarization, words: &[Word], declared: &[Role]) -> Vec<Role> {
    let mut said_s = vec![[0.0; 2]; voices.speakers];
    for (word, role) in words.iter().zip(declared) {
        let voice = voices.speaker_at(f64::midpoint(word.start_s, word.end_s));
        if let Some(said_s) = voice.and_then(|voice| said_s.get_mut(voice)) {
            match role {
                Role::Agent => said_s[0] += word.end_s - word.start_s,
                Role::Client => said_s[1] += word.end_s - word.start_s,
                Role::Unknown => {}
            }
        }
    }
    let mostly = |[agent, client]: &[f64; 2]| {
        if agent > client {
            Role::Agent
        } else if client > agent {
            Role::Client
        } else {
            Role::Unknown
        }
    };
    said_s.iter().map(mostly).collect()
}

/// Cuts a region where the role changes, in the middle between the words.
fn pieces(region: Span, spoken: &[(Span, Role)], role_at: &dyn Fn(f64) -> Option<Role>) -> Vec<(Span, Role)> {
    let first = spoken.partition_point(|(word, _)| middle_s(*word) < region.start_s);
    let inside = spoken[first..].iter().take_while(|(word, _)| middle_s(*word) <= region.end_s);
    let inside: Vec<&(Span, Role)> = inside.collect();
    let mut pieces: Vec<(Span, Role)> = Vec::new();
    for run in inside.chunk_by(|left, right| left.1 == right.1) {
        if let (Some((before, _)), Some((first, _))) = (pieces.last_mut(), run.first()) {
            before.end_s = f64::midpoint(before.end_s, first.start_s);
        }
        let start_s = pieces.last().map_or(region.start_s, |(before, _)| before.end_s);
        if let Some((last, role)) = run.last() {
            pieces.push((Span { start_s, end_s: last.end_s }, *role));
        }
    }
    if let Some((last, _)) = pieces.last_mut() {
        last.end_s = region.end_s;
    } else {
        let role = role_at(middle_s(region)).unwrap_or_else(|| nearest(region, spoken));
        pieces.push((region, role));
    }
    pieces
}

/// The role of the word nearest to a region without words.
fn nearest(region: Span, spoken: &[(Span, Role)]) -> Role {
    let distance_s = |word: Span| (word.start_s - region.end_s).max(region.start_s - word.end_s);
    spoken
        .iter()
        .min_by(|left, right| distance_s(left.0).total_cmp(&distance_s(right.0)))
        .map_or(Role::Unknown, |(_, role)| *role)
}

fn agreement(heard: &Diarization, declared: &Diarization) -> Option<f64> {
    if heard.speakers != 2 || declared.speakers != 2 {
        return None;
    }
    let (mut same_s, mut swapped_s) = (0.0, 0.0);
    for one in &heard.segments {
        for other in &declared.segments {
            let shared_s = one.span.end_s.min(other.span.end_s) - one.span.start_s.max(other.span.start_s);
            if shared_s > 0.0 {
                *if one.speaker == other.speaker { &mut same_s } else { &mut swapped_s } += shared_s;
            }
        }
    }
    let all_s: f64 = same_s + swapped_s;
    (all_s > 0.0).then(|| same_s.max(swapped_s) / all_s)
}

fn middle_s(span: Span) -> f64 {
    f64::midpoint(span.start_s, span.end_s)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Role::{Agent, Client, Unknown};

    /// One word of 0.4 s every half second; each letter is a word of the agent, the client or an
    /// undeclared speaker.
    fn check(
        regions: &[[f64; 2]],
        said: &str,
        heard: Option<&Diarization>,
        expected: Option<&[([f64; 2], Role)]>,
    ) {
        let regions: Vec<Span> = regions.iter().copied().map(Span::from).collect();
        let role = |letter| match letter {
            'a' => Agent,
            'c' => Client,
            _ => Unknown,
        };
        let declared: Vec<Role> = said.chars().filter(|letter| *letter != ' ').map(role).collect();
        let times = (0..).map(|place| 0.5 * f64::from(place)).zip(said.chars());
        let times = times.filter(|(_, letter)| *letter != ' ').map(|(start_s, _)| start_s);
        let words: Vec<Word> = times.map(|start_s| Word::new("слово", start_s, start_s + 0.4, 1.0)).collect();
        let found = declared_speakers(&regions, &words, &declared, heard);
        let pieces: Option<Vec<([f64; 2], Role)>> = found.map(|found| {
            let piece = |segment: &SpeakerSegment| {
                let rounded = Span::new(segment.span.start_s, segment.span.end_s);
                ([rounded.start_s, rounded.end_s], found.roles[segment.speaker])
            };
            found.diarization.segments.iter().map(piece).collect()
        });
        assert_eq!(pieces.as_deref(), expected, "{said}");
    }

    fn voices(spans: &[([f64; 2], usize)]) -> Diarization {
        let segment =
            |(span, speaker): &([f64; 2], usize)| SpeakerSegment { span: (*span).into(), speaker: *speaker };
        Diarization { speakers: 2, segments: spans.iter().map(segment).collect(), difference: None }
    }

    #[test]
    fn names_cut_the_speech_and_give_the_roles() {
        let once = [[0.0, 3.0]];
        check(&once, "aaaccc", None, Some(&[([0.0, 1.45], Agent), ([1.45, 3.0], Client)]));
        check(&once, "cc", None, Some(&[([0.0, 3.0], Client)]));
        check(&once, "??", None, None);
        check(&[], "", None, None);
        // A region without words belongs to the nearest speaker; a name without a role is a third
        // speaker.
        let twice = [[0.0, 1.0], [1.5, 2.0], [4.0, 5.0]];
        check(
            &twice,
            "aa      ??",
            None,
            Some(&[([0.0, 1.0], Agent), ([1.5, 2.0], Agent), ([4.0, 5.0], Unknown)]),
        );
    }

    #[test]
    fn words_without_a_name_follow_the_voice_that_is_heard() {
        let regions = [[0.0, 2.0], [3.0, 5.0], [6.0, 7.0]];
        let heard = voices(&[([0.0, 2.0], 0), ([3.0, 5.0], 1), ([6.0, 7.0], 0)]);
        check(
            &regions,
            "aaaa  cc??  ??",
            Some(&heard),
            Some(&[([0.0, 2.0], Agent), ([3.0, 5.0], Client), ([6.0, 7.0], Agent)]),
        );
    }

    #[test]
    fn how_far_voices_and_names_agree_is_known() {
        let regions = [Span::from([0.0, 4.0])];
        let words = [Word::new("а", 0.0, 1.0, 1.0), Word::new("б", 3.0, 4.0, 1.0)];
        let heard = voices(&[([0.0, 1.0], 0), ([1.0, 4.0], 1)]);
        let declared = declared_speakers(&regions, &words, &[Client, Agent], Some(&heard));
        assert_eq!(declared.and_then(|declared| declared.agreement), Some(0.75));
        let alone = declared_speakers(&regions, &words, &[Client, Client], Some(&heard));
        assert_eq!(alone.and_then(|declared| declared.agreement), None);
    }
}
