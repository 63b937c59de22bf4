//! The names and terms that the recognizer is told to expect.
//!
//! Whisper takes a text that is supposed to stand before the window, and spells what it hears as
//! that text does. The text here is one of names and terms only, the important ones last: where it
//! has to be shortened, and in what the model attends to, the end counts most.

/// The longest text, characters. A Cyrillic token of whisper's holds two to three of them, so that
/// this is at most 100 tokens of the 224 that the model has room for.
const CHARACTERS_MAX: usize = 220;

/// The names and terms that may be said in a call.
#[derive(Debug, Clone, Copy, Default)]
pub struct Glossary<'a> {
    /// Terms of the trade, the most important ones first.
    pub terms: &'a [String],
    /// The company's name as it is said on the line; empty where it is not known.
    pub company: &'a str,
    /// The agent's name; empty where it is not known.
    pub agent_name: &'a str,
}

impl Glossary<'_> {
    /// The text that the recognizer is given; empty where there is nothing to tell.
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

/// A name in one line, without the signs that separate the glossary's entries.
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
