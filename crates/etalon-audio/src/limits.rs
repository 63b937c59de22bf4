use crate::AudioError;

/// What a recording may be at most; anything beyond is an [`AudioError::Limit`].
///
/// The limits keep one hostile or mistaken file from taking the memory of a whole run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Longest recording, seconds. Default: 12 hours.
    pub max_seconds: f64,
    /// Largest file, bytes. Default: 4 GiB.
    pub max_bytes: u64,
    /// Most bytes that the decoded samples of one recording may take: in memory for
    /// [`decode`](crate::decode) and [`read`](crate::read), in a file for whoever puts them there. The
    /// streaming [`Decoder`](crate::Decoder) holds one block only and does not ask for it. Default:
    /// 4 GiB.
    pub max_decoded_bytes: u64,
    /// Most channels. Default: 8.
    pub max_channels: u16,
    /// Lowest sampling rate, hertz. Default: 4,000.
    pub min_rate_hz: u32,
    /// Highest sampling rate, hertz. Default: 192,000.
    pub max_rate_hz: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_seconds: 12.0 * 3600.0,
            max_bytes: 4 << 30,
            max_decoded_bytes: 4 << 30,
            max_channels: 8,
            min_rate_hz: 4_000,
            max_rate_hz: 192_000,
        }
    }
}

impl Limits {
    /// Refuses a file that is too large, before it is read.
    ///
    /// # Errors
    ///
    /// [`AudioError::Limit`].
    pub fn check_bytes(&self, bytes: u64) -> Result<(), AudioError> {
        if bytes > self.max_bytes {
            return Err(AudioError::Limit(format!(
                "{bytes} bytes are more than the {} bytes allowed; raise --max-bytes to read it",
                self.max_bytes
            )));
        }
        Ok(())
    }

    pub(crate) fn check_shape(&self, channels: u64, rate_hz: u32) -> Result<(), AudioError> {
        if channels == 0 || channels > u64::from(self.max_channels) {
            return Err(AudioError::Limit(format!(
                "{channels} channels where 1 to {} are allowed; split the channels into files of their own",
                self.max_channels
            )));
        }
        if rate_hz < self.min_rate_hz || rate_hz > self.max_rate_hz {
            return Err(AudioError::Limit(format!(
                "a sampling rate of {rate_hz} Hz where {} to {} Hz are allowed; check what wrote the header",
                self.min_rate_hz, self.max_rate_hz
            )));
        }
        Ok(())
    }

    pub(crate) fn check_frames(&self, frames: u64, rate_hz: u32) -> Result<(), AudioError> {
        let seconds = frames as f64 / f64::from(rate_hz.max(1));
        if seconds > self.max_seconds {
            return Err(AudioError::Limit(format!(
                "{seconds:.0} s or more are longer than the {:.0} s allowed; raise --max-seconds to read it",
                self.max_seconds
            )));
        }
        Ok(())
    }

    /// Refuses samples that take more than is allowed, in memory or wherever they are put.
    ///
    /// # Errors
    ///
    /// [`AudioError::Limit`].
    pub fn check_decoded_bytes(&self, bytes: u64) -> Result<(), AudioError> {
        if bytes > self.max_decoded_bytes {
            return Err(AudioError::Limit(format!(
                "its samples take more than the {} bytes allowed; split the recording",
                self.max_decoded_bytes
            )));
        }
        Ok(())
    }
}
