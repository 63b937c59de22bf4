//! Speakers of labelled recordings, mixed to one channel, against their truth.
//!
//!     speakers_against_truth FOLDER RTTM
//!
//! The truth is `NAME.truth.json` or `NAME.rttm` beside `NAME.wav`. Writes `NAME.truth.rttm` and `NAME.found.rttm` into the
//! folder RTTM, so that other scorers can be asked, and one line of JSON for each recording to stdout.

#![expect(clippy::print_stdout, reason = "the lines are the result")]

use etalon_audio::{Limits, SpeechResampler};
use etalon_call::Span;
use etalon_diarize::{VoiceSettings, Voices, tell_apart};
use etalon_eval::diarization::{OverlappedSpeech, RatedDiarization, SpeakerSegment, diarization_errors};
use etalon_eval::{Truth, rttm};
use etalon_vad::{ActivitySettings, ChannelSamples, analyse};
use etalon_voice::VoiceNetwork;
use std::error::Error;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: speakers_against_truth FOLDER RTTM".into());
    };
    std::fs::create_dir_all(&out)?;
    let mut recordings: Vec<PathBuf> =
        std::fs::read_dir(&folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    recordings.retain(|path| path.extension().is_some_and(|extension| extension == "wav"));
    recordings.sort();
    for path in recordings {
        if let Some(truth) = truth_of(&path)? {
            compare(&path, &truth, &out)?;
        }
    }
    Ok(())
}

fn truth_of(recording: &Path) -> Result<Option<Vec<SpeakerSegment>>, Box<dyn Error>> {
    let labels = recording.with_extension("truth.json");
    if labels.exists() {
        let truth: Truth = serde_json::from_slice(&std::fs::read(labels)?)?;
        let segments = truth.turns.iter().flat_map(|turn| {
            turn.speech.iter().map(|&span| SpeakerSegment { span, speaker: turn.speaker.name().to_owned() })
        });
        return Ok(Some(segments.collect()));
    }
    let segments = recording.with_extension("rttm");
    if segments.exists() {
        return Ok(Some(rttm::parse(&std::fs::read_to_string(segments)?)?));
    }
    Ok(None)
}

fn compare(path: &Path, truth: &[SpeakerSegment], out: &Path) -> Result<(), Box<dyn Error>> {
    let recording = etalon_audio::read(path, &Limits::default())?.recording;
    let channels: Vec<Vec<f32>> = recording.channels.iter().map(etalon_audio::Samples::to_f32).collect();
    let mono: Vec<f32> = (0..recording.frames())
        .map(|place| channels.iter().map(|channel| channel[place]).sum::<f32>() / channels.len() as f32)
        .collect();
    let started_s = thread_time_s();
    let voices = voices(&mono, recording.rate_hz)?;
    let worked_s = thread_time_s() - started_s;
    let found: Vec<SpeakerSegment> = voices
        .segments
        .iter()
        .map(|segment| SpeakerSegment {
            span: segment.span,
            speaker: format!("voice_{}", segment.speaker + 1),
        })
        .collect();
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    std::fs::write(out.join(format!("{name}.truth.rttm")), rttm::as_text(&name, truth))?;
    std::fs::write(out.join(format!("{name}.found.rttm")), rttm::as_text(&name, &found))?;
    let errors = |overlapped| RatedDiarization::from(diarization_errors(truth, &found, overlapped));
    let line = serde_json::json!({
        "recording": name,
        "duration_s": recording.duration_s(),
        "worked_s": worked_s,
        "speakers": voices.speakers,
        "without_overlap": errors(OverlappedSpeech::Excluded),
        "with_overlap": errors(OverlappedSpeech::Included),
    });
    println!("{line}");
    Ok(())
}

/// The voices of a channel, speech activity included.
fn voices(mono: &[f32], rate_hz: u32) -> Result<Voices, Box<dyn Error>> {
    let activity = analyse(&[ChannelSamples::F32(mono)], rate_hz, &ActivitySettings::default());
    let regions = activity.first().map(|channel| channel.regions.as_slice()).unwrap_or_default();
    let mut resampler = SpeechResampler::new(rate_hz)?;
    let mut sound = |span: Span| {
        let place = |time_s: f64| ((time_s * f64::from(rate_hz)).round() as usize).min(mono.len());
        resampler.resample(&mono[place(span.start_s)..place(span.end_s)])
    };
    Ok(tell_apart(regions, &mut sound, VoiceNetwork::embedded()?, &VoiceSettings::default()))
}

/// Seconds that this thread has worked, so that a busy machine does not count.
fn thread_time_s() -> f64 {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds: f64 = statistics.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0.0);
    nanoseconds * 1e-9
}
