//! What each speaker says: recognized here, or read from a transcript that was made elsewhere.

mod import;

pub use import::hash_transcript;

use crate::error::CallError;
use crate::job::Job;
use crate::pipeline::Pipeline;
use crate::samples::CallSamples;
use crate::speech::{CallSpeech, RecordingSource, SpeakerSpeech};
use crate::worker::Worker;
use etalon_asr::{CallTranscript, Request, SpeakerAudio, SpeakerTranscript, Transcriber, transcribe_call};
use etalon_audio::{Samples, SpeechResampler};
use etalon_call::{CallFacts, Defect, Role, Stage, TranscriptionCounts};
use etalon_diarize::RoleAssignment;
use etalon_roles::{CallContext, VoiceWords, two_people_log_odds};

/// A channel that is not there.
static NO_SAMPLES: Samples = Samples::I16(Vec::new());

/// What the speakers of a call say.
pub(crate) struct CallWords {
    /// The layout, and the channels that carry a side with the roles that were declared for them.
    pub(crate) layout: RoleAssignment,
    /// The speakers with their words.
    pub(crate) speakers: Vec<SpeakerWords>,
    /// The language of the call, where it is known.
    pub(crate) language: Option<String>,
    /// How much was transcribed.
    pub(crate) counts: TranscriptionCounts,
    /// The roles that the names of a transcript give to the speakers.
    pub(crate) declared: DeclaredNames,
    /// What is wrong with a transcript.
    pub(crate) defects: Vec<Defect>,
}

/// One speaker with its words.
pub(crate) struct SpeakerWords {
    pub(crate) speech: SpeakerSpeech,
    /// The role that was declared for the speaker.
    pub(crate) role: Role,
    /// None where the call is not transcribed.
    pub(crate) transcript: Option<SpeakerTranscript>,
}

/// What the names of a transcript say of the roles.
pub(crate) enum DeclaredNames {
    /// Nothing, or there is no transcript from elsewhere.
    None,
    /// The role of each of the speakers who share a channel. The share of the speech that the
    /// voices which are heard give to the same speakers; none where that can't be compared.
    OfSpeakers { agreement: Option<f64> },
    /// For each channel the roles of those who are named as having said its words.
    OfChannels(Vec<Vec<Role>>),
}

/// What the speakers say.
pub(crate) fn of(
    speech: CallSpeech,
    job: &Job,
    source: &mut RecordingSource<'_>,
    pipeline: &Pipeline,
    worker: &mut Worker,
) -> Result<CallWords, CallError> {
    if let Some(file) = &job.transcript {
        return import::import(file, speech, job, &pipeline.settings, worker);
    }
    let Worker { transcriber: Some(transcriber), resamplers, clock, .. } = worker else {
        return Ok(CallWords::without_transcript(speech));
    };
    let samples = clock.time(Stage::Decode, || source.samples())?;
    let resampler = resamplers.for_rate(samples.rate_hz)?;
    let speakers = speech.speakers();
    let audio: Vec<SpeakerAudio<'_>> =
        speakers.iter().map(|speaker| audio_of(speaker, &speech, samples)).collect();
    let transcript = clock.time(Stage::Transcription, || {
        recognize(&audio, samples.rate_hz, transcriber.as_mut(), resampler, job, pipeline)
    })?;
    let counts = transcript.counts();
    let (speakers, transcripts) = clock.time(Stage::Speakers, || {
        merged_if_one_person(&speech, speakers, transcript.speakers, &job.facts.call)
    });
    let words = CallWords::new(speech.layout, speakers, transcripts, counts);
    Ok(CallWords { language: transcript.language, ..words })
}

/// The signal of a speaker, as the recognizer takes it.
fn audio_of<'a>(
    speaker: &'a SpeakerSpeech,
    speech: &CallSpeech,
    samples: &'a CallSamples,
) -> SpeakerAudio<'a> {
    let channel = speech.layout.channels.get(speaker.channel).map(|(channel, _)| *channel);
    SpeakerAudio {
        samples: channel.and_then(|channel| samples.channel(channel)).unwrap_or(&NO_SAMPLES),
        regions: &speaker.analysis.regions,
        excluded: &speaker.excluded,
    }
}

fn recognize(
    audio: &[SpeakerAudio<'_>],
    rate_hz: u32,
    transcriber: &mut dyn Transcriber,
    resampler: &mut SpeechResampler,
    job: &Job,
    pipeline: &Pipeline,
) -> Result<CallTranscript, CallError> {
    let settings = &pipeline.settings.transcription;
    let prompt = pipeline.prompt(&job.facts.call);
    let request =
        Request { languages: &pipeline.settings.languages, prompt: &prompt, beam_size: settings.beam_size };
    Ok(transcribe_call(transcriber, resampler, audio, rate_hz, &request, settings)?)
}

/// The speakers and what they said, where two voices that are more likely one person have become one speaker.
fn merged_if_one_person(
    speech: &CallSpeech,
    speakers: Vec<SpeakerSpeech>,
    transcripts: Vec<SpeakerTranscript>,
    facts: &CallFacts,
) -> (Vec<SpeakerSpeech>, Vec<SpeakerTranscript>) {
    let (Some(diarization), [one, other], [of_one, of_other]) =
        (&speech.diarization, speakers.as_slice(), transcripts.as_slice())
    else {
        return (speakers, transcripts);
    };
    let voices = [(one, of_one), (other, of_other)].map(|(speaker, transcript)| VoiceWords {
        regions: &speaker.analysis.regions,
        words: &transcript.words,
    });
    let words_log_odds = two_people_log_odds(voices, &call_context(facts));
    if diarization.is_one_person(words_log_odds) {
        return (speech.speakers_of_channels(), vec![SpeakerTranscript::joined(transcripts)]);
    }
    (speakers, transcripts)
}

/// What is known of a call that helps to tell its sides apart.
pub(crate) fn call_context(facts: &CallFacts) -> CallContext<'_> {
    CallContext {
        direction: facts.direction,
        company: &facts.company,
        agent_name: facts.agent_name.as_deref(),
    }
}

impl CallWords {
    fn new(
        layout: RoleAssignment,
        speakers: Vec<SpeakerSpeech>,
        transcripts: Vec<SpeakerTranscript>,
        counts: TranscriptionCounts,
    ) -> Self {
        let with_transcript = |(speech, transcript): (SpeakerSpeech, SpeakerTranscript)| SpeakerWords {
            role: declared_role(&layout, &speech),
            speech,
            transcript: Some(transcript),
        };
        let speakers = speakers.into_iter().zip(transcripts).map(with_transcript).collect();
        Self { layout, speakers, language: None, counts, declared: DeclaredNames::None, defects: Vec::new() }
    }

    fn without_transcript(speech: CallSpeech) -> Self {
        let without = |speaker: SpeakerSpeech| SpeakerWords {
            role: declared_role(&speech.layout, &speaker),
            speech: speaker,
            transcript: None,
        };
        Self {
            speakers: speech.speakers().into_iter().map(without).collect(),
            layout: speech.layout,
            language: None,
            counts: TranscriptionCounts::default(),
            declared: DeclaredNames::None,
            defects: Vec::new(),
        }
    }
}

/// The role that was declared for a speaker's channel.
fn declared_role(layout: &RoleAssignment, speaker: &SpeakerSpeech) -> Role {
    layout.channels.get(speaker.channel).map_or(Role::Unknown, |(_, role)| *role)
}
