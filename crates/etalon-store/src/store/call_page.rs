//! What lies beside the calls because of their pages.

use super::{Store, check_id};
use crate::error::Error;

/// Where pages of calls lie, by the first two digits of the call's id.
const PAGES: &str = "report/calls";

/// Where the sounds that they play lie, in the same way.
pub(super) const SOUNDS: &str = "report/audio";

impl Store {
    /// Deletes the page of a call and the sounds beside it, and says how many files that were.
    ///
    /// # Errors
    /// [`Error::InvalidId`], [`Error::Io`].
    pub fn remove_page(&self, id: &str) -> Result<usize, Error> {
        let start = check_id(id)?;
        let mut removed = 0;
        for folder in [PAGES, SOUNDS].map(|folder| format!("{folder}/{start}")) {
            let names = self.names_in(&folder)?;
            // What is muted in a sound stands in its name: `.muted-0f3a….opus`.
            for name in names.iter().filter(|name| name.split('.').next() == Some(id)) {
                removed += usize::from(self.remove_file(&format!("{folder}/{name}"))?);
            }
        }
        Ok(removed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_and_the_sounds_of_one_call_go() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(folder.path()).unwrap();
        let (gone, kept) = ("abcdef0123456789", "abcdef0123456780");
        for id in [gone, kept] {
            for file in [
                format!("report/calls/ab/{id}.html"),
                format!("report/audio/ab/{id}.wav"),
                format!("report/audio/ab/{id}.muted-0f3a.opus"),
            ] {
                store.write_file(&file, b"x").unwrap();
            }
        }
        assert_eq!(store.remove_page(gone).unwrap(), 3);
        assert_eq!(store.remove_page(gone).unwrap(), 0);
        assert_eq!(store.names_in("report/calls/ab").unwrap(), [format!("{kept}.html")]);
        assert_eq!(
            store.names_in("report/audio/ab").unwrap(),
            [format!("{kept}.muted-0f3a.opus"), format!("{kept}.wav")]
        );
        assert!(matches!(store.remove_page("../../etc"), Err(Error::InvalidId)));
    }
}
