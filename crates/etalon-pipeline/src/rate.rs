//! Whether a recording was made at the rate that its header has.
//!
//! Samples under a wrong rate are heard faster and higher, or slower and lower, by the same factor.
//! A person can speak fast or high; who seems to do both far beyond what people do is played at a
//! wrong speed. Children and women speak high, but no faster for it.
//!
//! What is played so fast that it sounds like nobody is listened to again at the rates that are
//! usual for speech.

use crate::settings::PipelineSettings;
use crate::signal::Signal;
use crate::speech::{CallSpeech, RecordingSource};
use crate::stage_clock::StageClock;
use etalon_audio::SampleReader;
use etalon_call::{Defect, Span, Stage, round3};
use etalon_vad::{ActivitySettings, ChannelAnalysis, ChannelSamples, SyllableNucleus};

/// Median pitch of adults, the geometric mean of men's and women's, Hz.
const USUAL_PITCH_HZ: f64 = 165.0;
/// Syllables in a second of speech, as they are counted here.
const USUAL_SYLLABLES_PER_S: f64 = 4.6;
/// Fewer syllables say nothing of a voice.
const LEAST_SYLLABLES: usize = 12;
/// Slow speech needs so many: few syllables in a second are also found where few are counted.
/// Speech at twice its speed is hardly taken for speech, so few are found in it.
const MANY_SYLLABLES: usize = 25;

/// How far one voice, and two voices of a call, must lie from what is usual, octaves: the sum of
/// pitch and tempo, of which a wrong factor of two adds two. Of 72 voices of real and synthetic
/// recordings the fastest and highest has 1.0 (0.74 among those with many syllables) and the slowest
/// and lowest of these -0.93. Played at twice their speed, half of them have more than 1.15.
const ONE_VOICE_OCTAVES: [f64; 2] = [-1.5, 1.15];
const TWO_VOICES_OCTAVES: [f64; 2] = [-1.2, 1.0];
/// Each of two voices must lie this share of the way.
const LEAST_SHARE_OF_EACH: f64 = 0.7;

/// Rates that recordings of speech have under the header of a higher one, Hz.
const SPEECH_RATES_HZ: [u32; 2] = [8_000, 16_000];
/// The header's rate is so much higher at least: with less, people are still heard.
const LEAST_FACTOR: f64 = 1.3;
/// Hardly anybody is heard who speaks less than this share of the time, ...
const HARDLY_HEARD: f64 = 0.15;
/// ... and somebody is who speaks this share of it, ...
const HEARD: f64 = 0.2;
/// ... three times as much as before, ...
const HEARD_MORE: f64 = 3.0;
/// ... and like people do, octaves.
const USUAL_OCTAVES: f64 = 0.9;
/// So much of a recording is listened to again, seconds.
const LISTENED_AGAIN_S: usize = 300;

/// How fast and how high somebody seems to speak.
#[derive(Debug, Clone, Copy)]
struct Voice {
    channel: usize,
    pitch_hz: f64,
    syllables_per_s: f64,
    syllables: usize,
}

impl Voice {
    fn of(channel: usize, analysis: &ChannelAnalysis) -> Option<Self> {
        let nuclei = &analysis.syllable_nuclei;
        let talk_s = talk_s(analysis);
        let mut pitches: Vec<f32> = nuclei
            .iter()
            .map(|nucleus: &SyllableNucleus| nucleus.pitch_hz)
            .filter(|pitch| *pitch > 0.0)
            .collect();
        pitches.sort_by(f32::total_cmp);
        if pitches.len() < LEAST_SYLLABLES || talk_s <= 0.0 {
            return None;
        }
        Some(Self {
            channel,
            pitch_hz: f64::from(pitches[pitches.len() / 2]),
            syllables_per_s: nuclei.len() as f64 / talk_s,
            syllables: nuclei.len(),
        })
    }

    /// How far from what is usual, octaves.
    fn octaves(&self) -> f64 {
        (self.pitch_hz / USUAL_PITCH_HZ).log2() + (self.syllables_per_s / USUAL_SYLLABLES_PER_S).log2()
    }

    fn defect(&self, threshold: f64, rate_hz: u32) -> Defect {
        let octaves = round3(self.octaves());
        let detail = format!(
            "channel {}: a median pitch of {:.0} Hz and {:.1} syllables per second are {octaves} octaves from what people speak, threshold {threshold}; the samples may have another rate than the {rate_hz} Hz of the header",
            self.channel + 1,
            self.pitch_hz,
            self.syllables_per_s,
        );
        Defect::new("rate_suspect", detail)
    }
}

fn talk_s(analysis: &ChannelAnalysis) -> f64 {
    analysis.regions.iter().map(Span::duration_s).sum()
}

/// The share of the time in which somebody speaks, 0 to 1.
fn talk_share(analysis: &ChannelAnalysis) -> f64 {
    if analysis.duration_s > 0.0 { talk_s(analysis) / analysis.duration_s } else { 0.0 }
}

/// The channels that seem to be played at a wrong speed.
pub(crate) fn suspects(
    speech: &CallSpeech,
    signal: &Signal,
    source: &mut RecordingSource<'_>,
    settings: &PipelineSettings,
    clock: &mut StageClock,
) -> Vec<Defect> {
    let voices = channels(speech).filter_map(|(channel, analysis)| Voice::of(channel, analysis));
    let suspects = of_voices(&voices.collect::<Vec<Voice>>(), signal.rate_hz);
    let is_hardly_heard = speech.channels.iter().all(|analysis| talk_share(analysis) < HARDLY_HEARD);
    let has_sound = !signal.diagnostics.alive.is_empty();
    if suspects.is_empty() && is_hardly_heard && has_sound && !slower_rates(signal.rate_hz).is_empty() {
        return heard_at_other_rates(speech, source, &settings.activity, clock);
    }
    suspects
}

/// The channels that carry a side, with what their signal shows.
fn channels(speech: &CallSpeech) -> impl Iterator<Item = (usize, &ChannelAnalysis)> {
    speech.layout.channels.iter().map(|(channel, _)| *channel).zip(&speech.channels)
}

/// The channels on which somebody is heard at another rate. Where the samples can't be read again,
/// there are none: nothing but this suspicion depends on it.
fn heard_at_other_rates(
    speech: &CallSpeech,
    source: &mut RecordingSource<'_>,
    settings: &ActivitySettings,
    clock: &mut StageClock,
) -> Vec<Defect> {
    let Ok(samples) = clock.time(Stage::Decode, || source.samples()) else { return Vec::new() };
    let heard = channels(speech).filter_map(|(channel, analysis)| {
        let samples = samples.channel(channel)?;
        clock.time(Stage::Activity, || heard_at_another_rate(channel, samples, analysis, settings))
    });
    heard.collect()
}

/// The rates at which a recording that has this one in its header may have been made.
fn slower_rates(rate_hz: u32) -> Vec<u32> {
    let is_slower = |slower: &u32| f64::from(rate_hz) >= LEAST_FACTOR * f64::from(*slower);
    SPEECH_RATES_HZ.into_iter().filter(is_slower).collect()
}

/// What is suspected of a channel on which somebody speaks, as people do, if it has another rate
/// than its header; none where nobody does.
fn heard_at_another_rate(
    channel: usize,
    samples: &dyn SampleReader,
    analysis: &ChannelAnalysis,
    settings: &ActivitySettings,
) -> Option<Defect> {
    let before = talk_share(analysis);
    let mut sound = Vec::new();
    let heard_at = |rate_hz: u32| {
        samples.read_f32(0..LISTENED_AGAIN_S * rate_hz as usize, &mut sound).ok()?;
        let again = etalon_vad::analyse(&[ChannelSamples::F32(&sound)], rate_hz, settings).pop()?;
        let (share, octaves) = (talk_share(&again), Voice::of(channel, &again)?.octaves().abs());
        let is_heard = share >= HEARD.max(HEARD_MORE * before) && octaves <= USUAL_OCTAVES;
        is_heard.then_some((octaves, rate_hz, share))
    };
    let rates = slower_rates(analysis.rate_hz).into_iter().filter_map(heard_at);
    let (_, rate_hz, share) = rates.min_by(|one, other| one.0.total_cmp(&other.0))?;
    let detail = format!(
        "channel {}: somebody speaks {} of the time at the {} Hz of the header, and {} at {rate_hz} Hz, threshold {HEARD}; the samples may have that rate",
        channel + 1,
        round3(before),
        analysis.rate_hz,
        round3(share),
    );
    Some(Defect::new("rate_suspect", detail))
}

fn of_voices(voices: &[Voice], rate_hz: u32) -> Vec<Defect> {
    for (one, two) in ONE_VOICE_OCTAVES.into_iter().zip(TWO_VOICES_OCTAVES) {
        let share = |voice: &Voice, threshold: f64| voice.octaves() / threshold;
        let is_known = |voice: &&Voice| voice.syllables >= MANY_SYLLABLES;
        if let [first, second] = voices
            && voices.iter().all(|voice| is_known(&voice))
            && f64::midpoint(share(first, two), share(second, two)) >= 1.0
            && share(first, two).min(share(second, two)) >= LEAST_SHARE_OF_EACH
        {
            return voices.iter().map(|voice| voice.defect(two, rate_hz)).collect();
        }
        let alone: Vec<Defect> = voices
            .iter()
            .filter(|voice| share(voice, one) >= 1.0)
            .filter(|voice| is_known(voice) || one > 0.0)
            .map(|voice| voice.defect(one, rate_hz))
            .collect();
        if !alone.is_empty() {
            return alone;
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(voices: &[(f64, f64)], suspects: usize) {
        for (factor, expected) in [(1.0, 0), (2.0, suspects), (0.5, suspects)] {
            let voices: Vec<Voice> = voices
                .iter()
                .enumerate()
                .map(|(channel, (pitch_hz, syllables_per_s))| Voice {
                    channel,
                    pitch_hz: factor * pitch_hz,
                    syllables_per_s: factor * syllables_per_s,
                    syllables: MANY_SYLLABLES,
                })
                .collect();
            let found = of_voices(&voices, 8_000);
            assert_eq!(found.len(), expected, "{factor} of {voices:?}: {found:?}");
        }
    }

    #[test]
    fn a_wrong_speed_is_told_from_fast_and_from_high_voices() {
        // Two people on their channels, and one alone.
        check(&[(120.0, 4.6), (210.0, 4.8)], 2);
        check(&[(160.0, 4.6)], 1);
    }

    #[test]
    fn only_slower_rates_are_tried_again() {
        for (rate_hz, expected) in [
            (8_000, &[][..]),
            (11_025, &[8_000]),
            (16_000, &[8_000]),
            (22_050, &[8_000, 16_000]),
            (48_000, &[8_000, 16_000]),
        ] {
            assert_eq!(slower_rates(rate_hz), expected, "{rate_hz}");
        }
    }

    #[test]
    fn people_are_no_suspects() {
        for voice in [
            // A child, a woman who is excited, a fast man, a slow bass, an old woman.
            (310.0, 4.2),
            (270.0, 5.8),
            (130.0, 6.8),
            (85.0, 3.4),
            (150.0, 2.9),
        ] {
            for syllables in [LEAST_SYLLABLES, MANY_SYLLABLES] {
                let voice = Voice { channel: 0, pitch_hz: voice.0, syllables_per_s: voice.1, syllables };
                assert!(of_voices(&[voice], 8_000).is_empty(), "{voice:?} {}", voice.octaves());
            }
        }
        let pair = [(290.0, 4.4), (240.0, 5.2)].map(|(pitch_hz, syllables_per_s)| Voice {
            channel: 0,
            pitch_hz,
            syllables_per_s,
            syllables: MANY_SYLLABLES,
        });
        assert!(of_voices(&pair, 8_000).is_empty());
    }
}
