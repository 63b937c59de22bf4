//! One call through every stage: the way of the data, from top to bottom.

use crate::error::BatchError;
use crate::failure::Stage;
use crate::imports::{Imported, import};
use crate::listening::{Listening, listen, read};
use crate::pipeline::{Pipeline, Recognizer};
use crate::speakers::Speakers;
use crate::stock::StockItem;
use crate::timing::StageClock;
use crate::turns;
use etalon_asr::{AsrError, CallTranscript, ChannelSpeech, Request, Transcriber, transcribe_call};
use etalon_audio::{AudioError, Recording, SpeechResampler, doctor};
use etalon_call::{
    AudioFacts, CALL_SCHEMA, Call, CallFacts, Defect, Evaluation, Role, Span, TranscriptImport,
    TranscriptionCounts, round3,
};
use etalon_diarize::{LayoutEvidence, RoleAssignment, Voices, assign_roles, tell_apart};
use etalon_standards::{CallView, History, evaluate_with_history};
use etalon_transcripts::TranscriptError;
use etalon_vad::ChannelAnalysis;
use etalon_voice::VoiceNetwork;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The recording could not be decoded.
    #[error(transparent)]
    Audio(#[from] AudioError),
    /// The speech could not be transcribed.
    #[error(transparent)]
    Transcription(#[from] AsrError),
    /// The transcript that was made elsewhere can't be used.
    #[error(transparent)]
    Transcript(#[from] TranscriptError),
    /// The transcript that was made elsewhere can't be read.
    #[error("the transcript can't be read: {0}; check its permissions")]
    TranscriptFile(std::io::Error),
}

impl CallError {
    /// The stage that gave up.
    pub fn stage(&self) -> Stage {
        match self {
            Self::Audio(_) => Stage::Decode,
            Self::Transcription(_) | Self::Transcript(_) | Self::TranscriptFile(_) => Stage::Transcription,
        }
    }

    /// Why, for people. The recording's path is left out: whoever lists the failure names it.
    pub fn reason(&self) -> String {
        match self {
            Self::Audio(AudioError::InFile { source, .. }) => source.to_string(),
            Self::Audio(error) => error.to_string(),
            Self::Transcription(_) | Self::Transcript(_) | Self::TranscriptFile(_) => self.to_string(),
        }
    }

    /// Whether the same recording would fail again.
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Audio(error) => error.is_permanent(),
            Self::Transcription(error) => error.is_permanent(),
            Self::Transcript(error) => error.is_permanent(),
            Self::TranscriptFile(_) => false,
        }
    }
}

/// What a worker keeps from call to call.
pub struct Worker {
    ears: Ears,
    /// Where the worker's time goes.
    pub clock: StageClock,
}

/// What a worker transcribes with.
#[derive(Default)]
struct Ears {
    transcriber: Option<Box<dyn Transcriber>>,
    resamplers: BTreeMap<u32, SpeechResampler>,
}

impl Worker {
    /// A worker for this pipeline; it has no ears when the run goes without transcription.
    ///
    /// # Errors
    ///
    /// When the speech model can't be loaded, or the memory of its state can't be had.
    pub fn for_pipeline(pipeline: &Pipeline, clock: StageClock) -> Result<Self, BatchError> {
        let transcriber = pipeline.recognizer.as_ref().map(Recognizer::transcriber).transpose()?;
        Ok(Self { ears: Ears { transcriber, ..Ears::default() }, clock })
    }
}

/// A recording into a scored call.
///
/// # Errors
///
/// When the recording can't be decoded or its speech can't be transcribed.
pub fn process_call(item: &StockItem, pipeline: &Pipeline, worker: &mut Worker) -> Result<Call, CallError> {
    let config = &pipeline.config;
    let Worker { ears, clock } = worker;

    let Listening { analyser, examination, defects, rate_hz, codec, channels, duration_s } =
        listen(&item.task.files, config, clock)?;
    let roles = assign_roles(&LayoutEvidence {
        channels,
        told: item.task.facts.layout.zip(item.task.facts.layout_source),
        dual_mono: examination.dual_mono,
        dead_channel: examination.dead_channel,
    });
    let with_sides: Vec<usize> = roles.channels.iter().map(|(channel, _)| *channel).collect();
    let analyses = clock.time(Stage::Activity, || analyser.finish_channels(&with_sides));
    let Heard { transcript, told_roles, voices, imported, defects: heard_defects } = match &item.transcript {
        Some(file) => {
            let imported = clock.time(Stage::Transcription, || import(file, &roles, &analyses, config))?;
            Heard::elsewhere(imported, shared_voices(item, &roles, &analyses, pipeline, ears, clock)?)
        }
        None => hear(item, &roles, &analyses, pipeline, ears, clock)?,
    };

    let language = transcript
        .as_ref()
        .and_then(|transcript| transcript.language.clone())
        .unwrap_or_else(|| pipeline.certain_language());
    let mut facts = call_facts(item);
    let speakers = clock.time(Stage::Speakers, || {
        Speakers::find(&roles, analyses, transcript.as_ref(), &told_roles, voices, &facts, &config.voices)
    });
    facts.kind = speakers.kind();
    let tracks = speakers.tracks(&language);
    let mut dialogue =
        clock.time(Stage::Dialogue, || etalon_dialogue::measure(&tracks, duration_s, &config.dialogue));
    if let Some(transcript) = &transcript {
        turns::take_transcript(&mut dialogue.turns, |turn| speakers.channel_of(turn), &transcript.channels);
    }
    dialogue.metrics.definitions.extend(config.activity.definitions());
    if transcript.is_some() {
        dialogue.metrics.definitions.extend(config.transcription.definitions());
    }

    let audio = AudioFacts {
        duration_s: round3(duration_s),
        rate_hz,
        channels: u16::try_from(channels).unwrap_or(u16::MAX),
        codec: codec.name().to_owned(),
        layout: speakers.layout,
        layout_source: speakers.layout_source,
        defects: defects
            .into_iter()
            .chain(examination.findings.iter().map(doctor::Finding::defect))
            .chain(heard_defects)
            .chain(speakers.defects)
            .collect(),
        roles: speakers.evidence,
    };
    let counts = transcript.map(|transcript| transcript.counts()).unwrap_or_default();
    let counts = TranscriptionCounts { import: imported, ..counts };
    let mut call = Call {
        schema: CALL_SCHEMA.to_owned(),
        call: facts,
        audio,
        pipeline: pipeline.describe(item.fingerprints.clone(), language, counts),
        turns: dialogue.turns,
        activity: dialogue.activity,
        metrics: dialogue.metrics,
        events: dialogue.events,
        evaluation: Evaluation::default(),
    };
    // The other calls are not known yet: what only they can decide is settled when all are there.
    let history = History::of_one(&call.call);
    call.evaluation = clock
        .time(Stage::Standards, || evaluate_with_history(&pipeline.packs, &CallView::from(&call), &history));
    Ok(call)
}

/// What was heard in a call.
#[derive(Default)]
struct Heard {
    /// The words of the channels, in the order of the analyses; none when the run goes without transcription.
    transcript: Option<CallTranscript>,
    /// For each word of each channel the role of whoever a transcript from elsewhere says has said it.
    told_roles: Vec<Vec<Role>>,
    /// The voices of the one channel that carries a side; none where each side has its own, and without transcription:
    /// nobody could tell then which voice is the agent's.
    voices: Option<Voices>,
    /// Where the transcript was read, if it was not made here.
    imported: Option<TranscriptImport>,
    /// What is wrong with it.
    defects: Vec<Defect>,
}

impl Heard {
    fn elsewhere(imported: Imported, voices: Option<Voices>) -> Self {
        let Imported { transcript, told_roles, source, defects } = imported;
        Self { transcript: Some(transcript), told_roles, voices, imported: Some(source), defects }
    }
}

/// The recording as a whole, for those who cut speech out of it at random places; nobody else needs it.
fn whole(item: &StockItem, pipeline: &Pipeline) -> Result<Recording, CallError> {
    Ok(read(&item.task.files, &pipeline.config.limits())?.recording)
}

/// Transcribes the channels and tells the voices of a shared one apart.
fn hear(
    item: &StockItem,
    roles: &RoleAssignment,
    analyses: &[ChannelAnalysis],
    pipeline: &Pipeline,
    ears: &mut Ears,
    clock: &mut StageClock,
) -> Result<Heard, CallError> {
    let Some(transcriber) = &mut ears.transcriber else { return Ok(Heard::default()) };
    let recording = clock.time(Stage::Transcription, || whole(item, pipeline))?;
    let resampler = resampler(&mut ears.resamplers, recording.rate_hz)?;
    let channels = channels_with_speech(&recording, roles, analyses);
    let languages = pipeline.config.possible_languages();
    let prompt = pipeline.prompt(&item.task.facts.call);
    let settings = &pipeline.config.transcription;
    let request = Request { languages: &languages, prompt: &prompt, beam_size: settings.beam_size };
    let voices = match channels.as_slice() {
        [shared] => clock.time(Stage::Speakers, || voices_of(shared, recording.rate_hz, resampler, pipeline)),
        _ => None,
    };
    let transcript = clock.time(Stage::Transcription, || {
        let mut transcribe = |channels: &[ChannelSpeech<'_>]| {
            transcribe_call(transcriber.as_mut(), resampler, channels, recording.rate_hz, &request, settings)
        };
        match (channels.as_slice(), &voices) {
            ([shared], Some(voices)) if voices.speakers > 1 => {
                // Voice by voice, as channel by channel: each has a language of its own, and none finishes another's sentence.
                let speech: Vec<(Vec<Span>, Vec<Span>)> =
                    (0..voices.speakers).map(|voice| voices.speech_of(voice)).collect();
                let apart: Vec<ChannelSpeech<'_>> = speech
                    .iter()
                    .map(|(regions, others)| ChannelSpeech { samples: shared.samples, regions, others })
                    .collect();
                transcribe(&apart).map(CallTranscript::on_one_channel)
            }
            _ => transcribe(&channels),
        }
    })?;
    Ok(Heard { transcript: Some(transcript), voices, ..Heard::default() })
}

/// The voices of a call whose transcript was made elsewhere, where both sides share a channel. Transcripts name such
/// speakers as they like, so the voices are listened to all the same.
fn shared_voices(
    item: &StockItem,
    roles: &RoleAssignment,
    analyses: &[ChannelAnalysis],
    pipeline: &Pipeline,
    ears: &mut Ears,
    clock: &mut StageClock,
) -> Result<Option<Voices>, CallError> {
    if roles.channels.len() != 1 {
        return Ok(None);
    }
    let recording = clock.time(Stage::Speakers, || whole(item, pipeline))?;
    let resampler = resampler(&mut ears.resamplers, recording.rate_hz)?;
    let channels = channels_with_speech(&recording, roles, analyses);
    let shared = channels.first();
    Ok(clock.time(Stage::Speakers, || voices_of(shared?, recording.rate_hz, resampler, pipeline)))
}

/// The resampler for a rate, made when it is first asked for.
fn resampler(
    resamplers: &mut BTreeMap<u32, SpeechResampler>,
    rate_hz: u32,
) -> Result<&mut SpeechResampler, AudioError> {
    match resamplers.entry(rate_hz) {
        Entry::Occupied(entry) => Ok(entry.into_mut()),
        Entry::Vacant(entry) => Ok(entry.insert(SpeechResampler::new(rate_hz)?)),
    }
}

/// The channels that carry a side, with their speech.
fn channels_with_speech<'a>(
    recording: &'a Recording,
    roles: &RoleAssignment,
    analyses: &'a [ChannelAnalysis],
) -> Vec<ChannelSpeech<'a>> {
    let with_analyses = roles.channels.iter().zip(analyses);
    with_analyses
        .filter_map(|((channel, _), analysis)| {
            let samples = recording.channels.get(*channel)?;
            Some(ChannelSpeech { samples, regions: &analysis.regions, others: &[] })
        })
        .collect()
}

/// The voices of a channel that may hold both sides; none when the network can't be used, which leaves them unknown.
fn voices_of(
    channel: &ChannelSpeech<'_>,
    rate_hz: u32,
    resampler: &mut SpeechResampler,
    pipeline: &Pipeline,
) -> Option<Voices> {
    let mut samples = Vec::new();
    let mut sound = |span: Span| {
        let place = |time_s: f64| (time_s.max(0.0) * f64::from(rate_hz)).round() as usize;
        channel.samples.copy_to_f32(place(span.start_s)..place(span.end_s), &mut samples);
        resampler.resample(&samples)
    };
    let network = VoiceNetwork::embedded().ok()?;
    Some(tell_apart(channel.regions, &mut sound, network, &pipeline.config.voices))
}

fn call_facts(item: &StockItem) -> CallFacts {
    CallFacts {
        id: item.id().to_owned(),
        source: item.task.source.clone(),
        also_found_as: item.also_found_as.clone(),
        audio_sha256: item.audio_sha256.clone(),
        ..item.task.facts.call.clone()
    }
}
