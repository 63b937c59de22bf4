use etalon_audio::AudioError;

/// Why a recording could not be made playable.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The recording could not be decoded, or is gone.
    #[error(transparent)]
    Recording(#[from] AudioError),
    /// The file holds other bytes than those that the call was made of.
    #[error("the recording has other bytes than when it was heard; run etalon on it again")]
    Changed,
    /// What was made could not be written.
    #[error("the audio for the page cannot be written: {0}; check the disk and the permissions")]
    Write(std::io::Error),
    /// The encoder refused.
    #[error("the audio for the page cannot be encoded ({0}); please report it with this file")]
    Encoder(&'static str),
}

impl From<opusic_c::ErrorCode> for ListenError {
    fn from(error: opusic_c::ErrorCode) -> Self {
        Self::Encoder(error.message())
    }
}
