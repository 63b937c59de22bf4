//! Recordings into Ogg Opus.

use crate::channels::Heard;
use crate::muted::MutedSamples;
use crate::opus_file::{OpusFile, encoded_rate_hz};
use crate::{ListenError, Original};
use etalon_audio::{AudioError, CallDecoder, Fit, Limits, Samples};
use etalon_call::{Layout, Span};
use std::io::Write;

/// Writes the recording of a call as Ogg Opus: decoded as it was heard, so that a player's clock is
/// that of the call.
///
/// Two sides become left (the agent, or the first channel) and right, each encoded for itself.
/// `muted` is silent before anything is encoded, so that nothing of it is in the file. The same
/// recording gives the same bytes on the same kind of processor. One block of samples is held.
///
/// # Errors
///
/// [`ListenError::Recording`] where the recording cannot be decoded, [`ListenError::Changed`],
/// [`ListenError::Write`], [`ListenError::Encoder`].
pub fn convert<W: Write>(
    original: &Original<'_>,
    muted: &[Span],
    limits: &Limits,
    output: W,
) -> Result<W, ListenError> {
    original.check_bytes()?;
    let layout = original.audio.layout;
    let mut decoder = CallDecoder::open(original.files, limits)?;
    let mut listener = Listener::begin(output, layout, muted, decoder.rate_hz(), decoder.channels())?;
    while let Some(block) = decoder.next_block()? {
        listener.push(block)?;
    }
    listener.finish()
}

/// A conversion that is under way.
struct Listener<W: Write> {
    heard: Heard,
    fit: Fit,
    muted: MutedSamples,
    file: OpusFile<W>,
    /// Samples per channel that were taken from the recording.
    taken: u64,
}

impl<W: Write> Listener<W> {
    fn begin(
        output: W,
        layout: Layout,
        muted: &[Span],
        rate_hz: u32,
        channels: usize,
    ) -> Result<Self, ListenError> {
        let heard = Heard::of(layout, channels);
        let encoded_hz = encoded_rate_hz(rate_hz);
        Ok(Self {
            heard,
            fit: Fit::new(rate_hz, encoded_hz, heard.count())?,
            muted: MutedSamples::of(muted, rate_hz),
            file: OpusFile::begin(output, heard.count(), encoded_hz)?,
            taken: 0,
        })
    }

    fn push(&mut self, block: &[Samples]) -> Result<(), ListenError> {
        let mut channels = self.heard.of_block(block);
        for samples in &mut channels {
            self.muted.silence(samples, self.taken);
        }
        self.taken += channels.first().map_or(0, Vec::len) as u64;
        let planes: Vec<Samples> = channels.into_iter().map(Samples::F32).collect();
        let mut ready = self.no_samples();
        self.fit.push(&planes, &mut ready);
        self.write(&ready)
    }

    fn finish(mut self) -> Result<W, ListenError> {
        let mut ready = self.no_samples();
        self.fit.finish(&mut ready);
        self.write(&ready)?;
        if self.taken == 0 {
            return Err(AudioError::no_samples().into());
        }
        self.file.finish()
    }

    fn no_samples(&self) -> Vec<Samples> {
        vec![Samples::F32(Vec::new()); self.heard.count()]
    }

    fn write(&mut self, ready: &[Samples]) -> Result<(), ListenError> {
        self.file.push(&ready.iter().map(Samples::to_f32).collect::<Vec<_>>())
    }
}
