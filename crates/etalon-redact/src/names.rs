//! What is a first name, a patronymic, or ends like a family name.

use crate::lexicon::{FIRST_NAMES, SURNAMES};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Letters before the ending of a family name.
const STEM_MIN: usize = 2;

/// First names with the forms of Russian declension.
static FORMS: LazyLock<HashSet<String>> =
    LazyLock::new(|| FIRST_NAMES.iter().flat_map(|name| forms(name)).collect());

/// Whether a normalized word is a first name, in whatever case.
pub(crate) fn is_first_name(word: &str) -> bool {
    FORMS.contains(word)
}

/// Whether a normalized word is a patronymic, in whatever case.
pub(crate) fn is_patronymic(word: &str) -> bool {
    SURNAMES["patronymic_endings"].iter().any(|ending| {
        word.strip_suffix(ending.as_str())
            .is_some_and(|stem| stem.chars().count() >= STEM_MIN || word.starts_with("ильич"))
    })
}

/// Whether a normalized word is a family name by its ending, or one of the short ones without.
pub(crate) fn is_like_a_surname(word: &str) -> bool {
    let has_ending = SURNAMES["endings"].iter().any(|ending| {
        word.strip_suffix(ending.as_str()).is_some_and(|stem| stem.chars().count() >= STEM_MIN)
    });
    (has_ending || SURNAMES["without"].contains(word))
        && !SURNAMES["words"].contains(word)
        && !is_first_name(word)
        && !is_patronymic(word)
}

/// The forms of a name: «иван», «ивана», «ивану», …
fn forms(name: &str) -> Vec<String> {
    let with = |stem: &str, endings: &str| -> Vec<String> {
        std::iter::once(name.to_owned())
            .chain(endings.split(' ').map(|ending| format!("{stem}{ending}")))
            .collect()
    };
    match name {
        "лев" => with("льв", "а у ом е"),
        "павел" => with("павл", "а у ом е"),
        "петр" => with("петр", "а у ом е"),
        _ if name.is_ascii() => vec![name.to_owned()],
        _ => match name.chars().last() {
            Some('а') => with(&name[..name.len() - 'а'.len_utf8()], "ы и е у ой ою ей"),
            Some('я') => with(&name[..name.len() - 'я'.len_utf8()], "и е ю ей ью"),
            Some('й') => with(&name[..name.len() - 'й'.len_utf8()], "я ю ем е и"),
            Some('ь') => with(&name[..name.len() - 'ь'.len_utf8()], "я ю ем е и ью"),
            _ => with(name, "а у ом е"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_their_forms() {
        for (word, first, patronymic, surname) in [
            ("иван", true, false, false),
            ("сергеем", true, false, false),
            ("ольгой", true, false, false),
            ("марина", true, false, false),
            ("петровича", false, true, false),
            ("ильич", false, true, false),
            ("сергеевна", false, true, false),
            ("сидорову", false, false, true),
            ("вознесенским", false, false, true),
            ("жұмабаев", false, false, true),
            ("цой", false, false, true),
            ("магазин", false, false, false),
            ("готов", false, false, false),
            ("вопросов", false, false, false),
            ("один", false, false, false),
        ] {
            assert_eq!(
                (is_first_name(word), is_patronymic(word), is_like_a_surname(word)),
                (first, patronymic, surname),
                "{word}"
            );
        }
    }
}
