//! Rule packs by their names.

use crate::error::PipelineError;
use crate::named_file::read_named_file;
use crate::settings::CalendarSettings;
use etalon_rules::{Calendar, Pack};
use std::path::Path;

/// The packs of these names, with a calendar.
///
/// # Errors
///
/// Everything that keeps the packs from being used together: packs that are not there, all mistakes
/// in all of them, two packs of one id; or a calendar that can't be used.
pub fn load_packs(names: &[String], calendar: &CalendarSettings) -> Result<Vec<Pack>, PipelineError> {
    load_packs_with(names, &calendar.read()?)
}

/// The packs of these names, with days off and working days beside those that they know.
///
/// # Errors
///
/// Everything that keeps the packs from being used together.
pub fn load_packs_with(names: &[String], days: &Calendar) -> Result<Vec<Pack>, PipelineError> {
    let mut packs = Vec::new();
    let mut errors = Vec::new();
    for name in names {
        match load_pack(name) {
            Ok(pack) => packs.push(pack.with_calendar(days)),
            Err(error) => errors.push(error),
        }
    }
    errors.extend(check_ids(&packs).err());
    match errors.len() {
        0 => Ok(packs),
        1 => Err(errors.remove(0)),
        _ => Err(PipelineError::Packs(errors)),
    }
}

/// Checks that no two packs have the same id: results name a rule by its pack and its own id.
///
/// # Errors
///
/// [`PipelineError::SamePack`] with both.
pub fn check_ids(packs: &[Pack]) -> Result<(), PipelineError> {
    for (number, pack) in packs.iter().enumerate() {
        if let Some(first) = packs[..number].iter().find(|first| first.id() == pack.id()) {
            return Err(PipelineError::SamePack {
                id: pack.id().to_owned(),
                first: named(first),
                second: named(pack),
            });
        }
    }
    Ok(())
}

/// Where a pack comes from, for people.
fn named(pack: &Pack) -> String {
    if etalon_rules::built_in(pack.origin()).is_some() {
        format!("the built-in pack {}", pack.origin())
    } else {
        pack.origin().to_owned()
    }
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
    let source =
        read_named_file(path).map_err(|error| PipelineError::PackFile { path: name.to_owned(), error })?;
    Ok(Pack::parse(&source, name)?)
}
