//! The text of a cue without its tags, divided by its voices.

/// The longest name of a voice, bytes; what is longer is no name.
const VOICE_MAX: usize = 200;

/// A line of a cue, or a part of it, that one voice says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// The name in the voice tag before it.
    pub(super) voice: Option<String>,
    /// The text without tags, with entities resolved.
    pub(super) text: String,
}

/// The pieces of a cue's lines. A voice lasts until it ends, until the next one, or until the end
/// of the cue.
pub(super) fn pieces(lines: &[&str]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut voice = None;
    for line in lines {
        let mut text = String::with_capacity(line.len());
        let mut rest = *line;
        while let Some((before, behind)) = rest.split_once('<') {
            text.push_str(before);
            let Some((tag, after)) = behind.split_once('>') else {
                // Nothing that follows in this line is a tag.
                text.push('<');
                rest = behind;
                break;
            };
            match effect_of(tag) {
                TagEffect::None => {}
                TagEffect::VoiceEnds => {
                    finish(&mut pieces, voice.take(), &mut text);
                }
                TagEffect::VoiceBegins(next) => {
                    finish(&mut pieces, voice.replace(next), &mut text);
                }
            }
            rest = after;
        }
        text.push_str(rest);
        finish(&mut pieces, voice.clone(), &mut text);
    }
    pieces
}

/// What a tag does to the voice.
enum TagEffect {
    None,
    VoiceBegins(String),
    VoiceEnds,
}

fn effect_of(tag: &str) -> TagEffect {
    let Some(classes_and_name) = tag.strip_prefix('v').filter(|rest| rest.starts_with([' ', '\t', '.']))
    else {
        return if tag.trim() == "/v" { TagEffect::VoiceEnds } else { TagEffect::None };
    };
    let name = resolved(classes_and_name.split_once([' ', '\t']).map_or("", |(_, name)| name));
    if name.trim().is_empty() || name.len() > VOICE_MAX {
        return TagEffect::VoiceEnds;
    }
    TagEffect::VoiceBegins(name.trim().to_owned())
}

fn finish(pieces: &mut Vec<Piece>, voice: Option<String>, text: &mut String) {
    let text = resolved(&std::mem::take(text));
    if !text.trim().is_empty() {
        pieces.push(Piece { voice, text: text.trim().to_owned() });
    }
}

/// The characters that entities stand for; those that only direct the writing stand for nothing.
fn resolved(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", " "),
        ("&lrm;", ""),
        ("&rlm;", ""),
        ("&quot;", "\""),
        ("&amp;", "&"),
    ];
    entities.iter().fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[&str], expected: &[(Option<&str>, &str)]) {
        let found = pieces(lines);
        let found: Vec<_> = found.iter().map(|piece| (piece.voice.as_deref(), piece.text.as_str())).collect();
        assert_eq!(found, expected, "{lines:?}");
    }

    #[test]
    fn voices_divide_a_cue_and_other_tags_are_removed() {
        check(&["да"], &[(None, "да")]);
        check(&["<v Agent>да, <b>конечно</b>"], &[(Some("Agent"), "да, конечно")]);
        check(&["<v.loud.red Мария И.>да</v> нет"], &[(Some("Мария И."), "да"), (None, "нет")]);
        check(&["<v A>да", "ещё", "<v B>нет"], &[(Some("A"), "да"), (Some("A"), "ещё"), (Some("B"), "нет")]);
        check(&["<00:00:01.000><c>раз</c> <00:00:02.000>два"], &[(None, "раз два")]);
        check(
            &["5 < 6 &amp; 7 &lt; 8", "<v >и", "<video>х"],
            &[(None, "5 < 6 & 7 < 8"), (None, "и"), (None, "х")],
        );
        check(&["", "<i></i>"], &[]);
    }
}
