//! Short sounds of a speaker that the network does not take for speech: a hum of agreement, a
//! single vowel, the beginning of a sentence.
//!
//! They are as periodic as a voice, as loud and as high as the speaker's own, and they stand alone:
//! what sounds like this again and again is a machine, or music.

use crate::frame_evidence::Evidence;
use crate::frames::FRAMES_PER_SECOND;
use crate::settings::ActivitySettings;
use crate::stretches::hysteresis;
use std::ops::Range;

/// A murmur lasts so many frames.
const LENGTHS: Range<usize> = 12 * FRAMES_PER_SECOND / 100..12 * FRAMES_PER_SECOND / 10;
/// Share of its frames that are voiced.
const VOICED_SHARE: f64 = 0.5;
/// Frames before and after it in which nothing else stands out without a voice, but for so many.
const SURROUNDINGS: usize = 3 * FRAMES_PER_SECOND;
const MOST_ELSE: usize = FRAMES_PER_SECOND / 2;
/// Its loud part is at most this much quieter than the speaker's loud speech, dB.
const BELOW_SPEECH_DB: f32 = 20.0;
/// Fewer frames of speech do not tell the pitch of a speaker.
const LEAST_SPEECH: usize = 3 * FRAMES_PER_SECOND;
/// How far the pitch may lie outside of the range of the speaker's own: his voice rises and falls
/// by as much.
const PITCH_RATIO: f32 = 1.25;

/// Those parts of the sound that `stands_out` of the noise that are murmurs; `is_near_voice` says
/// where the network hears a voice.
pub(crate) fn murmurs(
    stands_out: &[bool],
    is_near_voice: &[bool],
    evidence: &Evidence<'_>,
    settings: &ActivitySettings,
) -> Vec<Range<usize>> {
    let voiced = |frame: &usize| evidence.is_voiced(*frame, settings);
    let of_speaker = |frame: &usize| is_near_voice[*frame] && voiced(frame) && !evidence.tone[*frame];
    let pitches: Vec<usize> = (0..is_near_voice.len()).filter(of_speaker).collect();
    if pitches.len() < LEAST_SPEECH {
        return Vec::new();
    }
    let [low_hz, high_hz] = pitch_range(evidence.pitch_hz, pitches, [0.1, 0.9]);
    let pitch_hz = low_hz / PITCH_RATIO..high_hz * PITCH_RATIO;
    let is_else = |frame: usize| stands_out[frame] && !is_near_voice[frame];
    let stretches = hysteresis(stands_out.len(), is_else, is_else);
    let alone = Alone::of(stands_out.len(), is_else);
    let is_murmur = |stretch: &Range<usize>| {
        let voiced: Vec<usize> = stretch.clone().filter(voiced).collect();
        let loudest_dbfs = stretch.clone().map(|frame| evidence.level_dbfs[frame]).fold(f32::MIN, f32::max);
        LENGTHS.contains(&stretch.len())
            && voiced.len() as f64 >= VOICED_SHARE * stretch.len() as f64
            && loudest_dbfs >= evidence.speech_dbfs - BELOW_SPEECH_DB
            && pitch_hz.contains(&pitch_range(evidence.pitch_hz, voiced, [0.5])[0])
            && alone.around(stretch) <= MOST_ELSE
    };
    stretches.into_iter().filter(is_murmur).collect()
}

/// The pitches below which such shares of some frames lie, Hz; there is at least one frame.
fn pitch_range<const COUNT: usize>(
    pitch_hz: &[f32],
    frames: Vec<usize>,
    shares: [f64; COUNT],
) -> [f32; COUNT] {
    let mut pitches: Vec<f32> = frames.into_iter().map(|frame| pitch_hz[frame]).collect();
    pitches.sort_by(f32::total_cmp);
    let last = pitches.len().saturating_sub(1) as f64;
    shares.map(|share| pitches.get((last * share) as usize).copied().unwrap_or_default())
}

/// How many frames up to each one stand out without a voice near them.
struct Alone(Vec<usize>);

impl Alone {
    fn of(frames: usize, is_else: impl Fn(usize) -> bool) -> Self {
        let mut sum = 0;
        let sums = (0..frames).map(|frame| {
            sum += usize::from(is_else(frame));
            sum
        });
        Self(std::iter::once(0).chain(sums).collect())
    }

    /// How many do around a stretch, itself left out.
    fn around(&self, stretch: &Range<usize>) -> usize {
        let count = |frames: Range<usize>| self.0[frames.end] - self.0[frames.start];
        let before = stretch.start.saturating_sub(SURROUNDINGS)..stretch.start;
        let after = stretch.end..(stretch.end + SURROUNDINGS).min(self.0.len() - 1);
        count(before) + count(after)
    }
}
