//! How much memory and time it takes to tell the voices of a long call apart.
//!
//!     speakers_in_a_long_call FOLDER MINUTES
//!
//! The recordings of the folder, mixed to one channel, are heard one after the other again and
//! again for so long. Prints a line of JSON: the process's peak of resident memory before and
//! after, of which the recordings themselves are a constant part, and the time.

#![expect(clippy::print_stdout, reason = "the line is the result")]

mod common;

use common::{mixed, recordings, thread_time_s};
use etalon_audio::SpeechResampler;
use etalon_call::Span;
use etalon_diarize::{VoiceSettings, diarize};
use etalon_vad::{ActivitySettings, ChannelSamples, analyse};
use etalon_voice::VoiceNetwork;
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(folder), Some(minutes)) = (arguments.next(), arguments.next()) else {
        return Err("usage: speakers_in_a_long_call FOLDER MINUTES".into());
    };
    let minutes: f64 = minutes.to_string_lossy().parse()?;
    let (mut loop_regions, mut calls, mut loop_s) = (Vec::new(), Vec::new(), 0.0);
    for path in recordings(&PathBuf::from(folder))? {
        let call = mixed(&path)?;
        let analyses =
            analyse(&[ChannelSamples::F32(&call.mono)], call.rate_hz, &ActivitySettings::default());
        let regions = analyses.iter().flat_map(|channel| &channel.regions);
        loop_regions.extend(
            regions.map(|region| Span { start_s: loop_s + region.start_s, end_s: loop_s + region.end_s }),
        );
        loop_s += call.mono.len() as f64 / f64::from(call.rate_hz);
        calls.push((call, loop_s));
    }
    if loop_regions.is_empty() {
        return Err("the folder holds no speech".into());
    }
    let passes = (60.0 * minutes / loop_s).ceil() as usize;
    let mut regions: Vec<Span> = (0..passes)
        .flat_map(|pass| {
            loop_regions.iter().map(move |region| {
                let at_s = pass as f64 * loop_s;
                Span { start_s: at_s + region.start_s, end_s: at_s + region.end_s }
            })
        })
        .collect();
    regions.retain(|region| region.end_s <= 60.0 * minutes);
    let mut resamplers =
        calls.iter().map(|(call, _)| SpeechResampler::new(call.rate_hz)).collect::<Result<Vec<_>, _>>()?;
    let mut sound = |span: Span| {
        let in_loop_s = span.start_s % loop_s;
        let number = calls.partition_point(|(_, end_s)| *end_s <= in_loop_s).min(calls.len() - 1);
        let begin_s = number.checked_sub(1).map_or(0.0, |before| calls[before].1);
        let call = &calls[number].0;
        let place = |time_s: f64| ((time_s * f64::from(call.rate_hz)).round() as usize).min(call.mono.len());
        let start_s = in_loop_s - begin_s;
        resamplers[number].resample(&call.mono[place(start_s)..place(start_s + span.duration_s())])
    };
    let peak_before_mb = peak_mb()?;
    let started_s = thread_time_s();
    let voices = diarize(&regions, &mut sound, VoiceNetwork::embedded()?, &VoiceSettings::default());
    let worked_s = thread_time_s() - started_s;
    let line = serde_json::json!({
        "minutes": minutes,
        "speech_s": regions.iter().map(Span::duration_s).sum::<f64>(),
        "speakers": voices.speakers,
        "segments": voices.segments.len(),
        "worked_s": worked_s,
        "peak_before_mb": peak_before_mb,
        "peak_mb": peak_mb()?,
    });
    println!("{line}");
    Ok(())
}

/// The process's peak of resident memory, MB.
fn peak_mb() -> Result<f64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok((kilobytes / 100.0).round() / 10.0)
}
