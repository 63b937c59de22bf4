use super::excerpt::Excerpt;
use super::level::{FRAMES_PER_SECOND, LevelMeter, frame_samples};
use super::pair::{self, PairMeter};
use super::spectrum::{self, QuietSeconds};
use super::unsteady::unsteady;
use super::{
    ChannelFacts, Diagnostics, confirmed, copies, crosstalk, diagnostics, is_usual_pitch, threshold,
};
use crate::{Codec, Samples};
use std::ops::Range;

/// Examines a recording block by block, so that its samples need not lie in memory.
///
/// The result is the same however the samples are divided into blocks. Levels, clipping, the
/// offset, hum and the likeness of two channels are measured on all samples. Pitch and crosstalk
/// need samples out of their order: they are measured on all samples of a recording of up to 2^22
/// per channel (nearly nine minutes at 8 kHz), and on parts evenly spread over a longer one, of
/// which there are then between 2^21 and 2^22 samples. So no more memory is needed for ten hours
/// than for ten minutes.
#[derive(Debug, Clone)]
pub struct DiagnosticsMeter {
    rate_hz: u32,
    /// Samples of a second, which is 50 frames of 20 ms.
    second: usize,
    channels: Vec<Ear>,
    pair: PairMeter,
}

/// What is collected of one channel.
#[derive(Debug, Clone)]
struct Ear {
    /// The samples of the second that is not complete yet.
    second: Vec<f32>,
    level: LevelMeter,
    quiet: QuietSeconds,
    excerpt: Excerpt,
}

impl DiagnosticsMeter {
    /// An meter of so many channels at a sampling rate in hertz, stored by a codec.
    pub fn new(channels: usize, rate_hz: u32, codec: Codec) -> Self {
        let frame = frame_samples(rate_hz);
        let ear = Ear {
            second: Vec::new(),
            level: LevelMeter::new(frame, codec),
            quiet: QuietSeconds::new(),
            excerpt: Excerpt::new(),
        };
        Self {
            rate_hz,
            second: frame * FRAMES_PER_SECOND,
            channels: vec![ear; channels],
            pair: PairMeter::default(),
        }
    }

    /// Takes the samples of every channel that follow the ones before, equally many of each. What
    /// is given beyond the number of channels is left out.
    pub fn push(&mut self, block: &[Samples]) {
        let length = block.iter().map(Samples::len).max().unwrap_or(0);
        let mut start = 0;
        while start < length {
            let held = self.channels.iter().map(|ear| ear.second.len()).max().unwrap_or(0);
            let end = start + self.second - held.min(self.second - 1);
            for (ear, samples) in self.channels.iter_mut().zip(block) {
                append_as_f32(samples, start..end, &mut ear.second);
            }
            start = end;
            if self.channels.iter().any(|ear| ear.second.len() >= self.second) {
                self.examine_second();
            }
        }
    }

    /// What was found out about the recording.
    pub fn finish(mut self) -> Diagnostics {
        self.examine_second();
        let rate_hz = self.rate_hz;
        let facts: Vec<ChannelFacts> = self.channels.iter().map(|ear| ear.facts(rate_hz)).collect();
        if self.channels.len() > 2 {
            return self.of_many(facts);
        }
        let pair = if self.channels.len() < 2 { None } else { self.pair.facts() };
        let delayed = || self.of_two(|left, right| pair::delayed(left, right, rate_hz)).flatten();
        let is_one_voice =
            || self.of_two(|left, right| pair::is_one_voice(left, right, rate_hz)).unwrap_or(true);
        diagnostics(facts, pair, delayed, is_one_voice, || {
            self.of_two(|left, right| crosstalk::measure(left, right, rate_hz)).unwrap_or_default()
        })
    }

    /// What two channels, each around its mean, have to do with each other.
    fn of_two<T>(&self, measure: impl Fn(&[f32], &[f32]) -> T) -> Option<T> {
        let [first, second] = self.channels.as_slice() else { return None };
        Some(measure(&pair::centred(first.excerpt.samples()), &pair::centred(second.excerpt.samples())))
    }

    /// What was found out about a recording of more than two channels: which of them are alive,
    /// and which two of these have the least in common.
    fn of_many(&self, facts: Vec<ChannelFacts>) -> Diagnostics {
        let mut found = diagnostics(facts, None, || None, || true, Vec::new);
        let mut pairs = Vec::new();
        for (place, &first) in found.alive.iter().enumerate() {
            for &second in &found.alive[place + 1..] {
                let [left, right] = [first, second].map(|channel| self.channels[channel].excerpt.samples());
                pairs.extend(pair::compared(left, right, self.rate_hz).map(|facts| ([first, second], facts)));
            }
        }
        // Of equally different ones the first are taken.
        let least = pairs
            .into_iter()
            .reduce(|best, next| if next.1.difference_db > best.1.difference_db { next } else { best });
        if let Some((channels, facts)) = least {
            let [left, right] = channels.map(|channel| self.channels[channel].excerpt.samples());
            let copies = copies(Some(&facts), threshold::DUAL_MONO_DB);
            let is_one_voice = || pair::is_one_voice(left, right, self.rate_hz);
            found.dual_mono = confirmed(copies, is_one_voice).is_some();
            (found.least_alike, found.pair) = (Some(channels), Some(facts));
        }
        found
    }

    fn examine_second(&mut self) {
        if let [first, second, ..] = self.channels.as_slice() {
            self.pair.push(&first.second, &second.second);
        }
        for ear in &mut self.channels {
            ear.level.push(&ear.second);
            if ear.second.len() == self.second {
                ear.quiet.push(&ear.second);
            }
            ear.excerpt.push(&ear.second);
            ear.second.clear();
        }
    }
}

impl Ear {
    fn facts(&self, rate_hz: u32) -> ChannelFacts {
        let levels = self.level.levels();
        ChannelFacts {
            dc_offset: levels.dc_offset,
            clipping_ratio: levels.clipping_ratio,
            loudest_dbfs: levels.loudest_dbfs,
            active_dbfs: levels.active_dbfs,
            hum: spectrum::hum(&self.quiet, rate_hz),
            median_pitch_hz: median_pitch_hz(self.excerpt.samples(), rate_hz),
        }
    }
}

/// The median pitch; where nobody speaks at it, hum or a tone may, and it is that of the rest.
fn median_pitch_hz(samples: &[f32], rate_hz: u32) -> Option<f64> {
    let pitch_hz = spectrum::median_pitch_hz(samples, rate_hz)?;
    if is_usual_pitch(pitch_hz) {
        return Some(pitch_hz);
    }
    spectrum::median_pitch_hz(unsteady(&[samples], rate_hz)?.first()?, rate_hz)
}

/// Appends the samples of a range as numbers from -1 to 1; what of it is not there is left out.
fn append_as_f32(samples: &Samples, range: Range<usize>, target: &mut Vec<f32>) {
    let end = range.end.min(samples.len());
    let range = range.start.min(end)..end;
    match samples {
        Samples::I16(samples) => {
            target.extend(samples[range].iter().map(|&sample| f32::from(sample) / 32_768.0));
        }
        Samples::F32(samples) => target.extend_from_slice(&samples[range]),
    }
}
