//! How much segments of one speaker are alike, and those of two, in labelled recordings.
//!
//!     similarity_of_segments FOLDER...
//!
//! The truth is `NAME.rttm` beside `NAME.wav`. What each speaker says alone is cut into segments of
//! one, two, four and eight seconds of speech, and segments of one recording are compared: a line
//! of JSON for each length, with the similarity (cosine) that is exceeded by 95, 50 and 5 % of the
//! pairs of one speaker and of two, and the equal error rate. Two speakers are those of one
//! recording, who share its line and its noise.

#![expect(clippy::print_stdout, reason = "the lines are the result")]

mod common;

use common::{Mixed, mixed, recordings, thread_time_s};
use etalon_audio::SpeechResampler;
use etalon_eval::diarization::SpeakerSegment;
use etalon_eval::rttm;
use etalon_voice::{Embedding, FeatureExtractor, VoiceNetwork};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

const LENGTHS_S: [f64; 4] = [1.0, 2.0, 4.0, 8.0];

/// So many segments of a speaker at most, from everywhere in the recording.
const SEGMENTS_AT_MOST: usize = 60;

fn main() -> Result<(), Box<dyn Error>> {
    let folders: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if folders.is_empty() {
        return Err("usage: similarity_of_segments FOLDER...".into());
    }
    for length_s in LENGTHS_S {
        let started_s = thread_time_s();
        let (mut same, mut different) = (Vec::new(), Vec::new());
        for folder in &folders {
            for path in recordings(folder)? {
                let truth = path.with_extension("rttm");
                if truth.exists() {
                    let segments = rttm::parse(&std::fs::read_to_string(truth)?)?;
                    compare(&voices(&path, &segments, length_s)?, &mut same, &mut different);
                }
            }
        }
        same.sort_by(f32::total_cmp);
        different.sort_by(f32::total_cmp);
        let line = serde_json::json!({
            "seconds": length_s,
            "same": { "pairs": same.len(), "similarity": quantiles(&same) },
            "different": { "pairs": different.len(), "similarity": quantiles(&different) },
            "equal_error_rate": equal_error_rate(&same, &different),
            "worked_s": thread_time_s() - started_s,
        });
        println!("{line}");
    }
    Ok(())
}

/// The voice in each segment of so many seconds, by speaker.
fn voices(
    path: &Path,
    truth: &[SpeakerSegment],
    length_s: f64,
) -> Result<BTreeMap<String, Vec<Embedding>>, Box<dyn Error>> {
    let Mixed { mono, rate_hz } = mixed(path)?;
    let mut resampler = SpeechResampler::new(rate_hz)?;
    let (network, mut extractor) = (VoiceNetwork::embedded()?, FeatureExtractor::default());
    let place = |time_s: f64| ((time_s * f64::from(rate_hz)).round() as usize).min(mono.len());
    let mut sounds: BTreeMap<String, Vec<f32>> = BTreeMap::new();
    for segment in truth {
        let is_other = |other: &SpeakerSegment| {
            other.speaker != segment.speaker
                && other.span.start_s < segment.span.end_s
                && other.span.end_s > segment.span.start_s
        };
        if !truth.iter().any(is_other) {
            let sound = &mono[place(segment.span.start_s)..place(segment.span.end_s)];
            sounds.entry(segment.speaker.clone()).or_default().extend(sound);
        }
    }
    let count = place(length_s).max(1);
    let of_speaker = |(speaker, sound): (String, Vec<f32>)| {
        let whole: Vec<&[f32]> = sound.chunks_exact(count).collect();
        let taken = whole.iter().step_by(whole.len().div_ceil(SEGMENTS_AT_MOST).max(1));
        let heard = taken.filter_map(|sound| {
            let mut features = extractor.features(&resampler.resample(sound));
            features.subtract_mean();
            let frames = network.listen(&features);
            network.embeddings(&frames, std::slice::from_ref(&(0..frames.len()))).pop().flatten()
        });
        (speaker, heard.collect())
    };
    Ok(sounds.into_iter().map(of_speaker).collect())
}

/// The similarity of every pair.
fn compare(voices: &BTreeMap<String, Vec<Embedding>>, same: &mut Vec<f32>, different: &mut Vec<f32>) {
    let all: Vec<(&String, &Embedding)> =
        voices.iter().flat_map(|(speaker, own)| own.iter().map(move |voice| (speaker, voice))).collect();
    for (place, (speaker, voice)) in all.iter().enumerate() {
        for (other, theirs) in &all[..place] {
            if other == speaker { &mut *same } else { &mut *different }.push(voice.similarity(theirs));
        }
    }
}

/// What 95, 50 and 5 % of the values exceed.
fn quantiles(sorted: &[f32]) -> [Option<f32>; 3] {
    [0.05, 0.5, 0.95].map(|share| sorted.get((share * sorted.len() as f64) as usize).copied())
}

/// The share of pairs on the wrong side of that similarity for which it is the same for both; none
/// without pairs of either.
fn equal_error_rate(same: &[f32], different: &[f32]) -> Option<f64> {
    let wrong = |limit: f32| {
        let rejected = same.partition_point(|&similarity| similarity < limit) as f64 / same.len() as f64;
        let accepted =
            1.0 - different.partition_point(|&similarity| similarity < limit) as f64 / different.len() as f64;
        rejected.max(accepted)
    };
    let is_known = !same.is_empty() && !different.is_empty();
    is_known.then(|| same.iter().map(|&limit| wrong(limit)).fold(1.0, f64::min))
}
