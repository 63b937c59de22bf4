//! The metrics of each speaker.

use crate::settings::DialogueSettings;
use crate::track::{SpeakerTrack, Utterance};
use crate::unrecognized::unrecognized_events;
use etalon_call::{Event, ResponseLatency, Span, SpeakerMetrics, round3};
use etalon_vad::{FRAMES_PER_SECOND, frames_between, loudness};

/// The metrics of track `index`.
pub(crate) fn speaker_metrics(
    index: usize,
    tracks: &[SpeakerTrack<'_>],
    turns: &[Utterance],
    holds: &[Span],
    settings: &DialogueSettings,
) -> SpeakerMetrics {
    let track = &tracks[index];
    let talk_s = talk_s(track);
    let all_s: f64 = tracks.iter().map(self::talk_s).sum();
    let own_turns = || turns.iter().filter(|turn| turn.track == index);
    let words = track.words.map(|words| words.len() as u32);
    let speech = Speech::of(track);
    SpeakerMetrics {
        talk_s: round3(talk_s),
        talk_ratio: if all_s > 0.0 { round3(talk_s / all_s) } else { 0.0 },
        turns: own_turns().count() as u32,
        words,
        confidence: track.words.and_then(etalon_call::mean_confidence),
        words_per_min: words
            .filter(|_| is_recognized(track, settings))
            .and_then(|words| per(f64::from(words), talk_s / 60.0)),
        syllables_per_s: per(speech.syllables() as f64, talk_s),
        loudness_lufs: speech.loudness_lufs(),
        loudness_range_lu: speech.loudness_range_lu(),
        peak_dbfs: speech.peak_dbfs(),
        clipped_ratio: speech.clipped_ratio(),
        longest_turn_s: round3(own_turns().map(|turn| turn.span.duration_s()).fold(0.0, f64::max)),
        response_latency_s: response_latency(index, turns, holds),
    }
}

/// Whether enough of the speech was recognized to measure words per minute.
pub(crate) fn is_recognized(track: &SpeakerTrack<'_>, settings: &DialogueSettings) -> bool {
    let lost_s: f64 = unrecognized_events(track, settings).iter().map(Event::duration_s).sum();
    lost_s <= settings.unrecognized_max_ratio * talk_s(track) && !is_sparse(track, settings)
}

/// Whether a speaker of much speech has next to no words.
fn is_sparse(track: &SpeakerTrack<'_>, settings: &DialogueSettings) -> bool {
    let words = track.words.map_or(0, <[_]>::len) as f64;
    let talk_s = talk_s(track);
    talk_s >= settings.sparse_speech_min_s && words < settings.sparse_words_per_min * talk_s / 60.0
}

fn talk_s(track: &SpeakerTrack<'_>) -> f64 {
    track.analysis.regions.iter().map(Span::duration_s).sum()
}

/// A rate; `None` if the time is 0.
fn per(count: f64, time: f64) -> Option<f64> {
    (time > 0.0).then(|| round3(count / time))
}

/// The blocks of a channel that hold speech.
struct Speech<'a> {
    track: &'a SpeakerTrack<'a>,
    /// For each block of 100 ms, whether at least half of it is speech.
    blocks: Vec<bool>,
}

impl<'a> Speech<'a> {
    fn of(track: &'a SpeakerTrack<'a>) -> Self {
        let frames_per_block = FRAMES_PER_SECOND / loudness::BLOCKS_PER_SECOND;
        let mut counts = vec![0_u8; track.analysis.loudness_blocks.len()];
        for region in &track.analysis.regions {
            for frame in frames_between(region.start_s, region.end_s) {
                if let Some(count) = counts.get_mut(frame / frames_per_block) {
                    *count += 1;
                }
            }
        }
        let is_speech = |count: u8| 2 * usize::from(count) >= frames_per_block;
        Self { track, blocks: counts.into_iter().map(is_speech).collect() }
    }

    fn syllables(&self) -> usize {
        self.track.analysis.syllable_nuclei.len()
    }

    fn loudness_lufs(&self) -> Option<f64> {
        let blocks = &self.track.analysis.loudness_blocks;
        loudness::integrated_lufs(blocks, |block| self.blocks[block]).map(round3)
    }

    fn loudness_range_lu(&self) -> Option<f64> {
        let blocks = &self.track.analysis.loudness_blocks;
        loudness::range_lu(blocks, |block| self.blocks[block]).map(round3)
    }

    fn peak_dbfs(&self) -> Option<f64> {
        let regions = &self.track.analysis.region_features;
        let peak = regions.iter().map(|region| region.peak).fold(0.0, f32::max);
        (peak > 0.0).then(|| round3(20.0 * f64::from(peak).log10()))
    }

    fn clipped_ratio(&self) -> Option<f64> {
        let analysis = self.track.analysis;
        let clipped: u64 = analysis.region_features.iter().map(|region| region.clipped).sum();
        let frames: usize = analysis.region_features.iter().map(|region| region.frames).sum();
        let samples = frames as f64 * f64::from(analysis.rate_hz) / FRAMES_PER_SECOND as f64;
        (samples > 0.0).then(|| round3((clipped as f64 / samples).min(1.0)))
    }
}

/// Times from the end of the other side's turn to the start of this speaker's answer. An answer
/// that begins before that end counts as 0. The return from a hold does not count.
fn response_latency(index: usize, turns: &[Utterance], holds: &[Span]) -> ResponseLatency {
    let mut latencies_s: Vec<f64> = turns
        .windows(2)
        .filter(|pair| pair[0].track != index && pair[1].track == index)
        .map(|pair| Span { start_s: pair[0].span.end_s, end_s: pair[1].span.start_s })
        .filter(|gap| holds.iter().all(|hold| hold.intersection(gap).is_none()))
        .map(|gap| gap.duration_s().max(0.0))
        .collect();
    latencies_s.sort_by(f64::total_cmp);
    ResponseLatency { p50: quantile(&latencies_s, 0.5), p95: quantile(&latencies_s, 0.95) }
}

/// The nearest-rank quantile of sorted values; `None` without values.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let rank = (sorted.len() as f64 * share).ceil().max(1.0) as usize;
    sorted.get(rank - 1).copied().map(round3)
}
