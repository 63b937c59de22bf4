//! Taking stock: what each recording is by its bytes, which of them are the same, and which are done already.

use crate::failure::{self, Stage};
use crate::imports::{MissingTranscript, NoTranscript, TranscriptFile};
use crate::intake::Task;
use crate::pipeline::Pipeline;
use etalon_audio::Limits;
use etalon_models::hexadecimal;
use etalon_store::{Failure, Fingerprints, Store};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Hexadecimal digits of the audio's hash that make a call's id.
const ID_DIGITS: usize = 16;

/// A recording that is known by its bytes.
#[derive(Debug, Clone)]
pub struct StockItem {
    /// Where it lies and what is known of it.
    pub task: Task,
    /// SHA-256 of its bytes, in hexadecimal.
    pub audio_sha256: String,
    /// Other sources with the same bytes, sorted.
    pub also_found_as: Vec<String>,
    /// The seconds that its header promises, 0 where it promises nothing: the longest recordings are taken first.
    pub promised_s: f64,
    /// The transcript that is read instead of listening to it.
    pub transcript: Option<TranscriptFile>,
    /// The fingerprints that its result will carry.
    pub fingerprints: Fingerprints,
}

impl StockItem {
    /// The call's id.
    pub fn id(&self) -> &str {
        self.audio_sha256.get(..ID_DIGITS).unwrap_or(&self.audio_sha256)
    }
}

/// What there is to do.
#[derive(Debug, Default)]
pub struct Stock {
    /// Recordings without a current result, longest first.
    pub to_do: Vec<StockItem>,
    /// Ids of calls whose stored result needs nothing but other packs.
    pub to_score: Vec<String>,
    /// Number of recordings whose stored result is current.
    pub done: usize,
    /// Number of recordings that are the same as another one.
    pub duplicates: usize,
    /// Recordings that could not be read, or ended their worker twice in an earlier run.
    pub failures: Vec<Failure>,
}

/// Hashes every recording, joins those that are the same, and sets aside those that are done.
///
/// Of several names of one recording the first one in order of source gives the facts.
pub fn take_stock(tasks: Vec<Task>, pipeline: &Pipeline, store: &Store) -> Stock {
    let limits = pipeline.config.limits();
    let known: Vec<(Task, io::Result<(String, f64)>)> = tasks
        .into_par_iter()
        .map(|task| {
            let promised_s =
                task.paths().into_iter().map(|path| promised_s(path, &limits)).fold(0.0, f64::max);
            let bytes = hash_files(&task.paths()).map(|hash| (hash, promised_s));
            (task, bytes)
        })
        .collect();
    let mut stock = Stock::default();
    let mut unique: BTreeMap<String, StockItem> = BTreeMap::new();
    for (task, bytes) in known {
        match bytes {
            Err(error) => stock.failures.push(unreadable(&task, &error)),
            Ok((audio_sha256, promised_s)) => {
                if let Some(item) = unique.get_mut(&audio_sha256) {
                    stock.duplicates += 1;
                    item.also_found_as.push(task.source);
                    continue;
                }
                let item = StockItem {
                    task,
                    audio_sha256: audio_sha256.clone(),
                    also_found_as: Vec::new(),
                    promised_s,
                    transcript: None,
                    fingerprints: Fingerprints::default(),
                };
                unique.insert(audio_sha256, item);
            }
        }
    }
    let with_transcripts: Vec<_> = unique
        .into_par_iter()
        .map(|(_, item)| {
            let transcript = transcript_of(&item.task, pipeline);
            (item, transcript)
        })
        .collect();
    for (mut item, transcript) in with_transcripts {
        match transcript {
            Ok(transcript) => item.transcript = transcript,
            Err(failure) => {
                stock.failures.push(failure);
                continue;
            }
        }
        item.fingerprints =
            pipeline.call_fingerprints(&item.task, &item.also_found_as, item.transcript.as_ref());
        let (id, wanted) = (item.id(), &item.fingerprints);
        match store.stored_fingerprints(id) {
            Some(stored) if stored == *wanted => stock.done += 1,
            Some(stored) if stored.listening_fingerprint == wanted.listening_fingerprint => {
                stock.to_score.push(id.to_owned());
            }
            _ => match store.quarantined(id, &wanted.fingerprint) {
                Some(quarantined) => {
                    stock.failures.push(failure::quarantined(&item.task.source, &quarantined));
                }
                None => stock.to_do.push(item),
            },
        }
    }
    stock.to_do.sort_by(|left, right| {
        right.promised_s.total_cmp(&left.promised_s).then_with(|| left.task.source.cmp(&right.task.source))
    });
    stock
}

/// The transcript that is read instead of listening to a recording; none where the speech model has to listen.
fn transcript_of(task: &Task, pipeline: &Pipeline) -> Result<Option<TranscriptFile>, Failure> {
    let Some(folder) = &pipeline.transcripts else { return Ok(None) };
    let refused = |reason: &str| Err(failure::permanent(&task.source, Stage::Transcription, reason));
    match folder.find(task) {
        Ok(file) => folder.open(file).map(Some).map_err(|error| {
            let reason = format!("its transcript can't be read: {error}; check its permissions");
            failure::temporary(&task.source, Stage::Transcription, &reason)
        }),
        Err(NoTranscript::Ambiguous) => {
            refused("several transcripts have its name; put the right one where the recording lies")
        }
        Err(NoTranscript::Missing) => match pipeline.config.transcripts.missing {
            MissingTranscript::Transcribe => Ok(None),
            MissingTranscript::Fail => refused("has no transcript; add one, or set missing = \"transcribe\""),
        },
    }
}

fn unreadable(task: &Task, error: &io::Error) -> Failure {
    failure::temporary(&task.source, Stage::Intake, &format!("can't be read: {error}; check its permissions"))
}

/// SHA-256 of the bytes of all files one after the other, a mebibyte at a time.
fn hash_files(paths: &[&Path]) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut block = vec![0_u8; 1 << 20];
    for path in paths {
        let mut file = File::open(path)?;
        loop {
            let read = file.read(&mut block)?;
            if read == 0 {
                break;
            }
            hash.update(&block[..read]);
        }
    }
    Ok(hexadecimal(&hash.finalize()))
}

/// The seconds of audio that a recording's header promises; 0 where it can't be told.
fn promised_s(path: &Path, limits: &Limits) -> f64 {
    let Ok(decoder) = etalon_audio::open(path, limits) else { return 0.0 };
    decoder.frames_promised().map_or(0.0, |frames| frames as f64 / f64::from(decoder.rate_hz().max(1)))
}
