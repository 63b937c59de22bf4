//! Detects words that repeat what the other side has just said.

use etalon_call::Word;
use etalon_text::normalized;

/// The least share of content words that the other side said before, 0 to 1.
const REPEATED_SHARE: f64 = 0.6;
/// Shorter words, in letters, are too common to count as repeated.
const CONTENT_MIN: usize = 4;
/// The least number of repeated words; one number is enough.
const CONTENT_WORDS_MIN: usize = 2;
/// The longest repetition, words.
const REPEATED_WORDS_MAX: usize = 8;
/// So many digits or letters are a dictation.
const DICTATED_MIN: usize = 3;
/// So many single letters in a row are spelt: «и я» are words.
const SPELT_ROW: usize = 3;

/// Whether `words` read back `before`, the other side's words of the last seconds: they repeat
/// them, or both are digits and letters that one side dictates and the other writes down (in either
/// direction).
pub(crate) fn is_read_back(words: &[&Word], before: &[&Word]) -> bool {
    let (words, before) = (forms(words), forms(before));
    repeats(&words, &before) || is_dictation(&words, &before)
}

fn repeats(words: &[String], before: &[String]) -> bool {
    let is_content = |word: &&String| is_figure(word) || word.chars().count() >= CONTENT_MIN;
    let content: Vec<&String> = words.iter().filter(is_content).collect();
    let repeated = content.iter().filter(|word| before.contains(word)).count();
    let is_enough = match words {
        [only] => is_figure(only),
        _ => words.len() <= REPEATED_WORDS_MAX,
    };
    let says_something = repeated >= CONTENT_WORDS_MIN || content.iter().any(|word| is_figure(word));
    is_enough && says_something && repeated as f64 >= REPEATED_SHARE * content.len() as f64
}

fn is_dictation(words: &[String], before: &[String]) -> bool {
    let dictated = dictated(words);
    dictated > 0 && 2 * dictated >= words.len() && self::dictated(before) >= DICTATED_MIN
}

/// How many of the words are numbers or spelt letters.
fn dictated(words: &[String]) -> usize {
    let figures = words.iter().filter(|word| is_figure(word)).count();
    let rows = words.chunk_by(|left, right| is_letter(left) && is_letter(right));
    let letters: usize = rows.map(<[String]>::len).filter(|&letters| letters >= SPELT_ROW).sum();
    figures + letters
}

fn is_figure(word: &str) -> bool {
    word.starts_with(|character: char| character.is_ascii_digit())
}

fn is_letter(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
}

/// The words with numbers in digits, digit by digit if dictated, and «S-I-T» letter by letter.
fn forms(words: &[&Word]) -> Vec<String> {
    let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    let is_spelt = |word: &String| word.contains('-') && word.split('-').all(is_letter);
    normalized(&text)
        .into_iter()
        .flat_map(
            |word| {
                if is_spelt(&word) { word.split('-').map(str::to_owned).collect() } else { vec![word] }
            },
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &str, before: &str, expected: bool) {
        let said = |text: &str| -> Vec<Word> {
            text.split_whitespace().map(|word| Word::new(word, 0.0, 0.1, 1.0)).collect()
        };
        let (said, heard) = (said(words), said(before));
        let found = is_read_back(&said.iter().collect::<Vec<_>>(), &heard.iter().collect::<Vec<_>>());
        assert_eq!(found, expected, "{words} / {before}");
    }

    #[test]
    fn what_is_dictated_and_repeated_is_read_back() {
        check("восемь семьсот один", "мой номер 8 701", true);
        check("A 2019.", "it's a 2019, and I", true);
        check("сорок пять", "двенадцать, тридцать четыре, пятьдесят шесть", true);
        check("S-I-T-I", "Sitilli, S-I-T-I-L-L-E.", true);
        check("на улице Абая", "я живу на улице Абая", true);
        check("десятого", "я заплачу десятого декабря", true);
    }

    #[test]
    fn a_contradiction_with_a_word_of_the_other_is_no_read_back() {
        check("Половину нельзя. Нужно всё сразу.", "что можно половину внести и", false);
        check("Меня это не волнует", "у меня жена в больнице и я сейчас", false);
        check("нет", "нет", false);
        check("я вам тоже говорю", "я вам говорю что платил", false);
        check("а я вам", "я вам говорю а вы", false);
        check("двенадцать тысяч? я же платил", "сумма двенадцать тысяч рублей до пятницы", false);
        check("", "один два три", false);
    }
}
