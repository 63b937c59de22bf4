//! Who speaks when, before anybody knows what is said: one [`SpeakerSpeech`] for each speaker.
//!
//! A speaker is whoever speaks on a channel of its own, or a voice of a channel that both sides
//! share.

use crate::error::CallError;
use crate::job::Job;
use crate::samples::{CallSamples, SampleStorage};
use crate::settings::PipelineSettings;
use crate::signal::Signal;
use crate::stage_clock::StageClock;
use crate::worker::Worker;
use etalon_audio::{Limits, SampleReader, SpeechResampler};
use etalon_call::{LayoutSource, Role, Span, Stage};
use etalon_diarize::{Diarization, LayoutEvidence, RoleAssignment, VoiceSettings, assign_roles, diarize};
use etalon_vad::{Analyser, ChannelAnalysis, SyllableNucleus};
use etalon_voice::VoiceNetwork;
use std::path::PathBuf;

/// The speech of one speaker.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SpeakerSpeech {
    /// `channel_1`, `voice_2`: what the speaker is called whatever the role.
    pub name: String,
    /// The place of the speaker's channel among those that carry a side.
    pub channel: usize,
    /// Activity and features of the channel, or of this voice on it.
    pub analysis: ChannelAnalysis,
    /// What others say on the same channel, sorted and disjoint.
    pub excluded: Vec<Span>,
}

/// The speech of a call.
pub(crate) struct CallSpeech {
    /// The layout, and the channels that carry a side with the roles that were declared for them.
    pub(crate) layout: RoleAssignment,
    /// What the signal of these channels shows, in their order.
    pub(crate) channels: Vec<ChannelAnalysis>,
    /// The voices of the one channel that both sides share; none where each side has its own, and
    /// where nobody will know the words: nobody could tell then which voice is the agent's.
    pub(crate) diarization: Option<Diarization>,
}

/// The samples of the recording, for those who cut speech out of it.
pub(crate) struct RecordingSource<'a> {
    job: &'a Job,
    limits: Limits,
    /// Where the samples of a long recording are put.
    folder: PathBuf,
    samples: Option<CallSamples>,
}

impl<'a> RecordingSource<'a> {
    /// `kept` are the samples that the first pass kept.
    pub(crate) fn new(
        job: &'a Job,
        settings: &PipelineSettings,
        storage: &SampleStorage,
        kept: Option<CallSamples>,
    ) -> Self {
        let (limits, folder) = (Limits::from(&settings.limits), storage.folder.clone());
        Self { job, limits, folder, samples: kept }
    }

    /// The samples of all channels. They are decoded a second time, into a file, only where they were
    /// too many to be kept: nobody knows before the end of the first pass which channels carry a side
    /// and where they speak.
    pub(crate) fn samples(&mut self) -> Result<&CallSamples, CallError> {
        let samples = match self.samples.take() {
            Some(samples) => samples,
            None => CallSamples::in_files(&self.job.files, &self.limits, &self.folder)?,
        };
        Ok(self.samples.insert(samples))
    }
}

/// Decides which channels carry a side, and which one is whose.
pub(crate) fn layout(job: &Job, signal: &Signal) -> RoleAssignment {
    assign_roles(&LayoutEvidence {
        channels: signal.channels,
        declared: job.facts.layout.zip(job.facts.layout_source),
        only_side: job.facts.only_side.map(|side| (side, LayoutSource::Config)),
        dual_mono: signal.diagnostics.dual_mono,
        dead_channel: signal.diagnostics.dead_channel,
        alive: signal.diagnostics.alive.clone(),
        least_alike: signal.diagnostics.least_alike,
    })
}

/// The speech of each channel that carries a side. Where both sides share one and words will be
/// known, its voices are told apart.
pub(crate) fn by_speaker(
    layout: RoleAssignment,
    features: Analyser,
    source: &mut RecordingSource<'_>,
    settings: &PipelineSettings,
    worker: &mut Worker,
) -> Result<CallSpeech, CallError> {
    let with_sides: Vec<usize> = layout.channels.iter().map(|(channel, _)| *channel).collect();
    let channels = worker.clock.time(Stage::Activity, || features.finish_channels(&with_sides));
    let has_words = worker.knows_words_of(source.job);
    let mut speech = CallSpeech { layout, channels, diarization: None };
    if let ([shared @ (_, Role::Unknown)], true) = (speech.layout.channels.as_slice(), has_words) {
        let samples = worker.clock.time(Stage::Decode, || source.samples())?;
        let rate_hz = samples.rate_hz;
        let resampler = worker.resamplers.for_rate(rate_hz)?;
        if let (Some(channel), Some(analysis)) = (samples.channel(shared.0), speech.channels.first()) {
            let (regions, voices) = (&analysis.regions, &settings.voices);
            speech.diarization = diarized(channel, regions, rate_hz, resampler, voices, &mut worker.clock)?;
        }
    }
    Ok(speech)
}

/// The voices of a channel that may hold both sides; none when the network can't be used, which
/// leaves them unknown.
fn diarized(
    channel: &dyn SampleReader,
    regions: &[Span],
    rate_hz: u32,
    resampler: &mut SpeechResampler,
    settings: &VoiceSettings,
    clock: &mut StageClock,
) -> Result<Option<Diarization>, CallError> {
    let Ok(network) = VoiceNetwork::embedded() else { return Ok(None) };
    let (mut samples, mut failure) = (Vec::new(), None);
    let mut sound = |span: Span| {
        let place = |time_s: f64| (time_s.max(0.0) * f64::from(rate_hz)).round() as usize;
        if failure.is_none() {
            failure = channel.read_f32(place(span.start_s)..place(span.end_s), &mut samples).err();
        }
        // The rest is silence, which takes no time and is not used.
        if failure.is_none() { resampler.resample(&samples) } else { Vec::new() }
    };
    let voices = clock.time(Stage::Speakers, || diarize(regions, &mut sound, network, settings));
    failure.map_or(Ok(Some(voices)), |error| Err(CallError::Samples(error)))
}

impl CallSpeech {
    /// One speaker for each voice of a shared channel that has several, otherwise one for each
    /// channel.
    pub(crate) fn speakers(&self) -> Vec<SpeakerSpeech> {
        match (self.channels.as_slice(), &self.diarization) {
            ([shared], Some(diarization)) if diarization.speakers > 1 => voices_of(shared, diarization),
            _ => self.speakers_of_channels(),
        }
    }

    /// One speaker for each channel.
    pub(crate) fn speakers_of_channels(&self) -> Vec<SpeakerSpeech> {
        self.channels.iter().enumerate().map(of_channel).collect()
    }

    /// The same with other voices on the shared channel.
    #[must_use]
    pub(crate) fn with_diarization(self, diarization: Diarization) -> Self {
        Self { diarization: Some(diarization), ..self }
    }
}

fn of_channel((channel, analysis): (usize, &ChannelAnalysis)) -> SpeakerSpeech {
    SpeakerSpeech {
        name: format!("channel_{}", channel + 1),
        channel,
        analysis: analysis.clone(),
        excluded: Vec::new(),
    }
}

fn voices_of(shared: &ChannelAnalysis, diarization: &Diarization) -> Vec<SpeakerSpeech> {
    let voice = |voice: usize| {
        let (regions, excluded) = diarization.speech_of(voice);
        let mut analysis = ChannelAnalysis { regions, ..shared.clone() };
        let is_own = |nucleus: &SyllableNucleus| diarization.speaker_at(nucleus.time_s) == Some(voice);
        analysis.syllable_nuclei.retain(is_own);
        SpeakerSpeech { name: format!("voice_{}", voice + 1), channel: 0, analysis, excluded }
    };
    (0..diarization.speakers).map(voice).collect()
}
