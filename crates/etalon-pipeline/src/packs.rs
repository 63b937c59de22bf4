//! Rule packs by their names.

use crate::error::PipelineError;
use crate::settings::CalendarSettings;
use etalon_rules::Pack;
use std::path::Path;

/// The packs of these names, with a calendar.
///
/// # Errors
///
/// When there is no such pack, or it or the calendar can't be used.
pub fn load_packs(names: &[String], calendar: &CalendarSettings) -> Result<Vec<Pack>, PipelineError> {
    let calendar = calendar.read()?;
    names.iter().map(|name| Ok(load_pack(name)?.with_calendar(&calendar))).collect()
}

/// A built-in pack by its id, or a pack from a file.
///
/// # Errors
///
/// When there is no such pack or it can't be used.
pub fn load_pack(name: &str) -> Result<Pack, PipelineError> {
    if let Some(source) = etalon_rules::built_in(name) {
        return Ok(Pack::parse(source, name)?);
    }
    let path = Path::new(name);
    if path.extension().is_none_or(|extension| extension != "toml") {
        let built_in = etalon_rules::built_in_ids().join(", ");
        return Err(PipelineError::UnknownPack { name: name.to_owned(), built_in });
    }
    let source = std::fs::read_to_string(path)
        .map_err(|error| PipelineError::PackFile { path: name.to_owned(), error })?;
    Ok(Pack::parse(&source, name)?)
}
