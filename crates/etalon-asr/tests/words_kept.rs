//! Repeated speech is not a loop, and a short recording is written once. The input is cut from
//! samples.

#![allow(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

use etalon_asr::{
    EngineChoice, Request, SpeakerAudio, SpeakerTranscript, SpeechModel, Transcriber, TranscriptionSettings,
    transcribe_call,
};
use etalon_audio::{Limits, Samples, SpeechResampler, read};
use etalon_call::Span;
use etalon_text::normalized;
use std::path::Path;

const RATE_HZ: u32 = 8000;

/// A stretch of one channel of a sample call.
fn cut(sample: &str, channel: usize, [start_s, end_s]: [f64; 2]) -> Vec<f32> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(sample);
    let recording = read(&path, &Limits::default()).unwrap().recording;
    assert_eq!(recording.rate_hz % RATE_HZ, 0);
    let step = (recording.rate_hz / RATE_HZ) as usize;
    let at = |time_s: f64| (time_s * f64::from(recording.rate_hz)) as usize;
    recording.channels[channel].to_f32()[at(start_s)..at(end_s)].iter().copied().step_by(step).collect()
}

/// Repeats a stretch, with a pause of 0.3 s after each.
fn again_and_again(stretch: &[f32], times: usize) -> Vec<f32> {
    let pause = vec![0.0; (0.3 * f64::from(RATE_HZ)) as usize];
    [stretch, &pause].concat().repeat(times)
}

fn transcribed(transcriber: &mut dyn Transcriber, signal: Vec<f32>) -> SpeakerTranscript {
    let regions = [Span::new(0.0, signal.len() as f64 / f64::from(RATE_HZ))];
    let samples = Samples::F32(signal);
    let transcript = transcribe_call(
        transcriber,
        &mut SpeechResampler::new(RATE_HZ).unwrap(),
        &[SpeakerAudio { samples: &samples, regions: &regions, excluded: &[] }],
        RATE_HZ,
        &Request { languages: &["ru".to_owned()], prompt: "", beam_size: 5 },
        &TranscriptionSettings::default(),
    );
    transcript.unwrap().speakers.remove(0)
}

fn words(recognized: &SpeakerTranscript) -> Vec<String> {
    recognized.words.iter().flat_map(|word| normalized(word.text.as_str())).collect()
}

fn transcriber() -> Box<dyn Transcriber> {
    let embedded = etalon_models::embedded();
    SpeechModel::load(embedded.name, embedded.bytes, EngineChoice::Native).unwrap().transcriber().unwrap()
}

#[test]
fn what_is_said_again_and_again_stays() {
    let mut transcriber = transcriber();
    let yes = cut("01-proper-hold.wav", 1, [12.25, 13.4]);
    let bye = cut("06-fast-talker.wav", 0, [13.38, 14.3]);
    for (phrase, times, words_min) in [(&yes, 10, 8), (&bye, 8, 6)] {
        let recognized = transcribed(transcriber.as_mut(), again_and_again(phrase, times));
        let words = words(&recognized);
        assert!(words.len() >= words_min && words.len() <= 2 * times, "{words:?}");
        assert!(recognized.words.is_sorted_by(|one, next| one.end_s <= next.start_s), "{words:?}");
    }
    // The following sentence is recognized, too.
    let sentence = cut("01-proper-hold.wav", 0, [0.0, 6.0]);
    let alone = words(&transcribed(transcriber.as_mut(), sentence.clone()));
    let behind = words(&transcribed(transcriber.as_mut(), [again_and_again(&yes, 6), sentence].concat()));
    assert!(behind.len() >= alone.len() + 8, "{behind:?}, {alone:?}");
    assert!(behind.ends_with(&alone[alone.len() - 3..]), "{behind:?}, {alone:?}");
}

#[test]
fn a_short_recording_is_written_once() {
    let mut transcriber = transcriber();
    let bye = cut("06-fast-talker.wav", 0, [13.38, 14.3]);
    let yes = cut("01-proper-hold.wav", 1, [12.25, 13.4]);
    for (clip, words_max) in [(&yes, 2), (&bye, 2), (&yes[..2400].to_vec(), 1), (&vec![0.0; 2400], 0)] {
        let words = words(&transcribed(transcriber.as_mut(), clip.clone()));
        assert!(words.len() <= words_max, "{words:?}");
    }
    assert_eq!(words(&transcribed(transcriber.as_mut(), yes)).len(), 2);
}
