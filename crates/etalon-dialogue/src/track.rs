use etalon_call::{Role, Span, Word};
use etalon_vad::ChannelAnalysis;

/// One speaker of the dialogue: role, features of the signal, words.
#[derive(Debug, Clone, Copy)]
pub struct SpeakerTrack<'a> {
    /// The speaker's side; [`Role::Unknown`] if both sides share the channel or the role is
    /// unknown.
    pub role: Role,
    /// The speaker's name if several have one role (`voice_2`, `channel_1`).
    pub name: &'a str,
    /// The number of the channel; diarized speakers of one channel have the same.
    pub channel: usize,
    /// Activity and features of the channel, or of this voice on it.
    pub analysis: &'a ChannelAnalysis,
    /// The words in order, in call time, inside the activity; `None` if the call was not
    /// transcribed.
    pub words: Option<&'a [Word]>,
    /// The language of the words (`ru`, `kk`, `en`, …).
    pub language: &'a str,
}

/// Whether both sides may be in one track that was not diarized.
pub(crate) fn are_mixed(tracks: &[SpeakerTrack<'_>]) -> bool {
    matches!(tracks, [SpeakerTrack { role: Role::Unknown, .. }])
}

/// Whether voices on one channel were diarized, and may be confused.
pub(crate) fn share_a_channel(tracks: &[SpeakerTrack<'_>]) -> bool {
    tracks.iter().skip(1).any(|track| track.channel == tracks[0].channel)
}

/// Speech of one track without a longer pause.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Utterance {
    pub(crate) track: usize,
    pub(crate) span: Span,
}

impl Utterance {
    /// Whether the other one is part of this one.
    pub(crate) fn contains(&self, other: &Self) -> bool {
        self.track == other.track
            && self.span.start_s <= other.span.start_s
            && other.span.end_s <= self.span.end_s
    }
}

impl<'a> SpeakerTrack<'a> {
    /// A key that is unique to the speaker: the role, or the name if several have the same role.
    pub(crate) fn key(&self, tracks: &[Self]) -> &'a str {
        if self.shares_role(tracks) { self.name } else { self.role.name() }
    }

    /// Whether another speaker has the same role.
    pub(crate) fn shares_role(&self, tracks: &[Self]) -> bool {
        tracks.iter().filter(|track| track.role == self.role).count() > 1
    }

    /// The words whose middle lies in the span.
    pub(crate) fn words_in(&self, span: Span) -> Vec<&'a Word> {
        let words = self.words.unwrap_or_default();
        let middle_s = |word: &Word| f64::midpoint(word.start_s, word.end_s);
        let first = words.partition_point(|word| middle_s(word) < span.start_s);
        words[first..].iter().take_while(|word| middle_s(word) <= span.end_s).collect()
    }
}

/// The utterances of all tracks in order of start time: regions of one track joined over pauses
/// shorter than `gap_s`.
pub(crate) fn utterances(tracks: &[SpeakerTrack<'_>], gap_s: f64) -> Vec<Utterance> {
    let mut utterances: Vec<Utterance> = Vec::new();
    for (track, speaker) in tracks.iter().enumerate() {
        let first = utterances.len();
        for &span in &speaker.analysis.regions {
            match utterances[first..].last_mut() {
                Some(last) if span.start_s - last.span.end_s < gap_s => last.span.end_s = span.end_s,
                _ => utterances.push(Utterance { track, span }),
            }
        }
    }
    in_order(&mut utterances);
    utterances
}

/// Sorts by start time, then by track.
pub(crate) fn in_order(utterances: &mut [Utterance]) {
    utterances.sort_by(|left, right| {
        left.span.start_s.total_cmp(&right.span.start_s).then(left.track.cmp(&right.track))
    });
}

/// When at least one of the tracks speaks, sorted and disjoint.
pub(crate) fn anybody(tracks: &[SpeakerTrack<'_>]) -> Vec<Span> {
    let mut regions: Vec<Span> =
        tracks.iter().flat_map(|track| track.analysis.regions.iter().copied()).collect();
    regions.sort_by(|left, right| left.start_s.total_cmp(&right.start_s));
    let mut joined: Vec<Span> = Vec::with_capacity(regions.len());
    for region in regions {
        match joined.last_mut() {
            Some(last) if region.start_s <= last.end_s => last.end_s = last.end_s.max(region.end_s),
            _ => joined.push(region),
        }
    }
    joined
}

/// The total length of the spans inside `window`, seconds.
pub(crate) fn time_inside_s(spans: &[Span], window: Span) -> f64 {
    spans.iter().filter_map(|span| span.intersection(&window)).map(|span| span.duration_s()).sum()
}
