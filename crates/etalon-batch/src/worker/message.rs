//! What a parent and its workers tell each other.

use crate::error::ErrorKind;
use crate::outcome::NoResult;
use etalon_call::Stage;
use etalon_pipeline::{Job, SampleStorage, StageTimes};
use etalon_shared_memory::InheritedMemory;
use serde::{Deserialize, Serialize};
use std::num::NonZeroUsize;

/// From the parent.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Request {
    /// The first one: what the run is.
    Init(Init),
    /// A recording.
    Process {
        /// The recording.
        job: Box<Job>,
        /// How many workers it has ended so far.
        worker_exits: u32,
    },
    /// Processors that nobody else uses any more; at any time after the first message.
    Threads(NonZeroUsize),
}

/// What a worker has to know before its first recording.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Init {
    /// The pipeline's settings in TOML, which carries every number exactly.
    pub(crate) settings: String,
    /// Whether speech becomes words.
    pub(crate) transcription: Transcription,
    /// The most address space that the worker may take, bytes.
    pub(crate) memory_max_bytes: Option<u64>,
    /// Where it keeps the samples of a recording.
    pub(crate) samples: SampleStorage,
    /// Where the packed weights of the speech model are, or belong.
    pub(crate) weights: Option<InheritedMemory>,
}

/// Whether speech becomes words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Transcription {
    /// The dialogue is measured only.
    Without,
    /// By the speech model of the settings.
    ByModel,
}

/// From a worker.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Response {
    /// Everything is loaded.
    Ready {
        /// The fingerprint of what was loaded.
        fingerprint: String,
        /// Why the weights are not where they belong.
        not_shared: Option<String>,
    },
    /// The run can't be worked on.
    InitFailed(InitError),
    /// The recording has reached a stage.
    Reached(Stage),
    /// The recording is a call; the frame's body is its document, and then its waveform.
    Call {
        /// Where the document ends in the body.
        document_bytes: usize,
        /// Length of the recording, seconds.
        audio_s: f64,
        /// The same over channels.
        channel_s: f64,
        /// Where the time went.
        times: StageTimes,
    },
    /// The recording gave no result.
    NoResult {
        /// Why.
        no_result: NoResult,
        /// Where the time went.
        times: StageTimes,
    },
}

/// Why a run can't be worked on.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct InitError {
    /// The kind of the error.
    pub(crate) kind: ErrorKind,
    /// Whether it would be met again.
    pub(crate) permanent: bool,
    /// The error for people.
    pub(crate) message: String,
}
