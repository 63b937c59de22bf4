//! Speakers of labelled recordings, mixed to one channel.
//!
//!     diarize FOLDER OUT
//!
//! The truth is `NAME.truth.json` or `NAME.rttm` beside `NAME.wav`. Writes into the folder OUT what
//! others need to do the same and to score it: `NAME.wav`, the mix at 16 kHz; `NAME.truth.rttm`;
//! `NAME.speech.rttm`, the speech in which the voices were told apart; and `NAME.etalon.rttm`, the
//! voices. One line of JSON for each recording to stdout.

#![expect(clippy::print_stdout, reason = "the lines are the result")]

mod common;

use common::{Mixed, mixed, recordings, thread_time_s};
use etalon_audio::{SPEECH_RATE_HZ, SpeechResampler};
use etalon_call::Span;
use etalon_diarize::{Diarization, Difference, VoiceSettings, diarize};
use etalon_eval::diarization::SpeakerSegment;
use etalon_eval::{Truth, rttm};
use etalon_vad::{ActivitySettings, ChannelSamples, analyse};
use etalon_voice::VoiceNetwork;
use std::error::Error;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: diarize FOLDER OUT".into());
    };
    std::fs::create_dir_all(&out)?;
    for path in recordings(&folder)? {
        if let Some(truth) = truth_of(&path)? {
            listen(&path, &truth, &out)?;
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

fn listen(path: &Path, truth: &[SpeakerSegment], out: &Path) -> Result<(), Box<dyn Error>> {
    let Mixed { mono, rate_hz } = mixed(path)?;
    let started_s = thread_time_s();
    let activity = analyse(&[ChannelSamples::F32(&mono)], rate_hz, &ActivitySettings::default());
    let regions = activity.first().map(|channel| channel.regions.as_slice()).unwrap_or_default();
    let activity_s = thread_time_s() - started_s;
    let (voices, difference) = voices(&mono, rate_hz, regions)?;
    let worked_s = thread_time_s() - started_s - activity_s;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let write = |what: &str, segments: &[SpeakerSegment]| {
        std::fs::write(out.join(format!("{name}.{what}.rttm")), rttm::as_text(&name, segments))
    };
    let segment = |span: Span, speaker: String| SpeakerSegment { span, speaker };
    let found =
        voices.segments.iter().map(|found| segment(found.span, format!("voice_{}", found.speaker + 1)));
    write("truth", truth)?;
    write("speech", &regions.iter().map(|&span| segment(span, "speech".to_owned())).collect::<Vec<_>>())?;
    write("etalon", &found.collect::<Vec<_>>())?;
    write_wav(&out.join(format!("{name}.wav")), &SpeechResampler::new(rate_hz)?.resample(&mono))?;
    let line = serde_json::json!({
        "recording": name,
        "system": "etalon",
        "duration_s": mono.len() as f64 / f64::from(rate_hz),
        "activity_s": activity_s,
        "worked_s": worked_s,
        // How two voices differ, whether they were taken for two people or for one.
        "similarity": difference.map(|difference| difference.similarity),
        "briefer_s": difference.map(|difference| difference.briefer_s),
    });
    println!("{line}");
    Ok(())
}

/// The voices by what they sound like and by their pauses, without words, and how those two differ
/// that are most alike.
fn voices(
    mono: &[f32],
    rate_hz: u32,
    regions: &[Span],
) -> Result<(Diarization, Option<Difference>), Box<dyn Error>> {
    let mut resampler = SpeechResampler::new(rate_hz)?;
    let mut sound = |span: Span| {
        let place = |time_s: f64| ((time_s * f64::from(rate_hz)).round() as usize).min(mono.len());
        resampler.resample(&mono[place(span.start_s)..place(span.end_s)])
    };
    let settings = VoiceSettings { second_voice_min_log_odds: f64::NEG_INFINITY, ..VoiceSettings::default() };
    let voices = diarize(regions, &mut sound, VoiceNetwork::embedded()?, &settings);
    let difference = voices.difference;
    Ok((voices.merged_if_one_person(0.0), difference))
}

fn write_wav(path: &Path, samples: &[f32]) -> Result<(), hound::Error> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: SPEECH_RATE_HZ,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec)?;
    for sample in samples {
        writer.write_sample((sample * 32_768.0).clamp(-32_768.0, 32_767.0) as i16)?;
    }
    writer.finalize()
}
