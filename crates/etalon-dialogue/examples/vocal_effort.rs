//! Shows level, tilt and pitch of every speech region relative to the speaker's usual values.
//!
//!     cargo run --release -p etalon-dialogue --example vocal_effort -- [--rise DB] RECORDINGS...
//!
//! One line for each region that is at least `DB` (5) louder than usual: recording, channel, time,
//! level, and the rises of level, tilt and pitch; regions listed as shouting end with `shouted`.
//! The last line counts them.

#![allow(clippy::expect_used, clippy::print_stdout, missing_docs)]

use etalon_audio::{Limits, Samples};
use etalon_call::{EventKind, Role};
use etalon_dialogue::{DialogueSettings, SpeakerTrack, VocalEffort, measure, nuclei_in};
use etalon_vad::{ActivitySettings, ChannelSamples, analyse};

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut least_db = 5.0_f32;
    if arguments.first().is_some_and(|argument| argument == "--rise") {
        least_db = arguments[1].parse().expect("decibels");
        arguments.drain(..2);
    }
    let (mut shouts, mut speech_s) = (0, 0.0);
    for path in &arguments {
        let recording = etalon_audio::read(path.as_ref(), &Limits::default()).expect(path).recording;
        let channels: Vec<ChannelSamples<'_>> = recording.channels.iter().map(borrowed).collect();
        let analyses = analyse(&channels, recording.rate_hz, &ActivitySettings::default());
        for (channel, analysis) in analyses.iter().enumerate() {
            let Some(usual) = VocalEffort::of(analysis.syllable_nuclei.iter()) else { continue };
            // The role does not matter for shouting.
            let track = SpeakerTrack {
                role: Role::Agent,
                name: "channel",
                channel,
                analysis,
                words: None,
                language: "",
            };
            let dialogue = measure(&[track], analysis.duration_s, &DialogueSettings::default());
            let shouted: Vec<_> = dialogue
                .events
                .iter()
                .filter(|event| matches!(event.kind, EventKind::Shouting { .. }))
                .map(etalon_call::Event::span)
                .collect();
            shouts += shouted.len();
            speech_s += analysis.regions.iter().map(etalon_call::Span::duration_s).sum::<f64>();
            for &region in &analysis.regions {
                let nuclei = nuclei_in(&analysis.syllable_nuclei, region);
                let Some(effort) = VocalEffort::of(nuclei.iter()) else { continue };
                let rise_db = effort.level_dbfs - usual.level_dbfs;
                if rise_db >= least_db {
                    let is_shouted = shouted.iter().any(|shout| shout.intersection(&region).is_some());
                    println!(
                        "{} {channel} {:7.2}-{:7.2} {:3} syllables {:6.1} dBFS rise {rise_db:5.1} dB tilt {:+5.1} dB pitch {:+5.1} st{}",
                        path.rsplit('/').next().unwrap_or_default(),
                        region.start_s,
                        region.end_s,
                        nuclei.len(),
                        effort.level_dbfs,
                        effort.tilt_db - usual.tilt_db,
                        effort.semitones_above(&usual),
                        if is_shouted { " shouted" } else { "" },
                    );
                }
            }
        }
    }
    println!("{shouts} shouts in {:.1} min of speech", speech_s / 60.0);
}

fn borrowed(samples: &Samples) -> ChannelSamples<'_> {
    match samples {
        Samples::I16(samples) => ChannelSamples::I16(samples),
        Samples::F32(samples) => ChannelSamples::F32(samples),
    }
}
