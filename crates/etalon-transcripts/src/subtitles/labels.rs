//! Who speaks, said by a label at the start of a line: `AGENT: …`, `SPEAKER_00: …`, `[SPEAKER_00]:
//! …`, `(speaker 0) …`.
//!
//! A word with a colon need not be a label («Стоимость: пять тысяч»). It is one where it stands for
//! a role, where it is a numbered speaker, where it stands in brackets before a colon, or where the
//! file uses labels throughout: most of its cues begin with one, and there are few of them.

use super::markup::Piece;
use crate::speakers::SpeakerNames;
use std::collections::BTreeSet;

/// The longest label, characters.
const LABEL_MAX: usize = 40;

/// A file with more names before colons than this has no labels but many colons.
const FREE_LABELS_MAX: usize = 8;

/// Words that a numbered speaker is called by, in lower case.
const NUMBERED: [&str; 8] = ["speaker", "spk", "channel", "voice", "person", "спикер", "канал", "говорящий"];

/// What counts as a label in one file.
pub(super) struct Labels<'n> {
    names: &'n SpeakerNames,
    free: BTreeSet<String>,
}

impl<'n> Labels<'n> {
    /// Looks through the cues of a file.
    pub(super) fn of<'p>(cues: impl Iterator<Item = &'p [Piece]>, names: &'n SpeakerNames) -> Self {
        let (mut total, mut labelled) = (0_usize, 0_usize);
        let mut free = BTreeSet::new();
        for cue in cues {
            total += 1;
            let found: Vec<Label<'_>> = cue.iter().filter_map(|piece| label_of(&piece.text)).collect();
            labelled += usize::from(!found.is_empty());
            if free.len() <= FREE_LABELS_MAX {
                free.extend(found.iter().map(|label| label.name.to_owned()));
            }
        }
        if free.len() > FREE_LABELS_MAX || labelled * 2 <= total {
            free.clear();
        }
        Self { names, free }
    }

    /// The pieces of a cue with the labels taken off and made voices. A label lasts until the next
    /// one in the cue.
    pub(super) fn divide(&self, pieces: &[Piece]) -> Vec<Piece> {
        let mut divided: Vec<Piece> = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let before = divided.last().and_then(|piece| piece.voice.clone());
            let (voice, text) = match label_of(&piece.text).filter(|label| self.is_label(label)) {
                Some(label) => (Some(label.name.to_owned()), label.rest),
                None if piece.voice.is_some() => (piece.voice.clone(), piece.text.as_str()),
                None => (before, piece.text.as_str()),
            };
            match divided.last_mut().filter(|last| last.voice == voice) {
                Some(last) => {
                    last.text.push(' ');
                    last.text.push_str(text);
                }
                None => divided.push(Piece { voice, text: text.to_owned() }),
            }
        }
        divided
    }

    fn is_label(&self, label: &Label<'_>) -> bool {
        let told = self.names.role_of(label.name).is_some() || is_numbered(label.name);
        told || match label.mark {
            Mark::BracketsAndColon => true,
            Mark::Colon => self.free.contains(label.name),
            Mark::Brackets => false,
        }
    }
}

/// What might be a label, and the text behind it.
struct Label<'a> {
    name: &'a str,
    mark: Mark,
    rest: &'a str,
}

/// What sets a label off.
#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Colon,
    Brackets,
    BracketsAndColon,
}

fn label_of(line: &str) -> Option<Label<'_>> {
    let line = line.trim_start_matches(['-', '–', '—', '>', ' ']);
    for (open, close) in [('[', ']'), ('(', ')')] {
        if let Some((name, rest)) = line.strip_prefix(open).and_then(|line| line.split_once(close)) {
            let (mark, rest) = match rest.strip_prefix(':') {
                Some(rest) => (Mark::BracketsAndColon, rest),
                None => (Mark::Brackets, rest),
            };
            return checked(name, mark, rest);
        }
    }
    let (name, rest) = line.split_once(':')?;
    (rest.is_empty() || rest.starts_with(char::is_whitespace))
        .then(|| checked(name, Mark::Colon, rest))
        .flatten()
}

fn checked<'a>(name: &'a str, mark: Mark, rest: &'a str) -> Option<Label<'a>> {
    let name = name.trim();
    let is_name = name.chars().count() <= LABEL_MAX
        && name.chars().any(char::is_alphanumeric)
        && !name.contains([',', '!', '?', ';']);
    is_name.then(|| Label { name, mark, rest: rest.trim_start() })
}

/// `SPEAKER_00`, `Speaker 1`, `спикер-2`.
fn is_numbered(name: &str) -> bool {
    let word = name.trim_end_matches(|character: char| character.is_ascii_digit());
    word.len() < name.len()
        && NUMBERED.contains(&word.trim_end_matches([' ', '_', '-', '#']).to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line is a cue of its own.
    fn check(lines: &[&str], expected: &[(Option<&str>, &str)]) {
        let cues: Vec<Vec<Piece>> =
            lines.iter().map(|line| vec![Piece { voice: None, text: (*line).to_owned() }]).collect();
        let names = SpeakerNames::default();
        let labels = Labels::of(cues.iter().map(Vec::as_slice), &names);
        let found: Vec<Piece> = cues.iter().flat_map(|cue| labels.divide(cue)).collect();
        let found: Vec<_> = found.iter().map(|piece| (piece.voice.as_deref(), piece.text.as_str())).collect();
        assert_eq!(found, expected, "{lines:?}");
    }

    #[test]
    fn labels_are_told_from_words_with_a_colon() {
        check(
            &["AGENT: да", "[SPEAKER_00]: нет", "(speaker 1) вот", "- Клиент: я"],
            &[
                (Some("AGENT"), "да"),
                (Some("SPEAKER_00"), "нет"),
                (Some("speaker 1"), "вот"),
                (Some("Клиент"), "я"),
            ],
        );
        check(&["Спикер 2: да", "[Музыка] да"], &[(Some("Спикер 2"), "да"), (None, "[Музыка] да")]);
        let prices = ["здравствуйте", "Стоимость: пять тысяч", "в 12:30", "итого: шесть, да: шесть"];
        check(&prices, &prices.map(|line| (None, line)));
        // A file that uses names throughout.
        check(
            &["Мария: да", "Пётр И.: нет", "ещё", "Мария: вот"],
            &[(Some("Мария"), "да"), (Some("Пётр И."), "нет"), (None, "ещё"), (Some("Мария"), "вот")],
        );
    }

    #[test]
    fn a_cue_may_hold_two_speakers() {
        let piece = |text: &str| Piece { voice: None, text: text.to_owned() };
        let cue = [piece("AGENT: раз"), piece("два"), piece("CLIENT: три")];
        let names = SpeakerNames::default();
        let divided = Labels::of(std::iter::once(&cue[..]), &names).divide(&cue);
        let voice = |name: &str, text: &str| Piece { voice: Some(name.to_owned()), text: text.to_owned() };
        assert_eq!(divided, [voice("AGENT", "раз два"), voice("CLIENT", "три")]);
    }
}
