//! Decides which of two speakers is the agent, from their words.
//!
//! The acts of a speaker count, not the manners. `lexicons/roles.txt` lists phrases by which one
//! side of a service call does something that the other does not; each adds its weight to the score
//! of its speaker. So do the company's and the agent's name, and the first words of an inbound
//! call. A phrase counts at most twice, so that a habit of speech decides nothing. In addition, all
//! sentences are classified by meaning and wording ([`crate::sides`]). The difference of the two
//! scores is taken as log odds, which gives each hypothesis its probability. On conversations
//! outside of the training set, the best fit is the sum of both kinds of evidence, each with a
//! factor of 1.0 (`docs/speakers.md`).

use crate::lexicon::{entries, occurrences, spoken};
use crate::sentences::sentences;
use crate::sides;
use etalon_call::{Direction, Word};
use etalon_text::{ListedPhrase, tokens};
use std::ops::Range;
use std::sync::LazyLock;

/// Least probability from which a speaker's role is decided.
pub const ROLE_MIN_PROBABILITY: f64 = 0.9;

/// How many occurrences of a phrase count.
const PHRASE_COUNTS_AT_MOST: u32 = 2;

/// Weight of the company's or the agent's name.
const NAME_WEIGHT: f64 = 2.0;

/// Weight of answering an inbound call.
const ANSWER_WEIGHT: f64 = 2.0;

/// Weight of the first sentence: on the telephone a client answers in a word and the agent
/// introduces the company, or the agent answers with the whole introduction.
const OPENING_WEIGHT: f64 = 0.5;

/// The cue for the meaning and wording of all sentences.
const MEANING: &str = "meaning";

/// So many words without the other side are a first sentence.
const OPENING_WORDS: usize = 5;

/// Factor of the evidence. The log odds fit with 1.0 on conversations outside of the training set
/// (`examples/sides_held_out.rs`), but a recognizer's words are less reliable.
const EVIDENCE_SHARE: f64 = 0.9;

/// How far a score may lie below the highest one: more evidence only repeats what is known.
const SCORE_AT_MOST: f64 = 30.0;

/// Facts about a call that are known before it is transcribed.
#[derive(Debug, Clone, Copy, Default)]
pub struct CallContext<'a> {
    /// Who called whom.
    pub direction: Option<Direction>,
    /// Spellings of the company's name.
    pub company: &'a [String],
    /// The agent's name.
    pub agent_name: Option<&'a str>,
}

/// Evidence that a speaker is on one side.
#[derive(Debug, Clone, PartialEq)]
pub struct RoleCue {
    /// The index of the speaker.
    pub speaker: usize,
    /// The phrase as listed, never the words of the call; or `company`, `agent_name`,
    /// `answers_first`, `opens`, or `meaning` (all sentences together).
    pub cue: String,
    /// Evidence for the agent (positive) or for the client (negative), natural log odds.
    pub weight: f64,
    /// When it was first said, seconds.
    pub start_s: f64,
}

/// Which of several speakers is the agent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AgentGuess {
    /// For each speaker the probability of being the agent, 0 to 1.
    pub probabilities: Vec<f64>,
    /// The evidence, in order of time.
    pub cues: Vec<RoleCue>,
}

impl AgentGuess {
    /// The speaker who is the agent, if the probability is high enough.
    pub fn agent(&self) -> Option<usize> {
        self.probabilities.iter().position(|&probability| probability >= ROLE_MIN_PROBABILITY)
    }

    /// Evidence that two speakers are agent and client rather than one diarized person: the log
    /// odds between the best hypotheses of both kinds, if half of a score counts for a side and
    /// half against the other.
    pub fn evidence_for_two_sides(&self) -> f64 {
        let score = |speaker: usize| -> f64 {
            self.cues.iter().filter(|cue| cue.speaker == speaker).map(|cue| cue.weight).sum()
        };
        let (one, other) = (score(0), score(1));
        ((one - other).abs() - (one + other).abs()) / 2.0
    }

    /// Whether it is certain enough that a speaker is not the agent.
    pub fn is_not_agent(&self, speaker: usize) -> bool {
        self.probabilities.get(speaker).is_some_and(|&probability| probability <= 1.0 - ROLE_MIN_PROBABILITY)
    }
}

/// Estimates which speaker is the agent. `said` has the words of each speaker in order of time.
///
/// With one speaker, estimates whether it is the agent.
pub fn guess_agent(said: &[&[Word]], context: &CallContext<'_>) -> AgentGuess {
    let mut cues: Vec<RoleCue> =
        said.iter().enumerate().flat_map(|(speaker, words)| cues_of(speaker, words, context)).collect();
    cues.extend(answers_first(said, context));
    cues.extend(opens(said));
    cues.extend(said.iter().enumerate().filter_map(|(speaker, words)| means(speaker, words)));
    cues.sort_by(|left, right| left.start_s.total_cmp(&right.start_s).then(left.speaker.cmp(&right.speaker)));
    let cues = without_echoes(&cues);
    let mut scores = vec![0.0; said.len()];
    for cue in &cues {
        scores[cue.speaker] += EVIDENCE_SHARE * cue.weight;
    }
    AgentGuess { probabilities: probabilities(&scores), cues }
}

/// Removes cues that several speakers share: people repeat each other's words, and agents read back
/// what the client said.
fn without_echoes(cues: &[RoleCue]) -> Vec<RoleCue> {
    let is_echo = |cue: &RoleCue| {
        let by_another = |other: &RoleCue| other.cue == cue.cue && other.speaker != cue.speaker;
        cue.cue != MEANING && cues.iter().any(by_another)
    };
    cues.iter().filter(|cue| !is_echo(cue)).cloned().collect()
}

/// The probability of each hypothesis “this speaker is the agent” from the scores.
fn probabilities(scores: &[f64]) -> Vec<f64> {
    if let [score] = scores {
        return vec![1.0 / (1.0 + (-score).exp())];
    }
    let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let odds: Vec<f64> = scores.iter().map(|score| (score - highest).max(-SCORE_AT_MOST).exp()).collect();
    let sum: f64 = odds.iter().sum();
    odds.into_iter().map(|odds| odds / sum).collect()
}

/// A phrase of the list.
struct Phrase {
    written: String,
    words: ListedPhrase,
    weight: f64,
}

/// Long phrases come first and take their words: «у меня» does not also count as «меня».
static PHRASES: LazyLock<Vec<Phrase>> = LazyLock::new(|| parse(include_str!("../lexicons/roles.txt")));

fn parse(text: &str) -> Vec<Phrase> {
    let mut phrases: Vec<Phrase> = entries(text)
        .filter_map(|(weight, written)| {
            let (weight, words) = (weight.parse().ok()?, ListedPhrase::parse(written));
            Some(Phrase { written: written.to_owned(), words, weight })
        })
        .collect();
    phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
    phrases
}

fn cues_of(speaker: usize, words: &[Word], context: &CallContext<'_>) -> Vec<RoleCue> {
    let spoken = spoken(words);
    let cue =
        |cue: &str, weight: f64, start_s: f64| RoleCue { speaker, cue: cue.to_owned(), weight, start_s };
    let mut cues = Vec::new();
    let mut is_taken = vec![false; spoken.len()];
    for phrase in PHRASES.iter() {
        let said = occurrences(&phrase.words, &spoken);
        let places: Vec<Range<usize>> =
            said.into_iter().filter(|place| !is_taken[place.clone()].contains(&true)).collect();
        for place in &places {
            is_taken[place.clone()].fill(true);
        }
        if let Some(first) = places.first() {
            let count = (places.len() as u32).min(PHRASE_COUNTS_AT_MOST);
            cues.push(cue(&phrase.written, phrase.weight * f64::from(count), spoken[first.start].1));
        }
    }
    let company: Vec<String> = context.company.iter().flat_map(|spelling| tokens(spelling)).collect();
    let agent_name: Vec<String> = context.agent_name.map(tokens).unwrap_or_default();
    for (name, parts) in [("company", company), ("agent_name", agent_name)] {
        let telling: Vec<&String> = parts.iter().filter(|part| part.chars().count() >= 4).collect();
        let is_said = |(word, _): &&(String, f64)| telling.iter().any(|part| sounds_alike(part, word));
        if let Some((_, start_s)) = spoken.iter().find(is_said) {
            cues.push(cue(name, NAME_WEIGHT, *start_s));
        }
    }
    cues
}

/// Whether a word begins like a name: endings are inflected and often misrecognized.
fn sounds_alike(name: &str, word: &str) -> bool {
    let stem = name.chars().count().saturating_sub(1).clamp(4, 6);
    let beginning = |text: &str| text.chars().take(stem).collect::<String>();
    beginning(name) == beginning(word)
}

/// The speaker who answers an inbound call is the agent.
fn answers_first(said: &[&[Word]], context: &CallContext<'_>) -> Option<RoleCue> {
    if said.len() < 2 || context.direction != Some(Direction::Inbound) {
        return None;
    }
    let first =
        said.iter().enumerate().filter_map(|(speaker, words)| Some((speaker, words.first()?.start_s)));
    let (speaker, start_s) = first.min_by(|left, right| left.1.total_cmp(&right.1))?;
    Some(RoleCue { speaker, cue: "answers_first".to_owned(), weight: ANSWER_WEIGHT, start_s })
}

/// The speaker of the first sentence is more likely the agent.
fn opens(said: &[&[Word]]) -> Option<RoleCue> {
    if said.len() < 2 {
        return None;
    }
    let mut words: Vec<(f64, usize)> = said
        .iter()
        .enumerate()
        .flat_map(|(speaker, words)| words.iter().map(move |word| (word.start_s, speaker)))
        .collect();
    words.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
    let mut runs = words.chunk_by(|left, right| left.1 == right.1);
    let &(start_s, speaker) = runs.find(|run| run.len() >= OPENING_WORDS)?.first()?;
    Some(RoleCue { speaker, cue: "opens".to_owned(), weight: OPENING_WEIGHT, start_s })
}

/// The joint evidence of a speaker's sentences.
fn means(speaker: usize, words: &[Word]) -> Option<RoleCue> {
    let sentences = sentences(words);
    let start_s = sentences.first()?.start_s;
    let weight = sides::evidence(&sentences);
    Some(RoleCue { speaker, cue: MEANING.to_owned(), weight, start_s })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, start_s: f64) -> Vec<Word> {
        let times = (0..).map(|place| start_s + 0.4 * f64::from(place));
        text.split_whitespace()
            .zip(times)
            .map(|(word, at_s)| Word::new(word, at_s, at_s + 0.3, 1.0))
            .collect()
    }

    fn guess(said: &[&str], context: &CallContext<'_>) -> AgentGuess {
        let said: Vec<Vec<Word>> =
            said.iter().enumerate().map(|(number, text)| words(text, 10.0 * number as f64)).collect();
        guess_agent(&said.iter().map(Vec::as_slice).collect::<Vec<_>>(), context)
    }

    fn check(said: &[&str], agent: Option<usize>) {
        let guess = guess(said, &CallContext::default());
        assert_eq!(guess.agent(), agent, "{said:?}: {guess:?}");
        if let [_, _] = said {
            let swapped: Vec<&str> = said.iter().rev().copied().collect();
            let swapped = self::guess(&swapped, &CallContext::default());
            assert_eq!(swapped.agent(), agent.map(|agent| 1 - agent), "{said:?} swapped");
        }
    }

    #[test]
    fn phrases_tell_the_sides_apart() {
        check(
            &[
                "Добрый день, меня зовут Олег, чем могу помочь?",
                "Алло, здравствуйте, у меня карта не работает.",
            ],
            Some(0),
        );
        check(&["Алло. Да, это я.", "Вас беспокоит банк. Подскажите, пожалуйста, дату рождения."], Some(1));
        check(&["thank you for calling", "hi i need a tow truck my car broke down"], Some(0));
        check(&["Сәлеметсіз бе, менің атым Асель, қалай көмектесе аламын?", "Менде сұрақ бар."], Some(0));
        check(&["Оставайтесь на линии, ваш звонок важен. Разговор записывается."], Some(0));
    }

    #[test]
    fn without_evidence_nothing_is_known() {
        check(&["", ""], None);
        check(&["раз два три", "четыре пять"], None);
        check(&["добрый день", "добрый день"], None);
        check(&["раз два три"], None);
        check(&[], None);
    }

    #[test]
    fn manners_tell_nothing() {
        check(&["Здравствуйте, пожалуйста, спасибо большое, до свидания!", "Чёрт, идиоты, достали!"], None);
        check(&["Good morning, thank you so much, have a nice day."], None);
        // A rude agent and a polite client, recognizable by their acts.
        check(
            &[
                "Алло, ты, придурок! Долг гасить думаешь? Заткнись и слушай: сорок тысяч, срок вышел. Завтра подаём в суд.",
                "Добрый день, извините, пожалуйста. У меня нет денег, меня уволили. Будьте добры, можно я заплачу в среду?",
            ],
            Some(0),
        );
        // An agent who sends the client away.
        check(
            &[
                "Чего вам? Я тут при чём, в отделение идите. Мастера нет, звоните завтра.",
                "Здравствуйте. У меня интернет не работает, мне обещали мастера. Соедините меня с начальником, пожалуйста.",
            ],
            Some(0),
        );
        check(
            &[
                "You again, moron? You are past due, I want your payment by Friday or we go to court.",
                "Good evening, sir, I'm sorry. I lost my job, could I please pay half of my bill next month?",
            ],
            Some(0),
        );
    }

    #[test]
    fn little_is_said_and_nothing_is_known() {
        check(&["Алло.", "Да, алло."], None);
        check(&["Добрый день!", "Алло, кто это?"], None);
        check(&["Hello?", "Yes, hello."], None);
        check(&["Здравствуйте."], None);
    }

    #[test]
    fn the_company_and_who_answers_count() {
        let company = ["Белый парус".to_owned()];
        let context = CallContext {
            direction: Some(Direction::Inbound),
            company: &company,
            agent_name: Some("Анна Лис"),
        };
        let guess = guess(&["белого паруса анну", "добрый"], &context);
        let cues: Vec<&str> = guess.cues.iter().map(|cue| cue.cue.as_str()).collect();
        assert_eq!(cues, ["answers_first", "meaning", "company", "meaning"]);
        assert_eq!(guess.agent(), Some(0));
        assert!(guess.is_not_agent(1));
    }

    #[test]
    fn the_first_sentence_counts_and_a_word_before_it_does_not() {
        let said = [words("да", 0.0), words("зеленый дом у самой реки", 2.0)];
        let guess = guess_agent(&said.each_ref().map(Vec::as_slice), &CallContext::default());
        let cues: Vec<(usize, &str)> = guess.cues.iter().map(|cue| (cue.speaker, cue.cue.as_str())).collect();
        assert_eq!(cues, [(0, "meaning"), (1, "opens"), (1, "meaning")]);
    }

    #[test]
    fn every_line_of_the_list_is_a_phrase() {
        let lines = include_str!("../lexicons/roles.txt").lines();
        let phrases = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).count();
        assert_eq!(PHRASES.len(), phrases);
        assert!(
            PHRASES
                .iter()
                .all(|phrase| phrase.weight.is_finite() && phrase.weight != 0.0 && !phrase.words.is_empty())
        );
    }
}
