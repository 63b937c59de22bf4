//! The words of a transcript that was made elsewhere.

mod defects;
mod guard;

use super::{CallWords, DeclaredNames, merged_if_one_person};
use crate::error::CallError;
use crate::job::{Job, TranscriptFile};
use crate::settings::PipelineSettings;
use crate::speech::CallSpeech;
use crate::worker::Worker;
use data_encoding::HEXLOWER;
use etalon_asr::{CallTranscript, SpeakerTranscript};
use etalon_call::{CallFacts, Defect, Role, Span, Stage, TranscriptImport, TranscriptionCounts, Word};
use etalon_roles::declared_speakers;
use etalon_transcripts::{PlacedTranscript, SpeakerActivity, SpeakerNames, Transcript, limits};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// Reads a recording's transcript and gives its words to the speakers, inside their activity.
///
/// What nobody said is removed by the guards of recognition. What the signal shows to be wrong with
/// the transcript becomes a defect.
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
    let Imported { placed, format, unreadable, without_speaker, defects } =
        clock.time(Stage::Transcription, || imported(file, &speech, settings))?;
    let import = TranscriptImport {
        file: file.name.clone(),
        sha256: file.sha256.clone(),
        format: format.to_owned(),
        words_time_estimated: placed.words_time_estimated,
        words_without_confidence: placed.words_without_confidence,
        segments_unreadable: unreadable,
        words_without_speaker: without_speaker,
    };
    let transcripts: Vec<SpeakerTranscript> = placed
        .words
        .into_iter()
        .zip(placed.removed)
        .zip(placed.words_outside_activity)
        .map(|((words, removed), outside)| SpeakerTranscript::of_words(words, removed, outside))
        .collect();
    let counts = CallTranscript { language: None, speakers: transcripts.clone() }.counts();
    let counts = TranscriptionCounts { import: Some(import), ..counts };
    let words = clock.time(Stage::Speakers, || {
        shared_out(speech, transcripts, placed.declared_roles, counts, &job.facts.call)
    });
    Ok(CallWords { defects, ..words })
}

/// A transcript on the channels of those who said it, and what was found on the way.
struct Imported {
    placed: PlacedTranscript,
    /// What wrote it.
    format: &'static str,
    /// Segments that could not be read.
    unreadable: u32,
    /// Words of segments that hold both sides.
    without_speaker: u32,
    defects: Vec<Defect>,
}

fn imported(
    file: &TranscriptFile,
    speech: &CallSpeech,
    settings: &PipelineSettings,
) -> Result<Imported, CallError> {
    let names = SpeakerNames::new(settings.transcript_speakers.clone());
    let bytes = read_limited(&file.path).map_err(CallError::TranscriptFile)?;
    if bytes.len() <= limits::MAX_BYTES && HEXLOWER.encode(&Sha256::digest(&bytes)) != file.sha256 {
        // The transcript in the result has to be the one that its hash names.
        return Err(CallError::TranscriptFile(io::ErrorKind::ResourceBusy.into()));
    }
    let mut transcript = etalon_transcripts::parse(&file.name, &bytes, &names)?;
    let heard = speech.speakers();
    let regions: Vec<&[Span]> = heard.iter().map(|speaker| speaker.analysis.regions.as_slice()).collect();
    let clock = etalon_transcripts::correct_clock(&mut transcript, &regions);
    let both_sides = etalon_transcripts::without_segments_of_both_sides(&mut transcript, &regions);
    guard::mark_hallucinations(&mut transcript, &regions);
    let placed = place(&transcript, speech, &names, settings.transcription.word_shift_max_s);
    let unreadable = transcript.segments_unreadable;
    let defects = [
        defects::unreadable(unreadable, transcript.segments.len()),
        clock.map(defects::clock),
        defects::both_sides(both_sides),
        defects::contradicted_names(placed.contradicted_names),
    ];
    Ok(Imported {
        placed,
        format: transcript.format.name(),
        unreadable,
        without_speaker: both_sides.words,
        defects: defects.into_iter().flatten().collect(),
    })
}

/// The transcript's words on the channels of those who said them.
fn place(
    transcript: &Transcript,
    speech: &CallSpeech,
    names: &SpeakerNames,
    shift_max_s: f64,
) -> PlacedTranscript {
    let speakers: Vec<SpeakerActivity<'_>> = speech
        .layout
        .channels
        .iter()
        .zip(&speech.channels)
        .map(|((_, role), analysis)| SpeakerActivity { role: *role, regions: &analysis.regions })
        .collect();
    etalon_transcripts::place(transcript, &speakers, names, shift_max_s)
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
        let speaker_at = |time_s: f64| found.diarization.speaker_at(time_s);
        let transcripts =
            divided(transcript, &found.speaker_of_words, found.diarization.speakers, speaker_at);
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
            let voice_at = |time_s: f64| diarization.speaker_at(time_s);
            let voice_of = |word: &Word| voice_at(f64::midpoint(word.start_s, word.end_s));
            let voices: Vec<usize> =
                transcript.words.iter().map(|word| voice_of(word).unwrap_or_default()).collect();
            divided(transcript, &voices, speakers.len(), voice_at)
        }
        _ => transcripts,
    };
    let (speakers, transcripts) = merged_if_one_person(&speech, speakers, transcripts, facts);
    CallWords::new(speech.layout, speakers, transcripts, counts)
}

/// What was said on a channel, divided among so many speakers.
fn divided(
    transcript: &SpeakerTranscript,
    speaker_of_words: &[usize],
    speakers: usize,
    speaker_at: impl Fn(f64) -> Option<usize>,
) -> Vec<SpeakerTranscript> {
    let mut divided = vec![(Vec::new(), Vec::new()); speakers];
    for (word, &speaker) in transcript.words.iter().zip(speaker_of_words) {
        if let Some((words, _)) = divided.get_mut(speaker) {
            words.push(word.clone());
        }
    }
    for row in &transcript.removed {
        let speaker = speaker_at(f64::midpoint(row.start_s, row.end_s)).unwrap_or_default();
        if let Some((_, removed)) = divided.get_mut(speaker) {
            removed.push(row.clone());
        }
    }
    divided.into_iter().map(|(words, removed)| SpeakerTranscript::of_words(words, removed, 0)).collect()
}

/// SHA-256 of a transcript in hexadecimal; of a file that is too long for one, of its beginning.
///
/// # Errors
///
/// When the file can't be read.
pub fn hash_transcript(path: &Path) -> io::Result<String> {
    Ok(HEXLOWER.encode(&Sha256::digest(read_limited(path)?)))
}

/// Reads a transcript, but not much more than one may have: the parser refuses it then.
fn read_limited(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limits::MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
