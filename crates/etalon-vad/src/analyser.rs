//! The analysis of a recording while its samples come.

use crate::activity;
use crate::decisions::{Speech, add_passages, passage_spans};
use crate::disturbances::{DisturbedParts, EchoPath};
use crate::frame_evidence::Evidence;
use crate::frames::FRAMES_PER_SECOND;
use crate::measure::{ChannelMeter, FRAMES_PER_CHUNK, KnownFrames};
use crate::{ActivitySettings, ChannelAnalysis, ChannelSamples, RATES_HZ, crosstalk, stretches, syllables};
use std::ops::Range;

/// Samples of a channel that are taken at once, so that a part is decided as soon as it is known.
const SAMPLES_AT_ONCE: usize = 1 << 15;

/// A shorter tone may be a key that was pressed, or a moment of music, seconds.
const TONE_MIN_S: f64 = 0.15;
/// Frames before a part that are looked at again when it is decided, so that nothing begins at its
/// border.
const CONTEXT: usize = 10 * FRAMES_PER_SECOND;

/// Frames of a part at most: more than a year.
const LONGEST_PART: usize = 1 << 32;

/// Analyses the channels of one recording block by block, so that its samples need not lie in
/// memory.
///
/// The result is the same to the last bit however the samples are divided into blocks.
///
/// What decides about speech is learnt from the recording itself: the noise, the level of loud
/// speech, the way of an echo. It is learnt from all of a recording of up to twice
/// [`ActivitySettings::part_s`]. A longer one is decided part by part, each by what is learnt from
/// it and the part after it, so that its end does not matter for its beginning, and the measures of
/// no more than two parts lie in memory, whatever its length: some 60 bytes, 100 times a second and
/// channel. What grows with the recording are its regions of speech, the syllables, and 4 bytes of
/// loudness for each 100 ms.
///
/// All channels are given together because the echo of one side on the other's channel is not
/// speech of that side. A channel without samples, or a rate outside of [`RATES_HZ`], gives an
/// empty analysis.
pub struct Analyser {
    settings: ActivitySettings,
    /// Frames of a part.
    part: usize,
    /// Frames that are decided.
    decided: usize,
    channels: Vec<Channel>,
}

/// One channel under way.
#[derive(Default)]
struct Channel {
    /// None for a rate that can't be analysed.
    meter: Option<ChannelMeter>,
    decided: Decided,
}

/// What was decided about a channel.
#[derive(Default)]
struct Decided {
    music: Vec<Range<usize>>,
    tones: Vec<Range<usize>>,
    disturbances: DisturbedParts,
    /// The way of an echo from another channel, of the first part that has one.
    echo: Option<EchoPath>,
    /// The speech if no other channel were there.
    alone: Speech,
    /// The speech without what is only the echo of another channel.
    among_others: Speech,
}

impl Analyser {
    /// An analyser of so many channels at a sampling rate in hertz.
    pub fn new(channels: usize, rate_hz: u32, settings: &ActivitySettings) -> Self {
        let can_be_analysed = RATES_HZ.contains(&rate_hz);
        let meter = || can_be_analysed.then(|| ChannelMeter::new(rate_hz, settings));
        let part = (settings.part_s * FRAMES_PER_SECOND as f64) as usize;
        Self {
            settings: settings.clone(),
            part: part.clamp(CONTEXT, LONGEST_PART).next_multiple_of(FRAMES_PER_CHUNK),
            decided: 0,
            channels: (0..channels).map(|_| Channel { meter: meter(), ..Channel::default() }).collect(),
        }
    }

    /// Takes the samples of every channel that follow the ones before, any number of them. What is
    /// given beyond the number of channels is left out. A channel that is behind the others holds
    /// them up.
    pub fn push(&mut self, block: &[ChannelSamples<'_>]) {
        let longest = block.iter().map(ChannelSamples::len).max().unwrap_or(0);
        for start in (0..longest).step_by(SAMPLES_AT_ONCE) {
            for (channel, samples) in self.channels.iter_mut().zip(block) {
                if let Some(meter) = &mut channel.meter {
                    meter.push(samples.slice(start..start + SAMPLES_AT_ONCE));
                }
            }
            self.decide_what_is_known();
        }
    }

    /// What the signal of each channel shows.
    pub fn finish(self) -> Vec<ChannelAnalysis> {
        let all: Vec<usize> = (0..self.channels.len()).collect();
        self.finish_channels(&all)
    }

    /// What the signal of some channels shows, in the order in which they are named: for who learns
    /// only at the end which channels carry a side. One channel that is named alone is analysed as
    /// if there were no other. A channel that there is not, or that is named twice, gives an empty
    /// analysis.
    pub fn finish_channels(mut self, channels: &[usize]) -> Vec<ChannelAnalysis> {
        let meters = self.channels.iter_mut().filter_map(|channel| channel.meter.as_mut());
        meters.for_each(ChannelMeter::finish);
        self.decide(usize::MAX, usize::MAX);
        let Self { channels: mut all, settings, .. } = self;
        channels
            .iter()
            .map(|&index| {
                let channel = all.get_mut(index).map(std::mem::take).unwrap_or_default();
                channel.finish(channels.len() == 1, &settings)
            })
            .collect()
    }

    /// Decides about every part that is known with the part after it.
    fn decide_what_is_known(&mut self) {
        let known = |channels: &[Channel]| {
            channels.iter().filter_map(|channel| channel.meter.as_ref()).map(ChannelMeter::known).min()
        };
        while known(&self.channels).is_some_and(|known| known >= self.decided + 2 * self.part) {
            self.decide(self.decided + self.part, self.decided + 2 * self.part);
        }
    }

    /// Decides about the frames up to `end`, by what is known of those up to `learnt_end`, and
    /// forgets all but the last.
    fn decide(&mut self, end: usize, learnt_end: usize) {
        let start = self.decided;
        let (mut meters, mut found) = (Vec::new(), Vec::new());
        for Channel { meter, decided } in &mut self.channels {
            if let Some(meter) = meter {
                meters.push(meter);
                found.push(decided);
            }
        }
        let known: Vec<KnownFrames<'_>> = meters.iter().map(|meter| meter.known_before(learnt_end)).collect();
        let evidence: Vec<Evidence<'_>> =
            known.iter().map(|frames| Evidence::of(frames, &self.settings)).collect();
        for (index, decided) in found.into_iter().enumerate() {
            let stretch = Stretch { frames: &known[index], evidence: &evidence[index], decided: start..end };
            stretch.add_music_to(&mut decided.music);
            stretch.add_tones_to(&mut decided.tones);
            let disturbed = &stretch.evidence.disturbances;
            decided.disturbances.add(disturbed, &stretch.part(), stretch.frames.first);
            let in_alone = stretch.speech(&self.settings, |_| false);
            let echoes = crosstalk::echoes(index, &evidence, &self.settings);
            decided.echo = decided.echo.or(echoes.as_ref().map(|echoes| echoes.path));
            let in_others = echoes.map(|echoes| stretch.speech(&self.settings, |frame| echoes.frames[frame]));
            stretch.add_speech_to(&mut decided.among_others, in_others.as_ref().unwrap_or(&in_alone));
            stretch.add_speech_to(&mut decided.alone, &in_alone);
        }
        drop((known, evidence));
        self.decided = end;
        let kept = end.saturating_sub(CONTEXT);
        meters.into_iter().filter(|meter| meter.known() >= end).for_each(|meter| meter.forget_before(kept));
    }
}

impl Channel {
    fn finish(self, is_alone: bool, settings: &ActivitySettings) -> ChannelAnalysis {
        let Some(meter) = self.meter else { return ChannelAnalysis::default() };
        let Decided { music, tones, disturbances, echo, alone, among_others } = self.decided;
        let duration_s = meter.duration_s();
        let speech = if is_alone { alone } else { among_others };
        let (regions, region_features, syllable_nuclei) = speech.finish(duration_s, settings);
        let mut tones = passage_spans(tones, duration_s, TONE_MIN_S);
        tones.retain(|tone| {
            let before = regions.partition_point(|region| region.start_s < tone.end_s);
            before == 0 || regions[before - 1].end_s <= tone.start_s
        });
        ChannelAnalysis {
            regions,
            music: passage_spans(music, duration_s, settings.music_min_s),
            tones,
            disturbances: disturbances.finish(if is_alone { None } else { echo }, duration_s),
            region_features,
            syllable_nuclei,
            rate_hz: meter.rate_hz(),
            loudness_blocks: meter.into_loudness_blocks(),
            duration_s,
        }
    }
}

/// A stretch of one channel that is looked at, a part of which is to be decided.
struct Stretch<'a> {
    frames: &'a KnownFrames<'a>,
    evidence: &'a Evidence<'a>,
    /// The frames to be decided, by their numbers in the channel.
    decided: Range<usize>,
}

/// Stretches of speech and syllable nuclei.
type SpeechAndNuclei = (Vec<Range<usize>>, Vec<usize>);

impl Stretch<'_> {
    fn speech(&self, settings: &ActivitySettings, echoes: impl Fn(usize) -> bool) -> SpeechAndNuclei {
        let speech = activity::speech_frames(self.evidence, settings, echoes);
        let count = self.evidence.level_dbfs.len();
        let is_speech = stretches::marked(&speech, count);
        let voiced = |frame: usize| is_speech[frame] && self.evidence.is_voiced(frame, settings);
        let nuclei = syllables::nuclei(&self.frames.features.level_dbfs[..count], voiced);
        (speech, nuclei)
    }

    fn add_speech_to(&self, target: &mut Speech, (stretches, nuclei): &SpeechAndNuclei) {
        let measured = (self.frames.features, &self.frames.collected);
        target.add(stretches, nuclei, measured, &self.part(), self.frames.first);
    }

    fn add_music_to(&self, target: &mut Vec<Range<usize>>) {
        add_passages(target, &self.evidence.music, &self.part(), self.frames.first);
    }

    fn add_tones_to(&self, target: &mut Vec<Range<usize>>) {
        let is_tone = |frame: usize| self.evidence.tone[frame];
        let tones = stretches::hysteresis(self.evidence.tone.len(), is_tone, is_tone);
        add_passages(target, &tones, &self.part(), self.frames.first);
    }

    /// The frames to be decided, by their places in the stretch.
    fn part(&self) -> Range<usize> {
        let place =
            |frame: usize| frame.saturating_sub(self.frames.first).min(self.evidence.level_dbfs.len());
        place(self.decided.start)..place(self.decided.end)
    }
}
