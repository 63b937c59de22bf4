//! Windows into voices: agglomerative clustering gives the first groups, refinement of their means
//! the voices.

use crate::frames::Frame;
use crate::settings::VoiceSettings;
use etalon_voice::Embedding;

/// At most so many windows are clustered; the others are given to the voices that these make.
const CLUSTERED_AT_MOST: usize = 400;

/// Time from one clustered window to the next, seconds.
const CLUSTERED_STEP_S: f64 = 0.25;

/// A window counts when it is this share of the whole length.
const LONG_SHARE: f64 = 0.66;

/// Groups that agglomeration leaves: more than there are voices, because it also finds noises and
/// unusual sounds.
const GROUPS: usize = 8;

/// Times that the means are refined.
const REFINEMENTS: usize = 10;

/// A voice must fill this share of the speech to be one of the first two.
const VOICE_MIN_SHARE: f64 = 0.02;

/// A group of this share of all windows pulls the mean of a voice to itself.
const PULLING_SHARE: f64 = 0.1;

/// The means of voices that are unlike, each made of whole groups.
///
/// Somebody who now speaks and now shouts makes two groups. Where the shouts are many they pull the
/// mean of the other voice to themselves, and are then most like it. So a group that is large
/// enough for that belongs to the voice whose largest group it is most like, for that holds what
/// the voice mostly sounds like, and neither shouts nor two who speak at once.
pub(crate) fn with_groups_where_they_belong(
    voices: &[Embedding],
    groups: &[Vec<usize>],
    items: &[&Embedding],
) -> Vec<Embedding> {
    let mean = |members: &mut dyn Iterator<Item = &Vec<usize>>| {
        Embedding::between(members.flatten().map(|&item| (items[item], 1.0)))
    };
    let owners: Vec<usize> = groups.iter().map(|group| owner(group, voices, items)).collect();
    let largest = |voice: usize| {
        let own = groups.iter().zip(&owners).filter(|(_, owner)| **owner == voice);
        own.map(|(group, _)| group).max_by_key(|group| group.len())
    };
    let typical: Vec<Embedding> = voices
        .iter()
        .enumerate()
        .map(|(voice, whole)| mean(&mut largest(voice).into_iter()).unwrap_or_else(|| whole.clone()))
        .collect();
    let belongs: Vec<Option<usize>> = groups
        .iter()
        .zip(&owners)
        .map(|(group, &owner)| {
            if (group.len() as f64) < PULLING_SHARE * items.len() as f64 {
                return Some(owner);
            }
            mean(&mut std::iter::once(group)).and_then(|own| nearest(&typical, &own))
        })
        .collect();
    (0..voices.len())
        .map(|voice| {
            let own = groups.iter().zip(&belongs).filter(|(_, belongs)| **belongs == Some(voice));
            mean(&mut own.map(|(group, _)| group)).unwrap_or_else(|| voices[voice].clone())
        })
        .collect()
}

/// The voice that most items of a group are most like.
fn owner(group: &[usize], voices: &[Embedding], items: &[&Embedding]) -> usize {
    let mut counts = vec![0_usize; voices.len()];
    for voice in group.iter().filter_map(|&item| nearest(voices, items[item])) {
        counts[voice] += 1;
    }
    (0..counts.len())
        .max_by(|&left, &right| counts[left].cmp(&counts[right]).then(right.cmp(&left)))
        .unwrap_or(0)
}

/// The windows that are clustered, evenly from the whole call; short ones only where there are no
/// others.
pub(crate) fn chosen<'a>(frames: &[&'a Frame], settings: &VoiceSettings) -> Vec<&'a Frame> {
    let stride = ((CLUSTERED_STEP_S / settings.step_s).round() as usize).max(1);
    let thinned = |frames: Vec<&'a Frame>| -> Vec<&'a Frame> {
        let heard: Vec<&Frame> =
            frames.into_iter().step_by(stride).filter(|frame| frame.voice.is_some()).collect();
        let count = heard.len().min(CLUSTERED_AT_MOST);
        (0..count).map(|place| heard[place * heard.len() / count]).collect()
    };
    let long = |frame: &&'a Frame| frame.window_s >= LONG_SHARE * settings.window_s;
    let chosen = thinned(frames.iter().copied().filter(long).collect());
    if chosen.len() >= 2 * GROUPS { chosen } else { thinned(frames.to_vec()) }
}

/// A few groups of items: average linkage (Sokal and Michener 1958).
pub(crate) fn agglomerate(items: &[&Embedding]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = (0..items.len()).map(|item| vec![item]).collect();
    let mut similarity: Vec<Vec<f32>> =
        items.iter().map(|one| items.iter().map(|other| one.similarity(other)).collect()).collect();
    let mut nearest: Vec<usize> = (0..items.len()).map(|group| nearest_group(&similarity, group)).collect();
    while groups.len() > GROUPS {
        let highest = |&left: &usize, &right: &usize| {
            similarity[left][nearest[left]]
                .total_cmp(&similarity[right][nearest[right]])
                .then(right.cmp(&left))
        };
        let Some(one) = (0..groups.len()).max_by(highest) else { break };
        let (first, second) = (one.min(nearest[one]), one.max(nearest[one]));
        let (left, right) = (groups[first].len() as f32, groups[second].len() as f32);
        let joined: Vec<f32> = similarity[first]
            .iter()
            .zip(&similarity[second])
            .map(|(one, two)| (left * one + right * two) / (left + right))
            .collect();
        for (row, value) in similarity.iter_mut().zip(&joined) {
            row[first] = *value;
        }
        similarity[first] = joined;
        let moved = groups.swap_remove(second);
        groups[first].extend(moved);
        similarity.swap_remove(second);
        for row in &mut similarity {
            row.swap_remove(second);
        }
        let last = groups.len();
        nearest.swap_remove(second);
        for group in 0..groups.len() {
            if group == first || group == second || [first, second, last].contains(&nearest[group]) {
                nearest[group] = nearest_group(&similarity, group);
            } else if similarity[group][first] > similarity[group][nearest[group]] {
                nearest[group] = first;
            }
        }
    }
    groups
}

/// The group most alike to a group, other than itself.
fn nearest_group(similarity: &[Vec<f32>], group: usize) -> usize {
    let row = &similarity[group];
    (0..row.len())
        .filter(|&other| other != group)
        .max_by(|&left, &right| row[left].total_cmp(&row[right]).then(right.cmp(&left)))
        .unwrap_or(group)
}

/// So many voices: of every choice of groups to begin with the one whose refined means the items
/// are most alike.
pub(crate) fn best_of_size(groups: &[Embedding], items: &[&Embedding], count: usize) -> Vec<Embedding> {
    let mut best: (f32, Vec<Embedding>) = (f32::NEG_INFINITY, Vec::new());
    for seeds in combinations(groups.len(), count.clamp(1, groups.len().max(1))) {
        let means = refined(seeds.into_iter().map(|seed| groups[seed].clone()).collect(), items);
        let smallest = members(&means, items).iter().map(Vec::len).min().unwrap_or(0);
        let similarity: f32 = items
            .iter()
            .filter_map(|item| nearest(&means, item).map(|near| means[near].similarity(item)))
            .sum();
        let is_whole = smallest as f64 >= VOICE_MIN_SHARE * items.len() as f64;
        if is_whole && similarity > best.0 {
            best = (similarity, means);
        }
    }
    best.1
}

/// Every choice of `count` of the numbers below `size`.
fn combinations(size: usize, count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![vec![]];
    for _ in 0..count {
        all = all
            .into_iter()
            .flat_map(|chosen: Vec<usize>| {
                let from = chosen.last().map_or(0, |last| last + 1);
                (from..size).map(move |next| [chosen.as_slice(), &[next]].concat())
            })
            .collect();
    }
    all
}

/// The means of what is nearest to each mean, again and again (spherical k-means, Dhillon and Modha
/// 2001).
fn refined(mut means: Vec<Embedding>, items: &[&Embedding]) -> Vec<Embedding> {
    for _ in 0..REFINEMENTS {
        let next: Vec<Embedding> = members(&means, items)
            .into_iter()
            .filter_map(|members| Embedding::between(members.into_iter().map(|item| (item, 1.0))))
            .collect();
        if next == means {
            break;
        }
        means = next;
    }
    means
}

/// The items that are nearest to each mean.
pub(crate) fn members<'a>(means: &[Embedding], items: &[&'a Embedding]) -> Vec<Vec<&'a Embedding>> {
    let mut members = vec![Vec::new(); means.len()];
    for item in items {
        if let Some(nearest) = nearest(means, item) {
            members[nearest].push(*item);
        }
    }
    members
}

/// The highest similarity of two of the voices; none of fewer than two.
pub(crate) fn highest_similarity(voices: &[Embedding]) -> Option<f64> {
    let pairs = (0..voices.len()).flat_map(|first| (0..first).map(move |second| (first, second)));
    pairs.map(|(first, second)| f64::from(voices[first].similarity(&voices[second]))).reduce(f64::max)
}

/// The mean that a voice is most alike.
pub(crate) fn nearest(means: &[Embedding], voice: &Embedding) -> Option<usize> {
    (0..means.len()).max_by(|&left, &right| {
        means[left].similarity(voice).total_cmp(&means[right].similarity(voice)).then(right.cmp(&left))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::voices;
    use crate::settings::VoiceSettings;
    use crate::synthetic::{axes, frames};

    /// A calm voice, another one and shouts, of so many windows, among a few odd sounds.
    /// `similarity` is that of the shouts to the calm voice and to the other one; `owner` is the
    /// voice that they must go to.
    fn check(counts: [usize; 3], similarity: [f32; 2], owner: usize) {
        let axes = axes(8);
        let rest = (1.0 - similarity[0].powi(2) - similarity[1].powi(2)).sqrt();
        let shout =
            Embedding::between([(&axes[0], similarity[0]), (&axes[1], similarity[1]), (&axes[2], rest)])
                .unwrap();
        let heard = [&axes[0], &axes[1], &shout].into_iter().zip(counts);
        let odd = axes[3..].iter().map(|odd| (odd, 1));
        let windows = heard.chain(odd).flat_map(|(voice, count)| vec![voice.clone(); 3 * count]);
        let mut frames = frames(windows, &[]);
        let shouted = 3 * (counts[0] + counts[1])..3 * counts.iter().sum::<usize>();
        frames[shouted].iter_mut().for_each(|frame| frame.power = 16.0);
        let speech_s = 0.1 * frames.len() as f64;
        let found =
            voices(&frames.iter().collect::<Vec<&Frame>>(), speech_s, &VoiceSettings::default()).means;
        assert_eq!(found.len(), 2, "{counts:?}, {similarity:?}");
        let [calm, other, shouts] = [&axes[0], &axes[1], &shout].map(|voice| nearest(&found, voice).unwrap());
        assert_ne!(calm, other, "{counts:?}, {similarity:?}");
        assert_eq!(shouts, [calm, other][owner], "{counts:?}, {similarity:?}");
    }

    #[test]
    fn many_shouts_belong_to_the_voice_that_they_are_most_like() {
        check([57, 28, 23], [0.48, 0.41], 0);
        check([57, 28, 23], [0.41, 0.48], 1);
        check([57, 28, 5], [0.48, 0.41], 0);
        check([30, 50, 20], [0.41, 0.5], 1);
    }
}
