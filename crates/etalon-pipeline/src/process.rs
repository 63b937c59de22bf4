//! One call through every stage: the way of the data, from top to bottom.

use crate::error::CallError;
use crate::job::Job;
use crate::pipeline::Pipeline;
use crate::samples::CallSamples;
use crate::settings::PersonalData;
use crate::signal::{self, Measured, Signal};
use crate::speakers::Speakers;
use crate::speech::{self, RecordingSource};
use crate::turns;
use crate::words;
use crate::worker::Worker;
use crate::{disturbances, rate};
use etalon_acts::Recognizer;
use etalon_audio::diagnostics::Finding;
use etalon_call::{AudioFacts, CALL_SCHEMA, Call, CallFacts, Evaluation, Stage, Turn, Waveform, round3};
use etalon_dialogue::Dialogue;
use etalon_rules::{CallView, History, SCORE_COVERAGE_MIN, evaluate_with_history};

/// What comes out of a recording.
#[derive(Debug, Clone, PartialEq)]
pub struct ProcessedCall {
    /// The scored call.
    pub call: Call,
    /// How the recording looks, all channels as recorded.
    pub waveform: Waveform,
}

/// A recording into a scored call.
///
/// The other calls of the client are not known yet: rules that need them are evaluated again when
/// all are there.
///
/// # Errors
///
/// When the recording can't be decoded, its samples can't be kept, or its speech can't be transcribed.
pub fn process(job: &Job, pipeline: &Pipeline, worker: &mut Worker) -> Result<ProcessedCall, CallError> {
    // Without words, nobody cuts anything out of the samples.
    let kept_max_bytes = if worker.knows_words_of(job) { worker.storage.memory_max_bytes } else { 0 };
    let Measured { mut signal, features, waveform, kept } =
        signal::measure(&job.files, &pipeline.settings, kept_max_bytes, &mut worker.clock)?;
    let layout = speech::layout(job, &signal);
    let kept = kept.map(|channels| CallSamples::in_memory(signal.rate_hz, channels));
    let mut source = RecordingSource::new(job, &pipeline.settings, &worker.storage, kept);
    let speech = speech::by_speaker(layout, features, &mut source, &pipeline.settings, worker)?;
    let suspects = rate::suspects(&speech, &signal, &mut source, &pipeline.settings, &mut worker.clock);
    signal.defects.extend(suspects);
    signal.defects.extend(disturbances::defects(&speech));
    let words = words::of(speech, job, &mut source, pipeline, worker)?;
    let speakers = worker.clock.time(Stage::Speakers, || Speakers::attribute(words, &job.facts.call));
    let mut dialogue = worker.clock.time(Stage::Dialogue, || dialogue(&speakers, &signal, pipeline));
    if speakers.are_transcribed() {
        worker.clock.time(Stage::Acts, || recognize_acts(&mut dialogue.turns))?;
    }
    let call = assemble(job, pipeline, signal, speakers, dialogue);
    let mut call = worker.clock.time(Stage::Standards, || evaluated(call, pipeline));
    // The rules hear everything, as the agent did; what is stored holds no personal data.
    if pipeline.settings.personal_data == PersonalData::Redacted {
        worker.clock.time(Stage::Standards, || etalon_redact::redact(&mut call));
    }
    Ok(ProcessedCall { call, waveform })
}

/// The measured dialogue of the speakers.
fn dialogue(speakers: &Speakers, signal: &Signal, pipeline: &Pipeline) -> Dialogue {
    let settings = &pipeline.settings;
    let language = language(speakers, pipeline);
    let tracks = speakers.tracks(&language);
    let mut dialogue = etalon_dialogue::measure(&tracks, signal.duration_s, &settings.dialogue);
    dialogue.metrics.definitions.extend(settings.activity.definitions());
    if speakers.are_transcribed() {
        let transcripts = speakers.transcripts();
        turns::take_transcripts(&mut dialogue.turns, |turn| speakers.speaker_of(turn), &transcripts);
        dialogue.metrics.definitions.extend(settings.transcription.definitions());
    }
    dialogue
}

/// Sets what each sentence of the turns does.
fn recognize_acts(turns: &mut [Turn]) -> Result<(), CallError> {
    Recognizer::embedded()?.recognize(turns);
    Ok(())
}

/// The language of the call.
fn language(speakers: &Speakers, pipeline: &Pipeline) -> String {
    speakers.language.clone().unwrap_or_else(|| pipeline.certain_language())
}

/// Everything that is known of the call but what the rules say.
fn assemble(job: &Job, pipeline: &Pipeline, signal: Signal, speakers: Speakers, dialogue: Dialogue) -> Call {
    let facts = CallFacts { kind: speakers.kind(), ..job.call_facts() };
    let language = language(&speakers, pipeline);
    let findings = signal.diagnostics.findings.iter().map(Finding::defect);
    let audio = AudioFacts {
        duration_s: round3(signal.duration_s),
        rate_hz: signal.rate_hz,
        channels: u16::try_from(signal.channels).unwrap_or(u16::MAX),
        codec: signal.codec.name().to_owned(),
        layout: speakers.layout,
        layout_source: speakers.layout_source,
        defects: job
            .facts
            .defects
            .iter()
            .cloned()
            .chain(signal.defects)
            .chain(findings)
            .chain(speakers.defects)
            .collect(),
        roles: speakers.evidence,
    };
    Call {
        schema: CALL_SCHEMA.to_owned(),
        call: facts,
        audio,
        pipeline: pipeline.describe(job.fingerprints.clone(), language, speakers.counts),
        turns: dialogue.turns,
        activity: dialogue.activity,
        metrics: dialogue.metrics,
        events: dialogue.events,
        evaluation: Evaluation::default(),
        redaction: None,
    }
}

/// The call with what the rules say of it alone.
fn evaluated(mut call: Call, pipeline: &Pipeline) -> Call {
    call.metrics.definitions.insert(SCORE_COVERAGE_MIN.to_owned(), pipeline.settings.score.coverage_min);
    let history = History::of_one(&call.call);
    call.evaluation = evaluate_with_history(&pipeline.packs, &CallView::from(&call), &history);
    call
}
