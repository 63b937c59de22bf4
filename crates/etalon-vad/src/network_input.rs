//! Which parts of a channel the network hears.
//!
//! Most of a call is heard without it: on a line that only hisses there is nothing to ask it about.
//! It hears what stands out of the noise, with what lies around it, each such stretch from its
//! beginning.

use crate::held::HeldSamples;
use crate::network::{SpeechNetwork, WINDOWS_AT_ONCE};
use crate::settings::ActivitySettings;
use std::ops::Range;

/// Length of a frame and of a window of the network, milliseconds.
const FRAME_MS: usize = 10;
const WINDOW_MS: usize = 32;
/// Windows on each side of what stands out that are heard with it.
const WINDOWS_AROUND: usize = 8;
/// After a break of no more windows than this the network goes on from what it remembers.
const LONGEST_BREAK: usize = 15;
/// Frames of a window that stand out if it does: most of them, since here and there one of noise
/// does, too.
const FRAMES_STANDING_OUT: usize = 3;

/// Lets the network hear one channel.
pub(crate) struct NetworkInput {
    network: SpeechNetwork,
    /// Sound this far above the noise floor is heard, dB.
    least_height_db: f32,
    /// What is quieter is not heard, dB relative to full scale.
    least_dbfs: f32,
    /// Windows that were heard or passed over.
    windows: usize,
    /// Whether it remembers what it heard last.
    hears: bool,
    likelihoods: Vec<f32>,
    /// How likely somebody speaks in each frame from the first one on that was not forgotten, in
    /// steps of 1/255.
    voice: Vec<u8>,
    /// The number of the first of these frames.
    first: usize,
}

impl NetworkInput {
    pub(crate) fn new(rate_hz: u32, settings: &ActivitySettings) -> Self {
        Self {
            network: SpeechNetwork::new(rate_hz),
            least_height_db: settings.above_noise_min_db,
            least_dbfs: settings.quietest_speech_dbfs,
            windows: 0,
            hears: false,
            likelihoods: Vec::new(),
            voice: Vec::new(),
            first: 0,
        }
    }

    /// How likely somebody speaks in each frame, in steps of 1/255, from the first one on that was
    /// not forgotten.
    pub(crate) fn voice(&self) -> &[u8] {
        &self.voice
    }

    /// Forgets the first of these frames.
    pub(crate) fn forget(&mut self, frames: usize) {
        self.voice.drain(..frames);
        self.first += frames;
    }

    /// The first sample that is still to be heard.
    pub(crate) fn next_sample(&self) -> usize {
        self.network.samples(self.windows).start.max(0) as usize
    }

    /// Hears what is known with what lies around it. The heights above the noise and the levels are
    /// those of the frames from the first one on that was not forgotten.
    pub(crate) fn listen(&mut self, held: &HeldSamples, heights_db: &[f32], level_dbfs: &[f32]) {
        let known = (self.first + heights_db.len()) * FRAME_MS / WINDOW_MS;
        self.listen_up_to(known.saturating_sub(WINDOWS_AROUND), held, heights_db, level_dbfs);
    }

    /// Hears the rest, after which nothing comes.
    pub(crate) fn finish(&mut self, held: &HeldSamples, heights_db: &[f32], level_dbfs: &[f32]) {
        let known = ((self.first + heights_db.len()) * FRAME_MS).div_ceil(WINDOW_MS);
        self.listen_up_to(known, held, heights_db, level_dbfs);
        self.voice.truncate(heights_db.len());
    }

    fn listen_up_to(&mut self, end: usize, held: &HeldSamples, heights_db: &[f32], level_dbfs: &[f32]) {
        let stands_out = |window: usize| {
            let stands_out = |&frame: &usize| {
                heights_db[frame] >= self.least_height_db && level_dbfs[frame] >= self.least_dbfs
            };
            let frames = frames(window, self.first, heights_db.len());
            frames.filter(stands_out).count() >= FRAMES_STANDING_OUT
        };
        let start = self.windows;
        if start >= end {
            return;
        }
        let mut is_heard = vec![false; end - start];
        // The first window about which nothing is known yet: no window is marked twice.
        let mut next = start;
        for window in start.saturating_sub(WINDOWS_AROUND)..end + WINDOWS_AROUND {
            if stands_out(window) {
                let around = window.saturating_sub(WINDOWS_AROUND)..(window + WINDOWS_AROUND + 1).min(end);
                next = next.max(around.start);
                is_heard[next - start..around.end.max(next) - start].fill(true);
                next = next.max(around.end);
            }
        }
        for stretch in is_heard.chunk_by(|one, other| one == other) {
            let windows = self.windows..self.windows + stretch.len();
            if stretch[0] { self.hear(held, windows) } else { self.pass_over(windows) }
        }
    }

    fn hear(&mut self, held: &HeldSamples, windows: Range<usize>) {
        if !self.hears {
            self.network.forget();
        }
        self.hears = true;
        for start in windows.clone().step_by(WINDOWS_AT_ONCE) {
            let part = start..windows.end.min(start + WINDOWS_AT_ONCE);
            self.likelihoods.clear();
            self.network.hear(held, part, &mut self.likelihoods);
            for index in 0..self.likelihoods.len() {
                self.add((255.0 * self.likelihoods[index] + 0.5) as u8);
            }
        }
    }

    fn pass_over(&mut self, windows: Range<usize>) {
        self.hears &= windows.len() <= LONGEST_BREAK;
        windows.for_each(|_| self.add(0));
    }

    /// Adds what was heard in the next window to the frames whose middles lie in it.
    fn add(&mut self, voice: u8) {
        self.windows += 1;
        let end = (self.windows * WINDOW_MS).saturating_sub(FRAME_MS / 2).div_ceil(FRAME_MS);
        self.voice.resize(end.saturating_sub(self.first), voice);
    }
}

/// The frames that overlap a window, as places from frame `first` on, of which there are `count`.
fn frames(window: usize, first: usize, count: usize) -> Range<usize> {
    let place = |frame: usize| frame.saturating_sub(first).min(count);
    place(window * WINDOW_MS / FRAME_MS)..place(((window + 1) * WINDOW_MS).div_ceil(FRAME_MS))
}
