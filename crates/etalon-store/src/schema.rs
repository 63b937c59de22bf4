//! Which version wrote a document: its schema's name ends with a slash and a number.

use crate::error::Error;
use serde::Deserialize;
use std::path::Path;

/// What documents of every version have.
#[derive(Deserialize)]
struct Head {
    schema: String,
}

/// Refuses a document of a later version than `known`. What names no schema is left to whoever reads
/// the rest.
pub(crate) fn refuse_newer(path: &Path, content: &[u8], known: &'static str) -> Result<(), Error> {
    let head = serde_json::from_slice::<Head>(content);
    head.map_or(Ok(()), |head| refuse_newer_schema(path, &head.schema, known))
}

/// Refuses a schema that is a later version of `known`.
pub(crate) fn refuse_newer_schema(path: &Path, found: &str, known: &'static str) -> Result<(), Error> {
    if is_later(found, known) {
        Err(Error::Newer { path: path.to_owned(), found: found.to_owned(), known })
    } else {
        Ok(())
    }
}

/// `etalon.call/2` is later than `etalon.call/1`.
fn is_later(found: &str, known: &str) -> bool {
    let numbered = |schema: &str| {
        let (name, number) = schema.rsplit_once('/')?;
        Some((name.to_owned(), number.parse::<u32>().ok()?))
    };
    match (numbered(found), numbered(known)) {
        (Some((name, found)), Some((known_name, known))) => name == known_name && found > known,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_schema_is_one_of_the_same_name_with_a_greater_number() {
        for (found, expected) in [
            ("etalon.call/1", false),
            ("etalon.call/2", true),
            ("etalon.call/10", true),
            ("etalon.call/0", false),
            ("etalon.run/2", false),
            ("etalon.call/x", false),
            ("etalon.call", false),
            ("", false),
        ] {
            assert_eq!(is_later(found, "etalon.call/1"), expected, "{found}");
        }
    }
}
