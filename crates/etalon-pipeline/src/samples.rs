//! Where the samples of a recording lie while speech is cut out of it: those of a short one in
//! memory, those of a long one in a temporary file.

use crate::error::CallError;
use crate::spool::SpoolWriter;
use etalon_audio::{CallDecoder, CallFiles, Limits, SampleReader, Samples};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};

/// Where the samples of a recording may lie. No result depends on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleStorage {
    /// The samples of a recording stay in memory up to so many bytes. The default, 64 MiB, is an
    /// hour of one channel at 8 kHz, or half an hour of two.
    pub memory_max_bytes: u64,
    /// The folder in which the samples of a longer recording lie while it is worked on, in files
    /// without a name. It should not lie in memory. The default is the system's folder of temporary
    /// files.
    #[serde(with = "etalon_call::wire_path")]
    pub folder: PathBuf,
}

impl SampleStorage {
    /// The usual memory, and files in this folder.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self { memory_max_bytes: 64 << 20, folder: folder.into() }
    }
}

impl Default for SampleStorage {
    fn default() -> Self {
        Self::in_folder(std::env::temp_dir())
    }
}

/// The samples of a recording, for those who cut speech out of it.
pub(crate) struct CallSamples {
    /// Samples per second and channel.
    pub(crate) rate_hz: u32,
    channels: Vec<Box<dyn SampleReader>>,
}

impl CallSamples {
    /// Samples that are in memory already.
    pub(crate) fn in_memory(rate_hz: u32, channels: Vec<Samples>) -> Self {
        let reader = |samples: Samples| Box::new(samples) as Box<dyn SampleReader>;
        Self { rate_hz, channels: channels.into_iter().map(reader).collect() }
    }

    /// Decodes a recording into temporary files in a folder, one for each channel. They have no name
    /// and are gone with these samples, or with the process.
    pub(crate) fn in_files(files: &CallFiles, limits: &Limits, folder: &Path) -> Result<Self, CallError> {
        let mut decoder = CallDecoder::open(files, limits)?;
        let writers = (0..decoder.channels()).map(|_| SpoolWriter::create(folder));
        let mut writers = writers.collect::<io::Result<Vec<SpoolWriter>>>().map_err(CallError::Samples)?;
        let mut bytes = 0;
        while let Some(block) = decoder.next_block()? {
            // A small file may hold many hours of silence, and the disk is for results.
            bytes += block.iter().map(Samples::bytes).sum::<u64>();
            limits.check_decoded_bytes(bytes)?;
            for (writer, samples) in writers.iter_mut().zip(block) {
                writer.push(samples).map_err(CallError::Samples)?;
            }
        }
        let reader =
            |writer: SpoolWriter| -> io::Result<Box<dyn SampleReader>> { Ok(Box::new(writer.finish()?)) };
        let channels: io::Result<Vec<_>> = writers.into_iter().map(reader).collect();
        Ok(Self { rate_hz: decoder.rate_hz(), channels: channels.map_err(CallError::Samples)? })
    }

    /// The samples of a channel, if there is such a channel.
    pub(crate) fn channel(&self, number: usize) -> Option<&dyn SampleReader> {
        self.channels.get(number).map(|samples| &**samples)
    }
}
