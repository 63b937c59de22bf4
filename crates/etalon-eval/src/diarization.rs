//! The diarization error rate: speech that was missed, false, or given to the wrong speaker.
//!
//! At every moment, with R true speakers, F found ones and C of them right under the best
//! one-to-one mapping of found to true speakers: missed is max(R − F, 0), false alarm max(F − R,
//! 0), confused min(R, F) − C; the rate is their integral over that of R. Boundaries have no
//! collar. This is what NIST's `md-eval` and `pyannote.metrics` compute; `scripts/dev bench
//! speakers` compares the latter with this one.

use etalon_call::{Span, round3};
use serde::Serialize;
use std::collections::BTreeSet;

/// A stretch of time in which one speaker speaks.
#[derive(Debug, Clone, PartialEq)]
pub struct SpeakerSegment {
    /// The time.
    pub span: Span,
    /// The speaker's name, in any naming scheme.
    pub speaker: String,
}

/// Whether times in which several people truly speak at once count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverlappedSpeech {
    /// They are counted: each speaker has to be found.
    Included,
    /// They are left out.
    Excluded,
}

/// Seconds of every kind of error.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct DiarizationErrors {
    /// True speech, seconds times speakers.
    pub speech_s: f64,
    /// True speech without a speaker.
    pub missed_s: f64,
    /// Found speech that is not true.
    pub false_alarm_s: f64,
    /// Speech with the wrong speaker.
    pub confused_s: f64,
}

impl DiarizationErrors {
    /// All errors over the true speech; none without true speech. Above 1 if false alarms prevail.
    pub fn rate(&self) -> Option<f64> {
        let errors_s = self.missed_s + self.false_alarm_s + self.confused_s;
        (self.speech_s > 0.0).then(|| round3(errors_s / self.speech_s))
    }

    /// The errors of several recordings together.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            speech_s: self.speech_s + other.speech_s,
            missed_s: self.missed_s + other.missed_s,
            false_alarm_s: self.false_alarm_s + other.false_alarm_s,
            confused_s: self.confused_s + other.confused_s,
        }
    }
}

/// The errors with their rate, rounded for files.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RatedDiarization {
    /// True speech, seconds.
    pub speech_s: f64,
    /// Missed speech, seconds.
    pub missed_s: f64,
    /// False alarms, seconds.
    pub false_alarm_s: f64,
    /// Confused speech, seconds.
    pub confused_s: f64,
    /// All errors over the true speech.
    pub rate: Option<f64>,
}

impl From<DiarizationErrors> for RatedDiarization {
    fn from(errors: DiarizationErrors) -> Self {
        Self {
            speech_s: round3(errors.speech_s),
            missed_s: round3(errors.missed_s),
            false_alarm_s: round3(errors.false_alarm_s),
            confused_s: round3(errors.confused_s),
            rate: errors.rate(),
        }
    }
}

/// Compares the found speakers with the true ones.
pub fn diarization_errors(
    truth: &[SpeakerSegment],
    found: &[SpeakerSegment],
    overlapped: OverlappedSpeech,
) -> DiarizationErrors {
    let moments = moments(truth, found);
    let counted = |moment: &&Moment| overlapped == OverlappedSpeech::Included || moment.truth.len() < 2;
    let (true_names, found_names) = (names(truth), names(found));
    let mut together_s = vec![vec![0.0; found_names.len()]; true_names.len()];
    for moment in moments.iter().filter(counted) {
        for &one in &moment.truth {
            for &other in &moment.found {
                together_s[one][other] += moment.length_s;
            }
        }
    }
    let mapping = best_mapping(&together_s);
    let mut errors = DiarizationErrors::default();
    for moment in moments.iter().filter(counted) {
        let (truth, found) = (moment.truth.len(), moment.found.len());
        let right =
            moment.truth.iter().filter(|&&one| mapping[one].is_some_and(|to| moment.found.contains(&to)));
        let confused = truth.min(found) - right.count();
        errors.speech_s += moment.length_s * truth as f64;
        errors.missed_s += moment.length_s * truth.saturating_sub(found) as f64;
        errors.false_alarm_s += moment.length_s * found.saturating_sub(truth) as f64;
        errors.confused_s += moment.length_s * confused as f64;
    }
    errors
}

/// For each true speaker, in order of name, the name of the found one that fits best.
pub fn speaker_mapping(truth: &[SpeakerSegment], found: &[SpeakerSegment]) -> Vec<(String, Option<String>)> {
    let (true_names, found_names) = (names(truth), names(found));
    let mut together_s = vec![vec![0.0; found_names.len()]; true_names.len()];
    for moment in moments(truth, found) {
        for &one in &moment.truth {
            for &other in &moment.found {
                together_s[one][other] += moment.length_s;
            }
        }
    }
    let mapping = best_mapping(&together_s);
    let found_name = |place: Option<usize>| place.map(|place| found_names[place].to_owned());
    true_names.iter().zip(mapping).map(|(name, to)| ((*name).to_owned(), found_name(to))).collect()
}

/// A stretch of time in which no speaker begins or stops.
struct Moment {
    length_s: f64,
    truth: BTreeSet<usize>,
    found: BTreeSet<usize>,
}

fn names(segments: &[SpeakerSegment]) -> Vec<&str> {
    let names: BTreeSet<&str> = segments.iter().map(|segment| segment.speaker.as_str()).collect();
    names.into_iter().collect()
}

fn moments(truth: &[SpeakerSegment], found: &[SpeakerSegment]) -> Vec<Moment> {
    let mut changes = changes(truth, true);
    changes.extend(self::changes(found, false));
    changes.sort_by(|left, right| left.time_s.total_cmp(&right.time_s));
    let mut speaking = [vec![0_i32; names(truth).len()], vec![0_i32; names(found).len()]];
    let mut moments = Vec::new();
    let mut last_s = f64::NEG_INFINITY;
    for change in changes {
        if change.time_s > last_s && last_s.is_finite() {
            let now = |who: &[i32]| (0..who.len()).filter(|&one| who[one] > 0).collect::<BTreeSet<_>>();
            moments.push(Moment {
                length_s: change.time_s - last_s,
                truth: now(&speaking[0]),
                found: now(&speaking[1]),
            });
        }
        last_s = change.time_s;
        speaking[usize::from(!change.is_true)][change.speaker] += change.step;
    }
    moments
}

struct Change {
    time_s: f64,
    is_true: bool,
    speaker: usize,
    step: i32,
}

fn changes(segments: &[SpeakerSegment], is_true: bool) -> Vec<Change> {
    let names = names(segments);
    let mut changes = Vec::with_capacity(2 * segments.len());
    for segment in segments.iter().filter(|segment| segment.span.duration_s() > 0.0) {
        let speaker = names.binary_search(&segment.speaker.as_str()).unwrap_or_default();
        changes.push(Change { time_s: segment.span.start_s, is_true, speaker, step: 1 });
        changes.push(Change { time_s: segment.span.end_s, is_true, speaker, step: -1 });
    }
    changes
}

/// The one-to-one mapping of rows to columns with the highest sum (Kuhn 1955, in the form with
/// potentials).
fn best_mapping(worth: &[Vec<f64>]) -> Vec<Option<usize>> {
    let (rows, columns) = (worth.len(), worth.first().map_or(0, Vec::len));
    let size = rows.max(columns);
    let cost = |row: usize, column: usize| {
        if row < rows && column < columns { -worth[row][column] } else { 0.0 }
    };
    // Row and column 0 are placeholders for no speaker.
    let (mut row_potential, mut column_potential) = (vec![0.0; size + 1], vec![0.0; size + 1]);
    let mut row_of = vec![0; size + 1];
    for row in 1..=size {
        row_of[0] = row;
        let mut column = 0;
        let mut lowest = vec![f64::INFINITY; size + 1];
        let mut way = vec![0; size + 1];
        let mut used = vec![false; size + 1];
        while row_of[column] != 0 {
            used[column] = true;
            let (from, mut delta, mut next) = (row_of[column], f64::INFINITY, 0);
            for to in 1..=size {
                if used[to] {
                    continue;
                }
                let reduced = cost(from - 1, to - 1) - row_potential[from] - column_potential[to];
                if reduced < lowest[to] {
                    (lowest[to], way[to]) = (reduced, column);
                }
                if lowest[to] < delta {
                    (delta, next) = (lowest[to], to);
                }
            }
            for to in 0..=size {
                if used[to] {
                    row_potential[row_of[to]] += delta;
                    column_potential[to] -= delta;
                } else {
                    lowest[to] -= delta;
                }
            }
            column = next;
        }
        while column != 0 {
            row_of[column] = row_of[way[column]];
            column = way[column];
        }
    }
    let mut mapping = vec![None; rows];
    for (column, row) in row_of[1..=columns].iter().enumerate() {
        if let Some(target) = mapping.get_mut(row - 1) {
            *target = Some(column);
        }
    }
    mapping
}

#[cfg(test)]
mod tests {
    use super::*;
    use OverlappedSpeech::{Excluded, Included};

    fn segments(all: &[(f64, f64, &str)]) -> Vec<SpeakerSegment> {
        all.iter()
            .map(|&(start_s, end_s, speaker)| SpeakerSegment {
                span: Span::new(start_s, end_s),
                speaker: speaker.to_owned(),
            })
            .collect()
    }

    fn check(
        truth: &[(f64, f64, &str)],
        found: &[(f64, f64, &str)],
        overlapped: OverlappedSpeech,
        [speech_s, missed_s, false_alarm_s, confused_s]: [f64; 4],
    ) {
        let errors = diarization_errors(&segments(truth), &segments(found), overlapped);
        let rated = RatedDiarization::from(errors);
        let milliseconds = |seconds: [f64; 4]| seconds.map(|seconds| (seconds * 1000.0).round() as i64);
        let found_numbers = [rated.speech_s, rated.missed_s, rated.false_alarm_s, rated.confused_s];
        let expected = [speech_s, missed_s, false_alarm_s, confused_s];
        assert_eq!(milliseconds(found_numbers), milliseconds(expected), "{truth:?} {found:?}");
    }

    #[test]
    fn errors_are_counted_by_kind() {
        let truth = &[(0.0, 10.0, "A"), (12.0, 20.0, "B")][..];
        check(truth, &[(0.0, 10.0, "x"), (12.0, 20.0, "y")], Included, [18.0, 0.0, 0.0, 0.0]);
        check(truth, &[(0.0, 10.0, "y"), (12.0, 20.0, "x")], Included, [18.0, 0.0, 0.0, 0.0]);
        check(truth, &[(0.0, 20.0, "x")], Included, [18.0, 0.0, 2.0, 8.0]);
        check(truth, &[(2.0, 14.0, "x"), (14.0, 20.0, "y")], Included, [18.0, 2.0, 2.0, 2.0]);
        check(truth, &[], Included, [18.0, 18.0, 0.0, 0.0]);
        check(&[], truth, Included, [0.0, 0.0, 18.0, 0.0]);
        check(&[], &[], Included, [0.0; 4]);
    }

    #[test]
    fn overlapped_speech_is_counted_for_each_speaker_or_left_out() {
        let truth = &[(0.0, 10.0, "A"), (8.0, 20.0, "B")][..];
        let found = &[(0.0, 9.0, "x"), (9.0, 20.0, "y")][..];
        check(truth, found, Included, [22.0, 2.0, 0.0, 0.0]);
        check(truth, found, Excluded, [18.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn the_mapping_is_the_best_of_all() {
        let truth = &[(0.0, 6.0, "A"), (6.0, 11.0, "B"), (11.0, 15.0, "C")][..];
        // A greedy mapping gives x to A for 5 s; the best sum gives x to B and y to A.
        let found = &[(0.0, 5.0, "x"), (5.0, 10.0, "x"), (0.0, 5.0, "y"), (11.0, 15.0, "z")][..];
        let mapping = speaker_mapping(&segments(truth), &segments(found));
        let expected = [("A", "y"), ("B", "x"), ("C", "z")];
        assert_eq!(mapping, expected.map(|(one, to)| (one.to_owned(), Some(to.to_owned()))));
    }

    #[test]
    fn the_rate_has_no_value_without_speech() {
        assert_eq!(DiarizationErrors::default().rate(), None);
    }
}
