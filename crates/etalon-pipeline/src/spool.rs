//! The samples of one channel in a temporary file, as they were decoded.
//!
//! The file has no name, is for its owner alone, and is gone when the process ends in whatever way.

use etalon_audio::{SampleReader, Samples};
use std::fs::File;
use std::io::{self, Write as _};
use std::ops::Range;
use std::path::Path;

/// So many bytes are written at once.
const WRITE_BYTES: usize = 1 << 18;

/// How a sample is stored; numbers are little-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SampleForm {
    I16,
    F32,
}

impl SampleForm {
    fn of(samples: &Samples) -> Self {
        match samples {
            Samples::I16(_) => Self::I16,
            Samples::F32(_) => Self::F32,
        }
    }

    fn bytes(self) -> usize {
        match self {
            Self::I16 => size_of::<i16>(),
            Self::F32 => size_of::<f32>(),
        }
    }
}

/// Writes the samples of a channel, block by block.
#[derive(Debug)]
pub(crate) struct SpoolWriter {
    file: File,
    form: SampleForm,
    count: usize,
    /// What is still to be written.
    bytes: Vec<u8>,
}

impl SpoolWriter {
    /// Makes the file in a folder.
    pub(crate) fn create(folder: &Path) -> io::Result<Self> {
        nameless_file(folder).map(Self::over)
    }

    fn over(file: File) -> Self {
        Self { file, form: SampleForm::I16, count: 0, bytes: Vec::with_capacity(WRITE_BYTES) }
    }

    /// Appends samples; all of a channel have the same form.
    pub(crate) fn push(&mut self, samples: &Samples) -> io::Result<()> {
        let form = SampleForm::of(samples);
        debug_assert!(self.count == 0 || self.form == form, "samples of two kinds in one channel");
        self.form = form;
        self.count += samples.len();
        match samples {
            Samples::I16(samples) => {
                self.bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
            }
            Samples::F32(samples) => {
                self.bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
            }
        }
        if self.bytes.len() < WRITE_BYTES { Ok(()) } else { self.write() }
    }

    fn write(&mut self) -> io::Result<()> {
        self.file.write_all(&self.bytes)?;
        self.bytes.clear();
        Ok(())
    }

    /// The channel, to be read.
    pub(crate) fn finish(mut self) -> io::Result<SpooledChannel> {
        self.write()?;
        let Self { file, form, count, .. } = self;
        Ok(SpooledChannel { file, form, count })
    }
}

/// A channel whose samples lie in a file.
#[derive(Debug)]
pub(crate) struct SpooledChannel {
    file: File,
    form: SampleForm,
    count: usize,
}

impl SpooledChannel {
    fn read(&self, range: &Range<usize>) -> io::Result<Samples> {
        let mut bytes = vec![0; range.len() * self.form.bytes()];
        read_exact_at(&self.file, &mut bytes, range.start as u64 * self.form.bytes() as u64)?;
        Ok(match self.form {
            SampleForm::I16 => Samples::I16(
                bytes.as_chunks::<2>().0.iter().map(|bytes| i16::from_le_bytes(*bytes)).collect(),
            ),
            SampleForm::F32 => Samples::F32(
                bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(),
            ),
        })
    }
}

impl SampleReader for SpooledChannel {
    fn sample_count(&self) -> usize {
        self.count
    }

    fn read_f32(&self, range: Range<usize>, into: &mut Vec<f32>) -> io::Result<()> {
        let end = range.end.min(self.count);
        let samples = self.read(&(range.start.min(end)..end))?;
        samples.copy_to_f32(0..samples.len(), into);
        Ok(())
    }
}

/// A file that never has a name, or loses it at once where the file system knows no such files.
#[cfg(target_os = "linux")]
fn nameless_file(folder: &Path) -> io::Result<File> {
    use rustix::fs::OFlags;
    use rustix::io::Errno;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = File::options();
    options.read(true).write(true).mode(0o600).custom_flags(OFlags::TMPFILE.bits() as i32);
    match options.open(folder) {
        Err(error) if matches!(Errno::from_io_error(&error), Some(Errno::OPNOTSUPP | Errno::ISDIR)) => {
            unlinked_file(folder)
        }
        opened => opened,
    }
}

/// A file that has lost its name. A process that is killed before leaves it, empty and called as those
/// that the next run into this folder deletes (`etalon-store`).
#[cfg(target_os = "linux")]
fn unlinked_file(folder: &Path) -> io::Result<File> {
    Ok(tempfile::Builder::new().prefix(".etalon-").suffix(".tmp").tempfile_in(folder)?.into_file())
}

#[cfg(not(target_os = "linux"))]
fn nameless_file(folder: &Path) -> io::Result<File> {
    tempfile::tempfile_in(folder)
}

#[cfg(unix)]
fn read_exact_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(not(unix))]
fn read_exact_at(mut file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    use std::io::{Read as _, Seek as _, SeekFrom};
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Any samples of either kind.
    fn samples() -> impl Strategy<Value = Samples> {
        prop_oneof![
            proptest::collection::vec(any::<i16>(), 0..5_000).prop_map(Samples::I16),
            proptest::collection::vec(-1.0_f32..=1.0, 0..5_000).prop_map(Samples::F32),
        ]
    }

    fn blocks(samples: &Samples, length: usize) -> Vec<Samples> {
        match samples {
            Samples::I16(samples) => {
                samples.chunks(length).map(|block| Samples::I16(block.to_vec())).collect()
            }
            Samples::F32(samples) => {
                samples.chunks(length).map(|block| Samples::F32(block.to_vec())).collect()
            }
        }
    }

    fn spooled(samples: &Samples, block: usize) -> SpooledChannel {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = SpoolWriter::create(folder.path()).unwrap();
        for block in blocks(samples, block) {
            writer.push(&block).unwrap();
        }
        writer.finish().unwrap()
    }

    /// The bits of a range, from either of them. What lay in the target before must be gone.
    fn bits(reader: &dyn SampleReader, range: Range<usize>) -> Vec<u32> {
        let mut numbers = vec![9.0; 3];
        reader.read_f32(range, &mut numbers).unwrap();
        numbers.into_iter().map(f32::to_bits).collect()
    }

    proptest! {
        /// Whatever range is asked for, also beyond the end, and however the samples came.
        #[test]
        fn ranges_are_those_of_memory(
            samples in samples(),
            block in 1_usize..2_000,
            ranges in proptest::collection::vec((0_usize..6_000, 0_usize..6_000), 1..20),
        ) {
            let spooled = spooled(&samples, block);
            prop_assert_eq!(spooled.sample_count(), samples.sample_count());
            let all = (0, samples.len());
            for (start, end) in ranges.into_iter().chain([all, (usize::MAX, usize::MAX), (0, usize::MAX)]) {
                prop_assert_eq!(bits(&spooled, start..end), bits(&samples, start..end), "{}..{}", start, end);
            }
        }
    }

    #[test]
    fn more_than_is_written_at_once_is_read_back() {
        for samples in [
            Samples::I16((0..400_000).map(|place| place as i16).collect()),
            Samples::F32((0..200_000).map(|place| place as f32 / 200_000.0).collect()),
        ] {
            let spooled = spooled(&samples, 70_001);
            for range in [0..samples.len(), 131_071..131_073, samples.len() - 1..samples.len() + 9] {
                assert!(bits(&spooled, range.clone()) == bits(&samples, range));
            }
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_file_has_no_name_and_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        for make in [nameless_file, unlinked_file] {
            let file = make(folder.path()).unwrap();
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error() {
        let full = || SpoolWriter::over(File::options().read(true).write(true).open("/dev/full").unwrap());
        // At once, and at the end.
        let error = full().push(&Samples::I16(vec![1; WRITE_BYTES])).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        let mut writer = full();
        writer.push(&Samples::F32(vec![0.5; 8])).unwrap();
        assert_eq!(writer.finish().unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
