//! One call through every stage: the way of the data, from top to bottom.

use crate::error::BatchError;
use crate::failure::Stage;
use crate::imports::{Imported, import};
use crate::listening::{Listening, listen, read};
use crate::pipeline::{Pipeline, Recognizer};
use crate::stock::StockItem;
use crate::timing::StageClock;
use etalon_asr::{AsrError, CallTranscript, ChannelSpeech, Request, Transcriber, transcribe_call};
use etalon_audio::{AudioError, SpeechResampler, doctor};
use etalon_call::{AudioFacts, CALL_SCHEMA, Call, CallFacts, Span, TranscriptionCounts, Turn, round3};
use etalon_dialogue::SpeakerTrack;
use etalon_diarize::{LayoutEvidence, RoleAssignment, assign_roles};
use etalon_standards::{CallView, History, evaluate_with_history};
use etalon_transcripts::TranscriptError;
use etalon_vad::ChannelAnalysis;
use std::collections::BTreeMap;

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
    let (transcript, imported) = clock.time(Stage::Transcription, || match &item.transcript {
        Some(file) => import(file, &roles, &analyses, config)
            .map(|Imported { transcript, source }| (Some(transcript), Some(source))),
        None => transcribe(item, &roles, &analyses, pipeline, ears).map(|heard| (heard, None)),
    })?;

    let language = transcript
        .as_ref()
        .and_then(|transcript| transcript.language.clone())
        .unwrap_or_else(|| pipeline.certain_language());
    let tracks = tracks(&roles, &analyses, transcript.as_ref(), &language);
    let mut dialogue =
        clock.time(Stage::Dialogue, || etalon_dialogue::measure(&tracks, duration_s, &config.dialogue));
    name_languages(&mut dialogue.turns, &roles, transcript.as_ref());
    dialogue.metrics.definitions.extend(config.activity.definitions());
    if transcript.is_some() {
        dialogue.metrics.definitions.extend(config.transcription.definitions());
    }

    let facts = call_facts(item);
    let audio = AudioFacts {
        duration_s: round3(duration_s),
        rate_hz,
        channels: u16::try_from(channels).unwrap_or(u16::MAX),
        codec: codec.name().to_owned(),
        layout: roles.layout,
        layout_source: roles.source,
        defects: defects
            .into_iter()
            .chain(examination.findings.iter().map(doctor::Finding::defect))
            .collect(),
    };
    let evaluation = clock.time(Stage::Standards, || {
        let view = CallView {
            call: &facts,
            audio: &audio,
            turns: &dialogue.turns,
            activity: &dialogue.activity,
            metrics: &dialogue.metrics,
            events: &dialogue.events,
            transcribed: transcript.is_some(),
        };
        // The other calls are not known yet: what only they can decide is settled when all are there.
        evaluate_with_history(&pipeline.packs, &view, &History::of_one(&facts))
    });

    let counts = transcript.map(|transcript| transcript.counts()).unwrap_or_default();
    let counts = TranscriptionCounts { import: imported, ..counts };
    Ok(Call {
        schema: CALL_SCHEMA.to_owned(),
        call: facts,
        audio,
        pipeline: pipeline.describe(item.fingerprints.clone(), language, counts),
        turns: dialogue.turns,
        activity: dialogue.activity,
        metrics: dialogue.metrics,
        events: dialogue.events,
        evaluation,
    })
}

/// The words of the channels, in the order of `analyses`; none when the run goes without transcription.
///
/// Speech is cut out of the samples at random places, so the recording is read whole here, and only here.
fn transcribe(
    item: &StockItem,
    roles: &RoleAssignment,
    analyses: &[ChannelAnalysis],
    pipeline: &Pipeline,
    ears: &mut Ears,
) -> Result<Option<CallTranscript>, CallError> {
    let Some(transcriber) = &mut ears.transcriber else { return Ok(None) };
    let recording = read(&item.task.files, &pipeline.config.limits())?.recording;
    let resampler = match ears.resamplers.entry(recording.rate_hz) {
        std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
        std::collections::btree_map::Entry::Vacant(entry) => {
            entry.insert(SpeechResampler::new(recording.rate_hz)?)
        }
    };
    let with_analyses = roles.channels.iter().zip(analyses);
    let channels: Vec<ChannelSpeech<'_>> = with_analyses
        .filter_map(|((channel, _), analysis)| {
            let samples = recording.channels.get(*channel)?;
            Some(ChannelSpeech { samples, regions: &analysis.regions })
        })
        .collect();
    let languages = pipeline.config.possible_languages();
    let prompt = pipeline.prompt(&item.task.facts.call);
    let request = Request { languages: &languages, prompt: &prompt };
    let settings = &pipeline.config.transcription;
    Ok(Some(transcribe_call(
        transcriber.as_mut(),
        resampler,
        &channels,
        recording.rate_hz,
        &request,
        settings,
    )?))
}

/// What each speaker did, for the dialogue's measures.
fn tracks<'a>(
    roles: &RoleAssignment,
    analyses: &'a [ChannelAnalysis],
    transcript: Option<&'a CallTranscript>,
    language: &'a str,
) -> Vec<SpeakerTrack<'a>> {
    let words = |index: usize| transcript?.channels.get(index).map(|channel| channel.words.as_slice());
    let speakers = roles.channels.iter().map(|(_, role)| *role);
    analyses
        .iter()
        .zip(speakers)
        .enumerate()
        .map(|(index, (analysis, role))| SpeakerTrack { role, analysis, words: words(index), language })
        .collect()
}

/// Gives each turn the language in which its channel was transcribed there.
fn name_languages(turns: &mut [Turn], roles: &RoleAssignment, transcript: Option<&CallTranscript>) {
    let Some(transcript) = transcript else { return };
    for turn in turns {
        let channel = roles.channels.iter().position(|(_, role)| *role == turn.speaker);
        let heard = channel.and_then(|channel| transcript.channels.get(channel));
        if let Some(language) =
            heard.and_then(|heard| heard.language_in(Span { start_s: turn.start_s, end_s: turn.end_s }))
        {
            language.clone_into(&mut turn.language);
        }
    }
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
