//! Names and terms that the recognizer should expect.
//!
//! Whisper takes a prompt, a text that precedes the window, and prefers the spelling in it. The
//! prompt here lists only names and terms, the important ones last: the model attends most to the
//! end, and a long prompt is shortened at its beginning.

/// The longest prompt, characters. A Cyrillic token of Whisper holds two to three characters, so
/// this is at most some 100 of the 224 tokens that the model has room for.
const CHARACTERS_MAX: usize = 220;

/// Names and terms that may occur in a call.
#[derive(Debug, Clone, Copy, Default)]
pub struct Glossary<'a> {
    /// Terms of the business, the most important ones first.
    pub terms: &'a [String],
    /// The company's name as agents say it; empty if unknown.
    pub company: &'a str,
    /// The agent's name; empty if unknown.
    pub agent_name: &'a str,
}

impl Glossary<'_> {
    /// The prompt for the recognizer; empty if the glossary is empty.
    pub fn prompt(&self) -> String {
        let names: Vec<String> =
            [self.company, self.agent_name].into_iter().map(plain).filter(|name| !name.is_empty()).collect();
        let mut left = CHARACTERS_MAX.saturating_sub(length(&names));
        let mut terms: Vec<String> = Vec::new();
        for term in self.terms.iter().map(|term| plain(term)).filter(|term| !term.is_empty()) {
            let needed = term.chars().count() + 2;
            if needed > left {
                break;
            }
            left -= needed;
            terms.push(term);
        }
        terms.reverse();
        let sentences = std::iter::once(terms.join(", ")).chain(names);
        let sentences: Vec<String> = sentences
            .filter(|text| !text.is_empty())
            .map(|text| format!("{}.", capitalized(&text)))
            .collect();
        sentences.join(" ")
    }
}

fn length(names: &[String]) -> usize {
    names.iter().map(|name| name.chars().count() + 2).sum()
}

/// A name on one line, without the punctuation that separates the glossary's entries.
fn plain(name: &str) -> String {
    let words: Vec<&str> = name.split(|sign: char| sign.is_whitespace() || sign.is_control()).collect();
    let words =
        words.into_iter().map(|word| word.trim_matches(['.', ',', ';'])).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(CHARACTERS_MAX / 2).collect()
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(terms: &[&str], company: &str, agent_name: &str, expected: &str) {
        let terms: Vec<String> = terms.iter().map(ToString::to_string).collect();
        let glossary = Glossary { terms: &terms, company, agent_name };
        assert_eq!(glossary.prompt(), expected);
    }

    #[test]
    fn names_come_last_and_nothing_gives_nothing() {
        check(&[], "", "", "");
        check(&["пеня", "цессия"], "", "", "Цессия, пеня.");
        check(&["пеня"], "агентство «Вектор»", "Инна Громова", "Пеня. Агентство «Вектор». Инна Громова.");
        check(&[" ", "пеня,\nштраф."], "ТОО. «Опора»", "", "Пеня штраф. ТОО «Опора».");
    }

    #[test]
    fn a_long_glossary_is_shortened_by_its_last_terms() {
        let terms: Vec<String> = (0..200).map(|number| format!("термин {number}")).collect();
        let glossary =
            Glossary { terms: &terms, company: &"Ж".repeat(1000), agent_name: "Инна Громова" };
        let prompt = glossary.prompt();
        assert!(prompt.chars().count() <= CHARACTERS_MAX, "{prompt}");
        assert!(prompt.contains("термин 0.") && prompt.ends_with("Инна Громова."), "{prompt}");
    }
}
