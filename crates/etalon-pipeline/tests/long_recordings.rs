//! A recording whose samples lie in temporary files gives the call that it gives in memory.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use etalon_audio::{CallFiles, Limits};
use etalon_call::{Call, FailureKind};
use etalon_pipeline::{
    CallError, Job, Pipeline, PipelineSettings, SampleStorage, StageClock, Worker, process,
};
use std::path::{Path, PathBuf};

const RATE_HZ: u32 = 8_000;

/// In so many seconds of the sample both sides speak once.
const SECONDS: usize = 8;
const SAMPLE: &str = "../../samples/03-look-at-the-website.wav";

/// How a WAV file stores its samples.
#[derive(Clone, Copy)]
enum Form {
    Pcm16,
    Float,
}

impl Form {
    fn tag_and_bits(self) -> (u16, u16) {
        match self {
            Self::Pcm16 => (1, 16),
            Self::Float => (3, 32),
        }
    }

    fn bytes_of(self, sample: f32) -> Vec<u8> {
        match self {
            Self::Pcm16 => ((sample * 32_768.0) as i16).to_le_bytes().to_vec(),
            Self::Float => sample.to_le_bytes().to_vec(),
        }
    }
}

fn wav(folder: &Path, name: &str, form: Form, channels: &[&[f32]]) -> PathBuf {
    let (tag, bits) = form.tag_and_bits();
    let count = u16::try_from(channels.len()).unwrap();
    let frame_bytes = count * bits / 8;
    let frames = channels[0].len();
    let data: Vec<u8> = (0..frames)
        .flat_map(|frame| channels.iter().flat_map(move |channel| form.bytes_of(channel[frame])))
        .collect();
    let length = u32::try_from(data.len()).unwrap();
    let mut file = [&b"RIFF"[..], &(36 + length).to_le_bytes(), b"WAVEfmt \x10\0\0\0"].concat();
    file.extend([tag.to_le_bytes(), count.to_le_bytes()].concat());
    file.extend([RATE_HZ.to_le_bytes(), (RATE_HZ * u32::from(frame_bytes)).to_le_bytes()].concat());
    file.extend([frame_bytes.to_le_bytes(), bits.to_le_bytes()].concat());
    file.extend([b"data", &length.to_le_bytes()[..]].concat());
    file.extend(data);
    let path = folder.join(name);
    std::fs::write(&path, file).unwrap();
    path
}

/// The beginning of a sample: each side on a channel, both on one channel, and each in a file.
fn recordings(folder: &Path) -> Vec<CallFiles> {
    let sample = etalon_audio::read(Path::new(SAMPLE), &Limits::default()).unwrap().recording;
    assert_eq!(sample.rate_hz, RATE_HZ);
    let channels: Vec<Vec<f32>> = sample.channels.iter().map(etalon_audio::Samples::to_f32).collect();
    let [agent, client] = [&channels[0], &channels[1]].map(|channel| &channel[..SECONDS * RATE_HZ as usize]);
    let both: Vec<f32> = agent.iter().zip(client).map(|(agent, client)| (agent + client) / 2.0).collect();
    vec![
        CallFiles::One(wav(folder, "stereo.wav", Form::Pcm16, &[agent, client])),
        CallFiles::One(wav(folder, "mono.wav", Form::Float, &[&both])),
        CallFiles::Sides {
            agent: wav(folder, "call-out.wav", Form::Pcm16, &[agent]),
            client: wav(folder, "call-in.wav", Form::Float, &[&client[..client.len() - 999]]),
        },
    ]
}

fn job(files: &CallFiles) -> Job {
    Job { files: files.clone(), ..Job::of_file(files.paths()[0]).unwrap() }
}

fn pipeline() -> Pipeline {
    let settings = PipelineSettings { languages: vec!["ru".to_owned()], ..PipelineSettings::default() };
    Pipeline::with_transcription(settings).unwrap()
}

fn worker(pipeline: &Pipeline, storage: SampleStorage) -> Worker {
    Worker::for_pipeline(pipeline, StageClock::default()).unwrap().with_storage(storage)
}

/// Every recording is too long for memory.
fn in_files(folder: &Path) -> SampleStorage {
    SampleStorage { memory_max_bytes: 0, ..SampleStorage::in_folder(folder) }
}

#[test]
fn a_long_recording_gives_the_call_that_it_gives_in_memory() {
    let (folder, put_away) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let pipeline = pipeline();
    // A short recording needs no folder.
    let mut with_memory = worker(&pipeline, SampleStorage::in_folder(folder.path().join("not there")));
    let mut with_files = worker(&pipeline, in_files(put_away.path()));
    for files in recordings(folder.path()) {
        let job = job(&files);
        let expected = process(&job, &pipeline, &mut with_memory).unwrap();
        let found = process(&job, &pipeline, &mut with_files).unwrap();
        assert!(expected.call.pipeline.transcription.words > 0, "{files:?}");
        let json = |call: &Call| serde_json::to_string(call).unwrap();
        assert_eq!(json(&found.call), json(&expected.call), "{files:?}");
        assert_eq!(found.waveform, expected.waveform, "{files:?}");
    }
    assert_eq!(std::fs::read_dir(put_away.path()).unwrap().count(), 0);
}

#[test]
fn samples_that_have_no_place_may_have_one_later() {
    let folder = tempfile::tempdir().unwrap();
    let pipeline = pipeline();
    let mut worker = worker(&pipeline, in_files(&folder.path().join("not there")));
    for files in recordings(folder.path()) {
        let error = process(&job(&files), &pipeline, &mut worker).unwrap_err();
        assert!(matches!(error, CallError::Samples(_)) && !error.is_permanent(), "{files:?}: {error}");
        assert_eq!(error.kind(), FailureKind::Unreadable);
        // Its message names no file.
        assert!(!error.reason().contains("not there"), "{}", error.reason());
    }
}
