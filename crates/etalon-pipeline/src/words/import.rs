//! The words of a transcript that was made elsewhere.

use super::{CallWords, DeclaredNames, merged_if_one_person};
use crate::error::CallError;
use crate::job::{Job, TranscriptFile};
use crate::settings::PipelineSettings;
use crate::speech::CallSpeech;
use crate::worker::Worker;
use etalon_asr::{CallTranscript, SpeakerTranscript};
use etalon_call::{CallFacts, Defect, Role, Stage, TranscriptImport, TranscriptionCounts, Word};
use etalon_roles::declared_speakers;
use etalon_transcripts::{PlacedTranscript, SpeakerActivity, SpeakerNames, limits};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// Reads a recording's transcript and gives its words to the speakers, inside their activity.
///
/// Speakers who share a channel are those whom the transcript names; where it names none they are
/// the voices, and a word belongs to the voice that is heard.
pub(super) fn import(
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
        let speakers = speech.speakers();
        return CallWords { declared, ..CallWords::new(speech.layout, speakers, transcripts, counts) };
    };
    let heard = speech.diarization.as_ref();
    if let Some(found) = declared_speakers(&channel.regions, &transcript.words, roles, heard) {
        let transcripts = divided(&transcript.words, &found.speaker_of_words, found.diarization.speakers);
        let speech = speech.with_diarization(found.diarization);
        let speakers = speech.speakers();
        let mut words = CallWords::new(speech.layout, speakers, transcripts, counts);
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
    let (speakers, transcripts) = merged_if_one_person(&speech, speakers, transcripts, facts);
    CallWords::new(speech.layout, speakers, transcripts, counts)
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
