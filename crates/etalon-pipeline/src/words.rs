//! What each speaker says: recognized here, or read from a transcript that was made elsewhere.

use crate::error::CallError;
use crate::job::{Job, TranscriptFile};
use crate::pipeline::Pipeline;
use crate::settings::PipelineSettings;
use crate::speech::{CallSpeech, RecordingSource, SpeakerSpeech};
use crate::worker::Worker;
use etalon_asr::{CallTranscript, Request, SpeakerAudio, SpeakerTranscript, Transcriber, transcribe_call};
use etalon_audio::Samples;
use etalon_call::{CallFacts, Defect, Role, Stage, TranscriptImport, TranscriptionCounts, Word};
use etalon_diarize::RoleAssignment;
use etalon_roles::{CallContext, VoiceWords, declared_speakers, two_people_log_odds};
use etalon_transcripts::{PlacedTranscript, SpeakerActivity, SpeakerNames, limits};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

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
        return import(file, speech, job, &pipeline.settings, worker);
    }
    let Worker { transcriber: Some(transcriber), resamplers, clock } = worker else {
        return Ok(CallWords::without_transcript(&speech));
    };
    let recording = clock.time(Stage::Decode, || source.recording())?;
    let resampler = resamplers.for_rate(recording.rate_hz)?;
    let speakers = speech.speakers();
    let audio: Vec<SpeakerAudio<'_>> =
        speakers.iter().map(|speaker| audio_of(speaker, &speech, &recording.channels)).collect();
    let transcript = clock.time(Stage::Transcription, || {
        recognize(&audio, recording.rate_hz, transcriber.as_mut(), resampler, job, pipeline)
    })?;
    let counts = transcript.counts();
    let (speech, transcripts) = clock.time(Stage::Speakers, || {
        merged_if_one_person(speech, &speakers, transcript.speakers, &job.facts.call)
    });
    Ok(CallWords { language: transcript.language, ..CallWords::new(&speech, transcripts, counts) })
}

/// The signal of a speaker, as the recognizer takes it.
fn audio_of<'a>(
    speaker: &'a SpeakerSpeech,
    speech: &CallSpeech,
    channels: &'a [Samples],
) -> SpeakerAudio<'a> {
    let channel = speech.layout.channels.get(speaker.channel).map(|(channel, _)| *channel);
    SpeakerAudio {
        samples: channel.and_then(|channel| channels.get(channel)).unwrap_or(&NO_SAMPLES),
        regions: &speaker.analysis.regions,
        excluded: &speaker.excluded,
    }
}

fn recognize(
    audio: &[SpeakerAudio<'_>],
    rate_hz: u32,
    transcriber: &mut dyn Transcriber,
    resampler: &mut etalon_audio::SpeechResampler,
    job: &Job,
    pipeline: &Pipeline,
) -> Result<CallTranscript, CallError> {
    let settings = &pipeline.settings.transcription;
    let prompt = pipeline.prompt(&job.facts.call);
    let request =
        Request { languages: &pipeline.settings.languages, prompt: &prompt, beam_size: settings.beam_size };
    Ok(transcribe_call(transcriber, resampler, audio, rate_hz, &request, settings)?)
}

/// The speech and what was said, where two voices that are more likely one person have become one
/// speaker.
fn merged_if_one_person(
    speech: CallSpeech,
    speakers: &[SpeakerSpeech],
    transcripts: Vec<SpeakerTranscript>,
    facts: &CallFacts,
) -> (CallSpeech, Vec<SpeakerTranscript>) {
    let (Some(diarization), [one, other], [of_one, of_other]) =
        (&speech.diarization, speakers, transcripts.as_slice())
    else {
        return (speech, transcripts);
    };
    let voices = [(one, of_one), (other, of_other)].map(|(speaker, transcript)| VoiceWords {
        regions: &speaker.analysis.regions,
        words: &transcript.words,
    });
    let log_odds = two_people_log_odds(voices, &call_context(facts));
    let merged = diarization.clone().merged_if_one_person(log_odds);
    if merged.speakers > 1 {
        return (speech, transcripts);
    }
    (speech.with_diarization(merged), vec![SpeakerTranscript::joined(transcripts)])
}

/// Reads a recording's transcript and gives its words to the speakers, inside their activity.
///
/// Speakers who share a channel are those whom the transcript names; where it names none they are
/// the voices, and a word belongs to the voice that is heard.
fn import(
    file: &TranscriptFile,
    speech: CallSpeech,
    job: &Job,
    settings: &PipelineSettings,
    worker: &mut Worker,
) -> Result<CallWords, CallError> {
    let Worker { clock, .. } = worker;
    let (placed, format) = clock.time(Stage::Transcription, || place(file, &speech, settings))?;
    let import = TranscriptImport {
        file: file.name.clone(),
        sha256: file.sha256.clone(),
        format: format.to_owned(),
        words_time_estimated: placed.words_time_estimated,
        words_without_confidence: placed.words_without_confidence,
    };
    let defects: Vec<Defect> = contradiction(placed.contradicted_names).into_iter().collect();
    let transcripts: Vec<SpeakerTranscript> = placed
        .words
        .into_iter()
        .zip(placed.words_outside_activity)
        .map(|(words, outside)| SpeakerTranscript::of_words(words, outside))
        .collect();
    let counts = CallTranscript { language: None, speakers: transcripts.clone() }.counts();
    let counts = TranscriptionCounts { import: Some(import), ..counts };
    let words = clock.time(Stage::Speakers, || {
        shared_out(speech, transcripts, placed.declared_roles, counts, &job.facts.call)
    });
    Ok(CallWords { defects, ..words })
}

/// The transcript's words on the channels of those who said them, and its format.
fn place(
    file: &TranscriptFile,
    speech: &CallSpeech,
    settings: &PipelineSettings,
) -> Result<(PlacedTranscript, &'static str), CallError> {
    let names = SpeakerNames::new(settings.transcript_speakers.clone());
    let bytes = read_limited(&file.path).map_err(CallError::TranscriptFile)?;
    let transcript = etalon_transcripts::parse(&file.name, &bytes, &names)?;
    let speakers: Vec<SpeakerActivity<'_>> = speech
        .layout
        .channels
        .iter()
        .zip(&speech.channels)
        .map(|((_, role), analysis)| SpeakerActivity { role: *role, regions: &analysis.regions })
        .collect();
    let placed =
        etalon_transcripts::place(&transcript, &speakers, &names, settings.transcription.word_shift_max_s);
    Ok((placed, transcript.format.name()))
}

/// The words of channels, shared out to those who speak on them.
fn shared_out(
    speech: CallSpeech,
    transcripts: Vec<SpeakerTranscript>,
    declared_roles: Vec<Vec<Role>>,
    counts: TranscriptionCounts,
    facts: &CallFacts,
) -> CallWords {
    let ([channel], [transcript], [roles]) =
        (speech.channels.as_slice(), transcripts.as_slice(), declared_roles.as_slice())
    else {
        let declared = DeclaredNames::OfChannels(declared_roles);
        return CallWords { declared, ..CallWords::new(&speech, transcripts, counts) };
    };
    let heard = speech.diarization.as_ref();
    if let Some(found) = declared_speakers(&channel.regions, &transcript.words, roles, heard) {
        let transcripts = divided(&transcript.words, &found.speaker_of_words, found.diarization.speakers);
        let speech = speech.with_diarization(found.diarization);
        let mut words = CallWords::new(&speech, transcripts, counts);
        for (speaker, role) in words.speakers.iter_mut().zip(found.roles) {
            speaker.role = role;
        }
        words.declared = DeclaredNames::OfSpeakers { agreement: found.agreement };
        return words;
    }
    let speakers = speech.speakers();
    let transcripts = match &speech.diarization {
        Some(diarization) if speakers.len() > 1 => {
            let voice_of = |word: &Word| diarization.speaker_at(f64::midpoint(word.start_s, word.end_s));
            let voices: Vec<usize> =
                transcript.words.iter().map(|word| voice_of(word).unwrap_or_default()).collect();
            divided(&transcript.words, &voices, speakers.len())
        }
        _ => transcripts,
    };
    let (speech, transcripts) = merged_if_one_person(speech, &speakers, transcripts, facts);
    CallWords::new(&speech, transcripts, counts)
}

/// Words divided among so many speakers.
fn divided(words: &[Word], speaker_of_words: &[usize], speakers: usize) -> Vec<SpeakerTranscript> {
    let mut divided = vec![Vec::new(); speakers];
    for (word, &speaker) in words.iter().zip(speaker_of_words) {
        if let Some(words) = divided.get_mut(speaker) {
            words.push(word.clone());
        }
    }
    divided.into_iter().map(|words| SpeakerTranscript::of_words(words, 0)).collect()
}

/// The defect of names that the signal contradicts.
fn contradiction(names: u32) -> Option<Defect> {
    (names > 0).then(|| {
        let detail = format!(
            "{names} speakers of the transcript speak while the other side's channel is active; their words were put there and the told layout was kept"
        );
        Defect::new("transcript_speakers_swapped", detail)
    })
}

/// Reads a transcript, but not much more than one may have: the parser refuses it then.
fn read_limited(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limits::MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
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
    fn new(speech: &CallSpeech, transcripts: Vec<SpeakerTranscript>, counts: TranscriptionCounts) -> Self {
        let with_transcript = |(speech_of, transcript): (SpeakerSpeech, SpeakerTranscript)| SpeakerWords {
            role: speech.declared_role(&speech_of),
            speech: speech_of,
            transcript: Some(transcript),
        };
        let speakers = speech.speakers().into_iter().zip(transcripts).map(with_transcript).collect();
        let layout = speech.layout.clone();
        Self { layout, speakers, language: None, counts, declared: DeclaredNames::None, defects: Vec::new() }
    }

    fn without_transcript(speech: &CallSpeech) -> Self {
        let without = |speaker: SpeakerSpeech| SpeakerWords {
            role: speech.declared_role(&speaker),
            speech: speaker,
            transcript: None,
        };
        Self {
            layout: speech.layout.clone(),
            speakers: speech.speakers().into_iter().map(without).collect(),
            language: None,
            counts: TranscriptionCounts::default(),
            declared: DeclaredNames::None,
            defects: Vec::new(),
        }
    }
}
