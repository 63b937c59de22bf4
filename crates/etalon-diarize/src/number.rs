//! How many people the voices of a channel are.
//!
//! One person's windows can be split in two as well as two people's, and the similarity of the
//! halves alone doesn't tell which it is: the less somebody has said, the less alike are the
//! halves. The logarithm of the odds that two groups are two people is taken to be linear in their
//! similarity and in the logarithm of the time for which the briefer is heard (logistic
//! regression). Its numbers are learnt from recordings of people, with one speaker and with two
//! (`benches/speakers/README.md`).

use crate::cluster::{
    agglomerate, best_of_size, chosen, highest_similarity, members, nearest, with_groups_where_they_belong,
};
use crate::frames::Frame;
use crate::settings::VoiceSettings;
use etalon_voice::Embedding;

/// Log odds that two groups are two people when they are not alike at all and the briefer is heard
/// for a second.
const UNLIKE_LOG_ODDS: f64 = 5.5;

/// What similarity takes from that, for each unit of the cosine.
pub(crate) const SIMILARITY_WEIGHT: f64 = 16.0;

/// What time adds, for each unit of its natural logarithm in seconds.
const TIME_WEIGHT: f64 = 1.9;

/// A briefer time than this tells nothing more, seconds.
const TIME_MIN_S: f64 = 0.1;

/// A longer time than this adds nothing, seconds.
const TIME_MAX_S: f64 = 60.0;

/// The odds are never higher than this.
const LOG_ODDS_AT_MOST: f64 = 8.0;

/// A further voice that is so much louder than the one that it was taken for is that voice raised,
/// dB: somebody shouts.
const RAISED_DB: f64 = 6.0;

/// How two voices of a channel differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// How much they are alike, -1 to 1.
    pub similarity: f64,
    /// For how long the briefer one is heard, seconds.
    pub briefer_s: f64,
}

impl Difference {
    /// The logarithm of the odds that they are two people, by what they sound like, -8 to 8.
    pub fn log_odds(&self) -> f64 {
        let time = (TIME_MIN_S + self.briefer_s).min(TIME_MAX_S).ln();
        (UNLIKE_LOG_ODDS - SIMILARITY_WEIGHT * self.similarity + TIME_WEIGHT * time)
            .clamp(-LOG_ODDS_AT_MOST, LOG_ODDS_AT_MOST)
    }
}

/// The voices of a channel.
#[derive(Debug, Default)]
pub(crate) struct Voices {
    /// The mean of each.
    pub(crate) means: Vec<Embedding>,
    /// How those two differ that are least surely two people; none with fewer than two, and where
    /// their number was told.
    pub(crate) difference: Option<Difference>,
}

/// The voices in `speech_s` seconds of speech, of which the frames are all or an even share.
pub(crate) fn voices(frames: &[&Frame], speech_s: f64, settings: &VoiceSettings) -> Voices {
    let windows = chosen(frames, settings);
    let items: Vec<&Embedding> = windows.iter().filter_map(|frame| frame.voice.as_ref()).collect();
    let groups = agglomerate(&items);
    let means: Vec<Embedding> = groups
        .iter()
        .filter_map(|group| Embedding::between(group.iter().map(|&item| (items[item], 1.0))))
        .collect();
    let mut found = match settings.speakers {
        Some(count) => Voices { means: best_of_size(&means, &items, count), difference: None },
        None => as_many_as_are_heard(&means, &windows, speech_s, settings),
    };
    if highest_similarity(&found.means)
        .is_some_and(|similarity| similarity <= settings.unlike_voices_max_similarity)
    {
        found.means = with_groups_where_they_belong(&found.means, &groups, &items);
    }
    found
}

/// One voice, two that may be two people, or more where each further one surely is somebody else.
fn as_many_as_are_heard(
    groups: &[Embedding],
    windows: &[&Frame],
    speech_s: f64,
    settings: &VoiceSettings,
) -> Voices {
    let items: Vec<&Embedding> = windows.iter().filter_map(|frame| frame.voice.as_ref()).collect();
    let item_s = speech_s / items.len().max(1) as f64;
    let mut found = Voices { means: best_of_size(groups, &items, 1), difference: None };
    while found.means.len() < groups.len() {
        let more = best_of_size(groups, &items, found.means.len() + 1);
        let times_s: Vec<f64> = members(&more, &items).iter().map(|own| own.len() as f64 * item_s).collect();
        let Some(difference) = least_difference(&more, &times_s).filter(|_| more.len() > found.means.len())
        else {
            break;
        };
        let is_voice = match found.difference {
            None => difference.log_odds() >= settings.second_voice_min_log_odds,
            // Who may be one person is not looked for a third.
            Some(before) => {
                before.log_odds().min(difference.log_odds()) >= settings.third_voice_min_log_odds
                    && !is_raised(&found.means, &more, windows)
            }
        };
        if !is_voice {
            break;
        }
        found = Voices { means: more, difference: Some(difference) };
    }
    found
}

/// How those two voices differ that are least surely two people; none of fewer than two.
fn least_difference(voices: &[Embedding], times_s: &[f64]) -> Option<Difference> {
    let pairs = (0..voices.len()).flat_map(|first| (0..first).map(move |second| (first, second)));
    pairs
        .map(|(first, second)| Difference {
            similarity: f64::from(voices[first].similarity(&voices[second])),
            briefer_s: times_s[first].min(times_s[second]),
        })
        .min_by(|left, right| left.log_odds().total_cmp(&right.log_odds()))
}

/// Whether the voice that `more` has beyond `voices` is theirs, raised. People who shout sound like
/// somebody else.
fn is_raised(voices: &[Embedding], more: &[Embedding], windows: &[&Frame]) -> bool {
    let alike = |voice: &Embedding| voices.iter().map(|other| other.similarity(voice)).fold(-1.0, f32::max);
    let Some(new) =
        (0..more.len()).min_by(|&left, &right| alike(&more[left]).total_cmp(&alike(&more[right])))
    else {
        return false;
    };
    // For each voice the energy and the number of the windows that it loses, and of those that it
    // keeps.
    let (mut lost, mut kept) = (vec![(0.0, 0.0); voices.len()], vec![(0.0, 0.0); voices.len()]);
    for window in windows {
        let Some(voice) = &window.voice else { continue };
        let sums = if nearest(more, voice) == Some(new) { &mut lost } else { &mut kept };
        if let Some(sum) = nearest(voices, voice).and_then(|before| sums.get_mut(before)) {
            *sum = (sum.0 + window.power, sum.1 + 1.0);
        }
    }
    let level_db = |(energy, count): (f64, f64)| 10.0 * (energy / count).log10();
    let both = lost.iter().zip(&kept).filter(|(lost, kept)| lost.0 > 0.0 && kept.0 > 0.0);
    let raised_db =
        both.clone().map(|(&lost, &kept)| lost.1 * (level_db(lost) - level_db(kept))).sum::<f64>();
    raised_db >= RAISED_DB * both.map(|(lost, _)| lost.1).sum::<f64>().max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::{axes, frames};

    /// Voices of so many windows each, in order; a voice is a direction and how far its windows
    /// stray from it into directions that all have in common, as sounds of speech do.
    fn heard(counts: &[usize], stray: f32) -> Voices {
        let axes = axes(counts.len() + 12);
        let (own, common) = axes.split_at(counts.len());
        let windows = counts.iter().zip(own).flat_map(|(&count, voice)| {
            (0..count).map(move |window| {
                let sound = |place: usize| (&common[place % common.len()], stray);
                // Each sound lasts for ten windows, as long as a window is in frames.
                Embedding::between([(voice, 1.0), sound(window / 10), sound(window / 10 * 5 + 3)]).unwrap()
            })
        });
        let frames = frames(windows, &[]);
        let speech_s = 0.1 * frames.len() as f64;
        voices(&frames.iter().collect::<Vec<&Frame>>(), speech_s, &VoiceSettings::default())
    }

    fn check(counts: &[usize], stray: f32, surely: usize) {
        let heard = heard(counts, stray);
        let are_sure = heard.difference.is_none_or(|difference| difference.log_odds() > 0.0);
        let found = if are_sure { heard.means.len() } else { 1 };
        assert_eq!(found, surely, "{counts:?}, {stray}: {:?}", heard.difference);
    }

    #[test]
    fn one_voice_is_one_whatever_it_says_and_two_to_five_are_counted() {
        for stray in [0.2, 0.5] {
            check(&[300], stray, 1);
            check(&[1_200], stray, 1);
            check(&[300, 300], stray, 2);
            check(&[400, 60], stray, 2);
            check(&[300, 200, 100], stray, 3);
            check(&[300, 200, 200, 150, 100], stray, 5);
        }
    }

    #[test]
    fn the_briefer_a_voice_is_the_less_alike_it_must_be() {
        for (similarity, briefer_s, are_two) in [
            (0.3, 2.0, true),
            (0.5, 2.0, false),
            (0.5, 6.0, true),
            (0.7, 6.0, false),
            (0.7, 40.0, true),
            (0.85, 40.0, false),
            (0.85, 4_000.0, false),
        ] {
            assert_eq!(
                Difference { similarity, briefer_s }.log_odds() > 0.0,
                are_two,
                "{similarity}, {briefer_s} s"
            );
        }
        let most = Difference { similarity: -1.0, briefer_s: f64::MAX }.log_odds();
        assert!((most - LOG_ODDS_AT_MOST).abs() < 1e-9);
        assert!(Difference { similarity: 1.0, briefer_s: 0.0 }.log_odds().is_finite());
    }
}
