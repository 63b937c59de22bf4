//! The waveforms of a result folder.

use super::{Store, check_id, folder};
use crate::error::Error;
use etalon_call::Waveform;

/// The folder's name below the result folder.
pub(super) const WAVEFORMS: &str = "waveforms";

impl Store {
    /// Stores how the recording of a call looks. It is written before the call, so that a stored
    /// call has its waveform.
    ///
    /// # Errors
    /// [`Error::InvalidId`], [`Error::Io`].
    pub fn write_waveform(&self, id: &str, waveform: &Waveform) -> Result<(), Error> {
        self.write_file(&waveform_file(id)?, &waveform.to_bytes())
    }

    /// How the recording of a call looks; nothing where a version stored the call that wrote no
    /// waveforms.
    ///
    /// # Errors
    /// [`Error::InvalidId`], [`Error::Corrupt`] where the file is damaged, [`Error::Io`].
    pub fn read_waveform(&self, id: &str) -> Result<Option<Waveform>, Error> {
        let path = self.directory().join(waveform_file(id)?);
        let Some(content) = folder::read(&path)? else { return Ok(None) };
        let waveform = Waveform::from_bytes(&content);
        waveform.map(Some).map_err(|error| Error::Corrupt { path, detail: error.to_string() })
    }

    /// How the recording of a call looks; nothing where there is no waveform, or a damaged one:
    /// whatever shows it is better without than not at all.
    ///
    /// # Errors
    /// [`Error::InvalidId`], [`Error::Io`].
    pub fn read_whole_waveform(&self, id: &str) -> Result<Option<Waveform>, Error> {
        match self.read_waveform(id) {
            Err(Error::Corrupt { .. }) => Ok(None),
            read => read,
        }
    }

    /// Deletes a waveform and says whether it was there.
    ///
    /// # Errors
    /// [`Error::InvalidId`], [`Error::Io`].
    pub fn remove_waveform(&self, id: &str) -> Result<bool, Error> {
        self.remove_file(&waveform_file(id)?)
    }
}

fn waveform_file(id: &str) -> Result<String, Error> {
    Ok(format!("{WAVEFORMS}/{folder}/{id}.dat", folder = check_id(id)?))
}
